// The definition of a TestState call: a whole machine, in which the call names a state, or one
// state, which is put into a machine of its own.
#include "gradus/json.hpp"
#include "gradus/validate.hpp"
#include "states/test_state/parts.hpp"

#include <algorithm>
#include <set>

namespace gradus::testing_state {
namespace {

/// The name of a state that is given alone (recorded in its context object).
constexpr std::string_view lone_state_name = "StateName";

/// The states that a state leads to.
std::set<std::string> targets_of(const Value& state) {
    std::set<std::string> targets;
    const auto add = [&](const Value& target) {
        if (target.is_string()) targets.emplace(target.as_string());
    };
    add(state["Next"]);
    add(state["Default"]);
    for (const char* list : {"Choices", "Catch"}) {
        if (!state[list].is_array()) continue;
        for (const Value& rule : state[list].as_array())
            add(rule["Next"]);
    }
    targets.erase(std::string(lone_state_name));
    return targets;
}

/// A machine around one state, in which every transition has a place to go. The state's text stays
/// as it is, so that the compiler sees all of its faults.
std::string machine_around(const std::string& text, const Value& state) {
    std::string machine = R"({"StartAt":"StateName","States":{"StateName":)" + text;
    for (const std::string& target : targets_of(state)) {
        machine += ',';
        append_json_string(machine, target);
        machine += R"(:{"Type":"Succeed"})";
    }
    return machine + "}}";
}

} // namespace

Result<Subject, StatesError> find_subject(const TestStateRequest& request) {
    std::string machine = request.definition;
    if (!request.state_name) {
        const auto state = parse_json(request.definition);
        if (state) machine = machine_around(request.definition, *state);
    }
    Compiled compiled = compile(machine);
    if (compiled.program == nullptr) {
        return StatesError{"InvalidDefinition",
                           invalid_definition_message(machine, compiled.diagnostics)};
    }
    const Value name(request.state_name ? *request.state_name : std::string(lone_state_name));
    const auto found = std::ranges::find(compiled.program->states, name, &State::name);
    if (found == compiled.program->states.end()) return refused("State not found in definition");
    const auto index =
        static_cast<StateIndex>(std::distance(compiled.program->states.begin(), found));
    return Subject{std::move(compiled.program), index};
}

} // namespace gradus::testing_state
