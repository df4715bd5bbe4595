#pragma once
// Facts from outside: the input of `step`. What happened is in the Event, when it happened is in
// the Input; together they are what a journal keeps and what a replay folds.

#include "gradus/failure.hpp"
#include "gradus/limits.hpp"
#include "gradus/program.hpp"
#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace gradus {

/// Names one command of one execution: the idempotency key of whatever carries it out.
enum class CommandId : std::uint64_t {};

/// Who an execution is. Fixed when it starts.
struct ExecutionIdentity {
    std::string execution_arn;
    std::string execution_name;
    std::string state_machine_arn;
    std::string state_machine_name;
    std::string role_arn;
    std::string region = "us-east-1";
    WorkflowType type = WorkflowType::standard;

    friend bool operator==(const ExecutionIdentity&, const ExecutionIdentity&) = default;
};

struct ExecutionStarted {
    ExecutionIdentity identity;
    Value input = Value::object();
    std::uint64_t seed = 0;   // of States.UUID, $random, jitter
    std::string token_secret; // from which the execution makes its task tokens
    std::uint64_t history_events_max = limits::history_events_max; // 0: no limit
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
/// Go on: the last call of step had used up its budget of transitions.
struct Continued {
    friend bool operator==(const Continued&, const Continued&) = default;
};

using Event = std::variant<ExecutionStarted, TaskStarted, TaskSubmitted, TaskSucceeded, TaskFailed,
                           TimerFired, StopRequested, Continued>;

struct Input {
    Timestamp at;
    Event event;

    friend bool operator==(const Input&, const Input&) = default;
};

} // namespace gradus
