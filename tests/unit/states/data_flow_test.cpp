// How data goes through a state: the paths of JSONPath, Output and Assign, and variables.
#include "tests/support/story.hpp"

namespace gradus::test {
namespace {

/// A machine of one state named A, with these members.
Story one_state(const std::string& members, std::string_view input = "{}") {
    return Story(R"({"StartAt": "A", "States": {"A": {)" + members + "}}}", input);
}

/// An activity's task with these members more.
Story task(const std::string& members, std::string_view input = "{}") {
    return one_state(R"("Type": "Task", "End": true,
        "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", )" +
                         members,
                     input);
}

std::string prefixed(const std::string& message) {
    return "An error occurred while executing the state 'A' (entered at the event id #2). " +
           message;
}

TEST(DataFlow, applies_the_paths_of_a_task_in_their_order) {
    Story story = task(R"("InputPath": "$.in", "Parameters": {"p.$": "$.x", "q.$": "$$.State.Name"},
        "ResultSelector": {"s.$": "$.r"}, "ResultPath": "$.out", "OutputPath": "$['in','out']")",
                       R"({"in": {"x": 1}, "raw": 2})");
    const auto scheduled = story.command<ScheduleTask>();
    EXPECT_EQ(to_json(scheduled.parameters), R"({"p":1,"q":"A"})");

    story.succeed(scheduled.command, R"({"r": 3, "t": 4})");

    EXPECT_EQ(story.output(), R"({"in":{"x":1},"out":{"s":3}})");
}

TEST(DataFlow, of_null_paths_gives_empty_objects_or_the_raw_input) {
    EXPECT_EQ(one_state(R"("Type": "Pass", "InputPath": null, "End": true)", "5").output(), "{}");
    EXPECT_EQ(one_state(R"("Type": "Pass", "OutputPath": null, "End": true)", "5").output(), "{}");
    EXPECT_EQ(
        one_state(R"("Type": "Pass", "Result": 1, "ResultPath": null, "End": true)", "5").output(),
        "5");
}

TEST(DataFlow, combines_a_result_with_the_raw_input) {
    EXPECT_EQ(one_state(R"("Type": "Pass", "InputPath": "$.a", "ResultPath": "$.b", "End": true)",
                        R"({"a": 1})")
                  .output(),
              R"({"a":1,"b":1})");
}

TEST(DataFlow, a_result_path_that_does_not_fit_fails_by_its_own_name) {
    const Story story =
        one_state(R"("Type": "Pass", "ResultPath": "$.a.b", "End": true)", R"({"a": [1]})");

    EXPECT_EQ(story.error(), "States.ResultPathMatchFailure");
    EXPECT_EQ(story.cause(), prefixed(R"(Unable to apply ReferencePath $.a.b to input {"a":[1]})"));
}

TEST(DataFlow, an_intrinsic_function_that_refuses_fails_by_its_own_name) {
    const Story story = one_state(
        R"~("Type": "Pass", "Parameters": {"n.$": "States.ArrayLength($.n)"}, "End": true)~",
        R"({"n": 1})");

    EXPECT_EQ(story.error(), "States.IntrinsicFailure");
    EXPECT_EQ(story.cause(), prefixed("The function 'States.ArrayLength($.n)' had the following "
                                      "error: The first argument must be an array"));
}

TEST(DataFlow, a_missing_path_in_parameters_is_a_runtime_error_in_the_words_of_aws) {
    const Story story =
        one_state(R"("Type": "Pass", "Parameters": {"o": {"k.$": "$.no"}}, "End": true)", "[1]");

    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_EQ(story.cause(), prefixed("The JSONPath '$.no' specified for the field 'k.$' could not "
                                      "be found in the input '[1]'"));
}

TEST(DataFlow, an_output_path_that_finds_nothing_leaves_the_success_in_the_history) {
    Story story = task(R"("OutputPath": "$.no")");

    story.succeed(story.command<ScheduleTask>().command, "{}");

    EXPECT_EQ(story.cause(), prefixed("Invalid path '$.no' : No results for path: $['no']"));
    EXPECT_EQ(story.chain(), "ExecutionStarted<0 TaskStateEntered<0 ActivityScheduled<2 "
                             "ActivitySucceeded<3 ExecutionFailed<4");
}

TEST(DataFlow, time_outs_that_are_not_there_fail_before_the_task_is_scheduled) {
    for (const char* field : {"TimeoutSecondsPath", "HeartbeatSecondsPath"}) {
        const Story story = task("\"" + std::string(field) + R"(": "$.a.b")");

        EXPECT_EQ(story.cause(),
                  prefixed("Invalid path '$.a.b' : Missing property in path $['a']"));
        EXPECT_EQ(story.chain(), "ExecutionStarted<0 TaskStateEntered<0 ExecutionFailed<2");
    }
}

// --- Succeed and Pass ----------------------------------------------------------------------------

TEST(Succeed, applies_its_paths_or_its_output) {
    const Story paths = one_state(R"("Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b")",
                                  R"({"a": {"b": 1}})");
    EXPECT_EQ(paths.output(), "1");
    EXPECT_EQ(paths.chain(),
              "ExecutionStarted<0 SucceedStateEntered<0 SucceedStateExited<2 ExecutionSucceeded<3");
    EXPECT_EQ(one_state(R"("Type": "Succeed", "QueryLanguage": "JSONata",
                           "Output": "{% $states.input.a + 1 %}")",
                        R"({"a": 1})")
                  .output(),
              "2");
}

TEST(Succeed, ends_nothing_but_its_own_branch) {
    const Story story(R"({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Next": "After", "Branches": [
            {"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}]},
        "After": {"Type": "Pass", "Result": "went on", "End": true}}})");

    EXPECT_EQ(story.output(), "\"went on\"");
}

TEST(Pass, without_a_result_passes_its_effective_input_on) {
    EXPECT_EQ(one_state(R"("Type": "Pass", "InputPath": "$.a", "Parameters": {"b.$": "$.c"},
                           "ResultPath": "$.d", "OutputPath": "$.d", "End": true)",
                        R"({"a": {"c": 1}})")
                  .output(),
              R"({"b":1})");
}

// --- Assign --------------------------------------------------------------------------------------

/// What A assigns, shown by a state behind it.
std::string assigned(const std::string& members, std::string_view input,
                     std::string_view result = "") {
    Story story(R"({"StartAt": "A", "States": {"A": {)" + members + R"(, "Next": "Show"},
        "Show": {"Type": "Pass", "Parameters": {"v.$": "$v"}, "OutputPath": "$.v", "End": true}}})",
                input);
    if (!result.empty()) story.succeed(story.command<ScheduleTask>().command, result);
    return story.status() == ExecutionStatus::succeeded ? story.output() : story.cause();
}

constexpr const char* activity =
    R"("Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a")";

TEST(Assign, of_jsonpath_sees_the_result_or_the_effective_input) {
    const std::string assign = R"(, "Assign": {"v.$": "$"})";

    EXPECT_EQ(
        assigned(activity + assign + R"(, "ResultSelector": {"s.$": "$.r"})", "{}", R"({"r": 1})"),
        R"({"r":1})"); // whether before or after ResultSelector isn't recorded
    EXPECT_EQ(assigned(R"("Type": "Pass", "Result": 1, "ResultPath": "$.r")" + assign, "{}"), "1");
    EXPECT_EQ(assigned(R"("Type": "Pass", "InputPath": "$.a")" + assign, R"({"a": 2})"), "2");
    EXPECT_EQ(
        assigned(R"("Type": "Wait", "Seconds": 0, "InputPath": "$.a")" + assign, R"({"a": 3})"),
        "3");
}

TEST(Assign, of_jsonpath_sees_the_error_output_in_a_catcher) {
    Story story(R"({"StartAt": "A", "States": {"A": {)" + std::string(activity) + R"(, "End": true,
        "Assign": {"w": 1},
        "Catch": [{"ErrorEquals": ["E"], "Assign": {"v.$": "$.Error"}, "Next": "Show"}]},
        "Show": {"Type": "Pass", "Parameters": {"v.$": "$v"}, "End": true}}})");

    story.fail(story.command<ScheduleTask>().command, "E");

    EXPECT_EQ(story.output(), R"({"v":"E"})");
}

TEST(Assign, and_output_of_one_state_see_the_old_values) {
    const Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"v": 1}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"v": "{% $v + 1 %}"}, "Output": "{% $v %}", "Next": "C"},
        "C": {"Type": "Pass", "Output": "{% [$states.input, $v] %}", "End": true}}})");

    EXPECT_EQ(story.output(), "[1,2]");
}

TEST(Assign, crosses_query_languages) {
    const Story story(R"({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"v": "{% [1, 2] %}"}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"w.$": "$v[1]"}, "Next": "C"},
        "C": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $w %}", "End": true}}})");

    EXPECT_EQ(story.output(), "2");
}

TEST(Assign, may_hold_256_kibibytes_at_a_time) {
    const std::string half(140'000, 'x');
    const Story story(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
        "Assign": {"a.$": "$", "b.$": "$"}}}})",
                      "\"" + half + "\"");

    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_EQ(story.cause(), prefixed("The variables of one Assign exceed the limit of 256 KiB."));
}

// --- $states -------------------------------------------------------------------------------------

TEST(States, shows_each_field_what_it_may_see) {
    Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {)" + std::string(activity) +
                    R"(, "Arguments": {"fields": "{% $keys($states) %}"},
            "TimeoutSeconds": "{% $states.input.seconds %}",
            "Assign": {"assign": "{% $keys($states) %}"}, "Output": "{% $keys($states) %}", "Next": "B"},
        "B": {"Type": "Pass", "Output": "{% {'task': $states.input, 'assign': $assign, 'pass': $keys($states)} %}",
              "End": true}}})",
                R"({"seconds": 5})");
    const auto scheduled = story.command<ScheduleTask>();
    EXPECT_EQ(to_json(scheduled.parameters), R"({"fields":["input","context"]})");
    EXPECT_EQ(scheduled.timeout_seconds, 5);

    story.succeed(scheduled.command, "1");

    EXPECT_EQ(story.output(), R"({"task":["input","context","result"],)"
                              R"("assign":["input","context","result"],)"
                              R"("pass":["input","context"]})");
}

TEST(States, shows_catchers_the_error_output) {
    Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {)" +
                std::string(activity) +
                R"(, "End": true, "Catch": [{"ErrorEquals": ["E"], "Next": "B",
            "Assign": {"v": "{% $states.errorOutput.Cause %}"}, "Output": "{% $keys($states) %}"}]},
        "B": {"Type": "Pass", "Output": "{% [$states.input, $v] %}", "End": true}}})");

    story.fail(story.command<ScheduleTask>().command, "E", "why");

    EXPECT_EQ(story.output(), R"(["input","context","errorOutput","why"])");
}

TEST(States, defaults_of_jsonata_are_input_and_result) {
    Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {)" + std::string(activity) +
                    R"(, "Next": "B"}, "B": {"Type": "Pass", "End": true}}})",
                "[1]");
    const auto scheduled = story.command<ScheduleTask>();
    EXPECT_EQ(to_json(scheduled.parameters), "[1]");

    story.succeed(scheduled.command, "2");

    EXPECT_EQ(story.output(), "2");
}

TEST(States, shows_an_item_selector_the_item_and_the_input_of_the_map) {
    const Story story(R"({"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {
        "Type": "Map", "Items": "{% $states.input.list %}", "End": true,
        "ItemSelector": {"i": "{% $states.context.Map.Item.Index %}",
            "v": "{% $states.context.Map.Item.Value %}", "all": "{% $count($states.input.list) %}"},
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}})",
                      R"({"list": ["a", "b"]})");

    EXPECT_EQ(story.output(), R"([{"i":0,"v":"a","all":2},{"i":1,"v":"b","all":2}])");
}

// --- faults of evaluation -----------------------------------------------------------------------

TEST(Evaluation, is_caught_by_its_name_and_by_the_names_that_stand_for_it) {
    for (const std::string name :
         {"States.QueryEvaluationError", "States.TaskFailed", "States.ALL"}) {
        const Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": {)" + std::string(activity) +
                          R"(, "Arguments": {"x": "{% $states.input.no %}"}, "End": true,
                "Catch": [{"ErrorEquals": [")" +
                          name + R"("], "Output": "{% $states.errorOutput.Error %}", "Next": "B"}]},
            "B": {"Type": "Succeed"}}})");

        EXPECT_EQ(story.output(), "\"States.QueryEvaluationError\"") << name;
        EXPECT_EQ(story.chain(),
                  "ExecutionStarted<0 TaskStateEntered<0 EvaluationFailed<0 TaskStateExited<3 "
                  "SucceedStateEntered<4 SucceedStateExited<5 ExecutionSucceeded<6");
    }
}

TEST(Evaluation, is_tried_again) {
    Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {)" +
                std::string(activity) +
                R"(, "Arguments": "{% $states.context.State.RetryCount = 1 ? 'again' : $no %}",
            "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"]}], "End": true}}})");

    story.fire(story.command<StartTimer>().command);

    EXPECT_EQ(to_json(story.command<ScheduleTask>().parameters), "\"again\"");
}

/// The cause of a JSONata state with these members that fails at once by an evaluation.
std::string evaluation_cause(const std::string& members) {
    const Story story = one_state(R"("QueryLanguage": "JSONata", "End": true, )" + members);
    EXPECT_EQ(story.error(), "States.QueryEvaluationError");
    return story.cause();
}

// That ranges are such errors is documented; the words are recorded for types only.
TEST(Evaluation, of_numbers_checks_type_and_range) {
    const std::string map = R"("Type": "Map", "Items": [1], "ItemProcessor": {"StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": true}}}, )";

    EXPECT_EQ(evaluation_cause(activity + std::string(R"(, "TimeoutSeconds": "{% 'a' %}")")),
              prefixed("The JSONata expression ''a'' specified for the field 'TimeoutSeconds' "
                       "returned an unexpected result type. Expected 'number', but was 'string' "
                       R"(for value: "a")"));
    EXPECT_EQ(evaluation_cause(activity + std::string(R"(, "HeartbeatSeconds": "{% 0 %}")")),
              prefixed("The HeartbeatSeconds field must be an integer from 1 to 99999999 but was: "
                       "0"));
    EXPECT_EQ(evaluation_cause(R"("Type": "Wait", "Seconds": "{% -1 %}")"),
              prefixed("The Seconds field must be an integer from 0 to 99999999 but was: -1"));
    EXPECT_EQ(evaluation_cause(map + R"("MaxConcurrency": "{% -1 %}")"),
              prefixed("MaxConcurrency cannot be negative."));
}

TEST(Variables, and_the_context_object_stand_in_every_path) {
    const Story story(R"({"StartAt": "V", "States": {
        "V": {"Type": "Pass", "Assign": {"v": {"list": [1, 2], "zero": 0, "past": "1969-01-01T00:00:00Z"}},
              "Next": "I"},
        "I": {"Type": "Pass", "InputPath": "$v.list", "ResultPath": "$.r", "OutputPath": "$.r", "Next": "W"},
        "W": {"Type": "Wait", "SecondsPath": "$v.zero", "Next": "X"},
        "X": {"Type": "Wait", "TimestampPath": "$v.past", "OutputPath": "$$.Execution.Input", "Next": "M"},
        "M": {"Type": "Map", "ItemsPath": "$v.list", "MaxConcurrencyPath": "$v.zero",
              "ItemSelector": {"n.$": "$$.Map.Item.Value", "raw.$": "$.raw"}, "End": true,
              "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}})",
                      R"({"raw": true})");

    EXPECT_EQ(story.output(), R"([{"n":1,"raw":true},{"n":2,"raw":true}])");
}

// --- faults of a catcher -------------------------------------------------------------------------

TEST(Catch, whose_own_expression_fails_ends_the_execution_and_says_so) {
    Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {)" +
                std::string(activity) +
                R"(, "End": true, "Catch": [{"ErrorEquals": ["No"], "Next": "B"},
            {"ErrorEquals": ["States.ALL"], "Output": {"x": "{% $states.input.no %}"}, "Next": "B"}]},
        "B": {"Type": "Succeed"}}})");

    story.fail(story.command<ScheduleTask>().command, "E");

    EXPECT_EQ(story.error(), "States.QueryEvaluationError");
    EXPECT_EQ(story.cause(),
              prefixed("The JSONata expression '$states.input.no' specified for the field "
                       "'Catch[1]/Output/x' returned nothing (undefined)."));
    EXPECT_EQ(story.chain(), "ExecutionStarted<0 TaskStateEntered<0 ActivityScheduled<2 "
                             "ActivityFailed<3 EvaluationFailed<0 ExecutionFailed<5");
}

TEST(Catch, whose_output_grows_too_large_is_not_tried_again) {
    Story story(R"({"StartAt": "A", "States": {"A": {)" + std::string(activity) +
                    R"(, "End": true, "Catch": [{"ErrorEquals": ["E", "States.DataLimitExceeded"],
            "ResultPath": "$.e", "Next": "B"}]}, "B": {"Type": "Succeed"}}})",
                R"({"large": ")" + std::string(262'100, 'x') + R"("})");

    story.fail(story.command<ScheduleTask>().command, "E", std::string(100, 'y'));

    EXPECT_EQ(story.error(), "States.DataLimitExceeded");
}

} // namespace
} // namespace gradus::test
