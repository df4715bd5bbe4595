#pragma once
// A shard with a store that commits when it is told to, and a world that carries out what it asks
// for: tasks are answered in the order of their commands, and time goes on to the next timer.

#include "engine/shard/shard.hpp"
#include "gradus/json.hpp"
#include "tests/support/replayed.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gradus::test {

/// Keeps in memory what was committed.
class SlowStore final : public Store {
public:
    void on_committed(Committed committed) override { committed_ = std::move(committed); }
    void on_failed(Failed failed) override { failed_ = std::move(failed); }
    void append(Batch batch) override { batches.push_back(std::move(batch)); }
    std::optional<ExecutionRecord> find(ExecutionKey key) const override { return kept->find(key); }
    std::optional<ExecutionKey> find_key(const std::string& arn) const override {
        return kept->find_key(arn);
    }
    std::vector<ExecutionRecord> list(const ExecutionQuery& query) const override {
        return kept->list(query);
    }
    std::optional<MapRunRecord> find_map_run(const std::string& arn) const override {
        return kept->find_map_run(arn);
    }
    std::vector<MapRunRecord> map_runs(const std::string& arn) const override {
        return kept->map_runs(arn);
    }
    std::vector<HistoryEvent> history(ExecutionKey key, std::uint64_t first = 1,
                                      std::size_t limit = SIZE_MAX) const override {
        return kept->history(key, first, limit);
    }
    Result<ExecutionKey> last_key() const override { return kept->last_key(); }
    Result<StoredInputs> inputs(ExecutionKey key) const override {
        if (is_broken) return Error{ErrorCode::io, "the disk is gone"};
        return kept->inputs(key);
    }
    Result<std::optional<OpenCommandRecord>> find_open(ExecutionKey key,
                                                       CommandId command) const override {
        if (is_broken) return Error{ErrorCode::io, "the disk is gone"};
        return kept->find_open(key, command);
    }
    Result<void> visit_open(const OpenVisitor& visit) const override {
        if (is_broken) return Error{ErrorCode::io, "the disk is gone"};
        return kept->visit_open(visit);
    }
    Result<std::vector<StoredObject>> objects() const override { return kept->objects(); }

    /// All that was appended, in order.
    void commit() {
        for (Batch& batch : std::exchange(batches, {})) {
            const std::uint64_t lsn = batch.lsn;
            journal.push_back(batch);
            kept->append(std::move(batch));
            ++commits;
            if (committed_) committed_(lsn);
        }
    }
    /// Loses all that was appended.
    void fail() {
        batches.clear();
        failed_({ErrorCode::io, "the disk is full"});
    }

    std::vector<Batch> batches; // not committed yet
    std::vector<Batch> journal; // committed
    std::unique_ptr<Store> kept = make_memory_store();
    std::size_t commits = 0;
    bool is_broken = false; // can't be read

private:
    Committed committed_;
    Failed failed_;
};

/// Writes down what it is asked for, in short texts.
class Recorder : public Dispatcher {
public:
    void recorded(const ExecutionIdentity&, std::uint64_t,
                  const std::vector<HistoryEvent>&) override {}
    bool observes_history() const override { return false; }
    void schedule(ExecutionKey execution, const ExecutionIdentity&, const ScheduleTask& task,
                  const TaskPast& past) override {
        log.push_back((past.issued_at ? "schedule again " : "schedule ") +
                      std::string(task.state_name.as_string()));
        last = task.command;
        tasks.emplace(execution, task.command);
    }
    void read_items(ExecutionKey, const ReadItems&) override { log.emplace_back("read"); }
    void start_child(ExecutionKey, std::shared_ptr<const Program>, const StartChild&,
                     const TaskPast&) override {
        log.emplace_back("start child");
    }
    void write_objects(ExecutionKey, const WriteObjects&) override { log.emplace_back("write"); }
    void cancel(ExecutionKey execution, CommandId command) override {
        log.emplace_back("cancel");
        tasks.erase({execution, command});
    }
    void completed(ExecutionKey, const ExecutionState& state, Timestamp) override {
        log.push_back("completed " + std::string(execution_status_name(state.status)));
    }
    Result<std::shared_ptr<const Program>> program_of(const ExecutionIdentity&) override {
        if (program != nullptr) return program;
        return Error{ErrorCode::not_found, "no such program"};
    }
    bool is_wanted_again(const OpenCommandRecord&) override { return true; }
    void troubled(ExecutionKey, const Error& error) override {
        log.push_back("trouble: " + error.message);
    }

    std::shared_ptr<const Program> program; // of every execution
    std::vector<std::string> log;
    CommandId last{};
    std::set<std::pair<ExecutionKey, CommandId>> tasks; // that nobody answered yet
};

/// The definition must be right.
inline std::shared_ptr<const Program> program_of(std::string_view definition) {
    Compiled compiled = compile(definition);
    for (const Diagnostic& fault : compiled.diagnostics) {
        if (fault.severity == Severity::error)
            ADD_FAILURE() << describe(fault, "definition", definition);
    }
    return std::move(compiled.program);
}

/// Retries, time-outs, branches, iterations, waits: whatever leaves something open.
inline constexpr std::string_view busy = R"({"StartAt": "Both", "TimeoutSeconds": 1000, "States": {
    "Both": {"Type": "Parallel", "Next": "Each", "Branches": [
        {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 5, "End": true}}},
        {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "TimeoutSeconds": 30, "End": true,
            "Resource": "arn:aws:states:us-east-1:1:activity:a",
            "Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 2, "MaxAttempts": 2}]}}}]},
    "Each": {"Type": "Map", "Next": "Last", "MaxConcurrency": 2, "ItemsPath": "$[1]",
        "ItemProcessor": {"StartAt": "Do", "States": {"Do": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:us-east-1:1:activity:a", "HeartbeatSeconds": 20}}}},
    "Last": {"Type": "Wait", "Seconds": 1, "End": true}}})";

/// One execution in a world that answers its tasks and lets time go on, until nothing moves.
class World {
public:
    explicit World(std::string_view definition, ShardOptions options = {})
        : options_(std::move(options)), definition_(definition) {
        recorder.program = program_of(definition);
        store.on_committed([this](std::uint64_t lsn) { shard->committed(lsn); });
        store.on_failed([this](const Error&) { shard->failed(); });
        restart();
    }
    /// As if the process had ended and begun again. Tasks that were under way are lost.
    void restart() {
        store.batches.clear();
        recorder.tasks.clear();
        shard = std::make_unique<Shard>(store, recorder, options_);
        ASSERT_TRUE(shard->recover(now));
    }
    void start(std::string_view input = "{}") {
        ExecutionStarted start;
        start.identity.execution_arn = "arn:e";
        start.input = *parse_json(input);
        start.seed = 7;
        key = shard->create(recorder.program, std::move(start));
    }
    void tick() {
        while (shard->tick(now)) {
            store.commit();
        }
    }
    bool move() { return move(*shard, recorder, now); }
    /// Answers a task, or else sets the clock to the next timer. False when there is neither.
    static bool move(Shard& shard, Recorder& recorder, Timestamp& now) {
        if (!recorder.tasks.empty()) {
            const auto [execution, command] = *recorder.tasks.begin();
            recorder.tasks.erase(recorder.tasks.begin());
            shard.submit(execution, answer_to(command));
            return true;
        }
        const auto due = shard.next_due();
        if (due) now = std::max(now, *due);
        return due.has_value();
    }
    void run() {
        do {
            tick();
            store.commit();
        } while (move() || shard->has_waiting_input());
        expect_replays_equal();
    }
    /// Whatever was committed, before and after restarts, is what its inputs lead to.
    void expect_replays_equal() const {
        const auto stored = store.inputs(key);
        ASSERT_TRUE(stored) << stored.error().message;
        if (stored->inputs.empty()) return;
        const auto recording =
            make_recording(*recorder.program, definition_, stored->inputs, store.history(key));
        ASSERT_TRUE(recording) << recording.error().message;
        test::expect_replays_equal(*recording);
    }
    /// "Again" to the first task, else a list whose elements are asked about one by one.
    static Event answer_to(CommandId command) {
        if (command == CommandId{3}) return TaskFailed{command, {"Again", "not yet"}};
        return TaskSucceeded{command, *parse_json("[1, 2, 3]")};
    }

    std::string types() const {
        std::string out;
        for (const HistoryEvent& event : store.history(key))
            out += std::string(history_event_name(event.type)) + ' ';
        return out;
    }
    std::string history() const { return to_pretty_json(history_json(store.history(key))); }

    SlowStore store;
    Recorder recorder;
    std::unique_ptr<Shard> shard;
    ExecutionKey key{1};
    Timestamp now = timestamp_of(0);

private:
    ShardOptions options_;
    std::string definition_;
};

} // namespace gradus::test
