#pragma once
// The child executions of distributed Maps: which parent waits for which, and what a parent that
// gives up does with them.

#include "engine/integrations/integration.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace gradus {

class MapChildren {
public:
    using Stop = std::function<void(ExecutionKey child)>;

    MapChildren(AnswerSink answer, Stop stop)
        : answer_(std::move(answer)), stop_(std::move(stop)) {}

    void started(ExecutionKey parent, const StartChild& command, ExecutionKey child);
    /// An execution ended; if a Map waits for it, its parent is answered.
    void completed(ExecutionKey child, const CompleteExecution& completion);
    /// A Map gave up. Standard children are stopped, express ones run to their end (AWS, "Setting
    /// failure thresholds").
    void cancel(ExecutionKey parent, CommandId command);

private:
    struct Child {
        ExecutionKey key{};
        WorkflowType type = WorkflowType::standard;
    };
    using Parent = std::pair<ExecutionKey, CommandId>;

    AnswerSink answer_;
    Stop stop_;
    std::map<Parent, Child> children_;
    std::map<ExecutionKey, Parent> parents_;
};

} // namespace gradus
