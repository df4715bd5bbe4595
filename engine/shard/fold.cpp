#include "engine/shard/fold.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// The id of a command that is answered from outside, timers excepted; nothing for the others.
std::optional<CommandId> issued_id(const Command& command) {
    if (const auto* task = std::get_if<ScheduleTask>(&command)) return task->command;
    if (const auto* read = std::get_if<ReadItems>(&command)) return read->command;
    if (const auto* child = std::get_if<StartChild>(&command)) return child->command;
    if (const auto* write = std::get_if<WriteObjects>(&command)) return write->command;
    return std::nullopt;
}

void note_progress(std::map<CommandId, IssuedCommand>& open, const Event& event) {
    if (const auto* started = std::get_if<TaskStarted>(&event)) {
        const auto found = open.find(started->command);
        if (found != open.end()) found->second.past.is_started = true;
    }
    if (const auto* submitted = std::get_if<TaskSubmitted>(&event)) {
        const auto found = open.find(submitted->command);
        if (found != open.end()) found->second.past.submitted = submitted->output;
    }
}

struct AnsweredCommand {
    std::optional<CommandId> operator()(const ExecutionStarted&) const { return std::nullopt; }
    std::optional<CommandId> operator()(const StopRequested&) const { return std::nullopt; }
    std::optional<CommandId> operator()(const Continued&) const { return std::nullopt; }
    std::optional<CommandId> operator()(const MapRunUpdated&) const { return std::nullopt; }
    std::optional<CommandId> operator()(const RedriveRequested&) const { return std::nullopt; }
    template <class Answer>
    std::optional<CommandId> operator()(const Answer& answer) const {
        return answer.command;
    }
};

} // namespace

Result<Folded> fold(std::shared_ptr<const Program> program, const StoredInputs& stored) {
    Folded folded{.program = std::move(program)};
    Effects effects;
    for (const Input& input : stored.inputs) {
        effects.clear();
        step(*folded.program, folded.state, input, effects);
        note_progress(folded.open, input.event);
        for (Command& command : effects.commands) {
            const auto id = issued_id(command);
            if (!id) continue;
            folded.open.insert_or_assign(
                *id, IssuedCommand{std::move(command), TaskPast{.issued_at = input.at}});
        }
        std::erase_if(folded.open, [&](const auto& issued) {
            return !folded.state.open_commands.contains(issued.first);
        });
    }
    if (folded.state.history_events == stored.history_events) return folded;
    return Error{ErrorCode::unsupported,
                 "its inputs lead to " + std::to_string(folded.state.history_events) +
                     " history events, but " + std::to_string(stored.history_events) +
                     " are stored; another version of gradus wrote them"};
}

std::optional<CommandId> answered_command(const Event& event) {
    return std::visit(AnsweredCommand{}, event);
}

std::vector<OpenCommandRecord> opened_commands(ExecutionKey execution, const ExecutionState& after,
                                               const std::vector<Command>& commands) {
    std::vector<OpenCommandRecord> out;
    const auto add = [&](OpenCommandRecord record) {
        record.execution = execution;
        if (record.kind == OpenKind::turn || after.open_commands.contains(record.command))
            out.push_back(std::move(record));
    };
    for (const Command& command : commands) {
        if (const auto* task = std::get_if<ScheduleTask>(&command)) {
            add({.command = task->command,
                 .kind = OpenKind::task,
                 .resource = task->resource->arn});
        } else if (const auto* timer = std::get_if<StartTimer>(&command)) {
            add({.command = timer->command,
                 .kind = OpenKind::timer,
                 .due = timer->due,
                 .heartbeat_of = timer->heartbeat_of.value_or(CommandId{0}),
                 .heartbeat_seconds = timer->heartbeat_seconds});
        } else if (const auto* read = std::get_if<ReadItems>(&command)) {
            add({.command = read->command, .kind = OpenKind::items});
        } else if (const auto* child = std::get_if<StartChild>(&command)) {
            add({.command = child->command, .kind = OpenKind::child});
        } else if (const auto* write = std::get_if<WriteObjects>(&command)) {
            add({.command = write->command, .kind = OpenKind::objects});
        } else if (std::holds_alternative<ContinueLater>(command)) {
            add({.kind = OpenKind::turn});
        }
    }
    return out;
}

std::vector<CommandId> closed_commands(const ExecutionState& after, const Event& event,
                                       const std::vector<Command>& commands) {
    std::vector<CommandId> out;
    const auto answered = answered_command(event);
    if (answered && !after.open_commands.contains(*answered)) out.push_back(*answered);
    for (const Command& command : commands) {
        if (const auto* cancelled = std::get_if<CancelCommand>(&command))
            out.push_back(cancelled->command);
    }
    return out;
}

} // namespace gradus
