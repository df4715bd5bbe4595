#pragma once
// An expression as a tree. Inside of aws/paging.

#include "aws/paging/path_expression.hpp"

namespace gradus::aws {

enum class PathKind {
    current,
    field,      // name
    literal,    // value
    index,      // left, number
    sub,        // right of left
    flatten,    // left
    values,     // of the object that left is
    projection, // right of each element of left
    filter,     // right of each element of left for which condition is true
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    logical_or,
    logical_and,
    logical_not, // left
    length,      // left
    contains,    // left, right
};

struct PathExpression::Node {
    PathKind kind = PathKind::current;
    std::string name;
    Value value;
    std::int64_t number = 0;
    std::shared_ptr<const Node> left;
    std::shared_ptr<const Node> right;
    std::shared_ptr<const Node> condition;
};

using PathNodePtr = std::shared_ptr<const PathExpression::Node>;

/// The tree of an expression. Fails like PathExpression::compile.
Result<PathNodePtr> parse_path(std::string_view text);

} // namespace gradus::aws
