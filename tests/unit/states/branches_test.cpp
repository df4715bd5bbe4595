#include "tests/support/story.hpp"

namespace gradus::test {
namespace {

constexpr std::string_view two_branches = R"({
  "StartAt": "Both",
  "States": {"Both": {
    "Type": "Parallel",
    "Branches": [
      {"StartAt": "L", "States": {"L": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:l", "End": true}}},
      {"StartAt": "R", "States": {"R": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:r", "End": true}}}
    ],
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
    "End": true},
    "Caught": {"Type": "Pass", "End": true}}
})";

TEST(Parallel, gives_results_in_the_order_of_its_branches) {
    Story story(two_branches);
    const auto tasks = story.commands<ScheduleTask>();
    ASSERT_EQ(tasks.size(), 2U);

    story.succeed(tasks[1].command, R"("right")");
    story.succeed(tasks[0].command, R"("left")");

    EXPECT_EQ(story.output(), R"(["left","right"])");
}

TEST(Parallel, takes_the_other_branches_down_when_one_fails) {
    Story story(two_branches);
    const auto tasks = story.commands<ScheduleTask>();

    story.fail(tasks[1].command, "Broken", "right arm");

    EXPECT_EQ(story.output(), R"({"Error":"Broken","Cause":"right arm"})");
    ASSERT_EQ(story.commands<CancelCommand>().size(), 1U);
    EXPECT_EQ(story.commands<CancelCommand>()[0].command, tasks[0].command);
    EXPECT_TRUE(story.state().open_commands.empty());
}

TEST(Map, runs_as_many_iterations_at_once_as_allowed_and_keeps_their_order) {
    Story story(R"({"StartAt": "M", "States": {"M": {
        "Type": "Map", "MaxConcurrency": 2, "ItemsPath": "$.list",
        "ItemSelector": {"at.$": "$$.Map.Item.Index", "item.$": "$$.Map.Item.Value"},
        "ItemProcessor": {"StartAt": "T", "States": {"T": {
            "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true}}},
        "End": true}}})",
                R"({"list": ["a", "b", "c"]})");
    const auto first = story.commands<ScheduleTask>();
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(to_json(first[1].parameters), R"({"at":1,"item":"b"})");

    story.succeed(first[1].command, R"("B")");
    const auto third = story.command<ScheduleTask>();
    story.succeed(third.command, R"("C")");
    story.succeed(first[0].command, R"("A")");

    EXPECT_EQ(story.output(), R"(["A","B","C"])");
}

TEST(Map, of_nothing_succeeds_with_nothing) {
    const Story story(R"({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "End": true}}})",
                      "[]");

    EXPECT_EQ(story.output(), "[]");
    EXPECT_EQ(story.chain(),
              "ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapStateSucceeded<3 "
              "MapStateExited<3 ExecutionSucceeded<5");
}

TEST(Map, fails_with_the_error_of_its_first_failing_iteration) {
    Story story(
        R"({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true}}}, "End": true}}})",
        "[1, 2]");
    const auto tasks = story.commands<ScheduleTask>();

    story.fail(tasks[0].command, "First", "why");

    EXPECT_EQ(story.error(), "First");
    EXPECT_EQ(story.commands<CancelCommand>().size(), 1U);
}

TEST(Branches, read_outer_variables_and_keep_their_own_to_themselves) {
    const Story story(R"json({"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "Both"},
        "Both": {"Type": "Parallel", "Branches": [
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"own": 2}, "Next": "B"},
                "B": {"Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($outer, $own)"}, "End": true}}}],
            "End": true}}})json");

    EXPECT_EQ(story.output(), R"([{"sum":3}])");
}

TEST(Branches, see_nothing_of_what_their_siblings_assign) {
    const Story story(R"json({"QueryLanguage": "JSONata", "StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Next": "After", "Branches": [
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
                "B": {"Type": "Pass", "Output": "{% $x %}", "End": true}}},
            {"StartAt": "C", "States": {"C": {"Type": "Pass", "Assign": {"y": 2}, "Next": "D"},
                "D": {"Type": "Pass", "Output": "{% [$exists($x), $y] %}", "End": true}}}]},
        "After": {"Type": "Pass", "Output": "{% [$states.input, $exists($x)] %}", "End": true}}})json");

    EXPECT_EQ(story.output(), "[1,[false,2],false]");
}

} // namespace
} // namespace gradus::test
