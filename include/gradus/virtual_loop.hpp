#pragma once
// A loop on virtual time: it jumps from timer to timer, so that weeks run in seconds and the same
// run gives the same order each time.

#include "gradus/event_loop.hpp"

#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

namespace gradus {

class VirtualLoop final : public EventLoop {
public:
    explicit VirtualLoop(std::int64_t start_epoch_milliseconds);
    ~VirtualLoop() override;

    std::int64_t now_epoch_milliseconds() const override { return now_; }
    TimerId schedule(std::chrono::milliseconds delay, std::function<void()> fire) override;
    void cancel(TimerId id) override;
    Delivery expect() override;

    /// Fires timers in order, and what is expected of other threads before them, until `is_done`
    /// says so or none is left. True when it was done.
    bool run_until(const std::function<bool()>& is_done);
    /// Fires all timers up to a time, which is the new time afterwards.
    void run_to(std::int64_t epoch_milliseconds);

private:
    bool fire_next(std::int64_t not_after);
    bool take_deliveries();

    std::int64_t now_;
    TimerId last_id_ = 0;
    std::map<std::pair<std::int64_t, TimerId>, std::function<void()>> timers_;
    std::unordered_map<TimerId, std::int64_t> due_;

    // What other threads deliver; nothing else here is shared.
    struct Mailbox;
    std::shared_ptr<Mailbox> mailbox_;
};

} // namespace gradus
