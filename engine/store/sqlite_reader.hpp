#pragma once
// Rows to records: the reads of a store file, on a connection of their own, which sees what is
// committed. Used by the thread that owns the store. Private to engine/store.

#include "engine/store/sqlite.hpp"
#include "engine/store/store.hpp"
#include "gradus/recording.hpp"

#include <map>
#include <string>
#include <vector>

namespace gradus {

class SqliteReader {
public:
    /// Fails when the file isn't a store, or one of another format.
    static Result<SqliteReader> open(const std::string& file);

    Result<std::optional<ExecutionRecord>> find(ExecutionKey key);
    Result<std::optional<ExecutionKey>> find_key(const std::string& execution_arn);
    Result<std::vector<ExecutionRecord>> list(const ExecutionQuery& query);
    Result<std::optional<MapRunRecord>> find_map_run(const std::string& map_run_arn);
    Result<std::vector<MapRunRecord>> map_runs(const std::string& execution_arn);
    Result<std::vector<HistoryEvent>> history(ExecutionKey key, std::uint64_t first,
                                              std::size_t limit);

    Result<ExecutionKey> last_key();
    Result<StoredInputs> inputs(ExecutionKey key);
    Result<std::optional<OpenCommandRecord>> find_open(ExecutionKey key, CommandId command);
    Result<void> visit_open(const Store::OpenVisitor& visit);
    Result<std::vector<StoredObject>> objects();
    Result<std::string> meta(const std::string& name);

    /// From now on, everything that is read is as it is now.
    Result<void> keep_snapshot();
    /// The inputs with their history of one execution, or of all, one execution after the other.
    /// Rows that can't be read are errors, and those behind them follow.
    using JournalVisitor = std::function<void(ExecutionKey, Result<RecordedInput>)>;
    Result<void> visit_journal(std::optional<ExecutionKey> only, const JournalVisitor& visit);
    /// Of all executions, ascending.
    Result<std::vector<ExecutionKey>> keys();
    /// What an execution waits for, ascending.
    Result<std::vector<CommandId>> open_commands(ExecutionKey key);

private:
    explicit SqliteReader(Database database) : database_(std::move(database)) {}

    /// Prepared once for each text.
    Result<Statement*> statement(const std::string& sql);
    Result<ExecutionRecord> read_record(Statement& row);
    Result<OpenCommandRecord> read_open(Statement& row);
    Result<std::vector<HistoryEvent>> read_events(std::string_view text, const std::string& where);
    Result<MapRunRecord> read_map_run(std::string_view text);
    /// The error of a text in the file that can't be read: "FILE is damaged: journal row 7: …".
    Error damaged(const std::string& where, const std::string& what) const;

    Database database_;
    std::map<std::string, Statement> statements_; // by their text
};

} // namespace gradus
