#include "states/step.hpp"

#include "states/machine.hpp"

namespace gradus {
namespace {

/// Hands one event to the branch that it answers.
class Dispatcher {
public:
    Dispatcher(Machine& machine, ExecutionState& state) : machine_(machine), state_(state) {}

    void operator()(const ExecutionStarted& event) const {
        if (state_.history_events == 0) machine_.start(event);
    }
    void operator()(const TaskStarted& event) const {
        if (const OpenCommand* open = find(event.command, CommandPurpose::task)) {
            resume_task_started(machine_, open->branch, event);
        }
    }
    void operator()(const TaskSubmitted& event) const {
        if (const OpenCommand* open = find(event.command, CommandPurpose::task)) {
            resume_task_submitted(machine_, open->branch, event);
        }
    }
    void operator()(const TaskSucceeded& event) const {
        if (const OpenCommand* open = find(event.command, CommandPurpose::task)) {
            resume_task_succeeded(machine_, open->branch, event);
        }
    }
    void operator()(const TaskFailed& event) const {
        const auto found = state_.open_commands.find(event.command);
        if (found == state_.open_commands.end()) return;
        const OpenCommand open = found->second;
        if (open.purpose == CommandPurpose::task)
            return resume_task_failed(machine_, open.branch, event);
        if (open.purpose != CommandPurpose::item_reader &&
            open.purpose != CommandPurpose::result_writer) {
            return; // a timer or a child: a confused caller
        }
        state_.open_commands.erase(found);
        resume_map_io_failed(machine_, open.branch, open.purpose, event.failure);
    }
    void operator()(const ItemsRead& event) const {
        if (const auto branch = close(event.command, CommandPurpose::item_reader))
            resume_items_read(machine_, *branch, event);
    }
    void operator()(const ChildEnded& event) const {
        if (const auto branch = close(event.command, CommandPurpose::map_child))
            resume_child_ended(machine_, *branch, event);
    }
    void operator()(const ObjectsWritten& event) const {
        if (const auto branch = close(event.command, CommandPurpose::result_writer))
            resume_objects_written(machine_, *branch);
    }
    void operator()(const MapRunUpdated& event) const {
        for (std::size_t i = 0; i < state_.branches.size(); ++i) {
            const auto& branch = state_.branches[i];
            if (branch == nullptr || branch->map_run == nullptr) continue;
            const MapRunRecord& record = branch->map_run->record;
            if (record.map_run_arn != event.map_run_arn || record.status != MapRunStatus::running)
                continue;
            return update_map_run(machine_, static_cast<BranchId>(i), event);
        }
    }
    void operator()(const TimerFired& event) const {
        const auto found = state_.open_commands.find(event.command);
        if (found == state_.open_commands.end()) return;
        const OpenCommand open = found->second;
        switch (open.purpose) { // no timer: a confused caller
        case CommandPurpose::task:
        case CommandPurpose::item_reader:
        case CommandPurpose::map_child:
        case CommandPurpose::result_writer: return;
        case CommandPurpose::execution_timeout:
        case CommandPurpose::wait:
        case CommandPurpose::retry_delay:
        case CommandPurpose::task_timeout:
        case CommandPurpose::task_heartbeat: break;
        }
        state_.open_commands.erase(found);
        switch (open.purpose) {
        case CommandPurpose::execution_timeout: return machine_.time_out();
        case CommandPurpose::wait:
            machine_.branch(open.branch).timer.reset();
            return machine_.pass_on(open.branch);
        case CommandPurpose::retry_delay: return retry(open.branch);
        case CommandPurpose::task_timeout:
        case CommandPurpose::task_heartbeat:
            return resume_task_timed_out(machine_, open.branch, open.purpose);
        case CommandPurpose::task:
        case CommandPurpose::item_reader:
        case CommandPurpose::map_child:
        case CommandPurpose::result_writer: break;
        }
    }
    void operator()(const RedriveRequested&) const {} // it runs
    void operator()(const StopRequested& event) const { machine_.stop(event.failure); }
    void operator()(const Continued&) const {}

private:
    const OpenCommand* find(CommandId command, CommandPurpose purpose) const {
        const auto found = state_.open_commands.find(command);
        if (found == state_.open_commands.end() || found->second.purpose != purpose) return nullptr;
        return &found->second;
    }
    /// The branch that waits for this command, which is answered now.
    std::optional<BranchId> close(CommandId command, CommandPurpose purpose) const {
        const OpenCommand* open = find(command, purpose);
        if (open == nullptr) return std::nullopt;
        const BranchId branch = open->branch;
        state_.open_commands.erase(command);
        return branch;
    }

    void retry(BranchId id) const {
        machine_.branch(id).timer.reset();
        switch (machine_.current(machine_.branch(id)).type) {
        case StateType::task: return enter_task(machine_, id);
        case StateType::parallel: return enter_parallel(machine_, id);
        case StateType::map: return enter_map(machine_, id);
        case StateType::wait:
        case StateType::pass:
        case StateType::succeed:
        case StateType::fail:
        case StateType::choice: break;
        }
        GRADUS_UNREACHABLE();
    }

    Machine& machine_;
    ExecutionState& state_;
};

} // namespace

void step(const Program& program, ExecutionState& state, const Input& input, Effects& effects,
          const StepOptions& options) {
    if (state.status != ExecutionStatus::running) {
        if (!std::holds_alternative<RedriveRequested>(input.event) || !is_redrivable(state)) return;
        Machine machine(program, state, input.at, effects);
        machine.redrive();
        return machine.run(options.transitions_max);
    }
    if (state.history_events == 0 && !std::holds_alternative<ExecutionStarted>(input.event)) return;
    Machine machine(program, state, input.at, effects);
    machine.use_given(options.given);
    std::visit(Dispatcher(machine, state), input.event);
    machine.run(options.transitions_max);
}

// The token says which command it answers and proves it: "EXECUTION|COMMAND|MAC" in base64. The
// shard that reads it back knows the secret of each execution.
std::string make_task_token(const ExecutionState& state, CommandId command) {
    const std::string subject =
        state.identity.execution_arn + "|" + std::to_string(static_cast<std::uint64_t>(command));
    return base64_encode(subject + "|" + to_hex(hmac_sha256(state.token_secret, subject)));
}

} // namespace gradus
