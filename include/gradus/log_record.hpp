#pragma once
// What a state machine logs of its executions: history events as CloudWatch Logs holds them. AWS,
// "Using CloudWatch Logs to log execution history".

#include "gradus/event.hpp"
#include "gradus/history.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace gradus {

/// Which events are logged, fewest first.
enum class LogLevel : std::uint8_t { off, fatal, error, all };

/// "OFF", "FATAL", "ERROR", "ALL"; nothing for other texts.
std::optional<LogLevel> log_level_named(std::string_view name);

/// Whether an event of this type is logged at this level.
bool is_logged(HistoryEventType type, LogLevel level);

/// An event in the shape of GetExecutionHistory without inputs, outputs, parameters and variables:
/// what includeExecutionData false leaves of it.
Value without_execution_data(const Value& event);

/// {"id", "type", "details", "previous_event_id", "event_timestamp", "execution_arn",
/// "redrive_count", "map_run_arn" of a Map Run's children}; ids, time (milliseconds since 1970) and
/// count are strings.
Value log_record(const HistoryEvent& event, const ExecutionIdentity& execution,
                 std::uint64_t redrives, bool includes_data);

} // namespace gradus
