#include "tests/support/story.hpp"

namespace gradus::test {
namespace {

std::string function(std::string_view name, std::string_view fields = "") {
    return R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:)" +
           std::string(name) + R"(",)" + std::string(fields);
}

TEST(Redrive, runs_the_failed_task_again_and_keeps_what_came_before) {
    Story story(R"({"StartAt": "A", "States": {"A": {)" + function("a") + R"("Next": "B"},
                   "B": {)" +
                function("b", R"("Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 0}],)") +
                R"("End": true}}})");
    story.succeed(story.command<ScheduleTask>().command, "1");
    story.fail(story.command<ScheduleTask>().command, "E");
    ASSERT_EQ(story.status(), ExecutionStatus::failed);

    story.apply(RedriveRequested{});
    const auto again = story.command<ScheduleTask>();
    EXPECT_EQ(again.state_name, Value("B"));
    EXPECT_EQ(to_json(again.parameters), "1");
    story.succeed(again.command, "2");

    EXPECT_EQ(story.output(), "2");
    EXPECT_EQ(story.chain(),
              "ExecutionStarted<0 TaskStateEntered<0 LambdaFunctionScheduled<2 "
              "LambdaFunctionStarted<3 LambdaFunctionSucceeded<4 TaskStateExited<5 "
              "TaskStateEntered<6 LambdaFunctionScheduled<7 LambdaFunctionStarted<8 "
              "LambdaFunctionFailed<9 ExecutionFailed<10 ExecutionRedriven<10 "
              "LambdaFunctionScheduled<12 LambdaFunctionStarted<13 LambdaFunctionSucceeded<14 "
              "TaskStateExited<15 ExecutionSucceeded<16");
}

TEST(Redrive, runs_only_the_branches_that_did_not_succeed) {
    const auto branch = [](std::string_view name) {
        return R"({"StartAt": ")" + std::string(name) + R"(", "States": {")" + std::string(name) +
               R"(": {)" + function(name) + R"("End": true}}})";
    };
    Story story(R"({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [)" +
                branch("x") + "," + branch("y") + "," + branch("z") + R"(], "End": true}}})");
    const auto tasks = story.commands<ScheduleTask>();
    story.succeed(tasks[0].command, R"("X")");
    story.fail(tasks[1].command, "E"); // z is aborted
    ASSERT_EQ(story.status(), ExecutionStatus::failed);

    story.apply(RedriveRequested{});
    const auto again = story.commands<ScheduleTask>();
    ASSERT_EQ(again.size(), 2U);
    EXPECT_EQ(again[0].state_name, Value("y"));
    EXPECT_EQ(again[1].state_name, Value("z"));
    story.succeed(again[1].command, R"("Z")");
    story.succeed(again[0].command, R"("Y")");

    EXPECT_EQ(story.output(), R"(["X","Y","Z"])");
}

TEST(Redrive, goes_on_with_the_iterations_that_were_left) {
    Story story(R"({"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1,
        "ItemProcessor": {"StartAt": "T", "States": {"T": {)" +
                    function("f") + R"("End": true}}}, "End": true}}})",
                "[1, 2, 3]");
    story.succeed(story.command<ScheduleTask>().command, "10");
    story.fail(story.command<ScheduleTask>().command, "E");

    story.apply(RedriveRequested{});
    story.succeed(story.command<ScheduleTask>().command, "20");
    story.succeed(story.command<ScheduleTask>().command, "30");

    EXPECT_EQ(story.output(), "[10,20,30]");
}

TEST(Redrive, redrives_the_children_of_a_map_run_that_failed) {
    Story story(R"({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "End": true}}})",
                "[1, 2, 3]");
    const auto children = story.commands<StartChild>();
    story.apply(ChildEnded{.command = children[0].command, .output = Value(10)});
    story.apply(ChildEnded{.command = children[1].command, .status = ExecutionStatus::failed});
    ASSERT_EQ(story.status(), ExecutionStatus::failed);

    story.apply(RedriveRequested{});
    const auto again = story.commands<StartChild>();
    ASSERT_EQ(again.size(), 2U);
    EXPECT_TRUE(again[0].is_redrive);
    EXPECT_EQ(again[0].start.identity, children[1].start.identity);
    story.apply(ChildEnded{.command = again[0].command, .output = Value(20)});
    story.apply(ChildEnded{.command = again[1].command, .output = Value(30)});

    EXPECT_EQ(story.output(), "[10,20,30]");
}

TEST(Redrive, a_stopped_execution_goes_on_where_it_waited) {
    Story story(R"({"StartAt": "T", "States": {"T": {)" + function("f") + R"("End": true}}})");
    const auto first = story.command<ScheduleTask>();
    story.apply(StopRequested{});

    story.apply(RedriveRequested{});
    const auto again = story.command<ScheduleTask>();
    EXPECT_NE(again.command, first.command);
    story.succeed(first.command, R"("late")"); // nobody waits for it
    EXPECT_EQ(story.status(), ExecutionStatus::running);
    story.succeed(again.command, R"("now")");

    EXPECT_EQ(story.output(), R"("now")");
}

TEST(Redrive, the_context_object_counts_them) {
    Story story(R"({"StartAt": "T", "States": {"T": {)" +
                function("f", R"("Parameters": {"count.$": "$$.Execution.RedriveCount"},)") +
                R"("End": true}}})");
    EXPECT_EQ(to_json(story.command<ScheduleTask>().parameters), R"({"count":0})");
    story.fail(story.command<ScheduleTask>().command, "E");

    story.apply(RedriveRequested{});

    EXPECT_EQ(to_json(story.command<ScheduleTask>().parameters), R"({"count":1})");
}

TEST(Redrive, what_succeeded_stays_as_it_is) {
    Story story(R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})");
    story.apply(RedriveRequested{});
    EXPECT_EQ(story.status(), ExecutionStatus::succeeded);
    EXPECT_EQ(story.history().size(), 4U);
}

} // namespace
} // namespace gradus::test
