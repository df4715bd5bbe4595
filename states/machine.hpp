#pragma once
// One call of step at work: what the files of the single states share. A state's file has `enter`
// (called when a branch arrives at it) and, where it waits, a resume function. They end in exactly
// one of: leave(), fail(), or waiting for a command.

#include "states/data_flow.hpp"
#include "states/step.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace gradus {

class Machine {
public:
    /// Borrows all of them; `inspection` is null but for TestState.
    Machine(const Program& program, ExecutionState& state, Timestamp now, Effects& effects,
            Inspection* inspection = nullptr)
        : program_(program), state_(state), now_(now), effects_(effects), inspection_(inspection) {}

    const Program& program() const { return program_; }
    ExecutionState& execution() { return state_; }
    Timestamp now() const { return now_; }
    const State& current(const Branch& branch) const { return program_.state(branch.state); }
    Branch& branch(BranchId id) { return *state_.branches[static_cast<std::size_t>(id)]; }
    bool is_running() const { return state_.status == ExecutionStatus::running; }

    /// Starts the execution: history, time-out, the main branch.
    void start(const ExecutionStarted& event);
    /// Exits that are given and not computed; borrowed, may be null.
    void use_given(const std::map<BranchId, GivenExit>* given) { given_ = given; }
    /// Runs ready branches until all wait or the budget of transitions is used up.
    void run(std::size_t transitions_max = limits::transitions_per_step_max);
    void stop(const Failure& failure);
    void time_out();
    /// A branch has come to its state: history, and what the state counts from its beginning.
    void arrive(BranchId id);
    /// Goes on where a failed, timed-out or aborted execution ended.
    void redrive();

    // --- for the states ---

    /// Writes one event, chained to the branch's last one.
    template <class Details = NoDetails>
    void note(Branch& branch, HistoryEventType type, Details details = {}) {
        branch.previous_event_id = note_after(branch.previous_event_id, type, std::move(details));
    }
    /// The same chained to another event. Returns the new event's id.
    template <class Details = NoDetails>
    std::uint64_t note_after(std::uint64_t previous, HistoryEventType type, Details details = {}) {
        HistoryEvent& event = add_event(previous, type);
        event.details = std::move(details);
        return event.id;
    }

    CommandId schedule_task(BranchId id, ScheduleTask task);
    CommandId start_timer(BranchId id, CommandPurpose purpose, Timestamp due);
    CommandId start_heartbeat_timer(BranchId id, CommandId task, std::int64_t seconds);
    CommandId read_items(BranchId id, ReadItems command);
    CommandId start_child(BranchId id, StartChild command);
    CommandId write_objects(BranchId id, WriteObjects command);
    void cancel(std::optional<CommandId>& command);
    /// Cancels what a Map Run waits for; its children are to be stopped.
    void stop_map_run(MapRun& run);
    /// The same for one that didn't come to its end: it is aborted, and its children are kept for a
    /// redrive.
    void abort_map_run(MapRun& run);
    /// Tells those who describe Map Runs how this one stands.
    void publish(const MapRunRecord& record);
    /// The id that the next command will get: a task's token is made before its parameters.
    CommandId next_command() const { return static_cast<CommandId>(state_.commands + 1); }

    DataView data(const Branch& branch) { return {program_, state_, branch, now_, inspection_}; }

    /// The current state has its result: data flow, …StateExited, and on to the next.
    void succeed(BranchId id, Value result);
    /// The same for states without a result of their own (Choice, Wait, Succeed).
    void pass_on(BranchId id);
    /// Writes …StateExited with this output and goes to `next`, or ends the branch.
    void leave(BranchId id, Leaving leaving, std::optional<StateIndex> next);
    /// The current state failed: Retry, Catch, or the end of the branch.
    void fail(BranchId id, Fault fault);
    /// Adds a branch at the start of a scope; it is ready to run.
    BranchId add_branch(ScopeIndex scope, Value input);
    /// Ends a branch and all below it without a trace in the history; their commands are cancelled.
    void drop_branch(BranchId id);
    /// Cancels the commands of all branches below; they stay as they are, for a redrive.
    void halt_children(Branch& branch);
    /// Drops all branches below.
    void discard_children(Branch& branch);

private:
    HistoryEvent& add_event(std::uint64_t previous, HistoryEventType type);
    void enter(BranchId id);
    void redrive_branch(BranchId id);
    void make_context_execution();
    void start_execution_timer();
    void cancel_commands(Branch& branch);
    void abort_map_runs();
    void end_branch(BranchId id, Value output);
    void complete(ExecutionStatus status, Value output, Failure failure);
    bool retry(BranchId id, const Fault& fault);
    bool catch_fault(BranchId id, const Fault& fault);
    /// Writes EvaluationFailed if that is what happened and isn't written yet.
    void note_evaluation(Branch& at, Fault& fault);
    /// The end of the branch, past Retry and Catch.
    void fail_for_good(BranchId id, Fault fault);
    void check_history_limit();
    CommandId open(BranchId id, CommandPurpose purpose);
    /// What the branch hands on from its state, where that is given; else null.
    const GivenExit* given_exit(BranchId id) const;

    const Program& program_;
    ExecutionState& state_;
    Timestamp now_;
    Effects& effects_;
    Inspection* inspection_;
    const std::map<BranchId, GivenExit>* given_ = nullptr;
};

// One file a state. `enter` begins the state; it is called again for each retry.
void enter_pass(Machine& machine, BranchId id);
void enter_succeed(Machine& machine, BranchId id);
void enter_fail(Machine& machine, BranchId id);
void enter_wait(Machine& machine, BranchId id);
void enter_choice(Machine& machine, BranchId id);
void enter_task(Machine& machine, BranchId id);
void enter_parallel(Machine& machine, BranchId id);
void enter_map(Machine& machine, BranchId id);
void enter_distributed_map(Machine& machine, BranchId id);
/// That of the branch's current state.
void enter_by_type(Machine& machine, BranchId id);

void resume_task_started(Machine& machine, BranchId id, const TaskStarted& event);
void resume_task_submitted(Machine& machine, BranchId id, const TaskSubmitted& event);
void resume_task_succeeded(Machine& machine, BranchId id, const TaskSucceeded& event);
void resume_task_failed(Machine& machine, BranchId id, const TaskFailed& event);
void resume_task_timed_out(Machine& machine, BranchId id, CommandPurpose purpose);

void resume_items_read(Machine& machine, BranchId id, const ItemsRead& event);
void resume_child_ended(Machine& machine, BranchId id, const ChildEnded& event);
void resume_objects_written(Machine& machine, BranchId id);
void resume_map_io_failed(Machine& machine, BranchId id, CommandPurpose purpose,
                          const Failure& failure);
void update_map_run(Machine& machine, BranchId id, const MapRunUpdated& event);

/// Begins iterations that there is room for: more than those that were under way, if one failed
/// before it had begun.
void redrive_map(Machine& machine, BranchId id);
/// Goes on with the children that haven't succeeded.
void redrive_map_run(Machine& machine, BranchId id);

/// A child of a Parallel or Map ended well, or with a fault that its own states didn't handle. The
/// child branch still exists; these drop it.
void parallel_child_ended(Machine& machine, BranchId parent, BranchId child, Value output);
void map_child_ended(Machine& machine, BranchId parent, BranchId child, Value output);
void child_failed(Machine& machine, BranchId parent, BranchId child, Fault fault);
/// The …Aborted events of a branch that is given up, and of all below it.
void note_aborted(Machine& machine, BranchId id, std::uint64_t previous);

} // namespace gradus
