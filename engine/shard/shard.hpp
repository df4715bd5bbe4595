#pragma once
// Many executions under one hand, without I/O: takes events, folds them through `step`, gathers
// what must be kept into a batch, and lets effects out only when the store has the batch. One
// thread.
//
//   submit → inbox ──tick──> step → batch ──Store::append──> committed → timers, tasks, completions

#include "engine/store/store.hpp"
#include "states/step.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

namespace gradus {

/// Who carries out what executions ask for. Called after the batch is safe, never from inside
/// submit().
class Dispatcher {
public:
    virtual ~Dispatcher() = default;
    /// The store has further history of this execution.
    virtual void recorded(ExecutionKey execution) = 0;
    virtual void schedule(ExecutionKey execution, const ExecutionIdentity& identity,
                          const ScheduleTask& task) = 0;
    virtual void read_items(ExecutionKey execution, const ReadItems& command) = 0;
    virtual void start_child(ExecutionKey execution, std::shared_ptr<const Program> program,
                             const StartChild& command) = 0;
    virtual void write_objects(ExecutionKey execution, const WriteObjects& command) = 0;
    virtual void cancel(ExecutionKey execution, CommandId command) = 0;
    virtual void completed(ExecutionKey execution, const CompleteExecution& completion) = 0;
};

class Shard {
public:
    /// Borrows both.
    Shard(Store& store, Dispatcher& dispatcher);

    /// The event waits for the next tick.
    ExecutionKey create(std::shared_ptr<const Program> program, ExecutionStarted start);
    void submit(ExecutionKey execution, Event event);
    /// Takes everything that has come in and all timers that are due, as one batch. True when there
    /// is more to do at once (an execution used up its budget, or effects brought new events).
    bool tick(Timestamp now);
    /// Sets the heartbeat timer of a task anew. False when that task isn't open.
    bool heartbeat(ExecutionKey execution, CommandId task, Timestamp now);

    /// When tick must be called next, if nothing comes in before; nothing: never.
    std::optional<Timestamp> next_due() const;
    bool has_open(ExecutionKey execution, CommandId command) const;
    bool is_resident(ExecutionKey execution) const { return residents_.contains(execution); }

private:
    struct Resident {
        std::shared_ptr<const Program> program;
        ExecutionState state;
    };
    struct Timer {
        Timestamp due;
        std::uint64_t sequence; // timers of one time fire in the order in which they were set
        ExecutionKey execution;
        CommandId command;
        bool operator>(const Timer& other) const {
            return std::tie(due, sequence) > std::tie(other.due, other.sequence);
        }
    };
    struct Heartbeat {
        CommandId timer{};
        std::int64_t seconds = 0;
        Timestamp due;
    };
    struct Held { // commands of one entry, until the batch is safe
        ExecutionKey execution;
        std::vector<Command> commands;
    };

    void apply(ExecutionKey execution, Event event, Timestamp now, Batch& batch);
    void committed(std::uint64_t lsn);
    void release(const Held& held);
    void arm(ExecutionKey execution, const StartTimer& timer);
    bool is_stale(const Timer& timer) const;

    Store& store_;
    Dispatcher& dispatcher_;
    std::uint64_t executions_ = 0;
    std::uint64_t lsn_ = 0;
    std::uint64_t timers_set_ = 0;
    std::deque<std::pair<ExecutionKey, Event>> inbox_;
    std::unordered_map<ExecutionKey, Resident> residents_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::map<std::pair<ExecutionKey, CommandId>, Heartbeat> heartbeats_; // by the task they watch
    std::map<std::uint64_t, std::vector<Held>> held_;                    // by batch
};

} // namespace gradus
