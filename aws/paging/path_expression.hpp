#pragma once
// JMESPath (jmespath.org, "JMESPath Specification") as far as the descriptions of paginators and
// waiters use it: names, indices, flattening, projections, filters, comparisons, and, or, not,
// literals, length() and contains(). Not: slices, multi-selects, pipes, other functions.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gradus::aws {

/// Whether a value counts as true: all but null, false, "", [] and {}.
bool is_truthy(const Value& value);

/// Compiled once; immutable and cheap to copy.
class PathExpression {
public:
    /// Fails with syntax (and the byte), unsupported, limit.
    static Result<PathExpression> compile(std::string_view text);

    /// Null where there is nothing. What the specification calls an error of types is null, too.
    Value search(const Value& data) const;
    const std::string& text() const { return text_; }

    struct Node;

private:
    PathExpression(std::string text, std::shared_ptr<const Node> root)
        : text_(std::move(text)), root_(std::move(root)) {}

    std::string text_;
    std::shared_ptr<const Node> root_;
};

} // namespace gradus::aws
