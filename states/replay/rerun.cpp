// Which turn comes next: the one that the recording shows first, of those that are possible now.
#include "states/replay/rerun.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// A time-out that would have come so much before the recorded answer wasn't noticed late: it is
/// another time-out than the one of the recording.
constexpr auto lateness_max = std::chrono::milliseconds(1000);

bool is_end(HistoryEventType type) {
    using enum HistoryEventType;
    return type == execution_succeeded || type == execution_failed || type == execution_aborted ||
           type == execution_timed_out;
}

} // namespace

Rerun::Rerun(const RerunSubject& subject, const ReplayOptions& options)
    : subject_(subject),
      options_(options),
      tracker_(*subject.lanes),
      matcher_(*subject.history, *subject.placements, *subject.lanes, subject.strictness) {
    is_cut_off_ = !is_end(subject.history->events.back().type);
}

Result<RerunResult> Rerun::run() {
    const RecordedEvent& first = subject_.history->events.front();
    now_ = first.at.value_or(timestamp_of(0));
    take_turn({.event_id = first.id,
               .at = now_,
               .turn = {.input = {now_, subject_.start}},
               .trigger = Trigger{.text = "the start of the execution", .event_id = 1}});
    if (!subject_.has_redrive_count)
        state_.context_execution = state_.context_execution.without("RedriveCount");
    while (!error_ && !is_at_end_) {
        auto next = next_turn();
        if (!next) break;
        take_turn(std::move(*next));
    }
    if (error_) return *error_;
    if (!is_at_end_) note_left_over();
    result_.events_found = matcher_.found();
    result_.outcome = {state_.status, state_.output, state_.failure};
    return std::move(result_);
}

std::optional<Rerun::Candidate> Rerun::next_turn() {
    std::vector<Candidate> possible = candidates();
    Candidate* first = nullptr; // that the recording shows
    Candidate* timer = nullptr; // that only the definition knows
    for (Candidate& one : possible) {
        if (one.is_timer) {
            if (timer == nullptr || one.at < timer->at) timer = &one;
        } else if (first == nullptr || one.event_id < first->event_id) {
            first = &one;
        }
    }
    if (first == nullptr && timer == nullptr) return std::nullopt;
    const bool is_timer_due =
        timer != nullptr && (first == nullptr || timer->at + lateness_max < first->at);
    return std::move(is_timer_due ? *timer : *first);
}

std::vector<Rerun::Candidate> Rerun::candidates() {
    std::vector<Candidate> out;
    if (state_.status == ExecutionStatus::running) {
        for (std::size_t i = 0; i < state_.branches.size(); ++i) {
            if (state_.branches[i]) add_candidates(static_cast<BranchId>(i), out);
        }
    }
    add_global_candidates(out);
    return out;
}

void Rerun::add_candidates(BranchId id, std::vector<Candidate>& out) {
    const Branch& branch = *state_.branches[static_cast<std::size_t>(id)];
    const auto add = [&](std::optional<Candidate> found) {
        if (!found) return;
        found->branch = id;
        found->turn.input.at = found->at;
        out.push_back(std::move(*found));
    };
    if (std::ranges::find(state_.ready, id) != state_.ready.end()) return add(entering(id));
    if (branch.timer) return add(end_of_timer(id));
    if (branch.map_run && branch.map_run->record.status == MapRunStatus::running)
        return add(answer_of_map_run(id));
    if (!branch.task) return;
    auto answer = answer_of_task(id);
    // Without an answer in the recording, whether it would have come in time isn't known.
    if (answer && branch.timeout && timers_.contains(*branch.timeout)) {
        const CommandId timeout = *branch.timeout;
        add(Candidate{.at = timers_.at(timeout).due,
                      .turn = {.input = {{}, TimerFired{timeout}}},
                      .trigger = Trigger{.text = "the time-out of " + state_name(branch)},
                      .is_timer = true});
    }
    add(std::move(answer));
}

void Rerun::add_global_candidates(std::vector<Candidate>& out) {
    const Script& script = *subject_.script;
    const auto add = [&](const Moment& moment, Event event, std::string text) {
        if (used_ids_.contains(moment.event_id)) return;
        const Timestamp at = std::max(now_, moment.at.value_or(now_));
        out.push_back({.event_id = moment.event_id,
                       .at = at,
                       .turn = {.input = {at, std::move(event)}},
                       .trigger = Trigger{.text = std::move(text), .event_id = moment.event_id}});
    };
    if (state_.status != ExecutionStatus::running) {
        if (!is_redrivable(state_)) return;
        for (const Moment& moment : script.redriven)
            add(moment, RedriveRequested{}, "the redrive");
        return;
    }
    for (const Stop& stop : script.aborted)
        add(stop.moment, StopRequested{stop.failure}, "the stop of the execution");
    for (const auto& [command, open] : state_.open_commands) {
        if (open.purpose != CommandPurpose::execution_timeout) continue;
        for (const Moment& moment : script.timed_out)
            add(moment, TimerFired{command}, "the time-out of the execution");
        if (script.timed_out.empty() && !out.empty())
            out.push_back({.at = timers_.at(command).due,
                           .turn = {.input = {timers_.at(command).due, TimerFired{command}}},
                           .trigger = Trigger{.text = "the time-out of the execution"},
                           .is_timer = true});
    }
}

std::string Rerun::state_name(const Branch& branch) const {
    return std::string(subject_.program->state(branch.state).name.as_string());
}

LaneId Rerun::lane_of(const ExecutionState& state, BranchId id) {
    const Branch& branch = *state.branches[static_cast<std::size_t>(id)];
    if (branch.entered_event_id != 0) return tracker_.placement(branch.entered_event_id).lane;
    if (!branch.parent) return LaneId::main;
    const Branch& parent = *state.branches[static_cast<std::size_t>(*branch.parent)];
    const bool is_parallel = subject_.program->state(parent.state).type == StateType::parallel;
    return is_parallel ? tracker_.branch_lane(branch.previous_event_id, state_name(branch))
                       : tracker_.placement(branch.previous_event_id).lane;
}

} // namespace gradus
