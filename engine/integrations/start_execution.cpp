#include "engine/integrations/start_execution.hpp"

#include "engine/integrations/aws_call.hpp"
#include "gradus/json.hpp"

namespace gradus {
namespace {

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
    if (child.status == ExecutionStatus::succeeded)
        out.append("RedriveStatusReason", "Execution is SUCCEEDED and cannot be redriven");
    out.append("StartDate", epoch_milliseconds(child.started_at));
    out.append("StateMachineArn", child.identity.state_machine_arn);
    out.append("Status", execution_status_name(child.status));
    if (child.stopped_at) out.append("StopDate", epoch_milliseconds(*child.stopped_at));
    return out.build();
}

} // namespace

void StartExecutionIntegration::start(const TaskRequest& request) {
    if (request.past.submitted) { // before a restart
        const Value& arn = (*request.past.submitted)["ExecutionArn"];
        return wait_for(arn.is_string() ? std::string(arn.as_string()) : "", request);
    }
    const Value& parameters = request.task.parameters;
    const Value& machine = parameters["StateMachineArn"];
    const Value& name = parameters["Name"];
    Value input = parameters["Input"].is_null() ? Value::object() : parameters["Input"];
    if (input.is_string()) { // a text is passed on as it is
        auto parsed = parse_json(input.as_string());
        if (parsed) input = std::move(*parsed);
    }
    // Without a name of its own, a child has that of the task, so that asking twice starts one.
    auto started = children_.start(machine.is_string() ? std::string(machine.as_string()) : "",
                                   name.is_string() ? std::string(name.as_string())
                                                    : idempotency_token(request),
                                   input, request.past.issued_at);
    const std::string request_id = std::to_string(static_cast<std::uint64_t>(request.task.command));
    if (const auto* refused = std::get_if<ChildExecutions::Refused>(&started)) {
        // Recorded form of an optimised call's error.
        Failure failure{"StepFunctions." + refused->code + "Exception",
                        refused->message +
                            " (Service: AWSStepFunctions; Status Code: 400; Error Code: " +
                            refused->code + "; Request ID: " + request_id + "; Proxy: null)"};
        return answer_(request.execution, answer_of(request, std::move(failure)));
    }
    const std::string& arn = std::get<std::string>(started);
    const Value result =
        Value::object({{"ExecutionArn", arn}, {"StartDate", loop_.now_epoch_milliseconds()}});
    const aws::CallOutput call{.request_id = request_id,
                               .headers = Value::object({{"x-amzn-RequestId", request_id}})};
    answer_(request.execution, answer_of(request, with_metadata(result, call)));
    const IntegrationPattern pattern = request.task.resource->pattern;
    if (pattern == IntegrationPattern::run_job || pattern == IntegrationPattern::run_job_parsed)
        wait_for(arn, request);
}

/// A child that is there and has ended already answers at once.
void StartExecutionIntegration::wait_for(const std::string& execution_arn,
                                         const TaskRequest& request) {
    waiting_[execution_arn] = {request.execution, request.task.command,
                               request.task.resource->pattern};
    if (!request.past.issued_at) return; // it has just begun
    const auto child = children_.find(execution_arn);
    if (child && child->status != ExecutionStatus::running) child_completed(*child);
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
