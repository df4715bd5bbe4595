#pragma once
// An error of a workflow: what Retry and Catch see, and what a failed execution ends with.

#include <optional>
#include <string>

namespace gradus {

/// Both parts may be absent, which is different from empty: SendTaskFailure may leave them out.
struct Failure {
    std::optional<std::string> error;
    std::optional<std::string> cause;

    friend bool operator==(const Failure&, const Failure&) = default;
};

} // namespace gradus
