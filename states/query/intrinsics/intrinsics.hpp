#pragma once
// The intrinsic functions of JSONPath fields: "States.Format('{}', $.a)". A call is parsed once,
// with unknown names and wrong numbers of arguments found then; evaluation draws from the Scope.
// Sources: States language, "Intrinsic Functions"; AWS, "Intrinsic functions for JSONPath states";
// where recorded executions differ from both, they win.

#include "gradus/result.hpp"
#include "gradus/value.hpp"
#include "states/query/path/path.hpp"
#include "states/query/scope.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::intrinsics {

/// Calls inside calls. AWS documents 10 for one field.
inline constexpr std::size_t nesting_max = 10;
/// Items that States.ArrayRange may make. AWS, "Intrinsic functions".
inline constexpr std::size_t array_range_items_max = 1'000;
/// Characters that Base64Encode, Base64Decode and Hash take. AWS, "Intrinsic functions".
inline constexpr std::size_t data_characters_max = 10'000;
/// Bytes of one call's text, and of the text that States.Format may make. Ours.
inline constexpr std::size_t text_bytes_max = 100'000;
inline constexpr std::size_t format_bytes_max = 10'000'000;

using SyntaxError = path::SyntaxError;

enum class IntrinsicFault {
    path,      // an argument's path found nothing: States.Runtime
    intrinsic, // the function refused its arguments: States.IntrinsicFailure
};

/// Why a call gave nothing. The message has AWS's form: "The function 'CALL' had the following
/// error: REASON".
struct IntrinsicError {
    IntrinsicFault fault = IntrinsicFault::intrinsic;
    std::string message;

    friend bool operator==(const IntrinsicError&, const IntrinsicError&) = default;
};

struct CallNode; // a call with its arguments

/// A parsed call: immutable, as cheap to copy as a pointer.
class Call {
public:
    /// The text it was parsed from.
    const std::string& text() const;
    /// "States.Format"
    std::string_view function_name() const;
    /// The function's result can be text, as ErrorPath and CausePath demand.
    bool can_return_string() const;
    /// Variables of all paths in it, without repetition.
    std::vector<std::string> variables_referenced() const;

    const CallNode& node() const { return *node_; }

private:
    friend Result<Call, SyntaxError> parse(std::string_view text);
    explicit Call(std::shared_ptr<const CallNode> node) : node_(std::move(node)) {}

    std::shared_ptr<const CallNode> node_;
};

/// True when a text is meant as a call, right or wrong: it starts with "States.".
bool looks_like_call(std::string_view text);

Result<Call, SyntaxError> parse(std::string_view text);
Result<Value, IntrinsicError> evaluate(const Call& call, const Scope& scope);

[[noreturn]] inline void throw_exception_from_error(const IntrinsicError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

} // namespace gradus::intrinsics
