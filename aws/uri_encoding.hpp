#pragma once
// Percent-encoding (RFC 3986) and query strings, as signing and the form protocols need them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::aws {

enum class Slash { encoded, kept };

/// Encodes all bytes but letters, digits and "-._~" with upper-case hexadecimal.
std::string percent_encode(std::string_view text, Slash slash = Slash::encoded);

/// Undoes percent-encoding; an escape that isn't one stays as it is.
std::string percent_decode(std::string_view text);

/// A request's target: the path, and what stands behind the first '?', both still encoded.
struct Target {
    std::string_view path;
    std::string_view query;
};
/// Borrows the text.
Target split_target(std::string_view target);

struct QueryParameter {
    std::string name;
    std::string value;

    friend auto operator<=>(const QueryParameter&, const QueryParameter&) = default;
};

enum class Plus { literal, space };

/// Splits at '&' and '=' and decodes both sides; a parameter without '=' has an empty value.
std::vector<QueryParameter> parse_query(std::string_view query, Plus plus);

/// "a=1&b=2", both sides encoded, in the given order.
std::string format_query(const std::vector<QueryParameter>& parameters);

} // namespace gradus::aws
