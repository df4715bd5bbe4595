#pragma once
// What came of invoking a function, as a task sees it. Used for functions of AWS, of a Lambda
// Runtime Interface Emulator and for local programs.

#include "gradus/failure.hpp"
#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <string>
#include <string_view>

namespace gradus {

/// The payload as JSON; a text when it isn't any.
Value lambda_payload(std::string_view payload);
/// A function that failed: errorType is the error, the whole payload the cause (recorded). Without
/// errorType it is Lambda.Unknown.
Failure lambda_failure(std::string_view payload);

} // namespace gradus
