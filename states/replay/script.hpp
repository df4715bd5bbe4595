#pragma once
// What a recorded history says came from outside: answers of tasks, ends of waits, stops; and when
// each branch went on. Kept by the place where it happened (lane and state), so that it can be
// given to an execution of another definition, too.

#include "gradus/event.hpp"
#include "gradus/recorded_history.hpp"
#include "states/replay/lanes.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gradus {

/// When something happened in the recording.
struct Moment {
    std::uint64_t event_id = 0; // that shows it
    std::optional<Timestamp> at;
};

/// What the recording tells about one answer.
struct RecordedAnswer {
    Moment moment;
    Event event;             // with the command 0, to be filled in
    bool is_timeout = false; // the event is TimerFired: time-out or missed heartbeat
    bool lacks_data = false; // the output isn't in the recording
};

/// One time that a task was scheduled.
struct RecordedAttempt {
    Moment scheduled;
    std::vector<RecordedAnswer> answers; // in order; empty: none came before the end
};

/// A Map Run, whose children are executions of their own.
struct RecordedMapRun {
    Moment ended;
    std::optional<Failure> failure; // absent: it succeeded
    bool is_ended = false;
    // Of gradus' own recordings; a history of AWS doesn't tell.
    bool is_known = false;
    std::vector<Event> pages;                // ItemsRead, or a reader's TaskFailed
    std::map<std::size_t, Event> child_ends; // by the number of the child
    std::vector<Event> written;              // ObjectsWritten, or a writer's TaskFailed
};

/// What happened in one state of one lane, each list in the order in which it happened.
struct PlaceScript {
    std::vector<Moment> entered;
    std::vector<RecordedAttempt> attempts;
    std::vector<Moment> left;    // a Wait
    std::vector<Moment> started; // a Parallel or Map, again at each retry
    std::vector<RecordedMapRun> map_runs;
};

struct Stop {
    Moment moment;
    Failure failure;
};

using PlaceKey = std::pair<LaneId, std::string>;

struct Script {
    std::map<PlaceKey, PlaceScript> places;
    std::vector<Stop> aborted;
    std::vector<Moment> timed_out;
    std::vector<Moment> redriven;
};

/// Reads the script of a history. `placements` are those of its events, by their order.
Script make_script(const RecordedHistory& history, const std::vector<Placement>& placements);

} // namespace gradus
