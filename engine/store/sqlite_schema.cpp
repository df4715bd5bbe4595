#include "engine/store/sqlite_schema.hpp"

#include "engine/store/file_lock.hpp"

namespace gradus {
namespace {

/// "grad" in ASCII: how `file` and we tell the file from those of other programs.
constexpr std::int64_t application_id = 0x67726164;

/// Pages that the write-ahead log takes before they go to their places: 4 MB. The longer the log,
/// the more often a page is written to it before it is written to the file; and the more there is
/// to read after a crash. Ours.
constexpr std::int64_t log_pages = 1'024;
/// Its length from the start on, which leaves room for the last transaction before pages go.
/// SQLite, "WAL-mode File Format".
constexpr std::size_t log_bytes = 32 + (log_pages + log_pages / 4) * (4'096 + 24);

/// SQLite keeps the comments; `.schema` shows them.
constexpr const char* schema = R"sql(
CREATE TABLE meta(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE objects( -- state machines, revisions, activities
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL, -- JSON
  PRIMARY KEY(kind, name)
);

CREATE TABLE executions(
  key INTEGER PRIMARY KEY AUTOINCREMENT, -- ascending with the starts, never used again
  arn TEXT NOT NULL,
  state_machine TEXT NOT NULL, -- ARN
  version TEXT, -- ARN that it was started through
  alias TEXT,   -- the same
  map_run TEXT, -- ARN, of the Map Run that started it
  status TEXT NOT NULL,
  started_at INTEGER NOT NULL, -- times are milliseconds since 1970
  stopped_at INTEGER,
  redrives INTEGER NOT NULL DEFAULT 0,
  redriven_at INTEGER,
  output TEXT, -- JSON
  error TEXT,
  cause TEXT
);
CREATE INDEX executions_by_arn ON executions(arn);
CREATE INDEX executions_by_machine ON executions(state_machine, status);
CREATE INDEX executions_by_map_run ON executions(map_run, status) WHERE map_run IS NOT NULL;
CREATE INDEX executions_by_end ON executions(stopped_at) WHERE stopped_at IS NOT NULL;

CREATE TABLE journal( -- one row an input
  lsn INTEGER PRIMARY KEY,
  execution INTEGER NOT NULL,
  events INTEGER NOT NULL, -- how many its history has with those of this row
  input TEXT NOT NULL, -- JSON
  history TEXT -- JSON: the events that followed
);
CREATE INDEX journal_by_execution ON journal(execution);

CREATE TABLE open_commands( -- what executions wait for
  execution INTEGER NOT NULL,
  command INTEGER NOT NULL,
  kind TEXT NOT NULL, -- task, timer, items, child, objects, turn
  due INTEGER, -- of timers
  heartbeat_of INTEGER, -- of timers that watch a task
  heartbeat_seconds INTEGER,
  resource TEXT, -- of tasks
  progress TEXT, -- of tasks: scheduled, started, submitted
  PRIMARY KEY(execution, command)
) WITHOUT ROWID;

CREATE TABLE map_runs(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  arn TEXT NOT NULL UNIQUE,
  execution TEXT NOT NULL, -- ARN of the parent
  document TEXT NOT NULL -- JSON
);
CREATE INDEX map_runs_by_execution ON map_runs(execution);
)sql";

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
}

Result<void> create(Database& database, const std::string& token_secret) {
    return database.execute("BEGIN IMMEDIATE;" + std::string(schema) +
                            "INSERT INTO meta VALUES('token_secret', " + quoted(token_secret) +
                            "), ('openings', '0');"
                            "PRAGMA application_id = " +
                            std::to_string(application_id) + "; PRAGMA user_version = " +
                            std::to_string(store_format) + "; COMMIT;");
}

} // namespace

Result<void> check_store_format(Database& database) {
    GRADUS_TRY(const std::int64_t id, database.query_integer("PRAGMA application_id"));
    if (id != application_id) {
        return Error{ErrorCode::unsupported,
                     database.file() +
                         " isn't a store: it is an SQLite database of another program"};
    }
    GRADUS_TRY(const std::int64_t format, database.query_integer("PRAGMA user_version"));
    if (format == store_format) return {};
    return Error{ErrorCode::unsupported, database.file() + " has format " + std::to_string(format) +
                                             ", but this gradus knows only " +
                                             std::to_string(store_format)};
}

Result<Database> open_store_file(const std::string& file, const std::string& new_token_secret) {
    GRADUS_TRY(Database database, Database::open(file, Database::Access::write));
    GRADUS_TRY(const std::int64_t tables,
               database.query_integer("SELECT count(*) FROM sqlite_schema"));
    if (database.is_read_only())
        return Error{ErrorCode::io, file + " can't be written: it may only be read"};
    if (tables > 0) {
        GRADUS_CHECK(check_store_format(database));
    }
    GRADUS_TRY(const std::string mode, database.query_text("PRAGMA journal_mode = WAL"));
    if (mode != "wal") {
        return Error{ErrorCode::unsupported,
                     file +
                         ": expected a file system where SQLite's write-ahead log works, found "
                         "that it stays in mode '" +
                         mode + "'"};
    }
    // A commit is on the disk when it returns: with WAL, that takes FULL.
    GRADUS_CHECK(database.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;"));
    if (tables == 0) {
        GRADUS_CHECK(create(database, new_token_secret));
    }
    GRADUS_CHECK(
        database.execute("PRAGMA wal_autocheckpoint = " + std::to_string(log_pages) + ";"));
    // Counted so that random draws differ from opening to opening; and it shows that writing works.
    GRADUS_CHECK(database.execute("UPDATE meta SET value = value + 1 WHERE name = 'openings'"));
    // What lies behind the last commit isn't read: its checksums don't fit.
    GRADUS_CHECK(lengthen_file(file + "-wal", log_bytes));
    return database;
}

Result<std::string> read_meta(Database& database, const std::string& name) {
    return database.query_text("SELECT value FROM meta WHERE name = " + quoted(name));
}

} // namespace gradus
