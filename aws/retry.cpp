#include "aws/retry.hpp"

#include "aws/protocol/scalars.hpp"

#include "gradus/assert.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

namespace gradus::aws {

namespace {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& codes, std::string_view code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

constexpr std::array<std::string_view, 14> throttling_codes = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
};

constexpr std::array<std::string_view, 2> transient_codes = {"RequestTimeout",
                                                             "RequestTimeoutException"};

// Amazon EC2 API Reference, "Error codes": no capacity now. Asking the same pool again within
// seconds wastes the time in which another pool would have given an instance.
constexpr std::array<std::string_view, 8> capacity_codes = {
    "InsufficientInstanceCapacity", "InsufficientCapacity",
    "InsufficientHostCapacity",     "InsufficientReservedInstanceCapacity",
    "InsufficientVolumeCapacity",   "InsufficientAddressCapacity",
    "UnfulfillableCapacity",        "ReservationCapacityExceeded",
};

constexpr std::array<std::string_view, 6> clock_codes = {
    "RequestTimeTooSkewed",      "RequestExpired",        "RequestInTheFuture",
    "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure",
};

// Services accept five minutes; below four the clock wasn't the reason.
constexpr std::int64_t skew_seconds_min = 240;

constexpr std::chrono::milliseconds retry_after_beyond_max{5'000};

bool is_dynamodb(std::string_view service_id) {
    return service_id == "DynamoDB" || service_id == "DynamoDB Streams";
}

} // namespace

FailureClass classify(int http_status, std::string_view code) {
    if (contains(capacity_codes, code)) return FailureClass::permanent;
    if (contains(throttling_codes, code)) return FailureClass::throttling;
    if (contains(transient_codes, code)) return FailureClass::transient;
    const bool is_transient =
        http_status == 500 || http_status == 502 || http_status == 503 || http_status == 504;
    return is_transient ? FailureClass::transient : FailureClass::permanent;
}

FailureClass classify(TransportError::Kind kind) {
    switch (kind) {
    case TransportError::Kind::timeout: return FailureClass::timeout;
    case TransportError::Kind::resolve:
    case TransportError::Kind::connect:
    case TransportError::Kind::closed: return FailureClass::transient;
    // A bad certificate or an answer that isn't HTTP stays what it is.
    case TransportError::Kind::tls:
    case TransportError::Kind::malformed:
    case TransportError::Kind::too_large: return FailureClass::permanent;
    }
    GRADUS_UNREACHABLE();
}

int attempts_max_of(const RetryPolicy& policy, std::string_view service_id) {
    const bool is_patient = policy.scheme == RetryScheme::standard_2_1 && is_dynamodb(service_id);
    return policy.attempts_max.value_or(is_patient ? 4 : 3);
}

std::chrono::milliseconds backoff_before_jitter(const RetryPolicy& policy,
                                                const FailedAttempt& attempt) {
    constexpr int doublings_max = 20;
    const int doublings = std::clamp(attempt.number - 1, 0, doublings_max);
    std::int64_t first = 1'000;
    if (policy.scheme == RetryScheme::standard_2_1 && attempt.failure != FailureClass::throttling)
        first = is_dynamodb(attempt.service_id) ? 25 : 50;
    const std::chrono::milliseconds wait{first << doublings};
    return std::min(wait, policy.backoff_max);
}

std::chrono::milliseconds backoff(const RetryPolicy& policy, const FailedAttempt& attempt,
                                  double draw) {
    const auto whole = static_cast<double>(backoff_before_jitter(policy, attempt).count());
    return std::chrono::milliseconds(static_cast<std::int64_t>(whole * draw));
}

std::chrono::milliseconds with_retry_after(const RetryPolicy& policy,
                                           std::chrono::milliseconds wait,
                                           std::string_view header) {
    std::int64_t asked = 0;
    const auto [end, fault] = std::from_chars(header.data(), header.data() + header.size(), asked);
    const bool is_number = fault == std::errc() && end == header.data() + header.size();
    if (policy.scheme != RetryScheme::standard_2_1 || !is_number || asked < 0) return wait;
    return std::clamp(std::chrono::milliseconds(asked), wait, wait + retry_after_beyond_max);
}

RetryCosts costs_of(RetryScheme scheme) {
    if (scheme == RetryScheme::standard) return {};
    return {.retry = 14, .timeout = 14};
}

std::optional<int> RetryQuota::take(FailureClass failure) {
    int cost = costs_.retry;
    if (failure == FailureClass::timeout) cost = costs_.timeout;
    if (failure == FailureClass::throttling) cost = costs_.throttling;
    if (available_ < cost) return std::nullopt;
    available_ -= cost;
    return cost;
}

void RetryQuota::give_back(std::optional<int> taken) {
    available_ =
        std::min(costs_.capacity, available_ + taken.value_or(costs_.first_success_increment));
}

std::optional<std::int64_t> clock_skew_seconds(std::string_view error_code,
                                               std::string_view date_header,
                                               std::int64_t now_epoch_seconds) {
    if (!contains(clock_codes, error_code)) return std::nullopt;
    const std::optional<Value> date = read_timestamp(Value(date_header));
    std::int64_t server = 0;
    if (!date || !date->to_integer(server)) return std::nullopt;
    const std::int64_t skew = server - now_epoch_seconds;
    if (std::abs(skew) < skew_seconds_min) return std::nullopt;
    return skew;
}

} // namespace gradus::aws
