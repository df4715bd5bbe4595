// Redrive: an execution that failed, timed out or was stopped goes on where it was. States that
// succeeded keep their results; the others are run again, with their retries and time-outs begun
// anew. AWS, "Restarting state machine executions with redrive"; no history of one is recorded:
// assumed is that a state that runs again writes no second …StateEntered, as with Retry, save Fail,
// which has no other event.
#include "gradus/limits.hpp"
#include "states/machine.hpp"

namespace gradus {

bool is_redrivable(const ExecutionState& state) {
    return state.status != ExecutionStatus::running && state.status != ExecutionStatus::succeeded &&
           state.identity.type == WorkflowType::standard && !state.branches.empty() &&
           state.history_events < limits::redrivable_history_events_max;
}

void Machine::redrive() {
    state_.status = ExecutionStatus::running;
    state_.failure = {};
    ++state_.redrives;
    make_context_execution();
    note(branch(BranchId::main), HistoryEventType::execution_redriven,
         RedrivenDetails{.redrive_count = state_.redrives});
    start_execution_timer();
    redrive_branch(BranchId::main);
}

/// Makes the branch, or what is unfinished below it, ready to run again.
void Machine::redrive_branch(BranchId id) {
    Branch& at = branch(id);
    at.task.reset();
    at.timeout.reset();
    at.heartbeat.reset();
    at.timer.reset();
    at.task_token.clear();
    at.retries.assign(current(at).retriers.size(), 0);
    at.retry_count = 0;
    if (at.children) {
        at.children->is_halted = false;
        if (at.children->started < at.children->items.size()) { // of a Map, before its iterations
            at.is_redriven = true;
            state_.ready.push_back(id);
        }
        for (const BranchId child : at.children->live)
            redrive_branch(child);
        return;
    }
    const bool was_entered = at.entered_event_id != 0;
    at.is_redriven = was_entered && current(at).type != StateType::fail;
    state_.ready.push_back(id);
}

void Machine::abort_map_runs() {
    for (const auto& branch : state_.branches) {
        if (branch != nullptr && branch->map_run != nullptr) abort_map_run(*branch->map_run);
    }
}

void Machine::abort_map_run(MapRun& run) {
    if (run.record.status != MapRunStatus::running) return; // nothing of it is under way
    run.record.status = MapRunStatus::aborted;
    run.record.stopped_at = now_;
    for (MapRunCounts* counts : {&run.record.items, &run.record.executions}) {
        counts->aborted += counts->running;
        counts->running = 0;
    }
    for (const auto& [command, child] : run.children)
        run.unsuccessful.push_back(child);
    stop_map_run(run);
    publish(run.record);
}

} // namespace gradus
