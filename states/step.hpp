#pragma once
// The heart: one pure function from an execution's state and one input to the next state, the
// history that AWS would have written, and the commands that the world should carry out.

#include "gradus/command.hpp"
#include "gradus/event.hpp"
#include "gradus/history.hpp"
#include "gradus/limits.hpp"
#include "states/execution_state.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace gradus {

/// What one step gave. The caller reuses it; step appends.
struct Effects {
    std::vector<HistoryEvent> history;
    std::vector<Command> commands;
    std::vector<MapRunRecord> map_runs; // those that changed, as they are now

    void clear() {
        history.clear();
        commands.clear();
        map_runs.clear();
    }
};

/// What a state hands on instead of what it computes. Only replay gives any: for draws and for
/// results that a foreign history doesn't tell how they came about.
struct GivenExit {
    Value output;
    Value assigned; // an object of new variables, or null
};

struct StepOptions {
    std::size_t transitions_max = limits::transitions_per_step_max;
    /// By the branch that leaves its state next; null: all is computed. Borrowed.
    const std::map<BranchId, GivenExit>* given = nullptr;
};

/// Applies one input. Deterministic: the same program, state and input give the same state and
/// effects. Can't fail: answers to commands that aren't open any more, and whatever comes after the
/// end, change nothing. Never waits; the work of one call is bounded by
/// options.transitions_max.
void step(const Program& program, ExecutionState& state, const Input& input, Effects& effects,
          const StepOptions& options = {});

/// Whether RedriveRequested makes an execution go on: a standard one that ended otherwise than well
/// and whose history has room left.
bool is_redrivable(const ExecutionState& state);

/// The task token that belongs to one command of an execution, and the command read back out of a
/// token. The MAC is checked by whoever knows the secret.
std::string make_task_token(const ExecutionState& state, CommandId command);

} // namespace gradus
