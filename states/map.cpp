// Map, inline: entered → started → iterations, so many at once as MaxConcurrency allows → succeeded
// → exited. The first iteration that fails takes the others down with it.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/machine.hpp"
#include "states/map_fields.hpp"
#include "states/program/compiler.hpp"

#include <algorithm>

namespace gradus {
namespace {

const MapState& map_state(const State& state) { return std::get<MapState>(state.detail); }

/// Begins the next iteration after the event `previous`; false when the state failed over it.
bool start_iteration(Machine& machine, BranchId id, std::uint64_t previous) {
    Branch& at = machine.branch(id);
    ChildBranches& children = *at.children;
    const std::size_t index = children.started;
    const Value item = Value::object({{"Index", index}, {"Value", children.items[index]}});
    auto input = select_item(machine.data(at), children.input, item, children.items[index]);
    if (!input) {
        machine.halt_children(at);
        machine.fail(id, std::move(input).error());
        return false;
    }
    ++children.started;
    const std::uint64_t started =
        machine.note_after(previous, HistoryEventType::map_iteration_started,
                           IterationDetails{machine.current(at).name, index});
    const BranchId child =
        machine.add_branch(map_state(machine.current(at)).processor, std::move(*input));
    Branch& branch = machine.branch(child);
    branch.parent = id;
    branch.index = index;
    branch.variables = at.variables;
    branch.map_item = item;
    branch.previous_event_id = started;
    children.live.push_back(child);
    return true;
}

/// So many as may run at once.
void start_iterations(Machine& machine, BranchId id) {
    const ChildBranches& children = *machine.branch(id).children;
    const std::uint64_t previous = machine.branch(id).previous_event_id;
    while (children.started < children.items.size() &&
           children.live.size() < children.concurrency) {
        if (!start_iteration(machine, id, previous)) return;
    }
}

void finish(Machine& machine, BranchId id, std::uint64_t last_event_id) {
    Branch& at = machine.branch(id);
    Value results(std::move(at.children->results));
    at.children.reset();
    machine.note_after(last_event_id, HistoryEventType::map_state_succeeded);
    at.previous_event_id = last_event_id;
    machine.succeed(id, std::move(results));
}

} // namespace

MapState read_map(Compiler& compiler, const FieldReader& reader) {
    MapState state;
    reader.check_exclusive({"ItemProcessor", "Iterator"}, Presence::required);
    reader.check_exclusive({"ItemSelector", "Parameters"}, Presence::optional);
    const std::string_view field = reader.has("ItemProcessor") ? "ItemProcessor" : "Iterator";
    if (const Value* processor = reader.object().find(field); processor != nullptr) {
        state.processor =
            compiler.compile_scope(*processor, reader.child(field), compiler.current());
    }
    state.distributed = read_distributed_map(compiler, reader, field);
    state.items_path = reader.reference_path("ItemsPath");
    state.items = reader.jsonata("Items");
    state.item_selector =
        reader.payload(reader.has("ItemSelector") ? "ItemSelector" : "Parameters");
    state.concurrency_max = reader.number_field("MaxConcurrency", 0, limits::timeout_seconds_max);
    state.tolerated_failure_count =
        reader.number_field("ToleratedFailureCount", 0, limits::timeout_seconds_max);
    state.tolerated_failure_percentage = reader.percentage_field("ToleratedFailurePercentage");
    return state;
}

void enter_map(Machine& machine, BranchId id) {
    if (map_state(machine.current(machine.branch(id))).distributed)
        return enter_distributed_map(machine, id);
    const DataView view = machine.data(machine.branch(id));
    auto input = effective_input(view);
    if (!input) return machine.fail(id, std::move(input).error());
    auto items = map_items(view, *input);
    if (!items) return machine.fail(id, std::move(items).error());
    const auto wanted = map_concurrency(view, *input);
    if (!wanted) return machine.fail(id, wanted.error());
    const std::size_t most = limits::inline_map_concurrency_max;
    const std::size_t concurrency = *wanted == 0 ? most : std::min<std::size_t>(most, *wanted);

    Branch& at = machine.branch(id);
    machine.discard_children(at); // of an attempt before
    const std::size_t length = items->size();
    machine.note(at, HistoryEventType::map_state_started, MapStartedDetails{length});
    at.children = std::make_unique<ChildBranches>();
    at.children->items = std::move(*items);
    at.children->input = std::move(*input);
    at.children->results.resize(length);
    at.children->concurrency = concurrency;
    if (length == 0) return finish(machine, id, at.previous_event_id);
    start_iterations(machine, id);
}

void redrive_map(Machine& machine, BranchId id) { start_iterations(machine, id); }

void map_child_ended(Machine& machine, BranchId parent, BranchId child, Value output) {
    Branch& at = machine.branch(parent);
    ChildBranches& children = *at.children;
    const Branch& ended = machine.branch(child);
    const std::uint64_t last_event_id = ended.previous_event_id;
    const std::uint64_t succeeded =
        machine.note_after(last_event_id, HistoryEventType::map_iteration_succeeded,
                           IterationDetails{machine.current(at).name, ended.index});
    children.results[ended.index] = std::move(output);
    std::erase(children.live, child);
    machine.drop_branch(child);
    ++children.finished;
    // Recorded with MaxConcurrency 1: the next iteration follows the last event inside this one.
    if (children.started < children.items.size()) {
        start_iteration(machine, parent, last_event_id);
    } else if (children.finished == children.items.size()) {
        finish(machine, parent, succeeded);
    }
}

} // namespace gradus
