#include "states/replay/turn.hpp"

#include <algorithm>

namespace gradus {

void apply(const Program& program, ExecutionState& state, const Turn& turn, Effects& effects) {
    if (turn.entering) {
        const auto found = std::ranges::find(state.ready, *turn.entering);
        GRADUS_ASSERT(found != state.ready.end());
        std::rotate(state.ready.begin(), found, found + 1);
        Branch& branch = *state.branches[static_cast<std::size_t>(*turn.entering)];
        if (turn.state_input) branch.input = *turn.state_input;
        if (turn.state) branch.state = *turn.state;
    }
    step(
        program, state, turn.input, effects,
        {.transitions_max = turn.entering ? std::size_t{1} : std::size_t{0}, .given = &turn.given});
}

} // namespace gradus
