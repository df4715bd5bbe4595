#pragma once
// The tokens of an expression. Inside of aws/paging.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gradus::aws {

enum class PathTokenKind { end, name, literal, number, sign };

struct PathToken {
    PathTokenKind kind = PathTokenKind::end;
    std::string text; // of a name or a sign
    Value value;      // of a literal or a number
    std::size_t at = 0;
};

/// All tokens with one of the end after them. Fails with syntax and the byte.
Result<std::vector<PathToken>> path_tokens(std::string_view text);

/// A fault in the text of an expression.
Error path_fault(std::string what, std::size_t at);

} // namespace gradus::aws
