#pragma once
// Facts from outside: the input of `step`. What happened is in the Event, when it happened is in
// the Input; together they are what a journal keeps and what a replay folds.

#include "gradus/failure.hpp"
#include "gradus/limits.hpp"
#include "gradus/map_run.hpp"
#include "gradus/program.hpp"
#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gradus {

/// Names one command of one execution: the idempotency key of whatever carries it out.
enum class CommandId : std::uint64_t {};

enum class ExecutionStatus : std::uint8_t { running, succeeded, failed, timed_out, aborted };

/// "RUNNING", "SUCCEEDED"…
std::string_view execution_status_name(ExecutionStatus status);

/// Who an execution is. Fixed when it starts.
struct ExecutionIdentity {
    std::string execution_arn;
    std::string execution_name;
    std::string state_machine_arn;
    std::string state_machine_name;
    std::string role_arn;
    std::string region = "us-east-1";
    WorkflowType type = WorkflowType::standard;
    std::string map_run_arn; // of a distributed Map's child; empty otherwise
    // What StartExecution was given, where that isn't the machine itself.
    std::string state_machine_version_arn;
    std::string state_machine_alias_arn;
    std::string revision_id;  // of the definition that it runs
    std::string trace_header; // of AWS X-Ray; passed through

    friend bool operator==(const ExecutionIdentity&, const ExecutionIdentity&) = default;
};

struct ExecutionStarted {
    ExecutionIdentity identity;
    Value input = Value::object();
    std::uint64_t seed = 0;   // of States.UUID, $random, jitter
    std::string token_secret; // from which the execution makes its task tokens
    std::uint64_t history_events_max = limits::history_events_max; // 0: no limit
    std::int64_t seconds_max = 0; // of a standard execution, redrives apart; 0: no limit
    std::uint32_t scope = 0;      // of the Program: 0 the machine, else the processor of a Map
    friend bool operator==(const ExecutionStarted&, const ExecutionStarted&) = default;
};
/// A worker took up an activity's task. Other tasks count as started when they are scheduled.
struct TaskStarted {
    CommandId command{};
    std::optional<std::string> worker_name;
    friend bool operator==(const TaskStarted&, const TaskStarted&) = default;
};
/// The service accepted a job or a message; the task goes on until the job ends or the token
/// returns.
struct TaskSubmitted {
    CommandId command{};
    Value output;
    friend bool operator==(const TaskSubmitted&, const TaskSubmitted&) = default;
};
struct TaskSucceeded {
    CommandId command{};
    Value output;
    friend bool operator==(const TaskSucceeded&, const TaskSucceeded&) = default;
};
enum class TaskFailureKind : std::uint8_t {
    failed,
    schedule_failed, // nobody could take it: LambdaFunctionScheduleFailed, ActivityScheduleFailed
    start_failed,
    submit_failed,
};
struct TaskFailed {
    CommandId command{};
    Failure failure;
    TaskFailureKind kind = TaskFailureKind::failed;
    friend bool operator==(const TaskFailed&, const TaskFailed&) = default;
};
struct TimerFired {
    CommandId command{};
    friend bool operator==(const TimerFired&, const TimerFired&) = default;
};
struct StopRequested {
    Failure failure;
    friend bool operator==(const StopRequested&, const StopRequested&) = default;
};
/// The answer to ReadItems. A reader that fails answers with TaskFailed; without an error name it
/// is States.ItemReaderFailed.
struct ItemsRead {
    CommandId command{};
    ItemPage page;
    friend bool operator==(const ItemsRead&, const ItemsRead&) = default;
};
/// The answer to StartChild: the child is at its end.
struct ChildEnded {
    CommandId command{};
    ExecutionStatus status = ExecutionStatus::succeeded;
    Value output;    // when succeeded
    Failure failure; // when not
    friend bool operator==(const ChildEnded&, const ChildEnded&) = default;
};
/// The answer to WriteObjects. A writer that fails answers with TaskFailed; without an error name
/// it is States.ResultWriterFailed.
struct ObjectsWritten {
    CommandId command{};
    friend bool operator==(const ObjectsWritten&, const ObjectsWritten&) = default;
};
/// UpdateMapRun: absent members stay as they are.
struct MapRunUpdated {
    std::string map_run_arn;
    std::optional<std::uint64_t> concurrency_max;
    std::optional<std::uint64_t> tolerated_failure_count;
    std::optional<double> tolerated_failure_percentage;
    friend bool operator==(const MapRunUpdated&, const MapRunUpdated&) = default;
};
/// Go on where the execution ended, if it ended otherwise than well (RedriveExecution).
struct RedriveRequested {
    friend bool operator==(const RedriveRequested&, const RedriveRequested&) = default;
};
/// Go on: the last call of step had used up its budget of transitions.
struct Continued {
    friend bool operator==(const Continued&, const Continued&) = default;
};

using Event = std::variant<ExecutionStarted, TaskStarted, TaskSubmitted, TaskSucceeded, TaskFailed,
                           TimerFired, StopRequested, Continued, ItemsRead, ChildEnded,
                           ObjectsWritten, MapRunUpdated, RedriveRequested>;

/// "TaskSucceeded": its type's name, which recordings and journals use.
std::string_view event_name(const Event& event);

struct Input {
    Timestamp at;
    Event event;

    friend bool operator==(const Input&, const Input&) = default;
};

} // namespace gradus
