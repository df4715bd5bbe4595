#include "engine/api/operations.hpp"

#include "engine/api/constraints.hpp"

#include <algorithm>
#include <array>
#include <variant>

namespace gradus::api {
namespace {

using AtOnce = Answer (*)(const Call&);
using Waiting = void (*)(const Call&, Completion);

struct Operation {
    std::string_view name;
    std::variant<AtOnce, Waiting> run;
    Effect effect = Effect::reads;
};
constexpr Effect changes = Effect::changes;
constexpr auto operations = std::to_array<Operation>({
    {"CreateActivity", create_activity, changes},
    {"CreateStateMachine", create_state_machine, changes},
    {"CreateStateMachineAlias", create_alias, changes},
    {"DeleteActivity", delete_activity, changes},
    {"DeleteStateMachine", delete_state_machine, changes},
    {"DeleteStateMachineAlias", delete_alias, changes},
    {"DeleteStateMachineVersion", delete_version, changes},
    {"DescribeActivity", describe_activity},
    {"DescribeExecution", describe_execution},
    {"DescribeMapRun", describe_map_run},
    {"DescribeStateMachine", describe_state_machine},
    {"DescribeStateMachineAlias", describe_alias},
    {"DescribeStateMachineForExecution", describe_state_machine_for_execution},
    {"GetActivityTask", get_activity_task, changes},
    {"GetExecutionHistory", get_execution_history},
    {"ListActivities", list_activities},
    {"ListExecutions", list_executions},
    {"ListMapRuns", list_map_runs},
    {"ListStateMachineAliases", list_aliases},
    {"ListStateMachineVersions", list_versions},
    {"ListStateMachines", list_state_machines},
    {"ListTagsForResource", list_tags},
    {"PublishStateMachineVersion", publish_version, changes},
    {"RedriveExecution", redrive_execution, changes},
    {"SendTaskFailure", send_task_failure, changes},
    {"SendTaskHeartbeat", send_task_heartbeat},
    {"SendTaskSuccess", send_task_success, changes},
    {"StartExecution", start_execution},
    {"StartSyncExecution", start_sync_execution},
    {"StopExecution", stop_execution, changes},
    {"TagResource", tag_resource, changes},
    {"TestState", test_one_state},
    {"UntagResource", untag_resource, changes},
    {"UpdateMapRun", update_map_run, changes},
    {"UpdateStateMachine", update_state_machine, changes},
    {"UpdateStateMachineAlias", update_alias, changes},
    {"ValidateStateMachineDefinition", validate_definition},
});

} // namespace

Effect effect_of(std::string_view operation) {
    const auto found = std::ranges::find(operations, operation, &Operation::name);
    return found == operations.end() ? Effect::reads : found->effect;
}

void call_operation(const Call& call, Completion done) {
    const auto found = std::ranges::find(operations, call.operation, &Operation::name);
    if (found == operations.end()) {
        return done(StatesError{"UnknownOperationException",
                                "There is no operation " + std::string(call.operation)});
    }
    if (auto checked = check_constraints(call.operation, call.input); !checked)
        return done(std::move(checked).error());
    if (const auto* at_once = std::get_if<AtOnce>(&found->run)) return done((*at_once)(call));
    std::get<Waiting>(found->run)(call, std::move(done));
}

} // namespace gradus::api
