#pragma once
// The simulated AWS brought to a loop: a Transport that carries signed requests to it in this
// process, the alarm clock of what happens there by itself, and the way of its events to state
// machines.

#include "aws/call_driver.hpp"
#include "aws/http/transport.hpp"
#include "aws/simulated/simulated_aws.hpp"
#include "gradus/engine.hpp"
#include "gradus/event_loop.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

namespace gradus {

class SimulatedWorld final : public aws::Transport {
public:
    /// Borrows the loop. The world begins at the loop's time.
    SimulatedWorld(EventLoop& loop, simulated::WorldOptions options);
    ~SimulatedWorld() override;

    /// A client that signs with the world's keys and reaches it through this transport.
    aws::Client& client() { return *client_; }
    simulated::SimulatedAws& aws() { return *aws_; }

    /// Events that target state machines start executions there, and calls of Step Functions are
    /// answered by it. Borrowed.
    void connect(Engine& engine);
    /// Told of every delivery, before it starts anything.
    void on_delivery(std::function<void(const simulated::Delivery&)> observer);

    aws::SendId send(aws::HttpRequest request, aws::SendTimeouts timeouts,
                     aws::TransportCompletion done) override;
    void cancel(aws::SendId id) override;

private:
    void settle();

    EventLoop& loop_;
    std::unique_ptr<simulated::SimulatedAws> aws_;
    std::unique_ptr<aws::CallDriver> client_;
    Engine* engine_ = nullptr;
    std::function<void(const simulated::Delivery&)> observer_;
    std::unordered_map<aws::SendId, TimerId> under_way_;
    aws::SendId last_send_ = 0;
    std::optional<Timestamp> armed_for_;
    TimerId alarm_ = 0;
};

} // namespace gradus
