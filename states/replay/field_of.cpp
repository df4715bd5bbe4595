#include "states/replay/field_of.hpp"

#include "gradus/json.hpp"

#include <initializer_list>
#include <string_view>

namespace gradus {
namespace {

using enum HistoryEventType;

bool ends_with(HistoryEventType type, std::string_view end) {
    return history_event_name(type).ends_with(end);
}

std::string text_of(const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : "";
}

/// The first of these fields that the state has; empty: none.
std::string_view first_field(const Value& state, std::initializer_list<std::string_view> fields) {
    for (const std::string_view field : fields) {
        if (state.find(field) != nullptr) return field;
    }
    return "";
}

/// As far into a field as it has members of the names in `rest`, which may be templates
/// ("total.$").
std::string deepest(const Value& field, const std::string& pointer, std::string_view rest) {
    if (rest.empty() || !field.is_object()) return pointer;
    const std::size_t end = rest.find('/', 1);
    const std::string_view escaped = rest.substr(1, end == std::string_view::npos ? end : end - 1);
    const std::string_view further = end == std::string_view::npos ? "" : rest.substr(end);
    for (const Member& member : field.as_object()) {
        const std::string name(member.name());
        for (const std::string& wanted :
             {name, name.ends_with(".$") ? name.substr(0, name.size() - 2) : name}) {
            if (pointer_child("", wanted) != "/" + std::string(escaped)) continue;
            return deepest(member.value, pointer_child(pointer, name), further);
        }
    }
    return pointer;
}

/// One state of the definition, and where it stands.
struct Subject {
    const Value* state;
    std::string pointer;

    std::string in(std::string_view field, std::string_view rest = "") const {
        if (field.empty()) return pointer;
        return deepest((*state)[field], pointer_child(pointer, field), rest);
    }
    /// Of the first of these fields that there is.
    std::string in_first(std::initializer_list<std::string_view> fields,
                         std::string_view rest = "") const {
        return in(first_field(*state, fields), rest);
    }
};

/// The number of the catcher that leads to a state; the last one if none does.
std::string catcher_to(const Subject& subject, const std::string& next) {
    const Value& catchers = (*subject.state)["Catch"];
    const std::string at = pointer_child(subject.pointer, "Catch");
    for (std::size_t i = 0; i < catchers.size(); ++i) {
        if (text_of(catchers[i]["Next"]) == next)
            return pointer_child(pointer_child(at, i), "Next");
    }
    return catchers.size() == 0 ? subject.pointer : at;
}

/// The field by which a state that was left leads on to another.
std::string transition(const Subject& subject, const std::string& next, bool is_caught) {
    const Value& state = *subject.state;
    if (is_caught) return catcher_to(subject, next);
    if (const Value* choices = state.find("Choices"); choices != nullptr) {
        const std::string at = pointer_child(subject.pointer, "Choices");
        for (std::size_t i = 0; i < choices->size(); ++i) {
            if (text_of((*choices)[i]["Next"]) == next) return pointer_child(at, i);
        }
        return state.find("Default") != nullptr ? pointer_child(subject.pointer, "Default") : at;
    }
    return subject.in_first({"Next", "End"});
}

/// What a state makes of its data when it is left.
std::string exit_field(const Subject& subject, const std::string& difference, bool is_caught) {
    const auto rest_of = [&](std::string_view member) {
        return std::string_view(difference).substr(std::min(difference.size(), member.size() + 1));
    };
    if (is_caught) return subject.in_first({"Catch"});
    if (difference.starts_with("/assignedVariables"))
        return subject.in_first({"Assign", "Choices"}, rest_of("assignedVariables"));
    const std::string_view rest = rest_of("output");
    if (first_field(*subject.state, {"Output"}) == "Output") return subject.in("Output", rest);
    // In JSONPath the last step that can have made it.
    if (subject.state->find("ResultSelector") != nullptr) return subject.in("ResultSelector", rest);
    return subject.in_first(
        {"OutputPath", "Result", "Parameters", "Arguments", "ResultPath", "InputPath"}, rest);
}

std::string scheduled_field(const Subject& subject, const std::string& difference) {
    const auto is_in = [&](std::string_view member) {
        return difference.starts_with("/" + std::string(member));
    };
    if (is_in("timeoutInSeconds"))
        return subject.in_first({"TimeoutSeconds", "TimeoutSecondsPath"});
    if (is_in("heartbeatInSeconds"))
        return subject.in_first({"HeartbeatSeconds", "HeartbeatSecondsPath"});
    if (is_in("taskCredentials")) return subject.in_first({"Credentials"});
    if (is_in("parameters") || is_in("input")) {
        const std::size_t from = difference.find('/', 1);
        return subject.in_first({"Arguments", "Parameters", "InputPath"},
                                from == std::string::npos
                                    ? std::string_view()
                                    : std::string_view(difference).substr(from));
    }
    return subject.in_first({"Resource"});
}

bool is_failure(const RecordedEvent* event) {
    if (event == nullptr) return false;
    const std::string_view name = history_event_name(event->type);
    return name.ends_with("Failed") || name.ends_with("TimedOut");
}

/// "Output/total" of an EvaluationFailed, "Choices[1]/Condition"…
std::string location_field(const Subject& subject, std::string_view location) {
    std::string pointer = subject.pointer;
    const Value* at = subject.state;
    while (!location.empty()) {
        const std::size_t end = location.find('/');
        std::string step(location.substr(0, end));
        location = end == std::string_view::npos ? "" : location.substr(end + 1);
        std::string index;
        if (const std::size_t open = step.find('['); open != std::string::npos) {
            index = step.substr(open + 1, step.find(']') - open - 1);
            step.resize(open);
        }
        const Value* next = at->find(step);
        if (next == nullptr) break;
        pointer = pointer_child(pointer, step);
        if (!index.empty()) pointer += "/" + index;
        const Value* element = index.empty() ? next : find_pointer(*next, "/" + index);
        if (element == nullptr) break;
        at = element;
    }
    return pointer;
}

std::string field_of_details(const Divergence& divergence, const Subject& subject,
                             const RecordedEvent* previous) {
    const HistoryEventType type = divergence.actual->type;
    const std::string difference =
        divergence.differences.empty() ? "" : divergence.differences[0].pointer;
    if (ends_with(type, "StateExited"))
        return exit_field(subject, difference, is_failure(previous));
    if (ends_with(type, "Scheduled")) return scheduled_field(subject, difference);
    if (type == map_state_started) return subject.in_first({"Items", "ItemsPath"});
    if (type == evaluation_failed)
        return location_field(subject, text_of(divergence.actual->details["location"]));
    if (ends_with(type, "StateEntered")) return subject.in_first({"InputPath"});
    const bool is_error = difference == "/error";
    if (type == execution_failed && is_error) return subject.in_first({"Error", "ErrorPath"});
    if (type == execution_failed) return subject.in_first({"Cause", "CausePath"});
    return subject.pointer;
}

} // namespace

std::string field_of(const Divergence& divergence, const RecordedEvent* previous,
                     const DefinitionMap& definition) {
    const auto subject_named = [&](const std::string& name) {
        return Subject{definition.state(name), definition.pointer(name)};
    };
    const Subject subject = subject_named(divergence.state);
    const RecordedEvent* actual = divergence.actual ? &*divergence.actual : nullptr;
    if (divergence.kind == DivergenceKind::other_details && subject.state != nullptr)
        return field_of_details(divergence, subject, previous);
    // Another way: by the state that was left before.
    if (actual != nullptr && actual->type == evaluation_failed && subject.state != nullptr)
        return location_field(subject, text_of(actual->details["location"]));
    const bool was_left = previous != nullptr && ends_with(previous->type, "StateExited");
    const bool leads_on = actual == nullptr || ends_with(actual->type, "StateEntered") ||
                          actual->type == execution_succeeded ||
                          actual->type == map_iteration_succeeded ||
                          actual->type == parallel_state_succeeded;
    if (was_left && leads_on) {
        const Subject left = subject_named(text_of(previous->details["name"]));
        const std::string next = actual == nullptr ? "" : text_of(actual->details["name"]);
        if (left.state != nullptr) return transition(left, next, false);
    }
    if (subject.state == nullptr) return "";
    const bool is_retry =
        actual != nullptr && is_failure(previous) &&
        (ends_with(actual->type, "Scheduled") || actual->type == parallel_state_started ||
         actual->type == map_state_started);
    if (is_retry) return subject.in_first({"Retry"});
    if (actual != nullptr && is_failure(previous) && ends_with(actual->type, "StateExited"))
        return subject.in_first({"Catch"});
    if (actual != nullptr && ends_with(actual->type, "TimedOut"))
        return subject.in_first(
            {"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"});
    return subject.pointer;
}

} // namespace gradus
