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
        if (const OpenCommand* open = find(event.command, CommandPurpose::task)) {
            resume_task_failed(machine_, open->branch, event);
        }
    }
    void operator()(const TimerFired& event) const {
        const auto found = state_.open_commands.find(event.command);
        if (found == state_.open_commands.end()) return;
        const OpenCommand open = found->second;
        if (open.purpose == CommandPurpose::task) return; // no timer: a confused caller
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
        case CommandPurpose::task: break;
        }
    }
    void operator()(const StopRequested& event) const { machine_.stop(event.failure); }
    void operator()(const Continued&) const {}

private:
    const OpenCommand* find(CommandId command, CommandPurpose purpose) const {
        const auto found = state_.open_commands.find(command);
        if (found == state_.open_commands.end() || found->second.purpose != purpose) return nullptr;
        return &found->second;
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

void step(const Program& program, ExecutionState& state, const Input& input, Effects& effects) {
    if (state.status != ExecutionStatus::running) return;
    if (state.history_events == 0 && !std::holds_alternative<ExecutionStarted>(input.event)) return;
    Machine machine(program, state, input.at, effects);
    std::visit(Dispatcher(machine, state), input.event);
    machine.run();
}

// The token says which command it answers and proves it: "EXECUTION|COMMAND|MAC" in base64. The
// shard that reads it back knows the secret of each execution.
std::string make_task_token(const ExecutionState& state, CommandId command) {
    const std::string subject =
        state.identity.execution_arn + "|" + std::to_string(static_cast<std::uint64_t>(command));
    return base64_encode(subject + "|" + to_hex(hmac_sha256(state.token_secret, subject)));
}

} // namespace gradus
