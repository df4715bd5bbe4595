#pragma once
// Event patterns of EventBridge: which events a rule is for. The engine's own bus and the simulated
// one share it. Pure. (Amazon EventBridge User Guide, "Comparison operators for use in event
// patterns".)

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <memory>
#include <string_view>

namespace gradus::aws {

/// A compiled pattern; immutable, cheap to copy.
class EventPattern {
public:
    /// Fails with `syntax` and what is wrong. Operators: exact values, prefix, suffix,
    /// equals-ignore-case, wildcard, anything-but (also with prefix, suffix, equals-ignore-case,
    /// wildcard), numeric, exists, cidr, $or.
    static Result<EventPattern> parse(const Value& document);
    static Result<EventPattern> parse(std::string_view text);

    bool matches(const Value& event) const;

    struct Node;

private:
    explicit EventPattern(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
    std::shared_ptr<const Node> root_;
};

/// Deepest nesting of a pattern, and its longest text in bytes (AWS: 2048 characters by default,
/// 4096 on request; ours is the larger).
inline constexpr std::size_t pattern_depth_max = 32;
inline constexpr std::size_t pattern_bytes_max = 4096;
/// Alternatives that one pattern may expand to with $or (AWS: 1000).
inline constexpr std::size_t pattern_combinations_max = 1000;

} // namespace gradus::aws
