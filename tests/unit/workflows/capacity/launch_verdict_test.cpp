#include "workflows/capacity/launch_verdict.hpp"

#include <gtest/gtest.h>

namespace gradus::capacity {
namespace {

using namespace std::chrono_literals;

const Timestamp begun = timestamp_of(1'700'000'000'500);

LaunchFacts facts() { return {.wanted = 1, .since = begun, .now = begun + 60s, .base = {"i-old"}}; }

const std::string no_capacity =
    "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to "
    "your request configuration. Please adjust your request and try again. Launching EC2 instance "
    "failed.";

TEST(LaunchVerdict, a_member_with_its_agent_is_ready_and_old_members_do_not_count) {
    LaunchFacts seen = facts();
    seen.members = {{"i-old", "InService"}, {"i-new", "InService"}};
    seen.connected_agents = {"i-old"};
    EXPECT_EQ(judge_launch(seen).verdict, Verdict::waiting);

    seen.connected_agents.emplace_back("i-new");
    const Judgement ready = judge_launch(seen);
    EXPECT_EQ(ready.verdict, Verdict::ready);
    EXPECT_EQ(ready.news, (std::vector<std::string>{"i-new"}));
}

TEST(LaunchVerdict, a_failed_activity_of_this_request_fails_at_once) {
    LaunchFacts seen = facts();
    // Activity times have no fraction of a second.
    seen.activities = {{"Failed", timestamp_of(1'700'000'000'000), no_capacity, ""}};

    const Judgement failed = judge_launch(seen);

    EXPECT_EQ(failed.verdict, Verdict::failed);
    EXPECT_EQ(failed.name, "Capacity.Insufficient");
    EXPECT_EQ(failed.cause, no_capacity);
}

TEST(LaunchVerdict, failures_before_this_request_are_old_news) {
    LaunchFacts seen = facts();
    seen.activities = {{"Failed", begun - 5s, no_capacity, ""}};

    EXPECT_EQ(judge_launch(seen).verdict, Verdict::waiting);
}

TEST(LaunchVerdict, what_may_pass_is_given_three_tries) {
    LaunchFacts seen = facts();
    const ScalingActivity passing{"Failed", begun + 5s, "Request limit exceeded.", ""};
    seen.activities = {passing, passing};
    EXPECT_EQ(judge_launch(seen).verdict, Verdict::waiting);

    seen.activities.push_back(passing);
    EXPECT_EQ(judge_launch(seen).name, "Passing.Throttled");
}

TEST(LaunchVerdict, an_instance_that_vanished_is_lost_seen_before_or_not) {
    LaunchFacts seen = facts();
    seen.news = {"i-new"};
    EXPECT_EQ(judge_launch(seen).name, "Capacity.Interrupted");

    LaunchFacts unseen = facts();
    unseen.activities = {{"Successful", begun + 5s, "", "Launching a new EC2 instance: i-brief"}};
    EXPECT_EQ(judge_launch(unseen).cause, "instance i-brief was lost before it was ready");
}

TEST(LaunchVerdict, silence_has_an_end) {
    LaunchFacts seen = facts();
    seen.now = begun + 301s;
    EXPECT_EQ(judge_launch(seen).name, "Passing.NoActivity");

    seen.members = {{"i-new", "InService"}};
    EXPECT_EQ(judge_launch(seen).verdict, Verdict::waiting);
    seen.now = begun + 721s;
    EXPECT_EQ(judge_launch(seen).name, "Passing.AgentMissing");
}

TEST(LaunchVerdict, tasks_run_fail_or_take_too_long) {
    TaskFacts seen{.since = begun, .now = begun + 60s};
    seen.tasks = {{"PENDING", "", ""}};
    EXPECT_EQ(judge_tasks(seen).verdict, Verdict::waiting);

    seen.tasks = {{"RUNNING", "", ""}};
    EXPECT_EQ(judge_tasks(seen).verdict, Verdict::ready);

    seen.news = {"i-new"};
    EXPECT_EQ(judge_tasks(seen).name, "Capacity.Interrupted") << "it has left the group";

    seen.members = {"i-new"};
    seen.tasks = {{"STOPPED", "TaskFailedToStart", "CannotPullContainerError: not found"}};
    EXPECT_EQ(judge_tasks(seen).name, "Config.Image");

    seen.tasks = {{"PENDING", "", ""}};
    seen.now = begun + 1201s;
    EXPECT_EQ(judge_tasks(seen).name, "Passing.TaskNotRunning");
}

TEST(LaunchVerdict, an_answer_says_how_long_a_pool_rests) {
    EXPECT_EQ(classify_answer("Capacity.Insufficient", "").exclusion, 3min);
    EXPECT_EQ(classify_answer("Capacity.Quota", "").kind, FailureClass::quota);
    EXPECT_EQ(classify_answer("Config.Image", "").exclusion, 1h);
    EXPECT_EQ(classify_answer("Config.Image", "").action, FailureAction::next_pool);
    EXPECT_EQ(classify_answer("States.Timeout", "").exclusion, 5min);
    EXPECT_EQ(classify_answer("Hub.TokenGone", "").kind, FailureClass::unknown);
}

} // namespace
} // namespace gradus::capacity
