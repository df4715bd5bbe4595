#pragma once
// Enumerators as the words that stand in a store file, and back. Private to engine/store.

#include "engine/store/records.hpp"

#include <optional>
#include <string_view>

namespace gradus {

std::string_view open_kind_name(OpenKind kind);
std::string_view task_progress_name(TaskProgress progress);
std::optional<OpenKind> open_kind_named(std::string_view name);
std::optional<TaskProgress> task_progress_named(std::string_view name);
std::optional<ExecutionStatus> execution_status_named(std::string_view name);

} // namespace gradus
