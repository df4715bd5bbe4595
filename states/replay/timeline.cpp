#include "states/replay/timeline.hpp"

#include "states/data_flow.hpp"

#include <utility>

namespace gradus {
namespace {

bool is_end(HistoryEventType type) {
    return type == HistoryEventType::execution_succeeded ||
           type == HistoryEventType::execution_failed ||
           type == HistoryEventType::execution_timed_out ||
           type == HistoryEventType::execution_aborted;
}

std::string what_of(CommandPurpose purpose) {
    switch (purpose) {
    case CommandPurpose::task: return "the answer of the task";
    case CommandPurpose::task_timeout: return "the task's time-out";
    case CommandPurpose::task_heartbeat: return "a missed heartbeat";
    case CommandPurpose::retry_delay: return "the next attempt";
    case CommandPurpose::wait: return "the end of the wait";
    case CommandPurpose::execution_timeout: return "the execution's time-out";
    case CommandPurpose::item_reader: return "items to be read";
    case CommandPurpose::map_child: return "a child execution";
    case CommandPurpose::result_writer: return "results to be written";
    }
    GRADUS_UNREACHABLE();
}

} // namespace

std::vector<Turn> turns_of(const Program& program, const Recording& recording) {
    std::vector<Turn> turns;
    ExecutionState state;
    Effects effects;
    const auto add = [&](Turn turn) {
        effects.clear();
        apply(program, state, turn, effects);
        turns.push_back(std::move(turn));
    };
    for (const RecordedInput& entry : recording.inputs) {
        add({.input = entry.input});
        while (state.status == ExecutionStatus::running && !state.ready.empty())
            add({.input = {entry.input.at, Continued{}}, .entering = state.ready.front()});
    }
    return turns;
}

void Timeline::Impl::prepare() const {
    if (std::exchange(is_prepared_, true)) return;
    LaneTracker tracker(lanes_);
    ExecutionState state;
    Effects effects;
    for (std::size_t i = 0; i < turns_.size(); ++i) {
        effects.clear();
        apply(*program_, state, turns_[i], effects);
        for (HistoryEvent& event : effects.history) {
            const Placement placement = tracker.place(recorded_event(event));
            places_.push_back({placement.state, lanes_.path(placement.lane), placement.lane, i});
            history_.push_back(std::move(event));
        }
    }
}

const std::vector<HistoryEvent>& Timeline::Impl::history() const {
    prepare();
    return history_;
}

LaneId Timeline::Impl::lane_of(const ExecutionState& state, const Branch& branch) const {
    if (branch.entered_event_id != 0) return places_[branch.entered_event_id - 1].lane;
    return branch.parent ? lane_of(state, *state.branches[static_cast<std::size_t>(*branch.parent)])
                         : LaneId::main;
}

Branch* Timeline::Impl::branch_in(const ExecutionState& state, LaneId lane) const {
    for (const auto& branch : state.branches) {
        if (branch && branch->entered_event_id != 0 && lane_of(state, *branch) == lane)
            return branch.get();
    }
    return nullptr;
}

/// Those of the branch, or of the one around it that it began with.
Value Timeline::Impl::variables_in(const ExecutionState& state, LaneId lane) const {
    while (true) {
        if (const Branch* branch = branch_in(state, lane)) return branch->variables;
        if (lane == LaneId::main) return Value::object();
        lane = lanes_[lane].parent;
    }
}

/// What the state at work began with.
Value Timeline::Impl::input_at(std::size_t index) const {
    for (std::size_t i = index + 1; i-- > 0;) {
        const auto* entered = std::get_if<StateEnteredDetails>(&history_[i].details);
        if (entered != nullptr && places_[i].lane == places_[index].lane) return entered->input;
    }
    return {};
}

std::vector<WaitingFor> Timeline::Impl::waiting(const ExecutionState& state,
                                                const std::map<CommandId, Timestamp>& due) const {
    std::vector<WaitingFor> out;
    for (const auto& [command, open] : state.open_commands) {
        const auto& branch = state.branches[static_cast<std::size_t>(open.branch)];
        if (!branch) continue;
        const bool is_of_execution = open.purpose == CommandPurpose::execution_timeout;
        WaitingFor one{.what = what_of(open.purpose)};
        if (!is_of_execution) {
            one.state = std::string(program_->state(branch->state).name.as_string());
            one.branch = lanes_.path(lane_of(state, *branch));
        }
        if (const auto timer = due.find(command); timer != due.end()) one.due = timer->second;
        out.push_back(std::move(one));
    }
    return out;
}

TimelineView Timeline::Impl::at(std::size_t index) const {
    prepare();
    GRADUS_ASSERT(index < history_.size());
    const Place& place = places_[index];
    TimelineView view{.event = history_[index], .state = place.state, .branch = place.branch};
    ExecutionState state;
    Effects effects;
    std::map<CommandId, Timestamp> due;
    for (std::size_t i = 0; i <= place.turn; ++i) {
        if (i == place.turn) view.variables = variables_in(state, place.lane);
        effects.clear();
        apply(*program_, state, turns_[i], effects);
        for (const Command& command : effects.commands) {
            if (const auto* timer = std::get_if<StartTimer>(&command))
                due[timer->command] = timer->due;
        }
    }
    // Others of the same step come before the end.
    if (is_end(view.event.type)) view.status = state.status;
    view.waiting = waiting(state, due);
    view.input = input_at(index);
    const auto* exited = std::get_if<StateExitedDetails>(&view.event.details);
    if (exited != nullptr && exited->assigned_variables.is_object()) {
        for (const Member& member : exited->assigned_variables.as_object())
            view.variables = view.variables.with(member.name(), member.value);
    }
    if (place.state.empty()) return view;
    Branch* branch = branch_in(state, place.lane);
    if (branch == nullptr) { // it has ended
        view.context = Value::object({{"Execution", state.context_execution},
                                      {"StateMachine", state.context_state_machine}});
        return view;
    }
    // The branch may be on its way to the next state.
    for (std::size_t i = 0; i < program_->states.size(); ++i) {
        if (program_->states[i].name == Value(place.state))
            branch->state = static_cast<StateIndex>(i);
    }
    view.context = DataView(*program_, state, *branch, view.event.timestamp, nullptr).context({});
    return view;
}

const std::vector<HistoryEvent>& Timeline::history() const { return impl_->history(); }

TimelineView Timeline::at(std::size_t index) const { return impl_->at(index); }

} // namespace gradus
