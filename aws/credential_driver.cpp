#include "aws/credential_driver.hpp"

#include <utility>

namespace gradus::aws {

namespace {

// Names of the waits of roles for the client's own credentials; those of calls count upwards.
constexpr std::uint64_t own_waiter_bit = std::uint64_t{1} << 63U;

CallError no_credentials(const Error& error) {
    CallError out = source_failed(error.message);
    out.code = "NoCredentials";
    return out;
}

} // namespace

CredentialDriver::CredentialDriver(Transport& transport, TimerService& timers, CredentialHost* host,
                                   ClientState& state)
    : transport_(transport),
      timers_(timers),
      host_(host),
      state_(state),
      alive_(std::make_shared<int>(0)) {}

CredentialDriver::~CredentialDriver() {
    abandon_all();
    for (const auto& [id, waiter] : waiters_)
        if (waiter.timer) timers_.cancel(*waiter.timer);
}

std::optional<CredentialsResult> CredentialDriver::get(const Identity& identity, WaiterId waiter,
                                                       Ready ready) {
    Entry& entry = entry_of(identity);
    const CredentialCache::Answer answer = entry.cache.ask(server_now());
    if (const auto* credentials = std::get_if<Credentials>(&answer)) return *credentials;
    if (std::holds_alternative<CredentialCache::Fetch>(answer))
        if (std::optional<CredentialsResult> result = begin(identity, entry)) return result;
    entry.waiting.push_back(waiter);
    waiters_[waiter] = {identity, std::move(ready), std::nullopt};
    return std::nullopt;
}

void CredentialDriver::forget(WaiterId waiter) {
    const auto found = waiters_.find(waiter);
    if (found == waiters_.end()) return;
    if (found->second.timer) timers_.cancel(*found->second.timer);
    // The fetch goes on: the next call will want its result.
    if (const auto entry = entries_.find(found->second.identity); entry != entries_.end())
        std::erase(entry->second.waiting, waiter);
    waiters_.erase(found);
}

void CredentialDriver::refuse(const Identity& identity, std::string_view access_key_id) {
    const auto found = entries_.find(identity);
    if (found != entries_.end()) found->second.cache.refuse(access_key_id);
}

void CredentialDriver::renew() {
    abandon_all();
    for (auto& [id, waiter] : std::exchange(waiters_, {})) {
        if (waiter.timer) timers_.cancel(*waiter.timer);
        if ((id & own_waiter_bit) != 0) continue; // of a fetch that was abandoned
        const Ready ready = waiter.ready;
        if (std::optional<CredentialsResult> known = get(waiter.identity, id, ready))
            answer_later(id, waiters_[id] = {waiter.identity, ready, std::nullopt},
                         std::move(*known));
    }
}

CredentialDriver::Entry& CredentialDriver::entry_of(const Identity& identity) {
    const auto found = entries_.find(identity);
    if (found != entries_.end()) return found->second;
    if (entries_.size() >= identities_max) {
        const std::int64_t now = server_now();
        std::erase_if(entries_,
                      [now](const auto& each) { return each.second.cache.is_spent(now); });
    }
    // All of them valid: any may be fetched again.
    if (entries_.size() >= identities_max) {
        const auto idle = std::find_if(entries_.begin(), entries_.end(), [](const auto& each) {
            return !each.second.cache.is_fetching();
        });
        if (idle != entries_.end()) entries_.erase(idle);
    }
    return entries_[identity];
}

// The result when it is known at once.
std::optional<CredentialsResult> CredentialDriver::begin(const Identity& identity, Entry& entry) {
    entry.fetch_id = ++last_fetch_;
    if (identity.role_arn.empty()) {
        const Result<CredentialPlan>& plan = state_.settings.credentials;
        if (!plan) return entry.cache.fetched(no_credentials(plan.error()), server_now());
        return begin_fetch(identity, entry, *plan);
    }
    const auto assume = [identity](const Credentials& own) {
        CredentialPlan plan(own);
        plan.roles.push_back({.role_arn = identity.role_arn, .external_id = identity.external_id});
        return plan;
    };
    const std::uint64_t waiter = own_waiter_bit | entry.fetch_id;
    const std::optional<CredentialsResult> own =
        get({}, waiter, [this, identity, assume](const CredentialsResult& result) {
            const auto found = entries_.find(identity);
            if (found == entries_.end()) return;
            std::optional<CredentialsResult> known = result;
            if (result) known = begin_fetch(identity, found->second, assume(*result));
            if (known) complete(identity, *known);
        });
    // References into a map stay what they are when it grows.
    if (!own) return std::nullopt;
    if (*own) return begin_fetch(identity, entry, assume(**own));
    return entry.cache.fetched(*own, server_now());
}

std::optional<CredentialsResult> CredentialDriver::begin_fetch(const Identity& identity,
                                                               Entry& entry, CredentialPlan plan) {
    entry.fetch = std::make_unique<CredentialFetch>(state_, std::move(plan));
    return perform(identity, entry.fetch->begin(timers_.now_epoch_milliseconds()));
}

// Does what the machine asks for; the result when it is at its end.
std::optional<CredentialsResult> CredentialDriver::perform(const Identity& identity,
                                                           FetchAction action) {
    Entry& entry = entries_.at(identity);
    const std::uint64_t id = entry.fetch_id;
    if (auto* fetched = std::get_if<Fetched>(&action)) {
        entry.fetch.reset();
        return entry.cache.fetched(std::move(fetched->result), server_now());
    }
    if (auto* send = std::get_if<SendRequest>(&action)) {
        entry.send = transport_.send(
            std::move(send->request), send->timeouts.value_or(state_.settings.timeouts.send),
            [this, identity, id](const TransportResult& answer) { told(identity, id, answer); });
        return std::nullopt;
    }
    if (const auto* pause = std::get_if<Pause>(&action)) {
        entry.timer = timers_.schedule(pause->delay,
                                       [this, identity, id] { told(identity, id, PauseOver{}); });
        return std::nullopt;
    }
    if (host_ == nullptr) {
        // A transport of simulated worlds has neither.
        entry.fetch.reset();
        return entry.cache.fetched(
            source_failed("credentials in files and programs can't be read here"), server_now());
    }
    const auto done = [this, alive = std::weak_ptr<int>(alive_), identity, id](TextResult text) {
        if (!alive.expired()) told(identity, id, std::move(text));
    };
    if (auto* read = std::get_if<ReadFile>(&action))
        host_->read_file(std::move(read->path), done);
    else if (auto* write = std::get_if<WriteFile>(&action))
        host_->write_file(std::move(write->path), std::move(write->text), done);
    else
        host_->run_process(std::move(std::get<RunProcess>(action).command), done);
    return std::nullopt;
}

void CredentialDriver::told(const Identity& identity, std::uint64_t fetch_id,
                            const FetchAnswer& answer) {
    const auto found = entries_.find(identity);
    if (found == entries_.end() || found->second.fetch_id != fetch_id) return;
    Entry& entry = found->second;
    if (entry.fetch == nullptr) return;
    entry.send.reset();
    entry.timer.reset();
    std::optional<CredentialsResult> result =
        perform(identity, entry.fetch->told(answer, timers_.now_epoch_milliseconds()));
    if (result) complete(identity, *result);
}

// Each who waits is answered from a timer of its own, so that what it does there, this driver's end
// included, meets no half-done work here.
void CredentialDriver::complete(const Identity& identity, const CredentialsResult& result) {
    for (const WaiterId id : std::exchange(entries_.at(identity).waiting, {}))
        if (const auto found = waiters_.find(id); found != waiters_.end())
            answer_later(id, found->second, result);
}

void CredentialDriver::answer_later(WaiterId id, Waiter& waiter, CredentialsResult result) {
    waiter.timer =
        timers_.schedule(std::chrono::milliseconds(0), [this, id, result = std::move(result)] {
            const auto node = waiters_.extract(id);
            if (!node.empty()) node.mapped().ready(result);
        });
}

void CredentialDriver::abandon_all() {
    for (const auto& [identity, entry] : entries_) {
        if (entry.send) transport_.cancel(*entry.send);
        if (entry.timer) timers_.cancel(*entry.timer);
    }
    entries_.clear();
}

} // namespace gradus::aws
