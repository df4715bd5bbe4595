#include "engine/integrations/start_execution.hpp"

#include "gradus/json.hpp"

namespace gradus {
namespace {

/// The members that AWS adds to the result of an optimised call.
Value with_metadata(Value result, const std::string& request_id) {
    const Value headers = Value::object({{"x-amzn-RequestId", request_id}});
    result = std::move(result).with(
        "SdkHttpMetadata",
        Value::object(
            {{"AllHttpHeaders", Value::object({{"x-amzn-RequestId", Value::array({request_id})}})},
             {"HttpHeaders", headers},
             {"HttpStatusCode", 200}}));
    return std::move(result).with("SdkResponseMetadata",
                                  Value::object({{"RequestId", request_id}}));
}

/// DescribeExecution in the casing of the integration. Recorded: dates are epoch milliseconds;
/// Input and Output are texts with .sync, JSON with .sync:2.
Value description(const ExecutionRecord& child, IntegrationPattern pattern) {
    const bool is_parsed = pattern == IntegrationPattern::run_job_parsed;
    const auto document = [&](const Value& value) {
        return is_parsed ? value : Value(to_json(value));
    };
    const Value included = Value::object({{"Included", true}});
    ObjectBuilder out;
    if (child.failure.cause) out.append("Cause", *child.failure.cause);
    if (child.failure.error) out.append("Error", *child.failure.error);
    out.append("ExecutionArn", child.identity.execution_arn);
    out.append("Input", document(child.input)).append("InputDetails", included);
    out.append("Name", child.identity.execution_name);
    if (child.status == ExecutionStatus::succeeded) {
        out.append("Output", document(child.output)).append("OutputDetails", included);
    }
    out.append("RedriveCount", 0);
    out.append("RedriveStatus",
               child.status == ExecutionStatus::succeeded ? "NOT_REDRIVABLE" : "REDRIVABLE");
    out.append("StartDate", epoch_milliseconds(child.started_at));
    out.append("StateMachineArn", child.identity.state_machine_arn);
    out.append("Status", execution_status_name(child.status));
    if (child.stopped_at) out.append("StopDate", epoch_milliseconds(*child.stopped_at));
    return out.build();
}

} // namespace

void StartExecutionIntegration::start(const TaskRequest& request) {
    const Value& parameters = request.task.parameters;
    const Value& machine = parameters["StateMachineArn"];
    const Value& name = parameters["Name"];
    Value input = parameters.find("Input") != nullptr ? parameters["Input"] : Value::object();
    if (input.is_string()) { // a text is passed on as it is
        auto parsed = parse_json(input.as_string());
        if (parsed) input = std::move(*parsed);
    }
    auto started = children_.start(machine.is_string() ? std::string(machine.as_string()) : "",
                                   name.is_string() ? std::string(name.as_string()) : "", input);
    const std::string request_id = std::to_string(static_cast<std::uint64_t>(request.task.command));
    if (const auto* refused = std::get_if<ChildExecutions::Refused>(&started)) {
        // Recorded form of an optimised call's error.
        answer_(request.execution,
                task_failed(request, "StepFunctions." + refused->code + "Exception",
                            refused->message +
                                " (Service: AWSStepFunctions; Status Code: 400; Error Code: " +
                                refused->code + "; Request ID: " + request_id + "; Proxy: null)"));
        return;
    }
    const std::string& arn = std::get<std::string>(started);
    Value result = with_metadata(
        Value::object({{"ExecutionArn", arn}, {"StartDate", loop_.now_epoch_milliseconds()}}),
        request_id);
    const IntegrationPattern pattern = request.task.resource->pattern;
    if (pattern == IntegrationPattern::request_response) {
        answer_(request.execution, TaskSucceeded{request.task.command, std::move(result)});
        return;
    }
    if (pattern != IntegrationPattern::wait_for_task_token) {
        waiting_[arn] = {request.execution, request.task.command, pattern};
    }
    answer_(request.execution, TaskSubmitted{request.task.command, std::move(result)});
}

void StartExecutionIntegration::cancel(ExecutionKey execution, CommandId command) {
    for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
        if (at->second.execution != execution || at->second.command != command) continue;
        const std::string arn = at->first;
        waiting_.erase(at);
        return children_.stop(arn);
    }
}

void StartExecutionIntegration::child_completed(const ExecutionRecord& child) {
    const auto found = waiting_.find(child.identity.execution_arn);
    if (found == waiting_.end()) return;
    const Waiting waiting = found->second;
    waiting_.erase(found);
    Value result = description(child, waiting.pattern);
    if (child.status == ExecutionStatus::succeeded) {
        answer_(waiting.execution, TaskSucceeded{waiting.command, std::move(result)});
    } else {
        answer_(waiting.execution,
                TaskFailed{waiting.command, {"States.TaskFailed", to_json(result)}});
    }
}

} // namespace gradus
