#pragma once
// Whether a call is tried again, and when: the "standard" mode of the AWS SDKs (AWS SDKs and Tools
// Reference Guide, "Retry behavior") and its successor, which the SDKs have behind a variable until
// they move to it, as pure functions and plain values. The "adaptive" mode is the same and a
// RateLimiter.

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

enum class RetryMode { standard, adaptive };
enum class RetryScheme { standard, standard_2_1 };

struct RetryPolicy {
    RetryMode mode = RetryMode::standard;
    RetryScheme scheme = RetryScheme::standard;
    std::optional<int> attempts_max; // nothing: what the scheme says
    std::chrono::milliseconds backoff_max{20'000};

    friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

/// Attempts of one call, the first included: 3 unless the policy says, 4 for DynamoDB in 2.1.
int attempts_max_of(const RetryPolicy& policy, std::string_view service_id);

/// A failed attempt that a wait is asked for.
struct FailedAttempt {
    int number = 1; // from 1
    FailureClass failure = FailureClass::transient;
    std::string_view service_id; // DynamoDB waits half as long in 2.1
};
/// The wait before jitter. It doubles with each attempt up to the maximum: from 1 s; in 2.1 from 1
/// s after throttling and 50 ms else.
std::chrono::milliseconds backoff_before_jitter(const RetryPolicy& policy,
                                                const FailedAttempt& attempt);
/// The same times a draw in [0, 1).
std::chrono::milliseconds backoff(const RetryPolicy& policy, const FailedAttempt& attempt,
                                  double draw);
/// What the server asks for in x-amz-retry-after (milliseconds), where the scheme reads it: no less
/// than `wait` and no more than 5 s above it.
std::chrono::milliseconds with_retry_after(const RetryPolicy& policy,
                                           std::chrono::milliseconds wait, std::string_view header);

/// What retries take of a quota, and how large it is.
struct RetryCosts {
    int capacity = 500;
    int retry = 5;
    int timeout = 10;
    int throttling = 5;
    int first_success_increment = 1;
};
RetryCosts costs_of(RetryScheme scheme);

/// Tokens that all calls to one service share, so that a service in trouble isn't flooded with
/// second attempts. A retry takes tokens; success gives them back.
class RetryQuota {
public:
    explicit RetryQuota(RetryScheme scheme = RetryScheme::standard)
        : costs_(costs_of(scheme)), available_(costs_.capacity) {}

    /// The tokens taken for a retry after a failure of this class; nothing when there are too few.
    std::optional<int> take(FailureClass failure);
    /// After success: what the last retry took, or a little when there was none.
    void give_back(std::optional<int> taken);
    int available() const { return available_; }

private:
    RetryCosts costs_;
    int available_;
};

/// How far the server's clock is ahead of ours, in seconds, when an error says that the time of the
/// request was wrong and the answer's Date header (IMF-fixdate) confirms it; nothing otherwise.
std::optional<std::int64_t> clock_skew_seconds(std::string_view error_code,
                                               std::string_view date_header,
                                               std::int64_t now_epoch_seconds);

} // namespace gradus::aws
