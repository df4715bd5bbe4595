#include "engine/store/sqlite.hpp"

#include <sqlite3.h>

namespace gradus {
namespace {

/// How long another program may hold the file: somebody looks at it, or makes a backup. Ours.
constexpr int busy_milliseconds = 5'000;

Error error_of(const std::string& file, int code, const char* message) {
    // What people can do something about is said in full; the rest in SQLite's words.
    switch (code & 0xff) {
    case SQLITE_FULL: return {ErrorCode::io, file + ": the disk is full"};
    case SQLITE_CORRUPT: return {ErrorCode::io, file + " is damaged: " + message};
    case SQLITE_NOTADB:
        return {ErrorCode::unsupported, file + " isn't a store: it is no SQLite database"};
    case SQLITE_READONLY: return {ErrorCode::io, file + " can't be written: " + message};
    default: return {ErrorCode::io, file + ": " + message};
    }
}

Error error_of(const std::string& file, sqlite3* database) {
    return error_of(file, sqlite3_extended_errcode(database), sqlite3_errmsg(database));
}

} // namespace

// --- statements ----------------------------------------------------------------------------------

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

// Binding fails for parameters that don't exist and for texts beyond a gigabyte only.

Statement& Statement::bind(int parameter, std::int64_t number) {
    const int code = sqlite3_bind_int64(statement_.get(), parameter, number);
    GRADUS_ASSERT(code == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data(); // SQLite takes null for NULL
    const int code = sqlite3_bind_text64(statement_.get(), parameter, data, text.size(),
                                         SQLITE_STATIC, SQLITE_UTF8);
    GRADUS_ASSERT(code == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_null(int parameter) {
    const int code = sqlite3_bind_null(statement_.get(), parameter);
    GRADUS_ASSERT(code == SQLITE_OK);
    return *this;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        reset();
        return false;
    }
    Error error = error_of(*file_, sqlite3_db_handle(statement_.get()));
    reset();
    return error;
}

Result<void> Statement::run() {
    for (;;) {
        GRADUS_TRY(const bool has_row, step());
        if (!has_row) return {};
    }
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
    const unsigned char* text = sqlite3_column_text(statement_.get(), column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

// --- databases -----------------------------------------------------------------------------------

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& file, Access access) {
    Database out;
    out.file_ = std::make_unique<std::string>(file);
    const int flags = (access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                      SQLITE_OPEN_NOMUTEX;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    out.database_.reset(opened);
    if (code != SQLITE_OK) return error_of(file, code, sqlite3_errmsg(opened));
    sqlite3_busy_timeout(opened, busy_milliseconds);
    return out;
}

Result<void> Database::execute(const std::string& sql) {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK)
        return {};
    return error_of(*file_, database_.get());
}

Result<Statement> Database::prepare(std::string_view sql) {
    Statement out;
    out.file_ = file_.get();
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    out.statement_.reset(prepared);
    if (code != SQLITE_OK) return error_of(*file_, database_.get());
    return out;
}

Result<std::int64_t> Database::query_integer(const std::string& sql) {
    GRADUS_TRY(Statement statement, prepare(sql));
    GRADUS_TRY(const bool has_row, statement.step());
    return has_row ? statement.integer(0) : 0;
}

Result<std::string> Database::query_text(const std::string& sql) {
    GRADUS_TRY(Statement statement, prepare(sql));
    GRADUS_TRY(const bool has_row, statement.step());
    return has_row ? std::string(statement.text(0)) : std::string();
}

bool Database::is_read_only() const { return sqlite3_db_readonly(database_.get(), "main") == 1; }

bool Database::is_in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

} // namespace gradus
