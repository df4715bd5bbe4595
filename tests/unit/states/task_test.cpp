#include "tests/support/story.hpp"

namespace gradus::test {
namespace {

constexpr std::string_view one_task = R"({
  "StartAt": "Work",
  "States": {
    "Work": {
      "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work",
      "TimeoutSeconds": 60, "HeartbeatSeconds": 20,
      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 3}],
      "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "ResultPath": "$.failure", "Next": "Late"},
                {"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
      "Next": "Done"
    },
    "Late": {"Type": "Pass", "End": true},
    "Caught": {"Type": "Pass", "End": true},
    "Done": {"Type": "Succeed"}
  }
})";

TEST(Task, is_scheduled_with_its_time_outs_and_ends_with_its_result) {
    Story story(one_task, R"({"a": 1})");
    const auto task = story.command<ScheduleTask>();
    EXPECT_EQ(to_json(task.parameters), R"({"a":1})");
    EXPECT_EQ(task.timeout_seconds, 60);

    story.apply(TaskStarted{task.command, "worker"});
    story.succeed(task.command, R"({"b": 2})");

    EXPECT_EQ(story.status(), ExecutionStatus::succeeded);
    EXPECT_EQ(story.output(), R"({"b":2})");
    EXPECT_EQ(story.chain(),
              "ExecutionStarted<0 TaskStateEntered<0 ActivityScheduled<2 ActivityStarted<3 "
              "ActivitySucceeded<4 TaskStateExited<5 SucceedStateEntered<6 SucceedStateExited<7 "
              "ExecutionSucceeded<8");
}

TEST(Task, leaves_no_command_open_when_the_execution_ends) {
    Story story(one_task);
    const auto task = story.command<ScheduleTask>();

    story.succeed(task.command, "1");

    EXPECT_TRUE(story.state().open_commands.empty());
    EXPECT_EQ(story.commands<CancelCommand>().size(), 2U); // both timers
}

TEST(Task, is_tried_again_after_growing_delays_and_then_caught) {
    Story story(one_task);
    story.fail(story.command<ScheduleTask>().command, "Busy");
    const auto first = story.command<StartTimer>();
    EXPECT_EQ(epoch_milliseconds(first.due), 2000);

    story.at_second(2);
    story.fire(first.command);
    story.fail(story.command<ScheduleTask>().command, "Busy");
    const auto second = story.command<StartTimer>();
    EXPECT_EQ(epoch_milliseconds(second.due), 8000);

    story.at_second(8);
    story.fire(second.command);
    story.fail(story.command<ScheduleTask>().command, "Busy", "still");

    EXPECT_EQ(story.output(), R"({"Error":"Busy","Cause":"still"})");
}

TEST(Task, that_misses_its_heartbeat_is_caught_by_either_name) {
    Story story(one_task, R"({"a": 1})");
    const auto timers = story.commands<StartTimer>();
    ASSERT_EQ(timers.size(), 2U);
    ASSERT_TRUE(timers[1].heartbeat_of);

    story.at_second(20);
    story.fire(timers[1].command);

    EXPECT_EQ(story.output(), R"({"a":1,"failure":{"Error":"States.Timeout","Cause":""}})");
}

TEST(Task, refuses_an_answer_that_comes_too_late) {
    Story story(one_task);
    const auto task = story.command<ScheduleTask>();
    story.at_second(60);
    story.fire(story.commands<StartTimer>()[0].command);
    const std::string before = story.chain();

    story.succeed(task.command, R"("too late")");

    EXPECT_EQ(story.chain(), before);
    EXPECT_EQ(story.output(), R"({"Error":"States.Timeout","Cause":""})");
}

TEST(Task, gets_a_token_of_its_own_for_each_attempt) {
    Story story(R"({"StartAt": "Ask", "States": {"Ask": {
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 9,
        "Parameters": {"QueueUrl": "q", "MessageBody": {"Token.$": "$$.Task.Token"}},
        "Retry": [{"ErrorEquals": ["States.ALL"]}], "End": true}}})");
    const auto first = story.command<ScheduleTask>();
    EXPECT_EQ(first.parameters["MessageBody"]["Token"].as_string(), first.task_token);
    EXPECT_FALSE(first.task_token.empty());

    story.fail(first.command, "No");
    story.fire(story.command<StartTimer>().command);

    EXPECT_NE(story.command<ScheduleTask>().task_token, first.task_token);
}

TEST(Task, whose_result_is_too_large_fails_with_the_limit_of_aws) {
    const std::string large = "\"" + std::string(262'144, 'x') + "\"";
    const auto caught_by = [&](const std::string& name) {
        Story story(R"({"StartAt": "T", "States": {"T": {"Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:1:function:f",
            "Catch": [{"ErrorEquals": [")" +
                    name + R"("], "ResultPath": null, "Next": "C"}],
            "End": true}, "C": {"Type": "Pass", "End": true}}})");
        story.succeed(story.command<ScheduleTask>().command, large);
        return story.status() == ExecutionStatus::succeeded ? "caught" : story.cause();
    };

    const std::string cause =
        "The state/task 'arn:aws:lambda:us-east-1:1:function:f' returned a result with a size "
        "exceeding the maximum number of bytes service limit.";
    EXPECT_EQ(caught_by("States.DataLimitExceeded"), "caught");
    EXPECT_EQ(caught_by("States.ALL"), "caught");
    EXPECT_EQ(caught_by("States.TaskFailed"), cause);
}

TEST(Task, retry_keeps_its_count_in_the_context_object) {
    Story story(R"({"StartAt": "T", "States": {"T": {
        "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "Parameters": {"n.$": "$$.State.RetryCount"}, "Retry": [{"ErrorEquals": ["States.TaskFailed"]}],
        "End": true}}})");
    EXPECT_EQ(to_json(story.command<ScheduleTask>().parameters), R"({"n":0})");

    story.fail(story.command<ScheduleTask>().command, "Any");
    story.fire(story.command<StartTimer>().command);

    EXPECT_EQ(to_json(story.command<ScheduleTask>().parameters), R"({"n":1})");
}

/// A task of an optimised integration that gets its input as parameters.
std::string refused_task(std::string_view resource, std::string_view input) {
    const Story story(R"({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}], "Resource": "arn:aws:states:::)" +
                          std::string(resource) + R"("}, "C": {"Type": "Succeed"}}})",
                      input);
    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_EQ(story.chain(), "ExecutionStarted<0 TaskStateEntered<0 ExecutionFailed<2");
    return story.cause();
}

TEST(Task, whose_parameters_the_service_refuses_is_never_scheduled) {
    EXPECT_EQ(refused_task("apigateway:invoke",
                           R"({"ApiEndpoint": "a", "Method": "GET", "Headers": {"h": "text"}})"),
              "An error occurred while executing the state 'A' (entered at the event id #2). The "
              R"(Parameters '{"ApiEndpoint":"a","Method":"GET","Headers":{"h":"text"}}' could )"
              "not be used to start the Task: [The value of the field 'Headers' has an invalid "
              "format]");
    EXPECT_EQ(refused_task("sqs:sendMessage", "{}"),
              "An error occurred while executing the state 'A' (entered at the event id #2). The "
              "Parameters '{}' could not be used to start the Task: [The field 'QueueUrl' is "
              "required but was missing, The field 'MessageBody' is required but was missing]");
    EXPECT_EQ(refused_task("lambda:invoke", R"({"FunctionName": 1})"),
              "An error occurred while executing the state 'A' (entered at the event id #2). The "
              R"(Parameters '{"FunctionName":1}' could not be used to start the Task: [The value )"
              "of the field 'FunctionName' has an invalid format]");
    EXPECT_EQ(refused_task("lambda:invoke", R"({"FunctionName": "f", "Other": 1})"),
              "An error occurred while executing the state 'A' (entered at the event id #2). The "
              R"(Parameters '{"FunctionName":"f","Other":1}' could not be used to start the )"
              "Task: [The field 'Other' is not supported by Step Functions]");
}

TEST(Task, whose_arguments_the_service_refuses_is_never_scheduled) {
    const Story story(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": true,
        "Arguments": "{% {'Name': 'n'} %}"}}})");

    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_EQ(story.cause(),
              "An error occurred while executing the state 'A' (entered at the event id #2). The "
              R"(Arguments '{"Name":"n"}' could not be used to start the Task: [The field )"
              "'StateMachineArn' is required but was missing]");
}

TEST(Task, whose_parameters_are_arrays_or_null_is_scheduled) {
    const Story story(
        R"({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "End": true}}})",
        R"({"ApiEndpoint": "a", "Method": "GET", "Headers": {"h": ["text"]}, "QueryParameters": null})");

    const auto task = story.command<ScheduleTask>();
    EXPECT_EQ(to_json(task.parameters["Headers"]), R"({"h":["text"]})");
}

TEST(Task, with_a_token_that_nobody_gets_waits_for_its_time_out) {
    Story story(R"({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 60,
        "Parameters": {"FunctionName": "f"}}}})");
    const auto task = story.command<ScheduleTask>();
    const auto timeout = story.command<StartTimer>();

    story.apply(TaskSubmitted{task.command, Story::json("{}")});
    EXPECT_EQ(story.status(), ExecutionStatus::running);
    story.at_second(60);
    story.fire(timeout.command);

    EXPECT_EQ(story.error(), "States.Timeout");
    EXPECT_EQ(story.chain(), "ExecutionStarted<0 TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 "
                             "TaskSubmitted<4 TaskTimedOut<5 ExecutionFailed<6");
}

} // namespace
} // namespace gradus::test
