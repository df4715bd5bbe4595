// Sources: States language, "States"; AWS, "State machine structure". An unreachable state is an
// error of CreateStateMachine when no transition leads to it; words not recorded.
#include "states/program/checks.hpp"

#include <map>
#include <set>

namespace gradus {
namespace {

bool ends_scope(const Value& json) {
    if (!json.is_object()) return true; // reported already, and nobody knows what it was to be
    const Value* type = json.find("Type");
    const auto known =
        type != nullptr && type->is_string() ? state_type_named(type->as_string()) : std::nullopt;
    if (!known || *known == StateType::succeed || *known == StateType::fail) return true;
    const Value* end = json.find("End");
    return *known != StateType::choice && end != nullptr && *end == Value(true);
}

/// All states that execution can come to, the start included.
std::set<StateIndex> reached_states(const ScopeGraph& graph) {
    std::set<StateIndex> reached;
    if (!graph.start) return reached;
    std::multimap<StateIndex, StateIndex> next(graph.transitions.begin(), graph.transitions.end());
    std::vector<StateIndex> open{*graph.start};
    while (!open.empty()) {
        const StateIndex at = open.back();
        open.pop_back();
        if (!reached.insert(at).second) continue;
        const auto [first, last] = next.equal_range(at);
        for (auto edge = first; edge != last; ++edge)
            open.push_back(edge->second);
    }
    return reached;
}

} // namespace

void check_scope(const ScopeGraph& graph, const CompiledStates& states, DiagnosticSink& sink) {
    std::set<StateIndex> targets;
    if (graph.start) targets.insert(*graph.start);
    for (const auto& [from, to] : graph.transitions)
        targets.insert(to);
    const std::set<StateIndex> reached = reached_states(graph);
    bool has_end = false;
    for (const StateIndex index : graph.states) {
        const StateSource& source = states.sources[static_cast<std::size_t>(index)];
        has_end |= ends_scope(*source.json);
        const std::string name(states.program.state(index).name.as_string());
        // Recorded: a definition without StartAt has that one fault.
        if (!graph.start) continue;
        if (!targets.contains(index)) {
            sink.error_with_code("MISSING_TRANSITION_TARGET", source.pointer,
                                 "State \"" + name + "\" is not reachable.",
                                 "name it in a Next, or take it out");
        } else if (graph.is_complete && !reached.contains(index)) {
            sink.warn("UNREACHABLE_STATE", source.pointer,
                      "State \"" + name + "\" is not reachable from StartAt.");
        }
    }
    // A transition without a target may have been meant to lead to the end.
    if (!has_end && graph.is_complete && !graph.states.empty()) {
        sink.error_with_code("MISSING_TERMINAL_STATE", graph.pointer,
                             "No state ends the workflow or branch",
                             "set \"End\": true, or add a Succeed or Fail state");
    }
}

} // namespace gradus
