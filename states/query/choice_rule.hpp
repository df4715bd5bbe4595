#pragma once
// The tests of a JSONPath Choice state: one rule is a data test ("Variable" and one of 39
// operators) or And, Or, Not of rules. Next, Assign, Output and Comment of a rule are the state's
// business and are skipped here. Sources: States language, "Choice State"; recorded operator
// tables.

#include "gradus/result.hpp"
#include "gradus/value.hpp"
#include "states/query/path/path.hpp"
#include "states/query/scope.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::choice {

/// Deepest nesting of And, Or and Not. Ours.
inline constexpr std::size_t nesting_max = 64;

/// A fault in a rule; the pointer is relative to the rule.
struct RuleFault {
    std::string pointer;
    std::string message;
    std::string hint = {};

    friend bool operator==(const RuleFault&, const RuleFault&) = default;
};

/// A test that can't be carried out: States.Runtime. `message` is complete, save for the state's
/// prefix.
struct RuleError {
    std::string message;
    std::string path; // that finds nothing; empty where something else is wrong

    friend bool operator==(const RuleError&, const RuleError&) = default;
};

struct Test; // the rule's tree

/// A compiled rule: immutable, as cheap to copy as a pointer.
class Rule {
public:
    /// Variables of all paths in it, in the order of their first mention.
    std::vector<std::string> variables_referenced() const;

    const Test& test() const { return *test_; }

private:
    friend Result<Rule, std::vector<RuleFault>> compile(const Value& json);
    explicit Rule(std::shared_ptr<const Test> test) : test_(std::move(test)) {}

    std::shared_ptr<const Test> test_;
};

/// Compiles one element of Choices.
Result<Rule, std::vector<RuleFault>> compile(const Value& json);
/// Whether the rule matches.
Result<bool, RuleError> evaluate(const Rule& rule, const Scope& scope);

/// StringMatches: `*` stands for any characters, `\*` and `\\` for themselves. Linear in the
/// product of the lengths.
bool string_matches(std::string_view text, std::string_view pattern);

[[noreturn]] inline void throw_exception_from_error(const std::vector<RuleFault>&,
                                                    const boost::source_location& where) {
    assertion_failed("faulty rule", where.file_name(), static_cast<int>(where.line()));
}
[[noreturn]] inline void throw_exception_from_error(const RuleError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

} // namespace gradus::choice
