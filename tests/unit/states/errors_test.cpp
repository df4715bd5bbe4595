#include "tests/support/story.hpp"

#include <set>

namespace gradus::test {
namespace {

/// One task with these Retry and Catch fields; what is caught goes to C, which keeps its input.
std::string task(std::string_view fields) {
    return R"({"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f",)" +
           std::string(fields) + R"("Next": "D"},)" +
           (fields.find(R"("C")") == std::string_view::npos
                ? ""
                : R"("C": {"Type": "Pass", "Next": "D"},)") +
           R"("D": {"Type": "Succeed"}}})";
}

/// Fails the task with these errors, one an attempt, and gives the delays before the next attempts
/// in milliseconds; "ended" when there was none.
std::string delays(std::string_view fields, const std::vector<std::string>& errors) {
    Story story(task(fields));
    std::string out;
    for (const std::string& error : errors) {
        const auto attempt = story.commands<ScheduleTask>();
        if (attempt.size() != 1) return out + "no attempt";
        story.fail(attempt[0].command, error);
        const auto timers = story.commands<StartTimer>();
        if (timers.empty()) return out + "ended";
        out += std::to_string(epoch_milliseconds(timers[0].due)) + " ";
        story.fire(timers[0].command);
    }
    return out;
}

TEST(Retry, has_the_defaults_of_aws) {
    EXPECT_EQ(delays(R"("Retry": [{"ErrorEquals": ["E"]}],)", {"E", "E", "E", "E"}),
              "1000 2000 4000 ended");
}

TEST(Retry, delays_grow_by_the_rate_up_to_the_longest) {
    EXPECT_EQ(delays(R"("Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 2, "BackoffRate": 1.5,
                                   "MaxDelaySeconds": 4, "MaxAttempts": 4}],)",
                     {"E", "E", "E", "E"}),
              "2000 3000 4000 4000 ");
}

TEST(Retry, full_jitter_draws_between_nothing_and_the_delay) {
    Story story(task(R"("Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 100,
                                   "JitterStrategy": "FULL", "BackoffRate": 1, "MaxAttempts": 50}],)"));
    std::set<std::int64_t> drawn;
    for (int i = 0; i < 50; ++i) {
        story.fail(story.command<ScheduleTask>().command, "E");
        const auto timer = story.command<StartTimer>();
        drawn.insert(epoch_milliseconds(timer.due));
        story.fire(timer.command);
    }
    EXPECT_GE(*drawn.begin(), 0);
    EXPECT_LE(*drawn.rbegin(), 100'000);
    EXPECT_GT(drawn.size(), 40U);
}

TEST(Retry, the_first_retrier_that_matches_decides_even_when_it_is_used_up) {
    constexpr std::string_view two = R"("Retry": [
        {"ErrorEquals": ["A", "B"], "MaxAttempts": 1, "IntervalSeconds": 1},
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 9}],)";
    EXPECT_EQ(delays(two, {"A", "B"}), "1000 ended");
    EXPECT_EQ(delays(two, {"X", "A", "X", "B"}), "9000 1000 18000 ended");
}

TEST(Retry, no_attempts_means_never) {
    EXPECT_EQ(delays(R"("Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 0},
                                  {"ErrorEquals": ["States.ALL"]}],)",
                     {"A"}),
              "ended");
    EXPECT_EQ(delays(R"("Retry": [],)", {"A"}), "ended");
}

TEST(Retry, names_are_case_sensitive) {
    EXPECT_EQ(delays(R"("Retry": [{"ErrorEquals": ["busy"]}],)", {"Busy"}), "ended");
}

TEST(Retry, task_failed_stands_for_every_error_but_time_outs) {
    constexpr std::string_view field = R"("TimeoutSeconds": 5,
        "Retry": [{"ErrorEquals": ["States.TaskFailed"]}],)";
    EXPECT_EQ(delays(field, {"Whatever"}), "1000 ");

    Story story(task(field));
    for (const StartTimer& timer : story.commands<StartTimer>())
        story.fire(timer.command);
    EXPECT_EQ(story.error(), "States.Timeout");
}

TEST(Retry, counts_anew_when_the_state_is_entered_again) {
    Story story(task(R"("Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}],
                        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T"}],)"));
    for (int round = 0; round < 2; ++round) {
        story.fail(story.command<ScheduleTask>().command, "E");
        story.fire(story.command<StartTimer>().command);
        story.fail(story.command<ScheduleTask>().command, "E"); // caught: entered again
    }
    EXPECT_EQ(story.commands<ScheduleTask>().size(), 1U);
}

TEST(Retry, runs_every_iteration_of_a_map_again) {
    Story story(R"({"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1,
        "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true}}},
        "Retry": [{"ErrorEquals": ["E"]}], "End": true}}})",
                "[1, 2]");
    story.succeed(story.command<ScheduleTask>().command, "10");
    story.fail(story.command<ScheduleTask>().command, "E");
    story.fire(story.command<StartTimer>().command);
    story.succeed(story.command<ScheduleTask>().command, "11");
    story.succeed(story.command<ScheduleTask>().command, "12");

    EXPECT_EQ(story.output(), "[11,12]");
    EXPECT_EQ(story.chain().find("MapStateFailed"), std::string::npos);
}

/// The input of the state that a catcher leads to, after this failure.
std::string caught(std::string_view catcher, const Failure& failure,
                   std::string_view input = R"({"a": 1})") {
    Story story(task(R"("Catch": [)" + std::string(catcher) + "],"), input);
    story.apply(TaskFailed{story.command<ScheduleTask>().command, failure});
    return story.status() == ExecutionStatus::succeeded ? story.output() : story.error();
}

TEST(Catch, puts_the_error_at_its_result_path) {
    const Failure failure{"E", "why"};
    EXPECT_EQ(caught(R"({"ErrorEquals": ["E"], "Next": "C"})", failure),
              R"({"Error":"E","Cause":"why"})");
    EXPECT_EQ(caught(R"({"ErrorEquals": ["E"], "Next": "C", "ResultPath": "$.e"})", failure),
              R"({"a":1,"e":{"Error":"E","Cause":"why"}})");
    EXPECT_EQ(caught(R"({"ErrorEquals": ["E"], "Next": "C", "ResultPath": null})", failure),
              R"({"a":1})");
}

TEST(Catch, takes_the_first_that_matches) {
    EXPECT_EQ(caught(R"({"ErrorEquals": ["X"], "Next": "C", "ResultPath": "$.x"},
                        {"ErrorEquals": ["E", "X"], "Next": "C", "ResultPath": "$.first"},
                        {"ErrorEquals": ["States.ALL"], "Next": "C"})",
                     {"E", "why"}),
              R"({"a":1,"first":{"Error":"E","Cause":"why"}})");
    EXPECT_EQ(caught(R"({"ErrorEquals": ["X"], "Next": "C"})", {"E", "why"}), "E");
}

TEST(Catch, shows_absent_parts_as_recorded) {
    constexpr std::string_view all = R"({"ErrorEquals": ["States.ALL"], "Next": "C"})";
    EXPECT_EQ(caught(all, {}), R"({"Error":null,"Cause":null})");
    EXPECT_EQ(caught(all, {"E", std::nullopt}), R"({"Error":"E","Cause":""})");
}

TEST(Catch, of_jsonata_sees_the_error_beside_the_input) {
    Story story(R"({"StartAt": "T", "QueryLanguage": "JSONata", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "Next": "D",
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D",
                "Assign": {"kept": "{% $states.errorOutput.Error %}"},
                "Output": {"a": "{% $states.input.a %}", "why": "{% $states.errorOutput.Cause %}"}}]},
        "D": {"Type": "Pass", "Output": {"in": "{% $states.input %}", "kept": "{% $kept %}"},
            "End": true}}})",
                R"({"a": 1})");
    story.fail(story.command<ScheduleTask>().command, "E", "why");

    EXPECT_EQ(story.output(), R"({"in":{"a":1,"why":"why"},"kept":"E"})");
}

TEST(Catch, never_catches_a_fault_of_paths) {
    // Recorded: States.Runtime passes every catcher, its own name included.
    Story story(task(R"("Parameters": {"x.$": "$.none"},
                        "Catch": [{"ErrorEquals": ["States.Runtime"], "Next": "C"},
                                  {"ErrorEquals": ["States.ALL"], "Next": "C"}],)"));
    EXPECT_EQ(story.status(), ExecutionStatus::failed);
    EXPECT_EQ(story.error(), "States.Runtime");
    EXPECT_EQ(story.cause(),
              "An error occurred while executing the state 'T' (entered at the event id #2). The "
              "JSONPath '$.none' specified for the field 'x.$' could not be found in the input "
              "'{}'");
}

TEST(Catch, of_a_parallel_sees_the_error_of_its_branch) {
    Story story(R"({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": [{"StartAt": "F", "States": {"F": {
                "Type": "Fail", "Error": "E", "Cause": "why"}}}],
            "Catch": [{"ErrorEquals": ["E"], "Next": "D"}], "Next": "D"},
        "D": {"Type": "Succeed"}}})");
    EXPECT_EQ(story.output(), R"({"Error":"E","Cause":"why"})");
    EXPECT_EQ(story.chain(),
              "ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 FailStateEntered<3 "
              "ParallelStateFailed<4 ParallelStateExited<5 SucceedStateEntered<6 "
              "SucceedStateExited<7 ExecutionSucceeded<8");
}

TEST(Heartbeat, sets_only_its_own_clock_back) {
    Story story(task(R"("TimeoutSeconds": 100, "HeartbeatSeconds": 10,)"));
    const auto timers = story.commands<StartTimer>();
    ASSERT_EQ(timers.size(), 2U);
    EXPECT_EQ(epoch_milliseconds(timers[0].due), 100'000);
    EXPECT_FALSE(timers[0].heartbeat_of);
    EXPECT_EQ(epoch_milliseconds(timers[1].due), 10'000);
    EXPECT_EQ(timers[1].heartbeat_seconds, 10);
}

} // namespace
} // namespace gradus::test
