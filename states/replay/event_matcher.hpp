#pragma once
// Holds the events of a run against those of a recorded history, lane by lane.

#include "gradus/recorded_history.hpp"
#include "gradus/replay.hpp"
#include "states/replay/lanes.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace gradus {

/// How one event of a run stands to the recording.
struct EventMatch {
    const RecordedEvent* expected = nullptr; // null: the lane has no further one
    std::optional<DivergenceKind> kind;      // absent: they are equal
    std::vector<ValueDifference> differences;
    bool has_other_link = false; // also where the details differ
};

/// How values are compared.
enum class Strictness : std::uint8_t {
    text,  // of gradus' own recordings: to the digit
    value, // of AWS's: numbers by value, members in any order
};

class EventMatcher {
public:
    /// Borrows all; `placements` are those of the history's events, in order.
    EventMatcher(const RecordedHistory& history, const std::vector<Placement>& placements,
                 const LaneTable& lanes, Strictness strictness);

    /// The recorded event that a lane comes to next; null: none, or the lane went another way.
    const RecordedEvent* next(LaneId lane, std::size_t ahead = 0) const;
    /// Compares, and remembers only which event it was compared with. `ahead` counts the events of
    /// the same lane that were compared before and not taken yet.
    EventMatch compare(const RecordedEvent& actual, const Placement& placement, std::size_t ahead);
    /// The event is dealt with: the lane moves on. `match` as compare gave it.
    void take(const Placement& placement, const EventMatch& match);
    /// The lane, and all lanes inside it, aren't compared any further.
    void give_up(LaneId lane) { given_up_.insert(lane); }
    bool is_given_up(LaneId lane) const;

    /// Recorded events that no event of the run was compared with, by their numbers.
    std::vector<const RecordedEvent*> left_over() const;
    /// How many recorded events were found again.
    std::uint64_t found() const { return found_; }
    /// Where an event of the recording belongs.
    const Placement& placement_of(const RecordedEvent& recorded) const {
        return placements_[recorded.id - 1];
    }

private:
    bool is_accepted(const Value& expected, const Value& actual) const;
    bool has_same_link(const RecordedEvent& expected, const RecordedEvent& actual) const;
    const RecordedEvent* find_abort(const RecordedEvent& actual) const;
    std::uint64_t recorded_id(std::uint64_t own_id) const;

    const RecordedHistory& history_;
    const std::vector<Placement>& placements_;
    const LaneTable& lanes_;
    Strictness strictness_;
    std::map<LaneId, std::vector<const RecordedEvent*>> by_lane_;
    std::map<LaneId, std::size_t> cursors_;
    std::map<std::uint64_t, std::uint64_t> recorded_ids_; // by those of the run
    std::vector<const RecordedEvent*> aborts_;            // not found yet
    std::set<LaneId> given_up_;
    std::uint64_t found_ = 0;
};

} // namespace gradus
