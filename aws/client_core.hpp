#pragma once
// One AWS call as a pure state machine: validate, serialise, find the endpoint; then sign, send and
// parse until there is a result or no attempt is left. It asks for what it needs (send this, wait
// that long) and is told what came of it; it has no clock, timer or socket.
//
//   begin ─┬─> Done (the call can't be made)
//          └─> Send ──answered──┬─> Done (result, permanent error, no attempt or quota left)
//                ^              └─> Wait ──waited──┐
//                └────────────────────────────────┘

#include "aws/credentials/settings.hpp"
#include "aws/endpoint/endpoint.hpp"
#include "aws/http/transport.hpp"
#include "aws/model/models.hpp"
#include "aws/protocol/client_side.hpp"
#include "aws/retry.hpp"

#include "gradus/aws/client.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace gradus::aws {

/// What all calls of one client share.
struct ClientState {
    ClientSettings settings;
    RetryPolicy retries;
    RetryQuota quota;
    ModelCache models;
    Random random;                       // jitter, idempotency tokens, invocation ids
    std::int64_t clock_skew_seconds = 0; // the servers' clock less ours, as learnt from answers
};

class CallMachine {
public:
    struct Send {
        HttpRequest request;
    };
    struct Wait {
        std::chrono::milliseconds delay;
    };
    struct Done {
        CallResult result;
    };
    using Action = std::variant<Send, Wait, Done>;

    /// `state` must outlive the machine.
    CallMachine(ClientState& state, Call call) : state_(state), call_(std::move(call)) {}

    Action begin(std::int64_t now_epoch_milliseconds);
    Action answered(const TransportResult& answer, std::int64_t now_epoch_milliseconds);
    Action waited(std::int64_t now_epoch_milliseconds);

private:
    Result<void, CallError> prepare();
    Result<void, CallError> find_endpoint();
    HttpRequest signed_request(std::int64_t now_epoch_milliseconds) const;
    Action answered_with_error(const HttpResponse& response, const ServiceError& error,
                               std::int64_t now_epoch_milliseconds);
    Action retry_or(FailureClass failure, CallError error);
    Action send(std::int64_t now_epoch_milliseconds);

    ClientState& state_;
    Call call_;
    std::shared_ptr<const ServiceModel> model_;
    const Operation* operation_ = nullptr;
    RequestParts parts_;
    Endpoint endpoint_;
    Credentials credentials_;
    std::string invocation_id_;
    int attempt_ = 0;
    bool is_s3_ = false;
    bool has_corrected_clock_ = false;
    std::optional<int> quota_taken_;
};

} // namespace gradus::aws
