#pragma once
// Which branch of its execution each event of a history belongs to. A history is a tree by
// previousEventId; a lane is one path of control in it: the main one, one visit of a Parallel's
// branch, one iteration of a Map. AWS interleaves lanes as it likes, but inside of a lane the order
// is fixed: that is what two histories can be compared by. Lanes of two histories get the same
// number when they share a LaneTable.

#include "gradus/recorded_history.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gradus {

enum class LaneId : std::uint32_t { main = 0 };

struct Lane {
    LaneId parent = LaneId::main;
    std::string owner;       // the Parallel or Map state; empty: the main lane
    std::uint64_t visit = 0; // how many times the owner had started before
    std::string start;       // of a Parallel's branch: its first state
    std::uint64_t index = 0; // of a Map's iteration
    bool is_iteration = false;

    friend auto operator<=>(const Lane&, const Lane&) = default;
};

class LaneTable {
public:
    LaneTable() { lanes_.emplace_back(); }
    /// The number of this lane, the same each time.
    LaneId number(const Lane& lane);
    const Lane& operator[](LaneId id) const { return lanes_[static_cast<std::size_t>(id)]; }
    /// "Each, iteration 3 > Fan, branch A"; empty for the main lane.
    std::string path(LaneId id) const;

private:
    std::vector<Lane> lanes_;
    std::map<Lane, LaneId> numbers_;
};

/// Where one event belongs.
struct Placement {
    LaneId lane = LaneId::main;
    std::string state; // the lane's current state; empty before the first
    // An event of giving up on siblings of a branch that failed: it is no step of its lane, and AWS
    // writes such in any order.
    bool is_abort = false;
};

/// Follows one history, event by event.
class LaneTracker {
public:
    /// Borrows the table.
    explicit LaneTracker(LaneTable& table) : table_(table) {}

    Placement place(const RecordedEvent& event);
    /// Of an event placed before.
    const Placement& placement(std::uint64_t event_id) const;
    /// The lane that the branch beginning with `start` gets, of the Parallel whose
    /// ParallelStateStarted has this id.
    LaneId branch_lane(std::uint64_t started_event_id, const std::string& start);

private:
    struct Placed {
        Placement placement;
        HistoryEventType type = HistoryEventType::execution_started;
        std::uint64_t visit = 0; // of ParallelStateStarted and MapStateStarted
    };
    LaneId place_in(const RecordedEvent& event, const Placed& previous);
    LaneId lane_in_state(LaneId from, const std::string& state) const;
    LaneId iteration(const RecordedEvent& event, const Placed& previous);
    LaneId owner_lane(const RecordedEvent& event, const Placed& previous) const;
    LaneId parent_of(LaneId lane) const { return table_[lane].parent; }

    LaneTable& table_;
    std::vector<Placed> placed_;                                     // by event id
    std::map<LaneId, std::string> current_;                          // the state that a lane is in
    std::map<LaneId, HistoryEventType> current_type_;                // of the event that entered it
    std::map<std::pair<LaneId, std::string>, std::uint64_t> starts_; // of Parallels and Maps
};

} // namespace gradus
