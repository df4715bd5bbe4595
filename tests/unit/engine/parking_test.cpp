// Executions that leave memory and come back: parked, after a restart, after a commit that failed.
#include "tests/support/shard_world.hpp"

namespace gradus {
namespace {

using test::busy;
using test::World;

constexpr std::string_view wait_then_pass = R"({"StartAt": "W", "States": {
    "W": {"Type": "Wait", "Seconds": 60, "Next": "P"}, "P": {"Type": "Pass", "End": true}}})";
constexpr std::string_view one_task = R"({"StartAt": "T", "States": {"T": {"Type": "Task",
    "Resource": "arn:aws:states:us-east-1:1:activity:a", "HeartbeatSeconds": 10, "End": true}}})";
constexpr std::string_view failing = R"({"StartAt": "T", "States": {"T": {"Type": "Task",
    "Resource": "arn:aws:states:us-east-1:1:activity:a", "End": true}}})";
TEST(Parking, leaves_an_execution_that_waits_in_the_store_alone) {
    World world(wait_then_pass, {.residents_max = 0});
    world.start();
    world.tick();
    EXPECT_TRUE(world.shard->is_resident(world.key)); // the store hasn't got it yet
    world.store.commit();
    world.tick();
    EXPECT_EQ(world.shard->residents(), 0U);
    EXPECT_EQ(world.shard->next_due(), timestamp_of(60'000));

    world.now = timestamp_of(60'000);
    world.tick();
    world.store.commit();

    EXPECT_EQ(world.recorder.log, (std::vector<std::string>{"completed SUCCEEDED"}));
    EXPECT_EQ(world.types(), "ExecutionStarted WaitStateEntered WaitStateExited PassStateEntered "
                             "PassStateExited ExecutionSucceeded ");
}

TEST(Parking, makes_no_difference_to_what_happens) {
    World resident(busy);
    resident.start();
    resident.run();
    World parked(busy, {.residents_max = 0});
    parked.start();
    parked.run();

    EXPECT_EQ(parked.store.find(parked.key)->status, ExecutionStatus::succeeded);
    EXPECT_EQ(parked.history(), resident.history());
    EXPECT_EQ(parked.recorder.log, resident.recorder.log);
}

TEST(Parking, keeps_those_that_moved_last) {
    World world(wait_then_pass, {.residents_max = 2});
    std::vector<ExecutionKey> keys;
    for (int i = 0; i < 3; ++i) {
        world.start();
        keys.push_back(world.key);
        world.tick();
        world.store.commit();
    }
    world.tick();

    EXPECT_FALSE(world.shard->is_resident(keys[0]));
    EXPECT_TRUE(world.shard->is_resident(keys[1]));
    EXPECT_TRUE(world.shard->is_resident(keys[2]));
}

TEST(Parking, brings_back_what_ended_for_a_redrive) {
    World world(failing);
    world.start();
    world.tick();
    world.store.commit();
    world.shard->submit(world.key, TaskFailed{world.recorder.last, {"Broken", "why"}});
    world.tick();
    world.store.commit();
    EXPECT_FALSE(world.shard->is_resident(world.key));
    world.restart();

    EXPECT_TRUE(world.shard->can_redrive(world.key));
    world.shard->submit(world.key, RedriveRequested{});
    world.tick();
    world.store.commit();
    world.shard->submit(world.key, TaskSucceeded{world.recorder.last, Value(1)});
    world.tick();
    world.store.commit();

    EXPECT_EQ(world.types(), "ExecutionStarted TaskStateEntered ActivityScheduled ActivityFailed "
                             "ExecutionFailed ExecutionRedriven ActivityScheduled "
                             "ActivitySucceeded TaskStateExited ExecutionSucceeded ");
    EXPECT_EQ(world.store.find(world.key)->redrives, 1U);
}

TEST(Recovery, goes_on_after_a_restart_at_every_moment) {
    World whole(busy);
    whole.start();
    whole.run();
    const std::string expected = whole.history();
    ASSERT_EQ(whole.store.find(whole.key)->status, ExecutionStatus::succeeded);
    const std::size_t commits = whole.store.commits;
    ASSERT_GT(commits, 8U);

    for (std::size_t restart_after = 1; restart_after < commits; ++restart_after) {
        World world(busy);
        world.start();
        bool is_restarted = false;
        do {
            world.tick();
            world.store.commit();
            if (world.store.commits < restart_after || std::exchange(is_restarted, true)) continue;
            world.restart();
            world.tick();
        } while (world.move() || world.shard->has_waiting_input());

        EXPECT_EQ(world.history(), expected) << "after commit " << restart_after;
    }
}

TEST(Recovery, loses_nothing_when_a_commit_fails_at_any_step) {
    World whole(busy);
    whole.start();
    whole.run();
    const std::string expected = whole.history();
    const std::size_t commits = whole.store.commits;

    // The first commit is the start itself: whoever asked for it hears that it failed.
    for (std::size_t failing_commit = 1; failing_commit < commits; ++failing_commit) {
        World world(busy);
        world.start();
        bool has_failed = false;
        do {
            world.shard->tick(world.now);
            if (world.store.commits == failing_commit && !world.store.batches.empty() &&
                !std::exchange(has_failed, true)) {
                world.store.fail();
                EXPECT_TRUE(world.shard->is_halted());
                EXPECT_FALSE(world.shard->tick(world.now)); // nothing moves
                ASSERT_TRUE(world.shard->recover(world.now));
                world.tick();
            }
            world.store.commit();
        } while (world.move() || world.shard->has_waiting_input());

        EXPECT_TRUE(has_failed);
        EXPECT_EQ(world.history(), expected) << "commit " << failing_commit;
    }
}

TEST(Recovery, gives_up_a_start_that_nobody_confirmed) {
    World world(wait_then_pass);
    world.start();
    world.tick();
    world.store.fail();
    ASSERT_TRUE(world.shard->recover(world.now));
    world.run();

    EXPECT_EQ(world.store.find(world.key), std::nullopt);
    EXPECT_EQ(world.shard->next_due(), std::nullopt);
    world.start();
    EXPECT_EQ(world.key, ExecutionKey{2}); // keys aren't used again
}

TEST(Recovery, waits_when_the_store_cannot_be_read) {
    World world(wait_then_pass, {.residents_max = 0});
    world.start();
    world.tick();
    world.store.commit();
    world.tick();
    world.store.is_broken = true;
    world.now = timestamp_of(60'000);
    world.tick();
    EXPECT_TRUE(world.shard->is_halted());
    EXPECT_FALSE(world.shard->recover(world.now));

    world.store.is_broken = false;
    ASSERT_TRUE(world.shard->recover(world.now));
    world.run();

    EXPECT_EQ(world.store.find(world.key)->status, ExecutionStatus::succeeded);
}

TEST(Recovery, counts_heartbeats_anew) {
    World world(one_task);
    world.start();
    world.tick();
    world.store.commit();
    world.now = timestamp_of(9'000);
    world.restart();

    EXPECT_EQ(world.shard->next_due(), timestamp_of(19'000));
    EXPECT_TRUE(world.shard->heartbeat(world.key, world.recorder.last, timestamp_of(18'000)));
    world.now = timestamp_of(20'000);
    world.tick();
    world.store.commit();
    EXPECT_EQ(world.store.find(world.key)->status, ExecutionStatus::running);
    world.now = timestamp_of(28'000);
    world.tick();
    world.store.commit();
    EXPECT_EQ(world.store.find(world.key)->failure.error, "States.Timeout");
}

TEST(Recovery, finds_a_task_as_it_was_scheduled) {
    World world(one_task, {.residents_max = 0});
    world.start(R"({"n": 1})");
    world.tick();
    world.store.commit();
    world.shard->submit(world.key, TaskStarted{world.recorder.last, "w"});
    world.tick();
    world.store.commit();

    const auto task = world.shard->find_task(world.key, world.recorder.last);
    ASSERT_TRUE(task.has_value());
    EXPECT_EQ(to_json(task->task.parameters), R"({"n":1})");
    EXPECT_FALSE(task->task.task_token.empty());
    EXPECT_EQ(task->past.issued_at, timestamp_of(0));
    EXPECT_TRUE(task->past.is_started);
    EXPECT_EQ(world.shard->find_task(world.key, CommandId{99}), std::nullopt);
}

TEST(Recovery, tells_of_an_execution_whose_program_comes_to_something_else) {
    World world(wait_then_pass);
    world.start();
    world.tick();
    world.store.commit();
    world.recorder.program = test::program_of(one_task);
    world.restart();
    world.now = timestamp_of(60'000);
    world.tick();

    EXPECT_EQ(world.recorder.log,
              (std::vector<std::string>{
                  "trouble: its inputs lead to 3 history events, but 2 are stored; another version "
                  "of gradus wrote them"}));
    EXPECT_EQ(world.store.find(world.key)->status, ExecutionStatus::running);
}

} // namespace
} // namespace gradus
