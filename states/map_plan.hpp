#pragma once
// What a Map Run is going to do: its limits and arguments out of the state's fields, and the inputs
// of its children out of items. Used by the distributed Map and by TestState, which goes no
// further.

#include "states/data_flow.hpp"
#include "states/map_run.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace gradus {

/// Whether a ResultWriter writes the results to somewhere.
bool is_exported(const DistributedMap& map);

/// ToleratedFailureCount and ToleratedFailurePercentage.
Result<MapRunLimits, Fault> map_thresholds(const DataView& view, const Value& input);

/// The run with everything that the state's fields say. Items of the state's input are its only
/// page; an ItemReader's are still to come.
Result<std::unique_ptr<MapRun>, Fault> plan_map_run(const DataView& view, Value input,
                                                    std::uint64_t concurrency, const Value& items);

/// More items have been read.
void add_page(MapRun& run, ItemPage page);

struct ChildInput {
    Value input;
    std::uint64_t items = 1;
};
/// The input of the next child, once there are enough items for it. A fault is ItemSelector's.
Result<std::optional<ChildInput>, Fault> next_child(const DataView& view, MapRun& run);

/// Whether so many failures are more than the thresholds that are set. A part of a whole that isn't
/// known yet (`total` is absent) can't be reckoned.
bool exceeds_thresholds(const MapRunLimits& limits, std::uint64_t failed,
                        std::optional<std::uint64_t> total);
Failure threshold_failure();

} // namespace gradus
