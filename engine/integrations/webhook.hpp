#pragma once
// Events posted to a URL, as JSON: the listener's side of EventBridge, for one's own machine.

#include "aws/http/transport.hpp"
#include "gradus/value.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace gradus {

/// Used on the thread that drives loop and transport, which it borrows. It must outlive the answers
/// that it waits for.
class Webhook {
public:
    /// Told why an event was given up: it has been tried three times, or too many wait.
    using Lost = std::function<void(const std::string& reason)>;

    /// `url`: absolute; https, but for this machine. Fails with invalid_argument.
    static Result<std::unique_ptr<Webhook>> make(EventLoop& loop, aws::Transport& transport,
                                                 const std::string& url, Lost lost);

    /// Posts the event; an answer of 2xx takes it. Events may overtake each other.
    void post(const Value& event);

private:
    Webhook(EventLoop& loop, aws::Transport& transport, aws::HttpRequest request, Lost lost)
        : loop_(loop),
          transport_(transport),
          request_(std::move(request)),
          lost_(std::move(lost)) {}

    void attempt(const std::string& body, int number);
    void failed(const std::string& body, int number, const std::string& reason);

    EventLoop& loop_;
    aws::Transport& transport_;
    aws::HttpRequest request_; // without a body
    Lost lost_;
    std::size_t pending_ = 0;
};

} // namespace gradus
