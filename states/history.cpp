#include "gradus/history.hpp"

#include "gradus/command.hpp"

#include <array>

namespace gradus {

std::string_view history_event_name(HistoryEventType type) {
    constexpr auto names = std::to_array<std::string_view>({
        "ActivityFailed",
        "ActivityScheduled",
        "ActivityScheduleFailed",
        "ActivityStarted",
        "ActivitySucceeded",
        "ActivityTimedOut",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "LambdaFunctionFailed",
        "LambdaFunctionScheduled",
        "LambdaFunctionScheduleFailed",
        "LambdaFunctionStarted",
        "LambdaFunctionStartFailed",
        "LambdaFunctionSucceeded",
        "LambdaFunctionTimedOut",
        "TaskFailed",
        "TaskScheduled",
        "TaskStarted",
        "TaskStartFailed",
        "TaskSubmitted",
        "TaskSubmitFailed",
        "TaskSucceeded",
        "TaskTimedOut",
        "ExecutionFailed",
        "ExecutionStarted",
        "ExecutionSucceeded",
        "ExecutionAborted",
        "ExecutionTimedOut",
        "FailStateEntered",
        "MapIterationAborted",
        "MapIterationFailed",
        "MapIterationStarted",
        "MapIterationSucceeded",
        "MapStateAborted",
        "MapStateEntered",
        "MapStateExited",
        "MapStateFailed",
        "MapStateStarted",
        "MapStateSucceeded",
        "ParallelStateAborted",
        "ParallelStateEntered",
        "ParallelStateExited",
        "ParallelStateFailed",
        "ParallelStateStarted",
        "ParallelStateSucceeded",
        "PassStateEntered",
        "PassStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "TaskStateAborted",
        "TaskStateEntered",
        "TaskStateExited",
        "WaitStateAborted",
        "WaitStateEntered",
        "WaitStateExited",
        "MapRunAborted",
        "MapRunFailed",
        "MapRunStarted",
        "MapRunSucceeded",
        "ExecutionRedriven",
        "MapRunRedriven",
        "EvaluationFailed",
    });
    return names[static_cast<std::size_t>(type)];
}

std::string_view map_run_status_name(MapRunStatus status) {
    constexpr std::array names = {"RUNNING", "SUCCEEDED", "FAILED", "ABORTED"};
    return names[static_cast<std::size_t>(status)];
}

std::string_view execution_status_name(ExecutionStatus status) {
    constexpr auto names =
        std::to_array<std::string_view>({"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"});
    return names[static_cast<std::size_t>(status)];
}

} // namespace gradus
