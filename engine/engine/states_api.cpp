#include "engine/engine/states_api.hpp"

#include "engine/engine/map_runs_api.hpp"
#include "gradus/json.hpp"

#include <array>

namespace gradus {
namespace {

using Operation = Result<Value, StatesError> (*)(Engine&, const Value&);

std::string text(const Value& input, std::string_view member) {
    const Value& value = input[member];
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

std::optional<std::string> optional_text(const Value& input, std::string_view member) {
    if (input.find(member) == nullptr) return std::nullopt;
    return text(input, member);
}

/// Dates travel as epoch seconds with milliseconds.
Value date(Timestamp at) { return Value(static_cast<double>(epoch_milliseconds(at)) / 1000); }

Result<Value, StatesError> start_execution(Engine& engine, const Value& input) {
    Value document = Value::object();
    if (const Value* written = input.find("input"); written != nullptr && written->is_string()) {
        auto parsed = parse_json(written->as_string());
        if (!parsed) {
            return StatesError{"InvalidExecutionInput", "Invalid State Machine Execution Input: '" +
                                                            parsed.error().message + "'"};
        }
        document = std::move(*parsed);
    }
    GRADUS_TRY(const std::string arn,
               engine.start_execution(text(input, "stateMachineArn"), text(input, "name"),
                                      std::move(document)));
    const auto execution = engine.describe(arn);
    return Value::object(
        {{"executionArn", arn}, {"startDate", execution ? date(execution->started_at) : Value(0)}});
}

Result<Value, StatesError> stop_execution(Engine& engine, const Value& input) {
    const std::string arn = text(input, "executionArn");
    GRADUS_CHECK(
        engine.stop_execution(arn, {optional_text(input, "error"), optional_text(input, "cause")}));
    return Value::object({{"stopDate", date(engine.describe(arn)->started_at)}});
}

Value list_item(const ExecutionSummary& execution) {
    ObjectBuilder out;
    out.append("executionArn", execution.identity.execution_arn);
    out.append("stateMachineArn", execution.identity.state_machine_arn);
    out.append("name", execution.identity.execution_name);
    out.append("status", execution_status_name(execution.status));
    out.append("startDate", date(execution.started_at));
    if (execution.stopped_at) out.append("stopDate", date(*execution.stopped_at));
    if (!execution.identity.map_run_arn.empty())
        out.append("mapRunArn", execution.identity.map_run_arn);
    return out.build();
}

Result<Value, StatesError> describe_execution(Engine& engine, const Value& input) {
    const std::string arn = text(input, "executionArn");
    const auto execution = engine.describe(arn);
    if (!execution)
        return StatesError{"ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"};
    const Value included = Value::object({{"included", true}});
    Value out = list_item(*execution);
    out = std::move(out).with("input", to_json(execution->input)).with("inputDetails", included);
    if (execution->status == ExecutionStatus::succeeded) {
        out = std::move(out)
                  .with("output", to_json(execution->output))
                  .with("outputDetails", included);
    }
    if (execution->failure.error) out = std::move(out).with("error", *execution->failure.error);
    if (execution->failure.cause) out = std::move(out).with("cause", *execution->failure.cause);
    return out;
}

Result<Value, StatesError> list_executions(Engine& engine, const Value& input) {
    std::optional<ExecutionStatus> status;
    for (const auto candidate :
         {ExecutionStatus::running, ExecutionStatus::succeeded, ExecutionStatus::failed,
          ExecutionStatus::timed_out, ExecutionStatus::aborted}) {
        if (text(input, "statusFilter") == execution_status_name(candidate)) status = candidate;
    }
    Array list;
    const std::string map_run = text(input, "mapRunArn");
    for (const ExecutionSummary& execution :
         map_run.empty() ? engine.list(text(input, "stateMachineArn"), status)
                         : engine.children(map_run, status)) {
        list.push_back(list_item(execution));
    }
    return Value::object({{"executions", Value(std::move(list))}});
}

Result<Value, StatesError> list_state_machines(Engine& engine, const Value&) {
    Array list;
    for (const std::string& arn : engine.state_machine_arns()) {
        list.push_back(Value::object({{"stateMachineArn", arn},
                                      {"name", arn.substr(arn.rfind(':') + 1)},
                                      {"type", "STANDARD"},
                                      {"creationDate", 0}}));
    }
    return Value::object({{"stateMachines", Value(std::move(list))}});
}

Result<Value, StatesError> get_execution_history(Engine& engine, const Value& input) {
    const std::string arn = text(input, "executionArn");
    if (!engine.describe(arn)) {
        return StatesError{"ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"};
    }
    return history_json(engine.history(arn));
}

Result<Value, StatesError> send_task_success(Engine& engine, const Value& input) {
    auto output = parse_json(text(input, "output"));
    if (!output)
        return StatesError{"InvalidOutput", "Invalid Output: '" + output.error().message + "'"};
    GRADUS_CHECK(engine.send_task_success(text(input, "taskToken"), std::move(*output)));
    return Value::object();
}

Result<Value, StatesError> send_task_failure(Engine& engine, const Value& input) {
    GRADUS_CHECK(engine.send_task_failure(
        text(input, "taskToken"), {optional_text(input, "error"), optional_text(input, "cause")}));
    return Value::object();
}

Result<Value, StatesError> send_task_heartbeat(Engine& engine, const Value& input) {
    GRADUS_CHECK(engine.send_task_heartbeat(text(input, "taskToken")));
    return Value::object();
}

constexpr auto operations = std::to_array<std::pair<std::string_view, Operation>>({
    {"DescribeExecution", describe_execution},
    {"DescribeMapRun", describe_map_run},
    {"GetExecutionHistory", get_execution_history},
    {"ListExecutions", list_executions},
    {"ListMapRuns", list_map_runs},
    {"ListStateMachines", list_state_machines},
    {"SendTaskFailure", send_task_failure},
    {"SendTaskHeartbeat", send_task_heartbeat},
    {"SendTaskSuccess", send_task_success},
    {"StartExecution", start_execution},
    {"StopExecution", stop_execution},
    {"UpdateMapRun", update_map_run},
});

} // namespace

Result<Value, StatesError> call_states_api(Engine& engine, const std::string&,
                                           const std::string& operation, const Value& input) {
    for (const auto& [name, run] : operations) {
        if (name == operation) return run(engine, input);
    }
    return StatesError{"UnknownOperationException",
                       "The operation " + operation + " isn't offered here"};
}

aws::CallId LocalStatesClient::call(aws::Call call, aws::CallCompletion done) {
    if (call.service != "states" && call.service != "sfn")
        return others_.call(std::move(call), std::move(done));
    const TimerId timer = loop_.schedule(
        std::chrono::milliseconds(0), [this, call = std::move(call), done = std::move(done)] {
            auto output = answer_(call.region, call.operation, call.input);
            if (output)
                return done(aws::CallOutput{.output = std::move(*output), .request_id = "local"});
            done(aws::CallError{.code = output.error().code,
                                .message = output.error().message,
                                .http_status = 400,
                                .request_id = "local",
                                .shape = output.error().code});
        });
    return timer | local_flag;
}

void LocalStatesClient::cancel(aws::CallId id) {
    if ((id & local_flag) != 0)
        loop_.cancel(id & ~local_flag);
    else
        others_.cancel(id);
}

} // namespace gradus
