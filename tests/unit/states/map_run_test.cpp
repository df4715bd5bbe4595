#include "tests/support/story.hpp"

namespace gradus::test {
namespace {

/// A distributed Map whose children wait for one task, with further fields of the state.
std::string distributed(std::string_view fields, std::string_view type = "STANDARD") {
    return R"({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "L",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": ")" +
           std::string(type) + R"("},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},)" +
           std::string(fields) + R"( "End": true}}})";
}

std::vector<std::string> inputs(const std::vector<StartChild>& children) {
    std::vector<std::string> out;
    for (const StartChild& child : children)
        out.push_back(to_json(child.start.input));
    return out;
}

void end_child(Story& story, CommandId command, std::string_view output) {
    story.apply(ChildEnded{.command = command, .output = Story::json(output)});
}
void fail_child(Story& story, CommandId command) {
    story.apply(ChildEnded{
        .command = command, .status = ExecutionStatus::failed, .failure = {"Broken", "because"}});
}

TEST(MapRun, starts_children_of_their_own_names_and_collects_outputs_in_order) {
    Story story(distributed(R"("MaxConcurrency": 2,)"), R"(["a", "b", "c"])");
    const auto first = story.commands<StartChild>();
    ASSERT_EQ(inputs(first), (std::vector<std::string>{R"("a")", R"("b")"}));
    const ExecutionIdentity& child = first[0].start.identity;
    EXPECT_EQ(child.state_machine_name, "m/L");
    EXPECT_NE(child.execution_name, first[1].start.identity.execution_name);

    end_child(story, first[1].command, R"("B")");
    const auto third = story.command<StartChild>();
    end_child(story, third.command, R"("C")");
    end_child(story, first[0].command, R"("A")");

    EXPECT_EQ(story.output(), R"(["A","B","C"])");
    EXPECT_EQ(story.chain(),
              "ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 "
              "MapRunSucceeded<4 MapStateSucceeded<5 MapStateExited<5 ExecutionSucceeded<7");
}

TEST(MapRun, goes_over_the_members_of_an_object_and_tells_their_keys) {
    Story story(
        distributed(
            R"("ItemSelector": {"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source"},)"),
        R"({"x": 1, "y": 2})");

    EXPECT_EQ(inputs(story.commands<StartChild>()),
              (std::vector<std::string>{R"({"k":"x","v":1,"s":"STATE_DATA"})",
                                        R"({"k":"y","v":2,"s":"STATE_DATA"})"}));
}

TEST(MapRun, fails_at_the_first_failure_and_stops_the_others) {
    Story story(distributed(""), "[1, 2]");
    const auto children = story.commands<StartChild>();

    fail_child(story, children[0].command);

    EXPECT_EQ(story.error(), "States.ExceedToleratedFailureThreshold");
    EXPECT_EQ(story.cause(), "The specified tolerated failure threshold was exceeded");
    ASSERT_EQ(story.commands<CancelCommand>().size(), 1U);
    EXPECT_EQ(story.commands<CancelCommand>()[0].command, children[1].command);
    EXPECT_EQ(story.chain(),
              "ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 "
              "MapRunFailed<4 MapStateFailed<5 ExecutionFailed<6");
}

TEST(MapRun, tolerates_as_many_failures_as_it_is_told) {
    Story story(distributed(R"("ToleratedFailurePercentage": 34,)"), "[1, 2, 3]");
    const auto children = story.commands<StartChild>();

    fail_child(story, children[1].command);
    end_child(story, children[0].command, "10");
    end_child(story, children[2].command, "30");

    ASSERT_EQ(story.status(), ExecutionStatus::succeeded);
    const Value output = Story::json(story.output());
    EXPECT_EQ(output[std::size_t{0}], Value(10));
    EXPECT_EQ(output[std::size_t{1}]["Status"], Value("FAILED"));
    EXPECT_EQ(output[std::size_t{1}]["Error"], Value("Broken"));
    EXPECT_EQ(output[std::size_t{1}]["Input"], Value("2"));
    EXPECT_EQ(output[std::size_t{2}], Value(30));
}

TEST(MapRun, a_percentage_that_is_passed_fails_it) {
    Story story(distributed(R"("ToleratedFailurePercentage": 33,)"), "[1, 2, 3]");
    fail_child(story, story.commands<StartChild>()[1].command);
    EXPECT_EQ(story.error(), "States.ExceedToleratedFailureThreshold");
}

constexpr std::string_view reader = R"("MaxConcurrency": 2,
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON", "MaxItems": 4},
        "Parameters": {"Bucket.$": "$.bucket", "Key": "k.json"}},)";

TEST(MapRun, asks_for_a_page_only_when_it_has_room_and_stops_at_MaxItems) {
    Story story(distributed(reader), R"({"bucket": "b"})");
    auto read = story.command<ReadItems>();
    EXPECT_EQ(to_json(read.arguments), R"({"Bucket":"b","Key":"k.json"})");
    EXPECT_TRUE(read.from.is_null());

    story.apply(ItemsRead{read.command, {.items = Story::json("[1, 2, 3]"), .next = "there"}});
    auto children = story.commands<StartChild>();
    ASSERT_EQ(inputs(children), (std::vector<std::string>{"1", "2"}));
    EXPECT_TRUE(story.commands<ReadItems>().empty());

    end_child(story, children[0].command, "1");
    const auto third = story.command<StartChild>();
    end_child(story, children[1].command, "2");
    read = story.command<ReadItems>();
    EXPECT_EQ(to_json(read.from), R"("there")");
    story.apply(ItemsRead{read.command, {.items = Story::json("[4, 5]"), .next = "further"}});
    const auto last = story.command<StartChild>();
    EXPECT_EQ(to_json(last.start.input), "4");
    end_child(story, last.command, "4");
    end_child(story, third.command, "3");

    EXPECT_EQ(story.output(), "[1,2,3,4]");
}

TEST(MapRun, of_an_empty_data_set_succeeds_without_a_child) {
    const std::string_view chain =
        "ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 "
        "MapRunSucceeded<4 MapStateSucceeded<5 MapStateExited<5 ExecutionSucceeded<7";
    const Story of_state_data(distributed(""), "[]");
    EXPECT_EQ(of_state_data.output(), "[]");
    EXPECT_EQ(of_state_data.chain(), chain);

    Story read(distributed(reader), R"({"bucket": "b"})");
    read.apply(ItemsRead{read.command<ReadItems>().command, {.items = Story::json("[]")}});
    EXPECT_TRUE(read.commands<StartChild>().empty());
    EXPECT_EQ(read.output(), "[]");
    EXPECT_EQ(read.chain(), chain);
}

TEST(MapRun, fails_with_its_reader) {
    Story story(distributed(reader), R"({"bucket": "b"})");
    story.fail(story.command<ReadItems>().command, "States.ItemReaderFailed", "no such key");
    EXPECT_EQ(story.error(), "States.ItemReaderFailed");
    EXPECT_EQ(story.cause(), "no such key");
}

TEST(MapRun, batches_hold_so_many_items_or_bytes_as_they_may) {
    Story story(distributed(R"("ItemBatcher": {"MaxItemsPerBatch": 2, "MaxInputBytesPerBatch": 60,
                                              "BatchInput": {"run.$": "$$.Execution.Name"}},)"),
                R"([1, 2, 3, "a text that fills a batch alone", 5])");

    EXPECT_EQ(inputs(story.commands<StartChild>()),
              (std::vector<std::string>{
                  R"({"BatchInput":{"run":"e"},"Items":[1,2]})",
                  R"({"BatchInput":{"run":"e"},"Items":[3]})",
                  R"({"BatchInput":{"run":"e"},"Items":["a text that fills a batch alone"]})",
                  R"({"BatchInput":{"run":"e"},"Items":[5]})"}));
}

TEST(MapRun, exports_results_with_a_manifest_before_it_goes_on) {
    Story story(distributed(R"("ToleratedFailureCount": 1, "ResultWriter": {
        "Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "p"},
        "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}},)"),
                "[1, 2]");
    const auto children = story.commands<StartChild>();
    end_child(story, children[1].command, R"(["x", "y"])");
    fail_child(story, children[0].command);
    const auto write = story.command<WriteObjects>();
    ASSERT_EQ(write.files.size(), 3U);
    EXPECT_EQ(write.files[0].content, R"(["x","y"])");
    EXPECT_TRUE(write.files[0].key.ends_with("/SUCCEEDED_0.json")) << write.files[0].key;
    EXPECT_TRUE(write.files[1].key.ends_with("/FAILED_0.json"));
    const Value manifest = Story::json(write.files[2].content);
    EXPECT_EQ(manifest["DestinationBucket"], Value("out"));
    EXPECT_EQ(to_json(manifest["ResultFiles"]["SUCCEEDED"]),
              R"([{"Key":")" + write.files[0].key + R"(","Size":9}])");
    EXPECT_EQ(story.status(), ExecutionStatus::running);

    story.apply(ObjectsWritten{write.command});

    const Value output = Story::json(story.output());
    EXPECT_EQ(output["ResultWriterDetails"]["Bucket"], Value("out"));
    EXPECT_EQ(output["ResultWriterDetails"]["Key"], Value(write.files[2].key));
}

TEST(MapRun, can_be_changed_while_it_runs) {
    Story story(distributed(R"("MaxConcurrency": 1,)"), "[1, 2, 3]");
    const auto first = story.command<StartChild>();

    story.apply(MapRunUpdated{.map_run_arn = first.start.identity.map_run_arn,
                              .concurrency_max = 3,
                              .tolerated_failure_count = 1});
    const auto others = story.commands<StartChild>();
    ASSERT_EQ(others.size(), 2U);
    fail_child(story, others[0].command);
    end_child(story, first.command, "1");
    end_child(story, others[1].command, "3");

    EXPECT_EQ(story.status(), ExecutionStatus::succeeded);
}

TEST(MapRun, runs_ten_thousand_children_at_once_and_no_more) {
    std::string items = "[0";
    for (int i = 1; i <= 10'000; ++i)
        items += ",0";
    Story story(distributed(""), items + "]");
    EXPECT_EQ(story.commands<StartChild>().size(), 10'000U);
}

TEST(MapRun, children_never_see_the_variables_of_their_parent) {
    Story story(R"({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Result": [1], "Next": "M"},
        "M": {"Type": "Map", "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "End": true}}})");
    const ExecutionStarted start = story.command<StartChild>().start;
    ExecutionState child;
    Effects effects;

    step(story.program(), child, {timestamp_of(0), start}, effects);

    EXPECT_EQ(child.status, ExecutionStatus::succeeded);
    EXPECT_EQ(to_json(child.output), "1");
}

TEST(MapRun, that_a_sibling_took_down_is_aborted_for_those_who_describe_it) {
    for (const std::string_view fields :
         {R"("Retry": [{"ErrorEquals": ["States.ALL"]}],)",
          R"("Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Wait"}],)"}) {
        Story story(R"({"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [
            {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "End": true}}},
            {"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
                "Resource": "arn:aws:lambda:us-east-1:1:function:f"}}}],)" +
                        std::string(fields) + R"("Next": "Wait"},
                        "Wait": {"Type": "Wait", "Seconds": 9, "End": true}}})",
                    "[1, 2]");
        const auto children = story.commands<StartChild>();
        end_child(story, children[0].command, "10");

        story.fail(story.state().open_commands.rbegin()->first, "E"); // the Task

        ASSERT_EQ(story.map_runs().size(), 1U) << fields;
        const MapRunRecord run = story.map_runs()[0];
        EXPECT_EQ(run.status, MapRunStatus::aborted) << fields;
        EXPECT_TRUE(run.stopped_at.has_value()) << fields;
        EXPECT_EQ(run.items.succeeded, 1U) << fields;
        EXPECT_EQ(run.items.aborted, 1U) << fields;
        EXPECT_EQ(run.items.running, 0U) << fields;
        // No change can bring it back to life.
        story.apply(MapRunUpdated{.map_run_arn = run.map_run_arn, .concurrency_max = 5});
        EXPECT_TRUE(story.map_runs().empty()) << fields;
    }
}

TEST(MapRun, that_has_failed_and_waits_for_a_retry_is_not_aborted_too) {
    Story story(R"({"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [
        {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
            "Retry": [{"ErrorEquals": ["States.ALL"]}], "End": true}}},
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "F"},
                                    "F": {"Type": "Fail", "Error": "E"}}}], "End": true}}})",
                "[1]");
    const CommandId wait = story.command<StartTimer>().command;
    fail_child(story, story.command<StartChild>().command);

    story.fire(wait);

    EXPECT_EQ(story.error(), "E");
    EXPECT_EQ(story.chain().find("MapRunAborted"), std::string::npos) << story.chain();
    EXPECT_NE(story.chain().find("MapStateAborted"), std::string::npos) << story.chain();
}

} // namespace
} // namespace gradus::test
