#pragma once
// "Did you mean": the one of some names that a misspelt name is closest to.

#include <string_view>
#include <vector>

namespace gradus {

/// Empty when none is close: letter case apart, a third of the name and at least two letters may
/// differ.
std::string_view closest_name(std::string_view name,
                              const std::vector<std::string_view>& candidates);

} // namespace gradus
