// What Parallel and Map share: the failure of a child, and giving up on its siblings.
#include "states/machine.hpp"

namespace gradus {
namespace {

bool is_iteration(Machine& machine, const Branch& branch) {
    return branch.parent && machine.current(machine.branch(*branch.parent)).type == StateType::map;
}

} // namespace

// Recorded for a Map whose iterations run at once: the tasks that were under way, then their
// iterations, all chained to the event that made the Map fail.
void note_aborted(Machine& machine, BranchId id, std::uint64_t previous) {
    using enum HistoryEventType;
    std::vector<BranchId> pending{id};
    while (!pending.empty()) {
        const Branch& at = machine.branch(pending.back());
        pending.pop_back();
        if (at.children && !at.children->is_halted) {
            pending.insert(pending.end(), at.children->live.begin(), at.children->live.end());
        }
        switch (machine.current(at).type) {
        case StateType::task: machine.note_after(previous, task_state_aborted); break;
        case StateType::wait: machine.note_after(previous, wait_state_aborted); break;
        case StateType::parallel: machine.note_after(previous, parallel_state_aborted); break;
        case StateType::map:
            // One that has failed already may wait here for a retry.
            if (at.map_run && at.map_run->record.status == MapRunStatus::running)
                machine.note_after(previous, map_run_aborted);
            machine.note_after(previous, map_state_aborted);
            break;
        case StateType::pass:
        case StateType::succeed:
        case StateType::fail:
        case StateType::choice: break; // never at rest
        }
        if (is_iteration(machine, at)) {
            machine.note_after(
                previous, map_iteration_aborted,
                IterationDetails{machine.current(machine.branch(*at.parent)).name, at.index});
        }
    }
}

void child_failed(Machine& machine, BranchId parent, BranchId child, Fault fault) {
    Branch& at = machine.branch(parent);
    const Branch& failed = machine.branch(child);
    const std::uint64_t last_event_id = failed.previous_event_id;
    if (is_iteration(machine, failed)) {
        machine.note_after(last_event_id, HistoryEventType::map_iteration_failed,
                           IterationDetails{machine.current(at).name, failed.index});
    }
    for (const BranchId sibling : at.children->live) {
        const Branch& other = machine.branch(sibling);
        // A branch that hasn't been entered yet left no event that could be aborted.
        if (sibling != child && other.entered_event_id != 0)
            note_aborted(machine, sibling, last_event_id);
    }
    // Recorded: a Task that took its branch down counts as aborted too.
    if (machine.current(failed).type == StateType::task) {
        machine.note_after(last_event_id, HistoryEventType::task_state_aborted);
    }
    machine.halt_children(at);
    at.previous_event_id = last_event_id;
    fault.is_of_child = true;
    machine.fail(parent, std::move(fault));
}

} // namespace gradus
