#pragma once
// The one implementation of gradus::aws::Client: runs a CallMachine for each call over whatever
// Transport and TimerService it is given, real or simulated. One thread; no locks.

#include "aws/client_core.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace gradus::aws {

struct CallDriverOptions {
    ClientSettings settings;
    SendTimeouts timeouts;
    std::uint64_t random_seed = 0;  // of jitter, idempotency tokens and invocation ids
    std::size_t calls_max = 10'000; // at once; more are refused with the code TooManyCalls
};

class CallDriver final : public Client {
public:
    /// Transport and timers must outlive the driver. Destroying it gives up all calls: their
    /// completions are not called.
    CallDriver(Transport& transport, TimerService& timers, CallDriverOptions options);
    ~CallDriver() override;
    CallDriver(const CallDriver&) = delete;
    CallDriver& operator=(const CallDriver&) = delete;

    CallId call(Call call, CallCompletion done) override;
    void cancel(CallId id) override;

    /// Takes credentials that were fetched anew; calls already begun keep the old ones.
    void set_credentials(Result<Credentials> credentials);
    std::size_t calls_open() const { return active_.size(); }

private:
    struct Active;

    void perform(CallId id, CallMachine::Action action);
    void finish(CallId id, CallResult result);

    Transport& transport_;
    TimerService& timers_;
    SendTimeouts timeouts_;
    std::size_t calls_max_;
    ClientState state_;
    CallId last_id_ = 0;
    std::unordered_map<CallId, std::unique_ptr<Active>> active_;
};

} // namespace gradus::aws
