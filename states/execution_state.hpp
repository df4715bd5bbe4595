#pragma once
// The whole condition of one execution, as a plain value: what `step` folds inputs into. Branches
// are the paths of control: the main one, a Parallel's branches, a Map's iterations.

#include "gradus/command.hpp"
#include "gradus/event.hpp"
#include "states/base/base.hpp"
#include "states/map_run.hpp"
#include "states/program/program.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

enum class BranchId : std::uint32_t { main = 0 };

/// What an open command is for; decides who handles its answer.
enum class CommandPurpose : std::uint8_t {
    task,
    task_timeout,
    task_heartbeat,
    retry_delay,
    wait,
    execution_timeout,
    item_reader,
    map_child,
    result_writer,
};

struct OpenCommand {
    BranchId branch{};
    CommandPurpose purpose = CommandPurpose::task;
};

/// The children of a running Parallel or Map.
struct ChildBranches {
    Value items;                // of a Map
    Value input;                // what each branch of a Parallel gets; `$` of an ItemSelector
    std::vector<Value> results; // by index
    std::vector<BranchId> live;
    std::size_t concurrency = 0; // of a Map
    std::size_t started = 0;
    std::size_t finished = 0;
    bool is_halted = false; // the Parallel or Map failed; they wait for a redrive or their end
};

struct Branch {
    std::optional<BranchId> parent;
    std::size_t index = 0; // of the branch in its Parallel, of the iteration in its Map
    ScopeIndex scope{};
    StateIndex state{};
    Value input; // of the current state, raw
    Value variables = Value::object();
    Value map_item; // {"Index", "Value"} inside an iteration, null outside
    std::uint64_t previous_event_id = 0;
    std::uint64_t before_entered_event_id =
        0; // what the current …StateEntered names as its previous
    std::uint64_t entered_event_id = 0;
    Timestamp entered_at;
    std::vector<std::uint32_t> retries; // used up, by retrier
    std::uint32_t retry_count = 0;
    bool is_redriven = false; // taken up again in its state, once it is its turn

    // Of a Task that waits for its answer.
    std::optional<CommandId> task;
    std::optional<CommandId> timeout;
    std::optional<CommandId> heartbeat;
    std::string task_token;
    // Of a Wait, or of a state that waits to be tried again.
    std::optional<CommandId> timer;
    // Of a Parallel or Map.
    std::unique_ptr<ChildBranches> children;
    // Of a distributed Map.
    std::unique_ptr<MapRun> map_run;
};

struct ExecutionState {
    ExecutionStatus status = ExecutionStatus::running;
    ExecutionIdentity identity;
    Value input;
    Timestamp started_at;
    ScopeIndex main_scope{}; // of the main branch: 0, or the processor of a distributed Map
    std::uint64_t redrives = 0;
    Value output;
    Failure failure;

    Random random;
    std::string token_secret;
    std::uint64_t history_events_max = 0;
    std::int64_t seconds_max = 0;
    std::uint64_t history_events = 0;
    std::uint64_t commands = 0; // issued so far
    std::map<CommandId, OpenCommand> open_commands;

    std::vector<std::unique_ptr<Branch>> branches; // by BranchId; null where one has ended
    std::vector<BranchId> free_branches;
    std::vector<BranchId> ready; // to be entered, in order
    // The part of the context object that never changes, made once.
    Value context_execution;
    Value context_state_machine;
};

} // namespace gradus
