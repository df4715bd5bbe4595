#include "aws/call_driver.hpp"

#include <optional>
#include <utility>

namespace gradus::aws {

struct CallDriver::Active {
    Active(ClientState& state, Call call, CallCompletion completion)
        : machine(state, std::move(call)), done(std::move(completion)) {}

    CallMachine machine;
    CallCompletion done;
    std::optional<SendId> send;
    std::optional<TimerId> timer;
};

CallDriver::CallDriver(Transport& transport, TimerService& timers, CallDriverOptions options)
    : transport_(transport),
      timers_(timers),
      timeouts_(options.timeouts),
      calls_max_(options.calls_max) {
    state_.retries.attempts_max = options.settings.attempts_max;
    state_.settings = std::move(options.settings);
    state_.random.seed = options.random_seed;
}

CallDriver::~CallDriver() {
    for (const auto& [id, active] : active_) {
        if (active->send) transport_.cancel(*active->send);
        if (active->timer) timers_.cancel(*active->timer);
    }
}

CallId CallDriver::call(Call call, CallCompletion done) {
    const CallId id = ++last_id_;
    const bool is_full = active_.size() >= calls_max_;
    auto [entry, inserted] =
        active_.emplace(id, std::make_unique<Active>(state_, std::move(call), std::move(done)));
    CallMachine::Action first;
    if (is_full) {
        CallError error;
        error.kind = CallError::Kind::invalid_call;
        error.code = "TooManyCalls";
        error.message = "more than " + std::to_string(calls_max_) + " calls at once";
        error.attempts = 0;
        first = CallMachine::Done{std::move(error)};
    } else {
        first = entry->second->machine.begin(timers_.now_epoch_milliseconds());
    }
    if (CallMachine::Done* refused = std::get_if<CallMachine::Done>(&first)) {
        // The completion is never called from inside of call().
        entry->second->timer = timers_.schedule(
            std::chrono::milliseconds(0),
            [this, id, result = std::move(refused->result)] { finish(id, result); });
        return id;
    }
    perform(id, std::move(first));
    return id;
}

void CallDriver::cancel(CallId id) {
    const auto found = active_.find(id);
    if (found == active_.end()) return;
    const std::unique_ptr<Active> active = std::move(found->second);
    active_.erase(found);
    if (active->send) transport_.cancel(*active->send);
    if (active->timer) timers_.cancel(*active->timer);
}

void CallDriver::set_credentials(Result<Credentials> credentials) {
    state_.settings.credentials = std::move(credentials);
}

void CallDriver::perform(CallId id, CallMachine::Action action) {
    Active& active = *active_.at(id);
    if (auto* send = std::get_if<CallMachine::Send>(&action)) {
        active.send = transport_.send(
            std::move(send->request), timeouts_, [this, id](const TransportResult& answer) {
                const auto found = active_.find(id);
                if (found == active_.end()) return;
                found->second->send.reset();
                perform(id,
                        found->second->machine.answered(answer, timers_.now_epoch_milliseconds()));
            });
    } else if (const auto* wait = std::get_if<CallMachine::Wait>(&action)) {
        active.timer = timers_.schedule(wait->delay, [this, id] {
            const auto found = active_.find(id);
            if (found == active_.end()) return;
            found->second->timer.reset();
            perform(id, found->second->machine.waited(timers_.now_epoch_milliseconds()));
        });
    } else {
        finish(id, std::move(std::get<CallMachine::Done>(action).result));
    }
}

void CallDriver::finish(CallId id, CallResult result) {
    const auto found = active_.find(id);
    if (found == active_.end()) return;
    // Out of the table first: the completion may begin or cancel calls, or destroy this driver.
    const CallCompletion done = std::move(found->second->done);
    active_.erase(found);
    done(std::move(result));
}

} // namespace gradus::aws
