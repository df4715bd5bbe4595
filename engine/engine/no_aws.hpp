#pragma once
// The AWS of an engine that was given none.

#include "gradus/aws/client.hpp"
#include "gradus/event_loop.hpp"

namespace gradus {

/// Stands where there is no AWS: every call fails with a reason.
class NoAws final : public aws::Client {
public:
    explicit NoAws(EventLoop& loop) : loop_(loop) {}
    aws::CallId call(aws::Call call, aws::CallCompletion done) override {
        aws::CallError error{.kind = aws::CallError::Kind::transport,
                             .code = "NoEndpoint",
                             .message = "No AWS to call " + call.service + ":" + call.operation +
                                        "; give --simulated-aws or credentials"};
        loop_.schedule(std::chrono::milliseconds(0),
                       [done = std::move(done), error] { done(error); });
        return 0;
    }
    void cancel(aws::CallId) override {}

private:
    EventLoop& loop_;
};

} // namespace gradus
