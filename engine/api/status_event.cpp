#include "engine/api/status_event.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

namespace gradus::api {
namespace {

/// Input and output together, in bytes; what is larger is left out. AWS, "Automating Step Functions
/// event delivery with EventBridge".
constexpr std::size_t payload_bytes_max = 248UL * 1024;

Value or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }
Value or_null(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }
Value or_null(const std::optional<Timestamp>& at) {
    return at ? Value(epoch_milliseconds(*at)) : Value();
}
Value included(bool is_included) { return Value::object({{"included", is_included}}); }

} // namespace

std::string redrive_obstacle(const ExecutionSummary& execution, Timestamp now) {
    constexpr std::chrono::hours redrivable_period{14 * 24};
    if (execution.status == ExecutionStatus::running ||
        execution.status == ExecutionStatus::succeeded) {
        return "Execution is " + std::string(execution_status_name(execution.status)) +
               " and cannot be redriven";
    }
    if (execution.stopped_at && now - *execution.stopped_at > redrivable_period)
        return "Execution has exceeded the redrivable period and cannot be redriven";
    if (execution.history_size >= limits::redrivable_history_events_max)
        return "Execution history event limit exceeded and cannot be redriven";
    return "";
}

Value status_event(const ExecutionSummary& execution, const std::string& account_id,
                   const std::string& id, Timestamp now) {
    const ExecutionIdentity& identity = execution.identity;
    const bool has_output = execution.status == ExecutionStatus::succeeded;
    const std::string input = to_json(execution.input);
    const std::string output = has_output ? to_json(execution.output) : "";
    const bool has_room = input.size() + output.size() <= payload_bytes_max;
    const std::string obstacle = redrive_obstacle(execution, now);
    ObjectBuilder detail;
    detail.append("executionArn", identity.execution_arn);
    detail.append("stateMachineArn", identity.state_machine_arn);
    detail.append("name", identity.execution_name);
    detail.append("status", std::string(execution_status_name(execution.status)));
    detail.append("startDate", epoch_milliseconds(execution.started_at));
    detail.append("stopDate", or_null(execution.stopped_at));
    detail.append("input", has_room ? Value(input) : Value());
    detail.append("output", has_room ? or_null(output) : Value());
    detail.append("stateMachineVersionArn", or_null(identity.state_machine_version_arn));
    detail.append("stateMachineAliasArn", or_null(identity.state_machine_alias_arn));
    detail.append("redriveCount", execution.redrives);
    detail.append("redriveDate", or_null(execution.redriven_at));
    detail.append("redriveStatus", obstacle.empty() ? "REDRIVABLE" : "NOT_REDRIVABLE");
    detail.append("redriveStatusReason", or_null(obstacle));
    detail.append("inputDetails", included(has_room));
    detail.append("outputDetails", has_output ? included(has_room) : Value());
    detail.append("error", or_null(execution.failure.error));
    detail.append("cause", or_null(execution.failure.cause));
    return Value::object({{"version", "0"},
                          {"id", id},
                          {"detail-type", "Step Functions Execution Status Change"},
                          {"source", "aws.states"},
                          {"account", account_id},
                          {"time", format_iso8601(epoch_milliseconds(now))},
                          {"region", identity.region},
                          {"resources", Value::array({identity.execution_arn})},
                          {"detail", detail.build()}});
}

} // namespace gradus::api
