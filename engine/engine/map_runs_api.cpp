// Map Runs in the Step Functions API: describe, list, and change while they run. API reference,
// "DescribeMapRun", "ListMapRuns", "UpdateMapRun".
#include "engine/engine/map_runs_api.hpp"

namespace gradus {
namespace {

Value date(Timestamp at) { return Value(static_cast<double>(epoch_milliseconds(at)) / 1000); }

StatesError not_found(const std::string& arn) {
    return {"ResourceNotFound", "Resource not found: '" + arn + "'"};
}

std::string arn_of(const Value& input, std::string_view member) {
    const Value& value = input[member];
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

/// The members that are the same for items and executions.
Value counts_json(const MapRunCounts& counts) {
    return Value::object({{"aborted", counts.aborted},
                          {"failed", counts.failed},
                          {"pending", counts.pending},
                          {"resultsWritten", counts.results_written},
                          {"running", counts.running},
                          {"succeeded", counts.succeeded},
                          {"timedOut", counts.timed_out},
                          {"total", counts.total()}});
}

} // namespace

Result<Value, StatesError> describe_map_run(Engine& engine, const Value& input) {
    const std::string arn = arn_of(input, "mapRunArn");
    const auto run = engine.describe_map_run(arn);
    if (!run) return not_found(arn);
    ObjectBuilder out;
    out.append("mapRunArn", run->map_run_arn).append("executionArn", run->execution_arn);
    out.append("status", map_run_status_name(run->status));
    out.append("startDate", date(run->started_at));
    if (run->stopped_at) out.append("stopDate", date(*run->stopped_at));
    out.append("maxConcurrency", run->limits.concurrency_max);
    out.append("toleratedFailurePercentage", run->limits.tolerated_failure_percentage);
    out.append("toleratedFailureCount", run->limits.tolerated_failure_count);
    out.append("itemCounts", counts_json(run->items));
    out.append("executionCounts", counts_json(run->executions));
    // Recorded: absent until there was one.
    if (run->redrives > 0) out.append("redriveCount", run->redrives);
    return out.build();
}

Result<Value, StatesError> list_map_runs(Engine& engine, const Value& input) {
    const std::string arn = arn_of(input, "executionArn");
    if (!engine.describe(arn))
        return StatesError{"ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"};
    Array list;
    for (const MapRunRecord& run : engine.map_runs(arn)) {
        ObjectBuilder item;
        item.append("executionArn", run.execution_arn).append("mapRunArn", run.map_run_arn);
        item.append("stateMachineArn", run.state_machine_arn);
        item.append("startDate", date(run.started_at));
        if (run.stopped_at) item.append("stopDate", date(*run.stopped_at));
        list.push_back(item.build());
    }
    return Value::object({{"mapRuns", Value(std::move(list))}});
}

Result<Value, StatesError> update_map_run(Engine& engine, const Value& input) {
    MapRunUpdated update{.map_run_arn = arn_of(input, "mapRunArn")};
    const auto count = [&](std::string_view member, std::optional<std::uint64_t>& into) -> bool {
        const Value* value = input.find(member);
        std::int64_t number = 0;
        if (value == nullptr) return true;
        if (!value->to_integer(number) || number < 0) return false;
        into = static_cast<std::uint64_t>(number);
        return true;
    };
    if (!count("maxConcurrency", update.concurrency_max) ||
        !count("toleratedFailureCount", update.tolerated_failure_count)) {
        return StatesError{
            "ValidationException",
            "maxConcurrency and toleratedFailureCount must be integers of at least 0"};
    }
    if (const Value* percentage = input.find("toleratedFailurePercentage")) {
        const double number = percentage->is_number() ? percentage->as_double() : -1;
        if (!(number >= 0 && number <= 100)) {
            return StatesError{"ValidationException",
                               "toleratedFailurePercentage must be between 0 and 100"};
        }
        update.tolerated_failure_percentage = number;
    }
    GRADUS_CHECK(engine.update_map_run(update));
    return Value::object();
}

} // namespace gradus
