#include "aws/endpoint/rule_functions.hpp"

#include "aws/endpoint/partition.hpp"
#include "aws/uri_encoding.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace gradus::aws {
namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "203.0.113.7"; a bucket may be called "1.2".
bool is_ipv4(std::string_view text) {
    constexpr int numbers = 4;
    constexpr std::size_t digits_max = 3;
    for (int i = 0; i < numbers; ++i) {
        const std::size_t end = i + 1 < numbers ? text.find('.') : text.size();
        if (end == std::string_view::npos || end > digits_max || !is_number(text.substr(0, end)))
            return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

/// Of ASCII texts only; nothing where the text is too short.
Value substring(std::string_view text, std::int64_t from, std::int64_t to, bool is_from_end) {
    const auto size = static_cast<std::int64_t>(text.size());
    if (from < 0 || from >= to || size < to || !is_ascii(text)) return {};
    const std::int64_t start = is_from_end ? size - to : from;
    return text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(to - from));
}

/// A URL of http or https without a query. Its path is empty or begins with '/'; the normalised one
/// ends so, too.
Value url_parts(std::string_view text) {
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || text.find('?') != std::string_view::npos) return {};
    const std::string_view scheme = text.substr(0, colon);
    if (scheme != "http" && scheme != "https") return {};
    const std::string_view rest = text.substr(colon + 3);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view authority = rest.substr(0, slash);
    if (authority.empty()) return {};
    const std::string path(rest.substr(slash));
    // An address of IPv6 stands in brackets, before the port.
    const bool is_bracketed = authority.starts_with('[');
    const std::size_t colon_at = authority.find(':', is_bracketed ? authority.find(']') : 0);
    const std::string_view host = authority.substr(0, colon_at);
    if (colon_at != std::string_view::npos && !is_number(authority.substr(colon_at + 1))) return {};
    return Value::object({{"scheme", scheme},
                          {"authority", authority},
                          {"path", path},
                          {"normalizedPath", path.ends_with('/') ? path : path + "/"},
                          {"isIp", is_bracketed || is_ipv4(host)}});
}

bool is_host_label(std::string_view label) {
    constexpr std::size_t longest = 63; // RFC 1035, section 2.3.4
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    };
    return !label.empty() && label.size() <= longest && label.front() != '-' &&
           label.back() != '-' && std::ranges::all_of(label, is_allowed);
}

bool are_host_labels(std::string_view text, bool with_subdomains) {
    if (!with_subdomains) return is_host_label(text);
    while (true) {
        const std::size_t dot = text.find('.');
        if (!is_host_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_virtual_hostable(std::string_view bucket, bool with_subdomains) {
    constexpr std::size_t shortest = 3;
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    return bucket.size() >= shortest && std::ranges::none_of(bucket, is_upper) &&
           !is_ipv4(bucket) && are_host_labels(bucket, with_subdomains);
}

Value partition_parts(std::string_view region) {
    const Partition& found = partition_of(region);
    return Value::object({{"name", found.name},
                          {"dnsSuffix", found.dns_suffix},
                          {"dualStackDnsSuffix", found.dual_stack_dns_suffix},
                          {"implicitGlobalRegion", found.implicit_global_region},
                          // So do all partitions.
                          {"supportsFIPS", true},
                          {"supportsDualStack", true}});
}

/// "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"; the resource is split at ':' and '/'.
Value arn_parts(std::string_view text) {
    constexpr std::size_t heads = 5;
    std::array<std::string_view, heads> head;
    for (std::string_view& part : head) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return {};
        part = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    const auto& [prefix, partition, service, region, account] = head;
    if (prefix != "arn" || partition.empty() || service.empty() || text.empty()) return {};
    Array resource;
    while (true) {
        const std::size_t end = text.find_first_of(":/");
        resource.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return Value::object({{"partition", partition},
                          {"service", service},
                          {"region", region},
                          {"accountId", account},
                          {"resourceId", Value(std::move(resource))}});
}

using Arguments = std::span<const Value>;

bool flag(const Value& value) { return value == Value(true); }

Value is_equal(Arguments arguments) {
    return !arguments[0].is_null() && arguments[0] == arguments[1];
}

Value substring_of(Arguments arguments) {
    std::int64_t from = 0;
    std::int64_t to = 0;
    if (!arguments[0].is_string() || !arguments[1].to_integer(from) || !arguments[2].to_integer(to))
        return {};
    return substring(arguments[0].as_string(), from, to, flag(arguments[3]));
}

/// A function of a text.
template <auto function>
Value of_text(Arguments arguments) {
    return arguments[0].is_string() ? Value(function(arguments[0].as_string())) : Value();
}
/// A function of a text and a flag.
template <auto function>
Value of_text_and_flag(Arguments arguments) {
    if (!arguments[0].is_string()) return {};
    return function(arguments[0].as_string(), flag(arguments[1]));
}

std::string encoded(std::string_view text) { return percent_encode(text); }

constexpr auto functions = std::to_array<RuleFunctionRow>({
    {"isSet", 1, [](Arguments arguments) { return Value(!arguments[0].is_null()); }},
    {"not", 1, [](Arguments arguments) { return Value(!flag(arguments[0])); }},
    {"getAttr", 2,
     [](Arguments arguments) {
         return arguments[1].is_string() ? attribute_of(arguments[0], arguments[1].as_string())
                                         : Value();
     }},
    {"stringEquals", 2, is_equal},
    {"booleanEquals", 2, is_equal},
    {"substring", 4, substring_of},
    {"uriEncode", 1, of_text<encoded>},
    {"parseURL", 1, of_text<url_parts>},
    {"isValidHostLabel", 2, of_text_and_flag<are_host_labels>},
    {"aws.partition", 1, of_text<partition_parts>},
    {"aws.parseArn", 1, of_text<arn_parts>},
    {"aws.isVirtualHostableS3Bucket", 2, of_text_and_flag<is_virtual_hostable>},
});

} // namespace

std::optional<RuleFunctionRow> find_rule_function(std::string_view name) {
    const auto found = std::ranges::find(functions, name, &RuleFunctionRow::name);
    if (found == functions.end()) return std::nullopt;
    return *found;
}

Value attribute_of(const Value& value, std::string_view path) {
    Value at = value;
    while (!path.empty() && !at.is_null()) {
        if (path.front() == '.') path.remove_prefix(1);
        if (path.starts_with('[')) {
            std::size_t index = 0;
            const std::size_t end = path.find(']');
            if (end == std::string_view::npos) return {};
            std::from_chars(path.data() + 1, path.data() + end, index);
            at = at.is_array() && index < at.size() ? Value(at[index]) : Value();
            path.remove_prefix(end + 1);
            continue;
        }
        const std::size_t end = std::min(path.find_first_of(".["), path.size());
        const Value* member = at.is_object() ? at.find(path.substr(0, end)) : nullptr;
        at = member == nullptr ? Value() : Value(*member);
        path.remove_prefix(end);
    }
    return at;
}

} // namespace gradus::aws
