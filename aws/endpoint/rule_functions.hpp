#pragma once
// The functions of the endpoint rules language. Smithy 2.0, "Rules engine standard library" and
// "AWS rules engine library functions". Values in, values out; null is "not set".

#include "gradus/value.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace gradus::aws {

/// Takes as many arguments as its row says; those of the wrong type give null.
using RuleFunction = Value (*)(std::span<const Value> arguments);

struct RuleFunctionRow {
    std::string_view name; // "aws.parseArn"
    std::size_t arguments = 0;
    RuleFunction call = nullptr;
};
/// Nothing when there is no such function.
std::optional<RuleFunctionRow> find_rule_function(std::string_view name);

/// Follows "a.b[0]" into a value; null where there is nothing.
Value attribute_of(const Value& value, std::string_view path);

} // namespace gradus::aws
