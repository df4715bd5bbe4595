#pragma once
// Where executions are kept. The shard appends what happened and acts on it only when the store has
// said that it is safe; everybody who reads, reads here, so that nobody sees what isn't.

#include "gradus/command.hpp"
#include "gradus/event.hpp"
#include "gradus/history.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// Names an execution within one store.
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
};

/// One input and everything that followed from it.
struct JournalEntry {
    ExecutionKey execution{};
    Input input;
    std::vector<HistoryEvent> history;
    std::optional<CompleteExecution> completion;
    std::vector<MapRunRecord> map_runs; // those that changed
};

/// All entries of a batch become safe together or not at all.
struct Batch {
    std::uint64_t lsn = 0; // log sequence number; ascending by one
    std::vector<JournalEntry> entries;
};

/// Used by one thread. Implementations that write to disk do so on another and report back on this
/// one.
class Store {
public:
    using Committed = std::function<void(std::uint64_t lsn)>;

    virtual ~Store() = default;

    /// Called for every batch in order of their numbers, possibly from inside append().
    virtual void on_committed(Committed committed) = 0;
    virtual void append(Batch batch) = 0;

    virtual const ExecutionRecord* find(ExecutionKey key) const = 0;
    virtual const ExecutionRecord* find_by_arn(const std::string& execution_arn) const = 0;
    /// Newest first; of one state machine, or of all when the ARN is empty.
    virtual std::vector<const ExecutionRecord*>
    list(const std::string& state_machine_arn, std::optional<ExecutionStatus> status) const = 0;
    /// The executions that a Map Run started, newest first.
    virtual std::vector<const ExecutionRecord*>
    children(const std::string& map_run_arn, std::optional<ExecutionStatus> status) const = 0;
    virtual const MapRunRecord* find_map_run(const std::string& map_run_arn) const = 0;
    /// Those of one execution, newest first.
    virtual std::vector<const MapRunRecord*> map_runs(const std::string& execution_arn) const = 0;
    virtual const std::vector<HistoryEvent>& history(ExecutionKey key) const = 0;
};

/// Keeps everything in memory; commits at once.
enum class EndedHistories { keep, drop };
std::unique_ptr<Store> make_memory_store(EndedHistories ended = EndedHistories::keep);

} // namespace gradus
