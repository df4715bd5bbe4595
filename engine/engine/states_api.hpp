#pragma once
// The Step Functions API over an Engine, as far as workflows and handlers use it; the whole of it,
// with its server, builds on this table. And a client that answers these calls in process and
// passes all others on.

#include "gradus/aws/client.hpp"
#include "gradus/engine.hpp"

#include <functional>
#include <string>

namespace gradus {

/// Members are named as in the API: "stateMachineArn".
Result<Value, StatesError> call_states_api(Engine& engine, const std::string& region,
                                           const std::string& operation, const Value& input);

/// Calls of the service "states" go to the engine, whose task tokens and executions they are about.
class LocalStatesClient final : public aws::Client {
public:
    using Answer = std::function<Result<Value, StatesError>(
        const std::string& region, const std::string& operation, const Value& input)>;

    LocalStatesClient(EventLoop& loop, aws::Client& others, Answer answer)
        : loop_(loop), others_(others), answer_(std::move(answer)) {}

    aws::CallId call(aws::Call call, aws::CallCompletion done) override;
    void cancel(aws::CallId id) override;

private:
    // Ids of local calls, which are told apart from the other client's by their highest bit.
    static constexpr aws::CallId local_flag = aws::CallId{1} << 63U;

    EventLoop& loop_;
    aws::Client& others_;
    Answer answer_;
};

} // namespace gradus
