#pragma once
// Whether a call is tried again, and when: the "standard" mode of the AWS SDKs (AWS SDKs and Tools
// Reference Guide, "Retry behavior"), as pure functions and plain values.

#include "aws/http/transport.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gradus::aws {

/// What kind of failure an attempt met.
enum class FailureClass {
    permanent,  // trying again wouldn't help
    transient,  // the service or the way to it is out of order
    timeout,    // no answer in time; costs more of the quota
    throttling, // asked too often
};

/// Of an answer with an error. Capacity errors of EC2 are permanent although some come with status
/// 500: the caller must ask another pool, not the same one again.
FailureClass classify(int http_status, std::string_view code);
FailureClass classify(TransportError::Kind kind);

struct RetryPolicy {
    int attempts_max = 3;
    std::chrono::milliseconds backoff_max{20'000};
};

/// The wait after attempt `attempt` (from 1) before jitter: 1, 2, 4… seconds up to the maximum.
std::chrono::milliseconds backoff_before_jitter(const RetryPolicy& policy, int attempt);
/// The same times a draw in [0, 1).
std::chrono::milliseconds backoff(const RetryPolicy& policy, int attempt, double draw);

/// Tokens that all calls of one client share, so that a service in trouble isn't flooded with
/// second attempts. A retry takes tokens; success gives them back.
class RetryQuota {
public:
    static constexpr int capacity = 500;
    static constexpr int retry_cost = 5;
    static constexpr int timeout_retry_cost = 10;
    static constexpr int first_success_increment = 1;

    /// The tokens taken for a retry after a failure of this class; nothing when there are too few.
    std::optional<int> take(FailureClass failure);
    /// After success: what the last retry took, or a little when there was none.
    void give_back(std::optional<int> taken);
    int available() const { return available_; }

private:
    int available_ = capacity;
};

/// How far the server's clock is ahead of ours, in seconds, when an error says that the time of the
/// request was wrong and the answer's Date header (IMF-fixdate) confirms it; nothing otherwise.
std::optional<std::int64_t> clock_skew_seconds(std::string_view error_code,
                                               std::string_view date_header,
                                               std::int64_t now_epoch_seconds);

} // namespace gradus::aws
