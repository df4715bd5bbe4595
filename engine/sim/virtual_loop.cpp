#include "gradus/virtual_loop.hpp"

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <vector>

namespace gradus {

struct VirtualLoop::Mailbox {
    std::mutex mutex;
    std::condition_variable came;
    std::size_t expected = 0;
    std::vector<std::function<void()>> delivered;
};

VirtualLoop::VirtualLoop(std::int64_t start_epoch_milliseconds)
    : now_(start_epoch_milliseconds), mailbox_(std::make_shared<Mailbox>()) {}
VirtualLoop::~VirtualLoop() = default;

Delivery VirtualLoop::expect() {
    const std::scoped_lock lock(mailbox_->mutex);
    ++mailbox_->expected;
    return [mailbox = mailbox_](std::function<void()> run) {
        const std::scoped_lock delivering(mailbox->mutex);
        --mailbox->expected;
        mailbox->delivered.push_back(std::move(run));
        mailbox->came.notify_one();
    };
}

/// Waits for all that are expected, so that the order of what happens doesn't depend on how fast
/// another thread is. True when something came.
bool VirtualLoop::take_deliveries() {
    std::vector<std::function<void()>> delivered;
    {
        std::unique_lock lock(mailbox_->mutex);
        mailbox_->came.wait(lock, [&] { return mailbox_->expected == 0; });
        delivered = std::exchange(mailbox_->delivered, {});
    }
    for (const auto& run : delivered)
        run();
    return !delivered.empty();
}

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
    if (take_deliveries()) return true;
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
