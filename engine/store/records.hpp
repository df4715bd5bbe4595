#pragma once
// What a store keeps, as plain data: executions, the inputs that they are the fold of, and what the
// world still owes them.

#include "gradus/command.hpp"
#include "gradus/event.hpp"
#include "gradus/history.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// Names an execution within one store. Ascending in the order of the starts, and never used again.
enum class ExecutionKey : std::uint64_t {};

/// What Describe shows of an execution.
struct ExecutionRecord {
    ExecutionKey key{};
    ExecutionIdentity identity;
    Value input;
    Timestamp started_at;
    std::optional<Timestamp> stopped_at;
    ExecutionStatus status = ExecutionStatus::running;
    Value output;
    Failure failure;
    std::uint64_t redrives = 0;
    std::optional<Timestamp> redriven_at;
    std::uint64_t history_size = 0; // events, also of a history that isn't kept

    friend bool operator==(const ExecutionRecord&, const ExecutionRecord&) = default;
};

/// Which executions are asked for. What is empty or absent doesn't matter.
struct ExecutionQuery {
    std::string state_machine_arn;
    std::string qualified_arn; // the version or alias that they were started through
    std::string map_run_arn;   // the Map Run that they are children of
    std::optional<ExecutionStatus> status;
    std::optional<bool> is_redriven;
    ExecutionKey below{UINT64_MAX}; // only those with smaller keys
    std::size_t limit = SIZE_MAX;
};

/// What an open command waits for.
enum class OpenKind : std::uint8_t {
    task,
    timer,
    items,   // of an ItemReader
    child,   // execution of a distributed Map
    objects, // of a ResultWriter
    turn,    // an execution that used up its budget goes on by itself; its command is 0
};
/// How far a task has come, as far as it was told.
enum class TaskProgress : std::uint8_t {
    scheduled,
    started,   // by the worker of an activity
    submitted, // the service has the job or the message
};

/// A command whose answer hasn't come. These say what is to be done after a restart: an execution
/// that only waits for timers isn't even looked at then.
struct OpenCommandRecord {
    ExecutionKey execution{};
    CommandId command{};
    OpenKind kind = OpenKind::task;
    Timestamp due;            // of timers
    CommandId heartbeat_of{}; // of timers that watch a task: that task; else 0
    std::int64_t heartbeat_seconds = 0;
    std::string resource; // of tasks
    TaskProgress progress = TaskProgress::scheduled;

    friend bool operator==(const OpenCommandRecord&, const OpenCommandRecord&) = default;
};

/// What had become of a task when it is scheduled again after a restart.
struct TaskPast {
    std::optional<Timestamp> issued_at; // of the first time; nothing: this is the first
    bool is_started = false;
    std::optional<Value> submitted; // what the service answered when it took the task
};

/// What an execution is the fold of.
struct StoredInputs {
    std::vector<Input> inputs;        // from ExecutionStarted on
    std::uint64_t history_events = 0; // that followed from them
};

/// One input and everything that followed from it.
struct JournalEntry {
    ExecutionKey execution{};
    Input input; // an ExecutionStarted without its token_secret, which is nobody's to read
    std::vector<HistoryEvent> history;
    std::uint64_t history_events = 0;            // of the whole history, these included
    std::optional<CompleteExecution> completion; // which closes every command
    std::vector<MapRunRecord> map_runs;          // those that changed
    std::vector<OpenCommandRecord> opened;
    std::vector<CommandId> closed; // that were open before
};

/// A state machine, a revision of one, an activity: whatever is kept as one document by its name.
struct StoredObject {
    std::string kind;
    std::string name;
    Value document; // null: it is gone

    friend bool operator==(const StoredObject&, const StoredObject&) = default;
};

/// Everything in a batch becomes safe together or not at all.
struct Batch {
    std::uint64_t lsn = 0; // log sequence number; ascending by one
    std::vector<StoredObject> objects;
    std::vector<JournalEntry> entries;
};

} // namespace gradus
