#include "states/replay/exact.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"
#include "states/replay/addressee.hpp"
#include "states/replay/lanes.hpp"
#include "states/replay/task_token_text.hpp"

#include <algorithm>

namespace gradus {
namespace {

// Payloads to the letter; everything else by its own comparison.
template <class Details>
bool is_same(const Details& a, const Details& b) {
    return a == b;
}
bool is_same(const ExecutionStartedDetails& a, const ExecutionStartedDetails& b) {
    return a.role_arn == b.role_arn && is_same_text(a.input, b.input);
}
bool is_same(const OutputDetails& a, const OutputDetails& b) {
    return is_same_text(a.output, b.output);
}
bool is_same(const StateEnteredDetails& a, const StateEnteredDetails& b) {
    return a.name == b.name && is_same_text(a.input, b.input);
}
bool is_same(const StateExitedDetails& a, const StateExitedDetails& b) {
    return a.name == b.name && is_same_text(a.output, b.output) &&
           is_same_text(a.assigned_variables, b.assigned_variables);
}
bool is_same(const InvocationDetails& a, const InvocationDetails& b) {
    return a == b && is_same_text(a.input, b.input);
}
bool is_same(const TaskScheduledDetails& a, const TaskScheduledDetails& b) {
    return a == b && is_same_text(a.parameters, b.parameters);
}
bool is_same(const TaskOutputDetails& a, const TaskOutputDetails& b) {
    return a.resource == b.resource && a.resource_type == b.resource_type &&
           is_same_text(a.output, b.output);
}

bool is_same(const HistoryDetails& a, const HistoryDetails& b) {
    if (a.index() != b.index()) return false;
    return std::visit(
        [&](const auto& x) { return is_same(x, std::get<std::decay_t<decltype(x)>>(b)); }, a);
}

bool is_token_difference(const Value& a, const Value& b) {
    return a.is_string() && b.is_string() && is_same_but_tokens(a.as_string(), b.as_string());
}

std::vector<ValueDifference> details_differences(const HistoryEvent& expected,
                                                 const HistoryEvent& actual) {
    auto differences =
        value_differences(history_details(expected), history_details(actual), is_token_difference);
    if (expected.timestamp != actual.timestamp) {
        differences.push_back({"/timestamp",
                               Value(format_iso8601(epoch_milliseconds(expected.timestamp))),
                               Value(format_iso8601(epoch_milliseconds(actual.timestamp)))});
    }
    return differences;
}

bool is_same_event(const HistoryEvent& a, const HistoryEvent& b) {
    if (a.id != b.id || a.previous_event_id != b.previous_event_id || a.type != b.type ||
        a.timestamp != b.timestamp)
        return false;
    return is_same(a.details, b.details) || details_differences(a, b).empty();
}

/// What an input was, for people.
Trigger trigger_of(const Recording& recording, std::size_t index, const Program& program) {
    const Input& input = recording.inputs[index].input;
    const RecordedInput& entry = recording.inputs[index];
    Trigger trigger{.text = std::string(event_name(input.event)), .input = index + 1};
    if (!entry.history.empty()) trigger.event_id = entry.history.front().id;
    if (index == 0) trigger.text = "the start of the execution";
    const auto command = addressee(input.event);
    if (!command) return trigger;
    ExecutionState state;
    Effects effects;
    for (std::size_t i = 0; i < index; ++i) {
        effects.clear();
        step(program, state, recording.inputs[i].input, effects);
    }
    const auto open = state.open_commands.find(*command);
    if (open == state.open_commands.end()) return trigger;
    const auto& branch = state.branches[static_cast<std::size_t>(open->second.branch)];
    if (branch) trigger.text += " of " + std::string(program.state(branch->state).name.as_string());
    return trigger;
}

} // namespace

std::optional<FirstDifference> ExactFold::take(const RecordedInput& entry) {
    GRADUS_ASSERT(!is_done_);
    effects_.clear();
    step(program_, state_, entry.input, effects_);
    const std::size_t input = inputs_++;
    const std::vector<HistoryEvent>& expected = entry.history;
    const std::vector<HistoryEvent>& actual = effects_.history;
    const std::size_t both = std::min(actual.size(), expected.size());
    std::size_t event = 0;
    while (event < both && is_same_event(expected[event], actual[event])) {
        ++events_;
        is_done_ = expected[event++].id == until_;
        if (is_done_) return std::nullopt;
    }
    if (event == expected.size() && event == actual.size()) return std::nullopt;
    FirstDifference difference{.input = input, .event = event};
    if (event < expected.size()) difference.expected = expected[event];
    if (event < actual.size()) difference.actual = actual[event];
    return difference;
}

ExactResult fold_exactly(const Program& program, const Recording& recording, std::uint64_t until) {
    ExactResult result;
    ExactFold fold(program, until);
    for (const RecordedInput& entry : recording.inputs) {
        result.difference = fold.take(entry);
        result.events = fold.events();
        if (fold.is_done()) return result;
        if (result.difference) break;
    }
    const ExecutionState& state = fold.state();
    result.outcome = {state.status, state.output, state.failure};
    return result;
}

Divergence describe(const FirstDifference& difference, const Program& program,
                    const Recording& recording) {
    Divergence out{.trigger = trigger_of(recording, difference.input, program)};
    LaneTable lanes;
    LaneTracker tracker(lanes);
    Placement placement;
    for (std::size_t i = 0; i <= difference.input; ++i) {
        const auto& history = recording.inputs[i].history;
        const bool is_last = i == difference.input;
        for (std::size_t k = 0; k < (is_last ? difference.event : history.size()); ++k)
            tracker.place(recorded_event(history[k]));
    }
    if (difference.expected) {
        out.expected = recorded_event(*difference.expected);
        if (!difference.actual) placement = tracker.place(*out.expected);
    }
    if (difference.actual) {
        out.actual = recorded_event(*difference.actual);
        placement = tracker.place(*out.actual);
    }
    out.branch = lanes.path(placement.lane);
    out.state = placement.state;
    if (!difference.expected) {
        out.kind = DivergenceKind::surplus_event;
    } else if (!difference.actual) {
        out.kind = DivergenceKind::missing_event;
    } else if (difference.expected->type != difference.actual->type) {
        out.kind = DivergenceKind::other_event;
    } else {
        out.differences = details_differences(*difference.expected, *difference.actual);
        const bool is_other_state =
            !out.differences.empty() && out.differences[0].pointer == "/name";
        out.kind = is_other_state            ? DivergenceKind::other_event
                   : out.differences.empty() ? DivergenceKind::other_link
                                             : DivergenceKind::other_details;
    }
    return out;
}

} // namespace gradus
