#include "states/program/identifier.hpp"
#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

TEST(CheckVariables, accepts_what_is_assigned_on_every_way) {
    EXPECT_EQ(faults(R"~({"StartAt": "A", "States": {
                  "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
                  "B": {"Type": "Choice", "Choices": [{"Variable": "$x", "IsNull": true, "Next": "C"}],
                        "Default": "B"},
                  "C": {"Type": "Pass", "Parameters": {"y.$": "States.MathAdd($x, 1)"}, "End": true}}})~"),
              Faults{});
}

TEST(CheckVariables, warns_of_names_that_nobody_assigns) {
    constexpr std::string_view definition = R"({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"count": 1}, "Next": "B"},
        "B": {"Type": "Pass", "InputPath": "$cuont", "End": true}}})";

    EXPECT_EQ(faults(definition),
              (Faults{"warning UNASSIGNED_VARIABLE /States/B/InputPath: Variable 'cuont' is never "
                      "assigned"}));
    EXPECT_EQ(hints(definition), (std::vector<std::string>{"did you mean 'count'?"}));
}

TEST(CheckVariables, finds_misspelt_functions_and_reserved_names) {
    EXPECT_EQ(jsonata_faults(R"("Type": "Pass", "Output": "{% $uppercse('a') %}", "End": true)"),
              (Faults{"warning UNASSIGNED_VARIABLE /States/A/Output: Variable 'uppercse' is never "
                      "assigned"}));
    EXPECT_EQ(
        hints(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed",
                  "Output": ["{% $uppercse('a') %}", "{% $state.input %}"]}}})"),
        (std::vector<std::string>{"did you mean 'uppercase'?", "did you mean 'states'?"}));
    EXPECT_EQ(jsonata_faults(R"("Type": "Pass", "Output": "{% $eval('1') %}", "End": true)"),
              (Faults{"/States/A/Output: The function '$eval' is not supported"}));
}

TEST(CheckVariables, warns_of_reads_before_any_assignment) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {
                  "A": {"Type": "Pass", "Assign": {"x.$": "$x"}, "Next": "B"},
                  "B": {"Type": "Pass", "Assign": {"x.$": "$x"}, "End": true}}})"),
              (Faults{"warning UNASSIGNED_VARIABLE /States/A/Assign: Variable 'x' can't have a "
                      "value yet in this state"}));
}

TEST(CheckVariables, warns_of_ways_without_an_assignment) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {
                  "A": {"Type": "Choice", "Default": "C", "Choices": [{"Variable": "$.a",
                        "IsPresent": true, "Next": "B", "Assign": {"y": 1}}], "Assign": {"y": 2}},
                  "B": {"Type": "Pass", "Assign": {"x": 1}, "Next": "C"},
                  "C": {"Type": "Pass", "Parameters": {"x.$": "$x", "y.$": "$y"}, "End": true}}})"),
              (Faults{"warning UNASSIGNED_VARIABLE /States/C/Parameters: Variable 'x' is not "
                      "assigned on every way to this state"}));
}

TEST(CheckVariables, knows_that_a_catcher_replaces_the_assignment_of_its_state) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {
                  "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                        "Assign": {"ok": 1}, "Next": "B",
                        "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"bad": 1}, "Next": "B"}]},
                  "B": {"Type": "Pass", "InputPath": "$ok", "OutputPath": "$bad", "End": true}}})")
                  .size(),
              2U);
}

TEST(CheckVariables, lets_inner_scopes_read_outer_variables_but_not_assign_them) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {
                  "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
                  "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "I", "States": {
                        "I": {"Type": "Pass", "InputPath": "$x", "Assign": {"x": 2}, "End": true}}}}}})"),
              (Faults{"/States/M/ItemProcessor/States/I/Assign/x: Variable 'x' is assigned in an "
                      "outer scope already"}));
}

TEST(CheckVariables, lets_a_catch_take_a_name_that_its_branches_had) {
    // Recorded: AWS accepts it. The branches are over when the catcher assigns.
    EXPECT_EQ(faults(R"({"StartAt": "P", "States": {
                  "P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "B", "States": {
                        "B": {"Type": "Pass", "Assign": {"x": 1}, "End": true}}}],
                        "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"x": 2}, "Next": "F"}]},
                  "F": {"Type": "Pass", "End": true}}})"),
              Faults{});
}

TEST(CheckVariables, forgets_what_branches_assigned) {
    EXPECT_EQ(faults(R"({"StartAt": "P", "States": {
                  "P": {"Type": "Parallel", "Next": "F", "Branches": [{"StartAt": "B", "States": {
                        "B": {"Type": "Pass", "Assign": {"x": 1}, "End": true}}}]},
                  "F": {"Type": "Pass", "InputPath": "$x", "End": true}}})"),
              (Faults{"warning UNASSIGNED_VARIABLE /States/F/InputPath: Variable 'x' is never "
                      "assigned"}));
}

TEST(CheckVariables, wants_identifiers_as_names) {
    EXPECT_EQ(state_faults(R"("Type": "Pass", "Assign": {"states": 1, "a.b": 2, "x[0].$": "$",
                  "1a": 3, "größe": 4, ")" +
                           std::string(81, 'n') + R"(": 5}, "End": true)"),
              (Faults{"/States/A/Assign/states: The variable name 'states' is reserved",
                      "/States/A/Assign/a.b: 'a.b' is not a valid variable name",
                      "/States/A/Assign/x[0].$: 'x[0]' is not a valid variable name",
                      "/States/A/Assign/1a: '1a' is not a valid variable name",
                      "/States/A/Assign/" + std::string(81, 'n') +
                          ": Variable name is longer than 80 characters"}));
}

TEST(Identifier, follows_unicode_classes) {
    for (const char* name : {"a", "Zz9_", "größe", "名前", "ℵ1", "e\u0301", "a·b", "Ⅷ"})
        EXPECT_TRUE(is_identifier(name)) << name;
    for (const char* name :
         {"", "_a", "9a", "a-b", "a b", "$a", "a\n", "\u0301e", "a\u2E2F", "😀", "·a"})
        EXPECT_FALSE(is_identifier(name)) << name;
}

TEST(VariableReferences, lists_the_names_of_each_state_in_order) {
    const auto compiled = compile(R"({"StartAt": "Setup", "States": {
        "Setup": {"Type": "Pass", "Assign": {"guess": "g", "answer": "a"}, "Next": "Check"},
        "Check": {"Type": "Choice", "Choices": [{"Variable": "$guess", "StringEqualsPath": "$answer",
                  "Next": "Right"}], "Default": "Wrong"},
        "Right": {"Type": "Pass", "End": true},
        "Wrong": {"Type": "Pass", "Assign": {"guess.$": "$answer"}, "Next": "Check"}}})");
    ASSERT_NE(compiled.program, nullptr);

    // Recorded from DescribeStateMachine, but for the names of the states.
    EXPECT_EQ(variable_references(*compiled.program),
              (std::map<std::string, std::vector<std::string>>{{"Check", {"answer", "guess"}},
                                                               {"Wrong", {"answer"}}}));
}

} // namespace
} // namespace gradus
