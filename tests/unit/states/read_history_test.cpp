#include "gradus/history.hpp"
#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

Value json(std::string_view text) {
    auto value = parse_json(text);
    if (!value) ADD_FAILURE() << value.error().message << " in " << text;
    return value ? *value : Value();
}

/// Expects an event to have this text, and the text to be read back as the same event.
void expect_text(HistoryEventType type, HistoryDetails details, const std::string& members) {
    const HistoryEvent event{.id = 7,
                             .previous_event_id = 5,
                             .timestamp = timestamp_of(1'767'323'045'678),
                             .type = type,
                             .details = std::move(details)};
    const std::string text = R"({"timestamp":1767323045.678,"type":)" + members + R"(})";
    Value written = history_event_json(event);
    EXPECT_EQ(to_json(written), to_json(json(text)));

    const auto read = read_history_event(json(to_json(written)));

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, event);
}

std::string error_of(std::string_view text) {
    const auto read = read_history_event(json(text), "/history/0");
    return read ? "none" : read.error().message;
}

using enum HistoryEventType;

TEST(ReadHistory, reads_states_entered_and_left) {
    expect_text(execution_started, ExecutionStartedDetails{json("{}"), "role"},
                R"("ExecutionStarted","id":7,"previousEventId":5,"executionStartedEventDetails":)"
                R"({"input":"{}","inputDetails":{"truncated":false},"roleArn":"role"})");
    expect_text(pass_state_entered, StateEnteredDetails{"A", json(R"({"a":1.0})")},
                R"("PassStateEntered","id":7,"previousEventId":5,"stateEnteredEventDetails":)"
                R"({"name":"A","input":"{\"a\":1.0}","inputDetails":{"truncated":false}})");
    expect_text(wait_state_exited, StateExitedDetails{"A", json("1"), {}},
                R"("WaitStateExited","id":7,"previousEventId":5,"stateExitedEventDetails":)"
                R"({"name":"A","output":"1","outputDetails":{"truncated":false}})");
    expect_text(map_state_exited, StateExitedDetails{"A", {}, json(R"({"x":"t","y":[1]})")},
                R"("MapStateExited","id":7,"previousEventId":5,"stateExitedEventDetails":)"
                R"({"name":"A","output":"null","outputDetails":{"truncated":false},)"
                R"("assignedVariables":{"x":"\"t\"","y":"[1]"},)"
                R"("assignedVariablesDetails":{"truncated":false}})");
    expect_text(evaluation_failed,
                EvaluationFailedDetails{{"States.QueryEvaluationError", "why"}, "Output", "A"},
                R"("EvaluationFailed","id":7,"previousEventId":5,"evaluationFailedEventDetails":)"
                R"({"error":"States.QueryEvaluationError","cause":"why","location":"Output",)"
                R"("state":"A"})");
}

TEST(ReadHistory, reads_all_that_tasks_write) {
    expect_text(activity_scheduled, InvocationDetails{"arn", json("[]"), 60, 5, "role"},
                R"("ActivityScheduled","id":7,"previousEventId":5,"activityScheduledEventDetails":)"
                R"({"resource":"arn","input":"[]","inputDetails":{"truncated":false},)"
                R"("timeoutInSeconds":60,"heartbeatInSeconds":5,)"
                R"("taskCredentials":{"roleArn":"role"}})");
    expect_text(activity_started, WorkerDetails{"w"},
                R"("ActivityStarted","id":7,"previousEventId":5,)"
                R"("activityStartedEventDetails":{"workerName":"w"})");
    expect_text(lambda_function_started, NoDetails{},
                R"("LambdaFunctionStarted","id":7,"previousEventId":5)");
    expect_text(lambda_function_succeeded, OutputDetails{json("null")},
                R"("LambdaFunctionSucceeded","id":7,"previousEventId":5,)"
                R"("lambdaFunctionSucceededEventDetails":{"output":"null",)"
                R"("outputDetails":{"truncated":false}})");
    expect_text(task_scheduled, TaskScheduledDetails{"sqs", "sendMessage", "eu-west-1", json("{}")},
                R"("TaskScheduled","id":7,"previousEventId":5,"taskScheduledEventDetails":)"
                R"({"resourceType":"sqs","resource":"sendMessage","region":"eu-west-1",)"
                R"("parameters":"{}"})");
    expect_text(task_submitted, TaskOutputDetails{"sqs", "sendMessage", json("{}")},
                R"("TaskSubmitted","id":7,"previousEventId":5,"taskSubmittedEventDetails":)"
                R"({"resourceType":"sqs","resource":"sendMessage","output":"{}",)"
                R"("outputDetails":{"truncated":false}})");
    expect_text(task_timed_out,
                TaskFailureDetails{"sqs", "sendMessage", {"States.Timeout", std::nullopt}},
                R"("TaskTimedOut","id":7,"previousEventId":5,"taskTimedOutEventDetails":)"
                R"({"resourceType":"sqs","resource":"sendMessage","error":"States.Timeout"})");
}

TEST(ReadHistory, reads_maps_and_ends) {
    expect_text(map_state_started, MapStartedDetails{3},
                R"("MapStateStarted","id":7,"previousEventId":5,)"
                R"("mapStateStartedEventDetails":{"length":3})");
    expect_text(map_iteration_failed, IterationDetails{"M", 2},
                R"("MapIterationFailed","id":7,"previousEventId":5,)"
                R"("mapIterationFailedEventDetails":{"name":"M","index":2})");
    expect_text(map_run_started, MapRunStartedDetails{"run"},
                R"("MapRunStarted","id":7,"previousEventId":5,)"
                R"("mapRunStartedEventDetails":{"mapRunArn":"run"})");
    expect_text(execution_redriven, RedrivenDetails{.redrive_count = 2},
                R"("ExecutionRedriven","id":7,"previousEventId":5,)"
                R"("executionRedrivenEventDetails":{"redriveCount":2})");
    expect_text(execution_aborted, FailureDetails{{"E", "C"}},
                R"("ExecutionAborted","id":7,"previousEventId":5,)"
                R"("executionAbortedEventDetails":{"error":"E","cause":"C"})");
    expect_text(execution_timed_out, FailureDetails{},
                R"("ExecutionTimedOut","id":7,"previousEventId":5,)"
                R"("executionTimedOutEventDetails":{})");
    expect_text(parallel_state_failed, NoDetails{},
                R"("ParallelStateFailed","id":7,"previousEventId":5)");
}

TEST(ReadHistory, knows_every_type_by_its_name) {
    EXPECT_EQ(history_event_type("ActivityFailed"), activity_failed);
    EXPECT_EQ(history_event_type("EvaluationFailed"), evaluation_failed);
    EXPECT_EQ(history_event_type("MapRunStarted"), map_run_started);
    EXPECT_EQ(history_event_type("Passed"), std::nullopt);
}

TEST(ReadHistory, says_what_it_expected_what_it_found_and_where) {
    const std::string start = R"({"timestamp":1,"id":1,"previousEventId":0,)";
    EXPECT_EQ(error_of(R"({"timestamp":1,"id":"1","previousEventId":0,"type":"TaskStarted"})"),
              "expected an integer that isn't negative at /history/0/id, found \"1\"");
    EXPECT_EQ(error_of(start + R"("type":"Passed"})"),
              "expected the type of a history event at /history/0/type, found \"Passed\"");
    EXPECT_EQ(error_of(start + R"("type":"PassStateEntered"})"),
              "expected a text at /history/0/stateEnteredEventDetails/name, found nothing");
    EXPECT_EQ(error_of(start + R"("type":"ExecutionSucceeded","executionSucceededEventDetails":)"
                               R"({"output":"{"}})"),
              "expected a text that is JSON at "
              "/history/0/executionSucceededEventDetails/output, found \"{\"");
    EXPECT_EQ(error_of(start + R"("type":"ExecutionSucceeded","executionSucceededEventDetails":)"
                               R"({"output":"1","outputDetails":{"truncated":true}}})"),
              "expected false at "
              "/history/0/executionSucceededEventDetails/outputDetails/truncated, found true");
    EXPECT_EQ(error_of(start + R"("type":"ParallelStateFailed","more":1})"),
              "expected no member at /history/0/more, found 1");
}

} // namespace
} // namespace gradus
