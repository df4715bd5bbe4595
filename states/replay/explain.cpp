#include "states/replay/explain.hpp"

#include "states/replay/field_of.hpp"

namespace gradus {
namespace {

using enum HistoryEventType;

bool ends_with(const RecordedEvent& event, std::string_view end) {
    return history_event_name(event.type).ends_with(end);
}

std::string quoted(const Value& name) {
    return "'" + (name.is_string() ? std::string(name.as_string()) : to_json(name)) + "'";
}

/// "the state 'Ship'", "a failure", "its end": where an event leads to.
std::string goal_of(const RecordedEvent& event) {
    if (ends_with(event, "StateEntered")) return "goes to " + quoted(event.details["name"]);
    if (ends_with(event, "StateExited")) return "leaves " + quoted(event.details["name"]);
    if (event.type == execution_succeeded) return "succeeds";
    if (event.type == execution_failed) return "fails";
    if (event.type == execution_timed_out) return "times out";
    if (event.type == execution_aborted) return "is stopped";
    return "has " + std::string(history_event_name(event.type));
}

const RecordedEvent* event_of(const RecordedHistory& history, std::uint64_t id) {
    return id == 0 || id > history.events.size() ? nullptr : &history.events[id - 1];
}

/// The payload that an event hands on, or takes in.
const Value* handed_on(const RecordedEvent& event) {
    if (event.lacks_data) return nullptr;
    if (ends_with(event, "StateExited")) return event.details.find("output");
    if (event.type == execution_started) return event.details.find("input");
    return nullptr;
}
const Value* taken_in(const RecordedEvent& event) {
    if (event.lacks_data) return nullptr;
    if (ends_with(event, "StateEntered")) return event.details.find("input");
    if (event.type == execution_succeeded) return event.details.find("output");
    return nullptr;
}

std::string details_sentence(const Divergence& divergence) {
    const RecordedEvent& event = *divergence.actual;
    const std::string state = "State '" + divergence.state + "'";
    if (ends_with(event, "StateExited")) return state + " makes something else of the same data.";
    if (ends_with(event, "Scheduled"))
        return state + " asks for something else; the recorded answer was to another request.";
    if (ends_with(event, "StateEntered")) return state + " begins with other data.";
    if (event.type == map_state_started) return state + " has another number of items.";
    if (event.type == execution_started) return "The execution starts with something else.";
    if (event.type == execution_succeeded) return "The execution ends with another output.";
    return "This event says something else.";
}

std::string sentence(const Divergence& divergence) {
    switch (divergence.kind) {
    case DivergenceKind::other_details: return details_sentence(divergence);
    case DivergenceKind::other_link:
        return "The event is the same, but it follows another one: event " +
               std::to_string(divergence.actual->previous_event_id) + " instead of event " +
               std::to_string(divergence.expected->previous_event_id) + ".";
    case DivergenceKind::other_event: {
        std::string recorded = goal_of(*divergence.expected);
        std::string own = goal_of(*divergence.actual);
        if (recorded == own) {
            recorded = "has " + std::string(history_event_name(divergence.expected->type));
            own = "has " + std::string(history_event_name(divergence.actual->type));
        }
        return "The recorded execution " + recorded + " here; this one " + own + ".";
    }
    case DivergenceKind::missing_event:
        return "The recorded execution " + goal_of(*divergence.expected) +
               " here; this one doesn't come to that.";
    case DivergenceKind::surplus_event:
        return "The recorded execution had nothing more here; this one " +
               goal_of(*divergence.actual) + ".";
    }
    return "";
}

} // namespace

std::string contradiction(const RecordedEvent& event, const RecordedHistory& history) {
    const std::string here = "event " + std::to_string(event.id);
    if (const Value* input = taken_in(event)) {
        const RecordedEvent* previous = event_of(
            history, event.id == 2 ? 1 : event.previous_event_id); // the first state follows none
        const Value* output = previous == nullptr ? nullptr : handed_on(*previous);
        if (output == nullptr || *output == *input) return "";
        return "The recording contradicts itself: " + here + " doesn't go on with what event " +
               std::to_string(previous->id) + " handed on.";
    }
    const Value* output = handed_on(event);
    if (output == nullptr) return "";
    for (std::uint64_t id = event.id + 1; id <= history.events.size(); ++id) {
        const RecordedEvent& later = history.events[id - 1];
        const bool follows = later.previous_event_id == event.id || (event.id == 1 && id == 2);
        const Value* input = follows ? taken_in(later) : nullptr;
        if (input == nullptr || *input == *output) continue;
        return "The recording contradicts itself: event " + std::to_string(id) +
               " doesn't go on with what " + here + " handed on.";
    }
    return "";
}

void explain(Divergence& divergence, const ExplanationSources& sources) {
    const RecordedEvent* previous =
        divergence.expected ? event_of(*sources.history, divergence.expected->previous_event_id)
                            : nullptr;
    divergence.pointer = field_of(divergence, previous, *sources.definition);
    divergence.position = locate(sources.text, divergence.pointer);
    if (divergence.expected && divergence.kind == DivergenceKind::other_details)
        divergence.explanation = contradiction(*divergence.expected, *sources.history);
    if (!divergence.explanation.empty()) {
        divergence.source = DivergenceSource::recording;
        return;
    }
    divergence.explanation = sentence(divergence);
    if (divergence.trigger.is_given) divergence.source = DivergenceSource::answer;
    const bool is_transition = divergence.kind == DivergenceKind::other_event &&
                               previous != nullptr && ends_with(*previous, "StateExited");
    if (!is_transition || sources.knows_draws) return;
    const Value& left = previous->details["name"];
    const bool is_drawn =
        left.is_string() && sources.definition->may_vary(std::string(left.as_string()));
    if (!is_drawn) return;
    divergence.source = DivergenceSource::unknowable;
    divergence.explanation += " The way may depend on a draw or on the clock.";
}

} // namespace gradus
