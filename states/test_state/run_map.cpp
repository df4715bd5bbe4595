// A mocked Map in TestState: what its iterations would get, and how many of them fail.
#include "gradus/json.hpp"
#include "states/item_pages.hpp"
#include "states/machine.hpp"
#include "states/map_fields.hpp"
#include "states/map_run_parts.hpp"
#include "states/test_state/parts.hpp"

namespace gradus::testing_state {
namespace {

/// What became of the Map before its first iteration.
struct MapPlan {
    MapRunLimits limits;
    std::size_t iterations = 0;
};

Fault reader_fault(Failure failure) { return {.failure = std::move(failure), .is_of_child = true}; }

/// The items in what an ItemReader would have read: AWS, API reference, "TestStateConfiguration",
/// has it as it is at its source. Of a list of objects that is the list itself.
Result<ItemPage, Fault> read_items(const DataView& view, const MapRun& run,
                                   const ItemSource& source, const std::string& data) {
    ItemPage page;
    if (source.format == ItemFormat::object_list) {
        auto list = parse_json(data);
        if (!list || !list->is_array()) {
            return reader_fault({std::string(errors::item_reader_failed),
                                 "The data of the ItemReader is not a JSON array"});
        }
        page.items = std::move(*list);
    } else {
        auto read = read_page(source, source.format, Value(), {.bytes = data});
        if (!read) return reader_fault(std::move(read).error());
        if (*read) page = std::move(**read);
    }
    page.next = Value();
    page.source = source_name(run.reader_arguments);
    if (!source.items_pointer.empty()) view.keep(&Inspection::after_items_pointer, page.items);
    return page;
}

Result<MapPlan, Fault> plan_inline(const DataView& view) {
    GRADUS_TRY(const Value input, effective_input(view));
    GRADUS_TRY(const Value items, map_items(view, input));
    GRADUS_CHECK(map_concurrency(view, input));
    MapPlan plan{.iterations = items.size()};
    GRADUS_TRY(plan.limits, map_thresholds(view, input));
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Value item = Value::object({{"Index", i}, {"Value", items[i]}});
        GRADUS_CHECK(select_item(view, input, item, items[i]));
    }
    return plan;
}

Result<MapPlan, Fault> plan_distributed(Machine& machine,
                                        const std::optional<std::string>& reader_data) {
    Branch& branch = machine.branch(BranchId::main);
    const DataView view = machine.data(branch);
    const DistributedMap& map = distributed_map(view.state());
    GRADUS_TRY(Value input, effective_input(view));
    Value items = Value::array({});
    if (!map.reader) {
        GRADUS_TRY(items, map_items(view, input));
    }
    GRADUS_TRY(const std::uint64_t concurrency, map_concurrency(view, input));
    GRADUS_TRY(branch.map_run, prepare_map_run(view, std::move(input), concurrency, items));
    MapRun& run = *branch.map_run;
    if (run.failure) return reader_fault(*run.failure);
    if (map.reader && reader_data) {
        GRADUS_TRY(ItemPage page, read_items(view, run, *map.reader->source, *reader_data));
        add_page(run, std::move(page));
    }
    run.is_read = true;
    MapPlan plan{.limits = run.record.limits};
    while (true) {
        GRADUS_TRY(const auto child, next_child(machine, BranchId::main));
        if (!child) return plan;
        ++plan.iterations;
        if (map.batcher) view.keep_element(&Inspection::after_item_batcher, child->input);
    }
}

} // namespace

Result<void, StatesError> run_map(Machine& machine, const TestStateRequest& request,
                                  const Given& given) {
    Branch& branch = machine.branch(BranchId::main);
    const TestStateConfiguration& configuration = request.configuration;
    auto plan = map_state(machine.current(branch)).distributed
                    ? plan_distributed(machine, configuration.map_item_reader_data)
                    : plan_inline(machine.data(branch));
    branch.map_run.reset(); // it was never meant to run
    if (!plan) {
        machine.fail(BranchId::main, std::move(plan).error());
        return {};
    }
    const auto failures =
        static_cast<std::uint64_t>(configuration.map_iteration_failure_count.value_or(0));
    if (failures > plan->iterations) {
        return refused("Map iteration failure count must be less than or equal to the number of "
                       "Map iterations");
    }
    // Recorded: failures without any threshold leave the mocked result as it is, and a mocked error
    // is what it is.
    if (given.mocked_result && exceeds_thresholds(plan->limits, failures, plan->iterations)) {
        machine.fail(BranchId::main, {.failure = threshold_failure(), .is_of_child = true});
        return {};
    }
    finish_with_mock(machine, request, given);
    return {};
}

} // namespace gradus::testing_state
