// The run of one state: as the only branch of an execution that exists for this call alone.
#include "states/machine.hpp"
#include "states/test_state/parts.hpp"

namespace gradus::testing_state {
namespace {

/// Recorded: an ARN in the style of express executions, and no RedriveCount in the context object.
ExecutionState make_execution(const TestStateRequest& request, const Subject& subject,
                              const Given& given, const TestStateSetting& setting) {
    ExecutionState execution;
    execution.random = Random{.seed = setting.seed};
    execution.input = given.input;
    execution.started_at = setting.now;
    ExecutionIdentity& identity = execution.identity;
    identity.execution_name = execution.random.next_uuid();
    identity.state_machine_name = execution.random.next_uuid();
    const std::string prefix = "arn:aws:states:" + setting.region + ":" + setting.account_id + ":";
    identity.execution_arn =
        prefix + "express:" + identity.state_machine_name + ":" + identity.execution_name;
    identity.state_machine_arn = prefix + "stateMachine:" + identity.state_machine_name;
    identity.role_arn = request.role_arn.value_or("");
    identity.region = setting.region;

    ObjectBuilder context(5);
    context.append("Id", identity.execution_arn);
    context.append("Input", given.input);
    context.append("Name", identity.execution_name);
    if (request.role_arn) context.append("RoleArn", identity.role_arn);
    context.append("StartTime", format_iso8601(epoch_milliseconds(setting.now)));
    execution.context_execution = context.build();
    execution.context_state_machine =
        Value::object({{"Id", identity.state_machine_arn}, {"Name", identity.state_machine_name}});

    auto branch = std::make_unique<Branch>();
    branch->scope = subject.state().scope;
    branch->state = subject.index;
    branch->input = given.input;
    branch->variables = given.variables;
    execution.branches.push_back(std::move(branch));
    return execution;
}

TaskAnswer task_answer(const TestStateRequest& request, const Given& given,
                       const ScheduleTask& task, const TestStateSetting& setting) {
    if (given.mocked_result) return *given.mocked_result;
    if (request.mock) return *request.mock->error_output;
    if (setting.run_task) return setting.run_task(task);
    return Failure{"States.TaskFailed",
                   "There is no mock, and nothing here that could carry the task out"};
}

/// A Task, up to its answer and on.
void run_task(Machine& machine, const Effects& effects, const TestStateRequest& request,
              const Given& given, const TestStateSetting& setting) {
    enter_task(machine, BranchId::main);
    for (const Command& command : effects.commands) {
        const auto* const task = std::get_if<ScheduleTask>(&command);
        if (task == nullptr) continue;
        const CommandId id = task->command;
        TaskAnswer answer = task_answer(request, given, *task, setting);
        if (auto* const result = std::get_if<Value>(&answer))
            return resume_task_succeeded(machine, BranchId::main, {id, std::move(*result)});
        return resume_task_failed(machine, BranchId::main, {id, std::get<Failure>(answer)});
    }
}

} // namespace

void finish_with_mock(Machine& machine, const TestStateRequest& request, const Given& given) {
    if (given.mocked_result) return machine.succeed(BranchId::main, *given.mocked_result);
    machine.fail(BranchId::main, {.failure = *request.mock->error_output, .is_of_child = true});
}

Result<Outcome, StatesError> run(const TestStateRequest& request, const Subject& subject,
                                 Given given, Inspection inspection,
                                 const TestStateSetting& setting) {
    Outcome outcome{.inspection = std::move(inspection)};
    ExecutionState execution = make_execution(request, subject, given, setting);
    Effects effects;
    Machine machine(*subject.program, execution, setting.now, effects, &outcome.inspection);
    machine.arrive(BranchId::main);
    switch (subject.state().type) {
    case StateType::task: run_task(machine, effects, request, given, setting); break;
    // Recorded: of a mocked Parallel neither InputPath nor Arguments is evaluated.
    case StateType::parallel: finish_with_mock(machine, request, given); break;
    case StateType::map: GRADUS_CHECK(run_map(machine, request, given)); break;
    case StateType::wait:
        enter_wait(machine, BranchId::main);
        // Nothing waits here: its time comes at once.
        if (execution.status == ExecutionStatus::running && !outcome.inspection.output)
            machine.pass_on(BranchId::main);
        break;
    case StateType::pass:
    case StateType::succeed:
    case StateType::fail:
    case StateType::choice: enter_by_type(machine, BranchId::main); break;
    }
    outcome.failure = execution.failure;
    return outcome;
}

} // namespace gradus::testing_state
