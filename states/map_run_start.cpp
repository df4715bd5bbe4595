// Entering a distributed Map: its fields are computed, the run gets its name, and the first
// children start. Sources: AWS, "Using Map state in Distributed mode"; recorded histories for what
// is evaluated before and behind MapStateStarted.
#include "gradus/limits.hpp"
#include "states/map_fields.hpp"
#include "states/map_run_parts.hpp"

#include <algorithm>

namespace gradus {
namespace {

Result<std::uint64_t, Fault>
batch_limit(const DataView& view, const std::optional<NumberField>& field, const Value& input) {
    if (!field) return UINT64_MAX;
    GRADUS_TRY(const std::int64_t number, evaluate_integer(view, *field, input));
    // Not recorded; worded like its neighbours.
    if (number < 1) return range_fault(view, *field, field->name + " must be positive.");
    return static_cast<std::uint64_t>(number);
}

Result<Batching, Fault> batching_of(const DataView& view, const Value& input) {
    const auto& batcher = distributed_map(view.state()).batcher;
    Batching batching;
    if (!batcher) return batching;
    batching.is_on = true;
    GRADUS_TRY(batching.items_max, batch_limit(view, batcher->items_max, input));
    GRADUS_TRY(batching.bytes_max, batch_limit(view, batcher->bytes_max, input));
    // A batch becomes a child's input, and no input may be larger.
    batching.bytes_max = std::min<std::uint64_t>(batching.bytes_max, limits::payload_bytes_max);
    if (batcher->batch_input) {
        GRADUS_TRY(batching.batch_input, evaluate_payload(view, *batcher->batch_input,
                                                          "ItemBatcher/BatchInput", input, {}));
    }
    return batching;
}

/// Arguments of a reader or writer.
Result<Value, Fault> arguments_of(const DataView& view, const std::optional<Payload>& payload,
                                  const std::string& field, const Value& input) {
    if (!payload) return Value::object();
    const bool is_jsonata = view.state().language == QueryLanguage::jsonata;
    return evaluate_payload(view, *payload, field + (is_jsonata ? "/Arguments" : "/Parameters"),
                            input, {});
}

void name_run(Machine& machine, MapRun& run, const std::string& label) {
    ExecutionState& execution = machine.execution();
    run.record.execution_arn = execution.identity.execution_arn;
    run.record.state_machine_arn = execution.identity.state_machine_arn + "/" + label;
    run.record.map_run_arn =
        arn_of_kind(run.record.state_machine_arn, "mapRun") + ":" + execution.random.next_uuid();
    run.record.started_at = machine.now();
}

} // namespace

Result<MapRunLimits, Fault> map_thresholds(const DataView& view, const Value& input) {
    MapRunLimits limits;
    const MapState& map = map_state(view.state());
    if (const auto& field = map.tolerated_failure_count) {
        GRADUS_TRY(const std::int64_t count, evaluate_integer(view, *field, input));
        if (count < 0)
            return range_fault(view, *field, "ToleratedFailureCount cannot be negative.");
        limits.tolerated_failure_count = static_cast<std::uint64_t>(count);
        limits.has_count = true;
        view.keep(&Inspection::tolerated_failure_count, Value(count));
    }
    if (const auto& field = map.tolerated_failure_percentage) {
        GRADUS_TRY(const double percentage, evaluate_real(view, *field, input));
        if (!(percentage >= 0 && percentage <= 100)) {
            return range_fault(view, *field,
                               "ToleratedFailurePercentage must be between 0 and 100.");
        }
        limits.tolerated_failure_percentage = percentage;
        limits.has_percentage = true;
        view.keep(&Inspection::tolerated_failure_percentage, Value(percentage));
    }
    return limits;
}

Result<std::unique_ptr<MapRun>, Fault>
prepare_map_run(const DataView& view, Value input, std::uint64_t concurrency, const Value& items) {
    const DistributedMap& map = distributed_map(view.state());
    auto run = std::make_unique<MapRun>();
    GRADUS_TRY(run->record.limits, map_thresholds(view, input));
    run->record.limits.concurrency_max = concurrency;
    GRADUS_TRY(run->batching, batching_of(view, input));
    if (map.reader) {
        run->is_read = false;
        if (const auto& field = map.reader->items_max) {
            GRADUS_TRY(const std::int64_t most, evaluate_integer(view, *field, input));
            // Recorded: only the run fails over this, not the state before it.
            if (most < 0) {
                run->failure = Failure{std::string(errors::item_reader_failed),
                                       "field MaxItems must be positive"};
            }
            if (most > 0) run->items_left = static_cast<std::uint64_t>(most);
        }
        GRADUS_TRY(run->reader_arguments,
                   arguments_of(view, map.reader->arguments, "ItemReader", input));
    } else {
        ItemPage page{.source = "STATE_DATA"};
        if (items.is_array()) {
            page.items = items;
        } else {
            Array keys;
            Array values;
            for (const Member& member : items.as_object()) {
                keys.push_back(member.key);
                values.push_back(member.value);
            }
            page.keys = Value(std::move(keys));
            page.items = Value(std::move(values));
        }
        run->record.items.pending = page.items.size();
        run->pages.push_back(std::move(page));
    }
    if (is_exported(map)) {
        GRADUS_TRY(run->writer_arguments,
                   arguments_of(view, map.writer->arguments, "ResultWriter", input));
    }
    run->input = std::move(input);
    return run;
}

std::string arn_of_kind(const std::string& state_machine_arn, std::string_view kind) {
    std::string arn = state_machine_arn;
    constexpr std::string_view from = ":stateMachine:";
    const std::size_t at = arn.find(from);
    if (at != std::string::npos) arn.replace(at, from.size(), ":" + std::string(kind) + ":");
    return arn;
}

void enter_distributed_map(Machine& machine, BranchId id) {
    const DataView view = machine.data(machine.branch(id));
    auto input = effective_input(view);
    if (!input) return machine.fail(id, std::move(input).error());
    const bool has_reader = distributed_map(view.state()).reader.has_value();
    Value items = Value::array({});
    if (!has_reader) { // recorded: beside an ItemReader, ItemsPath is never looked at
        auto found = map_items(view, *input);
        if (!found) return machine.fail(id, std::move(found).error());
        items = std::move(*found);
    }
    const auto concurrency = map_concurrency(view, *input);
    if (!concurrency) return machine.fail(id, concurrency.error());

    Branch& at = machine.branch(id);
    machine.discard_children(at); // of an attempt before
    machine.note(at, HistoryEventType::map_state_started, MapStartedDetails{items.size()});
    auto run = prepare_map_run(machine.data(at), std::move(*input), *concurrency, items);
    if (!run) return machine.fail(id, std::move(run).error());
    name_run(machine, **run, distributed_map(machine.current(at)).label);
    at.map_run = std::move(*run);
    machine.note(at, HistoryEventType::map_run_started,
                 MapRunStartedDetails{at.map_run->record.map_run_arn});
    at.map_run->started_event_id = at.previous_event_id;
    if (at.map_run->failure) return conclude_map_run(machine, id);
    advance_map_run(machine, id);
}

} // namespace gradus
