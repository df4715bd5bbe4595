#pragma once
// The real Transport and TimerService: sockets, TLS and timers of one io_context. Connections are
// kept alive and pooled. All calls and completions happen on the thread that runs the io_context.

#include "aws/http/connection.hpp"
#include "aws/http/pool.hpp"
#include "aws/http/transport.hpp"

#include <memory>

namespace gradus::aws {

struct AsioTransportOptions {
    PoolLimits limits;
    ConnectionOptions connection;
    ProxySettings proxies;
};

class AsioTransport final : public Transport {
public:
    /// The io_context must outlive the transport. Fails with io when the trusted certificates can't
    /// be read. Destroying it closes all connections; completions are not called any more.
    static Result<std::unique_ptr<AsioTransport>> make(boost::asio::io_context& context,
                                                       AsioTransportOptions options);
    ~AsioTransport() override;

    SendId send(HttpRequest request, SendTimeouts timeouts, TransportCompletion done) override;
    void cancel(SendId id) override;

    struct Counts {
        std::size_t opened = 0; // since the beginning
        std::size_t open = 0;
        std::size_t idle = 0;
        std::size_t waiting = 0;
    };
    Counts counts() const;

private:
    class State;
    explicit AsioTransport(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

class AsioTimerService final : public TimerService {
public:
    explicit AsioTimerService(boost::asio::io_context& context);
    ~AsioTimerService() override;

    std::int64_t now_epoch_milliseconds() const override;
    TimerId schedule(std::chrono::milliseconds delay, std::function<void()> fire) override;
    void cancel(TimerId id) override;
    Delivery expect() override;

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace gradus::aws
