#include "aws/rate_limiter.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus::aws;
using namespace std::literals;

constexpr std::int64_t start = 1'700'000'000'000;

// A limiter that has seen ten answers a second for two seconds.
RateLimiter busy() {
    RateLimiter limiter;
    for (int i = 0; i <= 20; ++i)
        limiter.record(RateLimiter::Answer::other, start + i * 100);
    return limiter;
}

TEST(RateLimiter, lets_everything_through_until_it_is_throttled) {
    RateLimiter limiter = busy();

    EXPECT_FALSE(limiter.is_enabled());
    for (int i = 0; i < 1'000; ++i)
        EXPECT_EQ(limiter.acquire(start + 2'000), 0ms);
}

TEST(RateLimiter, falls_to_seven_tenths_of_what_went_through) {
    RateLimiter limiter = busy();

    limiter.record(RateLimiter::Answer::throttled, start + 2'050);

    EXPECT_TRUE(limiter.is_enabled());
    // Four half seconds: the first had 5 answers and the one that ended it.
    EXPECT_NEAR(limiter.tokens_per_second(), 7, 0.2);
}

TEST(RateLimiter, makes_attempts_wait_one_after_the_other) {
    RateLimiter limiter = busy();
    limiter.record(RateLimiter::Answer::throttled, start + 2'050);
    const double rate = limiter.tokens_per_second();

    const auto first = limiter.acquire(start + 2'050);
    const auto second = limiter.acquire(start + 2'050);
    const auto third = limiter.acquire(start + 2'050);

    EXPECT_NEAR(static_cast<double>(first.count()), 1'000 / rate, 1.5);
    EXPECT_NEAR(static_cast<double>(second.count()), 2'000 / rate, 1.5);
    EXPECT_NEAR(static_cast<double>(third.count()), 3'000 / rate, 1.5);
    // All waited for: the bucket is even again, and a second later a token is there.
    EXPECT_EQ(limiter.acquire(start + 2'050 + third.count() + 1'000), 0ms);
}

TEST(RateLimiter, falls_further_and_never_stops) {
    RateLimiter limiter = busy();

    for (int i = 0; i < 50; ++i)
        limiter.record(RateLimiter::Answer::throttled, start + 3'000 + i * 2'000);

    EXPECT_DOUBLE_EQ(limiter.tokens_per_second(), 0.5);
    EXPECT_LE(limiter.acquire(start + 200'000), 2'000ms);
}

TEST(RateLimiter, grows_back_when_the_service_answers) {
    RateLimiter limiter = busy();
    limiter.record(RateLimiter::Answer::throttled, start + 2'050);
    const double low = limiter.tokens_per_second();

    for (int i = 1; i <= 40; ++i)
        limiter.record(RateLimiter::Answer::other, start + 2'050 + i * 100);

    // cbrt(10 * 0.3 / 0.4) is 1.96 s; four seconds after, the rate is beyond the old one.
    EXPECT_GT(limiter.tokens_per_second(), 10);
    EXPECT_GT(limiter.tokens_per_second(), low);
    EXPECT_LE(limiter.tokens_per_second(), 21); // twice what goes through
}

TEST(RateLimiter, stands_a_clock_that_goes_back) {
    RateLimiter limiter = busy();
    limiter.record(RateLimiter::Answer::throttled, start + 2'050);

    EXPECT_GE(limiter.acquire(start - 1'000'000), 0ms);
    limiter.record(RateLimiter::Answer::other, start - 1'000'000);
    EXPECT_GE(limiter.tokens_per_second(), 0.5);
}

} // namespace
