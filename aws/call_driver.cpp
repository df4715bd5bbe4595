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
    std::optional<TimerId> deadline; // of the whole call
};

CallDriver::CallDriver(Transport& transport, TimerService& timers, CallDriverOptions options)
    : transport_(transport),
      timers_(timers),
      calls_max_(options.calls_max),
      credentials_(transport, timers, options.credential_host, state_) {
    state_.settings = std::move(options.settings);
    if (options.models) state_.models = std::move(options.models);
    state_.random.seed = options.random_seed;
}

CallDriver::~CallDriver() {
    for (const auto& [id, active] : active_)
        give_up(id, *active);
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
        entry->second->deadline =
            timers_.schedule(state_.settings.timeouts.call, [this, id] { expire(id); });
        first = entry->second->machine.begin(timers_.now_epoch_milliseconds());
    }
    std::optional<CallMachine::Action> action = authorised(id, std::move(first));
    if (!action) return id;
    if (CallMachine::Done* refused = std::get_if<CallMachine::Done>(&*action)) {
        // The completion is never called from inside of call().
        entry->second->timer = timers_.schedule(
            std::chrono::milliseconds(0),
            [this, id, result = std::move(refused->result)] { finish(id, result); });
        return id;
    }
    perform(id, std::move(*action));
    return id;
}

void CallDriver::cancel(CallId id) {
    const auto found = active_.find(id);
    if (found == active_.end()) return;
    const std::unique_ptr<Active> active = std::move(found->second);
    active_.erase(found);
    give_up(id, *active);
}

void CallDriver::set_credentials(Result<CredentialPlan> credentials) {
    state_.settings.credentials = std::move(credentials);
    credentials_.renew();
}

// What follows an action once it has the credentials that it may ask for; nothing when the call
// waits for them.
std::optional<CallMachine::Action> CallDriver::authorised(CallId id, CallMachine::Action action) {
    CallMachine& machine = active_.at(id)->machine;
    while (const auto* wanted = std::get_if<CallMachine::Authorise>(&action)) {
        const Identity identity{machine.call().role_arn, machine.call().role_external_id};
        if (!wanted->expired_key_id.empty()) credentials_.refuse(identity, wanted->expired_key_id);
        const std::optional<CredentialsResult> known =
            credentials_.get(identity, id, [this, id](const CredentialsResult& result) {
                const auto found = active_.find(id);
                if (found == active_.end()) return;
                perform(id, found->second->machine.authorised(result,
                                                              timers_.now_epoch_milliseconds()));
            });
        if (!known) return std::nullopt;
        action = machine.authorised(*known, timers_.now_epoch_milliseconds());
    }
    return action;
}

void CallDriver::perform(CallId id, CallMachine::Action next) {
    std::optional<CallMachine::Action> action = authorised(id, std::move(next));
    if (!action) return;
    Active& active = *active_.at(id);
    if (auto* send = std::get_if<CallMachine::Send>(&*action)) {
        active.send = transport_.send(
            std::move(send->request), send->timeouts, [this, id](const TransportResult& answer) {
                const auto found = active_.find(id);
                if (found == active_.end()) return;
                found->second->send.reset();
                perform(id,
                        found->second->machine.answered(answer, timers_.now_epoch_milliseconds()));
            });
    } else if (const auto* wait = std::get_if<CallMachine::Wait>(&*action)) {
        active.timer = timers_.schedule(wait->delay, [this, id] {
            const auto found = active_.find(id);
            if (found == active_.end()) return;
            found->second->timer.reset();
            perform(id, found->second->machine.waited(timers_.now_epoch_milliseconds()));
        });
    } else {
        finish(id, std::move(std::get<CallMachine::Done>(*action).result));
    }
}

void CallDriver::expire(CallId id) {
    const auto found = active_.find(id);
    if (found == active_.end()) return;
    Active& active = *found->second;
    active.deadline.reset();
    give_up(id, active);
    CallError error;
    error.kind = CallError::Kind::transport;
    error.code = "TimedOut";
    error.message = "the call took longer than " +
                    std::to_string(state_.settings.timeouts.call.count()) + " ms in all";
    error.attempts = active.machine.attempts();
    finish(id, std::move(error));
}

// Ends everything that would come back to the call.
void CallDriver::give_up(CallId id, const Active& active) {
    credentials_.forget(id);
    if (active.send) transport_.cancel(*active.send);
    if (active.timer) timers_.cancel(*active.timer);
    if (active.deadline) timers_.cancel(*active.deadline);
}

void CallDriver::finish(CallId id, CallResult result) {
    const auto found = active_.find(id);
    if (found == active_.end()) return;
    // Out of the table first: the completion may begin or cancel calls, or destroy this driver.
    const CallCompletion done = std::move(found->second->done);
    if (found->second->deadline) timers_.cancel(*found->second->deadline);
    active_.erase(found);
    done(std::move(result));
}

} // namespace gradus::aws
