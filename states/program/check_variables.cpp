// Sources: AWS, "Passing data between states with variables"; States language, "Variables". A
// variable belongs to the States object whose states assign it; states inside a branch or processor
// read the variables around them, but assign only their own. AWS accepts definitions that read what
// nobody assigns (recorded: `$doesNotExist` runs and fails), so that all of this about reading is a
// warning.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/base/base.hpp"
#include "states/program/assignments.hpp"
#include "states/program/checks.hpp"
#include "states/program/identifier.hpp"
#include "states/program/queries.hpp"
#include "states/query/jsonata/jsonata.hpp"

#include <algorithm>

namespace gradus {
namespace {

class VariableCheck {
public:
    VariableCheck(const CompiledStates& states, DiagnosticSink& sink)
        : states_(states), sink_(sink), assignments_(states) {}

    void run() {
        for (const Assignment& assignment : assignments_.all())
            check_assignment(assignment);
        // Where a transition is missing, what would have been assigned on the way is unknown.
        if (!sink_.has_errors()) flow_ = assignments_.flow();
        for (std::size_t i = 0; i < states_.program.states.size(); ++i)
            check_reads(static_cast<StateIndex>(i));
    }

private:
    void check_assignment(const Assignment& assignment) {
        const std::string& name = assignment.name;
        if (name == "states") {
            sink_.error(assignment.pointer, "The variable name 'states' is reserved");
        } else if (!is_identifier(name)) {
            sink_.error(assignment.pointer, "'" + name + "' is not a valid variable name",
                        "a letter first, then letters, digits and '_'");
        } else if (code_point_count(name) > limits::name_characters_max) {
            sink_.error(assignment.pointer, "Variable name is longer than 80 characters");
        }
        if (is_assigned_outside(states_.program.state(assignment.state).scope, name)) {
            sink_.error(assignment.pointer,
                        "Variable '" + name + "' is assigned in an outer scope already",
                        "an inner scope can read it, but not assign it");
        }
    }

    /// By another state than the Parallel or Map that the scope belongs to: what that one assigns,
    /// it assigns when the scope has ended (recorded for its Catch).
    bool is_assigned_outside(ScopeIndex scope, const std::string& name) const {
        while (const auto outer = assignments_.outer(scope)) {
            const auto found = assignments_.names_of(*outer).find(name);
            const bool is_known = found != assignments_.names_of(*outer).end();
            const std::set<StateIndex> owner = {*states_.program.scope(scope).owner};
            if (is_known && found->second != owner) return true;
            scope = *outer;
        }
        return false;
    }

    void check_reads(StateIndex index) {
        for (const StateQuery& query : queries_of(states_.program.state(index))) {
            for (const std::string& name : query.variables)
                check_read(index, name, query);
        }
    }

    void check_read(StateIndex index, const std::string& name, const StateQuery& query) {
        const std::string at =
            states_.sources[static_cast<std::size_t>(index)].pointer + query.pointer;
        const ScopeIndex scope = states_.program.state(index).scope;
        if (!assignments_.is_visible(scope, name)) return report_unknown(scope, name, query, at);
        if (!flow_) return;
        switch (flow_->before(index, name)) {
        case Assigned::always: return;
        case Assigned::sometimes:
            return warn(at, "Variable '" + name + "' is not assigned on every way to this state",
                        "assign it before, or test it with a Choice");
        case Assigned::never:
            return warn(at, "Variable '" + name + "' can't have a value yet in this state",
                        "what a state assigns can be read from the next state on");
        }
    }

    void report_unknown(ScopeIndex scope, const std::string& name, const StateQuery& query,
                        const std::string& at) {
        if (query.jsonata != nullptr && name == "eval") { // AWS, "JSONata functions"
            return sink_.error(at, "The function '$eval' is not supported");
        }
        std::vector<std::string_view> names;
        if (sink_.wants_hints()) names = names_for_hint(scope, query);
        warn(at, "Variable '" + name + "' is never assigned", did_you_mean(name, names));
    }

    std::vector<std::string_view> names_for_hint(ScopeIndex scope, const StateQuery& query) const {
        std::vector<std::string_view> names = {"states"};
        for (std::optional<ScopeIndex> from = scope; from; from = assignments_.outer(*from)) {
            for (const auto& [known, states] : assignments_.names_of(*from))
                names.push_back(known);
        }
        if (query.jsonata != nullptr) {
            const auto functions = jsonata::function_names(jsonata::Dialect::step_functions);
            names.insert(names.end(), functions.begin(), functions.end());
        }
        return names;
    }

    void warn(const std::string& at, std::string message, std::string hint) {
        sink_.warn("UNASSIGNED_VARIABLE", at, std::move(message), std::move(hint));
    }

    const CompiledStates& states_;
    DiagnosticSink& sink_;
    Assignments assignments_;
    std::optional<AssignmentFlow> flow_;
};

} // namespace

void check_variables(const CompiledStates& states, DiagnosticSink& sink) {
    VariableCheck(states, sink).run();
}

} // namespace gradus
