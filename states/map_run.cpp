// Map, distributed: entered → started → map run started (→ pages of items) → child executions, so
// many at once as MaxConcurrency allows → (results written) → map run succeeded or failed → exited.
// Each child is an execution of its own; the parent keeps counters and results.
//
// Events that come in: ItemsRead, ChildEnded, ObjectsWritten, MapRunUpdated, and TaskFailed for a
// reader or writer that fails. Sources: AWS, "Using Map state in Distributed mode"; recorded
// histories for the order of events.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/machine.hpp"
#include "states/map_fields.hpp"
#include "states/map_results.hpp"

#include <algorithm>

namespace gradus {
namespace {

const MapState& map_state(const State& state) { return std::get<MapState>(state.detail); }
const DistributedMap& distributed(const State& state) { return *map_state(state).distributed; }

ResultTransformation transformation_of(const DistributedMap& map) {
    return map.writer ? map.writer->transformation : ResultTransformation::compact;
}
bool is_exported(const DistributedMap& map) { return map.writer && !map.writer->resource.empty(); }

// --- entering ------------------------------------------------------------------------------------

Result<MapRunLimits, Fault> thresholds_of(const DataView& view, const Value& input) {
    MapRunLimits limits;
    const MapState& map = map_state(view.state());
    if (const auto& field = map.tolerated_failure_count) {
        GRADUS_TRY(const std::int64_t count, evaluate_integer(view, *field, input));
        if (count < 0)
            return range_fault(view, *field, "ToleratedFailureCount cannot be negative.");
        limits.tolerated_failure_count = static_cast<std::uint64_t>(count);
        limits.has_count = true;
    }
    if (const auto& field = map.tolerated_failure_percentage) {
        GRADUS_TRY(const double percentage, evaluate_real(view, *field, input));
        if (!(percentage >= 0 && percentage <= 100)) {
            return range_fault(view, *field,
                               "ToleratedFailurePercentage must be between 0 and 100.");
        }
        limits.tolerated_failure_percentage = percentage;
        limits.has_percentage = true;
    }
    return limits;
}

Result<std::uint64_t, Fault>
batch_limit(const DataView& view, const std::optional<NumberField>& field, const Value& input) {
    if (!field) return UINT64_MAX;
    GRADUS_TRY(const std::int64_t number, evaluate_integer(view, *field, input));
    // Not recorded; worded like its neighbours.
    if (number < 1) return range_fault(view, *field, field->name + " must be positive.");
    return static_cast<std::uint64_t>(number);
}

Result<Batching, Fault> batching_of(const DataView& view, const Value& input) {
    const auto& batcher = distributed(view.state()).batcher;
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

/// The run with everything that the state's fields say. Items of the state's input are its only
/// page.
Result<std::unique_ptr<MapRun>, Fault> prepare(const DataView& view, Value input,
                                               std::uint64_t concurrency, const Value& items) {
    const DistributedMap& map = distributed(view.state());
    auto run = std::make_unique<MapRun>();
    GRADUS_TRY(run->record.limits, thresholds_of(view, input));
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

/// "arn:…:stateMachine:NAME" as "arn:…:KIND:NAME".
std::string arn_of_kind(const std::string& state_machine_arn, std::string_view kind) {
    std::string arn = state_machine_arn;
    constexpr std::string_view from = ":stateMachine:";
    const std::size_t at = arn.find(from);
    if (at != std::string::npos) arn.replace(at, from.size(), ":" + std::string(kind) + ":");
    return arn;
}

void name_run(Machine& machine, MapRun& run, const std::string& label) {
    ExecutionState& execution = machine.execution();
    run.record.execution_arn = execution.identity.execution_arn;
    run.record.state_machine_arn = execution.identity.state_machine_arn + "/" + label;
    run.record.map_run_arn =
        arn_of_kind(run.record.state_machine_arn, "mapRun") + ":" + execution.random.next_uuid();
    run.record.started_at = machine.now();
}

std::string uuid_of(const MapRunRecord& record) {
    return record.map_run_arn.substr(record.map_run_arn.rfind(':') + 1);
}

// --- ending --------------------------------------------------------------------------------------

/// Everything is over: the events of the run, and on with the state.
void conclude(Machine& machine, BranchId id) {
    using enum HistoryEventType;
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    run.record.stopped_at = machine.now();
    run.record.status = run.failure ? MapRunStatus::failed : MapRunStatus::succeeded;
    run.record.items.results_written = run.record.items.succeeded + run.record.items.failed;
    run.record.executions.results_written =
        run.record.executions.succeeded + run.record.executions.failed;
    machine.publish(run.record);
    if (run.failure) {
        machine.note(at, map_run_failed, FailureDetails{*run.failure});
        Fault fault;
        fault.failure = *run.failure;
        fault.is_of_child = true;
        return machine.fail(id, std::move(fault));
    }
    const DistributedMap& map = distributed(machine.current(at));
    Value result;
    if (is_exported(map)) {
        result = Value::object(
            {{"MapRunArn", run.record.map_run_arn},
             {"ResultWriterDetails",
              Value::object({{"Bucket", run.writer_arguments["Bucket"]},
                             {"Key", manifest_key(run.writer_arguments, uuid_of(run.record))}})}});
    } else {
        result = map_output(run.results, transformation_of(map));
    }
    machine.note(at, map_run_succeeded);
    // Recorded: …StateExited names the same previous event as MapStateSucceeded.
    machine.note_after(at.previous_event_id, map_state_succeeded);
    machine.succeed(id, std::move(result));
}

/// All children are at their end: results are written where that is asked for.
void finish(Machine& machine, BranchId id) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    const DistributedMap& map = distributed(machine.current(at));
    if (!is_exported(map)) return conclude(machine, id);
    run.writing = machine.write_objects(
        id, {.resource = map.writer->resource,
             .arguments = run.writer_arguments,
             .files = result_files(run.record, uuid_of(run.record), run.results, *map.writer,
                                   run.writer_arguments)});
}

/// The run can't succeed any more: what goes on is stopped. AWS, "Setting failure thresholds".
void fail_run(Machine& machine, BranchId id, Failure failure) {
    MapRun& run = *machine.branch(id).map_run;
    run.failure = std::move(failure);
    const ResultTransformation transformation =
        transformation_of(distributed(machine.current(machine.branch(id))));
    for (const auto& [command, child] : run.children) {
        const ChildEnded aborted{.command = command, .status = ExecutionStatus::aborted};
        run.results[child.index] = map_result(child, aborted, machine.now(), transformation);
        run.unsuccessful.push_back(child);
        run.record.executions.aborted += 1;
        run.record.items.aborted += child.items;
    }
    run.record.executions.running = 0;
    run.record.items.running = 0;
    machine.stop_map_run(run);
    finish(machine, id);
}

Failure threshold_failure() { // recorded
    return {std::string(errors::exceed_tolerated_failures),
            "The specified tolerated failure threshold was exceeded"};
}

bool exceeds_thresholds(const MapRun& run) {
    const MapRunLimits& limits = run.record.limits;
    const MapRunCounts& items = run.record.items;
    const std::uint64_t failed = items.failed + items.timed_out + items.aborted;
    if (failed == 0) return false;
    if (!limits.has_count && !limits.has_percentage) return true;
    if (limits.has_count && failed > limits.tolerated_failure_count) return true;
    // A part of a whole that isn't known yet can't be reckoned.
    return limits.has_percentage && run.is_read &&
           static_cast<double>(failed) * 100 >
               limits.tolerated_failure_percentage * static_cast<double>(items.total());
}

// --- children ------------------------------------------------------------------------------------

/// Takes the next item, selected; nothing when none is left of those that were read.
Result<std::optional<Value>, Fault> take_item(Machine& machine, BranchId id) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    while (!run.pages.empty() && run.taken_of_page == run.pages.front().items.size()) {
        run.pages.pop_front();
        run.taken_of_page = 0;
    }
    if (run.pages.empty()) return std::optional<Value>();
    const ItemPage& page = run.pages.front();
    const std::size_t number = run.taken_of_page++;
    const Value& value = page.items[number];
    ObjectBuilder item(4);
    item.append("Index", run.items_taken++).append("Value", value);
    if (page.keys.is_array()) item.append("Key", page.keys[number]);
    item.append("Source", page.source);
    GRADUS_TRY(Value selected, select_item(machine.data(at), run.input, item.build(), value));
    return std::optional(std::move(selected));
}

struct ChildInput {
    Value input;
    std::uint64_t items = 1;
};

Value batch_document(const MapRun& run) {
    ObjectBuilder out(2);
    if (run.batching.batch_input) out.append("BatchInput", *run.batching.batch_input);
    out.append("Items", Value::array(run.batch));
    return out.build();
}

ChildInput close_batch(MapRun& run) {
    ChildInput child{batch_document(run), run.batch.size()};
    run.batch.clear();
    run.batch_bytes = 0;
    return child;
}

/// Bytes of a batch without items: {"BatchInput":…,"Items":[]}.
std::uint64_t empty_batch_bytes(const MapRun& run) {
    constexpr std::uint64_t items = 12;
    constexpr std::uint64_t batch_input = 14;
    return items +
           (run.batching.batch_input ? batch_input + json_size(*run.batching.batch_input) : 0);
}

/// The input of the next child, once there are enough items for it.
Result<std::optional<ChildInput>, Fault> next_child(Machine& machine, BranchId id) {
    MapRun& run = *machine.branch(id).map_run;
    while (true) {
        if (run.batch.size() >= run.batching.items_max) return std::optional(close_batch(run));
        GRADUS_TRY(std::optional<Value> item, take_item(machine, id));
        if (!item) {
            if (run.is_read && !run.batch.empty()) return std::optional(close_batch(run));
            return std::optional<ChildInput>();
        }
        if (!run.batching.is_on) return std::optional(ChildInput{std::move(*item)});
        const std::uint64_t bytes = json_size(*item) + 1; // and its comma
        std::optional<ChildInput> closed;
        if (!run.batch.empty() &&
            empty_batch_bytes(run) + run.batch_bytes + bytes - 1 > run.batching.bytes_max) {
            closed = close_batch(run);
        }
        run.batch.push_back(std::move(*item));
        run.batch_bytes += bytes;
        if (closed) return closed;
    }
}

/// One more child is under way.
void begin(Machine& machine, BranchId id, MapChild child, StartChild command) {
    MapRun& run = *machine.branch(id).map_run;
    run.record.items.pending -= child.items;
    run.record.items.running += child.items;
    run.record.executions.running += 1;
    run.children.emplace(machine.start_child(id, std::move(command)), std::move(child));
}

void start_child(Machine& machine, BranchId id, ChildInput next) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    ExecutionState& execution = machine.execution();
    const DistributedMap& map = distributed(machine.current(at));
    const bool is_express = map.child_type == WorkflowType::express;

    ExecutionStarted start;
    start.identity = execution.identity;
    start.identity.type = map.child_type;
    start.identity.state_machine_arn = run.record.state_machine_arn;
    start.identity.state_machine_name = execution.identity.state_machine_name + "/" + map.label;
    start.identity.execution_name = execution.random.next_uuid();
    start.identity.execution_arn =
        arn_of_kind(run.record.state_machine_arn, is_express ? "express" : "execution") + ":" +
        start.identity.execution_name;
    if (is_express) start.identity.execution_arn += ":" + execution.random.next_uuid();
    start.identity.map_run_arn = run.record.map_run_arn;
    start.input = std::move(next.input);
    start.seed = execution.random.next();
    start.history_events_max = is_express ? 0 : execution.history_events_max;
    start.scope = static_cast<std::uint32_t>(map_state(machine.current(at)).processor);

    MapChild child{.index = run.results.size(),
                   .items = next.items,
                   .identity = start.identity,
                   .input = start.input,
                   .started_at = machine.now()};
    run.results.emplace_back();
    begin(machine, id, std::move(child), {.start = std::move(start)});
}

/// AWS, "Redriving Map Runs": standard children go on where they ended, express ones begin anew.
void redrive_child(Machine& machine, BranchId id, MapChild child) {
    MapRun& run = *machine.branch(id).map_run;
    ExecutionStarted start;
    start.identity = child.identity;
    start.input = child.input;
    start.seed = machine.execution().random.next();
    start.scope =
        static_cast<std::uint32_t>(map_state(machine.current(machine.branch(id))).processor);
    const bool is_express = child.identity.type == WorkflowType::express;
    start.history_events_max = is_express ? 0 : machine.execution().history_events_max;
    run.record.executions.pending -= 1;
    child.started_at = machine.now();
    begin(machine, id, std::move(child), {.start = std::move(start), .is_redrive = !is_express});
}

void read_on(Machine& machine, BranchId id) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    run.reading = machine.read_items(id, {.source = distributed(machine.current(at)).reader->source,
                                          .arguments = run.reader_arguments,
                                          .from = run.next_page,
                                          .role_arn = machine.execution().identity.role_arn});
}

/// Starts what may start, asks for what is missing, and ends the run when nothing is left.
void advance(Machine& machine, BranchId id) {
    MapRun& run = *machine.branch(id).map_run;
    const std::uint64_t wanted = run.record.limits.concurrency_max;
    const std::uint64_t most = limits::distributed_map_concurrency_max;
    const std::uint64_t concurrency = wanted == 0 ? most : std::min(most, wanted);
    while (run.children.size() < concurrency && !run.redriving.empty()) {
        MapChild child = std::move(run.redriving.front());
        run.redriving.pop_front();
        redrive_child(machine, id, std::move(child));
    }
    while (run.children.size() < concurrency) {
        auto next = next_child(machine, id);
        if (!next) { // ItemSelector failed: no recording; the run fails, and the state with it
            return fail_run(machine, id, next.error().failure);
        }
        if (!*next) break;
        start_child(machine, id, std::move(**next));
    }
    machine.publish(run.record);
    const bool has_room = run.children.size() < concurrency;
    if (!run.is_read && !run.reading && has_room) return read_on(machine, id);
    if (run.is_read && run.children.empty() && run.batch.empty()) finish(machine, id);
}

} // namespace

void enter_distributed_map(Machine& machine, BranchId id) {
    const DataView view = machine.data(machine.branch(id));
    auto input = effective_input(view);
    if (!input) return machine.fail(id, std::move(input).error());
    const bool has_reader = distributed(view.state()).reader.has_value();
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
    auto run = prepare(machine.data(at), std::move(*input), *concurrency, items);
    if (!run) return machine.fail(id, std::move(run).error());
    name_run(machine, **run, distributed(machine.current(at)).label);
    at.map_run = std::move(*run);
    machine.note(at, HistoryEventType::map_run_started,
                 MapRunStartedDetails{at.map_run->record.map_run_arn});
    at.map_run->started_event_id = at.previous_event_id;
    if (at.map_run->failure) return conclude(machine, id);
    advance(machine, id);
}

void resume_items_read(Machine& machine, BranchId id, const ItemsRead& event) {
    MapRun& run = *machine.branch(id).map_run;
    run.reading.reset();
    ItemPage page = event.page;
    std::uint64_t count = page.items.size();
    if (run.items_left && count >= *run.items_left) { // MaxItems: the rest isn't wanted
        count = *run.items_left;
        page.items = Value::array(page.items.as_array().first(count));
        page.next = Value();
    }
    if (run.items_left) *run.items_left -= count;
    run.record.items.pending += count;
    run.next_page = page.next;
    run.is_read = page.next.is_null();
    if (count > 0) run.pages.push_back(std::move(page));
    // A percentage of failures can be reckoned now.
    if (exceeds_thresholds(run)) return fail_run(machine, id, threshold_failure());
    advance(machine, id);
}

void resume_child_ended(Machine& machine, BranchId id, const ChildEnded& event) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    const auto found = run.children.find(event.command);
    if (found == run.children.end()) return;
    const MapChild child = std::move(found->second);
    run.children.erase(found);
    if (event.status != ExecutionStatus::succeeded) run.unsuccessful.push_back(child);
    run.results[child.index] = map_result(child, event, machine.now(),
                                          transformation_of(distributed(machine.current(at))));
    const auto count = [&](std::uint64_t MapRunCounts::*counter) {
        run.record.executions.*counter += 1;
        run.record.items.*counter += child.items;
    };
    run.record.executions.running -= 1;
    run.record.items.running -= child.items;
    switch (event.status) {
    case ExecutionStatus::succeeded: count(&MapRunCounts::succeeded); break;
    case ExecutionStatus::timed_out: count(&MapRunCounts::timed_out); break;
    case ExecutionStatus::aborted: count(&MapRunCounts::aborted); break;
    case ExecutionStatus::failed:
    case ExecutionStatus::running: count(&MapRunCounts::failed); break;
    }
    if (exceeds_thresholds(run)) return fail_run(machine, id, threshold_failure());
    advance(machine, id);
}

void resume_objects_written(Machine& machine, BranchId id) {
    machine.branch(id).map_run->writing.reset();
    conclude(machine, id);
}

void resume_map_io_failed(Machine& machine, BranchId id, CommandPurpose purpose,
                          const Failure& failure) {
    MapRun& run = *machine.branch(id).map_run;
    if (purpose == CommandPurpose::item_reader) {
        run.reading.reset();
        return fail_run(machine, id, failure);
    }
    run.writing.reset();
    if (!run.failure) run.failure = failure; // the first reason stays
    conclude(machine, id);
}

// AWS, "Redriving Map Runs": children that succeeded keep their results; a run that failed over the
// data of the state itself is a new one. No recording.
void redrive_map_run(Machine& machine, BranchId id) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    const bool is_over = run.record.status == MapRunStatus::succeeded;
    const auto error = run.failure ? run.failure->error : std::nullopt;
    if (is_over || error == errors::runtime || error == errors::data_limit)
        return enter_distributed_map(machine, id);
    machine.note(at, HistoryEventType::map_run_redriven,
                 RedrivenDetails{run.record.map_run_arn, ++run.record.redrives});
    run.record.status = MapRunStatus::running;
    run.record.stopped_at.reset();
    run.failure.reset();
    for (const auto& [command, child] : run.children) // of an execution that was stopped
        run.unsuccessful.push_back(child);
    run.children.clear();
    run.reading.reset();
    run.writing.reset();
    for (MapRunCounts* counts : {&run.record.items, &run.record.executions}) {
        counts->pending += counts->failed + counts->timed_out + counts->aborted;
        counts->failed = counts->timed_out = counts->aborted = 0;
    }
    std::ranges::sort(run.unsuccessful, {}, &MapChild::index);
    run.redriving.assign(run.unsuccessful.begin(), run.unsuccessful.end());
    run.unsuccessful.clear();
    advance(machine, id);
}

void update_map_run(Machine& machine, BranchId id, const MapRunUpdated& event) {
    MapRun& run = *machine.branch(id).map_run;
    MapRunLimits& limits = run.record.limits;
    if (event.concurrency_max) limits.concurrency_max = *event.concurrency_max;
    if (event.tolerated_failure_count) {
        limits.tolerated_failure_count = *event.tolerated_failure_count;
        limits.has_count = true;
    }
    if (event.tolerated_failure_percentage) {
        limits.tolerated_failure_percentage = *event.tolerated_failure_percentage;
        limits.has_percentage = true;
    }
    machine.publish(run.record);
    if (run.writing) return; // too late to matter
    if (exceeds_thresholds(run)) return fail_run(machine, id, threshold_failure());
    advance(machine, id);
}

} // namespace gradus
