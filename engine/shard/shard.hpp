#pragma once
// Many executions under one hand, without I/O: takes events, folds them through `step`, gathers
// what must be kept into a batch, and lets effects out only when the store has the batch. One
// thread.
//
//   submit → inbox ──tick──> step → batch ──Store::append──> committed → timers, tasks, completions
//
// Executions that wait are parked when others need the room: all that is left of one is its timers,
// and it is folded from its inputs when something comes for it. After a restart, and after a commit
// that failed, all are parked, and `recover` finds in the store what there is to do.

#include "engine/shard/fold.hpp"
#include "engine/store/store.hpp"
#include "states/step.hpp"

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace gradus {

/// Who carries out what executions ask for. Called after the batch is safe, never from inside
/// submit().
class Dispatcher {
public:
    virtual ~Dispatcher() = default;
    /// The store has these further events of an execution. Only asked for if observes_history().
    virtual void recorded(const ExecutionIdentity& identity, std::uint64_t redrives,
                          const std::vector<HistoryEvent>& events) = 0;
    virtual bool observes_history() const = 0;
    /// Commands that are under way already stay so: after a failed commit they come again.
    virtual void schedule(ExecutionKey execution, const ExecutionIdentity& identity,
                          const ScheduleTask& task, const TaskPast& past) = 0;
    virtual void read_items(ExecutionKey execution, const ReadItems& command) = 0;
    virtual void start_child(ExecutionKey execution, std::shared_ptr<const Program> program,
                             const StartChild& command, const TaskPast& past) = 0;
    virtual void write_objects(ExecutionKey execution, const WriteObjects& command) = 0;
    virtual void cancel(ExecutionKey execution, CommandId command) = 0;
    /// With its state at the end.
    virtual void completed(ExecutionKey execution, const ExecutionState& state, Timestamp at) = 0;

    // --- for executions that come back ----------------------------------------------------------

    /// The program that an execution began with. Fails when it is gone or can't be compiled.
    virtual Result<std::shared_ptr<const Program>>
    program_of(const ExecutionIdentity& identity) = 0;
    /// Whether this task must be scheduled again now: false when its answer will come without, or
    /// the dispatcher will look it up with Shard::find_task.
    virtual bool is_wanted_again(const OpenCommandRecord& task) = 0;
    /// An execution can't be brought back. It stays in the store as it is.
    virtual void troubled(ExecutionKey execution, const Error& error) = 0;
};

struct ShardOptions {
    std::string token_secret;
    std::size_t residents_max = 10'000; // executions in memory; others that wait are parked
};

class Shard {
public:
    /// Borrows store and dispatcher.
    Shard(Store& store, Dispatcher& dispatcher, ShardOptions options = {});

    /// The event waits for the next tick. Fills in the execution's token secret.
    ExecutionKey create(std::shared_ptr<const Program> program, ExecutionStarted start);
    void submit(ExecutionKey execution, Event event);
    /// Becomes safe with the next batch, before the executions in it; if the store loses that
    /// batch, with a later one.
    void keep(StoredObject object);
    /// Takes everything that has come in and all timers that are due, as one batch. True when there
    /// is more to do at once (an execution used up its budget, or effects brought new events).
    bool tick(Timestamp now);
    /// Sets the heartbeat timer of a task anew. False when that task isn't open.
    bool heartbeat(ExecutionKey execution, CommandId task, Timestamp now);

    /// Goes on with what is in the store: after a restart, and once a store that failed works
    /// again; nothing may be uncommitted. Heartbeats count from `now` on. Tasks come with the next
    /// ticks. Fails when the store can't be read; the shard is halted then.
    Result<void> recover(Timestamp now);
    /// The store couldn't keep a batch or couldn't be read. Nothing moves until recover(); what
    /// comes in waits.
    bool is_halted() const { return is_halted_; }
    /// The store has this batch, and all before it: their effects go out.
    void committed(std::uint64_t lsn);
    /// The store lost all batches that it hadn't committed.
    void failed();

    /// The number of the last batch that was handed to the store. When it is committed, all that
    /// came in before it was made is safe.
    std::uint64_t last_lsn() const { return lsn_; }
    std::uint64_t committed_lsn() const { return committed_; }
    bool has_uncommitted() const { return committed_ < lsn_; }
    bool has_waiting_input() const { return !inbox_.empty() || !objects_.empty(); }
    /// When tick must be called next, if nothing comes in before; nothing: never.
    std::optional<Timestamp> next_due() const;
    /// Timers in memory, those among them that nobody waits for any more.
    std::size_t timers() const { return timers_.size(); }
    bool has_open(ExecutionKey execution, CommandId command);
    bool is_resident(ExecutionKey execution) const { return residents_.contains(execution); }
    std::size_t residents() const { return residents_.size(); }
    /// The input of an execution of this ARN that isn't in the store yet; null: there is none.
    const Value* find_starting(const std::string& execution_arn) const;
    /// Whether RedriveRequested would make the execution go on.
    bool can_redrive(ExecutionKey execution);
    /// A task of a parked or recovered execution as it was scheduled; nothing when it isn't open.
    std::optional<OpenTask> find_task(ExecutionKey execution, CommandId command);

private:
    struct Resident {
        std::shared_ptr<const Program> program;
        ExecutionState state;
        std::size_t uncommitted = 0; // entries that the store doesn't have yet
        std::list<ExecutionKey>::iterator place;
    };
    struct Timer { // 24 bytes: there may be millions
        Timestamp due;
        ExecutionKey execution;
        CommandId command;
        bool operator>(const Timer& other) const {
            return std::tie(due, execution, command) >
                   std::tie(other.due, other.execution, other.command);
        }
    };
    struct Heartbeat {
        CommandId timer{};
        std::int64_t seconds = 0;
        Timestamp due;
    };
    struct Held { // commands of one entry, until the batch is safe
        ExecutionKey execution;
        Timestamp at;
        std::vector<Command> commands;
        std::vector<HistoryEvent> history; // for observers
    };
    struct Reissue { // what an execution asked for before a restart
        ExecutionKey execution;
        std::vector<CommandId> commands;
    };

    Resident& make_resident(ExecutionKey execution, std::shared_ptr<const Program> program);
    /// Brings it back from the store if need be; null when there is nothing to bring back.
    Resident* find_resident(ExecutionKey execution);
    /// The same, unless the event can't concern it any more.
    Resident* resident_for(ExecutionKey execution, const Event& event);
    std::optional<Folded> load(ExecutionKey execution);
    void forget(ExecutionKey execution);
    void park();
    void apply(ExecutionKey execution, Event event, Timestamp now, Batch& batch);
    void release(const Held& held);
    void issue(ExecutionKey execution, const Resident& resident, const Command& command,
               const TaskPast& past);
    void arm(ExecutionKey execution, const StartTimer& timer);
    void cancel_timer(ExecutionKey execution, CommandId command);
    bool is_stale(const Timer& timer) const;
    void sweep_timers();
    void recover_one(const OpenCommandRecord& record, Timestamp now);
    void reissue_some();
    void reissue(const Reissue& wanted);
    void drop_all();

    Store& store_;
    Dispatcher& dispatcher_;
    ShardOptions options_;
    std::uint64_t executions_ = 0;
    std::uint64_t lsn_ = 0;
    std::uint64_t committed_ = 0;
    bool is_halted_ = false;
    std::deque<std::pair<ExecutionKey, Event>> inbox_;
    std::vector<StoredObject> objects_;
    std::map<std::uint64_t, std::vector<StoredObject>> uncommitted_objects_; // by batch
    std::unordered_map<ExecutionKey, Resident> residents_;
    std::list<ExecutionKey> recent_; // the residents, the one that moved last in front
    std::unordered_map<std::string, Value> starting_; // inputs by ARN, until they are committed
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::set<std::pair<ExecutionKey, CommandId>> cancelled_; // that may still be among timers_
    std::map<std::pair<ExecutionKey, CommandId>, Heartbeat> heartbeats_; // by the task they watch
    std::map<std::uint64_t, std::vector<Held>> held_;                    // by batch
    std::deque<Reissue> reissues_;
};

} // namespace gradus
