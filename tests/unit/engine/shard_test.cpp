#include "engine/shard/task_tokens.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"
#include "tests/support/shard_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace gradus {
namespace {

using test::Recorder;
using test::SlowStore;

/// A shard of its own whose store reports to it.
class ShardTest : public testing::Test {
protected:
    ShardTest() {
        store.on_committed([this](std::uint64_t lsn) { shard.committed(lsn); });
        store.on_failed([this](const Error&) { shard.failed(); });
    }
    SlowStore store;
    Recorder recorder;
    Shard shard{store, recorder};
};

std::shared_ptr<const Program> one_task() {
    return compile(R"({"StartAt": "T", "States": {"T": {"Type": "Task", "TimeoutSeconds": 5,
        "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true}}})")
        .program;
}

TEST_F(ShardTest, lets_no_effect_out_before_its_batch_is_safe) {
    shard.create(one_task(), {});

    shard.tick(timestamp_of(0));
    EXPECT_TRUE(recorder.log.empty());
    EXPECT_EQ(shard.next_due(), std::nullopt);

    store.commit();
    EXPECT_EQ(recorder.log, (std::vector<std::string>{"schedule T"}));
    EXPECT_EQ(shard.next_due(), timestamp_of(5000));
}

TEST_F(ShardTest, puts_everything_that_came_in_into_one_batch) {
    for (int i = 0; i < 10; ++i)
        shard.create(one_task(), {});

    shard.tick(timestamp_of(0));

    ASSERT_EQ(store.batches.size(), 1U);
    EXPECT_EQ(store.batches[0].entries.size(), 10U);
    EXPECT_EQ(store.batches[0].lsn, 1U);
}

TEST_F(ShardTest, fires_timers_that_are_due_and_skips_stale_ones) {
    const ExecutionKey key = shard.create(one_task(), {});
    shard.tick(timestamp_of(0));
    store.commit();

    shard.submit(key, TaskSucceeded{recorder.last, Value(1)});
    shard.tick(timestamp_of(100));
    store.commit();
    shard.tick(timestamp_of(5000));

    EXPECT_TRUE(store.batches.empty()); // the timer of the answered task made none
    EXPECT_EQ(recorder.log.back(), "completed SUCCEEDED");
    EXPECT_FALSE(shard.is_resident(key));
}

TEST_F(ShardTest, forgets_the_timers_of_executions_that_have_ended) {
    for (int i = 0; i < 5000; ++i) {
        const ExecutionKey key = shard.create(one_task(), {});
        shard.tick(timestamp_of(0));
        store.commit();
        shard.submit(key, TaskSucceeded{recorder.last, Value(1)});
        shard.tick(timestamp_of(0));
        store.commit();
    }
    EXPECT_LE(shard.timers(), 1024U);
}

TEST_F(ShardTest, keeps_the_timers_of_those_that_wait) {
    for (int i = 0; i < 3000; ++i)
        shard.create(one_task(), {});
    shard.tick(timestamp_of(0));
    store.commit();
    shard.tick(timestamp_of(1));
    EXPECT_EQ(shard.timers(), 3000U);

    EXPECT_TRUE(shard.tick(timestamp_of(5000))); // some at a time
    while (shard.tick(timestamp_of(5000))) {
    }
    store.commit();
    EXPECT_EQ(std::ranges::count(recorder.log, "completed FAILED"), 3000);
}

TEST(TaskTokens, name_their_task_and_refuse_forgery) {
    ExecutionState state;
    state.identity.execution_arn = "arn:aws:states:us-east-1:1:execution:m:e";
    state.token_secret = execution_token_secret("engine", state.identity.execution_arn);
    const std::string token = make_task_token(state, CommandId{7});

    EXPECT_EQ(read_task_token("engine", token),
              (TaskTokenContent{"arn:aws:states:us-east-1:1:execution:m:e", CommandId{7}}));
    EXPECT_EQ(read_task_token("another engine", token), std::nullopt);
    EXPECT_EQ(read_task_token("engine", token.substr(4)), std::nullopt);
    EXPECT_EQ(read_task_token("engine", ""), std::nullopt);
}

TEST(VirtualLoop, fires_in_order_of_time_then_of_setting) {
    VirtualLoop loop(0);
    std::string order;
    loop.schedule(std::chrono::seconds(2), [&] { order += "c"; });
    loop.schedule(std::chrono::seconds(1), [&] { order += "a"; });
    loop.schedule(std::chrono::seconds(1), [&] { order += "b"; });
    const TimerId cancelled = loop.schedule(std::chrono::seconds(1), [&] { order += "x"; });
    loop.cancel(cancelled);

    loop.run_until([] { return false; });

    EXPECT_EQ(order, "abc");
    EXPECT_EQ(loop.now_epoch_milliseconds(), 2000);
}

TEST(VirtualLoop, stands_still_until_another_thread_has_delivered) {
    VirtualLoop loop(0);
    std::string order;
    loop.schedule(std::chrono::seconds(1), [&] { order += "timer "; });
    std::thread other([&, deliver = loop.expect()] {
        deliver([&] {
            order += "delivered at " + std::to_string(loop.now_epoch_milliseconds()) + " ";
        });
    });

    loop.run_until([] { return false; });
    other.join();

    EXPECT_EQ(order, "delivered at 0 timer ");
}

} // namespace
} // namespace gradus
