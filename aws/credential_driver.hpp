#pragma once
// Credentials for the calls of one client: its own and those of roles that tasks ask for, each kept
// until shortly before it expires. Does what the machines of aws/credentials ask for over the same
// transport and timers as the client. One thread; no locks.

#include "aws/credentials/credential_cache.hpp"
#include "aws/credentials/credential_fetch.hpp"
#include "aws/http/transport.hpp"

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace gradus::aws {

/// Files and programs, where sources of credentials stand in them.
class CredentialHost {
public:
    using Done = std::function<void(TextResult)>;

    virtual ~CredentialHost() = default;
    /// All call `done` once, later, never from inside; not after the host is destroyed.
    virtual void read_file(std::string path, Done done) = 0;
    /// Replaces a file as a whole, for its owner's eyes only; the text given is empty.
    virtual void write_file(std::string path, std::string text, Done done) = 0;
    /// The words of `command` are its program and arguments, quoted as for a shell; there is none.
    virtual void run_process(std::string command, Done done) = 0;
};

/// Who a call is made as.
struct Identity {
    std::string role_arn; // assumed with the client's own credentials; empty: those themselves
    std::string external_id;

    friend auto operator<=>(const Identity&, const Identity&) = default;
};

class CredentialDriver {
public:
    /// Roles kept at once; those that have expired go first.
    static constexpr std::size_t identities_max = 1'000;

    using Ready = std::function<void(CredentialsResult)>;
    using WaiterId = std::uint64_t;

    /// All must outlive the driver but `host`, which may be null: then sources in files and
    /// programs fail. The client's own plan is that of the settings in `state`.
    CredentialDriver(Transport& transport, TimerService& timers, CredentialHost* host,
                     ClientState& state);
    ~CredentialDriver();
    CredentialDriver(const CredentialDriver&) = delete;
    CredentialDriver& operator=(const CredentialDriver&) = delete;

    /// At once when they are at hand or it is clear that there are none. Otherwise `ready` is
    /// called once, later, never from inside get(); `waiter` is the caller's name for it.
    std::optional<CredentialsResult> get(const Identity& identity, WaiterId waiter, Ready ready);
    /// `ready` of that waiter won't be called.
    void forget(WaiterId waiter);
    /// AWS said that these have expired: they won't be given again.
    void refuse(const Identity& identity, std::string_view access_key_id);
    /// The plan in the settings has changed: fetches anew for those who wait.
    void renew();

private:
    struct Entry {
        CredentialCache cache;
        std::unique_ptr<CredentialFetch> fetch;
        std::uint64_t fetch_id = 0; // of the fetch that is on its way; answers of others are late
        std::optional<SendId> send;
        std::optional<TimerId> timer;
        std::vector<WaiterId> waiting;
    };
    struct Waiter {
        Identity identity;
        Ready ready;
        std::optional<TimerId> timer; // its answer is there and about to be given
    };

    /// The servers' time, by which credentials expire, as far as answers have told it; epoch
    /// milliseconds. The machines know the difference themselves.
    std::int64_t server_now() const {
        return timers_.now_epoch_milliseconds() + state_.clock_skew_seconds * 1'000;
    }
    Entry& entry_of(const Identity& identity);
    std::optional<CredentialsResult> begin(const Identity& identity, Entry& entry);
    std::optional<CredentialsResult> begin_fetch(const Identity& identity, Entry& entry,
                                                 CredentialPlan plan);
    std::optional<CredentialsResult> perform(const Identity& identity, FetchAction action);
    void told(const Identity& identity, std::uint64_t fetch_id, const FetchAnswer& answer);
    void complete(const Identity& identity, const CredentialsResult& result);
    void answer_later(WaiterId id, Waiter& waiter, CredentialsResult result);
    void abandon_all();

    Transport& transport_;
    TimerService& timers_;
    CredentialHost* host_;
    ClientState& state_;
    std::map<Identity, Entry> entries_;
    std::unordered_map<WaiterId, Waiter> waiters_;
    std::uint64_t last_fetch_ = 0;
    std::shared_ptr<int> alive_; // what the host's answers look at before they come back here
};

} // namespace gradus::aws
