#include "engine/store/map_run_json.hpp"

#include "states/base/base.hpp"
#include "states/member_reader.hpp"

namespace gradus {
namespace {

const std::vector<std::string_view>& statuses() {
    static const std::vector<std::string_view> names = {"RUNNING", "SUCCEEDED", "FAILED",
                                                        "ABORTED"};
    return names;
}

Value counts_json(const MapRunCounts& counts) {
    ObjectBuilder out(7);
    out.append("pending", count_value(counts.pending));
    out.append("running", count_value(counts.running));
    out.append("succeeded", count_value(counts.succeeded));
    out.append("failed", count_value(counts.failed));
    out.append("timedOut", count_value(counts.timed_out));
    out.append("aborted", count_value(counts.aborted));
    out.append("resultsWritten", count_value(counts.results_written));
    return out.build();
}

MapRunCounts read_counts(MemberReader reader) {
    MapRunCounts counts{.pending = reader.count("pending"),
                        .running = reader.count("running"),
                        .succeeded = reader.count("succeeded"),
                        .failed = reader.count("failed"),
                        .timed_out = reader.count("timedOut"),
                        .aborted = reader.count("aborted"),
                        .results_written = reader.count("resultsWritten")};
    reader.finish();
    return counts;
}

} // namespace

Value map_run_json(const MapRunRecord& record) {
    const MapRunLimits& limits = record.limits;
    ObjectBuilder out;
    out.append("mapRunArn", record.map_run_arn).append("executionArn", record.execution_arn);
    out.append("stateMachineArn", record.state_machine_arn);
    out.append("status", map_run_status_name(record.status));
    out.append("startedAt", format_iso8601(epoch_milliseconds(record.started_at)));
    if (record.stopped_at)
        out.append("stoppedAt", format_iso8601(epoch_milliseconds(*record.stopped_at)));
    out.append("maxConcurrency", count_value(limits.concurrency_max));
    if (limits.has_count)
        out.append("toleratedFailureCount", count_value(limits.tolerated_failure_count));
    if (limits.has_percentage)
        out.append("toleratedFailurePercentage", limits.tolerated_failure_percentage);
    out.append("items", counts_json(record.items));
    out.append("executions", counts_json(record.executions));
    out.append("redrives", count_value(record.redrives));
    return out.build();
}

Result<MapRunRecord> read_map_run_json(const Value& value, const std::string& pointer) {
    std::optional<Error> error;
    MemberReader reader(value, pointer, error);
    MapRunRecord record;
    record.map_run_arn = reader.text("mapRunArn");
    record.execution_arn = reader.text("executionArn");
    record.state_machine_arn = reader.text("stateMachineArn");
    record.status = static_cast<MapRunStatus>(reader.one_of("status", statuses()));
    record.started_at = reader.time("startedAt");
    if (reader.has("stoppedAt")) record.stopped_at = reader.time("stoppedAt");
    MapRunLimits& limits = record.limits;
    limits.concurrency_max = reader.count("maxConcurrency");
    limits.has_count = reader.has("toleratedFailureCount");
    if (limits.has_count) limits.tolerated_failure_count = reader.count("toleratedFailureCount");
    limits.has_percentage = reader.has("toleratedFailurePercentage");
    if (limits.has_percentage)
        limits.tolerated_failure_percentage = reader.number("toleratedFailurePercentage");
    record.items = read_counts(reader.object("items"));
    record.executions = read_counts(reader.object("executions"));
    record.redrives = reader.count("redrives");
    reader.finish();
    if (error) return *error;
    return record;
}

} // namespace gradus
