#include "engine/integrations/webhook.hpp"

#include "engine/integrations/http_request.hpp"
#include "gradus/json.hpp"

namespace gradus {
namespace {

constexpr int attempts_max = 3;
/// Before the second attempt; four times as long before the third.
constexpr std::chrono::seconds first_wait{1};
/// More that wait for their answer are dropped, so that a listener that hangs costs no memory.
/// Ours.
constexpr std::size_t pending_max = 1'000;
constexpr aws::SendTimeouts timeouts{.read = std::chrono::seconds(10),
                                     .attempt = std::chrono::seconds(30)};

bool is_taken(int status) {
    constexpr int hundred = 100;
    return status / hundred == 2;
}

} // namespace

Result<std::unique_ptr<Webhook>> Webhook::make(EventLoop& loop, aws::Transport& transport,
                                               const std::string& url, Lost lost) {
    auto request = request_to(url, "");
    if (!request)
        return Error{ErrorCode::invalid_argument, request.error().cause.value_or("no URL")};
    request->method = "POST";
    aws::set_header(request->headers, "Content-Type", "application/json");
    return std::unique_ptr<Webhook>(
        new Webhook(loop, transport, std::move(*request), std::move(lost)));
}

void Webhook::post(const Value& event) {
    if (pending_ >= pending_max)
        return lost_(std::to_string(pending_) + " events wait for " + request_.host);
    ++pending_;
    attempt(to_json(event), 1);
}

void Webhook::attempt(const std::string& body, int number) {
    aws::HttpRequest request = request_;
    request.body = body;
    transport_.send(std::move(request), timeouts,
                    [this, body, number](const aws::TransportResult& answer) {
                        if (answer && is_taken(answer->status)) {
                            --pending_;
                            return;
                        }
                        failed(body, number,
                               answer ? "it answered " + std::to_string(answer->status)
                                      : answer.error().message);
                    });
}

void Webhook::failed(const std::string& body, int number, const std::string& reason) {
    if (number == attempts_max) {
        --pending_;
        return lost_("an event for " + request_.host + " is lost: " + reason);
    }
    constexpr int growth = 4;
    const auto wait = number == 1 ? first_wait : first_wait * growth;
    loop_.schedule(wait, [this, body, number] { attempt(body, number + 1); });
}

} // namespace gradus
