#pragma once
// How an operation of ours says that it failed. Workflow failures, which Retry and Catch see, are
// data of another type (gradus::Failure) and never travel as an Error.

#include "gradus/assert.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <utility>

namespace gradus {

/// What went wrong in the machine around a workflow.
enum class ErrorCode {
    invalid_argument, // the caller gave something that can't be meant
    not_found,        // a named thing doesn't exist
    already_exists,
    syntax,      // a text isn't in its language
    unsupported, // understood, and not offered
    limit,       // a named limit would be passed
    io,          // disk, socket, process
    timeout,
    cancelled,
    internal, // the other side misbehaved
};

/// An error with a message for people: what was expected, what was found, where. No full stop.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T, class E = Error>
using Result = boost::system::result<T, E>;

/// Called by Result::value() on an error: asking without looking is a programmer's mistake.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

} // namespace gradus

#define GRADUS_CONCAT_INNER(a, b) a##b
#define GRADUS_CONCAT(a, b) GRADUS_CONCAT_INNER(a, b)

/// GRADUS_TRY(auto x, f()): x is the value of f(), or the enclosing function returns its error.
#define GRADUS_TRY(declaration, expression)                                                        \
    auto GRADUS_CONCAT(gradus_try_, __LINE__) = (expression);                                      \
    if (!GRADUS_CONCAT(gradus_try_, __LINE__))                                                     \
        return std::move(GRADUS_CONCAT(gradus_try_, __LINE__)).error();                            \
    declaration = std::move(*GRADUS_CONCAT(gradus_try_, __LINE__))

/// GRADUS_CHECK(f()): the same for a function whose result carries no value.
#define GRADUS_CHECK(expression)                                                                   \
    do {                                                                                           \
        auto gradus_check_result = (expression);                                                   \
        if (!gradus_check_result) return std::move(gradus_check_result).error();                   \
    } while (false)
