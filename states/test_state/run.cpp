// The run of one state: as the only branch of an execution that exists for this call alone.
#include "states/machine.hpp"
#include "states/test_state/parts.hpp"

namespace gradus::testing_state {
namespace {

constexpr BranchId main_branch{0};

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
    enter_task(machine, main_branch);
    for (const Command& command : effects.commands) {
        const auto* const task = std::get_if<ScheduleTask>(&command);
        if (task == nullptr) continue;
        const CommandId id = task->command;
        TaskAnswer answer = task_answer(request, given, *task, setting);
        if (auto* const result = std::get_if<Value>(&answer))
            return resume_task_succeeded(machine, main_branch, {id, std::move(*result)});
        return resume_task_failed(machine, main_branch, {id, std::get<Failure>(answer)});
    }
}

/// The mock of a Parallel or Map stands for all of its branches or iterations.
void finish_with_mock(Machine& machine, const TestStateRequest& request, Given& given) {
    if (given.mocked_result) return machine.succeed(main_branch, std::move(*given.mocked_result));
    machine.fail(main_branch, {.failure = *request.mock->error_output, .is_of_child = true});
}

/// ItemSelector of every item; whether it could be applied to all of them.
bool select_items(Machine& machine, const MapPlan& plan) {
    const DataView view = machine.data(machine.branch(main_branch));
    if (!std::get<MapState>(view.state().detail).item_selector) return true;
    Array selected;
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
        const Value item = Value::object({{"Index", i}, {"Value", plan.items[i]}});
        auto input = select_item(view, plan.input, item);
        if (!input) {
            machine.fail(main_branch, std::move(input).error());
            return false;
        }
        selected.push_back(std::move(*input));
    }
    view.keep(&Inspection::after_item_selector, Value(std::move(selected)));
    return true;
}

/// A Map, up to its iterations and on.
Result<void, StatesError> run_map(Machine& machine, const TestStateRequest& request, Given& given) {
    auto plan = plan_map(machine.data(machine.branch(main_branch)));
    if (!plan) {
        machine.fail(main_branch, std::move(plan).error());
        return {};
    }
    if (!select_items(machine, *plan)) return {};
    const auto failures =
        static_cast<std::size_t>(request.configuration.map_iteration_failure_count.value_or(0));
    if (failures > plan->items.size()) {
        return refused("Map iteration failure count must be less than or equal to the number of "
                       "Map iterations");
    }
    finish_with_mock(machine, request, given);
    return {};
}

} // namespace

Result<Outcome, StatesError> run(const TestStateRequest& request, const Subject& subject,
                                 Given given, Inspection inspection,
                                 const TestStateSetting& setting) {
    Outcome outcome{.inspection = std::move(inspection)};
    ExecutionState execution = make_execution(request, subject, given, setting);
    Effects effects;
    Machine machine(*subject.program, execution, setting.now, effects, &outcome.inspection);
    machine.arrive(main_branch);
    switch (subject.state().type) {
    case StateType::task: run_task(machine, effects, request, given, setting); break;
    // Recorded: of a mocked Parallel neither InputPath nor Arguments is evaluated.
    case StateType::parallel: finish_with_mock(machine, request, given); break;
    case StateType::map: GRADUS_CHECK(run_map(machine, request, given)); break;
    case StateType::wait:
        enter_wait(machine, main_branch);
        // Nothing waits here: its time comes at once.
        if (execution.status == ExecutionStatus::running && !outcome.inspection.output)
            machine.pass_on(main_branch);
        break;
    case StateType::pass:
    case StateType::succeed:
    case StateType::fail:
    case StateType::choice: enter_by_type(machine, main_branch); break;
    }
    outcome.failure = execution.failure;
    return outcome;
}

} // namespace gradus::testing_state
