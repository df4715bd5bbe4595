#pragma once
// An error of a workflow: what Retry and Catch see, and what a failed execution ends with.

#include "gradus/result.hpp"

#include <optional>
#include <string>

namespace gradus {

/// Both parts may be absent, which is different from empty: SendTaskFailure may leave them out.
struct Failure {
    std::optional<std::string> error;
    std::optional<std::string> cause;

    friend bool operator==(const Failure&, const Failure&) = default;
};

[[noreturn]] inline void throw_exception_from_error(const Failure& failure,
                                                    const boost::source_location& where) {
    assertion_failed(failure.cause.value_or("failure").c_str(), where.file_name(),
                     static_cast<int>(where.line()));
}

} // namespace gradus
