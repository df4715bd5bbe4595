#include "states/program/assignments.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// States times variables that the analysis takes on. Ours: it bounds memory and time.
constexpr std::size_t facts_max = 1'000'000;

/// The variable that a member of Assign assigns: JSONPath states mark queries by a suffix.
std::string_view variable_of(std::string_view member, QueryLanguage language) {
    if (language == QueryLanguage::jsonpath && member.ends_with(".$")) member.remove_suffix(2);
    return member;
}

const Value* member_of(const Value* json, std::string_view name) {
    return json != nullptr && json->is_object() ? json->find(name) : nullptr;
}

const Value* element_of(const Value* json, std::size_t index) {
    return json != nullptr && json->is_array() && index < json->size() ? &json->as_array()[index]
                                                                       : nullptr;
}

bool is_distributed(const Value& map) {
    for (const std::string_view field : {"ItemProcessor", "Iterator"}) {
        const Value* mode = member_of(member_of(member_of(&map, field), "ProcessorConfig"), "Mode");
        if (mode != nullptr && *mode == Value("DISTRIBUTED")) return true;
    }
    return false;
}

} // namespace

// --- who assigns what ----------------------------------------------------------------------------

Assignments::Assignments(const CompiledStates& states)
    : states_(states), names_(states.program.scopes.size()) {
    for (std::size_t i = 0; i < states.program.states.size(); ++i) {
        const auto index = static_cast<StateIndex>(i);
        const StateSource& source = states.sources[i];
        collect(index, source.pointer, member_of(source.json, "Assign"));
        for (const std::string_view list_name : {"Catch", "Choices"}) {
            const Value* list = member_of(source.json, list_name);
            const std::string list_at = pointer_child(source.pointer, list_name);
            for (std::size_t k = 0; const Value* rule = element_of(list, k); ++k)
                collect(index, pointer_child(list_at, k), member_of(rule, "Assign"));
        }
    }
}

void Assignments::collect(StateIndex state, const std::string& pointer, const Value* assign) {
    if (assign == nullptr || !assign->is_object()) return;
    const State& owner = states_.program.state(state);
    const std::string at = pointer_child(pointer, "Assign");
    for (const Member& member : assign->as_object()) {
        std::string name(variable_of(member.name(), owner.language));
        names_[static_cast<std::size_t>(owner.scope)][name].insert(state);
        all_.push_back({state, pointer_child(at, member.name()), std::move(name)});
    }
}

std::optional<ScopeIndex> Assignments::outer(ScopeIndex scope) const {
    const auto owner = states_.program.scope(scope).owner;
    if (!owner) return std::nullopt;
    if (is_distributed(*states_.sources[static_cast<std::size_t>(*owner)].json))
        return std::nullopt;
    return states_.program.state(*owner).scope;
}

bool Assignments::is_visible(ScopeIndex scope, const std::string& name) const {
    for (std::optional<ScopeIndex> at = scope; at; at = outer(*at)) {
        if (names_of(*at).contains(name)) return true;
    }
    return false;
}

// --- what has a value when -----------------------------------------------------------------------

Assigned AssignmentFlow::before(StateIndex state, const std::string& name) const {
    const Known& known = entries_[static_cast<std::size_t>(state)];
    const auto number = numbers_.find(name);
    // Of a state that is never entered nothing can be said.
    if (!known.is_reached || number == numbers_.end()) return Assigned::always;
    if (known.surely[number->second]) return Assigned::always;
    return known.possibly[number->second] ? Assigned::sometimes : Assigned::never;
}

/// Follows all transitions until nothing changes any more. Sets of possible variables only grow and
/// sets of sure ones only shrink, so that it ends.
class FlowAnalysis {
public:
    FlowAnalysis(const CompiledStates& states, const Assignments& assignments)
        : states_(states), assignments_(assignments) {
        for (const Assignment& assignment : assignments.all())
            flow_.numbers_.emplace(assignment.name, flow_.numbers_.size());
        flow_.entries_.resize(states.program.states.size());
    }

    std::optional<AssignmentFlow> run() {
        if (flow_.numbers_.size() * flow_.entries_.size() > facts_max) return std::nullopt;
        // Scopes are numbered from outside to inside: an owner is finished before its scopes.
        for (std::size_t i = 0; i < states_.program.scopes.size(); ++i) {
            const auto scope = static_cast<ScopeIndex>(i);
            const std::vector<bool> none(flow_.numbers_.size());
            AssignmentFlow::Known start{true, none, none};
            if (assignments_.outer(scope)) start = entry(*states_.program.scope(scope).owner);
            if (start.is_reached) reach(states_.program.scope(scope).start_at, start);
            follow();
        }
        return std::move(flow_);
    }

private:
    using Known = AssignmentFlow::Known;

    Known& entry(StateIndex state) { return flow_.entries_[static_cast<std::size_t>(state)]; }

    void reach(StateIndex state, const Known& incoming) {
        Known& known = entry(state);
        Known merged = incoming;
        if (known.is_reached) {
            for (std::size_t i = 0; i < merged.surely.size(); ++i) {
                merged.possibly[i] = merged.possibly[i] || known.possibly[i];
                merged.surely[i] = merged.surely[i] && known.surely[i];
            }
            if (merged.possibly == known.possibly && merged.surely == known.surely) return;
        }
        known = std::move(merged);
        open_.push_back(state);
    }

    void follow() {
        while (!open_.empty()) {
            const StateIndex index = open_.back();
            open_.pop_back();
            leave(index);
        }
    }

    void leave(StateIndex index) {
        const State& state = states_.program.state(index);
        const Value* json = states_.sources[static_cast<std::size_t>(index)].json;
        const Known known = entry(index);
        const Value* assign = member_of(json, "Assign");
        if (state.next) reach(*state.next, after(known, assign, state.language));
        for (std::size_t i = 0; i < state.catchers.size(); ++i) {
            const Value* catcher = element_of(member_of(json, "Catch"), i);
            reach(state.catchers[i].next,
                  after(known, member_of(catcher, "Assign"), state.language));
        }
        const auto* choice = std::get_if<ChoiceState>(&state.detail);
        if (choice == nullptr) return;
        for (std::size_t i = 0; i < choice->choices.size(); ++i) {
            const Value* rule = element_of(member_of(json, "Choices"), i);
            reach(choice->choices[i].next, after(known, member_of(rule, "Assign"), state.language));
        }
        if (choice->default_next)
            reach(*choice->default_next, after(known, assign, state.language));
    }

    Known after(Known known, const Value* assign, QueryLanguage language) const {
        if (assign == nullptr || !assign->is_object()) return known;
        for (const Member& member : assign->as_object()) {
            const auto number =
                flow_.numbers_.find(std::string(variable_of(member.name(), language)));
            if (number == flow_.numbers_.end()) continue;
            known.possibly[number->second] = true;
            known.surely[number->second] = true;
        }
        return known;
    }

    const CompiledStates& states_;
    const Assignments& assignments_;
    AssignmentFlow flow_;
    std::vector<StateIndex> open_;
};

std::optional<AssignmentFlow> Assignments::flow() const {
    return FlowAnalysis(states_, *this).run();
}

} // namespace gradus
