#include "gradus/engine.hpp"

#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"
#include "tests/support/replayed.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

Value json(std::string_view text) {
    auto value = parse_json(text);
    if (!value) ADD_FAILURE() << value.error().message << " in " << text;
    return value ? *value : Value();
}

/// An engine on virtual time, with one state machine per definition.
class World {
public:
    std::string add(const std::string& name, std::string_view definition) {
        const Compiled compiled = compile(definition);
        for (const Diagnostic& fault : compiled.diagnostics) {
            if (fault.severity == Severity::error)
                ADD_FAILURE() << fault.pointer << ": " << fault.message;
        }
        return engine.add_state_machine(
            {.name = name, .program = compiled.program, .definition = std::string(definition)});
    }
    /// Starts and runs to the end, or until nothing moves any more. What ran must replay equal.
    ExecutionSummary run(const std::string& machine, std::string_view input = "{}") {
        const auto arn = engine.start_execution(machine, "", json(input));
        if (!arn) {
            ADD_FAILURE() << arn.error().message;
            return {};
        }
        loop.run_until([&] { return engine.describe(*arn)->status != ExecutionStatus::running; });
        test::expect_replays_equal(engine, *arn);
        return *engine.describe(*arn);
    }

    VirtualLoop loop{1'000'000};
    Engine engine{loop, nullptr};
};

std::string ask(std::string_view timeouts) {
    return R"({"StartAt": "Ask", "States": {"Ask": {
        "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:ask",)" +
           std::string(timeouts) + R"("End": true}}})";
}

TEST(Engine, records_executions_that_have_ended_and_that_go_on) {
    World world;
    const std::string machine = world.add("w", R"({"StartAt": "W", "States": {
        "W": {"Type": "Wait", "Seconds": 60, "End": true}}})");
    const std::string arn = *world.engine.start_execution(machine, "e", json(R"({"n": 1})"));

    const Recording going_on = *world.engine.recording(arn);
    world.loop.run_until([] { return false; });
    const Recording ended = *world.engine.recording(arn);

    EXPECT_EQ(start_of(ended).identity.execution_arn, arn);
    EXPECT_EQ(going_on.status, ExecutionStatus::running);
    EXPECT_EQ(going_on.inputs.size(), 1U);
    EXPECT_EQ(ended.status, ExecutionStatus::succeeded);
    EXPECT_EQ(ended.inputs.size(), 2U);
    EXPECT_EQ(ended.inputs[1].history.size(), 2U); // the Wait's end, and the execution's
    test::expect_replays_equal(going_on);
    EXPECT_EQ(world.engine.recording(arn + "x").error().message,
              "there is no execution " + arn + "x");
}

TEST(Engine, waits_pass_at_once_on_virtual_time) {
    World world;
    const auto summary = world.run(world.add("w", R"({"StartAt": "W", "States": {
        "W": {"Type": "Wait", "Seconds": 86400, "End": true}}})"));

    EXPECT_EQ(summary.status, ExecutionStatus::succeeded);
    EXPECT_EQ(*summary.stopped_at - summary.started_at, std::chrono::hours(24));
}

TEST(Engine, calls_a_native_handler_for_an_activity) {
    World world;
    world.engine.bind_activity("ask",
                               plain_handler([](const HandlerContext& context) -> HandlerResult {
                                   return Value(context.input["n"].as_integer() + 1);
                               }));
    const auto summary = world.run(world.add("a", ask("")), R"({"n": 41})");

    EXPECT_EQ(to_json(summary.output), "42");
    std::string types;
    for (const HistoryEvent& event : world.engine.history(summary.identity.execution_arn)) {
        types += std::string(history_event_name(event.type)) + " ";
    }
    EXPECT_EQ(
        types,
        "ExecutionStarted TaskStateEntered ActivityScheduled ActivityStarted ActivitySucceeded "
        "TaskStateExited ExecutionSucceeded ");
}

TEST(Engine, a_handler_that_fails_or_throws_fails_its_task) {
    World world;
    world.engine.bind_activity("ask",
                               plain_handler([](const HandlerContext& context) -> HandlerResult {
                                   if (context.input.is_null()) throw std::runtime_error("thrown");
                                   return Failure{"Refused", "politely"};
                               }));
    const std::string machine = world.add("a", ask(""));

    const auto refused = world.run(machine);
    const auto thrown = world.run(machine, "null");

    EXPECT_EQ(refused.failure, (Failure{"Refused", "politely"}));
    EXPECT_EQ(thrown.failure, (Failure{"HandlerException", "thrown"}));
}

TEST(Engine, a_handler_waits_without_blocking_and_its_task_can_time_out) {
    World world;
    world.engine.bind_activity("ask", [](HandlerContext context) -> Task<HandlerResult> {
        co_await Callback<bool>([&loop = context.loop](std::function<void(bool)> done) {
            loop.schedule(std::chrono::seconds(30), [done] { done(true); });
        });
        co_return Value("late");
    });

    EXPECT_EQ(to_json(world.run(world.add("patient", ask(""))).output), "\"late\"");
    EXPECT_EQ(world.run(world.add("hasty", ask(R"("TimeoutSeconds": 10,)"))).failure.error,
              "States.Timeout");
}

TEST(Engine, an_activity_that_does_not_exist_fails_the_execution_whatever_it_catches) {
    World world;
    const auto summary = world.run(world.add("a", ask(R"("Catch": [{"ErrorEquals": ["States.ALL"],
        "Next": "Ask"}],)")));

    EXPECT_EQ(summary.failure, (Failure{"States.Runtime", "The activity ARN does not exist."}));
}

TEST(Engine, a_function_that_nobody_answers_says_how_to_bind_it) {
    World world;
    const auto summary = world.run(world.add("f", R"({"StartAt": "F", "States": {"F": {
        "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work",
        "End": true}}})"));

    EXPECT_EQ(summary.failure.error, "Gradus.NoHandler");
    EXPECT_NE(summary.failure.cause->find("function:work here; bind it with --bind"),
              std::string::npos);
}

TEST(Engine, a_task_token_comes_back_once) {
    World world;
    std::string token;
    const std::string child =
        world.add("child", R"({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}})");
    const std::string parent = world.add("parent", R"({"StartAt": "Ask", "States": {"Ask": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken", "TimeoutSeconds": 600,
        "Parameters": {"StateMachineArn": ")" + child +
                                                       R"(", "Input": {"token.$": "$$.Task.Token"}},
        "End": true}}})");
    world.engine.on_completed([&](const ExecutionSummary& ended) {
        if (ended.identity.state_machine_name == "child") token = ended.input["token"].as_string();
    });
    const auto arn = world.engine.start_execution(parent, "", Value::object());
    world.loop.run_until([&] { return !token.empty(); });

    EXPECT_TRUE(world.engine.send_task_heartbeat(token));
    EXPECT_TRUE(world.engine.send_task_success(token, json(R"({"from": "outside"})")));
    world.loop.run_until(
        [&] { return world.engine.describe(*arn)->status != ExecutionStatus::running; });

    EXPECT_EQ(to_json(world.engine.describe(*arn)->output), R"({"from":"outside"})");
    EXPECT_EQ(world.engine.send_task_success(token, Value()).error().code, "TaskTimedOut");
    EXPECT_EQ(world.engine.send_task_success("garbled", Value()).error().code, "InvalidToken");
}

TEST(Engine, heartbeats_keep_a_task_alive_until_they_stop) {
    World world;
    std::string token;
    const std::string child =
        world.add("child", R"({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}})");
    const std::string parent = world.add("parent", R"({"StartAt": "Ask", "States": {"Ask": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken", "HeartbeatSeconds": 10,
        "Parameters": {"StateMachineArn": ")" + child +
                                                       R"(", "Input": {"token.$": "$$.Task.Token"}},
        "End": true}}})");
    world.engine.on_completed([&](const ExecutionSummary& ended) {
        if (ended.identity.state_machine_name == "child") token = ended.input["token"].as_string();
    });
    const auto arn = world.engine.start_execution(parent, "", Value::object());
    world.loop.run_until([&] { return !token.empty(); });
    const auto started_at = world.engine.describe(*arn)->started_at;

    for (const int second : {8, 16, 24}) {
        world.loop.run_to(epoch_milliseconds(started_at) + second * 1000);
        EXPECT_TRUE(world.engine.send_task_heartbeat(token)) << second;
    }
    world.loop.run_until(
        [&] { return world.engine.describe(*arn)->status != ExecutionStatus::running; });

    const auto summary = *world.engine.describe(*arn);
    EXPECT_EQ(summary.failure.error, "States.Timeout");
    EXPECT_EQ(*summary.stopped_at - started_at, std::chrono::seconds(34));
}

TEST(Engine, a_child_execution_gives_its_output_as_text_or_as_json) {
    World world;
    const std::string child =
        world.add("child", R"({"StartAt": "P", "States": {"P": {"Type": "Pass",
        "Result": {"x": 1}, "End": true}}})");
    const auto start = [&](const std::string& suffix) {
        return R"({"StartAt": "C", "States": {"C": {"Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution)" +
               suffix + R"(", "Parameters": {"StateMachineArn": ")" + child +
               R"("}, "ResultSelector": {"o.$": "$.Output"},
            "End": true}}})";
    };

    EXPECT_EQ(to_json(world.run(world.add("sync", start(".sync"))).output), R"({"o":"{\"x\":1}"})");
    EXPECT_EQ(to_json(world.run(world.add("sync2", start(".sync:2"))).output), R"({"o":{"x":1}})");
}

TEST(Engine, a_token_ends_a_job_before_its_child_does) {
    World world;
    const std::string child = world.add(
        "child",
        R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 99, "End": true}}})");
    const std::string parent = world.add(
        "parent", R"({"StartAt": "C", "States": {"C": {"Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": ")" +
                      child + R"(", "Input": {"token.$": "$$.Task.Token"}}, "End": true}}})");
    const auto arn = world.engine.start_execution(parent, "", Value::object());
    world.loop.run_until([&] { return !world.engine.list(child).empty(); });
    const Value input = world.engine.list(child)[0].input;

    EXPECT_TRUE(world.engine.send_task_success(std::string(input["token"].as_string()), Value(7)));
    world.loop.run_until(
        [&] { return world.engine.describe(*arn)->status != ExecutionStatus::running; });

    EXPECT_EQ(to_json(world.engine.describe(*arn)->output), "7");
    EXPECT_EQ(world.engine.list(child)[0].status, ExecutionStatus::running);
}

TEST(Engine, a_child_that_fails_fails_its_parent_with_its_description) {
    World world;
    const std::string child = world.add(
        "child", R"({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Bad"}}})");
    const auto summary =
        world.run(world.add("parent", R"({"StartAt": "C", "States": {"C": {"Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": ")" +
                                          child + R"("}, "End": true}}})"));

    EXPECT_EQ(summary.failure.error, "States.TaskFailed");
    const Value description = json(*summary.failure.cause);
    EXPECT_EQ(description["Error"], Value("Bad"));
}

TEST(Engine, stopping_a_parent_stops_the_child_it_waits_for) {
    World world;
    const std::string child = world.add(
        "child",
        R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 99, "End": true}}})");
    const std::string parent =
        world.add("parent", R"({"StartAt": "C", "States": {"C": {"Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": ")" +
                                child + R"("}, "End": true}}})");
    const auto arn = world.engine.start_execution(parent, "", Value::object());
    world.loop.run_until([&] { return !world.engine.list(child).empty(); });

    EXPECT_TRUE(world.engine.stop_execution(*arn, {}));
    world.loop.run_until([] { return false; });

    EXPECT_EQ(world.engine.list(child)[0].status, ExecutionStatus::aborted);
}

TEST(Engine, starts_the_same_name_and_input_once) {
    World world;
    const std::string machine = world.add(
        "w", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": true}}})");

    const auto first = world.engine.start_execution(machine, "one", Value(1));
    const auto again = world.engine.start_execution(machine, "one", Value(1));
    const auto other = world.engine.start_execution(machine, "one", Value(2));

    EXPECT_EQ(*first, *again);
    EXPECT_EQ(other.error().code, "ExecutionAlreadyExists");
    EXPECT_EQ(world.engine.start_execution("arn:none", "", {}).error().code, "InvalidArn");
    EXPECT_EQ(world.engine.start_execution(machine + "2", "", {}).error().code,
              "StateMachineDoesNotExist");
}

TEST(Engine, shows_history_as_it_is_written) {
    World world;
    std::string seen;
    world.engine.on_history([&](const ExecutionIdentity&, const HistoryEvent& event) {
        seen += std::to_string(event.id) + ":" + std::string(history_event_name(event.type)) + " ";
    });
    world.run(world.add(
        "w", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": true}}})"));

    EXPECT_EQ(seen,
              "1:ExecutionStarted 2:WaitStateEntered 3:WaitStateExited 4:ExecutionSucceeded ");
}

TEST(Engine, mocks_answer_by_the_number_of_the_invocation) {
    World world;
    world.engine.use_mocks(json(
        R"({"Ask": {"0-1": {"Throw": {"Error": "Busy", "Cause": "twice"}}, "2": {"Return": 7}}})"));
    const std::string retry = R"("Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 3}],)";

    EXPECT_EQ(to_json(world.run(world.add("a", ask(retry))).output), "7");
}

TEST(Engine, a_call_without_an_aws_says_what_is_missing) {
    World world;
    const auto summary =
        world.run(world.add("a", R"({"StartAt": "T", "States": {"T": {"Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ec2:describeRegions", "End": true}}})"));

    EXPECT_EQ(summary.failure.error, "Ec2.SdkClientException");
    EXPECT_NE(summary.failure.cause->find("--simulated-aws"), std::string::npos);
}

} // namespace
} // namespace gradus
