#pragma once
// How a scheduled task is carried out: an Integration begins the work and answers through the sink,
// at once or later. Which one takes a task is decided in engine/engine/engine.cpp, in one place.

#include "engine/store/store.hpp"
#include "gradus/command.hpp"
#include "gradus/event.hpp"
#include "gradus/event_loop.hpp"

#include <functional>

namespace gradus {

struct TaskRequest {
    ExecutionKey execution{};
    ExecutionIdentity identity;
    ScheduleTask task;
    TaskPast past; // of a task that is scheduled again
};

/// Takes answers to commands; they go to the execution with the next tick. Answers to commands that
/// aren't open any more are dropped there.
using AnswerSink = std::function<void(ExecutionKey execution, Event event)>;

class Integration {
public:
    virtual ~Integration() = default;
    /// Begins; answers TaskSubmitted, TaskSucceeded, TaskFailed through the sink it was made with.
    virtual void start(const TaskRequest& request) = 0;
    /// Whether the work that a restart of the store asks for again has never stopped.
    virtual bool is_under_way(ExecutionKey, CommandId) const { return false; }
    /// Nobody waits for the answer any more. What can be stopped is stopped.
    virtual void cancel(ExecutionKey execution, CommandId command) = 0;
};

inline TaskFailed task_failed(const TaskRequest& request, std::string error, std::string cause) {
    return {request.task.command, {std::move(error), std::move(cause)}};
}

} // namespace gradus
