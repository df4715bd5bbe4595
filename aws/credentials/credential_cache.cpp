#include "aws/credentials/credential_cache.hpp"

#include <algorithm>
#include <limits>

namespace gradus::aws {

CredentialCache::Answer CredentialCache::ask(std::int64_t now_epoch_milliseconds) {
    if (is_valid(now_epoch_milliseconds) && now_epoch_milliseconds < refresh_at_)
        return *credentials_;
    if (is_fetching_) return Join{};
    is_fetching_ = true;
    return Fetch{};
}

CredentialsResult CredentialCache::fetched(CredentialsResult result,
                                           std::int64_t now_epoch_milliseconds) {
    is_fetching_ = false;
    if (!result) {
        if (!is_valid(now_epoch_milliseconds)) return result;
        refresh_at_ = now_epoch_milliseconds + pause_milliseconds;
        return *credentials_;
    }
    credentials_ = *result;
    refresh_at_ = std::numeric_limits<std::int64_t>::max();
    if (credentials_->expires_epoch_seconds) {
        const std::int64_t expiry = *credentials_->expires_epoch_seconds * 1'000;
        const std::int64_t life = std::max<std::int64_t>(expiry - now_epoch_milliseconds, 0);
        refresh_at_ = expiry - std::min(refresh_ahead_milliseconds, life / 4);
    }
    return result;
}

void CredentialCache::refuse(std::string_view access_key_id) {
    if (credentials_ && credentials_->access_key_id == access_key_id) credentials_.reset();
}

bool CredentialCache::is_spent(std::int64_t now_epoch_milliseconds) const {
    return !is_fetching_ && !is_valid(now_epoch_milliseconds);
}

bool CredentialCache::is_valid(std::int64_t now_epoch_milliseconds) const {
    return credentials_ && (!credentials_->expires_epoch_seconds ||
                            now_epoch_milliseconds < *credentials_->expires_epoch_seconds * 1'000);
}

} // namespace gradus::aws
