#pragma once
// Native code that answers the tasks of an activity. A definition names the activity by its ARN; in
// process the engine calls the handler, on AWS Step Functions a polling worker would.

#include "gradus/aws/client.hpp"
#include "gradus/event_loop.hpp"
#include "gradus/failure.hpp"
#include "gradus/result.hpp"
#include "gradus/task.hpp"
#include "gradus/value.hpp"

#include <functional>
#include <string>

namespace gradus {

using HandlerResult = Result<Value, Failure>;

/// What a handler may use. Everything outlives the handler's work.
struct HandlerContext {
    Value input;
    std::string region; // of the execution whose task this is
    std::string execution_arn;
    EventLoop& loop;
    aws::Client& aws;
};

/// Runs on the engine's thread and must not block it: waiting is co_await. An exception that leaves
/// it becomes a Failure with the error "HandlerException". Give it parameters by value.
using Handler = std::function<Task<HandlerResult>(HandlerContext)>;

/// A handler that only computes.
Handler plain_handler(std::function<HandlerResult(const HandlerContext&)> function);

/// Awaits one AWS call.
Callback<aws::CallResult> call(aws::Client& client, aws::Call request);

} // namespace gradus
