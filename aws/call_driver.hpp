#pragma once
// The one implementation of gradus::aws::Client: runs a CallMachine for each call over whatever
// Transport and TimerService it is given, real or simulated. One thread; no locks.

#include "aws/client_core.hpp"
#include "aws/credential_driver.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace gradus::aws {

struct CallDriverOptions {
    ClientSettings settings;
    // For credentials in files and programs; outlives the driver. Null: there are none.
    CredentialHost* credential_host = nullptr;
    // Shared with others of the same thread. Null: the driver's own, of the built-in services.
    std::shared_ptr<ModelCache> models;
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

    /// Takes other credentials; attempts already begun keep the old ones, calls that wait for
    /// credentials go on with these.
    void set_credentials(Result<CredentialPlan> credentials);
    std::size_t calls_open() const { return active_.size(); }

private:
    struct Active;

    void perform(CallId id, CallMachine::Action next);
    std::optional<CallMachine::Action> authorised(CallId id, CallMachine::Action action);
    void expire(CallId id);
    void finish(CallId id, CallResult result);
    void give_up(CallId id, const Active& active);

    Transport& transport_;
    TimerService& timers_;
    std::size_t calls_max_;
    ClientState state_;
    CredentialDriver credentials_;
    CallId last_id_ = 0;
    std::unordered_map<CallId, std::unique_ptr<Active>> active_;
};

} // namespace gradus::aws
