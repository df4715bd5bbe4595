#include "engine/store/sqlite_reader.hpp"

#include "engine/store/map_run_json.hpp"
#include "engine/store/sqlite_schema.hpp"
#include "engine/store/sqlite_words.hpp"
#include "gradus/json.hpp"
#include "states/input_json.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// What read_record reads, in its order. The identity and the input stand in the first row of the
/// journal only.
constexpr const char* record_columns =
    "key, status, started_at, stopped_at, redrives, redriven_at, output, error, cause, "
    "(SELECT input FROM journal WHERE execution = key ORDER BY lsn LIMIT 1), "
    "(SELECT events FROM journal WHERE execution = key ORDER BY lsn DESC LIMIT 1)";
constexpr const char* open_columns =
    "execution, command, kind, due, heartbeat_of, heartbeat_seconds, resource, progress";

std::int64_t clamped(std::size_t count) {
    return static_cast<std::int64_t>(std::min<std::size_t>(count, INT64_MAX));
}

std::optional<std::string> text_or_nothing(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return std::string(row.text(column));
}

Result<Value> parse(std::string_view text) {
    auto parsed = parse_json(text);
    if (parsed) return std::move(*parsed);
    return Error{ErrorCode::syntax, parsed.error().message};
}

Result<Input> read_input(std::string_view text) {
    GRADUS_TRY(const Value json, parse(text));
    return read_input_json(json);
}

/// Conditions on the executions that are asked for, with parameters from 3 on.
struct Conditions {
    std::string sql;
    std::vector<std::string> texts;

    void add(const std::string& before, const std::string& text, const std::string& after = "") {
        texts.push_back(text);
        sql += before + '?' + std::to_string(2 + texts.size()) + after;
    }
};

Conditions conditions_of(const ExecutionQuery& query) {
    Conditions out;
    if (!query.state_machine_arn.empty()) out.add(" AND state_machine = ", query.state_machine_arn);
    if (!query.map_run_arn.empty()) out.add(" AND map_run = ", query.map_run_arn);
    if (!query.qualified_arn.empty()) out.add(" AND ", query.qualified_arn, " IN (version, alias)");
    if (query.is_redriven)
        out.sql += *query.is_redriven ? " AND redrives > 0" : " AND redrives = 0";
    return out;
}

} // namespace

Result<SqliteReader> SqliteReader::open(const std::string& file) {
    GRADUS_TRY(Database database, Database::open(file, Database::Access::read));
    GRADUS_CHECK(check_store_format(database));
    return SqliteReader(std::move(database));
}

Result<Statement*> SqliteReader::statement(const std::string& sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return &found->second;
    GRADUS_TRY(Statement prepared, database_.prepare(sql));
    return &statements_.emplace(sql, std::move(prepared)).first->second;
}

Error SqliteReader::damaged(const std::string& where, const std::string& what) const {
    return {ErrorCode::io, database_.file() + " is damaged: " + where + ": " + what};
}

// --- executions ----------------------------------------------------------------------------------

Result<ExecutionRecord> SqliteReader::read_record(Statement& row) {
    ExecutionRecord record;
    record.key = static_cast<ExecutionKey>(row.integer(0));
    const std::string where = "execution " + std::to_string(row.integer(0));
    const auto status = execution_status_named(row.text(1));
    if (!status) return damaged(where, "no status is called '" + std::string(row.text(1)) + "'");
    record.status = *status;
    record.started_at = timestamp_of(row.integer(2));
    if (!row.is_null(3)) record.stopped_at = timestamp_of(row.integer(3));
    record.redrives = static_cast<std::uint64_t>(row.integer(4));
    if (!row.is_null(5)) record.redriven_at = timestamp_of(row.integer(5));
    if (!row.is_null(6)) {
        auto output = parse(row.text(6));
        if (!output) return damaged(where, output.error().message);
        record.output = std::move(*output);
    }
    record.failure = {text_or_nothing(row, 7), text_or_nothing(row, 8)};
    auto input = read_input(row.text(9));
    if (!input) return damaged(where, input.error().message);
    auto* started = std::get_if<ExecutionStarted>(&input->event);
    if (started == nullptr) return damaged(where, "its journal doesn't begin with its start");
    record.identity = std::move(started->identity);
    record.input = std::move(started->input);
    record.history_size = static_cast<std::uint64_t>(row.integer(10));
    return record;
}

Result<std::optional<ExecutionRecord>> SqliteReader::find(ExecutionKey key) {
    GRADUS_TRY(Statement * prepared, statement("SELECT " + std::string(record_columns) +
                                               " FROM executions WHERE key = ?1"));
    StatementUse use(*prepared);
    GRADUS_TRY(const bool has_row, use->bind(1, number(key)).step());
    if (!has_row) return std::optional<ExecutionRecord>();
    GRADUS_TRY(ExecutionRecord record, read_record(*prepared));
    return std::optional(std::move(record));
}

// Express children of a Map Run that is redriven begin anew under their old name: the newest one
// counts.
Result<std::optional<ExecutionKey>> SqliteReader::find_key(const std::string& execution_arn) {
    GRADUS_TRY(Statement * prepared, statement("SELECT max(key) FROM executions WHERE arn = ?1"));
    StatementUse use(*prepared);
    GRADUS_TRY(const bool has_row, use->bind(1, execution_arn).step());
    if (!has_row || prepared->is_null(0)) return std::optional<ExecutionKey>();
    return std::optional(static_cast<ExecutionKey>(prepared->integer(0)));
}

Result<std::vector<ExecutionRecord>> SqliteReader::list(const ExecutionQuery& query) {
    const Conditions conditions = conditions_of(query);
    // One status at a time is a walk along an index, so all statuses are five of them.
    std::string sql;
    for (const ExecutionStatus status :
         {ExecutionStatus::running, ExecutionStatus::succeeded, ExecutionStatus::failed,
          ExecutionStatus::timed_out, ExecutionStatus::aborted}) {
        if (query.status && *query.status != status) continue;
        if (!sql.empty()) sql += " UNION ALL ";
        sql += "SELECT * FROM (SELECT key FROM executions WHERE status = '" +
               std::string(execution_status_name(status)) + "' AND key < ?1" + conditions.sql +
               " ORDER BY key DESC LIMIT ?2)";
    }
    GRADUS_TRY(Statement * prepared,
               statement("SELECT " + std::string(record_columns) +
                         " FROM executions WHERE key IN (" + sql + ") ORDER BY key DESC LIMIT ?2"));
    StatementUse use(*prepared);
    const auto below = std::min<std::uint64_t>(static_cast<std::uint64_t>(query.below), INT64_MAX);
    use->bind(1, static_cast<std::int64_t>(below)).bind(2, clamped(query.limit));
    for (std::size_t i = 0; i < conditions.texts.size(); ++i)
        use->bind(static_cast<int>(i) + 3, conditions.texts[i]);
    std::vector<ExecutionRecord> out;
    for (;;) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) return out;
        GRADUS_TRY(ExecutionRecord record, read_record(*prepared));
        out.push_back(std::move(record));
    }
}

Result<std::vector<HistoryEvent>> SqliteReader::history(ExecutionKey key, std::uint64_t first,
                                                        std::size_t limit) {
    GRADUS_TRY(Statement * prepared,
               statement("SELECT lsn, history FROM journal WHERE execution = ?1 AND events >= ?2 "
                         "AND history IS NOT NULL ORDER BY lsn"));
    StatementUse use(*prepared);
    use->bind(1, number(key)).bind(2, static_cast<std::int64_t>(first));
    std::vector<HistoryEvent> out;
    while (out.size() < limit) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) break;
        const std::string where = "journal row " + std::to_string(prepared->integer(0));
        GRADUS_TRY(std::vector<HistoryEvent> events, read_events(prepared->text(1), where));
        for (HistoryEvent& event : events) {
            if (event.id >= first && out.size() < limit) out.push_back(std::move(event));
        }
    }
    return out;
}

Result<std::vector<HistoryEvent>> SqliteReader::read_events(std::string_view text,
                                                            const std::string& where) {
    const auto events = parse(text);
    if (!events) return damaged(where, events.error().message);
    if (!events->is_array()) return damaged(where, "expected the history as an array");
    std::vector<HistoryEvent> out;
    out.reserve(events->size());
    for (const Value& json : events->as_array()) {
        auto event = read_history_event(json);
        if (!event) return damaged(where, event.error().message);
        out.push_back(std::move(*event));
    }
    return out;
}

Result<StoredInputs> SqliteReader::inputs(ExecutionKey key) {
    GRADUS_TRY(
        Statement * prepared,
        statement("SELECT lsn, input, events FROM journal WHERE execution = ?1 ORDER BY lsn"));
    StatementUse use(*prepared);
    use->bind(1, number(key));
    StoredInputs out;
    for (;;) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) return out;
        auto input = read_input(prepared->text(1));
        if (!input) {
            return damaged("journal row " + std::to_string(prepared->integer(0)),
                           input.error().message);
        }
        out.inputs.push_back(std::move(*input));
        out.history_events = static_cast<std::uint64_t>(prepared->integer(2));
    }
}

// --- open commands -------------------------------------------------------------------------------

Result<OpenCommandRecord> SqliteReader::read_open(Statement& row) {
    OpenCommandRecord record;
    record.execution = static_cast<ExecutionKey>(row.integer(0));
    record.command = static_cast<CommandId>(row.integer(1));
    const auto kind = open_kind_named(row.text(2));
    const std::string_view progress = row.is_null(7) ? "scheduled" : row.text(7);
    const auto known = task_progress_named(progress);
    if (!kind || !known) {
        return damaged("open command " + std::to_string(row.integer(0)) + "/" +
                           std::to_string(row.integer(1)),
                       "unknown kind '" + std::string(row.text(2)) + "' or progress '" +
                           std::string(progress) + "'");
    }
    record.kind = *kind;
    record.due = timestamp_of(row.integer(3)); // NULL reads as 0
    record.heartbeat_of = static_cast<CommandId>(row.integer(4));
    record.heartbeat_seconds = row.integer(5);
    record.resource = row.text(6);
    record.progress = *known;
    return record;
}

Result<std::optional<OpenCommandRecord>> SqliteReader::find_open(ExecutionKey key,
                                                                 CommandId command) {
    GRADUS_TRY(Statement * prepared,
               statement("SELECT " + std::string(open_columns) +
                         " FROM open_commands WHERE execution = ?1 AND command = ?2"));
    StatementUse use(*prepared);
    use->bind(1, number(key)).bind(2, number(command));
    GRADUS_TRY(const bool has_row, use->step());
    if (!has_row) return std::optional<OpenCommandRecord>();
    GRADUS_TRY(OpenCommandRecord record, read_open(*prepared));
    return std::optional(std::move(record));
}

Result<void> SqliteReader::visit_open(const Store::OpenVisitor& visit) {
    GRADUS_TRY(Statement * prepared, statement("SELECT " + std::string(open_columns) +
                                               " FROM open_commands ORDER BY execution, command"));
    StatementUse use(*prepared);
    for (;;) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) return {};
        GRADUS_TRY(const OpenCommandRecord record, read_open(*prepared));
        visit(record);
    }
}

// --- the rest ------------------------------------------------------------------------------------

Result<std::optional<MapRunRecord>> SqliteReader::find_map_run(const std::string& map_run_arn) {
    GRADUS_TRY(Statement * prepared, statement("SELECT document FROM map_runs WHERE arn = ?1"));
    StatementUse use(*prepared);
    GRADUS_TRY(const bool has_row, use->bind(1, map_run_arn).step());
    if (!has_row) return std::optional<MapRunRecord>();
    GRADUS_TRY(MapRunRecord record, read_map_run(prepared->text(0)));
    return std::optional(std::move(record));
}

Result<std::vector<MapRunRecord>> SqliteReader::map_runs(const std::string& execution_arn) {
    GRADUS_TRY(
        Statement * prepared,
        statement("SELECT document FROM map_runs WHERE execution = ?1 ORDER BY number DESC"));
    StatementUse use(*prepared);
    use->bind(1, execution_arn);
    std::vector<MapRunRecord> out;
    for (;;) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) return out;
        GRADUS_TRY(MapRunRecord record, read_map_run(prepared->text(0)));
        out.push_back(std::move(record));
    }
}

Result<MapRunRecord> SqliteReader::read_map_run(std::string_view text) {
    auto json = parse(text);
    if (!json) return damaged("a Map Run", json.error().message);
    auto record = read_map_run_json(*json);
    if (!record) return damaged("a Map Run", record.error().message);
    return std::move(*record);
}

Result<ExecutionKey> SqliteReader::last_key() {
    GRADUS_TRY(Statement * prepared,
               statement("SELECT seq FROM sqlite_sequence WHERE name = 'executions'"));
    StatementUse use(*prepared);
    GRADUS_TRY(const bool has_row, use->step());
    return has_row ? static_cast<ExecutionKey>(prepared->integer(0)) : ExecutionKey{0};
}

Result<std::vector<StoredObject>> SqliteReader::objects() {
    GRADUS_TRY(Statement * prepared,
               statement("SELECT kind, name, document FROM objects ORDER BY kind, name"));
    StatementUse use(*prepared);
    std::vector<StoredObject> out;
    for (;;) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) return out;
        StoredObject object{.kind = std::string(prepared->text(0)),
                            .name = std::string(prepared->text(1))};
        auto document = parse(prepared->text(2));
        if (!document) return damaged(object.kind + " " + object.name, document.error().message);
        object.document = std::move(*document);
        out.push_back(std::move(object));
    }
}

Result<std::string> SqliteReader::meta(const std::string& name) {
    return read_meta(database_, name);
}

// --- whole journals ------------------------------------------------------------------------------

Result<void> SqliteReader::keep_snapshot() {
    GRADUS_CHECK(database_.execute("BEGIN"));
    // The snapshot is that of the first read.
    GRADUS_CHECK(database_.query_integer("SELECT count(*) FROM meta"));
    return {};
}

Result<void> SqliteReader::visit_journal(std::optional<ExecutionKey> only,
                                         const JournalVisitor& visit) {
    const std::string where = only ? " WHERE execution = ?1" : "";
    GRADUS_TRY(Statement * prepared,
               statement("SELECT execution, lsn, input, history FROM journal" + where +
                         " ORDER BY execution, lsn"));
    StatementUse use(*prepared);
    if (only) use->bind(1, number(*only));
    const auto read_row = [&]() -> Result<RecordedInput> {
        const std::string row = "journal row " + std::to_string(prepared->integer(1));
        RecordedInput entry;
        auto input = read_input(prepared->text(2));
        if (!input) return damaged(row, input.error().message);
        entry.input = std::move(*input);
        if (prepared->is_null(3)) return entry;
        GRADUS_TRY(entry.history, read_events(prepared->text(3), row));
        return entry;
    };
    for (;;) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) return {};
        visit(static_cast<ExecutionKey>(prepared->integer(0)), read_row());
    }
}

Result<std::vector<ExecutionKey>> SqliteReader::keys() {
    GRADUS_TRY(Statement * prepared, statement("SELECT key FROM executions ORDER BY key"));
    StatementUse use(*prepared);
    std::vector<ExecutionKey> out;
    for (;;) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) return out;
        out.push_back(static_cast<ExecutionKey>(prepared->integer(0)));
    }
}

Result<std::vector<CommandId>> SqliteReader::open_commands(ExecutionKey key) {
    GRADUS_TRY(
        Statement * prepared,
        statement("SELECT command FROM open_commands WHERE execution = ?1 AND kind != 'turn' "
                  "ORDER BY command"));
    StatementUse use(*prepared);
    use->bind(1, number(key));
    std::vector<CommandId> out;
    for (;;) {
        GRADUS_TRY(const bool has_row, use->step());
        if (!has_row) return out;
        out.push_back(static_cast<CommandId>(prepared->integer(0)));
    }
}

} // namespace gradus
