#include "gradus/log_record.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

/// Members of event details that hold an execution's data.
constexpr auto data_members = std::to_array<std::string_view>(
    {"input", "output", "parameters", "inputDetails", "outputDetails", "assignedVariables",
     "assignedVariablesDetails"});

Value without_data_members(const Value& details) {
    ObjectBuilder kept;
    for (const Member& detail : details.as_object()) {
        if (std::ranges::find(data_members, detail.name()) == data_members.end())
            kept.append(detail.key, detail.value);
    }
    return kept.build();
}

/// The one member of an event that tells what is special about its type.
const Value* details_of(const Value& event) {
    for (const Member& member : event.as_object()) {
        if (member.name().ends_with("EventDetails")) return &member.value;
    }
    return nullptr;
}

} // namespace

std::optional<LogLevel> log_level_named(std::string_view name) {
    if (name == "OFF") return LogLevel::off;
    if (name == "FATAL") return LogLevel::fatal;
    if (name == "ERROR") return LogLevel::error;
    if (name == "ALL") return LogLevel::all;
    return std::nullopt;
}

bool is_logged(HistoryEventType type, LogLevel level) {
    using enum HistoryEventType;
    if (level == LogLevel::all) return true;
    if (level == LogLevel::off) return false;
    if (type == execution_failed || type == execution_aborted || type == execution_timed_out)
        return true;
    if (level == LogLevel::fatal) return false;
    const std::string_view name = history_event_name(type);
    return name.ends_with("Failed") || name.ends_with("Aborted") || name.ends_with("TimedOut") ||
           type == fail_state_entered;
}

Value without_execution_data(const Value& event) {
    ObjectBuilder out;
    for (const Member& member : event.as_object()) {
        out.append(member.key,
                   member.value.is_object() ? without_data_members(member.value) : member.value);
    }
    return out.build();
}

Value log_record(const HistoryEvent& event, const ExecutionIdentity& execution,
                 std::uint64_t redrives, bool includes_data) {
    Value json = history_event_json(event);
    if (!includes_data) json = without_execution_data(json);
    const Value* details = details_of(json);
    ObjectBuilder record;
    record.append("id", std::to_string(event.id));
    record.append("type", std::string(history_event_name(event.type)));
    record.append("details", details != nullptr ? *details : Value::object());
    record.append("previous_event_id", std::to_string(event.previous_event_id));
    record.append("event_timestamp", std::to_string(epoch_milliseconds(event.timestamp)));
    record.append("execution_arn", execution.execution_arn);
    record.append("redrive_count", std::to_string(redrives));
    if (!execution.map_run_arn.empty()) record.append("map_run_arn", execution.map_run_arn);
    return record.build();
}

} // namespace gradus
