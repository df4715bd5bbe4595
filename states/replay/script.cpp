#include "states/replay/script.hpp"

#include <algorithm>

namespace gradus {
namespace {

using enum HistoryEventType;

bool ends_with(HistoryEventType type, std::string_view end) {
    return history_event_name(type).ends_with(end);
}

Failure failure_of(const Value& details) {
    const auto text = [&](std::string_view member) -> std::optional<std::string> {
        const Value& found = details[member];
        if (!found.is_string()) return std::nullopt;
        return std::string(found.as_string());
    };
    return {text("error"), text("cause")};
}

/// The input that made this event of a task; nothing for those that aren't answers.
std::optional<Event> answer_of(const RecordedEvent& event) {
    const Value& details = event.details;
    const auto failed = [&](TaskFailureKind kind) {
        return Event(TaskFailed{.failure = failure_of(details), .kind = kind});
    };
    const HistoryEventType type = event.type;
    if (type == task_succeeded || type == lambda_function_succeeded || type == activity_succeeded)
        return TaskSucceeded{.output = details["output"]};
    if (type == task_submitted) return TaskSubmitted{.output = details["output"]};
    if (type == activity_started) {
        const Value& worker = details["workerName"];
        if (!worker.is_string()) return TaskStarted{};
        return TaskStarted{.worker_name = std::string(worker.as_string())};
    }
    if (type == task_failed || type == lambda_function_failed || type == activity_failed)
        return failed(TaskFailureKind::failed);
    if (type == lambda_function_schedule_failed || type == activity_schedule_failed)
        return failed(TaskFailureKind::schedule_failed);
    if (type == task_start_failed || type == lambda_function_start_failed)
        return failed(TaskFailureKind::start_failed);
    if (type == task_submit_failed) return failed(TaskFailureKind::submit_failed);
    if (type == task_timed_out || type == lambda_function_timed_out || type == activity_timed_out)
        return TimerFired{};
    return std::nullopt;
}

class Reader {
public:
    explicit Reader(Script& script) : script_(script) {}

    void take(const RecordedEvent& event, const Placement& placement) {
        const Moment moment{event.id, event.at};
        if (placement.is_abort) return;
        if (event.type == execution_aborted)
            script_.aborted.push_back({moment, failure_of(event.details)});
        if (event.type == execution_timed_out) script_.timed_out.push_back(moment);
        if (event.type == execution_redriven) script_.redriven.push_back(moment);
        if (placement.state.empty()) return;
        PlaceScript& place = script_.places[{placement.lane, placement.state}];
        if (ends_with(event.type, "StateEntered")) place.entered.push_back(moment);
        if (event.type == wait_state_exited) place.left.push_back(moment);
        if (event.type == parallel_state_started || event.type == map_state_started)
            place.started.push_back(moment);
        if (ends_with(event.type, "Scheduled"))
            place.attempts.push_back({.scheduled = moment, .answers = {}});
        take_map_run(event, moment, place);
        auto answer = answer_of(event);
        if (!answer || place.attempts.empty()) return;
        place.attempts.back().answers.push_back({.moment = moment,
                                                 .event = std::move(*answer),
                                                 .is_timeout = ends_with(event.type, "TimedOut"),
                                                 .lacks_data = event.lacks_data});
    }

private:
    static void take_map_run(const RecordedEvent& event, const Moment& moment, PlaceScript& place) {
        if (event.type == map_run_started) place.map_runs.emplace_back();
        if (place.map_runs.empty()) return;
        RecordedMapRun& run = place.map_runs.back();
        if (event.type == map_run_succeeded || event.type == map_run_failed) {
            run.ended = moment;
            run.is_ended = true;
            if (event.type == map_run_failed) run.failure = failure_of(event.details);
        }
    }

    Script& script_;
};

} // namespace

Script make_script(const RecordedHistory& history, const std::vector<Placement>& placements) {
    Script script;
    Reader reader(script);
    for (std::size_t i = 0; i < history.events.size(); ++i)
        reader.take(history.events[i], placements[i]);
    return script;
}

} // namespace gradus
