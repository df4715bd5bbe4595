#pragma once
// The little of SQLite's interface that the store needs, with errors as values that name the file.
// Each Database belongs to one thread. Private to engine/store.

#include "gradus/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gradus {

/// One prepared statement. Parameters are numbered from 1, columns from 0. Texts that are bound are
/// borrowed until the next reset().
class Statement {
public:
    Statement() = default;

    Statement& bind(int parameter, std::int64_t number);
    Statement& bind(int parameter, std::string_view text);
    Statement& bind_null(int parameter);
    /// True: there is a row; false: it is done, and reset.
    Result<bool> step();
    /// Steps to the end.
    Result<void> run();
    /// Takes back all bindings; the statement can be used again.
    void reset();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    /// Lives until the next step or reset.
    std::string_view text(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    const std::string* file_ = nullptr;
};

/// Ends a query on whatever way its user leaves: a statement that isn't reset keeps its snapshot.
class StatementUse {
public:
    explicit StatementUse(Statement& statement) : statement_(statement) {}
    ~StatementUse() { statement_.reset(); }
    StatementUse(const StatementUse&) = delete;
    StatementUse& operator=(const StatementUse&) = delete;
    Statement* operator->() { return &statement_; }

private:
    Statement& statement_;
};

class Database {
public:
    enum class Access : std::uint8_t { read, write };

    /// The file must exist; an empty one is an empty database.
    static Result<Database> open(const std::string& file, Access access);

    /// One or several statements without parameters.
    Result<void> execute(const std::string& sql);
    Result<Statement> prepare(std::string_view sql);
    /// The first column of the first row of a query that has one.
    Result<std::int64_t> query_integer(const std::string& sql);
    Result<std::string> query_text(const std::string& sql);

    bool is_read_only() const;
    bool is_in_transaction() const;
    const std::string& file() const { return *file_; }

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    std::unique_ptr<std::string> file_; // stays where it is, for statements
    std::unique_ptr<sqlite3, Close> database_;
};

} // namespace gradus
