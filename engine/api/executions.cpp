// Executions: started, stopped, taken up again, shown and listed. API reference, "StartExecution"
// and its neighbours; texts and shapes recorded.
#include "engine/api/call.hpp"
#include "engine/api/status_event.hpp"
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "gradus/log_record.hpp"
#include "gradus/validate.hpp"

#include <algorithm>
#include <array>

namespace gradus::api {
namespace {

StatesError does_not_exist(const std::string& arn) {
    return {"ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"};
}

Result<ExecutionSummary, StatesError> find_execution(const Call& call) {
    const std::string arn = call.text("executionArn");
    GRADUS_CHECK(parse_arn(arn, ArnKind::execution));
    auto execution = call.engine.describe(arn);
    if (!execution) return does_not_exist(arn);
    return std::move(*execution);
}

Result<Value, StatesError> read_input(const Call& call) {
    const auto text = call.optional_text("input");
    if (!text) return Value::object();
    auto parsed = parse_json(*text);
    if (parsed) return std::move(*parsed);
    return StatesError{"InvalidExecutionInput",
                       invalid_execution_input_message(*text).value_or("")};
}

Result<std::string, StatesError> start(const Call& call) {
    if (const auto name = call.optional_text("name")) GRADUS_CHECK(check_name(*name));
    GRADUS_TRY(Value input, read_input(call));
    return call.engine.start_execution(call.text("stateMachineArn"), call.text("name"),
                                       std::move(input), call.text("traceHeader"));
}

/// What lists and descriptions have in common.
void append_summary(ObjectBuilder& out, const ExecutionSummary& execution) {
    const ExecutionIdentity& identity = execution.identity;
    out.append("executionArn", identity.execution_arn);
    out.append("stateMachineArn", identity.state_machine_arn);
    out.append("name", identity.execution_name);
    out.append("status", std::string(execution_status_name(execution.status)));
    out.append("startDate", date(execution.started_at));
    if (execution.stopped_at) out.append("stopDate", date(*execution.stopped_at));
    if (!identity.state_machine_version_arn.empty())
        out.append("stateMachineVersionArn", identity.state_machine_version_arn);
    if (!identity.state_machine_alias_arn.empty())
        out.append("stateMachineAliasArn", identity.state_machine_alias_arn);
}

void append_failure(ObjectBuilder& out, const Failure& failure) {
    if (failure.error) out.append("error", *failure.error);
    if (failure.cause) out.append("cause", *failure.cause);
}

Value included() { return Value::object({{"included", true}}); }

std::optional<ExecutionStatus> status_named(std::string_view name) {
    for (const auto status :
         {ExecutionStatus::running, ExecutionStatus::succeeded, ExecutionStatus::failed,
          ExecutionStatus::timed_out, ExecutionStatus::aborted}) {
        if (name == execution_status_name(status)) return status;
    }
    return std::nullopt;
}

/// In steps of 100 ms, one at least, and a memory of 64 MB, since nobody measures it here. API
/// reference, "BillingDetails".
Value billing(const ExecutionSummary& execution) {
    constexpr std::int64_t step = 100;
    constexpr std::int64_t memory = 64;
    const auto took = execution.stopped_at ? (*execution.stopped_at - execution.started_at).count()
                                           : std::int64_t{0};
    return Value::object(
        {{"billedDurationInMilliseconds", std::max(step, (took + step - 1) / step * step)},
         {"billedMemoryUsedInMB", memory}});
}

Value sync_response(const ExecutionSummary& execution) {
    ObjectBuilder out;
    out.append("billingDetails", billing(execution));
    append_failure(out, execution.failure);
    out.append("executionArn", execution.identity.execution_arn);
    out.append("input", to_json(execution.input));
    out.append("inputDetails", included());
    out.append("name", execution.identity.execution_name);
    if (execution.status == ExecutionStatus::succeeded)
        out.append("output", to_json(execution.output));
    out.append("outputDetails", included());
    out.append("startDate", date(execution.started_at));
    out.append("stateMachineArn", execution.identity.state_machine_arn);
    out.append("status", std::string(execution_status_name(execution.status)));
    if (execution.stopped_at) out.append("stopDate", date(*execution.stopped_at));
    if (!execution.identity.trace_header.empty())
        out.append("traceHeader", execution.identity.trace_header);
    return out.build();
}

} // namespace

void start_execution(const Call& call, Completion done) {
    auto arn = start(call);
    call.engine.when_safe([&engine = call.engine, now = call.now, arn = std::move(arn),
                           done = std::move(done)](const Result<void>& safe) {
        if (!arn) return done(arn.error());
        if (!safe) return done(StatesError{"ServiceUnavailable", safe.error().message});
        const auto execution = engine.describe(*arn);
        done(Value::object({{"executionArn", *arn},
                            {"startDate", date(execution ? execution->started_at : now)}}));
    });
}

void start_sync_execution(const Call& call, Completion done) {
    auto target = call.registry.find_target(call.text("stateMachineArn"), 0);
    if (!target) return done(std::move(target).error());
    if (target->machine->type != WorkflowType::express) {
        return done(StatesError{"StateMachineTypeNotSupported",
                                "This operation is not supported by this type of state machine"});
    }
    auto arn = start(call);
    if (!arn) return done(std::move(arn).error());
    call.engine.when_completed(*arn, [done = std::move(done)](const ExecutionSummary& execution) {
        done(sync_response(execution));
    });
}

Answer stop_execution(const Call& call) {
    GRADUS_TRY(const ExecutionSummary execution, find_execution(call));
    if (execution.stopped_at) return Value::object({{"stopDate", date(*execution.stopped_at)}});
    GRADUS_CHECK(
        call.engine.stop_execution(execution.identity.execution_arn,
                                   {call.optional_text("error"), call.optional_text("cause")}));
    return Value::object({{"stopDate", date(call.now)}});
}

Answer redrive_execution(const Call& call) {
    GRADUS_TRY(const ExecutionSummary execution, find_execution(call));
    if (const std::string obstacle = redrive_obstacle(execution, call.now); !obstacle.empty())
        return StatesError{"ExecutionNotRedrivable", obstacle};
    GRADUS_CHECK(call.engine.redrive_execution(execution.identity.execution_arn));
    return Value::object({{"redriveDate", date(call.now)}});
}

Answer describe_execution(const Call& call) {
    GRADUS_TRY(const ExecutionSummary execution, find_execution(call));
    const ExecutionIdentity& identity = execution.identity;
    ObjectBuilder out;
    append_summary(out, execution);
    out.append("input", to_json(execution.input)).append("inputDetails", included());
    if (execution.status == ExecutionStatus::succeeded)
        out.append("output", to_json(execution.output)).append("outputDetails", included());
    append_failure(out, execution.failure);
    if (!identity.map_run_arn.empty()) out.append("mapRunArn", identity.map_run_arn);
    out.append("redriveCount", execution.redrives);
    if (execution.redriven_at) out.append("redriveDate", date(*execution.redriven_at));
    const std::string obstacle = redrive_obstacle(execution, call.now);
    out.append("redriveStatus", obstacle.empty() ? "REDRIVABLE" : "NOT_REDRIVABLE");
    if (!obstacle.empty()) out.append("redriveStatusReason", obstacle);
    if (!identity.trace_header.empty()) out.append("traceHeader", identity.trace_header);
    return out.build();
}

/// Newest first; of a machine, of one of its versions or aliases, or of a Map Run.
Answer list_executions(const Call& call) {
    const std::string machine_arn = call.text("stateMachineArn");
    const std::string map_run = call.text("mapRunArn");
    if (machine_arn.empty() == map_run.empty()) {
        return StatesError{"ValidationException",
                           "Must specify exactly one of stateMachineArn and mapRunArn"};
    }
    const std::string wanted_status = call.text("statusFilter");
    const std::string redriven = call.text("redriveFilter");
    if (map_run.empty() && (!redriven.empty() || wanted_status == "PENDING_REDRIVE")) {
        return StatesError{"ValidationException",
                           "redriveFilter and PENDING_REDRIVE can only be used with mapRunArn"};
    }
    GRADUS_TRY(const auto behind, place_behind(call.question()));
    ExecutionFilter filter{.map_run_arn = map_run,
                           .status = status_named(wanted_status),
                           .below = behind.value_or(UINT64_MAX),
                           .limit = results_max(call.input) + 1}; // one more: whether there are
    if (!redriven.empty()) filter.is_redriven = redriven == "REDRIVEN";
    if (!map_run.empty()) {
        GRADUS_CHECK(parse_arn(map_run, ArnKind::map_run));
        if (!call.engine.describe_map_run(map_run))
            return StatesError{"ResourceNotFound", "Resource not found: '" + map_run + "'"};
        if (wanted_status == "PENDING_REDRIVE") filter.limit = 0; // none waits for that here
    } else {
        GRADUS_TRY(const StatesArn arn, parse_arn(machine_arn, ArnKind::state_machine));
        GRADUS_TRY(const Machine* machine, call.registry.find_machine(arn));
        if (machine->type == WorkflowType::express) {
            return StatesError{"StateMachineTypeNotSupported",
                               "This operation is not supported by this type of state machine"};
        }
        filter.state_machine_arn = machine->arn;
        if (!arn.qualifier.empty()) filter.qualified_arn = machine_arn;
    }
    std::vector<Listed> list;
    for (const ExecutionSummary& execution : call.engine.find_executions(filter)) {
        const ExecutionIdentity& identity = execution.identity;
        ObjectBuilder item;
        append_summary(item, execution);
        if (!identity.map_run_arn.empty()) item.append("mapRunArn", identity.map_run_arn);
        item.append("redriveCount", execution.redrives);
        if (execution.redriven_at) item.append("redriveDate", date(*execution.redriven_at));
        list.push_back({place_of(execution.number), item.build()});
    }
    GRADUS_TRY(Page page, page_of(call.question(), list, Order::descending));
    return page_json("executions", std::move(page));
}

Answer get_execution_history(const Call& call) {
    GRADUS_TRY(const ExecutionSummary execution, find_execution(call));
    const bool is_reverse = call.flag("reverseOrder");
    const bool has_data = call.input["includeExecutionData"] != Value(false);
    GRADUS_TRY(const auto behind, place_behind(call.question()));
    // One more than the page has: whether there are more.
    const std::size_t limit = results_max(call.input) + 1;
    std::uint64_t first = behind.value_or(0) + 1;
    if (is_reverse) {
        const std::uint64_t end = behind.value_or(execution.history_size + 1);
        first = end > limit ? end - limit : 1;
    }
    std::vector<HistoryEvent> events =
        call.engine.history(execution.identity.execution_arn, first, limit);
    if (is_reverse) std::ranges::reverse(events);
    std::vector<Listed> list;
    for (const HistoryEvent& event : events) {
        Value json = history_event_json(event);
        if (!has_data) json = without_execution_data(json);
        list.push_back({place_of(event.id), std::move(json)});
    }
    GRADUS_TRY(Page page,
               page_of(call.question(), list, is_reverse ? Order::descending : Order::ascending));
    return page_json("events", std::move(page));
}

} // namespace gradus::api
