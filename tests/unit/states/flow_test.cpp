#include "tests/support/story.hpp"

namespace gradus::test {
namespace {

TEST(Pass, puts_its_result_at_the_result_path) {
    const Story story(R"({"StartAt": "A", "States": {"A": {
        "Type": "Pass", "Result": {"x": 1.50}, "ResultPath": "$.new.place", "End": true}}})",
                      R"({"kept": true})");

    EXPECT_EQ(story.output(), R"({"kept":true,"new":{"place":{"x":1.50}}})");
    EXPECT_EQ(story.chain(),
              "ExecutionStarted<0 PassStateEntered<0 PassStateExited<2 ExecutionSucceeded<3");
}

TEST(Pass, assigns_all_variables_from_the_values_at_entry) {
    const Story story(R"({"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Swap"},
        "Swap": {"Type": "Pass", "Assign": {"a.$": "$b", "b.$": "$a"}, "Next": "Show"},
        "Show": {"Type": "Pass", "Parameters": {"a.$": "$a", "b.$": "$b"}, "End": true}}})");

    EXPECT_EQ(story.output(), R"({"a":2,"b":1})");
}

TEST(Pass, whose_path_finds_nothing_fails_the_execution_with_the_words_of_aws) {
    const Story story(
        R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.no", "End": true}}})");

    EXPECT_EQ(story.status(), ExecutionStatus::failed);
    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_EQ(story.cause(),
              "An error occurred while executing the state 'A' (entered at the event id #2). "
              "Invalid path '$.no' : No results for path: $['no']");
}

TEST(Pass, of_jsonata_computes_its_output) {
    const Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {
        "Type": "Pass", "Output": {"sum": "{% $sum($states.input.list) %}", "plain": "text"}, "End": true}}})",
                      R"({"list": [1, 2, 3]})");

    EXPECT_EQ(story.output(), R"({"sum":6,"plain":"text"})");
}

TEST(Wait, starts_one_timer_and_goes_on_when_it_fires) {
    Story story(
        R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 30, "End": true}}})", "7");
    const auto timer = story.command<StartTimer>();
    EXPECT_EQ(epoch_milliseconds(timer.due), 30'000);

    story.at_second(30);
    story.fire(timer.command);

    EXPECT_EQ(story.output(), "7");
}

TEST(Wait, passes_at_once_when_its_time_has_come_already) {
    const Story story(R"({"StartAt": "W", "States": {"W": {
        "Type": "Wait", "Timestamp": "1969-12-31T23:59:59Z", "End": true}}})");

    EXPECT_EQ(story.status(), ExecutionStatus::succeeded);
}

/// The cause of a Wait with this field that fails at once.
std::string failed_wait(const std::string& field, std::string_view input,
                        std::string_view error = "States.Runtime") {
    const Story story(R"({"StartAt": "A", "States": {"A": {"Type": "Wait", "End": true, )" + field +
                          "}}}",
                      input);
    EXPECT_EQ(story.error(), error);
    const std::string begin =
        "An error occurred while executing the state 'A' (entered at the event id #2). ";
    EXPECT_EQ(story.cause().substr(0, begin.size()), begin);
    return story.cause().substr(begin.size());
}

TEST(Wait, words_faulty_seconds_as_recorded) {
    const std::string field = R"("SecondsPath": "$.p")";

    EXPECT_EQ(failed_wait(field, R"({"p": -1})"),
              "The SecondsPath parameter references a negative value: $.p == -1");
    EXPECT_EQ(failed_wait(field, R"({"p": 1.5})"),
              "The SecondsPath parameter cannot be parsed as a long value: $.p == 1.5");
    EXPECT_EQ(failed_wait(field, R"({"p": "x"})"),
              "The SecondsPath parameter cannot be parsed as a long value: $.p == x");
    EXPECT_EQ(failed_wait(field, "{}"),
              "The SecondsPath parameter does not reference an input value: $.p");
}

TEST(Wait, words_faulty_timestamps_as_recorded) {
    const std::string field = R"("TimestampPath": "$.p")";
    const std::string message = "The TimestampPath parameter does not reference a valid ISO-8601 "
                                "extended offset date-time format string: $.p == ";

    for (const std::string text :
         {"05-12-2016T21:29:29Z", "2016-12-05 21:29:29Z", "2016-12-05T21:29:29",
          "2016-13-05T21:29:29Z", "2016-12-05T25:29:29Z"}) {
        EXPECT_EQ(failed_wait(field, R"({"p": ")" + text + R"("})"), message + text);
    }
    EXPECT_EQ(failed_wait(R"("QueryLanguage": "JSONata", "Timestamp": "{% 'x' %}")", "{}",
                          "States.QueryEvaluationError"),
              "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time "
              "format string: x");
}

TEST(Wait, lasts_no_longer_than_31_bits_of_seconds) {
    // 24,855 days after the beginning of 1970 lie within 2^31-1 seconds, 24,856 days don't.
    const Story within(R"({"StartAt": "A", "States": {"A": {
        "Type": "Wait", "Timestamp": "2038-01-19T00:00:00Z", "End": true}}})");
    EXPECT_EQ(within.status(), ExecutionStatus::running);
    EXPECT_EQ(failed_wait(R"("Timestamp": "2038-01-20T00:00:00Z")", "{}"),
              "Wait state delay is too long.");
}

TEST(Wait, of_no_seconds_passes_at_once) {
    const Story story(
        R"({"StartAt": "A", "States": {"A": {"Type": "Wait", "SecondsPath": "$.p", "End": true}}})",
        R"({"p": 0})");

    EXPECT_EQ(story.chain(),
              "ExecutionStarted<0 WaitStateEntered<0 WaitStateExited<2 ExecutionSucceeded<3");
}

TEST(Choice, takes_the_first_rule_that_matches_and_else_the_default) {
    constexpr std::string_view definition = R"({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [
            {"Variable": "$.n", "NumericGreaterThan": 10, "Next": "Big"},
            {"And": [{"Variable": "$.n", "IsPresent": true}, {"Not": {"Variable": "$.n", "NumericEquals": 5}}],
             "Next": "Other"}], "Default": "Five"},
        "Big": {"Type": "Pass", "Result": "big", "End": true},
        "Other": {"Type": "Pass", "Result": "other", "End": true},
        "Five": {"Type": "Pass", "Result": "five", "End": true}}})";

    EXPECT_EQ(Story(definition, R"({"n": 11})").output(), "\"big\"");
    EXPECT_EQ(Story(definition, R"({"n": 4})").output(), "\"other\"");
    EXPECT_EQ(Story(definition, R"({"n": 5.0})").output(), "\"five\"");
}

TEST(Fail, keeps_absent_parts_absent) {
    const Story story(R"({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken"}}})");

    EXPECT_EQ(story.error(), "Broken");
    EXPECT_EQ(story.state().failure.cause, std::nullopt);
    EXPECT_EQ(story.chain(), "ExecutionStarted<0 FailStateEntered<0 ExecutionFailed<2");
}

TEST(Fail, computes_its_error_and_cause) {
    const Story paths(
        R"~({"StartAt": "V", "States": {"V": {"Type": "Pass", "Assign": {"v": "Mine"}, "Next": "F"},
        "F": {"Type": "Fail", "ErrorPath": "$v", "CausePath": "States.Format('{} of {}', $.n, $$.State.Name)"}}})~",
        R"({"n": 1})");
    EXPECT_EQ(paths.error(), "Mine");
    EXPECT_EQ(paths.cause(), "1 of F");

    const Story jsonata(R"({"QueryLanguage": "JSONata", "StartAt": "F", "States": {
        "F": {"Type": "Fail", "Error": "{% $states.input.e %}", "Cause": "plain"}}})",
                        R"({"e": "Mine"})");
    EXPECT_EQ(jsonata.error(), "Mine");
    EXPECT_EQ(jsonata.cause(), "plain");
}

TEST(Fail, whose_path_finds_nothing_is_a_runtime_error_in_the_words_of_aws) {
    const Story story(R"({"StartAt": "F", "States": {"F": {"Type": "Fail", "ErrorPath": "$.x"}}})");

    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_EQ(story.cause(),
              "An error occurred while executing the state 'F' (entered at the event id #2). The "
              "JSONPath '$.x' specified for the field 'ErrorPath' could not be found in the input "
              "'{}'");
}

TEST(Execution, that_runs_out_of_its_time_is_timed_out) {
    Story story(
        R"({"StartAt": "W", "TimeoutSeconds": 5, "States": {"W": {"Type": "Wait", "Seconds": 30, "End": true}}})");
    StartTimer limit;
    for (const StartTimer& timer : story.commands<StartTimer>()) {
        if (epoch_milliseconds(timer.due) == 5000) limit = timer;
    }

    story.at_second(5);
    story.fire(limit.command);

    EXPECT_EQ(story.status(), ExecutionStatus::timed_out);
    EXPECT_EQ(story.error(), "none"); // recorded: DescribeExecution shows neither
    EXPECT_EQ(story.output(), "null");
    EXPECT_TRUE(story.state().open_commands.empty());
}

TEST(Execution, of_type_express_ends_after_five_minutes) {
    constexpr std::string_view wait = R"("StartAt": "W", "States": {"W": {
        "Type": "Wait", "Seconds": 400, "End": true}}})";
    const auto due = [&](std::string_view fields) {
        const Story story("{" + std::string(fields) + std::string(wait), "{}",
                          WorkflowType::express);
        return epoch_milliseconds(story.commands<StartTimer>()[0].due);
    };
    EXPECT_EQ(due(""), 300'000);
    EXPECT_EQ(due(R"("TimeoutSeconds": 60,)"), 60'000);
    EXPECT_EQ(due(R"("TimeoutSeconds": 600,)"), 300'000);

    Story story("{" + std::string(wait), "{}", WorkflowType::express);
    story.fire(story.commands<StartTimer>()[0].command);
    EXPECT_EQ(story.status(), ExecutionStatus::timed_out);
}

TEST(Execution, of_type_standard_ends_after_a_year_where_that_limit_is_set) {
    ExecutionStarted start;
    start.input = Story::json("{}");
    start.seconds_max = limits::standard_seconds_max;
    const auto due = [&](std::string_view fields) {
        const Story story("{" + std::string(fields) + R"("StartAt": "W", "States": {"W": {
            "Type": "Wait", "Seconds": 40000000, "End": true}}})",
                          start);
        return epoch_milliseconds(story.commands<StartTimer>()[0].due);
    };
    EXPECT_EQ(due(""), 31'536'000'000);
    EXPECT_EQ(due(R"("TimeoutSeconds": 60,)"), 60'000);
    EXPECT_EQ(due(R"("TimeoutSeconds": 99999999,)"), 31'536'000'000);
}

TEST(Execution, that_is_stopped_takes_no_more_events) {
    Story story(
        R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 30, "End": true}}})");
    const auto timer = story.command<StartTimer>();

    story.apply(StopRequested{{"Halt", "by hand"}});
    story.fire(timer.command);

    EXPECT_EQ(story.status(), ExecutionStatus::aborted);
    EXPECT_EQ(story.chain(), "ExecutionStarted<0 WaitStateEntered<0 ExecutionAborted<0");
}

TEST(Execution, that_loops_for_ever_gives_way_and_ends_at_the_limit_of_events) {
    Story story(
        R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Choice",
        "Choices": [{"Variable": "$", "IsPresent": true, "Next": "A"}], "Default": "C"}, "C": {"Type": "Succeed"}}})");

    EXPECT_EQ(story.status(), ExecutionStatus::failed);
    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_LE(story.history().size(), 25'000U);
}

TEST(Variables, may_not_grow_beyond_ten_megabytes_in_all) {
    // Each turn of the loop keeps all that was and adds 250,000 bytes under a new name.
    std::string states;
    for (int i = 0; i < 50; ++i) {
        states += (i == 0 ? "" : ",") + ("\"S" + std::to_string(i)) +
                  R"(": {"Type": "Pass", "Assign": {"v)" + std::to_string(i) +
                  R"(.$": "$.large"}, )" +
                  (i == 49 ? R"("End": true})" : R"("Next": "S)" + std::to_string(i + 1) + "\"}");
    }
    Story story(R"({"StartAt": "S0", "States": {)" + states + "}}",
                R"({"large": ")" + std::string(250'000, 'x') + R"("})");

    EXPECT_EQ(story.status(), ExecutionStatus::failed);
    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_TRUE(story.cause().starts_with("An error occurred while executing the state 'S41'"))
        << story.cause();
}

} // namespace
} // namespace gradus::test
