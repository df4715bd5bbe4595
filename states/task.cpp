// Task: entered → scheduled (→ started, → submitted) → succeeded, failed or timed out. Each attempt
// has its own command, token and time-outs.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/machine.hpp"
#include "states/program/compiler.hpp"
#include "states/program/integration_parameters.hpp"

namespace gradus {
namespace {

struct Attempt {
    Value parameters;
    std::string token;
    std::optional<std::int64_t> timeout_seconds;
    std::optional<std::int64_t> heartbeat_seconds;
    std::optional<std::string> credentials_role_arn;
};

const TaskState& task_state(const State& state) { return std::get<TaskState>(state.detail); }

Result<std::optional<std::int64_t>, Fault> seconds_of(const DataView& view,
                                                      const std::optional<NumberField>& field,
                                                      const Value& input, const Extras& extras) {
    if (!field) return std::optional<std::int64_t>();
    if (const auto* literal = std::get_if<std::int64_t>(&field->content))
        return std::optional(*literal);
    Value value;
    if (const auto* query = std::get_if<JsonataTemplate>(&field->content)) {
        GRADUS_TRY(value, evaluate_jsonata(view, *query, field->name, input, extras));
        if (!value.is_number())
            return view.evaluation_fault(unexpected_type(*query, field->name, "number", value));
    } else {
        GRADUS_TRY(value, evaluate_path(view, std::get<path::Path>(field->content), input));
    }
    std::int64_t seconds = 0;
    if (value.to_integer(seconds) && seconds >= 1 && seconds <= limits::timeout_seconds_max) {
        return std::optional(seconds);
    }
    const std::string message =
        "The " + field->name +
        " field must be an integer from 1 to 99999999 but was: " + to_json(value);
    if (std::holds_alternative<JsonataTemplate>(field->content)) {
        return view.evaluation_fault({message, field->name});
    }
    return view.runtime_fault(message);
}

Result<std::optional<std::string>, Fault> credentials_of(const DataView& view, const Value& input,
                                                         const Extras& extras) {
    const auto& credentials = task_state(view.state()).credentials;
    if (!credentials) return std::optional<std::string>();
    GRADUS_TRY(Value value, evaluate_payload(view, *credentials, "Credentials", input, extras));
    const Value* role = value.find("RoleArn");
    if (role != nullptr && role->is_string()) return std::optional(std::string(role->as_string()));
    return view.runtime_fault("The field 'RoleArn' of Credentials must be a string.");
}

/// Recorded for one fault, with "Parameters"; several, and "Arguments", are assumed to be worded
/// so.
std::optional<Fault> refused_parameters(const DataView& view, const Resource& resource,
                                        const Value& parameters) {
    const IntegrationParameters* known = integration_parameters(resource);
    if (known == nullptr) return std::nullopt;
    const auto faults = parameter_faults(*known, parameters, ComputedMembers::none);
    if (faults.empty()) return std::nullopt;
    std::string list;
    for (const ParameterFault& fault : faults)
        list += (list.empty() ? "" : ", ") + fault.message;
    const bool is_jsonata = view.state().language == QueryLanguage::jsonata;
    return view.runtime_fault("The " + std::string(is_jsonata ? "Arguments" : "Parameters") + " '" +
                              to_json(parameters) + "' could not be used to start the Task: [" +
                              list + "]");
}

Result<Attempt, Fault> prepare(Machine& machine, const DataView& view) {
    const TaskState& task = task_state(view.state());
    Attempt attempt;
    Extras extras;
    // An activity's worker gets its token with the task, not through the context object.
    if (task.resource->has_token() || task.resource->kind == ResourceKind::activity)
        attempt.token = make_task_token(machine.execution(), machine.next_command());
    if (task.resource->has_token()) extras.task_token = &attempt.token;
    GRADUS_TRY(Value input, effective_input(view));
    GRADUS_TRY(attempt.parameters, effective_arguments(view, input, extras));
    GRADUS_TRY(attempt.timeout_seconds, seconds_of(view, task.timeout, input, extras));
    GRADUS_TRY(attempt.heartbeat_seconds, seconds_of(view, task.heartbeat, input, extras));
    GRADUS_TRY(attempt.credentials_role_arn, credentials_of(view, input, extras));
    if (auto refused = refused_parameters(view, *task.resource, attempt.parameters))
        return std::move(*refused);
    return attempt;
}

void note_scheduled(Machine& machine, Branch& branch, const Resource& resource,
                    const Attempt& attempt) {
    using enum HistoryEventType;
    InvocationDetails invocation{resource.arn, attempt.parameters, attempt.timeout_seconds,
                                 attempt.heartbeat_seconds, attempt.credentials_role_arn};
    switch (resource.kind) {
    case ResourceKind::activity:
        return machine.note(branch, activity_scheduled, std::move(invocation));
    case ResourceKind::lambda_function:
        machine.note(branch, lambda_function_scheduled, std::move(invocation));
        return machine.note(branch, lambda_function_started);
    case ResourceKind::optimised:
    case ResourceKind::aws_sdk: break;
    }
    machine.note(branch, task_scheduled,
                 TaskScheduledDetails{resource.history_resource_type(), resource.history_resource(),
                                      machine.execution().identity.region, attempt.parameters,
                                      attempt.timeout_seconds, attempt.heartbeat_seconds,
                                      attempt.credentials_role_arn});
    machine.note(branch, task_started,
                 TaskStartedDetails{resource.history_resource_type(), resource.history_resource()});
}

void note_failed(Machine& machine, Branch& branch, const Resource& resource, const Failure& failure,
                 TaskFailureKind kind) {
    using enum HistoryEventType;
    const bool is_schedule = kind == TaskFailureKind::schedule_failed;
    const bool is_start = kind == TaskFailureKind::start_failed;
    switch (resource.kind) {
    case ResourceKind::activity:
        return machine.note(branch, is_schedule ? activity_schedule_failed : activity_failed,
                            FailureDetails{failure});
    case ResourceKind::lambda_function:
        return machine.note(branch,
                            is_schedule ? lambda_function_schedule_failed
                            : is_start  ? lambda_function_start_failed
                                        : lambda_function_failed,
                            FailureDetails{failure});
    case ResourceKind::optimised:
    case ResourceKind::aws_sdk: break;
    }
    const bool is_submit = kind == TaskFailureKind::submit_failed;
    machine.note(
        branch,
        is_start    ? task_start_failed
        : is_submit ? task_submit_failed
                    : task_failed,
        TaskFailureDetails{resource.history_resource_type(), resource.history_resource(), failure});
}

/// The attempt is over: its command is answered, its timers aren't wanted any more.
void close(Machine& machine, Branch& branch) {
    if (branch.task) machine.execution().open_commands.erase(*branch.task);
    branch.task.reset();
    machine.cancel(branch.timeout);
    machine.cancel(branch.heartbeat);
    branch.task_token.clear();
}

const Resource& resource_of(Machine& machine, const Branch& branch) {
    return *task_state(machine.current(branch)).resource;
}

} // namespace

std::string express_fault(const Resource& resource) {
    if (resource.kind == ResourceKind::activity)
        return "Express state machine does not support Activity ARN";
    switch (resource.pattern) {
    case IntegrationPattern::request_response: return "";
    case IntegrationPattern::wait_for_task_token: // the trailing space is AWS's (recorded)
        return "Express state machine does not support '.waitForTaskToken' service integration ";
    case IntegrationPattern::run_job:
    case IntegrationPattern::run_job_parsed:
        return "Express state machine does not support '.sync' service integration ";
    }
    GRADUS_UNREACHABLE();
}

TaskState read_task(Compiler& compiler, const FieldReader& reader) {
    TaskState state;
    DiagnosticSink& sink = compiler.sink();
    if (const auto arn = reader.text("Resource")) {
        if (auto resource = parse_resource(*arn)) {
            state.resource = std::make_shared<const Resource>(std::move(*resource));
        } else {
            sink.error(reader.child("Resource"),
                       "The resource provided " + *arn +
                           " is not recognized. The value is not a valid resource "
                           "ARN, or the resource is not available in this region.");
        }
    }
    if (state.resource && compiler.type() == WorkflowType::express) {
        const std::string fault = express_fault(*state.resource);
        if (!fault.empty()) sink.error(reader.child("Resource"), fault);
    }
    state.timeout = reader.number_field("TimeoutSeconds", 1, limits::timeout_seconds_max);
    state.heartbeat = reader.number_field("HeartbeatSeconds", 1, limits::timeout_seconds_max);
    if (state.timeout && state.heartbeat) {
        const auto* timeout = std::get_if<std::int64_t>(&state.timeout->content);
        const auto* heartbeat = std::get_if<std::int64_t>(&state.heartbeat->content);
        if (timeout != nullptr && heartbeat != nullptr && *heartbeat >= *timeout) {
            sink.error(reader.child("HeartbeatSeconds"),
                       "HeartbeatSeconds must be smaller than TimeoutSeconds");
        }
    }
    if (const Value* credentials = reader.object().find("Credentials"); credentials != nullptr) {
        const bool is_computed =
            reader.language() == QueryLanguage::jsonata && credentials->is_string();
        if (!is_computed && credentials->find("RoleArn") == nullptr &&
            credentials->find("RoleArn.$") == nullptr) {
            sink.error(reader.child("Credentials"),
                       "The field 'RoleArn' is required but was missing");
        }
        state.credentials = reader.payload("Credentials");
    }
    return state;
}

void enter_task(Machine& machine, BranchId id) {
    Branch& branch = machine.branch(id);
    auto attempt = prepare(machine, machine.data(branch));
    if (!attempt) return machine.fail(id, std::move(attempt).error());
    const auto& resource = task_state(machine.current(branch)).resource;
    note_scheduled(machine, branch, *resource, *attempt);
    branch.task_token = attempt->token;
    branch.task =
        machine.schedule_task(id, {.resource = resource,
                                   .state_name = machine.current(branch).name,
                                   .parameters = std::move(attempt->parameters),
                                   .task_token = std::move(attempt->token),
                                   .timeout_seconds = attempt->timeout_seconds,
                                   .heartbeat_seconds = attempt->heartbeat_seconds,
                                   .credentials_role_arn = attempt->credentials_role_arn});
    if (attempt->timeout_seconds) {
        branch.timeout =
            machine.start_timer(id, CommandPurpose::task_timeout,
                                machine.now() + std::chrono::seconds(*attempt->timeout_seconds));
    }
    if (attempt->heartbeat_seconds) {
        branch.heartbeat =
            machine.start_heartbeat_timer(id, *branch.task, *attempt->heartbeat_seconds);
    }
}

void resume_task_started(Machine& machine, BranchId id, const TaskStarted& event) {
    Branch& branch = machine.branch(id);
    if (resource_of(machine, branch).kind != ResourceKind::activity)
        return; // counted when scheduled
    machine.note(branch, HistoryEventType::activity_started, WorkerDetails{event.worker_name});
}

void resume_task_submitted(Machine& machine, BranchId id, const TaskSubmitted& event) {
    Branch& branch = machine.branch(id);
    const Resource& resource = resource_of(machine, branch);
    machine.note(branch, HistoryEventType::task_submitted,
                 TaskOutputDetails{resource.history_resource_type(), resource.history_resource(),
                                   event.output});
}

void resume_task_succeeded(Machine& machine, BranchId id, const TaskSucceeded& event) {
    using enum HistoryEventType;
    Branch& branch = machine.branch(id);
    const Resource& resource = resource_of(machine, branch);
    const bool is_integration =
        resource.kind == ResourceKind::optimised || resource.kind == ResourceKind::aws_sdk;
    if (json_size(event.output, limits::payload_bytes_max) > limits::payload_bytes_max) {
        const std::string name = is_integration ? resource.history_resource_type() : resource.arn;
        const TaskFailed too_large{
            event.command,
            {std::string(errors::data_limit), "The state/task '" + name +
                                                  "' returned a result with a size exceeding the "
                                                  "maximum number of bytes service limit."}};
        return resume_task_failed(machine, id, too_large);
    }
    close(machine, branch);
    machine.data(branch).keep(&Inspection::result, event.output);
    if (is_integration) {
        machine.note(branch, task_succeeded,
                     TaskOutputDetails{resource.history_resource_type(),
                                       resource.history_resource(), event.output});
    } else {
        const bool is_activity = resource.kind == ResourceKind::activity;
        machine.note(branch, is_activity ? activity_succeeded : lambda_function_succeeded,
                     OutputDetails{event.output});
    }
    machine.succeed(id, event.output);
}

void resume_task_failed(Machine& machine, BranchId id, const TaskFailed& event) {
    Branch& branch = machine.branch(id);
    note_failed(machine, branch, resource_of(machine, branch), event.failure, event.kind);
    close(machine, branch);
    machine.fail(id, Fault{.failure = event.failure});
}

void resume_task_timed_out(Machine& machine, BranchId id, CommandPurpose purpose) {
    using enum HistoryEventType;
    Branch& branch = machine.branch(id);
    const Resource& resource = resource_of(machine, branch);
    const Failure failure{std::string(errors::timeout), std::nullopt};
    if (resource.kind == ResourceKind::activity) {
        machine.note(branch, activity_timed_out, FailureDetails{failure});
    } else if (resource.kind == ResourceKind::lambda_function) {
        machine.note(branch, lambda_function_timed_out, FailureDetails{failure});
    } else {
        machine.note(branch, task_timed_out,
                     TaskFailureDetails{resource.history_resource_type(),
                                        resource.history_resource(), failure});
    }
    machine.cancel(branch.task); // the work goes on at the other side unless it is told
    close(machine, branch);
    machine.fail(
        id, Fault{.failure = failure, .is_heartbeat = purpose == CommandPurpose::task_heartbeat});
}

} // namespace gradus
