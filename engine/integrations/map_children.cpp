#include "engine/integrations/map_children.hpp"

namespace gradus {

void MapChildren::started(ExecutionKey parent, const StartChild& command, ExecutionKey child) {
    const Parent waiting{parent, command.command};
    children_.insert_or_assign(waiting, Child{child, command.start.identity.type});
    parents_.insert_or_assign(child, waiting);
}

void MapChildren::completed(ExecutionKey child, const CompleteExecution& completion) {
    const auto found = parents_.find(child);
    if (found == parents_.end()) return;
    const auto [parent, command] = found->second;
    parents_.erase(found);
    children_.erase({parent, command});
    answer_(parent, ChildEnded{command, completion.status, completion.output, completion.failure});
}

void MapChildren::cancel(ExecutionKey parent, CommandId command) {
    const auto found = children_.find({parent, command});
    if (found == children_.end()) return;
    const Child child = found->second;
    children_.erase(found);
    parents_.erase(child.key);
    if (child.type == WorkflowType::standard) stop_(child.key);
}

} // namespace gradus
