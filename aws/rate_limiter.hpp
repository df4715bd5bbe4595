#pragma once
// The client-side rate limit of the "adaptive" retry mode, as the AWS SDKs have it (AWS SDKs and
// Tools Reference Guide, "Retry behavior"): once a service throttles, the calls to it share a
// bucket of tokens whose rate falls by a third with each throttling and grows again along the curve
// of TCP CUBIC (RFC 9438). Pure; times come from the caller.

#include <chrono>
#include <cstdint>

namespace gradus::aws {

class RateLimiter {
public:
    /// How long an attempt must wait before it is sent. Its token is taken at once, so attempts
    /// that ask at the same time wait one after the other. Nothing before the first throttling.
    std::chrono::milliseconds acquire(std::int64_t now_epoch_milliseconds);

    enum class Answer { throttled, other };
    /// Told after each attempt that was answered.
    void record(Answer answer, std::int64_t now_epoch_milliseconds);

    bool is_enabled() const { return is_enabled_; }
    double tokens_per_second() const { return rate_; }

private:
    void measure(double now);
    void refill(double now);
    void set_rate(double rate, double now);

    bool is_enabled_ = false;
    // The bucket. Below zero: tokens that are taken ahead.
    double rate_ = 0;
    double capacity_ = 0;
    double tokens_ = 0;
    double refilled_at_ = 0;
    // How fast attempts were answered lately, in half seconds.
    double measured_rate_ = 0;
    double bucket_begin_ = 0;
    int bucket_count_ = 0;
    // Where the curve stands.
    double throttled_rate_ = 0; // at the last throttling
    double throttled_at_ = 0;
};

} // namespace gradus::aws
