#pragma once
// What the files of the distributed Map share: map_run_start.cpp enters one, map_run_items.cpp
// makes the inputs of children, map_run.cpp does the rest.

#include "states/machine.hpp"
#include "states/map_run.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace gradus {

inline const MapState& map_state(const State& state) { return std::get<MapState>(state.detail); }
/// Of a Map that is distributed.
inline const DistributedMap& distributed_map(const State& state) {
    return *map_state(state).distributed;
}
inline bool is_exported(const DistributedMap& map) {
    return map.writer && !map.writer->resource.empty();
}

/// "arn:…:stateMachine:NAME" as "arn:…:KIND:NAME".
std::string arn_of_kind(const std::string& state_machine_arn, std::string_view kind);

/// ToleratedFailureCount and ToleratedFailurePercentage.
Result<MapRunLimits, Fault> map_thresholds(const DataView& view, const Value& input);
/// Whether so many failures are more than the thresholds that are set. A part of a whole that isn't
/// known yet (`total` is absent) can't be reckoned.
bool exceeds_thresholds(const MapRunLimits& limits, std::uint64_t failed,
                        std::optional<std::uint64_t> total);
Failure threshold_failure();

/// The run with everything that the state's fields say. Items of the state's input are its only
/// page; an ItemReader's are still to come.
Result<std::unique_ptr<MapRun>, Fault>
prepare_map_run(const DataView& view, Value input, std::uint64_t concurrency, const Value& items);
/// More items have been read.
void add_page(MapRun& run, ItemPage page);

struct ChildInput {
    Value input;
    std::uint64_t items = 1;
};
/// The input of the next child, once there are enough items for it.
Result<std::optional<ChildInput>, Fault> next_child(Machine& machine, BranchId id);

/// Starts what may start, asks for what is missing, and ends the run when nothing is left.
void advance_map_run(Machine& machine, BranchId id);
/// Everything is over: the events of the run, and on with the state.
void conclude_map_run(Machine& machine, BranchId id);

} // namespace gradus
