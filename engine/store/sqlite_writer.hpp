#pragma once
// Batches to rows, one transaction for as many as have gathered. Used by the store's own thread.
// Private to engine/store.

#include "engine/store/records.hpp"
#include "engine/store/sqlite.hpp"

#include <vector>

namespace gradus {

class SqliteWriter {
public:
    /// Takes the database over, which has the tables.
    static Result<SqliteWriter> make(Database database);

    /// All of them are on the disk afterwards, or none is.
    Result<void> write(const std::vector<Batch>& batches);

private:
    explicit SqliteWriter(Database database) : database_(std::move(database)) {}

    Result<void> prepare();
    Result<void> put(const Batch& batch);
    Result<void> put(const StoredObject& object);
    Result<void> put(const JournalEntry& entry);
    Result<void> put(const MapRunRecord& run);
    Result<void> start(const JournalEntry& entry, const ExecutionStarted& started);
    Result<void> redrive(const JournalEntry& entry);
    Result<void> complete(const JournalEntry& entry);
    Result<void> journal(const JournalEntry& entry);
    Result<void> update_open(const JournalEntry& entry);
    Result<void> open(const OpenCommandRecord& record);
    Result<void> advance(ExecutionKey execution, CommandId command, TaskProgress progress);

    Database database_;
    Statement begin_, commit_;
    Statement put_object_, drop_object_;
    Statement start_, redrive_, complete_;
    Statement journal_;
    Statement open_, advance_, close_, close_all_;
    Statement put_map_run_;
};

} // namespace gradus
