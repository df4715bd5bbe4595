// Parallel: entered → started → branches → succeeded → exited. The first branch that fails takes
// the others down with it.
#include "gradus/json.hpp"
#include "states/machine.hpp"
#include "states/program/compiler.hpp"

namespace gradus {

ParallelState read_parallel(Compiler& compiler, const FieldReader& reader) {
    ParallelState state;
    const Value* branches = reader.object().find("Branches");
    if (branches == nullptr || !branches->is_array()) return state;
    const std::string at = reader.child("Branches");
    if (branches->size() == 0) compiler.sink().error(at, "Value cannot be empty");
    for (std::size_t i = 0; i < branches->size(); ++i) {
        state.branches.push_back(
            compiler.compile_scope((*branches)[i], pointer_child(at, i), compiler.current()));
    }
    return state;
}

void enter_parallel(Machine& machine, BranchId id) {
    const DataView view = machine.data(machine.branch(id));
    auto input = effective_input(view);
    if (!input) return machine.fail(id, std::move(input).error());
    auto arguments = effective_arguments(view, *input, {});
    if (!arguments) return machine.fail(id, std::move(arguments).error());

    Branch& at = machine.branch(id);
    const auto& parallel = std::get<ParallelState>(machine.current(at).detail);
    machine.discard_children(at); // of an attempt before
    machine.note(at, HistoryEventType::parallel_state_started);
    at.children = std::make_unique<ChildBranches>();
    at.children->input = *arguments;
    at.children->results.resize(parallel.branches.size());
    for (std::size_t i = 0; i < parallel.branches.size(); ++i) {
        const BranchId child = machine.add_branch(parallel.branches[i], *arguments);
        Branch& branch = machine.branch(child);
        branch.parent = id;
        branch.index = i;
        branch.variables = at.variables;
        branch.map_item = at.map_item;
        branch.previous_event_id = at.previous_event_id;
        at.children->live.push_back(child);
    }
}

void parallel_child_ended(Machine& machine, BranchId parent, BranchId child, Value output) {
    Branch& at = machine.branch(parent);
    ChildBranches& children = *at.children;
    const Branch& ended = machine.branch(child);
    const std::uint64_t last_event_id = ended.previous_event_id;
    children.results[ended.index] = std::move(output);
    std::erase(children.live, child);
    machine.drop_branch(child);
    if (++children.finished < children.results.size()) return;

    Value results(std::move(children.results));
    at.children.reset();
    machine.note_after(last_event_id, HistoryEventType::parallel_state_succeeded);
    at.previous_event_id = last_event_id;
    machine.succeed(parent, std::move(results));
}

} // namespace gradus
