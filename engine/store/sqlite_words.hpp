#pragma once
// Numbers and enumerators as they stand in a store file, and back. Private to engine/store.

#include "engine/store/records.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace gradus {

/// SQLite's integers are signed.
inline std::int64_t number(ExecutionKey key) { return static_cast<std::int64_t>(key); }
inline std::int64_t number(CommandId command) { return static_cast<std::int64_t>(command); }

std::string_view open_kind_name(OpenKind kind);
std::string_view task_progress_name(TaskProgress progress);
std::optional<OpenKind> open_kind_named(std::string_view name);
std::optional<TaskProgress> task_progress_named(std::string_view name);
std::optional<ExecutionStatus> execution_status_named(std::string_view name);

} // namespace gradus
