#pragma once
// When credentials that are at hand are used, and when they are fetched anew: one identity, one
// fetch at a time. Pure; the driver asks and obeys.

#include "aws/credentials/fetch_step.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace gradus::aws {

class CredentialCache {
public:
    /// Credentials are fetched anew when this is left of them, or a quarter of their life when that
    /// is less. Ours; the SDKs have between 1 and 15 minutes.
    static constexpr std::int64_t refresh_ahead_milliseconds = 300'000;
    /// Between a fetch that failed and the next, while the old credentials are valid.
    static constexpr std::int64_t pause_milliseconds = 30'000;

    struct Fetch {}; // begin one, then say fetched()
    struct Join {};  // one is on its way
    using Answer = std::variant<Credentials, Fetch, Join>;

    /// What a call that needs credentials does now.
    Answer ask(std::int64_t now_epoch_milliseconds);
    /// What everyone who waits for the fetch gets: the old credentials when it failed while they
    /// are valid.
    CredentialsResult fetched(CredentialsResult result, std::int64_t now_epoch_milliseconds);
    /// AWS calls these expired, whatever their time says.
    void refuse(std::string_view access_key_id);

    bool is_fetching() const { return is_fetching_; }
    /// Nothing is at hand that could be used again, and nothing is on its way.
    bool is_spent(std::int64_t now_epoch_milliseconds) const;

private:
    bool is_valid(std::int64_t now_epoch_milliseconds) const;

    std::optional<Credentials> credentials_;
    std::int64_t refresh_at_ = 0; // of those; epoch milliseconds
    bool is_fetching_ = false;
};

} // namespace gradus::aws
