#include "aws/credentials/documents.hpp"

#include "aws/protocol/scalars.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <cmath>

namespace gradus::aws {

namespace {

enum class TimeUnit { seconds, milliseconds };

/// What the members of a document are called.
struct MemberNames {
    std::string_view access_key_id = "AccessKeyId";
    std::string_view secret_access_key = "SecretAccessKey";
    std::string_view token = "SessionToken";
    std::string_view expiration = "Expiration";
    TimeUnit unit = TimeUnit::seconds;
};

Error wrong(std::string message) { return {ErrorCode::invalid_argument, std::move(message)}; }

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

Result<Value> object_of(std::string_view text) {
    const Result<Value, JsonError> parsed = parse_json(text);
    if (!parsed)
        return wrong("expected JSON, found a fault at byte " +
                     std::to_string(parsed.error().offset));
    if (!parsed->is_object()) return wrong("expected a JSON object");
    return *parsed;
}

Result<std::int64_t> epoch_seconds(const Value& time, std::string_view name, TimeUnit unit) {
    const std::optional<Value> epoch = read_timestamp(time);
    const double seconds =
        epoch ? epoch->as_double() / (unit == TimeUnit::milliseconds ? 1'000 : 1) : 0;
    constexpr double seconds_max = 1e12; // far beyond any calendar
    if (!epoch || !(std::abs(seconds) < seconds_max))
        return wrong("expected a time as " + std::string(name));
    return static_cast<std::int64_t>(std::floor(seconds));
}

Result<Credentials> read_members(const Value& document, const MemberNames& names) {
    Credentials out;
    out.access_key_id = text_of(document, names.access_key_id);
    out.secret_access_key = text_of(document, names.secret_access_key);
    out.session_token = text_of(document, names.token);
    if (out.access_key_id.empty() || out.secret_access_key.empty())
        return wrong("expected " + std::string(names.access_key_id) + " and " +
                     std::string(names.secret_access_key));
    const Value& time = document[names.expiration];
    if (time.is_null()) return out;
    GRADUS_TRY(out.expires_epoch_seconds, epoch_seconds(time, names.expiration, names.unit));
    return out;
}

} // namespace

Result<Credentials> read_process_document(std::string_view text) {
    GRADUS_TRY(const Value document, object_of(text));
    if (document["Version"] != Value(1)) return wrong("expected 1 as Version");
    return read_members(document, {});
}

Result<Credentials> read_container_document(std::string_view text) {
    GRADUS_TRY(const Value document, object_of(text));
    return read_members(document, {.token = "Token"});
}

Result<Credentials> read_metadata_document(std::string_view text) {
    GRADUS_TRY(const Value document, object_of(text));
    const std::string code = text_of(document, "Code");
    if (!code.empty() && code != "Success")
        return wrong("expected Success as Code, found " + code + ": " +
                     text_of(document, "Message"));
    return read_members(document, {.token = "Token"});
}

Result<Credentials> read_sso_document(std::string_view text) {
    GRADUS_TRY(const Value document, object_of(text));
    return read_members(document["roleCredentials"], {.access_key_id = "accessKeyId",
                                                      .secret_access_key = "secretAccessKey",
                                                      .token = "sessionToken",
                                                      .expiration = "expiration",
                                                      .unit = TimeUnit::milliseconds});
}

Result<Credentials> read_sts_output(const Value& output) {
    return read_members(output["Credentials"], {});
}

bool SsoToken::can_be_renewed(std::int64_t now_epoch_seconds) const {
    return !refresh_token.empty() && !client_id.empty() && !client_secret.empty() &&
           now_epoch_seconds < registration_expires_epoch_seconds;
}

namespace {

// Older versions of the AWS CLI wrote "UTC" for "Z".
Result<std::int64_t> cli_time(const Value& document, std::string_view name) {
    std::string text = text_of(document, name);
    if (text.ends_with("UTC")) text.replace(text.size() - 3, 3, "Z");
    return epoch_seconds(Value(text), name, TimeUnit::seconds);
}

Result<SsoToken> token_of(const Value& document) {
    SsoToken out;
    out.access_token = text_of(document, "accessToken");
    if (out.access_token.empty()) return wrong("expected accessToken");
    GRADUS_TRY(out.expires_epoch_seconds, cli_time(document, "expiresAt"));
    out.refresh_token = text_of(document, "refreshToken");
    out.client_id = text_of(document, "clientId");
    out.client_secret = text_of(document, "clientSecret");
    const Result<std::int64_t> registration = cli_time(document, "registrationExpiresAt");
    if (registration) out.registration_expires_epoch_seconds = *registration;
    out.document = document;
    return out;
}

} // namespace

Result<SsoToken> read_sso_token(std::string_view text) {
    GRADUS_TRY(const Value document, object_of(text));
    return token_of(document);
}

Result<SsoToken> with_renewal(const SsoToken& token, std::string_view answer,
                              std::int64_t now_epoch_seconds) {
    GRADUS_TRY(const Value given, object_of(answer));
    std::int64_t life = 0;
    constexpr std::int64_t life_seconds_max = 31'536'000; // a year; ours
    if (text_of(given, "accessToken").empty() || !given["expiresIn"].to_integer(life) || life < 1 ||
        life > life_seconds_max)
        return wrong("expected accessToken and expiresIn");
    Value document = token.document.with("accessToken", given["accessToken"])
                         .with("expiresAt", format_iso8601((now_epoch_seconds + life) * 1'000));
    // Without another one the old one stays good.
    if (const std::string next = text_of(given, "refreshToken"); !next.empty())
        document = std::move(document).with("refreshToken", next);
    return token_of(document);
}

} // namespace gradus::aws
