#pragma once
// A copy of an execution's whole condition: to try out what a turn would have given under other
// draws.

#include "states/execution_state.hpp"

namespace gradus {

/// Costs as much as there are branches; data are shared.
ExecutionState clone(const ExecutionState& state);

} // namespace gradus
