#include "states/machine.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"

#include <algorithm>
#include <utility>

namespace gradus {
namespace {

struct StateEventTypes {
    HistoryEventType entered;
    HistoryEventType exited; // of Fail, which has none, anything
};

StateEventTypes event_types(StateType type) {
    using enum HistoryEventType;
    switch (type) {
    case StateType::task: return {task_state_entered, task_state_exited};
    case StateType::wait: return {wait_state_entered, wait_state_exited};
    case StateType::pass: return {pass_state_entered, pass_state_exited};
    case StateType::succeed: return {succeed_state_entered, succeed_state_exited};
    case StateType::fail: return {fail_state_entered, fail_state_entered};
    case StateType::choice: return {choice_state_entered, choice_state_exited};
    case StateType::parallel: return {parallel_state_entered, parallel_state_exited};
    case StateType::map: return {map_state_entered, map_state_exited};
    }
    GRADUS_UNREACHABLE();
}

/// A state that a redrive takes up where it was.
void enter_again(Machine& machine, BranchId id) {
    if (machine.branch(id).map_run) return redrive_map_run(machine, id);
    if (machine.branch(id).children) return redrive_map(machine, id);
    enter_by_type(machine, id);
}

} // namespace

void enter_by_type(Machine& machine, BranchId id) {
    switch (machine.current(machine.branch(id)).type) {
    case StateType::task: return enter_task(machine, id);
    case StateType::wait: return enter_wait(machine, id);
    case StateType::pass: return enter_pass(machine, id);
    case StateType::succeed: return enter_succeed(machine, id);
    case StateType::fail: return enter_fail(machine, id);
    case StateType::choice: return enter_choice(machine, id);
    case StateType::parallel: return enter_parallel(machine, id);
    case StateType::map: return enter_map(machine, id);
    }
    GRADUS_UNREACHABLE();
}

// --- the run of an execution ---------------------------------------------------------------------

void Machine::start(const ExecutionStarted& event) {
    state_.identity = event.identity;
    state_.input = event.input;
    state_.started_at = now_;
    state_.random = Random{.seed = event.seed};
    state_.token_secret = event.token_secret;
    state_.history_events_max = event.history_events_max;
    state_.seconds_max = event.seconds_max;

    make_context_execution();
    state_.context_state_machine = Value::object(
        {{"Id", event.identity.state_machine_arn}, {"Name", event.identity.state_machine_name}});

    note_after(0, HistoryEventType::execution_started,
               ExecutionStartedDetails{event.input, event.identity.role_arn});
    state_.main_scope = static_cast<ScopeIndex>(event.scope);
    add_branch(state_.main_scope, event.input);
    start_execution_timer();
}

void Machine::start_execution_timer() {
    // The machine's time-out isn't that of a distributed Map's children.
    std::optional<std::int64_t> seconds;
    if (state_.main_scope == ScopeIndex{0}) seconds = program_.timeout_seconds;
    const std::int64_t longest = state_.identity.type == WorkflowType::express
                                     ? limits::express_seconds_max
                                     : state_.seconds_max;
    if (longest > 0) seconds = std::min(seconds.value_or(longest), longest);
    if (!seconds) return;
    start_timer(BranchId::main, CommandPurpose::execution_timeout,
                now_ + std::chrono::seconds(*seconds));
}

void Machine::make_context_execution() {
    ObjectBuilder execution(7);
    execution.append("Id", state_.identity.execution_arn);
    execution.append("Input", state_.input);
    execution.append("Name", state_.identity.execution_name);
    execution.append("RoleArn", state_.identity.role_arn);
    execution.append("StartTime", format_iso8601(epoch_milliseconds(state_.started_at)));
    execution.append("RedriveCount", state_.redrives); // recorded for express executions too
    if (state_.redrives > 0)
        execution.append("RedriveTime", format_iso8601(epoch_milliseconds(now_)));
    state_.context_execution = execution.build();
}

void Machine::run(std::size_t transitions_max) {
    std::size_t transitions = 0;
    while (is_running() && !state_.ready.empty()) {
        if (transitions++ == transitions_max) {
            effects_.commands.emplace_back(ContinueLater{});
            return;
        }
        const BranchId id = state_.ready.front();
        state_.ready.erase(state_.ready.begin());
        enter(id);
        check_history_limit();
    }
}

void Machine::enter(BranchId id) {
    if (std::exchange(branch(id).is_redriven, false)) return enter_again(*this, id);
    arrive(id);
    enter_by_type(*this, id);
}

void Machine::arrive(BranchId id) {
    Branch& at = branch(id);
    const State& state = current(at);
    at.entered_at = now_;
    at.before_entered_event_id = at.previous_event_id;
    at.retries.assign(state.retriers.size(),
                      inspection_ != nullptr ? inspection_->retries_used : 0);
    at.retry_count = 0;
    note(at, event_types(state.type).entered, StateEnteredDetails{state.name, at.input});
    at.entered_event_id = at.previous_event_id;
}

void Machine::check_history_limit() {
    const bool is_over =
        state_.history_events_max != 0 && state_.history_events + 1 >= state_.history_events_max;
    if (!is_over || !is_running()) return;
    // AWS, "Service quotas": the execution fails. The wording isn't recorded.
    complete(ExecutionStatus::failed, {},
             {std::string(errors::runtime),
              "The execution reached the maximum number of history events (" +
                  std::to_string(state_.history_events_max) + ")."});
}

void Machine::stop(const Failure& failure) { complete(ExecutionStatus::aborted, {}, failure); }

void Machine::time_out() { complete(ExecutionStatus::timed_out, {}, {}); }

void Machine::complete(ExecutionStatus status, Value output, Failure failure) {
    using enum HistoryEventType;
    // Recorded: ExecutionAborted stands for itself; the others follow the main branch's last event.
    const Branch* main = state_.branches.empty() ? nullptr : state_.branches[0].get();
    const std::uint64_t last = main != nullptr ? main->previous_event_id : 0;
    switch (status) {
    case ExecutionStatus::succeeded:
        note_after(last, execution_succeeded, OutputDetails{output});
        break;
    case ExecutionStatus::failed:
        note_after(last, execution_failed, FailureDetails{failure});
        break;
    case ExecutionStatus::timed_out:
        note_after(last, execution_timed_out, FailureDetails{failure});
        break;
    case ExecutionStatus::aborted: note_after(0, execution_aborted, FailureDetails{failure}); break;
    case ExecutionStatus::running: GRADUS_UNREACHABLE();
    }
    for (const auto& [command, open] : state_.open_commands) {
        effects_.commands.emplace_back(CancelCommand{command});
    }
    state_.open_commands.clear();
    state_.ready.clear();
    abort_map_runs();
    // Where it stands is kept for a redrive, unless there can be none.
    if (status == ExecutionStatus::succeeded || state_.identity.type == WorkflowType::express) {
        state_.branches.clear();
        state_.free_branches.clear();
    }
    state_.status = status;
    state_.output = output;
    state_.failure = failure;
    effects_.commands.emplace_back(
        CompleteExecution{status, std::move(output), std::move(failure)});
}

// --- branches ------------------------------------------------------------------------------------

BranchId Machine::add_branch(ScopeIndex scope, Value input) {
    BranchId id{};
    if (!state_.free_branches.empty()) {
        id = state_.free_branches.back();
        state_.free_branches.pop_back();
    } else {
        id = static_cast<BranchId>(state_.branches.size());
        state_.branches.emplace_back();
    }
    auto& slot = state_.branches[static_cast<std::size_t>(id)];
    slot = std::make_unique<Branch>();
    slot->scope = scope;
    slot->state = program_.scope(scope).start_at;
    slot->input = std::move(input);
    state_.ready.push_back(id);
    return id;
}

void Machine::drop_branch(BranchId id) {
    // Deepest first, without recursion: a branch is dropped once it has no live children left.
    std::vector<BranchId> path{id};
    while (!path.empty()) {
        Branch& at = branch(path.back());
        if (at.children && !at.children->live.empty()) {
            path.push_back(at.children->live.back());
            at.children->live.pop_back();
            continue;
        }
        cancel_commands(at);
        std::erase(state_.ready, path.back());
        state_.branches[static_cast<std::size_t>(path.back())].reset();
        state_.free_branches.push_back(path.back());
        path.pop_back();
    }
}

void Machine::cancel_commands(Branch& branch) {
    cancel(branch.task);
    cancel(branch.timeout);
    cancel(branch.heartbeat);
    cancel(branch.timer);
    if (branch.map_run) abort_map_run(*branch.map_run);
}

void Machine::halt_children(Branch& branch) {
    if (!branch.children) return;
    branch.children->is_halted = true;
    std::vector<BranchId> pending = branch.children->live;
    while (!pending.empty()) {
        const BranchId id = pending.back();
        pending.pop_back();
        Branch& at = this->branch(id);
        cancel_commands(at);
        std::erase(state_.ready, id);
        if (!at.children) continue;
        at.children->is_halted = true;
        pending.insert(pending.end(), at.children->live.begin(), at.children->live.end());
    }
}

void Machine::discard_children(Branch& branch) {
    if (branch.map_run) abort_map_run(*branch.map_run);
    branch.map_run.reset();
    if (!branch.children) return;
    for (const BranchId live : branch.children->live)
        drop_branch(live);
    branch.children.reset();
}

const GivenExit* Machine::given_exit(BranchId id) const {
    if (given_ == nullptr) return nullptr;
    const auto found = given_->find(id);
    return found == given_->end() ? nullptr : &found->second;
}

void Machine::succeed(BranchId id, Value result) {
    if (given_exit(id) != nullptr) return leave(id, {}, current(branch(id)).next);
    auto leaving = leave_with_result(data(branch(id)), std::move(result));
    if (!leaving) return fail(id, std::move(leaving).error());
    leave(id, std::move(*leaving), current(branch(id)).next);
}

void Machine::pass_on(BranchId id) {
    auto leaving = leave_without_result(data(branch(id)), nullptr);
    if (!leaving) return fail(id, std::move(leaving).error());
    leave(id, std::move(*leaving), current(branch(id)).next);
}

void Machine::leave(BranchId id, Leaving leaving, std::optional<StateIndex> next) {
    Branch& at = branch(id);
    const State& state = current(at);
    if (const GivenExit* given = given_exit(id)) {
        leaving.output = given->output;
        leaving.assigned = given->assigned;
    }
    const bool is_unchanged = leaving.output.is_same(at.input);
    if (!is_unchanged &&
        json_size(leaving.output, limits::payload_bytes_max) > limits::payload_bytes_max) {
        Fault fault;
        fault.failure.error = errors::data_limit;
        fault.failure.cause =
            "The state/task '" + std::string(state.name.as_string()) +
            "' returned a result with a size exceeding the maximum number of bytes "
            "service limit.";
        return leaving.is_caught ? fail_for_good(id, std::move(fault)) : fail(id, std::move(fault));
    }
    if (leaving.assigned.is_object()) {
        Value variables = at.variables;
        for (const Member& member : leaving.assigned.as_object())
            variables = std::move(variables).with(member.name(), member.value);
        if (json_size(variables, limits::variables_bytes_max) > limits::variables_bytes_max) {
            // AWS, "Passing data between states with variables", limits. Wording not recorded.
            Fault fault = data(at).runtime_fault(
                "The variables of the execution exceed the limit of 10 MiB.");
            return leaving.is_caught ? fail_for_good(id, std::move(fault))
                                     : fail(id, std::move(fault));
        }
        at.variables = std::move(variables);
    }
    if (inspection_ != nullptr) {
        inspection_->output = leaving.output;
        inspection_->next = next;
        inspection_->variables = at.variables;
    }
    discard_children(at); // of a Parallel or Map that failed and was caught
    // Recorded: after a Parallel or Map, …StateExited names the same previous event as
    // …StateSucceeded, which those states see to before they leave.
    note(at, event_types(state.type).exited,
         StateExitedDetails{state.name, leaving.output, std::move(leaving.assigned)});
    if (!next) return end_branch(id, std::move(leaving.output));
    at.state = *next;
    at.input = std::move(leaving.output);
    state_.ready.insert(state_.ready.begin(), id); // runs on until it waits
}

void Machine::end_branch(BranchId id, Value output) {
    Branch& at = branch(id);
    if (!at.parent) return complete(ExecutionStatus::succeeded, std::move(output), {});
    const BranchId parent = *at.parent;
    if (current(branch(parent)).type == StateType::map) {
        map_child_ended(*this, parent, id, std::move(output));
    } else {
        parallel_child_ended(*this, parent, id, std::move(output));
    }
}

void Machine::fail(BranchId id, Fault fault) {
    Branch& at = branch(id);
    if (inspection_ != nullptr) inspection_->failure = fault.failure;
    note_evaluation(at, fault);
    if (retry(id, fault)) return;
    // Recorded: a States.Runtime of the Map itself leaves no MapStateFailed behind.
    const bool is_own_runtime = fault.failure.error == errors::runtime && !fault.is_of_child;
    if (!is_own_runtime) {
        if (current(at).type == StateType::parallel)
            note(at, HistoryEventType::parallel_state_failed);
        if (current(at).type == StateType::map) note(at, HistoryEventType::map_state_failed);
    }
    if (catch_fault(id, fault)) return;
    fail_for_good(id, std::move(fault));
}

void Machine::note_evaluation(Branch& at, Fault& fault) {
    if (!fault.is_evaluation) return;
    const std::uint64_t previous =
        fault.follows_entered ? at.entered_event_id : at.before_entered_event_id;
    at.previous_event_id =
        note_after(previous, HistoryEventType::evaluation_failed,
                   EvaluationFailedDetails{fault.failure, fault.location, current(at).name});
    fault.is_evaluation = false;
}

void Machine::fail_for_good(BranchId id, Fault fault) {
    Branch& at = branch(id);
    if (inspection_ != nullptr) inspection_->failure = fault.failure;
    note_evaluation(at, fault);
    if (!at.parent) return complete(ExecutionStatus::failed, {}, fault.failure);
    child_failed(*this, *at.parent, id, std::move(fault));
}

// --- history and commands ------------------------------------------------------------------------

HistoryEvent& Machine::add_event(std::uint64_t previous, HistoryEventType type) {
    HistoryEvent& event = effects_.history.emplace_back();
    event.id = ++state_.history_events;
    event.previous_event_id = previous;
    event.timestamp = now_;
    event.type = type;
    return event;
}

CommandId Machine::open(BranchId id, CommandPurpose purpose) {
    const auto command = static_cast<CommandId>(++state_.commands);
    state_.open_commands.emplace(command, OpenCommand{id, purpose});
    return command;
}

CommandId Machine::schedule_task(BranchId id, ScheduleTask task) {
    task.command = open(id, CommandPurpose::task);
    const CommandId command = task.command;
    effects_.commands.emplace_back(std::move(task));
    return command;
}

CommandId Machine::start_timer(BranchId id, CommandPurpose purpose, Timestamp due) {
    const CommandId command = open(id, purpose);
    effects_.commands.emplace_back(StartTimer{.command = command, .due = due});
    return command;
}

CommandId Machine::start_heartbeat_timer(BranchId id, CommandId task, std::int64_t seconds) {
    const CommandId command = open(id, CommandPurpose::task_heartbeat);
    effects_.commands.emplace_back(StartTimer{.command = command,
                                              .due = now_ + std::chrono::seconds(seconds),
                                              .heartbeat_of = task,
                                              .heartbeat_seconds = seconds});
    return command;
}

CommandId Machine::read_items(BranchId id, ReadItems command) {
    const CommandId opened = command.command = open(id, CommandPurpose::item_reader);
    effects_.commands.emplace_back(std::move(command));
    return opened;
}

CommandId Machine::start_child(BranchId id, StartChild command) {
    const CommandId opened = command.command = open(id, CommandPurpose::map_child);
    effects_.commands.emplace_back(std::move(command));
    return opened;
}

CommandId Machine::write_objects(BranchId id, WriteObjects command) {
    const CommandId opened = command.command = open(id, CommandPurpose::result_writer);
    effects_.commands.emplace_back(std::move(command));
    return opened;
}

void Machine::stop_map_run(MapRun& run) {
    cancel(run.reading);
    cancel(run.writing);
    for (const auto& [command, child] : run.children) {
        std::optional<CommandId> started(command);
        cancel(started);
    }
    run.children.clear();
}

void Machine::publish(const MapRunRecord& record) {
    const auto same = [&](const MapRunRecord& other) {
        return other.map_run_arn == record.map_run_arn;
    };
    const auto found = std::ranges::find_if(effects_.map_runs, same);
    if (found == effects_.map_runs.end())
        effects_.map_runs.push_back(record);
    else
        *found = record;
}

void Machine::cancel(std::optional<CommandId>& command) {
    if (!command) return;
    if (state_.open_commands.erase(*command) > 0) {
        effects_.commands.emplace_back(CancelCommand{*command});
    }
    command.reset();
}

} // namespace gradus
