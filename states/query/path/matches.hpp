#pragma once
// The general evaluation of steps: all nodes that a path with wildcards, filters and the like
// matches, in document order. Plain paths don't come here.

#include "states/query/path/syntax.hpp"

#include <vector>

namespace gradus::path {

enum class Collected { all, gave_up };

/// Appends the matches. Gives up after visits_max nodes.
Collected collect_matches(const Value& document, const Steps& steps, std::vector<Value>& found);

} // namespace gradus::path
