#include "engine/integrations/service_errors.hpp"

namespace gradus {
namespace {

/// The modelled exception that an error is; null for codes that the model doesn't know, like
/// ValidationException of DynamoDB.
const aws::Shape* modelled(const CalledOperation& called, const aws::CallError& error) {
    return called.model.find_error(called.operation,
                                   error.shape.empty() ? error.code : error.shape);
}

std::string with_exception_suffix(std::string name) {
    return name.ends_with("Exception") ? name : name + "Exception";
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_lower(c) || is_upper(c); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "v2" behind two characters of the other case, as in "SESv2" and "ApiGatewayV2".
bool is_version(std::string_view text, std::size_t at) {
    if (at < 2 || at + 1 >= text.size() || !is_digit(text[at + 1])) return false;
    const char a = text[at - 1];
    const char b = text[at - 2];
    return (text[at] == 'v' && !is_lower(a) && !is_lower(b)) ||
           (text[at] == 'V' && !is_upper(a) && !is_upper(b));
}

/// Whether a new word begins within a run of letters and digits: "Dynamo|DB", "M|Turk", "SES|v2",
/// "b2|bi", but "IoT".
bool is_new_word(std::string_view text, std::size_t at) {
    const char before = text[at - 1];
    const char c = text[at];
    const char after = at + 1 < text.size() ? text[at + 1] : '\0';
    if (is_digit(before)) return is_letter(c);
    if (is_version(text, at)) return true;
    if (!is_upper(c)) return false;
    if (is_lower(before)) return is_letter(after) || is_digit(after);
    return is_upper(before) && is_lower(after) && !is_version(text, at + 1);
}

} // namespace

std::string sdk_client_name(std::string_view service_id) {
    std::string out;
    bool begins_word = true;
    for (std::size_t i = 0; i < service_id.size(); ++i) {
        const char c = service_id[i];
        if (!is_letter(c) && !is_digit(c)) {
            begins_word = true;
            continue;
        }
        if (begins_word || is_new_word(service_id, i))
            out += is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
        else
            out += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
        begins_word = false;
    }
    for (const std::string_view owner : {"Amazon", "Aws"})
        if (out.starts_with(owner) && out.size() > owner.size()) out.erase(0, owner.size());
    constexpr std::string_view suffix = "Service";
    if (out.ends_with(suffix) && out.size() > suffix.size()) out.resize(out.size() - suffix.size());
    return out;
}

std::string sdk_cause(std::string_view client_name, const aws::CallError& error) {
    std::string out = error.message + " (Service: " + std::string(client_name) +
                      ", Status Code: " + std::to_string(error.http_status) +
                      ", Request ID: " + error.request_id;
    if (!error.extended_request_id.empty())
        out += ", Extended Request ID: " + error.extended_request_id;
    return out + ')';
}

Failure optimised_failure(const ServiceNames& names, const CalledOperation& called,
                          const aws::CallError& error) {
    const std::string prefix = std::string(names.prefix) + '.';
    if (error.kind != aws::CallError::Kind::service)
        return {prefix + "SdkClientException", error.message};
    const aws::Shape* known = modelled(called, error);
    const std::string name =
        known != nullptr ? with_exception_suffix(known->name) : std::string(names.unmodelled);
    return {prefix + name, error.message + " (Service: " + std::string(names.in_causes) +
                               "; Status Code: " + std::to_string(error.http_status) +
                               "; Error Code: " + error.code + "; Request ID: " + error.request_id +
                               "; Proxy: null)"};
}

Failure sdk_failure(const CalledOperation& called, const aws::CallError& error) {
    const std::string client = sdk_client_name(called.model.metadata().service_id);
    if (error.kind != aws::CallError::Kind::service)
        return {client + ".SdkClientException", error.message};
    const aws::Shape* known = modelled(called, error);
    const std::string name =
        known != nullptr ? with_exception_suffix(known->name) : client + "Exception";
    return {client + '.' + name, sdk_cause(client, error) + " (SDK Attempt Count: " +
                                     std::to_string(error.attempts) + ")"};
}

} // namespace gradus
