#include "engine/integrations/native.hpp"

namespace gradus {

Handler plain_handler(std::function<HandlerResult(const HandlerContext&)> function) {
    return [function = std::move(function)](HandlerContext context) -> Task<HandlerResult> {
        // A coroutine of its own, so that the function outlives the call (no captures in
        // coroutines).
        return [](std::function<HandlerResult(const HandlerContext&)> inner,
                  HandlerContext inner_context) -> Task<HandlerResult> {
            co_return inner(inner_context);
        }(function, std::move(context));
    };
}

Callback<aws::CallResult> call(aws::Client& client, aws::Call request) {
    return Callback<aws::CallResult>(
        [&client, request = std::move(request)](std::function<void(aws::CallResult)> done) mutable {
            client.call(std::move(request), std::move(done));
        });
}

void NativeIntegration::start(const TaskRequest& request) {
    const auto found = handlers_.find(request.task.resource->action);
    if (!request.past.is_started)
        answer_(request.execution, TaskStarted{request.task.command, "gradus"});
    const Key key{request.execution, request.task.command};
    HandlerContext context{.input = request.task.parameters,
                           .region = request.identity.region,
                           .execution_arn = request.identity.execution_arn,
                           .loop = loop_,
                           .aws = aws_};
    const auto [at, is_new] =
        running_.emplace(key, run(found->second, std::move(context), request));
    if (is_new) at->second.start(std::noop_coroutine());
}

Task<bool> NativeIntegration::run(Handler handler, HandlerContext context, TaskRequest request) {
    Event answer = task_failed(request, "HandlerException", "");
    try {
        HandlerResult result = co_await handler(std::move(context));
        if (result)
            answer = TaskSucceeded{request.task.command, std::move(*result)};
        else
            answer = TaskFailed{request.task.command, result.error()};
    } catch (const std::exception& exception) {
        answer = task_failed(request, "HandlerException", exception.what());
    }
    answer_(request.execution, std::move(answer));
    // The frame can't give itself back while it runs.
    const Key key{request.execution, request.task.command};
    loop_.schedule(std::chrono::milliseconds(0), [this, key] { running_.erase(key); });
    co_return true;
}

// The handler's calls may be under way, and what they did can't be undone: it runs to its end, and
// its answer finds the command closed.
void NativeIntegration::cancel(ExecutionKey, CommandId) {}

} // namespace gradus
