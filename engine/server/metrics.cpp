#include "engine/server/metrics.hpp"

#include <algorithm>
#include <charconv>

namespace gradus {
namespace {

struct Counted {
    HistoryEventType type;
    std::string_view name; // of the metric, without prefix and suffix
};
using enum HistoryEventType;
/// Timed-out heartbeats are told from other time-outs by their error.
constexpr auto counted = std::to_array<Counted>({
    {execution_started, "executions_started"},
    {execution_succeeded, "executions_succeeded"},
    {execution_failed, "executions_failed"},
    {execution_aborted, "executions_aborted"},
    {execution_timed_out, "executions_timed_out"},
    {execution_redriven, "executions_redriven"},
    {activity_scheduled, "activities_scheduled"},
    {activity_started, "activities_started"},
    {activity_succeeded, "activities_succeeded"},
    {activity_failed, "activities_failed"},
    {activity_timed_out, "activities_timed_out"},
    {lambda_function_scheduled, "lambda_functions_scheduled"},
    {lambda_function_started, "lambda_functions_started"},
    {lambda_function_succeeded, "lambda_functions_succeeded"},
    {lambda_function_failed, "lambda_functions_failed"},
    {lambda_function_timed_out, "lambda_functions_timed_out"},
    {task_scheduled, "service_integrations_scheduled"},
    {task_started, "service_integrations_started"},
    {task_succeeded, "service_integrations_succeeded"},
    {task_failed, "service_integrations_failed"},
    {task_timed_out, "service_integrations_timed_out"},
    {map_run_started, "map_runs_started"},
    {map_run_succeeded, "map_runs_succeeded"},
    {map_run_failed, "map_runs_failed"},
});

/// A label's value, with what would end it escaped.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out + "\"";
}

std::string machine_label(const ExecutionIdentity& identity) {
    return "state_machine_arn=" + quoted(identity.state_machine_arn);
}

std::string number(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

void append_line(std::string& out, const std::string& name, const std::string& labels,
                 const std::string& value) {
    out += name + "{" + labels + "} " + value + "\n";
}

} // namespace

Metrics::Metrics(Engine& engine) {
    engine.on_history([this](const ExecutionIdentity& identity, const HistoryEvent& event) {
        count_event(identity, event);
    });
    engine.on_completed([this](const ExecutionSummary& execution) { count_time(execution); });
}

void Metrics::count_request(std::string_view operation, std::string_view error) {
    count("gradus_api_requests_total",
          "error=" + quoted(error) + ",operation=" + quoted(operation));
}

void Metrics::count_event(const ExecutionIdentity& identity, const HistoryEvent& event) {
    const auto found = std::ranges::find(counted, event.type, &Counted::type);
    if (found == counted.end()) return;
    std::string name(found->name);
    if (event.type == activity_timed_out) {
        const auto* details = std::get_if<FailureDetails>(&event.details);
        if (details != nullptr && details->failure.error == "States.HeartbeatTimeout")
            name = "activities_heartbeat_timed_out";
    }
    count("gradus_" + name + "_total", machine_label(identity));
}

void Metrics::count_time(const ExecutionSummary& execution) {
    if (!execution.stopped_at) return;
    constexpr double milliseconds = 1000;
    const double seconds =
        static_cast<double>((*execution.stopped_at - execution.started_at).count()) / milliseconds;
    Times& times = times_[machine_label(execution.identity)];
    for (std::size_t i = 0; i < time_bounds.size(); ++i) {
        if (seconds <= time_bounds.at(i)) ++times.up_to.at(i);
    }
    ++times.count;
    times.seconds += seconds;
}

std::string Metrics::text() const {
    std::string out;
    for (const auto& [name, values] : counters_) {
        out += "# TYPE " + name + " counter\n";
        for (const auto& [labels, value] : values)
            append_line(out, name, labels, std::to_string(value));
    }
    if (times_.empty()) return out;
    const std::string name = "gradus_execution_time_seconds";
    out += "# TYPE " + name + " histogram\n";
    for (const auto& [labels, times] : times_) {
        for (std::size_t i = 0; i < time_bounds.size(); ++i) {
            append_line(out, name + "_bucket", labels + ",le=" + quoted(number(time_bounds.at(i))),
                        std::to_string(times.up_to.at(i)));
        }
        append_line(out, name + "_bucket", labels + ",le=\"+Inf\"", std::to_string(times.count));
        append_line(out, name + "_count", labels, std::to_string(times.count));
        append_line(out, name + "_sum", labels, number(times.seconds));
    }
    return out;
}

} // namespace gradus
