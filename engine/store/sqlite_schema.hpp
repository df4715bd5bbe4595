#pragma once
// The tables of a store file, and how one is opened: made when it is empty, refused with a reason
// when it isn't ours. docs/store.md explains the tables to people. Private to engine/store.

#include "engine/store/sqlite.hpp"

#include <string>

namespace gradus {

/// Written into the file; another one is needed whenever an older gradus couldn't go on with it.
inline constexpr std::int64_t store_format = 1;

/// For writing, in WAL mode with full synchronisation. Makes the tables if the file is empty;
/// `new_token_secret` is what it keeps then. Fails when the file belongs to another program, has a
/// newer format, is damaged or can't be written.
Result<Database> open_store_file(const std::string& file, const std::string& new_token_secret);

/// Fails, saying what it is, when a database isn't a store of this format.
Result<void> check_store_format(Database& database);

/// Of table meta; empty when there is none.
Result<std::string> read_meta(Database& database, const std::string& name);

} // namespace gradus
