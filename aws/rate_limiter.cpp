#include "aws/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace gradus::aws {

namespace {

// The constants of the SDKs.
constexpr double cubic_scale = 0.4;
constexpr double throttled_factor = 0.7; // of the rate that is left after throttling
constexpr double rate_min = 0.5;         // tokens a second
constexpr double capacity_min = 1;
constexpr double smoothing = 0.8; // weight of the newest measurement
constexpr double bucket_seconds = 0.5;

double seconds_of(std::int64_t epoch_milliseconds) {
    return static_cast<double>(epoch_milliseconds) / 1'000;
}

// The rate so long after throttling; at once it is 0.7 of the old one, then it comes back to it and
// goes beyond.
double cubic_rate(double throttled_rate, double seconds) {
    const double until_recovered = std::cbrt(throttled_rate * (1 - throttled_factor) / cubic_scale);
    return cubic_scale * std::pow(seconds - until_recovered, 3) + throttled_rate;
}

} // namespace

std::chrono::milliseconds RateLimiter::acquire(std::int64_t now_epoch_milliseconds) {
    if (!is_enabled_) return std::chrono::milliseconds(0);
    refill(seconds_of(now_epoch_milliseconds));
    tokens_ -= 1;
    if (tokens_ >= 0) return std::chrono::milliseconds(0);
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(std::ceil(-tokens_ / rate_ * 1'000)));
}

void RateLimiter::record(Answer answer, std::int64_t now_epoch_milliseconds) {
    const double now = seconds_of(now_epoch_milliseconds);
    measure(now);
    double rate = 0;
    if (answer == Answer::throttled) {
        throttled_rate_ = is_enabled_ ? std::min(measured_rate_, rate_) : measured_rate_;
        throttled_at_ = now;
        is_enabled_ = true;
        rate = throttled_rate_ * throttled_factor;
    } else {
        if (!is_enabled_) return;
        rate = cubic_rate(throttled_rate_, now - throttled_at_);
    }
    // However long nobody asked, the next burst is at most twice what went through.
    set_rate(std::min(rate, 2 * measured_rate_), now);
}

void RateLimiter::measure(double now) {
    const double begin = std::floor(now / bucket_seconds) * bucket_seconds;
    if (bucket_begin_ == 0) bucket_begin_ = begin;
    ++bucket_count_;
    if (begin <= bucket_begin_) return;
    const double rate = bucket_count_ / (begin - bucket_begin_);
    measured_rate_ = rate * smoothing + measured_rate_ * (1 - smoothing);
    bucket_count_ = 0;
    bucket_begin_ = begin;
}

void RateLimiter::refill(double now) {
    tokens_ = std::min(capacity_, tokens_ + std::max(now - refilled_at_, 0.0) * rate_);
    refilled_at_ = now;
}

void RateLimiter::set_rate(double rate, double now) {
    refill(now);
    rate_ = std::max(rate, rate_min);
    capacity_ = std::max(rate, capacity_min);
    tokens_ = std::min(tokens_, capacity_);
}

} // namespace gradus::aws
