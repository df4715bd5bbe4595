#include "states/replay/lanes.hpp"

#include <algorithm>
#include <initializer_list>

namespace gradus {
namespace {

using enum HistoryEventType;

std::string text_of(const Value& details, std::string_view member) {
    const Value& found = details[member];
    return found.is_string() ? std::string(found.as_string()) : "";
}

bool is_one_of(HistoryEventType type, std::initializer_list<HistoryEventType> types) {
    return std::ranges::find(types, type) != types.end();
}

bool is_abort(HistoryEventType type) {
    return is_one_of(type, {task_state_aborted, wait_state_aborted, parallel_state_aborted,
                            map_state_aborted, map_run_aborted, map_iteration_aborted});
}

bool is_entered(HistoryEventType type) {
    return history_event_name(type).ends_with("StateEntered");
}
bool is_exited(HistoryEventType type) { return history_event_name(type).ends_with("StateExited"); }

/// Whether a Parallel (or a Map) wrote the event itself, and not one of its branches.
bool is_of_owner(HistoryEventType type, bool is_parallel) {
    if (is_parallel)
        return is_one_of(
            type, {parallel_state_entered, parallel_state_started, parallel_state_succeeded});
    return is_one_of(type, {map_state_entered, map_state_started, map_state_succeeded,
                            map_run_started, map_run_succeeded, map_run_failed, map_run_redriven});
}

} // namespace

LaneId LaneTable::number(const Lane& lane) {
    const auto next = static_cast<LaneId>(lanes_.size());
    const auto [found, is_new] = numbers_.emplace(lane, next);
    if (is_new) lanes_.push_back(lane);
    return found->second;
}

std::string LaneTable::path(LaneId id) const {
    if (id == LaneId::main) return "";
    const Lane& lane = (*this)[id];
    std::string text = path(lane.parent);
    if (!text.empty()) text += " > ";
    text += lane.owner + (lane.is_iteration ? ", iteration " + std::to_string(lane.index)
                                            : ", branch " + lane.start);
    if (lane.visit > 0) text += " (run " + std::to_string(lane.visit + 1) + ")";
    return text;
}

const Placement& LaneTracker::placement(std::uint64_t event_id) const {
    static const Placement main;
    return event_id < placed_.size() ? placed_[event_id].placement : main;
}

LaneId LaneTracker::branch_lane(std::uint64_t started_event_id, const std::string& start) {
    if (started_event_id >= placed_.size()) return LaneId::main;
    const Placed& started = placed_[started_event_id];
    return table_.number({.parent = started.placement.lane,
                          .owner = started.placement.state,
                          .visit = started.visit,
                          .start = start});
}

Placement LaneTracker::place(const RecordedEvent& event) {
    const bool is_known = event.previous_event_id < placed_.size();
    const Placed previous = is_known ? placed_[event.previous_event_id] : Placed{};
    Placed placed{.placement = {.is_abort = is_abort(event.type)}, .type = event.type};
    LaneId& lane = placed.placement.lane;
    lane = place_in(event, previous);
    if (is_entered(event.type)) {
        current_[lane] = text_of(event.details, "name");
        current_type_[lane] = event.type;
    }
    placed.placement.state = current_[lane];
    if (event.type == parallel_state_started || event.type == map_state_started)
        placed.visit = starts_[{lane, placed.placement.state}]++;
    if (placed_.size() <= event.id) placed_.resize(event.id + 1);
    placed_[event.id] = placed;
    return placed.placement;
}

LaneId LaneTracker::place_in(const RecordedEvent& event, const Placed& previous) {
    const LaneId lane = previous.placement.lane;
    if (is_abort(event.type)) return lane;
    if (is_entered(event.type)) {
        return previous.type == parallel_state_started
                   ? branch_lane(event.previous_event_id, text_of(event.details, "name"))
                   : lane;
    }
    // Recorded: after a Parallel or Map, …StateExited follows the last event of a branch.
    if (is_exited(event.type)) return lane_in_state(lane, text_of(event.details, "name"));
    if (is_one_of(event.type, {execution_started, execution_succeeded, execution_failed,
                               execution_timed_out, execution_aborted, execution_redriven}))
        return LaneId::main;
    if (is_one_of(event.type,
                  {map_iteration_started, map_iteration_succeeded, map_iteration_failed}))
        return iteration(event, previous);
    if (is_one_of(event.type,
                  {parallel_state_started, parallel_state_succeeded, parallel_state_failed,
                   map_state_started, map_state_succeeded, map_state_failed}))
        return owner_lane(event, previous);
    if (event.type != evaluation_failed) return lane;
    const std::string state = text_of(event.details, "state");
    // Recorded: it follows what came before the state was entered, which may be the start of the
    // Parallel around it.
    if (previous.type == parallel_state_started && current_[lane] != state)
        return branch_lane(event.previous_event_id, state);
    return lane_in_state(lane, state);
}

/// The lane around `from`, or `from` itself, that is in this state.
LaneId LaneTracker::lane_in_state(LaneId from, const std::string& state) const {
    for (LaneId lane = from;; lane = parent_of(lane)) {
        const auto current = current_.find(lane);
        if (current != current_.end() && current->second == state) return lane;
        if (lane == LaneId::main) return from;
    }
}

LaneId LaneTracker::iteration(const RecordedEvent& event, const Placed& previous) {
    const std::string owner = text_of(event.details, "name");
    const LaneId parent = lane_in_state(previous.placement.lane, owner);
    const Value& index = event.details["index"];
    const auto starts = starts_.find({parent, owner});
    return table_.number(
        {.parent = parent,
         .owner = owner,
         .visit = starts == starts_.end() ? 0 : starts->second - 1,
         .index = index.is_integer() ? static_cast<std::uint64_t>(index.as_integer()) : 0,
         .is_iteration = true});
}

/// The lane of a Parallel or Map that starts, succeeds or fails after an event of its own or of one
/// of its branches.
LaneId LaneTracker::owner_lane(const RecordedEvent& event, const Placed& previous) const {
    const LaneId lane = previous.placement.lane;
    const bool is_parallel = history_event_name(event.type).starts_with("Parallel");
    if (is_of_owner(previous.type, is_parallel)) return lane;
    if (previous.type == evaluation_failed) { // of itself, or of a state in a branch
        const auto entered = current_type_.find(lane);
        const auto own = is_parallel ? parallel_state_entered : map_state_entered;
        if (entered != current_type_.end() && entered->second == own) return lane;
    }
    return parent_of(lane);
}

} // namespace gradus
