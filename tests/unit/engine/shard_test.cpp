#include "engine/shard/shard.hpp"

#include "engine/shard/task_tokens.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// A store that says "committed" only when it is told to.
class SlowStore final : public Store {
public:
    void on_committed(Committed committed) override { committed_ = std::move(committed); }
    void append(Batch batch) override { batches.push_back(std::move(batch)); }
    const ExecutionRecord* find(ExecutionKey) const override { return nullptr; }
    const ExecutionRecord* find_by_arn(const std::string&) const override { return nullptr; }
    std::vector<const ExecutionRecord*> list(const std::string&,
                                             std::optional<ExecutionStatus>) const override {
        return {};
    }
    std::vector<const ExecutionRecord*> children(const std::string&,
                                                 std::optional<ExecutionStatus>) const override {
        return {};
    }
    const MapRunRecord* find_map_run(const std::string&) const override { return nullptr; }
    std::vector<const MapRunRecord*> map_runs(const std::string&) const override { return {}; }
    const std::vector<HistoryEvent>& history(ExecutionKey) const override { return none_; }
    void commit() { committed_(batches.back().lsn); }

    std::vector<Batch> batches;

private:
    Committed committed_;
    std::vector<HistoryEvent> none_;
};

class Recorder final : public Dispatcher {
public:
    void recorded(ExecutionKey) override {}
    void schedule(ExecutionKey, const ExecutionIdentity&, const ScheduleTask& task) override {
        log.push_back("schedule " + std::string(task.state_name.as_string()));
        last = task.command;
    }
    void read_items(ExecutionKey, const ReadItems&) override { log.emplace_back("read"); }
    void start_child(ExecutionKey, std::shared_ptr<const Program>, const StartChild&) override {
        log.emplace_back("start child");
    }
    void write_objects(ExecutionKey, const WriteObjects&) override { log.emplace_back("write"); }
    void cancel(ExecutionKey, CommandId) override { log.emplace_back("cancel"); }
    void completed(ExecutionKey, const CompleteExecution& completion) override {
        log.push_back("completed " + std::string(execution_status_name(completion.status)));
    }

    std::vector<std::string> log;
    CommandId last{};
};

std::shared_ptr<const Program> one_task() {
    return compile(R"({"StartAt": "T", "States": {"T": {"Type": "Task", "TimeoutSeconds": 5,
        "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true}}})")
        .program;
}

TEST(Shard, lets_no_effect_out_before_its_batch_is_safe) {
    SlowStore store;
    Recorder recorder;
    Shard shard(store, recorder);
    shard.create(one_task(), {});

    shard.tick(timestamp_of(0));
    EXPECT_TRUE(recorder.log.empty());
    EXPECT_EQ(shard.next_due(), std::nullopt);

    store.commit();
    EXPECT_EQ(recorder.log, (std::vector<std::string>{"schedule T"}));
    EXPECT_EQ(shard.next_due(), timestamp_of(5000));
}

TEST(Shard, puts_everything_that_came_in_into_one_batch) {
    SlowStore store;
    Recorder recorder;
    Shard shard(store, recorder);
    for (int i = 0; i < 10; ++i)
        shard.create(one_task(), {});

    shard.tick(timestamp_of(0));

    ASSERT_EQ(store.batches.size(), 1U);
    EXPECT_EQ(store.batches[0].entries.size(), 10U);
    EXPECT_EQ(store.batches[0].lsn, 1U);
}

TEST(Shard, fires_timers_that_are_due_and_skips_stale_ones) {
    SlowStore store;
    Recorder recorder;
    Shard shard(store, recorder);
    const ExecutionKey key = shard.create(one_task(), {});
    shard.tick(timestamp_of(0));
    store.commit();

    shard.submit(key, TaskSucceeded{recorder.last, Value(1)});
    shard.tick(timestamp_of(100));
    store.commit();
    shard.tick(timestamp_of(5000));

    EXPECT_EQ(store.batches.size(), 2U); // the timer of the answered task made none
    EXPECT_EQ(recorder.log.back(), "completed SUCCEEDED");
    EXPECT_FALSE(shard.is_resident(key));
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

} // namespace
} // namespace gradus
