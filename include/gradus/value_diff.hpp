#pragma once
// Where two JSON values differ, as a person would say it: by member and element, with elements that
// were only moved along by an insertion left alone.

#include "gradus/value.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// One place that differs. Both: changed; one alone: only there.
struct ValueDifference {
    std::string pointer; // JSON pointer: into the expected value, or of what was added, the actual
    std::optional<Value> expected;
    std::optional<Value> actual;

    friend bool operator==(const ValueDifference&, const ValueDifference&) = default;
};

/// Whether two values that aren't equal count as equal all the same. Asked from the outside in.
using IsAccepted = std::function<bool(const Value& expected, const Value& actual)>;

/// In document order; none when the values print as the same text, or would but for what is
/// accepted. Members that only changed their order are reported as one difference of the object.
std::vector<ValueDifference> value_differences(const Value& expected, const Value& actual,
                                               const IsAccepted& is_accepted = {});

} // namespace gradus
