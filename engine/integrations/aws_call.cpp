#include "engine/integrations/aws_call.hpp"

namespace gradus {

Event answer_of(const TaskRequest& request, Result<Value, Failure> output) {
    const CommandId command = request.task.command;
    const bool goes_on = request.task.resource->pattern != IntegrationPattern::request_response;
    if (!output) {
        return TaskFailed{command, output.error(),
                          goes_on ? TaskFailureKind::submit_failed : TaskFailureKind::failed};
    }
    if (goes_on) return TaskSubmitted{command, std::move(*output)};
    return TaskSucceeded{command, std::move(*output)};
}

bool AwsCallIntegration::handles(const Resource& resource) {
    return resource.kind == ResourceKind::aws_sdk || find_optimised_call(resource) != nullptr;
}

void AwsCallIntegration::start(const TaskRequest& request) {
    const auto found = calls_.find(*request.task.resource);
    if (!found) {
        answer_(request.execution, TaskFailed{request.task.command, found.error()});
        return;
    }
    const ServiceCall& call = *found;
    const std::pair key{request.execution, request.task.command};
    open_[key] = client_.call(call_of(request, call, service_parameters(request, call)),
                              [this, request, call, key](const aws::CallResult& result) {
                                  open_.erase(key);
                                  answer_(request.execution,
                                          answer_of(request, task_output(request, call, result)));
                              });
}

void AwsCallIntegration::cancel(ExecutionKey execution, CommandId command) {
    const auto found = open_.find({execution, command});
    if (found == open_.end()) return;
    client_.cancel(found->second);
    open_.erase(found);
}

} // namespace gradus
