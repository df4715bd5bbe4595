// Map, inline: entered → started → iterations, so many at once as MaxConcurrency allows → succeeded
// → exited. The first iteration that fails takes the others down with it.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/machine.hpp"
#include "states/program/compiler.hpp"

#include <algorithm>

namespace gradus {
namespace {

const MapState& map_state(const State& state) { return std::get<MapState>(state.detail); }

Result<Value, Fault> items_of(const DataView& view, const Value& input) {
    const MapState& map = map_state(view.state());
    if (view.state().language == QueryLanguage::jsonata) {
        if (map.items) {
            GRADUS_TRY(Value items, evaluate_jsonata(view, *map.items, "Items", input, {}));
            if (items.is_array()) return items;
            return view.evaluation_fault(unexpected_type(*map.items, "Items", "array", items));
        }
        if (input.is_array()) return input;
        return view.evaluation_fault(
            {"Map state input must be an array but was: " + to_json(input), ""});
    }
    std::string path_text = map.items_path ? map.items_path->text() : "$";
    Value items = input;
    if (map.items_path) {
        GRADUS_TRY(items, evaluate_path(view, *map.items_path, input));
        // Recorded: a path into the context object is named by what it is there.
        if (map.items_path->root() == path::Root::context) path_text.erase(0, 1);
    }
    if (items.is_array()) {
        view.keep(&Inspection::after_items_path, items);
        return items;
    }
    return view.runtime_fault("Reference path \"" + path_text + "\" must point to array.");
}

Result<std::size_t, Fault> concurrency_of(const DataView& view, const Value& input) {
    const auto& field = map_state(view.state()).concurrency_max;
    std::int64_t number = 0;
    if (field) {
        if (const auto* literal = std::get_if<std::int64_t>(&field->content)) {
            number = *literal;
        } else if (const auto* query = std::get_if<JsonataTemplate>(&field->content)) {
            GRADUS_TRY(Value value, evaluate_jsonata(view, *query, field->name, input, {}));
            if (!value.is_number()) {
                return view.evaluation_fault(unexpected_type(*query, field->name, "number", value));
            }
            if (!value.to_integer(number) || number < 0) {
                return view.evaluation_fault(
                    {"The " + field->name +
                         " field must be a non-negative integer but was: " + to_json(value),
                     field->name});
            }
        } else {
            const auto& path = std::get<path::Path>(field->content);
            GRADUS_TRY(Value value, evaluate_path(view, path, input));
            if (!value.is_integer()) {
                const std::string shown =
                    value.is_string() ? std::string(value.as_string()) : to_json(value);
                return view.runtime_fault("The " + field->name + " field refers to value \"" +
                                          shown +
                                          "\" which is not a valid integer: " + path.text());
            }
            number = value.as_integer();
            if (number < 0) return view.runtime_fault("MaxConcurrency cannot be negative.");
        }
    }
    view.keep(&Inspection::max_concurrency, Value(number));
    const std::size_t most = limits::inline_map_concurrency_max;
    return number == 0 ? most : std::min(most, static_cast<std::size_t>(number));
}

/// Begins the next iteration after the event `previous`; false when the state failed over it.
bool start_iteration(Machine& machine, BranchId id, std::uint64_t previous) {
    Branch& at = machine.branch(id);
    ChildBranches& children = *at.children;
    const std::size_t index = children.started++;
    const Value item = Value::object({{"Index", index}, {"Value", children.items[index]}});
    auto input = select_item(machine.data(at), children.input, item);
    if (!input) {
        for (const BranchId child : std::vector(children.live))
            machine.drop_branch(child);
        at.children.reset();
        machine.fail(id, std::move(input).error());
        return false;
    }
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

void finish(Machine& machine, BranchId id, std::uint64_t last_event_id) {
    Branch& at = machine.branch(id);
    Value results(std::move(at.children->results));
    at.children.reset();
    machine.note_after(last_event_id, HistoryEventType::map_state_succeeded);
    at.previous_event_id = last_event_id;
    machine.succeed(id, std::move(results));
}

} // namespace

Result<MapPlan, Fault> plan_map(const DataView& view) {
    MapPlan plan;
    GRADUS_TRY(plan.input, effective_input(view));
    GRADUS_TRY(plan.items, items_of(view, plan.input));
    GRADUS_TRY(plan.concurrency, concurrency_of(view, plan.input));
    return plan;
}

Result<Value, Fault> select_item(const DataView& view, const Value& input, const Value& item) {
    const auto& selector = map_state(view.state()).item_selector;
    if (!selector) return item["Value"];
    return evaluate_payload(view, *selector, "ItemSelector", input, Extras{.map_item = &item});
}

MapState read_map(Compiler& compiler, const FieldReader& reader) {
    MapState state;
    DiagnosticSink& sink = compiler.sink();
    reader.check_exclusive({"ItemProcessor", "Iterator"}, Presence::required);
    reader.check_exclusive({"ItemSelector", "Parameters"}, Presence::optional);
    const std::string_view field = reader.has("ItemProcessor") ? "ItemProcessor" : "Iterator";
    if (const Value* processor = reader.object().find(field); processor != nullptr) {
        const Value* config = processor->find("ProcessorConfig");
        const Value* mode = config != nullptr ? config->find("Mode") : nullptr;
        if (mode != nullptr && mode->is_string() && mode->as_string() == "DISTRIBUTED") {
            sink.error_with_code("NOT_SUPPORTED", reader.child(field) + "/ProcessorConfig/Mode",
                                 "Distributed Map is not built yet; only Mode INLINE runs");
        }
        state.processor =
            compiler.compile_scope(*processor, reader.child(field), compiler.current());
    }
    for (const std::string_view distributed :
         {"ItemReader", "ItemBatcher", "ResultWriter", "Label"}) {
        if (reader.has(distributed)) {
            sink.error_with_code("NOT_SUPPORTED", reader.child(distributed),
                                 std::string(distributed) +
                                     " belongs to distributed Map, which is not built yet");
        }
    }
    state.items_path = reader.path("ItemsPath");
    state.items = reader.jsonata("Items");
    state.item_selector =
        reader.payload(reader.has("ItemSelector") ? "ItemSelector" : "Parameters");
    state.concurrency_max = reader.number_field("MaxConcurrency", 0, limits::timeout_seconds_max);
    state.tolerated_failure_count =
        reader.number_field("ToleratedFailureCount", 0, limits::timeout_seconds_max);
    state.tolerated_failure_percentage = reader.number_field("ToleratedFailurePercentage", 0, 100);
    return state;
}

void enter_map(Machine& machine, BranchId id) {
    auto plan = plan_map(machine.data(machine.branch(id)));
    if (!plan) return machine.fail(id, std::move(plan).error());

    Branch& at = machine.branch(id);
    const std::size_t length = plan->items.size();
    machine.note(at, HistoryEventType::map_state_started, MapStartedDetails{length});
    at.children = std::make_unique<ChildBranches>();
    at.children->items = std::move(plan->items);
    at.children->input = std::move(plan->input);
    at.children->results.resize(length);
    if (length == 0) return finish(machine, id, at.previous_event_id);
    for (std::size_t i = 0; i < std::min(length, plan->concurrency); ++i) {
        if (!start_iteration(machine, id, at.previous_event_id)) return;
    }
}

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
