#pragma once
// Where an Engine keeps its executions so that they outlive the process: a file, in SQLite's
// format. docs/store.md says what is in it.

#include "gradus/event_loop.hpp"
#include "gradus/result.hpp"

#include <memory>
#include <string>

namespace gradus {

class Store; // its inside is the business of engine/store

/// Opens a store file, or makes one, readable for its owner only. One process at a time: a second
/// one is refused. Writes happen on a thread of the store's own, their outcome is told on the
/// loop's, which must outlive the store. Fails, naming the file and what was found, when the file
/// isn't a store, has a newer format, is damaged, is in use or can't be written.
Result<std::shared_ptr<Store>> open_store(EventLoop& loop, const std::string& file);

} // namespace gradus
