// What is remembered of a turn: what its events amount to, and what the world owes the execution
// now.
#include "states/replay/rerun.hpp"

#include <algorithm>

namespace gradus {
namespace {

using enum HistoryEventType;

bool ends_with(HistoryEventType type, std::string_view end) {
    return history_event_name(type).ends_with(end);
}

} // namespace

void Rerun::note_triggers(const Candidate& candidate) {
    if (!candidate.trigger) return;
    for (LaneId lane = lane_of(state_, candidate.branch);; lane = (*subject_.lanes)[lane].parent) {
        triggers_[lane] = *candidate.trigger;
        if (lane == LaneId::main) return;
    }
}

const Trigger& Rerun::trigger_of(LaneId lane) const {
    while (true) {
        const auto found = triggers_.find(lane);
        if (found != triggers_.end()) return found->second;
        static const Trigger start{.text = "the start of the execution", .event_id = 1};
        if (lane == LaneId::main) return start;
        lane = (*subject_.lanes)[lane].parent;
    }
}

void Rerun::commit(Candidate& candidate, std::vector<Compared>& events, Effects& effects) {
    if (candidate.trigger) used_ids_.insert(candidate.event_id);
    if (!candidate.turn.entering) {
        // Of a task, one answer more was given.
        for (auto& [command, task] : tasks_) {
            const auto* started = std::get_if<TaskStarted>(&candidate.turn.input.event);
            const auto* submitted = std::get_if<TaskSubmitted>(&candidate.turn.input.event);
            const bool is_this = (started != nullptr && started->command == command) ||
                                 (submitted != nullptr && submitted->command == command);
            if (is_this) ++task.answered;
        }
    }
    for (Compared& event : events) {
        judge(event, candidate.trigger ? *candidate.trigger : trigger_of(event.placement.lane));
        count(event);
        if (event.event.type == map_run_started && event.match.expected != nullptr) {
            const Value& arn = event.match.expected->details["mapRunArn"];
            if (arn.is_string()) candidate.turn.map_run_arn = arn.as_string();
        }
        if (is_at_end_ || error_) break;
    }
    if (!candidate.turn.map_run_arn.empty()) {
        Branch& branch = *state_.branches[static_cast<std::size_t>(candidate.branch)];
        if (branch.map_run) branch.map_run->record.map_run_arn = candidate.turn.map_run_arn;
    }
    for (const Command& command : effects.commands)
        note_command(command);
    for (HistoryEvent& event : effects.history)
        result_.history.push_back(std::move(event));
    result_.turns.push_back(std::move(candidate.turn));
}

/// Decides what a comparison amounts to.
void Rerun::judge(Compared& compared, const Trigger& trigger) {
    EventMatch& match = compared.match;
    const LaneId lane = compared.placement.lane;
    if (matcher_.is_given_up(lane)) return;
    if (match.expected != nullptr) {
        const std::uint64_t id = match.expected->id;
        if (options_.until_event != 0 && id >= options_.until_event) is_at_end_ = true;
        if (options_.until_event != 0 && id > options_.until_event) return;
        // What was taken from the recording is equal now; what counts is that it wasn't.
        if (const auto noted = noted_.find(id); noted != noted_.end()) {
            match = noted->second.match;
            compared.event = noted->second.event;
            compared.excused = noted->second.excused;
        }
    }
    const bool is_before_start =
        match.expected != nullptr && match.expected->id < options_.from_event;
    if (match.kind == DivergenceKind::other_details &&
        (!compared.excused.empty() || is_before_start)) {
        if (!is_before_start) note_taken(compared);
        match.kind.reset();
        // That the details are taken says nothing about which event it follows.
        if (!is_before_start && match.has_other_link) {
            match.kind = DivergenceKind::other_link;
            match.differences.clear();
        }
    }
    if (!match.kind) return matcher_.take(compared.placement, match);
    if (is_before_start && match.kind != DivergenceKind::other_link) {
        error_ =
            Error{ErrorCode::invalid_argument,
                  "this definition doesn't come to event " + std::to_string(options_.from_event) +
                      ": at event " + std::to_string(match.expected->id) + " it goes to " +
                      std::string(history_event_name(compared.event.type)) + " instead of " +
                      std::string(history_event_name(match.expected->type))};
        return;
    }
    const bool is_ahead = match.kind == DivergenceKind::surplus_event && is_cut_off_;
    if (!is_ahead && !is_before_start) note_difference(compared, trigger);
    if (match.kind == DivergenceKind::other_details || match.kind == DivergenceKind::other_link)
        matcher_.take(compared.placement, match);
    else if (!compared.placement.is_abort)
        matcher_.give_up(lane);
}

void Rerun::note_taken(const Compared& compared) {
    TakenAsRecorded taken{.event_id = compared.match.expected->id,
                          .state = compared.placement.state};
    for (const auto& [pointer, why] : compared.excused) {
        taken.pointers.push_back(pointer);
        if (taken.why.find(why) == std::string::npos)
            taken.why += (taken.why.empty() ? "" : ", ") + why;
    }
    result_.taken.push_back(std::move(taken));
}

void Rerun::note_difference(const Compared& compared, const Trigger& trigger) {
    if (!result_.differences.empty() && !options_.finds_all) return;
    Divergence divergence{.kind = *compared.match.kind,
                          .actual = compared.event,
                          .differences = compared.match.differences,
                          .branch = subject_.lanes->path(compared.placement.lane),
                          .state = compared.placement.state,
                          .trigger = trigger};
    if (compared.match.expected != nullptr) divergence.expected = *compared.match.expected;
    result_.differences.push_back({std::move(divergence), compared.placement.lane});
}

/// Moves on in the script of the place where the event happened.
void Rerun::count(const Compared& compared) {
    if (compared.placement.is_abort) return;
    PlaceUse& use = used_[{compared.placement.lane, compared.placement.state}];
    const HistoryEventType type = compared.event.type;
    if (ends_with(type, "StateEntered")) ++use.entered;
    if (ends_with(type, "Scheduled")) ++use.attempts;
    if (type == wait_state_exited) ++use.left;
    if (type == parallel_state_started || type == map_state_started) ++use.started;
    if (type == map_run_started) ++use.map_runs;
}

void Rerun::note_command(const Command& command) {
    if (const auto* timer = std::get_if<StartTimer>(&command)) {
        timers_[timer->command] = *timer;
    } else if (const auto* task = std::get_if<ScheduleTask>(&command)) {
        if (state_.open_commands.contains(task->command)) begin_attempt(*task);
    } else if (const auto* cancelled = std::get_if<CancelCommand>(&command)) {
        timers_.erase(cancelled->command);
        tasks_.erase(cancelled->command);
    }
}

/// Recorded events that this run never came to, the first of each branch.
void Rerun::note_left_over() {
    if (state_.status == ExecutionStatus::running) note_unanswered();
    std::set<LaneId> seen;
    for (const RecordedEvent* event : matcher_.left_over()) {
        if (!result_.differences.empty() && !options_.finds_all) return;
        if (event->id < options_.from_event) continue;
        const Placement& placement = matcher_.placement_of(*event);
        if (!placement.is_abort && !seen.insert(placement.lane).second) continue;
        result_.differences.push_back({Divergence{.kind = DivergenceKind::missing_event,
                                                  .expected = *event,
                                                  .branch = subject_.lanes->path(placement.lane),
                                                  .state = placement.state,
                                                  .trigger = trigger_of(placement.lane)},
                                       placement.lane});
    }
}

/// What the run waits for at its end, and the recording has no answer to.
void Rerun::note_unanswered() {
    for (std::size_t i = 0; i < state_.branches.size(); ++i) {
        const auto& branch = state_.branches[i];
        if (!branch) continue;
        const LaneId lane = lane_of(state_, static_cast<BranchId>(i));
        // A recording that was made while the execution ran waits here, too.
        if (is_cut_off_ && !matcher_.is_given_up(lane) && matcher_.next(lane) == nullptr) continue;
        const std::string name = state_name(*branch);
        if (branch->task) {
            const auto task = tasks_.find(*branch->task);
            const bool has_attempt = task != tasks_.end() && task->second.attempt != nullptr;
            result_.unanswered.push_back({name, subject_.lanes->path(lane),
                                          has_attempt
                                              ? "the recording has no further answer for this task"
                                              : "the recording has no answer for this task"});
        } else if (branch->map_run && branch->map_run->record.status == MapRunStatus::running) {
            result_.unanswered.push_back(
                {name, subject_.lanes->path(lane),
                 "the recording doesn't say what the children of this Map came to"});
        }
    }
}

} // namespace gradus
