// The counter-test of replay: in each recorded execution something is changed at random, a value,
// an event or an edge, and replay must notice it and report it where it is.
#include "gradus/json.hpp"
#include "gradus/replay.hpp"
#include "states/base/base.hpp"
#include "states/json/pointer.hpp"
#include "tools/conformance/asl_cases.hpp"
#include "tools/conformance/recorded_case.hpp"

#include <algorithm>
#include <array>

namespace gradus::conformance {
namespace {

using enum HistoryEventType;

constexpr std::size_t changes_of_a_kind = 5; // in each case

struct Place {
    std::size_t event = 0; // index
    std::string pointer;   // into its details
};

/// What was done to a history, and which events a report may point to.
struct Change {
    std::string kind;
    RecordedHistory history;
    std::string text;
    std::uint64_t first = 0; // ids
    std::uint64_t last = 0;
};

/// Values that came from outside: nothing computes them, and the recording is all that tells.
bool is_given(HistoryEventType type, const std::string& pointer) {
    constexpr std::array whole{execution_started, execution_aborted, activity_started};
    constexpr std::array answers{task_succeeded, task_submitted, lambda_function_succeeded,
                                 activity_succeeded};
    constexpr std::array failures{task_failed,
                                  task_start_failed,
                                  task_submit_failed,
                                  lambda_function_failed,
                                  activity_failed,
                                  lambda_function_schedule_failed,
                                  map_run_failed,
                                  lambda_function_start_failed,
                                  activity_schedule_failed};
    const auto is_one_of = [&](const auto& types) {
        return std::ranges::find(types, type) != types.end();
    };
    if (is_one_of(answers)) return pointer.starts_with("/output");
    if (is_one_of(failures)) return pointer == "/error" || pointer == "/cause";
    return is_one_of(whole);
}

/// FNV-1a: the same everywhere.
std::uint64_t seed_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

/// Events that tell what somebody did, and that nothing has to come of.
bool is_given_event(HistoryEventType type) {
    return type == activity_started || type == task_submitted;
}

/// Events that follow several branches or iterations, and name one of them; AWS recorded several
/// ways.
bool is_join(HistoryEventType type) {
    return type == parallel_state_succeeded || type == parallel_state_exited ||
           type == map_state_succeeded || type == map_state_exited || type == map_iteration_started;
}

/// What replay says it takes as it was recorded.
bool is_taken(const ReplayReport& report, std::uint64_t event_id, const std::string& pointer) {
    return std::ranges::any_of(report.taken, [&](const TakenAsRecorded& taken) {
        return taken.event_id == event_id &&
               std::ranges::any_of(taken.pointers, [&](const std::string& one) {
                   return pointer == one || pointer.starts_with(one + "/");
               });
    });
}

void collect_scalars(const Value& value, const std::string& pointer,
                     std::vector<std::string>& out) {
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i)
            collect_scalars(value[i], pointer_child(pointer, i), out);
    } else if (value.is_object()) {
        for (const Member& member : value.as_object())
            collect_scalars(member.value, pointer_child(pointer, member.name()), out);
    } else {
        out.push_back(pointer);
    }
}

Value other_scalar(const Value& value) {
    if (value.is_string()) return std::string(value.as_string()) + "~";
    if (value.is_boolean()) return !value.as_boolean();
    if (value.is_number()) return value.as_double() + 1;
    return true; // instead of null
}

Value with_other(const Value& value, std::string_view pointer) {
    if (pointer.empty()) return other_scalar(value);
    const std::string token = next_pointer_token(pointer);
    if (value.is_array()) {
        Array out;
        for (std::size_t i = 0; i < value.size(); ++i)
            out.push_back(std::to_string(i) == token ? with_other(value[i], pointer) : value[i]);
        return Value(std::move(out));
    }
    ObjectBuilder out(value.size());
    for (const Member& member : value.as_object())
        out.append(member.key,
                   member.name() == token ? with_other(member.value, pointer) : member.value);
    return out.build();
}

class Changer {
public:
    Changer(const RecordedHistory& history, const ReplayReport& report, std::uint64_t seed)
        : history_(history), random_{.seed = seed} {
        bool has_region = false;
        bool has_map_run = false;
        for (std::size_t i = 0; i < history.events.size(); ++i) {
            const RecordedEvent& event = history.events[i];
            has_map_run = has_map_run || event.type == map_run_started;
            std::vector<std::string> pointers;
            collect_scalars(event.details, "", pointers);
            for (std::string& pointer : pointers) {
                if (pointer.empty() || is_taken(report, event.id, pointer)) continue;
                // Where it ran shows in the first region that is named, and what came of the
                // children of a Map Run in the Map's output.
                const bool is_first_region = pointer == "/region" && !has_region;
                const bool is_of_children =
                    has_map_run && event.type == map_state_exited && pointer.starts_with("/output");
                has_region = has_region || pointer == "/region";
                const bool is_known =
                    !is_given(event.type, pointer) && !is_first_region && !is_of_children;
                auto& places = is_known ? computed_ : given_;
                places.push_back({i, std::move(pointer)});
            }
        }
    }

    std::vector<Change> changes() {
        std::vector<Change> out;
        for (std::size_t i = 0; i < changes_of_a_kind; ++i) {
            if (!computed_.empty()) out.push_back(value_change("values", computed_, false));
            if (!given_.empty()) out.push_back(value_change("given values", given_, true));
            if (history_.events.size() > 2) {
                out.push_back(without_event());
                out.push_back(with_event_twice());
                out.push_back(with_other_type());
                out.push_back(with_other_edge());
            }
        }
        return out;
    }

private:
    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(random_.next_below(bound));
    }
    std::string event_kind(const char* kind, std::size_t at) const {
        return is_given_event(history_.events[at].type) ? "given events" : kind;
    }
    /// An event behind the start.
    std::size_t any_event() { return 1 + below(history_.events.size() - 1); }

    /// Without its last events a history is one that goes on.
    std::size_t any_event_but_the_last() { return 1 + below(history_.events.size() - 2); }

    Change value_change(const char* kind, const std::vector<Place>& places, bool shows_later) {
        const Place& place = places[below(places.size())];
        Change change{.kind = kind, .history = history_};
        RecordedEvent& event = change.history.events[place.event];
        event.details = with_other(event.details, place.pointer);
        change.text = "value " + place.pointer + " of event " + std::to_string(event.id);
        change.first = event.id;
        change.last = shows_later ? history_.events.size() : event.id;
        return change;
    }
    Change without_event() {
        const std::size_t at = any_event_but_the_last();
        Change change{.kind = event_kind("events left out", at), .history = history_};
        auto& events = change.history.events;
        const RecordedEvent gone = events[at];
        events.erase(events.begin() + static_cast<std::ptrdiff_t>(at));
        for (RecordedEvent& event : events) {
            if (event.id > gone.id) --event.id;
            if (event.previous_event_id == gone.id)
                event.previous_event_id = gone.previous_event_id;
            else if (event.previous_event_id > gone.id)
                --event.previous_event_id;
        }
        change.text = "without event " + std::to_string(gone.id);
        change.first = gone.id;
        change.last = events.size(); // the next one of its lane
        return change;
    }
    Change with_event_twice() {
        const std::size_t at = any_event();
        Change change{.kind = event_kind("events doubled", at), .history = history_};
        auto& events = change.history.events;
        RecordedEvent again = events[at];
        const std::uint64_t id = again.id;
        for (RecordedEvent& event : events) {
            if (event.id > id) ++event.id;
            if (event.previous_event_id >= id) ++event.previous_event_id;
        }
        again.id = id + 1;
        again.previous_event_id = id;
        events.insert(events.begin() + static_cast<std::ptrdiff_t>(at) + 1, again);
        change.text = "event " + std::to_string(id) + " twice";
        change.first = id;
        change.last = events.size();
        return change;
    }
    Change with_other_type() {
        const std::size_t at = any_event_but_the_last();
        Change change{.kind = "types of events", .history = history_};
        RecordedEvent& event = change.history.events[at];
        const HistoryEventType before = event.type;
        while (event.type == before)
            event.type = history_.events[below(history_.events.size())].type;
        change.text = "event " + std::to_string(event.id) + " as " +
                      std::string(history_event_name(event.type));
        change.first = change.last = event.id;
        return change;
    }
    Change with_other_edge() {
        const std::size_t at = any_event();
        const bool follows_several = is_join(history_.events[at].type);
        Change change{.kind = follows_several ? "edges of joins" : "edges", .history = history_};
        RecordedEvent& event = change.history.events[at];
        const std::uint64_t before = event.previous_event_id;
        while (event.previous_event_id == before)
            event.previous_event_id = random_.next_below(event.id);
        change.text = "event " + std::to_string(event.id) + " after " +
                      std::to_string(event.previous_event_id);
        change.first = change.last = event.id;
        return change;
    }

    const RecordedHistory& history_;
    Random random_;
    std::vector<Place> computed_;
    std::vector<Place> given_;
};

/// Whether a report points to the change. A missing event is the run's: it has none of the
/// recording's.
bool points_to(const Divergence& one, const Change& change) {
    if (!one.expected) return true;
    return one.expected->id >= change.first && one.expected->id <= change.last;
}

Measured measure(const Change& change, std::string_view definition) {
    const auto report = replay(change.history, definition);
    Measured out{.what = change.kind};
    // A history that can't be any is refused with the reason.
    out.is_noticed = !report || !report->is_equal() || !report->unanswered.empty();
    out.is_placed = out.is_noticed &&
                    (!report || report->is_equal() || points_to(report->divergences[0], change));
    return out;
}

void run_case(const Value& the_case, CaseResult& result) {
    const auto recorded = recorded_case(the_case);
    const auto skip = [&](std::string why) {
        result.outcome = Outcome::skipped;
        result.detail = std::move(why);
    };
    if (!recorded) return skip(recorded.error().message);
    const auto report = replay(recorded->history, recorded->definition);
    if (!report || !report->is_equal()) return skip("it doesn't replay equal as it is");
    Changer changer(recorded->history, *report, seed_of(result.id));
    for (const Change& change : changer.changes()) {
        const Measured measured = measure(change, recorded->definition);
        const bool must_be = !change.kind.starts_with("given") && change.kind != "edges of joins";
        if (must_be && !measured.is_noticed) {
            result.outcome = Outcome::failed;
            result.detail += "not noticed: " + change.text + "; ";
        } else if (must_be && !measured.is_placed) {
            result.detail += "elsewhere: " + change.text + "; ";
        }
        result.measured.push_back(measured);
    }
}

} // namespace

void run_changes_file(const CorpusFile& file, const Report& report) {
    run_asl_cases(file, report, "changes of ", run_case);
}

} // namespace gradus::conformance
