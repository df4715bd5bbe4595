#pragma once
// A client that answers calls of Step Functions in process and passes all others on.

#include "gradus/aws/client.hpp"
#include "gradus/engine.hpp"

#include <functional>
#include <set>
#include <string>

namespace gradus {

/// Calls of the service "states" go to the engine, whose task tokens and executions they are about.
class LocalStatesClient final : public aws::Client {
public:
    /// An operation of the Step Functions API, members named as there: "stateMachineArn".
    using Answer = std::function<void(const std::string& region, const std::string& operation,
                                      const Value& input, Engine::ApiCompletion done)>;

    LocalStatesClient(EventLoop& loop, aws::Client& others, Answer answer)
        : loop_(loop), others_(others), answer_(std::move(answer)) {}

    aws::CallId call(aws::Call call, aws::CallCompletion done) override;
    void cancel(aws::CallId id) override;

private:
    // Ids of local calls, which are told apart from the other client's by their highest bit.
    static constexpr aws::CallId local_flag = aws::CallId{1} << 63U;

    void answer(aws::CallId id, const Result<Value, StatesError>& output,
                const aws::CallCompletion& done);

    EventLoop& loop_;
    aws::Client& others_;
    Answer answer_;
    std::set<aws::CallId> open_; // local calls that nobody gave up
};

} // namespace gradus
