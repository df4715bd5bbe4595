#include "states/replay/clone.hpp"

namespace gradus {
namespace {

std::unique_ptr<Branch> clone(const Branch& branch) {
    auto copy = std::make_unique<Branch>();
    copy->parent = branch.parent;
    copy->index = branch.index;
    copy->scope = branch.scope;
    copy->state = branch.state;
    copy->input = branch.input;
    copy->variables = branch.variables;
    copy->map_item = branch.map_item;
    copy->previous_event_id = branch.previous_event_id;
    copy->before_entered_event_id = branch.before_entered_event_id;
    copy->entered_event_id = branch.entered_event_id;
    copy->entered_at = branch.entered_at;
    copy->retries = branch.retries;
    copy->retry_count = branch.retry_count;
    copy->is_redriven = branch.is_redriven;
    copy->task = branch.task;
    copy->timeout = branch.timeout;
    copy->heartbeat = branch.heartbeat;
    copy->task_token = branch.task_token;
    copy->timer = branch.timer;
    if (branch.children) copy->children = std::make_unique<ChildBranches>(*branch.children);
    if (branch.map_run) copy->map_run = std::make_unique<MapRun>(*branch.map_run);
    return copy;
}

} // namespace

ExecutionState clone(const ExecutionState& state) {
    ExecutionState copy;
    copy.status = state.status;
    copy.identity = state.identity;
    copy.input = state.input;
    copy.started_at = state.started_at;
    copy.main_scope = state.main_scope;
    copy.redrives = state.redrives;
    copy.output = state.output;
    copy.failure = state.failure;
    copy.random = state.random;
    copy.token_secret = state.token_secret;
    copy.history_events_max = state.history_events_max;
    copy.seconds_max = state.seconds_max;
    copy.history_events = state.history_events;
    copy.commands = state.commands;
    copy.open_commands = state.open_commands;
    for (const auto& branch : state.branches)
        copy.branches.push_back(branch ? clone(*branch) : nullptr);
    copy.free_branches = state.free_branches;
    copy.ready = state.ready;
    copy.context_execution = state.context_execution;
    copy.context_state_machine = state.context_state_machine;
    return copy;
}

} // namespace gradus
