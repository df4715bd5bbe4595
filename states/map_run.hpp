#pragma once
// A Map Run under way: what a distributed Map knows of its items, its child executions and their
// results. Plain data of an ExecutionState; states/map_run.cpp works on it.

#include "gradus/event.hpp"
#include "gradus/map_run.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// A child execution that runs.
struct MapChild {
    std::size_t index = 0; // among the children, in the order of their items
    std::uint64_t items = 1;
    ExecutionIdentity identity;
    Value input;
    Timestamp started_at;
};

/// What became of one child: its output, or the record of the whole execution, as ResultWriter's
/// Transformation asks.
struct MapResult {
    ExecutionStatus status = ExecutionStatus::running;
    Value value;
};

/// How items become the inputs of children.
struct Batching {
    bool is_on = false;
    std::uint64_t items_max = UINT64_MAX;
    std::uint64_t bytes_max = UINT64_MAX;
    std::optional<Value> batch_input;
};

struct MapRun {
    MapRunRecord record;
    std::uint64_t started_event_id = 0; // MapRunStarted
    Value input;                        // `$` of ItemSelector
    Batching batching;

    // Items that were read and not taken yet.
    std::deque<ItemPage> pages;
    std::size_t taken_of_page = 0;
    std::uint64_t items_taken = 0;
    std::vector<Value> batch; // the items of the next child, as far as there are
    std::uint64_t batch_bytes = 0;

    // Of an ItemReader.
    Value reader_arguments;
    Value next_page;
    std::optional<std::uint64_t> items_left; // of MaxItems
    std::optional<CommandId> reading;
    bool is_read = true; // no further page will come

    std::map<CommandId, MapChild> children; // those that run
    std::vector<MapResult> results;         // by index
    std::vector<MapChild> unsuccessful;     // ended otherwise than well
    std::deque<MapChild> redriving;         // of these, those that a redrive hasn't begun again yet

    Value writer_arguments;
    std::optional<CommandId> writing;
    std::optional<Failure> failure; // why the run fails, once its results are written
};

} // namespace gradus
