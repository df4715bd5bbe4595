#pragma once
// Distributed Map as data: where its items come from, what a Map Run counts, and the pages and
// files that it exchanges with the world. AWS, "Using Map state in Distributed mode", "ItemReader",
// "ResultWriter", API reference "DescribeMapRun". Plain values; nothing here waits.

#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// What an ItemReader reads. A new kind of source (Parquet, inventories) is one more of these.
enum class ItemFormat : std::uint8_t { object_list, json, jsonl, csv };

/// The parts of an ItemReader that are known when the definition is compiled.
struct ItemSource {
    ItemFormat format = ItemFormat::json;
    std::string resource;      // as written: "arn:aws:states:::s3:getObject"
    std::string items_pointer; // JSON pointer to the array or object that is read; empty: the whole
    bool has_header_row = false;      // CSV, CSVHeaderLocation FIRST_ROW
    std::vector<std::string> headers; // CSV, CSVHeaderLocation GIVEN
    char delimiter = ',';             // CSV
    // Transformation LOAD_AND_FLATTEN of an object list: the format of the objects, whose items
    // are read one object after another.
    std::optional<ItemFormat> flattened;

    friend bool operator==(const ItemSource&, const ItemSource&) = default;
};

/// Some items of a source, in order.
struct ItemPage {
    Value items = Value::array({});
    Value keys;         // of an object's members, beside `items`; null when the source is an array
    std::string source; // $$.Map.Item.Source: "S3://bucket/key"
    Value next;         // where the next page begins: whatever the reader wants; null: no more

    friend bool operator==(const ItemPage&, const ItemPage&) = default;
};

/// One object to be written.
struct ObjectFile {
    std::string key;
    std::string content;

    friend bool operator==(const ObjectFile&, const ObjectFile&) = default;
};

enum class MapRunStatus : std::uint8_t { running, succeeded, failed, aborted };

/// "RUNNING", "SUCCEEDED"…
std::string_view map_run_status_name(MapRunStatus status);

/// How many child executions, or items, are in which condition.
struct MapRunCounts {
    std::uint64_t pending = 0;
    std::uint64_t running = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0;
    std::uint64_t timed_out = 0;
    std::uint64_t aborted = 0;
    std::uint64_t results_written = 0;

    std::uint64_t total() const {
        return pending + running + succeeded + failed + timed_out + aborted;
    }
    friend bool operator==(const MapRunCounts&, const MapRunCounts&) = default;
};

/// What can be changed while a Map Run goes on (UpdateMapRun).
struct MapRunLimits {
    std::uint64_t concurrency_max = 0; // 0: as many as the service allows
    std::uint64_t tolerated_failure_count = 0;
    double tolerated_failure_percentage = 0;
    // AWS takes a threshold that isn't set for 0; one that is set alone decides alone.
    bool has_count = false;
    bool has_percentage = false;

    friend bool operator==(const MapRunLimits&, const MapRunLimits&) = default;
};

/// A Map Run as DescribeMapRun shows it.
struct MapRunRecord {
    std::string map_run_arn;
    std::string execution_arn;     // of the parent
    std::string state_machine_arn; // of the children: "…:stateMachine:NAME/LABEL"
    MapRunStatus status = MapRunStatus::running;
    MapRunLimits limits;
    MapRunCounts items;
    MapRunCounts executions;
    Timestamp started_at;
    std::optional<Timestamp> stopped_at;
    std::uint64_t redrives = 0;

    friend bool operator==(const MapRunRecord&, const MapRunRecord&) = default;
};

} // namespace gradus
