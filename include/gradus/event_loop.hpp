#pragma once
// A clock and its timers: the one thing everything that waits stands on. One implementation follows
// the machine's clock (asio), the other is virtual and jumps from timer to timer.

#include <chrono>
#include <cstdint>
#include <functional>

namespace gradus {

using TimerId = std::uint64_t;

/// Hands a function to the loop that made it, once, from any thread. The loop calls it on its own
/// thread, later.
using Delivery = std::function<void(std::function<void()>)>;

/// Belongs to one thread, on which everything it calls runs.
class EventLoop {
public:
    virtual ~EventLoop() = default;

    virtual std::int64_t now_epoch_milliseconds() const = 0;
    /// Calls `fire` once after `delay` (also when it is 0), never from inside schedule(). Timers of
    /// one time fire in the order in which they were set.
    virtual TimerId schedule(std::chrono::milliseconds delay, std::function<void()> fire) = 0;
    /// A timer that has fired or is unknown is ignored.
    virtual void cancel(TimerId id) = 0;
    /// For work that another thread does. Until its outcome is delivered, the loop has something
    /// left to wait for, and virtual time stands still. The loop must outlive the delivery.
    virtual Delivery expect() = 0;
};

} // namespace gradus
