#pragma once
// Where executions are kept. The shard appends what happened and acts on it only when the store has
// said that it is safe; everybody who reads, reads here, so that nobody sees what isn't.

#include "engine/store/records.hpp"
#include "gradus/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// Used by one thread. Implementations that write to disk do so on another and report back on this
/// one. What is read is what is committed.
///
/// Reads that decide what is done give a Result. Those for people give nothing when the disk fails,
/// and take_read_error() says so.
class Store {
public:
    using Committed = std::function<void(std::uint64_t lsn)>;
    using Failed = std::function<void(const Error& error)>;

    virtual ~Store() = default;

    /// Called with the number of a batch when it and all before it are safe; possibly from inside
    /// append().
    virtual void on_committed(Committed committed) = 0;
    /// Called when a batch couldn't be made safe: it is lost, and all that were appended behind it.
    /// What was committed before stays, and the store takes batches again, with the numbers of the
    /// lost ones. Possibly from inside append().
    virtual void on_failed(Failed failed) = 0;
    virtual void append(Batch batch) = 0;

    // --- for those who describe -----------------------------------------------------------------

    virtual std::optional<ExecutionRecord> find(ExecutionKey key) const = 0;
    virtual std::optional<ExecutionKey> find_key(const std::string& execution_arn) const = 0;
    /// Newest first.
    virtual std::vector<ExecutionRecord> list(const ExecutionQuery& query) const = 0;
    virtual std::optional<MapRunRecord> find_map_run(const std::string& map_run_arn) const = 0;
    /// Those of one execution, newest first.
    virtual std::vector<MapRunRecord> map_runs(const std::string& execution_arn) const = 0;
    /// Events in their order, those with ids from `first` on, at most `limit` of them.
    virtual std::vector<HistoryEvent> history(ExecutionKey key, std::uint64_t first = 1,
                                              std::size_t limit = SIZE_MAX) const = 0;
    /// Why a read gave nothing since this was asked last.
    virtual std::optional<Error> take_read_error() { return std::nullopt; }

    // --- for those who go on where something stopped
    // ----------------------------------------------

    /// The largest key that was ever used; 0: none.
    virtual Result<ExecutionKey> last_key() const = 0;
    /// All inputs of an execution. Empty: there is none, or its inputs aren't kept.
    virtual Result<StoredInputs> inputs(ExecutionKey key) const = 0;
    virtual Result<std::optional<OpenCommandRecord>> find_open(ExecutionKey key,
                                                               CommandId command) const = 0;
    /// All open commands, by execution and command.
    using OpenVisitor = std::function<void(const OpenCommandRecord&)>;
    virtual Result<void> visit_open(const OpenVisitor& visit) const = 0;
    virtual Result<std::vector<StoredObject>> objects() const = 0;
    /// What the store knows of itself: "token_secret", from which task tokens are made, and
    /// "openings", how often it was opened. Empty: it knows nothing.
    virtual std::string meta(const std::string&) const { return {}; }

    std::optional<ExecutionRecord> find_by_arn(const std::string& execution_arn) const {
        const auto key = find_key(execution_arn);
        return key ? find(*key) : std::nullopt;
    }
};

/// Keeps everything in memory; commits at once.
enum class EndedHistories { keep, drop };
std::unique_ptr<Store> make_memory_store(EndedHistories ended = EndedHistories::keep);

} // namespace gradus
