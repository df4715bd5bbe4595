// What the recording answers to a branch that waits, and when.
#include "states/replay/addressee.hpp"
#include "states/replay/map_run_answers.hpp"
#include "states/replay/rerun.hpp"

#include <algorithm>

namespace gradus {
namespace {

template <class T>
const T* at_or_null(const std::vector<T>& list, std::size_t index) {
    return index < list.size() ? &list[index] : nullptr;
}

} // namespace

std::optional<Rerun::Candidate> Rerun::entering(BranchId id) {
    const Branch& branch = *state_.branches[static_cast<std::size_t>(id)];
    Candidate out{.at = now_, .turn = {.input = {now_, Continued{}}, .entering = id}};
    const LaneId lane = lane_of(state_, id);
    // The recorded event may be of another state: of a choice that was drawn, say.
    const RecordedEvent* next = branch.is_redriven ? nullptr : matcher_.next(lane);
    if (next == nullptr) {
        // A branch that went no further in the recording waits until the others have gone theirs.
        if (!branch.is_redriven && !matcher_.is_given_up(lane)) out.event_id = UINT64_MAX;
        return out;
    }
    out.event_id = next->id;
    out.at = std::max(now_, next->at.value_or(now_));
    return out;
}

std::optional<Event> Rerun::override_of(const ActiveTask& task) const {
    for (const AnswerOverride& one : options_.answers) {
        const bool is_this = one.attempt == 0 || one.attempt == task.number;
        if (one.state != task.place.second || !is_this) continue;
        if (const auto* failure = std::get_if<Failure>(&one.answer))
            return TaskFailed{.failure = *failure};
        return TaskSucceeded{.output = std::get<Value>(one.answer)};
    }
    return std::nullopt;
}

/// Which of a task's timers a recorded time-out was: they look alike in a history.
std::optional<CommandId> Rerun::timer_of_timeout(const Branch& branch, const ActiveTask& task,
                                                 Timestamp at) const {
    if (!branch.heartbeat || !branch.timeout)
        return branch.timeout ? branch.timeout : branch.heartbeat;
    const auto timer = timers_.find(*branch.timeout);
    const bool is_due = timer != timers_.end() && at >= timer->second.due;
    const bool knows_times = task.attempt != nullptr && task.attempt->scheduled.at.has_value();
    return is_due || !knows_times ? branch.timeout : branch.heartbeat;
}

std::optional<Rerun::Candidate> Rerun::answer_of_task(BranchId id) {
    const Branch& branch = *state_.branches[static_cast<std::size_t>(id)];
    const auto found = tasks_.find(*branch.task);
    if (found == tasks_.end()) return std::nullopt;
    const ActiveTask& task = found->second;
    const RecordedAnswer* recorded =
        task.attempt == nullptr ? nullptr : at_or_null(task.attempt->answers, task.answered);
    Candidate out{.at = now_};
    std::string what = "the answer of " + task.place.second;
    if (task.number > 1) what += ", attempt " + std::to_string(task.number);
    if (recorded != nullptr) {
        out.event_id = recorded->moment.event_id;
        if (recorded->moment.at && task.attempt->scheduled.at) {
            // As long after its start as it was recorded.
            out.at = std::max(now_, task.scheduled_at +
                                        (*recorded->moment.at - *task.attempt->scheduled.at));
        }
    }
    const bool is_progress =
        recorded != nullptr && (std::holds_alternative<TaskStarted>(recorded->event) ||
                                std::holds_alternative<TaskSubmitted>(recorded->event));
    const auto given = is_progress ? std::nullopt : override_of(task);
    if (given) {
        out.turn.input.event = addressed(*given, *branch.task);
        out.trigger = Trigger{.text = what + ", which was given instead of the recorded one",
                              .is_given = true};
        return out;
    }
    if (recorded == nullptr) return std::nullopt;
    if (recorded->lacks_data) {
        error_ = Error{ErrorCode::invalid_argument,
                       "event " + std::to_string(out.event_id) + ", " + what +
                           ", has no output: the history was read without execution data, or it "
                           "was cut off; give one with --answer " +
                           task.place.second + "=JSON"};
        return std::nullopt;
    }
    out.trigger = Trigger{.text = what, .event_id = out.event_id};
    if (!recorded->is_timeout) {
        out.turn.input.event = addressed(recorded->event, *branch.task);
        return out;
    }
    const auto timer = timer_of_timeout(branch, task, out.at);
    if (!timer) return std::nullopt; // this definition's task has none
    out.turn.input.event = TimerFired{*timer};
    out.trigger = Trigger{.text = "the time-out of " + task.place.second, .event_id = out.event_id};
    return out;
}

std::optional<Rerun::Candidate> Rerun::end_of_timer(BranchId id) {
    const Branch& branch = *state_.branches[static_cast<std::size_t>(id)];
    const CommandId command = *branch.timer;
    const Timestamp due = timers_.at(command).due;
    const bool is_wait = state_.open_commands.at(command).purpose == CommandPurpose::wait;
    const std::string name = state_name(branch);
    Candidate out{.at = std::max(now_, due),
                  .turn = {.input = {{}, TimerFired{command}}},
                  .trigger = Trigger{.text = (is_wait ? "the end of " : "the retry of ") + name}};
    const auto place = subject_.script->places.find({lane_of(state_, id), name});
    const Moment* moment = nullptr;
    if (place != subject_.script->places.end()) {
        const PlaceUse& use = used_[place->first];
        const auto* attempt = at_or_null(place->second.attempts, use.attempts);
        if (is_wait)
            moment = at_or_null(place->second.left, use.left);
        else if (attempt != nullptr)
            moment = &attempt->scheduled;
        else
            moment = at_or_null(place->second.started, use.started);
    }
    if (moment == nullptr) {
        out.is_timer = true;
        return out;
    }
    out.event_id = moment->event_id;
    out.trigger->event_id = moment->event_id;
    // Drawn delays come from the recording; a Wait takes at least as long as this definition says.
    const Timestamp recorded = std::max(now_, moment->at.value_or(now_));
    out.at = is_wait || !moment->at ? std::max(recorded, due) : recorded;
    return out;
}

std::optional<Rerun::Candidate> Rerun::answer_of_map_run(BranchId id) {
    const Branch& branch = *state_.branches[static_cast<std::size_t>(id)];
    const MapRun& run = *branch.map_run;
    const std::string name = state_name(branch);
    const PlaceKey key{lane_of(state_, id), name};
    const auto place = subject_.script->places.find(key);
    const std::size_t begun = used_[key].map_runs;
    const RecordedMapRun* recorded = place == subject_.script->places.end() || begun == 0
                                         ? nullptr
                                         : at_or_null(place->second.map_runs, begun - 1);
    if (recorded == nullptr || (!recorded->is_known && !recorded->is_ended)) return std::nullopt;
    Candidate out{.event_id = recorded->is_ended ? recorded->ended.event_id : UINT64_MAX,
                  .at = std::max(now_, recorded->ended.at.value_or(now_)),
                  .trigger = Trigger{.text = "what the Map Run of " + name + " heard",
                                     .event_id = recorded->ended.event_id}};
    auto answer = map_run_answer(*recorded, run, reads_[run.record.map_run_arn]);
    if (!answer) return std::nullopt;
    out.turn.input.event = std::move(*answer);
    if (recorded->is_known || recorded->failure) return out;
    // The results of the children are only in what the state made of them.
    for (std::size_t ahead = 0; const RecordedEvent* next = matcher_.next(key.first, ahead);
         ++ahead) {
        if (next->type != HistoryEventType::map_state_exited) continue;
        out.turn.given[id] = {next->details["output"], next->details["assignedVariables"]};
        break;
    }
    return out;
}

const RecordedAttempt* Rerun::spare_attempt(const std::string& state) {
    const RecordedAttempt* first = nullptr;
    for (const auto& [key, place] : subject_.script->places) {
        if (key.second != state) continue;
        for (const RecordedAttempt& attempt : place.attempts) {
            const bool is_earlier =
                first == nullptr || attempt.scheduled.event_id < first->scheduled.event_id;
            if (!begun_.contains(&attempt) && is_earlier) first = &attempt;
        }
    }
    return first;
}

void Rerun::begin_attempt(const ScheduleTask& task) {
    const BranchId id = state_.open_commands.at(task.command).branch;
    const PlaceKey key{lane_of(state_, id), std::string(task.state_name.as_string())};
    ActiveTask active{.place = key, .number = used_[key].attempts, .scheduled_at = now_};
    const auto place = subject_.script->places.find(key);
    if (place != subject_.script->places.end() && active.number > 0)
        active.attempt = at_or_null(place->second.attempts, active.number - 1);
    // A state that this definition has in another place is answered as it was in its old one.
    if (active.attempt == nullptr) active.attempt = spare_attempt(key.second);
    if (active.attempt != nullptr) begun_.insert(active.attempt);
    tasks_[task.command] = std::move(active);
}

} // namespace gradus
