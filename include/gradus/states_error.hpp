#pragma once
// Why one of the operations of the Step Functions API was refused.

#include "gradus/result.hpp"

#include <string>
#include <utility>

namespace gradus {

/// With AWS's code ("ValidationException") and words, where they are recorded.
struct StatesError {
    // A constructor, so that a lone string is never taken for an error in Result<std::string, …>.
    StatesError() = default;
    StatesError(std::string error_code, std::string text)
        : code(std::move(error_code)), message(std::move(text)) {}

    std::string code;
    std::string message;

    friend bool operator==(const StatesError&, const StatesError&) = default;
};
[[noreturn]] inline void throw_exception_from_error(const StatesError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

} // namespace gradus
