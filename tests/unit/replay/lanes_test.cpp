#include "states/replay/lanes.hpp"

#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

/// "LANE/STATE Type" of each event.
std::vector<std::string> placements(const Recording& recording) {
    LaneTable lanes;
    LaneTracker tracker(lanes);
    std::vector<std::string> out;
    for (const RecordedEvent& event : recorded_history(recording).events) {
        const Placement placement = tracker.place(event);
        std::string lane = lanes.path(placement.lane);
        if (placement.is_abort) lane += "(abort)";
        out.push_back(lane + "/" + placement.state + " " +
                      std::string(history_event_name(event.type)));
    }
    return out;
}

using Lines = std::vector<std::string>;

constexpr std::string_view task =
    R"("Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listBuckets")";

TEST(Lanes, follow_the_branches_of_a_parallel) {
    Recorder recorder(R"({"StartAt":"Fan","States":{"Fan":{"Type":"Parallel","Next":"After",
        "Branches":[{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":5,"End":true}}},
                    {"StartAt":"B","States":{"B":{"Type":"Pass","Next":"C"},
                                             "C":{"Type":"Succeed"}}}]},
        "After":{"Type":"Succeed"}}})",
                      "{}");
    recorder.pass_time();

    EXPECT_EQ(placements(recorder.recording()),
              (Lines{"/ ExecutionStarted", "/Fan ParallelStateEntered", "/Fan ParallelStateStarted",
                     "Fan, branch A/A WaitStateEntered", "Fan, branch B/B PassStateEntered",
                     "Fan, branch B/B PassStateExited", "Fan, branch B/C SucceedStateEntered",
                     "Fan, branch B/C SucceedStateExited", "Fan, branch A/A WaitStateExited",
                     "/Fan ParallelStateSucceeded", "/Fan ParallelStateExited",
                     "/After SucceedStateEntered", "/After SucceedStateExited",
                     "/After ExecutionSucceeded"}));
}

TEST(Lanes, follow_iterations_and_count_the_runs_of_a_map) {
    Recorder recorder(R"({"StartAt":"Each","States":{"Each":{"Type":"Map","MaxConcurrency":1,
        "ItemProcessor":{"StartAt":"A","States":{"A":{)" +
                          std::string(task) + R"(,"End":true}}},
        "Retry":[{"ErrorEquals":["E"]}],"End":true}}})",
                      "[1,2]");
    recorder.answer("A", "1").fail("A", "E").pass_time().answer("A", "1").answer("A", "2");

    EXPECT_EQ(placements(recorder.recording()),
              (Lines{"/ ExecutionStarted",
                     "/Each MapStateEntered",
                     "/Each MapStateStarted",
                     "Each, iteration 0/ MapIterationStarted",
                     "Each, iteration 0/A TaskStateEntered",
                     "Each, iteration 0/A TaskScheduled",
                     "Each, iteration 0/A TaskStarted",
                     "Each, iteration 0/A TaskSucceeded",
                     "Each, iteration 0/A TaskStateExited",
                     "Each, iteration 0/A MapIterationSucceeded",
                     "Each, iteration 1/ MapIterationStarted",
                     "Each, iteration 1/A TaskStateEntered",
                     "Each, iteration 1/A TaskScheduled",
                     "Each, iteration 1/A TaskStarted",
                     "Each, iteration 1/A TaskFailed",
                     "Each, iteration 1/A MapIterationFailed",
                     "Each, iteration 1(abort)/A TaskStateAborted",
                     "/Each MapStateStarted",
                     "Each, iteration 0 (run 2)/ MapIterationStarted",
                     "Each, iteration 0 (run 2)/A TaskStateEntered",
                     "Each, iteration 0 (run 2)/A TaskScheduled",
                     "Each, iteration 0 (run 2)/A TaskStarted",
                     "Each, iteration 0 (run 2)/A TaskSucceeded",
                     "Each, iteration 0 (run 2)/A TaskStateExited",
                     "Each, iteration 0 (run 2)/A MapIterationSucceeded",
                     "Each, iteration 1 (run 2)/ MapIterationStarted",
                     "Each, iteration 1 (run 2)/A TaskStateEntered",
                     "Each, iteration 1 (run 2)/A TaskScheduled",
                     "Each, iteration 1 (run 2)/A TaskStarted",
                     "Each, iteration 1 (run 2)/A TaskSucceeded",
                     "Each, iteration 1 (run 2)/A TaskStateExited",
                     "Each, iteration 1 (run 2)/A MapIterationSucceeded",
                     "/Each MapStateSucceeded",
                     "/Each MapStateExited",
                     "/Each ExecutionSucceeded"}));
}

TEST(Lanes, come_back_out_of_a_failure_in_a_nested_branch) {
    Recorder recorder(R"({"StartAt":"Outer","States":{"Outer":{"Type":"Parallel","Branches":[
        {"StartAt":"Inner","States":{"Inner":{"Type":"Parallel","End":true,"Branches":[
            {"StartAt":"A","States":{"A":{)" +
                          std::string(task) + R"(,"End":true}}},
            {"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":9,"End":true}}}]}}}],
        "Catch":[{"ErrorEquals":["States.ALL"],"Next":"Sorry"}],"End":true},
        "Sorry":{"Type":"Pass","End":true}}})",
                      "{}");
    recorder.fail("A", "E");

    const Lines found = placements(recorder.recording());
    ASSERT_GE(found.size(), 10U);
    EXPECT_EQ(Lines(found.begin() + 9, found.end()),
              (Lines{"Outer, branch Inner > Inner, branch A/A TaskFailed",
                     "Outer, branch Inner > Inner, branch A(abort)/A WaitStateAborted",
                     "Outer, branch Inner > Inner, branch A(abort)/A TaskStateAborted",
                     "Outer, branch Inner/Inner ParallelStateFailed", "/Outer ParallelStateFailed",
                     "/Outer ParallelStateExited", "/Sorry PassStateEntered",
                     "/Sorry PassStateExited", "/Sorry ExecutionSucceeded"}));
}

TEST(Lanes, of_two_histories_have_the_same_numbers) {
    LaneTable lanes;
    const Lane branch{.owner = "Fan", .start = "A"};
    const LaneId first = lanes.number(branch);

    EXPECT_EQ(lanes.number({.parent = first, .owner = "Each", .index = 3, .is_iteration = true}),
              static_cast<LaneId>(2));
    EXPECT_EQ(lanes.number(branch), first);
    EXPECT_EQ(lanes.path(static_cast<LaneId>(2)), "Fan, branch A > Each, iteration 3");
}

} // namespace
} // namespace gradus::test
