#pragma once
// An execution brought back by folding its inputs, and what it still waits for with everything that
// is needed to ask for it again. Pure.

#include "engine/store/records.hpp"
#include "gradus/result.hpp"
#include "states/step.hpp"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace gradus {

struct OpenTask {
    ExecutionIdentity identity;
    ScheduleTask task;
    TaskPast past;
};

/// A command as it was issued.
struct IssuedCommand {
    Command command;
    TaskPast past;
};

struct Folded {
    std::shared_ptr<const Program> program;
    ExecutionState state;
    std::map<CommandId, IssuedCommand> open; // those of state.open_commands but timers
};

/// Folds an execution's inputs, which begin with ExecutionStarted. Effects are dropped, but for
/// what the commands that are open at the end need. Fails with `unsupported` when the program
/// doesn't come to the history that is stored.
Result<Folded> fold(std::shared_ptr<const Program> program, const StoredInputs& stored);

/// The command that an event answers or tells about; nothing: it is about the execution.
std::optional<CommandId> answered_command(const Event& event);
/// Of the commands of one step, those that are open afterwards, as a store keeps them.
std::vector<OpenCommandRecord> opened_commands(ExecutionKey execution, const ExecutionState& after,
                                               const std::vector<Command>& commands);
/// The commands that one step closed: by the answer that came in, and by its own wish.
std::vector<CommandId> closed_commands(const ExecutionState& after, const Event& event,
                                       const std::vector<Command>& commands);

} // namespace gradus
