#include "gradus/virtual_loop.hpp"

#include <algorithm>
#include <limits>

namespace gradus {

TimerId VirtualLoop::schedule(std::chrono::milliseconds delay, std::function<void()> fire) {
    const std::int64_t due = now_ + std::max<std::int64_t>(0, delay.count());
    const TimerId id = ++last_id_;
    timers_.emplace(std::pair(due, id), std::move(fire));
    due_.emplace(id, due);
    return id;
}

void VirtualLoop::cancel(TimerId id) {
    const auto found = due_.find(id);
    if (found == due_.end()) return;
    timers_.erase({found->second, id});
    due_.erase(found);
}

bool VirtualLoop::fire_next(std::int64_t not_after) {
    if (timers_.empty() || timers_.begin()->first.first > not_after) return false;
    const auto [due, id] = timers_.begin()->first;
    const std::function<void()> fire = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    due_.erase(id);
    now_ = std::max(now_, due);
    fire();
    return true;
}

bool VirtualLoop::run_until(const std::function<bool()>& is_done) {
    while (!is_done()) {
        if (!fire_next(std::numeric_limits<std::int64_t>::max())) return is_done();
    }
    return true;
}

void VirtualLoop::run_to(std::int64_t epoch_milliseconds) {
    while (fire_next(epoch_milliseconds)) {
    }
    now_ = std::max(now_, epoch_milliseconds);
}

} // namespace gradus
