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

/// A distributed Map of Pass states, with further fields of the state.
std::string distributed_map(std::string_view fields = "") {
    return R"({"Type": "Map", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},)" +
           std::string(fields) + R"("End": true})";
}

/// A distributed Map of the input beside a Task, both in a Parallel.
std::string map_beside_task(std::string_view parallel_fields = "") {
    return R"({"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [
        {"StartAt": "M", "States": {"M": )" +
           distributed_map() + R"(}}, {"StartAt": "T", "States": {"T": {)" + function("t") +
           R"("End": true}}}],)" + std::string(parallel_fields) + R"("End": true}}})";
}

TEST(Redrive, forgets_no_child_of_a_map_run_that_a_sibling_took_down) {
    Story story(map_beside_task(), "[1, 2]");
    const auto children = story.commands<StartChild>();
    ASSERT_EQ(children.size(), 2U);
    story.apply(ChildEnded{.command = children[0].command, .output = Value(10)});
    story.fail(CommandId{3}, "E"); // the Task
    ASSERT_EQ(story.status(), ExecutionStatus::failed);

    story.apply(RedriveRequested{});
    const auto again = story.commands<StartChild>();
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].start.identity, children[1].start.identity);
    const auto task = story.command<ScheduleTask>();
    story.apply(ChildEnded{.command = again[0].command, .output = Value(20)});
    story.succeed(task.command, "30");

    EXPECT_EQ(story.output(), "[[10,20],30]");
}

TEST(Redrive, forgets_no_child_that_an_earlier_redrive_had_not_begun_again) {
    Story story(R"({"StartAt": "M", "States": {"M": )" +
                    distributed_map(R"("MaxConcurrency": 2,)") + "}}",
                "[1, 2]");
    story.apply(ChildEnded{.command = story.commands<StartChild>()[0].command,
                           .status = ExecutionStatus::failed});
    story.apply(RedriveRequested{});
    ASSERT_EQ(story.commands<StartChild>().size(), 2U);
    const std::string arn = story.state().branches[0]->map_run->record.map_run_arn;
    story.apply(MapRunUpdated{.map_run_arn = arn, .concurrency_max = 1});
    story.apply(StopRequested{});

    story.apply(RedriveRequested{}); // begins the first again, and not yet the second
    ASSERT_EQ(story.commands<StartChild>().size(), 1U);
    story.apply(StopRequested{});
    story.apply(RedriveRequested{});
    const auto first = story.command<StartChild>();
    story.apply(ChildEnded{.command = first.command, .output = Value(10)});
    const auto second = story.command<StartChild>();
    story.apply(ChildEnded{.command = second.command, .output = Value(20)});

    EXPECT_EQ(story.output(), "[10,20]");
    EXPECT_EQ(story.commands<StartChild>().size(), 0U);
}

TEST(Redrive, skips_no_item_that_ItemSelector_failed_over) {
    Story story(
        R"({"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": )" +
            distributed_map(R"("ItemSelector": "{% $number($states.context.Map.Item.Value) %}",)") +
            "}}",
        R"([1, "x"])");
    ASSERT_EQ(story.error(), "States.QueryEvaluationError");

    story.apply(RedriveRequested{});

    EXPECT_EQ(story.status(), ExecutionStatus::failed);
    EXPECT_EQ(story.error(), "States.QueryEvaluationError");
}

TEST(Redrive, a_map_run_of_a_negative_MaxItems_fails_again) {
    Story story(R"({"StartAt": "M", "States": {"M": )" +
                    distributed_map(R"("ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
                        "ReaderConfig": {"InputType": "JSON", "MaxItemsPath": "$.n"},
                        "Parameters": {"Bucket": "b", "Key": "k"}},)") +
                    "}}",
                R"({"n": -1})");
    ASSERT_EQ(story.error(), "States.ItemReaderFailed");

    story.apply(RedriveRequested{});

    EXPECT_EQ(story.error(), "States.ItemReaderFailed");
}

TEST(Redrive, begins_the_iterations_that_a_failing_ItemSelector_kept_back) {
    Story story(R"asl({"StartAt": "M", "States": {"M": {"Type": "Map",
        "ItemSelector": {"n.$": "States.ArrayGetItem($$.Map.Item.Value, 0)"},
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
        "End": true}}})asl",
                "[[1], []]");
    ASSERT_EQ(story.status(), ExecutionStatus::failed);
    const std::string error = story.error();

    story.apply(RedriveRequested{});

    EXPECT_EQ(story.status(), ExecutionStatus::failed);
    EXPECT_EQ(story.error(), error);
}

} // namespace
} // namespace gradus::test
