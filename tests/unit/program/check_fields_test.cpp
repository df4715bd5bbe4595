// Fields, paths, templates, JSONata and the $states that stand in them.
#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace gradus {
namespace {

constexpr const char* lambda =
    R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true)";

Faults task_faults(const std::string& fields) { return state_faults(lambda + (", " + fields)); }

TEST(CheckFields, knows_ranges_and_exclusive_pairs) {
    EXPECT_EQ(task_faults(R"("TimeoutSeconds": 0)"),
              (Faults{"/States/A/TimeoutSeconds: Expected an integer from 1 to 99999999 but found "
                      "0"}));
    EXPECT_EQ(task_faults(R"("TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t")"),
              (Faults{"/States/A/TimeoutSecondsPath: Only one of these fields may be set: "
                      "[TimeoutSeconds, TimeoutSecondsPath]"}));
    EXPECT_EQ(state_faults(R"("Type": "Wait", "Seconds": 1, "TimestampPath": "$.t", "End": true)"),
              (Faults{"/States/A/TimestampPath: Only one of these fields may be set: [Seconds, "
                      "SecondsPath, Timestamp, TimestampPath]"}));
    EXPECT_EQ(jsonata_faults(R"("Type": "Wait", "End": true)"),
              (Faults{"/States/A: One of these fields is required: [Seconds, Timestamp]"}));
    EXPECT_EQ(state_faults(R"("Type": "Fail", "Error": "E", "ErrorPath": "$.e")"),
              (Faults{"/States/A/ErrorPath: Only one of these fields may be set: [Error, "
                      "ErrorPath]"}));
    EXPECT_EQ(state_faults(R"("Type": "Task", "End": true, "TimeoutSeconds": 5,
                  "Resource": "arn:aws:states:us-east-1:123456789012:activity:a",
                  "HeartbeatSeconds": 5)"),
              (Faults{"/States/A/HeartbeatSeconds: HeartbeatSeconds must be smaller than "
                      "TimeoutSeconds"}));
    EXPECT_EQ(
        task_faults(R"("Retry": [{"ErrorEquals": ["E"], "BackoffRate": 0.5,
                  "MaxAttempts": -1, "JitterStrategy": "HALF"}])"),
        (Faults{"/States/A/Retry/0/BackoffRate: Expected a number of at least 1 but found 0.5",
                "/States/A/Retry/0/MaxAttempts: Expected an integer from 0 to 99999999 but "
                "found -1",
                "/States/A/Retry/0/JitterStrategy: The field 'JitterStrategy' should have one "
                "of these values: [FULL, NONE]"}));
}

TEST(CheckFields, checks_paths_and_reference_paths) {
    EXPECT_EQ(task_faults(R"("InputPath": "a.b")"),
              (Faults{"/States/A/InputPath: Value is not a valid JSONPath: expected a path that "
                      "starts with '$', at offset 0 of 'a.b'"}));
    EXPECT_EQ(task_faults(R"("ResultPath": "$$.x")"),
              (Faults{"/States/A/ResultPath: Value is not a Reference Path: '$$.x'"}));
    EXPECT_EQ(task_faults(R"("TimeoutSecondsPath": "$..t")"),
              (Faults{"/States/A/TimeoutSecondsPath: Value is not a Reference Path: '$..t'"}));
    EXPECT_EQ(task_faults(R"("Catch": [{"ErrorEquals": ["E"], "ResultPath": "$v", "Next": "A"}])"),
              (Faults{"/States/A/Catch/0/ResultPath: Value is not a Reference Path: '$v'"}));
}

TEST(CheckFields, says_where_intrinsic_functions_may_stand) {
    EXPECT_EQ(hints(R"~({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
                  "InputPath": "States.UUID()"}}})~"),
              (std::vector<std::string>{"intrinsic functions stand in Parameters, ResultSelector, "
                                        "ItemSelector and Assign"}));
    EXPECT_EQ(state_faults(R"~("Type": "Fail", "ErrorPath": "States.Array(1)")~"),
              (Faults{"/States/A/ErrorPath: Only intrinsic functions that return a string may be "
                      "used, not States.Array"}));
}

TEST(CheckFields, checks_templates_with_the_words_of_aws) {
    constexpr const char* message = "/States/A/Parameters: The value for the field 'x.$' must be a "
                                    "valid JSONPath or a valid intrinsic function call";

    for (const char* value : {"5", R"("x")", R"~("States.Format()")~",
                              R"~("States.Fromat('{}', 1)")~", R"("States.UUID(")"}) {
        EXPECT_EQ(task_faults(std::string(R"("Parameters": {"x.$": )") + value + "}"),
                  (Faults{message}));
    }
    EXPECT_EQ(task_faults(R"("Parameters": {"x": 1, "x.$": "$"})"),
              (Faults{"/States/A/Parameters: The fields 'x' and 'x.$' must not both be present"}));
    EXPECT_EQ(hints(R"~({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
                  "Parameters": {"x.$": "States.UUID(1)"}}}})~"),
              (std::vector<std::string>{"States.UUID takes 0 arguments, found 1, at offset 14"}));
    EXPECT_EQ(hints(R"~({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
                  "Parameters": {"x.$": "States.Fromat('{}', 1)"}}}})~"),
              (std::vector<std::string>{"there is no intrinsic function 'States.Fromat', did you "
                                        "mean 'States.Format'?, at offset 0"}));
    EXPECT_EQ(task_faults(R"("Parameters": "$.x")"),
              (Faults{"/States/A/Parameters: Expected value of type an object but found "
                      "\"$.x\""}));
}

TEST(CheckFields, checks_jsonata) {
    EXPECT_EQ(jsonata_faults(R"("Type": "Pass", "Output": "{% 1 + %}", "End": true)"),
              (Faults{"/States/A/Output: The JSONata expression '1 +' can't be parsed. S0207: "
                      "Unexpected end of expression"}));
    EXPECT_EQ(jsonata_faults(R"("Type": "Pass", "Output": {"a": ["{% 1 "]}, "End": true)"),
              (Faults{"/States/A/Output/a/0: A JSONata expression must start with '{%' and end "
                      "with '%}'"}));
    for (const char* text : {"name", "$", "$$.x", "*"}) {
        const auto found = jsonata_faults(std::string(R"("Type": "Pass", "Output": "{% )") + text +
                                          R"( %}", "End": true)");
        ASSERT_EQ(found.size(), 1U) << text;
        EXPECT_NE(found[0].find("uses the input document"), std::string::npos) << text;
    }
    EXPECT_EQ(
        jsonata_faults(
            R"("Type": "Pass", "Output": "{% $states.input.a[$ > 1 and b = 2] %}", "End": true)"),
        Faults{});
}

TEST(CheckStatesFields, knows_where_results_and_error_outputs_are) {
    EXPECT_EQ(jsonata_faults(R"("Type": "Pass", "Output": "{% $states.result %}", "End": true)"),
              (Faults{"/States/A/Output: '$states.result' is not available here"}));
    const std::string task =
        std::string(lambda) +
        R"(, "Arguments": "{% $states.result %}", "Output": "{% $states.result %}",
        "Catch": [{"ErrorEquals": ["E"], "Next": "A", "Output": "{% $states.errorOutput %}",
                   "Assign": {"x": "{% $states.result %}"}}], "Assign": {"y": "{% $states.errorOutput %}"})";
    EXPECT_EQ(jsonata_faults(task),
              (Faults{"/States/A/Arguments: '$states.result' is not available here",
                      "/States/A/Catch/0/Assign: '$states.result' is not available here",
                      "/States/A/Assign: '$states.errorOutput' is not available here"}));
    EXPECT_EQ(jsonata_faults(R"("Type": "Pass", "Output": "{% $states.inptu %}", "End": true)"),
              (Faults{"warning UNKNOWN_STATES_FIELD /States/A/Output: '$states.inptu' doesn't "
                      "exist"}));
}

TEST(CheckFields, checks_choice_rules) {
    const auto rule_faults = [](const std::string& rule) {
        return faults(R"({"StartAt": "A", "States": {"A": {"Type": "Choice", "Default": "B",
            "Choices": [)" +
                      rule + R"(]}, "B": {"Type": "Succeed"}}})");
    };
    const std::string at = "/States/A/Choices/0";

    EXPECT_EQ(rule_faults(R"({"Variable": "$.a", "Next": "B"})"),
              (Faults{at + ": A choice rule must have an operator"}));
    EXPECT_EQ(rule_faults(R"({"Variable": "$.a", "IsNull": true, "IsString": true, "Next": "B"})"),
              (Faults{at + ": A choice rule must have exactly one operator, found 'IsNull' and "
                           "'IsString'"}));
    EXPECT_EQ(rule_faults(R"({"Variable": "$.a", "NumericEquals": "1", "Next": "B"})"),
              (Faults{at + "/NumericEquals: Expected value of type Number"}));
    EXPECT_EQ(rule_faults(R"({"Variable": "$.a", "TimestampEquals": "today", "Next": "B"})"),
              (Faults{at + "/TimestampEquals: String does not match RFC3339 timestamp"}));
    EXPECT_EQ(rule_faults(R"({"And": [], "Next": "B"})"),
              (Faults{at + "/And: Expected a non-empty array of choice rules"}));
    EXPECT_EQ(
        rule_faults(R"({"Not": {"Variable": "$.a", "IsNull": true, "Next": "B"}, "Next": "B"})"),
        (Faults{at + "/Not/Next: Field 'Next' is not supported in a nested choice rule"}));
    EXPECT_EQ(rule_faults(R"({"Variable": "$.a", "IsNull": true, "Output": 1, "Next": "B"})"),
              (Faults{at + "/Output: Field 'Output' is not supported"}));
    EXPECT_EQ(rule_faults(R"({"Variable": "$.a", "IsNull": true})"),
              (Faults{at + ": The field 'Next' is required but was missing"}));
    EXPECT_EQ(state_faults(R"("Type": "Choice", "Choices": [], "Default": "A")")[0],
              "/States: No state ends the workflow or branch");
}

TEST(CheckFields, suggests_the_operator_that_was_meant) {
    const auto found = hints(R"({"StartAt": "A", "States": {"A": {"Type": "Choice", "Default": "B",
        "Choices": [{"Variable": "$.a", "StringEqual": "x", "Next": "B"}]}, "B": {"Type": "Succeed"}}})");
    ASSERT_FALSE(found.empty());
    EXPECT_NE(std::ranges::find(found, "did you mean 'StringEquals'?"), found.end());
}

TEST(CheckFields, keeps_the_target_of_a_faulty_rule_reachable) {
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {"A": {"Type": "Choice", "Default": "B",
                  "Choices": [{"Variable": "$.a", "Next": "C"}]},
                  "B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}}})"),
              (Faults{"/States/A/Choices/0: A choice rule must have an operator"}));
}

} // namespace
} // namespace gradus
