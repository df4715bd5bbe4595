#pragma once
// One turn of a run that replay directs: an input, and which branch goes on. A list of turns is a
// run that can be folded again.

#include "states/step.hpp"

#include <map>
#include <optional>
#include <string>

namespace gradus {

struct Turn {
    Input input;
    /// Of the ready branches, the one that enters its next state; nothing: none does.
    std::optional<BranchId> entering;
    // Of this branch, taken from the recording before it enters.
    std::optional<Value> state_input;
    std::optional<StateIndex> state;
    /// Exits taken from the recording.
    std::map<BranchId, GivenExit> given;
    /// Of the Map Run that this branch starts, the name that it had; empty: it starts none.
    std::string map_run_arn;
};

/// Appends to the effects.
void apply(const Program& program, ExecutionState& state, const Turn& turn, Effects& effects);

} // namespace gradus
