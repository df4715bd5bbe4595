// Map Runs in the Step Functions API: describe, list, and change while they run. API reference,
// "DescribeMapRun", "ListMapRuns", "UpdateMapRun".
#include "engine/api/call.hpp"

namespace gradus::api {
namespace {

StatesError not_found(const std::string& arn) {
    return {"ResourceNotFound", "Resource not found: '" + arn + "'"};
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

Answer describe_map_run(const Call& call) {
    const std::string arn = call.text("mapRunArn");
    GRADUS_CHECK(parse_arn(arn, ArnKind::map_run));
    const auto run = call.engine.describe_map_run(arn);
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

/// Newest first.
Answer list_map_runs(const Call& call) {
    const std::string arn = call.text("executionArn");
    GRADUS_CHECK(parse_arn(arn, ArnKind::execution));
    if (!call.engine.describe(arn))
        return StatesError{"ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"};
    const std::vector<MapRunRecord> runs = call.engine.map_runs(arn);
    std::vector<Listed> list;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const MapRunRecord& run = runs[i];
        ObjectBuilder item;
        item.append("executionArn", run.execution_arn).append("mapRunArn", run.map_run_arn);
        item.append("stateMachineArn", run.state_machine_arn);
        item.append("startDate", date(run.started_at));
        if (run.stopped_at) item.append("stopDate", date(*run.stopped_at));
        list.push_back({place_of(runs.size() - i), item.build()});
    }
    GRADUS_TRY(Page page, page_of(call.question(), list, Order::descending));
    return page_json("mapRuns", std::move(page));
}

Answer update_map_run(const Call& call) {
    MapRunUpdated update{.map_run_arn = call.text("mapRunArn")};
    GRADUS_CHECK(parse_arn(update.map_run_arn, ArnKind::map_run));
    const auto count = [&](std::string_view member, std::optional<std::uint64_t>& into) {
        std::int64_t number = 0;
        if (call.input[member].to_integer(number)) into = static_cast<std::uint64_t>(number);
    };
    count("maxConcurrency", update.concurrency_max);
    count("toleratedFailureCount", update.tolerated_failure_count);
    const Value& percentage = call.input["toleratedFailurePercentage"];
    if (percentage.is_number()) update.tolerated_failure_percentage = percentage.as_double();
    GRADUS_CHECK(call.engine.update_map_run(update));
    return Value::object();
}

} // namespace gradus::api
