// History events read back from the shape of GetExecutionHistory that history_json.cpp writes.
#include "gradus/history.hpp"
#include "gradus/json.hpp"
#include "states/member_reader.hpp"

#include <cmath>
#include <unordered_map>

namespace gradus {
namespace {

using Type = HistoryEventType;

const std::unordered_map<std::string_view, Type>& types_by_name() {
    static const auto types = [] {
        std::unordered_map<std::string_view, Type> all;
        for (auto i = static_cast<std::size_t>(Type::activity_failed);
             i <= static_cast<std::size_t>(Type::evaluation_failed); ++i) {
            const auto type = static_cast<Type>(i);
            all.emplace(history_event_name(type), type);
        }
        return all;
    }();
    return types;
}

/// A payload: JSON as text. "inputDetails" beside it says whether it is cut off; ours never is.
Value payload(MemberReader& in, std::string_view name) {
    const std::string beside = std::string(name) + "Details";
    if (in.has(beside)) {
        MemberReader details = in.object(beside);
        if (details.boolean("truncated")) details.expected("false", "truncated");
        details.finish();
    }
    auto parsed = parse_json(in.text(name));
    if (parsed) return std::move(*parsed);
    in.expected("a text that is JSON", name);
    return {};
}

Failure failure(MemberReader& in) { return {in.optional_text("error"), in.optional_text("cause")}; }

struct TaskLimits {
    std::optional<std::int64_t> timeout_seconds;
    std::optional<std::int64_t> heartbeat_seconds;
    std::optional<std::string> credentials_role_arn;
};
TaskLimits task_limits(MemberReader& in) {
    TaskLimits limits;
    if (in.has("timeoutInSeconds")) limits.timeout_seconds = in.integer("timeoutInSeconds");
    if (in.has("heartbeatInSeconds")) limits.heartbeat_seconds = in.integer("heartbeatInSeconds");
    if (in.has("taskCredentials")) {
        MemberReader credentials = in.object("taskCredentials");
        limits.credentials_role_arn = credentials.text("roleArn");
        credentials.finish();
    }
    return limits;
}

Value assigned_variables(MemberReader& in) {
    if (!in.has("assignedVariables")) return {};
    if (in.has("assignedVariablesDetails")) {
        MemberReader beside = in.object("assignedVariablesDetails");
        static_cast<void>(beside.boolean("truncated"));
        beside.finish();
    }
    const Value texts = in.value("assignedVariables");
    MemberReader variables = in.object("assignedVariables");
    ObjectBuilder out;
    if (texts.is_object()) {
        for (const Member& member : texts.as_object())
            out.append(member.key, payload(variables, member.name()));
    }
    return out.build();
}

HistoryDetails read_invocation(MemberReader& in) {
    InvocationDetails details{.resource = in.text("resource"), .input = payload(in, "input")};
    TaskLimits limits = task_limits(in);
    details.timeout_seconds = limits.timeout_seconds;
    details.heartbeat_seconds = limits.heartbeat_seconds;
    details.credentials_role_arn = std::move(limits.credentials_role_arn);
    return details;
}

HistoryDetails read_task_scheduled(MemberReader& in) {
    TaskScheduledDetails details{.resource_type = in.text("resourceType"),
                                 .resource = in.text("resource"),
                                 .region = in.text("region"),
                                 .parameters = payload(in, "parameters")};
    TaskLimits limits = task_limits(in);
    details.timeout_seconds = limits.timeout_seconds;
    details.heartbeat_seconds = limits.heartbeat_seconds;
    details.credentials_role_arn = std::move(limits.credentials_role_arn);
    return details;
}

HistoryDetails read_task_output(MemberReader& in) {
    return TaskOutputDetails{in.text("resourceType"), in.text("resource"), payload(in, "output")};
}
HistoryDetails read_task_failure(MemberReader& in) {
    return TaskFailureDetails{in.text("resourceType"), in.text("resource"), failure(in)};
}

HistoryDetails read_details(Type type, MemberReader& in) {
    using enum HistoryEventType;
    switch (type) {
    case execution_started:
        return ExecutionStartedDetails{payload(in, "input"), in.text("roleArn")};
    case execution_succeeded:
    case activity_succeeded:
    case lambda_function_succeeded: return OutputDetails{payload(in, "output")};
    case activity_failed:
    case activity_schedule_failed:
    case activity_timed_out:
    case lambda_function_failed:
    case lambda_function_schedule_failed:
    case lambda_function_start_failed:
    case lambda_function_timed_out:
    case execution_failed:
    case execution_aborted:
    case execution_timed_out:
    case map_run_failed: return FailureDetails{failure(in)};
    case choice_state_entered:
    case fail_state_entered:
    case map_state_entered:
    case parallel_state_entered:
    case pass_state_entered:
    case succeed_state_entered:
    case task_state_entered:
    case wait_state_entered: return StateEnteredDetails{in.text("name"), payload(in, "input")};
    case choice_state_exited:
    case map_state_exited:
    case parallel_state_exited:
    case pass_state_exited:
    case succeed_state_exited:
    case task_state_exited:
    case wait_state_exited:
        return StateExitedDetails{in.text("name"), payload(in, "output"), assigned_variables(in)};
    case activity_scheduled:
    case lambda_function_scheduled: return read_invocation(in);
    case activity_started: return WorkerDetails{in.optional_text("workerName")};
    case task_scheduled: return read_task_scheduled(in);
    case task_started: return TaskStartedDetails{in.text("resourceType"), in.text("resource")};
    case task_submitted:
    case task_succeeded: return read_task_output(in);
    case task_failed:
    case task_start_failed:
    case task_submit_failed:
    case task_timed_out: return read_task_failure(in);
    case map_state_started: return MapStartedDetails{in.count("length")};
    case map_iteration_aborted:
    case map_iteration_failed:
    case map_iteration_started:
    case map_iteration_succeeded: return IterationDetails{in.text("name"), in.count("index")};
    case map_run_started: return MapRunStartedDetails{in.text("mapRunArn")};
    case execution_redriven:
    case map_run_redriven:
        return RedrivenDetails{in.text_or_empty("mapRunArn"), in.count("redriveCount")};
    case evaluation_failed: {
        Failure why = failure(in);
        return EvaluationFailedDetails{std::move(why), in.text_or_empty("location"),
                                       in.text("state")};
    }
    case lambda_function_started:
    case map_run_aborted:
    case map_run_succeeded:
    case map_state_aborted:
    case map_state_failed:
    case map_state_succeeded:
    case parallel_state_aborted:
    case parallel_state_failed:
    case parallel_state_started:
    case parallel_state_succeeded:
    case task_state_aborted:
    case wait_state_aborted: break;
    }
    return NoDetails{};
}

} // namespace

std::optional<HistoryEventType> history_event_type(std::string_view name) {
    const auto found = types_by_name().find(name);
    if (found == types_by_name().end()) return std::nullopt;
    return found->second;
}

Result<HistoryEvent> read_history_event(const Value& value, const std::string& pointer) {
    std::optional<Error> error;
    MemberReader in(value, pointer, error);
    HistoryEvent event{.id = in.count("id"), .previous_event_id = in.count("previousEventId")};
    event.timestamp = timestamp_of(std::llround(in.number("timestamp") * 1000));
    const auto type = history_event_type(in.text("type"));
    if (!type) in.expected("the type of a history event", "type");
    if (error) return std::move(*error);
    event.type = *type;
    const std::string name = history_details_name(*type);
    if (in.has(name)) {
        MemberReader details = in.object(name);
        event.details = read_details(*type, details);
        details.finish();
    } else {
        // An event without details has no such member; of others, each reports what it misses.
        MemberReader none(Value::object(), in.place(name), error);
        event.details = read_details(*type, none);
    }
    in.finish();
    if (error) return std::move(*error);
    return event;
}

} // namespace gradus
