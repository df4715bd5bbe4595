#pragma once
// A compiled rule set, as rule_compiler.cpp makes it and rule_set.cpp walks it.

#include "aws/endpoint/rule_functions.hpp"
#include "aws/endpoint/rule_set.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gradus::aws {

struct RuleExpression;

/// Names are resolved to places in one list of values when the set is compiled.
using RuleSlot = std::size_t;

struct RuleReference {
    RuleSlot slot = 0;
};
struct RuleCall {
    RuleFunction function = nullptr;
    std::vector<RuleExpression> arguments;
};
/// Texts and the values between them: "https://{Region}.{Partition#dnsSuffix}".
struct RuleTemplate {
    struct Part {
        std::string text;
        std::optional<RuleSlot> slot; // behind the text
        std::string path;             // within the slot's value
    };
    std::vector<Part> parts;
};
struct RuleList {
    std::vector<RuleExpression> items;
};
struct RuleRecord {
    std::vector<std::string> names;
    std::vector<RuleExpression> values; // as many
};
struct RuleExpression {
    std::variant<Value, RuleReference, RuleCall, RuleTemplate, RuleList, RuleRecord> kind;
};

struct RuleCondition {
    RuleCall call;
    std::optional<RuleSlot> assign;
};
struct RuleEndpoint {
    RuleExpression url;
    RuleExpression headers;
    RuleExpression properties;
};
struct RuleError {
    RuleExpression message;
};
struct Rule {
    std::vector<RuleCondition> conditions;
    std::variant<RuleEndpoint, RuleError, std::vector<Rule>> outcome; // the last: a tree
};

/// Its slots begin with the parameters.
struct RuleSet::Compiled {
    std::vector<RuleParameter> parameters;
    std::vector<Rule> rules;
    std::size_t slots = 0;
};

} // namespace gradus::aws
