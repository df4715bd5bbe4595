#pragma once
// One AWS call as a pure state machine: validate, serialise, find the endpoint; then sign, send and
// parse until there is a result or no attempt is left. It asks for what it needs (send this, wait
// that long) and is told what came of it; it has no clock, timer or socket.
//
//   begin ─┬─> Done (the call can't be made)
//          └─> Authorise ──authorised──> Send ──answered──┬─> Done (result, permanent error, no
//                ^                                        │         attempt or quota left)
//                │                                        ├─> Wait ──waited──┐
//                └────────────────────────────────────────┴──────────────────┘

#include "aws/credentials/settings.hpp"
#include "aws/endpoint/endpoint.hpp"
#include "aws/http/transport.hpp"
#include "aws/model/models.hpp"
#include "aws/protocol/client_side.hpp"
#include "aws/rate_limiter.hpp"
#include "aws/retry.hpp"

#include "gradus/aws/client.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

namespace gradus::aws {

/// What the calls to one service in one region share: one in trouble slows down nobody else.
struct Pacing {
    explicit Pacing(RetryScheme scheme) : quota(scheme) {}

    RetryQuota quota;
    RateLimiter limiter; // of the adaptive mode
};

/// What all calls of one client share.
struct ClientState {
    ClientSettings settings;
    std::unordered_map<std::string, Pacing> pacing;                      // by service and region
    std::shared_ptr<ModelCache> models = std::make_shared<ModelCache>(); // never null
    EndpointRules endpoint_rules;
    Random random;                       // jitter, idempotency tokens, invocation ids
    std::int64_t clock_skew_seconds = 0; // the servers' clock less ours, as learnt from answers
};

class CallMachine {
public:
    /// Credentials are needed, for each attempt anew: they may have expired meanwhile.
    struct Authorise {
        // Those of this key that were given before are refused as expired; empty: none were.
        std::string expired_key_id;
    };
    struct Send {
        HttpRequest request;
        SendTimeouts timeouts;
    };
    struct Wait {
        std::chrono::milliseconds delay;
    };
    struct Done {
        CallResult result;
    };
    using Action = std::variant<Authorise, Send, Wait, Done>;

    enum class Signing { as_modelled, none };

    /// `state` must outlive the machine.
    CallMachine(ClientState& state, Call call, Signing signing = Signing::as_modelled)
        : state_(state), call_(std::move(call)), signing_(signing) {}

    const Call& call() const { return call_; }
    /// Sent so far.
    int attempts() const { return attempt_; }

    Action begin(std::int64_t now_epoch_milliseconds);
    Action authorised(const Result<Credentials, CallError>& credentials,
                      std::int64_t now_epoch_milliseconds);
    Action answered(const TransportResult& answer, std::int64_t now_epoch_milliseconds);
    Action waited(std::int64_t now_epoch_milliseconds);

private:
    Result<void, CallError> prepare();
    Result<void, CallError> find_endpoint();
    HttpRequest signed_request(std::int64_t now_epoch_milliseconds) const;
    Action answered_with_error(const HttpResponse& response, const ServiceError& error,
                               std::int64_t now_epoch_milliseconds);
    Action retry_or(FailureClass failure, CallError error, std::string_view retry_after);
    void find_pacing();
    int attempts_max() const;
    Action next_attempt(std::int64_t now_epoch_milliseconds);
    Action send(std::int64_t now_epoch_milliseconds);
    bool is_adaptive() const { return state_.settings.retries.mode == RetryMode::adaptive; }
    bool is_signed() const {
        return signing_ == Signing::as_modelled && !operation_->needs_no_signature;
    }

    ClientState& state_;
    Call call_;
    Signing signing_;
    std::shared_ptr<const ServiceModel> model_;
    const Operation* operation_ = nullptr;
    RequestParts parts_;
    Endpoint endpoint_;
    Pacing* pacing_ = nullptr;
    Credentials credentials_;
    std::string invocation_id_;
    int attempt_ = 0;
    bool has_token_ = false; // of the rate limiter, for the next attempt
    bool has_corrected_clock_ = false;
    // The answer that called our credentials expired, until there are others.
    std::optional<CallError> expired_;
    bool has_renewed_ = false;
    std::optional<int> quota_taken_;
};

} // namespace gradus::aws
