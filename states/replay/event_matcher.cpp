#include "states/replay/event_matcher.hpp"

#include "gradus/json.hpp"

#include <algorithm>
#include <charconv>

namespace gradus {
namespace {

using enum HistoryEventType;

constexpr std::string_view id_phrase = "(entered at the event id #";

/// Members that say which event it is, and not what it holds: a difference in them is another
/// event.
bool is_same_step(const RecordedEvent& a, const RecordedEvent& b) {
    if (a.type != b.type) return false;
    const std::string_view name = history_event_name(a.type);
    if (name.ends_with("StateEntered") || name.ends_with("StateExited"))
        return a.details["name"] == b.details["name"];
    if (name.starts_with("MapIteration"))
        return a.details["name"] == b.details["name"] && a.details["index"] == b.details["index"];
    return true;
}

/// An event that follows several branches or iterations, and names one of them as its previous.
bool is_join(HistoryEventType type) {
    return type == parallel_state_succeeded || type == parallel_state_exited ||
           type == map_state_succeeded || type == map_state_exited || type == map_iteration_started;
}

/// The members that a history without data lacks.
Value without_data(Value details) {
    for (const char* member : {"input", "output", "parameters", "assignedVariables"}) {
        if (details.find(member) != nullptr) details = details.without(member);
    }
    return details;
}

} // namespace

EventMatcher::EventMatcher(const RecordedHistory& history, const std::vector<Placement>& placements,
                           const LaneTable& lanes, Strictness strictness)
    : history_(history), placements_(placements), lanes_(lanes), strictness_(strictness) {
    for (std::size_t i = 0; i < history.events.size(); ++i) {
        if (placements[i].is_abort)
            aborts_.push_back(&history.events[i]);
        else
            by_lane_[placements[i].lane].push_back(&history.events[i]);
    }
}

const RecordedEvent* EventMatcher::next(LaneId lane, std::size_t ahead) const {
    if (is_given_up(lane)) return nullptr;
    const auto events = by_lane_.find(lane);
    if (events == by_lane_.end()) return nullptr;
    const auto cursor = cursors_.find(lane);
    const std::size_t at = (cursor == cursors_.end() ? 0 : cursor->second) + ahead;
    return at < events->second.size() ? events->second[at] : nullptr;
}

bool EventMatcher::is_given_up(LaneId lane) const {
    while (true) {
        if (given_up_.contains(lane)) return true;
        if (lane == LaneId::main) return false;
        lane = lanes_[lane].parent;
    }
}

std::uint64_t EventMatcher::recorded_id(std::uint64_t own_id) const {
    const auto found = recorded_ids_.find(own_id);
    return found == recorded_ids_.end() ? own_id : found->second;
}

// Causes quote the number of an event, which is another one where AWS interleaved branches.
bool EventMatcher::is_accepted(const Value& expected, const Value& actual) const {
    if (strictness_ == Strictness::value && expected == actual) return true;
    if (!expected.is_string() || !actual.is_string()) return false;
    std::string text(actual.as_string());
    for (std::size_t at = text.find(id_phrase); at != std::string::npos;
         at = text.find(id_phrase, at)) {
        at += id_phrase.size();
        const std::size_t end = text.find_first_not_of("0123456789", at);
        if (end == std::string::npos) return false;
        std::uint64_t id = 0;
        std::from_chars(text.data() + at, text.data() + end, id);
        text.replace(at, end - at, std::to_string(recorded_id(id)));
    }
    return text == expected.as_string();
}

bool EventMatcher::has_same_link(const RecordedEvent& expected, const RecordedEvent& actual) const {
    const std::uint64_t previous = recorded_id(actual.previous_event_id);
    if (expected.previous_event_id == previous) return true;
    if (!is_join(expected.type) || expected.previous_event_id == 0) return false;
    // Which branch ended last, and whether a distributed Map's end follows the start or the end of
    // its run, is recorded both ways.
    const Placement& own = placement_of(expected);
    const Placement& recorded = placements_[expected.previous_event_id - 1];
    if (expected.type == map_state_exited && recorded.lane == own.lane)
        return history_event_name(history_.events[expected.previous_event_id - 1].type)
            .starts_with("MapRun");
    const LaneId owner =
        expected.type == map_iteration_started ? lanes_[own.lane].parent : own.lane;
    const auto lane = by_lane_.find(recorded.lane);
    if (recorded.lane == LaneId::main || lanes_[recorded.lane].parent != owner) return false;
    const auto& events = lane->second;
    // The last event inside the branch, or the one that says that an iteration succeeded.
    const std::size_t from_end = static_cast<std::size_t>(
        events.end() - std::ranges::find(events, expected.previous_event_id, &RecordedEvent::id));
    return from_end == 1 || (from_end == 2 && lanes_[recorded.lane].is_iteration);
}

const RecordedEvent* EventMatcher::find_abort(const RecordedEvent& actual) const {
    const auto found = std::ranges::find_if(aborts_, [&](const RecordedEvent* recorded) {
        return recorded->type == actual.type &&
               recorded->previous_event_id == recorded_id(actual.previous_event_id) &&
               recorded->details == actual.details;
    });
    return found == aborts_.end() ? nullptr : *found;
}

EventMatch EventMatcher::compare(const RecordedEvent& actual, const Placement& placement,
                                 std::size_t ahead) {
    EventMatch match;
    match.expected = placement.is_abort ? find_abort(actual) : next(placement.lane, ahead);
    if (match.expected == nullptr) {
        match.kind = DivergenceKind::surplus_event;
        return match;
    }
    // Events of the same turn may already name this one.
    recorded_ids_[actual.id] = match.expected->id;
    if (placement.is_abort) return match;
    const RecordedEvent& expected = *match.expected;
    if (!is_same_step(expected, actual)) {
        match.kind = DivergenceKind::other_event;
        return match;
    }
    match.differences = value_differences(
        expected.details, expected.lacks_data ? without_data(actual.details) : actual.details,
        [this](const Value& a, const Value& b) { return is_accepted(a, b); });
    match.has_other_link = !has_same_link(expected, actual);
    if (!match.differences.empty())
        match.kind = DivergenceKind::other_details;
    else if (match.has_other_link)
        match.kind = DivergenceKind::other_link;
    return match;
}

void EventMatcher::take(const Placement& placement, const EventMatch& match) {
    if (match.expected == nullptr) return;
    if (!match.kind) ++found_;
    if (placement.is_abort)
        std::erase(aborts_, match.expected);
    else
        ++cursors_[placement.lane];
}

std::vector<const RecordedEvent*> EventMatcher::left_over() const {
    std::vector<const RecordedEvent*> left = aborts_;
    std::erase_if(left, [this](const RecordedEvent* event) {
        return is_given_up(placement_of(*event).lane);
    });
    for (const auto& [lane, events] : by_lane_) {
        if (is_given_up(lane)) continue;
        const auto cursor = cursors_.find(lane);
        const std::size_t taken = cursor == cursors_.end() ? 0 : cursor->second;
        left.insert(left.end(), events.begin() + static_cast<std::ptrdiff_t>(taken), events.end());
    }
    std::ranges::sort(left, {}, &RecordedEvent::id);
    return left;
}

} // namespace gradus
