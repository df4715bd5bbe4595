#include "aws/retry.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;
using std::chrono::milliseconds;

TEST(Retry, never_asks_again_for_capacity_that_is_not_there) {
    EXPECT_EQ(classify(500, "InsufficientInstanceCapacity"), FailureClass::permanent);
    EXPECT_EQ(classify(500, "UnfulfillableCapacity"), FailureClass::permanent);
    EXPECT_EQ(classify(500, "InternalError"), FailureClass::transient);
    EXPECT_EQ(classify(400, "InstanceLimitExceeded"), FailureClass::permanent);
    EXPECT_EQ(classify(503, "RequestLimitExceeded"), FailureClass::throttling);
}

TEST(Retry, takes_broken_connections_as_transient_and_bad_certificates_as_final) {
    EXPECT_EQ(classify(TransportError::Kind::closed), FailureClass::transient);
    EXPECT_EQ(classify(TransportError::Kind::timeout), FailureClass::timeout);
    EXPECT_EQ(classify(TransportError::Kind::tls), FailureClass::permanent);
    EXPECT_EQ(classify(TransportError::Kind::malformed), FailureClass::permanent);
}

TEST(Retry, doubles_its_wait_up_to_the_maximum_and_spreads_it) {
    const RetryPolicy policy;

    EXPECT_EQ(backoff_before_jitter(policy, {.number = 1}), milliseconds(1'000));
    EXPECT_EQ(backoff_before_jitter(policy, {.number = 4}), milliseconds(8'000));
    EXPECT_EQ(backoff_before_jitter(policy, {.number = 6}), milliseconds(20'000));
    EXPECT_EQ(backoff_before_jitter(policy, {.number = 1'000'000}), milliseconds(20'000));
    EXPECT_EQ(backoff(policy, {.number = 2}, 0.25), milliseconds(500));
}

TEST(Retry, of_the_newer_scheme_waits_less_and_tells_throttling_apart) {
    const RetryPolicy policy{.scheme = RetryScheme::standard_2_1};
    const auto wait = [&policy](const FailedAttempt& attempt) {
        return backoff_before_jitter(policy, attempt);
    };

    EXPECT_EQ(wait({.number = 3}), milliseconds(200));
    EXPECT_EQ(wait({.number = 3, .failure = FailureClass::throttling}), milliseconds(4'000));
    EXPECT_EQ(wait({.number = 3, .service_id = "DynamoDB"}), milliseconds(100));
    EXPECT_EQ(attempts_max_of(policy, "DynamoDB"), 4);
    EXPECT_EQ(attempts_max_of(policy, "EC2"), 3);
    EXPECT_EQ(attempts_max_of({}, "DynamoDB"), 3);
    EXPECT_EQ(attempts_max_of({.scheme = RetryScheme::standard_2_1, .attempts_max = 2}, "DynamoDB"),
              2);
}

TEST(Retry, of_the_newer_scheme_heeds_what_the_server_asks_for_within_bounds) {
    const RetryPolicy policy{.scheme = RetryScheme::standard_2_1};
    const auto wait = [&policy](std::string_view header) {
        return with_retry_after(policy, milliseconds(100), header);
    };

    EXPECT_EQ(wait("1500"), milliseconds(1'500));
    EXPECT_EQ(wait("20"), milliseconds(100));
    EXPECT_EQ(wait("60000"), milliseconds(5'100));
    EXPECT_EQ(wait("-1"), milliseconds(100));
    EXPECT_EQ(wait("soon"), milliseconds(100));
    EXPECT_EQ(wait(""), milliseconds(100));
    EXPECT_EQ(with_retry_after({}, milliseconds(100), "1500"), milliseconds(100));
}

TEST(RetryQuota, runs_dry_and_is_filled_by_success) {
    RetryQuota quota;

    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(quota.take(FailureClass::timeout), 10);
    EXPECT_EQ(quota.available(), 0);
    EXPECT_EQ(quota.take(FailureClass::transient), std::nullopt);
    quota.give_back(5);
    EXPECT_EQ(quota.take(FailureClass::throttling), 5);
    quota.give_back(std::nullopt);
    EXPECT_EQ(quota.available(), 1);
    for (int i = 0; i < 1'000; ++i)
        quota.give_back(std::nullopt);
    EXPECT_EQ(quota.available(), 500);
}

TEST(RetryQuota, of_the_newer_scheme_takes_more) {
    RetryQuota quota(RetryScheme::standard_2_1);

    EXPECT_EQ(quota.take(FailureClass::transient), 14);
    EXPECT_EQ(quota.take(FailureClass::timeout), 14);
    EXPECT_EQ(quota.take(FailureClass::throttling), 5);
    EXPECT_EQ(quota.available(), 467);
}

TEST(ClockSkew, is_believed_only_when_the_date_says_so) {
    const std::string_view date = "Tue, 29 Apr 2014 18:30:38 GMT"; // 1398796238

    EXPECT_EQ(clock_skew_seconds("RequestExpired", date, 1'398'796'238 - 3'600), 3'600);
    EXPECT_EQ(clock_skew_seconds("SignatureDoesNotMatch", date, 1'398'796'238 + 300), -300);
    EXPECT_EQ(clock_skew_seconds("SignatureDoesNotMatch", date, 1'398'796'238 + 10), std::nullopt);
    EXPECT_EQ(clock_skew_seconds("AccessDenied", date, 0), std::nullopt);
    EXPECT_EQ(clock_skew_seconds("RequestExpired", "yesterday", 0), std::nullopt);
}

} // namespace
