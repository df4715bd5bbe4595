#pragma once
// The history of an execution, as GetExecutionHistory shows it. It is output only: nothing is
// decided by reading it. Payloads stay shared Values; JSON is made when somebody asks.

#include "gradus/failure.hpp"
#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gradus {

/// All types of the API model 2016-11-23, in its order.
enum class HistoryEventType : std::uint8_t {
    activity_failed,
    activity_scheduled,
    activity_schedule_failed,
    activity_started,
    activity_succeeded,
    activity_timed_out,
    choice_state_entered,
    choice_state_exited,
    lambda_function_failed,
    lambda_function_scheduled,
    lambda_function_schedule_failed,
    lambda_function_started,
    lambda_function_start_failed,
    lambda_function_succeeded,
    lambda_function_timed_out,
    task_failed,
    task_scheduled,
    task_started,
    task_start_failed,
    task_submitted,
    task_submit_failed,
    task_succeeded,
    task_timed_out,
    execution_failed,
    execution_started,
    execution_succeeded,
    execution_aborted,
    execution_timed_out,
    fail_state_entered,
    map_iteration_aborted,
    map_iteration_failed,
    map_iteration_started,
    map_iteration_succeeded,
    map_state_aborted,
    map_state_entered,
    map_state_exited,
    map_state_failed,
    map_state_started,
    map_state_succeeded,
    parallel_state_aborted,
    parallel_state_entered,
    parallel_state_exited,
    parallel_state_failed,
    parallel_state_started,
    parallel_state_succeeded,
    pass_state_entered,
    pass_state_exited,
    succeed_state_entered,
    succeed_state_exited,
    task_state_aborted,
    task_state_entered,
    task_state_exited,
    wait_state_aborted,
    wait_state_entered,
    wait_state_exited,
    map_run_aborted,
    map_run_failed,
    map_run_started,
    map_run_succeeded,
    execution_redriven,
    map_run_redriven,
    evaluation_failed,
};

/// "TaskStateEntered"
std::string_view history_event_name(HistoryEventType type);
std::optional<HistoryEventType> history_event_type(std::string_view name);
/// The member that an event's details have in GetExecutionHistory: "taskScheduledEventDetails",
/// and for the entering and leaving of any state "stateEnteredEventDetails".
std::string history_details_name(HistoryEventType type);

// --- details: one struct for each shape that AWS's …EventDetails objects have --------------------

struct NoDetails {
    friend bool operator==(const NoDetails&, const NoDetails&) = default;
};
struct ExecutionStartedDetails {
    Value input;
    std::string role_arn;
    friend bool operator==(const ExecutionStartedDetails&,
                           const ExecutionStartedDetails&) = default;
};
struct OutputDetails { // ExecutionSucceeded, ActivitySucceeded, LambdaFunctionSucceeded
    Value output;
    friend bool operator==(const OutputDetails&, const OutputDetails&) = default;
};
struct FailureDetails { // …Failed, …TimedOut, …Aborted without a resource
    Failure failure;
    friend bool operator==(const FailureDetails&, const FailureDetails&) = default;
};
struct StateEnteredDetails {
    Value name;
    Value input;
    friend bool operator==(const StateEnteredDetails&, const StateEnteredDetails&) = default;
};
struct StateExitedDetails {
    Value name;
    Value output;
    Value assigned_variables; // an object, or null when nothing was assigned
    friend bool operator==(const StateExitedDetails&, const StateExitedDetails&) = default;
};
struct InvocationDetails { // ActivityScheduled, LambdaFunctionScheduled
    std::string resource;
    Value input;
    std::optional<std::int64_t> timeout_seconds;
    std::optional<std::int64_t> heartbeat_seconds;
    std::optional<std::string> credentials_role_arn;
    friend bool operator==(const InvocationDetails&, const InvocationDetails&) = default;
};
struct WorkerDetails { // ActivityStarted
    std::optional<std::string> worker_name;
    friend bool operator==(const WorkerDetails&, const WorkerDetails&) = default;
};
struct TaskScheduledDetails {
    std::string resource_type;
    std::string resource;
    std::string region;
    Value parameters;
    std::optional<std::int64_t> timeout_seconds;
    std::optional<std::int64_t> heartbeat_seconds;
    std::optional<std::string> credentials_role_arn;
    friend bool operator==(const TaskScheduledDetails&, const TaskScheduledDetails&) = default;
};
struct TaskStartedDetails {
    std::string resource_type;
    std::string resource;
    friend bool operator==(const TaskStartedDetails&, const TaskStartedDetails&) = default;
};
struct TaskOutputDetails { // TaskSubmitted, TaskSucceeded
    std::string resource_type;
    std::string resource;
    Value output;
    friend bool operator==(const TaskOutputDetails&, const TaskOutputDetails&) = default;
};
struct TaskFailureDetails { // TaskFailed, TaskTimedOut, TaskStartFailed, TaskSubmitFailed
    std::string resource_type;
    std::string resource;
    Failure failure;
    friend bool operator==(const TaskFailureDetails&, const TaskFailureDetails&) = default;
};
struct MapStartedDetails {
    std::uint64_t length = 0;
    friend bool operator==(const MapStartedDetails&, const MapStartedDetails&) = default;
};
struct IterationDetails {
    Value name;
    std::uint64_t index = 0;
    friend bool operator==(const IterationDetails&, const IterationDetails&) = default;
};
struct EvaluationFailedDetails {
    Failure failure;
    std::string location; // empty: absent
    Value state;
    friend bool operator==(const EvaluationFailedDetails&,
                           const EvaluationFailedDetails&) = default;
};

struct MapRunStartedDetails {
    std::string map_run_arn;
    friend bool operator==(const MapRunStartedDetails&, const MapRunStartedDetails&) = default;
};

struct RedrivenDetails {     // ExecutionRedriven, MapRunRedriven
    std::string map_run_arn; // empty: absent
    std::uint64_t redrive_count = 0;
    friend bool operator==(const RedrivenDetails&, const RedrivenDetails&) = default;
};

using HistoryDetails =
    std::variant<NoDetails, ExecutionStartedDetails, OutputDetails, FailureDetails,
                 StateEnteredDetails, StateExitedDetails, InvocationDetails, WorkerDetails,
                 TaskScheduledDetails, TaskStartedDetails, TaskOutputDetails, TaskFailureDetails,
                 MapStartedDetails, IterationDetails, EvaluationFailedDetails, MapRunStartedDetails,
                 RedrivenDetails>;

struct HistoryEvent {
    std::uint64_t id = 0;
    std::uint64_t previous_event_id = 0;
    Timestamp timestamp;
    HistoryEventType type = HistoryEventType::execution_started;
    HistoryDetails details;

    friend bool operator==(const HistoryEvent&, const HistoryEvent&) = default;
};

/// One event in the shape of GetExecutionHistory: payloads as strings of JSON text, the time stamp
/// as epoch seconds with milliseconds.
Value history_event_json(const HistoryEvent& event);
/// The details of an event for those who look into them: the members that the API has, with
/// payloads as values instead of text.
Value history_details(const HistoryEvent& event);
/// Reads what history_event_json made, and nothing else: unknown members are errors. `pointer` is
/// where the value stands in its text, for messages.
Result<HistoryEvent> read_history_event(const Value& value, const std::string& pointer = "");
/// {"events": [...]}
Value history_json(const std::vector<HistoryEvent>& events);

} // namespace gradus
