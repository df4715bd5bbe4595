#include "engine/store/sqlite_writer.hpp"

#include "engine/store/map_run_json.hpp"
#include "engine/store/sqlite_words.hpp"
#include "gradus/json.hpp"
#include "states/base/base.hpp"
#include "states/input_json.hpp"
#include "states/member_reader.hpp"

namespace gradus {
namespace {

/// NULL stands for what is empty.
void bind_text(Statement& statement, int parameter, const std::string& text) {
    if (text.empty())
        statement.bind_null(parameter);
    else
        statement.bind(parameter, text);
}

/// Texts of tasks' failures may hold any bytes; what is stored is UTF-8.
std::optional<std::string> valid_text(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return valid_utf8(*text);
}

void bind_text(Statement& statement, int parameter, const std::optional<std::string>& text) {
    if (text)
        statement.bind(parameter, *text);
    else
        statement.bind_null(parameter);
}

std::string history_text(const std::vector<HistoryEvent>& events) {
    std::string out = "[";
    for (const HistoryEvent& event : events) {
        if (out.size() > 1) out += ",\n "; // a line each, for people
        append_json(out, history_event_json(event));
    }
    out += ']';
    return is_valid_utf8(out) ? out : valid_utf8(out);
}

} // namespace

Result<SqliteWriter> SqliteWriter::make(Database database) {
    SqliteWriter writer(std::move(database));
    GRADUS_CHECK(writer.prepare());
    return writer;
}

Result<void> SqliteWriter::prepare() {
    const auto make = [this](Statement& into, std::string_view sql) -> Result<void> {
        GRADUS_TRY(into, database_.prepare(sql));
        return {};
    };
    GRADUS_CHECK(make(begin_, "BEGIN IMMEDIATE"));
    GRADUS_CHECK(make(commit_, "COMMIT"));
    GRADUS_CHECK(make(put_object_, "INSERT INTO objects VALUES(?1, ?2, ?3) "
                                   "ON CONFLICT DO UPDATE SET document = ?3"));
    GRADUS_CHECK(make(drop_object_, "DELETE FROM objects WHERE kind = ?1 AND name = ?2"));
    GRADUS_CHECK(make(start_, "INSERT INTO executions(key, arn, state_machine, version, alias, "
                              "map_run, status, started_at) "
                              "VALUES(?1, ?2, ?3, ?4, ?5, ?6, 'RUNNING', ?7)"));
    GRADUS_CHECK(make(redrive_, "UPDATE executions SET status = 'RUNNING', stopped_at = NULL, "
                                "output = NULL, error = NULL, cause = NULL, "
                                "redrives = redrives + 1, redriven_at = ?2 WHERE key = ?1"));
    GRADUS_CHECK(make(complete_, "UPDATE executions SET status = ?2, stopped_at = ?3, output = ?4, "
                                 "error = ?5, cause = ?6 WHERE key = ?1"));
    GRADUS_CHECK(make(journal_, "INSERT INTO journal(execution, events, input, history) "
                                "VALUES(?1, ?2, ?3, ?4)"));
    GRADUS_CHECK(make(open_, "INSERT OR REPLACE INTO open_commands "
                             "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
    GRADUS_CHECK(make(advance_, "UPDATE open_commands SET progress = ?3 "
                                "WHERE execution = ?1 AND command = ?2"));
    GRADUS_CHECK(make(close_, "DELETE FROM open_commands WHERE execution = ?1 AND command = ?2"));
    GRADUS_CHECK(make(close_all_, "DELETE FROM open_commands WHERE execution = ?1"));
    return make(put_map_run_, "INSERT INTO map_runs(arn, execution, document) VALUES(?1, ?2, ?3) "
                              "ON CONFLICT(arn) DO UPDATE SET document = ?3");
}

Result<void> SqliteWriter::write(const std::vector<Batch>& batches) {
    const auto put_all = [&]() -> Result<void> {
        GRADUS_CHECK(begin_.run());
        for (const Batch& batch : batches)
            GRADUS_CHECK(put(batch));
        return commit_.run();
    };
    auto written = put_all();
    // Some errors have rolled back already. If rolling back fails too, the next BEGIN will say so.
    if (!written && database_.is_in_transaction()) static_cast<void>(database_.execute("ROLLBACK"));
    return written;
}

Result<void> SqliteWriter::put(const Batch& batch) {
    for (const StoredObject& object : batch.objects)
        GRADUS_CHECK(put(object));
    for (const JournalEntry& entry : batch.entries)
        GRADUS_CHECK(put(entry));
    return {};
}

Result<void> SqliteWriter::put(const StoredObject& object) {
    if (object.document.is_null())
        return drop_object_.bind(1, object.kind).bind(2, object.name).run();
    const std::string document = to_json(object.document);
    return put_object_.bind(1, object.kind).bind(2, object.name).bind(3, document).run();
}

Result<void> SqliteWriter::put(const JournalEntry& entry) {
    if (const auto* started = std::get_if<ExecutionStarted>(&entry.input.event)) {
        GRADUS_CHECK(start(entry, *started));
    }
    if (std::holds_alternative<RedriveRequested>(entry.input.event)) {
        GRADUS_CHECK(redrive(entry));
    }
    GRADUS_CHECK(journal(entry));
    GRADUS_CHECK(update_open(entry));
    for (const MapRunRecord& run : entry.map_runs)
        GRADUS_CHECK(put(run));
    if (entry.completion) return complete(entry);
    return {};
}

Result<void> SqliteWriter::start(const JournalEntry& entry, const ExecutionStarted& started) {
    const ExecutionIdentity& identity = started.identity;
    start_.bind(1, number(entry.execution));
    start_.bind(2, identity.execution_arn).bind(3, identity.state_machine_arn);
    bind_text(start_, 4, identity.state_machine_version_arn);
    bind_text(start_, 5, identity.state_machine_alias_arn);
    bind_text(start_, 6, identity.map_run_arn);
    return start_.bind(7, epoch_milliseconds(entry.input.at)).run();
}

Result<void> SqliteWriter::redrive(const JournalEntry& entry) {
    return redrive_.bind(1, number(entry.execution))
        .bind(2, epoch_milliseconds(entry.input.at))
        .run();
}

Result<void> SqliteWriter::journal(const JournalEntry& entry) {
    const std::string input = to_json(input_json(entry.input));
    journal_.bind(1, number(entry.execution));
    journal_.bind(2, static_cast<std::int64_t>(entry.history_events)).bind(3, input);
    if (entry.history.empty()) return journal_.bind_null(4).run();
    const std::string history = history_text(entry.history);
    return journal_.bind(4, history).run();
}

Result<void> SqliteWriter::complete(const JournalEntry& entry) {
    const CompleteExecution& completion = *entry.completion;
    const std::string output = to_json(completion.output);
    const auto error = valid_text(completion.failure.error);
    const auto cause = valid_text(completion.failure.cause);
    complete_.bind(1, number(entry.execution));
    complete_.bind(2, execution_status_name(completion.status));
    complete_.bind(3, epoch_milliseconds(entry.input.at));
    if (completion.status == ExecutionStatus::succeeded)
        complete_.bind(4, output);
    else
        complete_.bind_null(4);
    bind_text(complete_, 5, error);
    bind_text(complete_, 6, cause);
    return complete_.run();
}

Result<void> SqliteWriter::put(const MapRunRecord& run) {
    const std::string document = to_json(map_run_json(run));
    return put_map_run_.bind(1, run.map_run_arn).bind(2, run.execution_arn).bind(3, document).run();
}

Result<void> SqliteWriter::update_open(const JournalEntry& entry) {
    const std::int64_t key = number(entry.execution);
    if (entry.completion) return close_all_.bind(1, key).run();
    if (std::holds_alternative<Continued>(entry.input.event)) { // it had its turn
        GRADUS_CHECK(close_.bind(1, key).bind(2, 0).run());
    }
    for (const CommandId command : entry.closed)
        GRADUS_CHECK(close_.bind(1, key).bind(2, number(command)).run());
    if (const auto* started = std::get_if<TaskStarted>(&entry.input.event)) {
        GRADUS_CHECK(advance(entry.execution, started->command, TaskProgress::started));
    }
    if (const auto* submitted = std::get_if<TaskSubmitted>(&entry.input.event)) {
        GRADUS_CHECK(advance(entry.execution, submitted->command, TaskProgress::submitted));
    }
    for (const OpenCommandRecord& opened : entry.opened)
        GRADUS_CHECK(open(opened));
    return {};
}

Result<void> SqliteWriter::advance(ExecutionKey execution, CommandId command,
                                   TaskProgress progress) {
    return advance_.bind(1, number(execution))
        .bind(2, number(command))
        .bind(3, task_progress_name(progress))
        .run();
}

Result<void> SqliteWriter::open(const OpenCommandRecord& record) {
    open_.bind(1, number(record.execution)).bind(2, number(record.command));
    open_.bind(3, open_kind_name(record.kind));
    for (const int parameter : {4, 5, 6, 7, 8})
        open_.bind_null(parameter);
    if (record.kind == OpenKind::timer) open_.bind(4, epoch_milliseconds(record.due));
    if (record.heartbeat_of != CommandId{0})
        open_.bind(5, number(record.heartbeat_of)).bind(6, record.heartbeat_seconds);
    if (record.kind == OpenKind::task)
        open_.bind(7, record.resource).bind(8, task_progress_name(record.progress));
    return open_.run();
}

} // namespace gradus
