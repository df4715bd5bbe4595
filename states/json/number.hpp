#pragma once
// Texts of numbers. Private to states/json.

#include <cstdint>
#include <optional>
#include <string_view>

namespace gradus {

/// The integer whose canonical text this is ("-0", "1.0", "007" and longer ones have none).
std::optional<std::int64_t> canonical_integer(std::string_view text);
/// The double nearest to a JSON number; infinite beyond the range.
double parse_double(std::string_view text);

} // namespace gradus
