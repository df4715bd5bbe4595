#pragma once
// Wishes of `step` to the world. A command stays open until its answer comes in as an Event or it
// is cancelled; the open ones are part of an execution's state.

#include "gradus/event.hpp"
#include "gradus/resource.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gradus {

/// Do this work and answer with TaskSucceeded or TaskFailed (and TaskStarted, TaskSubmitted
/// before).
struct ScheduleTask {
    CommandId command{};
    std::shared_ptr<const Resource> resource;
    Value state_name;
    Value parameters;
    std::string task_token; // of activities and .waitForTaskToken; else empty
    std::optional<std::int64_t> timeout_seconds;
    std::optional<std::int64_t> heartbeat_seconds;
    std::optional<std::string> credentials_role_arn;
    friend bool operator==(const ScheduleTask&, const ScheduleTask&) = default;
};
/// Answer with TimerFired once `due` has come. A timer of heartbeats is set again, by its interval,
/// at each heartbeat of the task it watches, without an event.
struct StartTimer {
    CommandId command{};
    Timestamp due;
    std::optional<CommandId> heartbeat_of;
    std::int64_t heartbeat_seconds = 0;
    friend bool operator==(const StartTimer&, const StartTimer&) = default;
};
/// The answer to this command isn't wanted any more; stop the work if that can be done.
struct CancelCommand {
    CommandId command{};
    friend bool operator==(const CancelCommand&, const CancelCommand&) = default;
};
struct CompleteExecution {
    ExecutionStatus status = ExecutionStatus::succeeded;
    Value output;    // when succeeded
    Failure failure; // when not
    friend bool operator==(const CompleteExecution&, const CompleteExecution&) = default;
};
/// Call again with Continued, after others had their turn.
struct ContinueLater {
    friend bool operator==(const ContinueLater&, const ContinueLater&) = default;
};

/// Read the next items of a distributed Map and answer with ItemsRead.
struct ReadItems {
    CommandId command{};
    std::shared_ptr<const ItemSource> source;
    Value arguments; // {"Bucket", "Key", …}
    Value from;      // `next` of the page before; null for the first
    std::string role_arn;
    friend bool operator==(const ReadItems&, const ReadItems&) = default;
};
/// Start an execution of the same Program, from another scope of it, and answer with ChildEnded.
/// Its token_secret is for whoever starts it to fill in.
struct StartChild {
    CommandId command{};
    ExecutionStarted start;
    bool is_redrive = false; // the execution exists and goes on where it ended
    friend bool operator==(const StartChild&, const StartChild&) = default;
};
/// Write the results of a distributed Map and answer with ObjectsWritten.
struct WriteObjects {
    CommandId command{};
    std::string resource; // as written: "arn:aws:states:::s3:putObject"
    Value arguments;      // {"Bucket", "Prefix", …}
    std::vector<ObjectFile> files;
    friend bool operator==(const WriteObjects&, const WriteObjects&) = default;
};

using Command = std::variant<ScheduleTask, StartTimer, CancelCommand, CompleteExecution,
                             ContinueLater, ReadItems, StartChild, WriteObjects>;

} // namespace gradus
