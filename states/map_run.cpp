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
#include "states/map_results.hpp"
#include "states/map_run_parts.hpp"

#include <algorithm>

namespace gradus {
namespace {

ResultTransformation transformation_of(const DistributedMap& map) {
    return map.writer ? map.writer->transformation : ResultTransformation::compact;
}

std::string uuid_of(const MapRunRecord& record) {
    return record.map_run_arn.substr(record.map_run_arn.rfind(':') + 1);
}

/// All children are at their end: results are written where that is asked for.
void finish(Machine& machine, BranchId id) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    const DistributedMap& map = distributed_map(machine.current(at));
    if (!is_exported(map)) return conclude_map_run(machine, id);
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
        transformation_of(distributed_map(machine.current(machine.branch(id))));
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

bool exceeds_thresholds(const MapRun& run) {
    const MapRunLimits& limits = run.record.limits;
    const MapRunCounts& items = run.record.items;
    const std::uint64_t failed = items.failed + items.timed_out + items.aborted;
    if (failed == 0) return false;
    if (!limits.has_count && !limits.has_percentage) return true;
    return exceeds_thresholds(limits, failed,
                              run.is_read ? std::optional(items.total()) : std::nullopt);
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
    const DistributedMap& map = distributed_map(machine.current(at));
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
    start.seconds_max = execution.seconds_max;
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
    start.seconds_max = machine.execution().seconds_max;
    run.record.executions.pending -= 1;
    child.started_at = machine.now();
    begin(machine, id, std::move(child), {.start = std::move(start), .is_redrive = !is_express});
}

void read_on(Machine& machine, BranchId id) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    run.reading =
        machine.read_items(id, {.source = distributed_map(machine.current(at)).reader->source,
                                .arguments = run.reader_arguments,
                                .from = run.next_page,
                                .role_arn = machine.execution().identity.role_arn});
}

} // namespace

bool exceeds_thresholds(const MapRunLimits& limits, std::uint64_t failed,
                        std::optional<std::uint64_t> total) {
    if (limits.has_count && failed > limits.tolerated_failure_count) return true;
    return limits.has_percentage && total &&
           static_cast<double>(failed) * 100 >
               limits.tolerated_failure_percentage * static_cast<double>(*total);
}

Failure threshold_failure() { // recorded
    return {std::string(errors::exceed_tolerated_failures),
            "The specified tolerated failure threshold was exceeded"};
}

void conclude_map_run(Machine& machine, BranchId id) {
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
    const DistributedMap& map = distributed_map(machine.current(at));
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

void advance_map_run(Machine& machine, BranchId id) {
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

void resume_items_read(Machine& machine, BranchId id, const ItemsRead& event) {
    MapRun& run = *machine.branch(id).map_run;
    run.reading.reset();
    add_page(run, event.page);
    // A percentage of failures can be reckoned now.
    if (exceeds_thresholds(run)) return fail_run(machine, id, threshold_failure());
    advance_map_run(machine, id);
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
                                          transformation_of(distributed_map(machine.current(at))));
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
    advance_map_run(machine, id);
}

void resume_objects_written(Machine& machine, BranchId id) {
    machine.branch(id).map_run->writing.reset();
    conclude_map_run(machine, id);
}

void resume_map_io_failed(Machine& machine, BranchId id, CommandPurpose purpose,
                          const Failure& failure) {
    MapRun& run = *machine.branch(id).map_run;
    const bool is_reader = purpose == CommandPurpose::item_reader;
    Failure named = failure;
    if (!named.error)
        named.error = is_reader ? errors::item_reader_failed : errors::result_writer_failed;
    if (is_reader) {
        run.reading.reset();
        return fail_run(machine, id, std::move(named));
    }
    run.writing.reset();
    if (!run.failure) run.failure = std::move(named); // the first reason stays
    conclude_map_run(machine, id);
}

// AWS, "Redriving Map Runs": children that succeeded keep their results; a run that failed over the
// data of the state itself is a new one. No recording.
void redrive_map_run(Machine& machine, BranchId id) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    const bool is_over = run.record.status == MapRunStatus::succeeded;
    const auto error = run.failure ? run.failure->error : std::nullopt;
    const bool is_over_data = error == errors::runtime || error == errors::data_limit ||
                              error == errors::query_evaluation;
    const bool has_begun = !run.results.empty(); // if not, it failed over what is to be read
    if (is_over || is_over_data || (run.failure && !has_begun))
        return enter_distributed_map(machine, id);
    machine.note(at, HistoryEventType::map_run_redriven,
                 RedrivenDetails{run.record.map_run_arn, ++run.record.redrives});
    run.record.status = MapRunStatus::running;
    run.record.stopped_at.reset();
    run.failure.reset();
    for (MapRunCounts* counts : {&run.record.items, &run.record.executions}) {
        counts->pending += counts->failed + counts->timed_out + counts->aborted;
        counts->failed = counts->timed_out = counts->aborted = 0;
    }
    // Those that an earlier redrive hasn't begun again are still among `redriving`.
    run.redriving.insert(run.redriving.end(), run.unsuccessful.begin(), run.unsuccessful.end());
    run.unsuccessful.clear();
    std::ranges::sort(run.redriving, {}, &MapChild::index);
    advance_map_run(machine, id);
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
    advance_map_run(machine, id);
}

} // namespace gradus
