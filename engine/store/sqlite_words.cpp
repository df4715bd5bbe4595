#include "engine/store/sqlite_words.hpp"

#include <array>

namespace gradus {
namespace {

// In the order of the enumerators.
constexpr auto kinds =
    std::to_array<std::string_view>({"task", "timer", "items", "child", "objects", "turn"});
constexpr auto progresses = std::to_array<std::string_view>({"scheduled", "started", "submitted"});
constexpr auto statuses =
    std::to_array<std::string_view>({"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"});

template <class Enumeration, std::size_t size>
std::optional<Enumeration> named(const std::array<std::string_view, size>& names,
                                 std::string_view name) {
    for (std::size_t i = 0; i < size; ++i) {
        if (names[i] == name) return static_cast<Enumeration>(i);
    }
    return std::nullopt;
}

} // namespace

std::string_view open_kind_name(OpenKind kind) { return kinds[static_cast<std::size_t>(kind)]; }
std::string_view task_progress_name(TaskProgress progress) {
    return progresses[static_cast<std::size_t>(progress)];
}
std::optional<OpenKind> open_kind_named(std::string_view name) {
    return named<OpenKind>(kinds, name);
}
std::optional<TaskProgress> task_progress_named(std::string_view name) {
    return named<TaskProgress>(progresses, name);
}
std::optional<ExecutionStatus> execution_status_named(std::string_view name) {
    return named<ExecutionStatus>(statuses, name);
}

} // namespace gradus
