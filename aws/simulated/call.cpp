#include "aws/simulated/call.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace gradus::simulated {

aws::ServiceError fault(std::string code, std::string message, int http_status) {
    aws::ServiceError out;
    out.code = std::move(code);
    out.message = std::move(message);
    out.http_status = http_status;
    out.fault =
        http_status >= 500 ? aws::ServiceError::Fault::receiver : aws::ServiceError::Fault::sender;
    return out;
}

std::string text(const Value& value, std::string_view fallback) {
    return std::string(value.is_string() ? value.as_string() : fallback);
}

std::int64_t integer(const Value& value, std::int64_t fallback) {
    std::int64_t out = 0;
    if (value.is_number() && value.to_integer(out)) return out;
    if (!value.is_string()) return fallback;
    const std::string_view digits = value.as_string();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    const bool is_whole = error == std::errc() && end == digits.data() + digits.size();
    return is_whole ? out : fallback;
}

double real(const Value& value, double fallback) {
    if (value.is_number()) return value.as_double();
    if (!value.is_string()) return fallback;
    double out = 0;
    const std::string_view digits = value.as_string();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    const bool is_whole = error == std::errc() && end == digits.data() + digits.size();
    return is_whole && std::isfinite(out) ? out : fallback;
}

bool is_set(const Value& value) { return value.is_boolean() && value.as_boolean(); }

std::vector<std::string> texts(const Value& list) {
    std::vector<std::string> out;
    if (!list.is_array()) return out;
    for (const Value& element : list.as_array())
        out.push_back(text(element));
    return out;
}

bool is_among(const std::vector<std::string>& wanted, std::string_view name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

Value list_of(const std::vector<std::string>& values) {
    Array out;
    for (const std::string& value : values)
        out.emplace_back(value);
    return Value(std::move(out));
}

Value time_value(Timestamp at) {
    const std::int64_t milliseconds = epoch_milliseconds(at);
    if (milliseconds % 1000 == 0) return Value(milliseconds / 1000);
    return Value(static_cast<double>(milliseconds) / 1000.0);
}

std::optional<Timestamp> time_of(const Value& epoch_seconds) {
    if (!epoch_seconds.is_number()) return std::nullopt;
    const double seconds = epoch_seconds.as_double();
    // Years 1970 to 9999: what a time stamp on the wire can mean.
    if (!(seconds >= 0 && seconds < 253'402'300'800.0)) return std::nullopt;
    return timestamp_of(static_cast<std::int64_t>(std::llround(seconds * 1000.0)));
}

std::string time_text(Timestamp at) { return format_iso8601(epoch_milliseconds(at) / 1000 * 1000); }

Tags read_tags(const Value& list, TagNames names) {
    Tags out;
    if (!list.is_array()) return out;
    const bool is_upper = names == TagNames::upper;
    for (const Value& tag : list.as_array())
        out[text(tag[is_upper ? "Key" : "key"])] = text(tag[is_upper ? "Value" : "value"]);
    return out;
}

Value write_tags(const Tags& tags, TagNames names) {
    Array out;
    const bool is_upper = names == TagNames::upper;
    for (const auto& [key, value] : tags)
        out.push_back(Value::object({{is_upper ? "Key" : "key", Value(key)},
                                     {is_upper ? "Value" : "value", Value(value)}}));
    return Value(std::move(out));
}

Tags specified_tags(const Value& specifications, std::string_view resource_type) {
    Tags out;
    if (!specifications.is_array()) return out;
    for (const Value& specification : specifications.as_array())
        if (text(specification["ResourceType"]) == resource_type)
            out.merge(read_tags(specification["Tags"]));
    return out;
}

Result<Page, aws::ServiceError> page_of(const std::vector<Value>& items, const Value& token,
                                        std::int64_t size, std::string_view error_code) {
    static constexpr std::string_view prefix = "from:";
    std::size_t first = 0;
    if (token.is_string() && token.size() > 0) {
        const std::optional<std::string> plain = base64_decode(token.as_string());
        bool is_ours = plain && plain->starts_with(prefix);
        if (is_ours) {
            const char* end = plain->data() + plain->size();
            const auto read = std::from_chars(plain->data() + prefix.size(), end, first);
            is_ours = read.ec == std::errc() && read.ptr == end && first <= items.size();
        }
        if (!is_ours)
            return fault(std::string(error_code), "The token '" + text(token) + "' is invalid");
    }
    const std::size_t count = static_cast<std::size_t>(std::max<std::int64_t>(size, 1));
    const std::size_t last = std::min(items.size(), first + std::min(count, items.size() - first));
    Page out;
    for (std::size_t i = first; i < last; ++i)
        out.items.push_back(items[i]);
    if (last < items.size())
        out.next_token = base64_encode(std::string(prefix) + std::to_string(last));
    return out;
}

bool matches_wildcards(std::string_view pattern, std::string_view text) {
    std::size_t at = 0;
    std::size_t read = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (read < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            resume = read;
        } else if (at < pattern.size() && (pattern[at] == text[read] || pattern[at] == '?')) {
            ++at;
            ++read;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            read = ++resume;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*')
        ++at;
    return at == pattern.size();
}

Result<bool, aws::ServiceError> passes(const Value& filters, const FilterValues& values_of) {
    if (!filters.is_array()) return true;
    bool all = true;
    for (const Value& filter : filters.as_array()) {
        const std::string name = text(filter["Name"]);
        const std::optional<std::vector<std::string>> values = values_of(name);
        if (!values) return fault("InvalidParameterValue", "The filter '" + name + "' is invalid");
        bool any = false;
        for (const std::string& wanted : texts(filter["Values"]))
            any = any || std::any_of(values->begin(), values->end(), [&](const auto& value) {
                      return matches_wildcards(wanted, value);
                  });
        all = all && any;
    }
    return all;
}

std::optional<std::vector<std::string>> tag_filter(std::string_view filter_name, const Tags& tags) {
    static constexpr std::string_view prefix = "tag:";
    std::vector<std::string> out;
    if (filter_name == "tag-key") {
        for (const auto& [key, value] : tags)
            out.push_back(key);
        return out;
    }
    if (!filter_name.starts_with(prefix)) return std::nullopt;
    const auto tag = tags.find(std::string(filter_name.substr(prefix.size())));
    if (tag != tags.end()) out.push_back(tag->second);
    return out;
}

} // namespace gradus::simulated
