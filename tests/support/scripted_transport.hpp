#pragma once
// A transport and a clock of a test's own: no socket, no real time.

#include "aws/http/transport.hpp"

#include <deque>
#include <map>
#include <utility>
#include <vector>

namespace gradus::aws {

/// Virtual time: run() fires what was scheduled, in order, and moves the clock there.
class VirtualTime : public TimerService {
public:
    std::int64_t now_epoch_milliseconds() const override { return now; }
    TimerId schedule(std::chrono::milliseconds delay, std::function<void()> fire) override {
        timers_.emplace(std::pair(now + delay.count(), ++last_), std::move(fire));
        return last_;
    }
    void cancel(TimerId id) override {
        std::erase_if(timers_, [id](const auto& timer) { return timer.first.second == id; });
    }
    /// Of this thread only.
    Delivery expect() override {
        return [this](std::function<void()> run) {
            schedule(std::chrono::milliseconds(0), std::move(run));
        };
    }
    void run() {
        while (!timers_.empty()) {
            auto first = timers_.extract(timers_.begin());
            now = first.key().first;
            first.mapped()();
        }
    }

    std::int64_t now = 1'700'000'000'000;

private:
    std::map<std::pair<std::int64_t, TimerId>, std::function<void()>> timers_;
    TimerId last_ = 0;
};

/// Gives prepared answers, one each request, after 10 ms; keeps the requests.
class ScriptedTransport : public Transport {
public:
    explicit ScriptedTransport(TimerService& time) : time_(time) {}

    SendId send(HttpRequest request, SendTimeouts timeouts, TransportCompletion done) override {
        requests.push_back(std::move(request));
        all_timeouts.push_back(timeouts);
        TransportResult answer = TransportError{TransportError::Kind::connect, "nothing prepared"};
        if (!answers.empty()) {
            answer = std::move(answers.front());
            answers.pop_front();
        }
        return time_.schedule(std::chrono::milliseconds(10),
                              [done = std::move(done), answer] { done(answer); });
    }
    void cancel(SendId id) override { time_.cancel(id); }

    std::deque<TransportResult> answers;
    std::vector<HttpRequest> requests;
    std::vector<SendTimeouts> all_timeouts;

private:
    TimerService& time_;
};

} // namespace gradus::aws
