#pragma once
// Who assigns which variables, and which of them have a value when a state is entered: a data flow
// analysis over each States object, outer ones first. For check_variables.

#include "states/program/checks.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gradus {

/// One member of an Assign.
struct Assignment {
    StateIndex state{};
    std::string pointer; // of the member
    std::string name;
};

enum class Assigned : std::uint8_t { never, sometimes, always };

/// Which variables have a value before each state.
class AssignmentFlow {
public:
    Assigned before(StateIndex state, const std::string& name) const;

private:
    friend class FlowAnalysis;

    struct Known {
        bool is_reached = false;
        std::vector<bool> possibly; // by the variable's number
        std::vector<bool> surely;
    };
    std::map<std::string, std::size_t> numbers_;
    std::vector<Known> entries_; // by StateIndex
};

class Assignments {
public:
    /// Borrows the states.
    explicit Assignments(const CompiledStates& states);

    const std::vector<Assignment>& all() const { return all_; }
    /// Names that the states of this scope itself assign, with these states.
    const std::map<std::string, std::set<StateIndex>>& names_of(ScopeIndex scope) const {
        return names_[static_cast<std::size_t>(scope)];
    }
    /// The scope whose variables can be read in this one. There is none for the machine, nor for
    /// the children of a distributed Map (AWS, "Passing data between states with variables").
    std::optional<ScopeIndex> outer(ScopeIndex scope) const;
    /// Whether any state assigns what this scope can read under the name.
    bool is_visible(ScopeIndex scope, const std::string& name) const;
    /// Nothing when the definition is too large to look at every way through it.
    std::optional<AssignmentFlow> flow() const;

private:
    void collect(StateIndex state, const std::string& pointer, const Value* assign);

    const CompiledStates& states_;
    std::vector<Assignment> all_;
    std::vector<std::map<std::string, std::set<StateIndex>>> names_; // by ScopeIndex
};

} // namespace gradus
