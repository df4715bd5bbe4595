#include "aws/client_core.hpp"

#include "states/base/closest_name.hpp"

#include "aws/model/validate.hpp"
#include "aws/uri_encoding.hpp"

#include "gradus/aws/signer.hpp"

#include <algorithm>
#include <utility>

namespace gradus::aws {

namespace {

constexpr std::string_view user_agent = "gradus/0.1";

CallError invalid_call(std::string code, std::string message) {
    CallError out;
    out.kind = CallError::Kind::invalid_call;
    out.code = std::move(code);
    out.message = std::move(message);
    out.attempts = 0;
    return out;
}

std::string_view name_of(TransportError::Kind kind) {
    switch (kind) {
    case TransportError::Kind::resolve: return "ResolveFailed";
    case TransportError::Kind::connect: return "ConnectFailed";
    case TransportError::Kind::tls: return "TlsFailed";
    case TransportError::Kind::timeout: return "TimedOut";
    case TransportError::Kind::closed: return "ConnectionClosed";
    case TransportError::Kind::malformed: return "MalformedHttp";
    case TransportError::Kind::too_large: return "ResponseTooLarge";
    }
    GRADUS_UNREACHABLE();
}

using namespace std::chrono_literals;

/// Operations that keep their caller waiting for longer than others, and by how much at most.
struct LongOperation {
    std::string_view service_id;
    std::string_view operation;
    std::chrono::milliseconds answer;
};
constexpr LongOperation long_operations[] = {
    {"Lambda", "Invoke", 910s},          // AWS Lambda Developer Guide, "Quotas": 15 minutes
    {"SFN", "StartSyncExecution", 310s}, // Express workflows: 5 minutes
    {"SFN", "GetActivityTask", 70s},     // held open for 60 s without a task
};

SendTimeouts timeouts_for(SendTimeouts timeouts, std::string_view service_id,
                          std::string_view operation) {
    for (const LongOperation& each : long_operations) {
        if (each.service_id != service_id || each.operation != operation) continue;
        timeouts.read = std::max(timeouts.read, each.answer);
        timeouts.attempt = std::max(timeouts.attempt, each.answer + timeouts.connect);
    }
    return timeouts;
}

Value headers_value(const HttpHeaders& headers) {
    ObjectBuilder out(headers.size());
    for (const HttpHeader& header : headers)
        out.put(std::string_view(header.name), Value(header.value));
    return out.build();
}

} // namespace

CallMachine::Action CallMachine::begin(std::int64_t now_epoch_milliseconds) {
    if (Result<void, CallError> prepared = prepare(); !prepared)
        return Done{std::move(prepared).error()};
    return next_attempt(now_epoch_milliseconds);
}

CallMachine::Action CallMachine::waited(std::int64_t now_epoch_milliseconds) {
    return next_attempt(now_epoch_milliseconds);
}

CallMachine::Action CallMachine::next_attempt(std::int64_t now_epoch_milliseconds) {
    if (is_adaptive() && !std::exchange(has_token_, true)) {
        const std::chrono::milliseconds wait = pacing_->limiter.acquire(now_epoch_milliseconds);
        if (wait.count() > 0) return Wait{wait};
    }
    if (is_signed()) return Authorise{};
    return send(now_epoch_milliseconds);
}

CallMachine::Action CallMachine::authorised(const Result<Credentials, CallError>& credentials,
                                            std::int64_t now_epoch_milliseconds) {
    if (!credentials) {
        CallError error = credentials.error();
        error.attempts = attempt_;
        return Done{std::move(error)};
    }
    const bool is_same = credentials->access_key_id == credentials_.access_key_id &&
                         credentials->session_token == credentials_.session_token;
    if (expired_ && is_same) return Done{std::move(*expired_)};
    expired_.reset();
    credentials_ = *credentials;
    return send(now_epoch_milliseconds);
}

CallMachine::Action CallMachine::answered(const TransportResult& answer,
                                          std::int64_t now_epoch_milliseconds) {
    if (!answer) {
        CallError error;
        error.kind = CallError::Kind::transport;
        error.code = name_of(answer.error().kind);
        error.message = answer.error().message;
        return retry_or(classify(answer.error().kind), std::move(error), "");
    }
    Result<ServiceOutput, ServiceError> parsed = parse_response(*model_, *operation_, *answer);
    if (is_adaptive()) {
        const bool is_throttled =
            !parsed &&
            classify(parsed.error().http_status, parsed.error().code) == FailureClass::throttling;
        pacing_->limiter.record(is_throttled ? RateLimiter::Answer::throttled
                                             : RateLimiter::Answer::other,
                                now_epoch_milliseconds);
    }
    if (!parsed) return answered_with_error(*answer, parsed.error(), now_epoch_milliseconds);
    pacing_->quota.give_back(quota_taken_);
    return Done{CallOutput{std::move(parsed->output), answer->status, std::move(parsed->request_id),
                           headers_value(answer->headers)}};
}

// Everything that is the same for all attempts, the idempotency token included.
Result<void, CallError> CallMachine::prepare() {
    Result<std::shared_ptr<const ServiceModel>> model = state_.models->get(call_.service);
    if (!model) return invalid_call("UnknownService", model.error().message);
    model_ = std::move(*model);
    operation_ = model_->find_operation(call_.operation);
    if (operation_ == nullptr) {
        std::vector<std::string_view> names;
        for (const Operation& operation : model_->operations())
            names.push_back(operation.name);
        std::string message = call_.service + " has no operation '" + call_.operation + "'";
        if (const std::string_view near = closest_name(call_.operation, names); !near.empty())
            message.append(", did you mean '").append(near).append("'?");
        return invalid_call("UnknownOperation", std::move(message));
    }
    const std::string& signature = model_->metadata().signature_version;
    if (signature == "v2" || signature == "bearer")
        return invalid_call("UnsupportedService", call_.service + " wants a signature (" +
                                                      signature + ") that isn't offered");
    const std::vector<ParameterProblem> problems = validate(*operation_, call_.input);
    if (!problems.empty()) return invalid_call("InvalidParameters", describe(problems));

    Result<RequestParts> parts =
        serialise_request(*model_, *operation_, call_.input, state_.random);
    if (!parts) return invalid_call("InvalidParameters", parts.error().message);
    parts_ = std::move(*parts);
    GRADUS_CHECK(find_endpoint());
    find_pacing();

    invocation_id_ = state_.random.next_uuid();
    return {};
}

Result<void, CallError> CallMachine::find_endpoint() {
    const std::string& region = call_.region.empty() ? state_.settings.region : call_.region;
    Result<Endpoint> endpoint = state_.endpoint_rules.resolve(model_,
                                                              {.operation = *operation_,
                                                               .input = call_.input,
                                                               .region = region,
                                                               .host_prefix = parts_.host_prefix},
                                                              state_.settings.endpoints);
    if (!endpoint) return invalid_call("NoEndpoint", endpoint.error().message);
    endpoint_ = std::move(*endpoint);
    return {};
}

CallMachine::Action CallMachine::send(std::int64_t now_epoch_milliseconds) {
    ++attempt_;
    has_token_ = false;
    return Send{signed_request(now_epoch_milliseconds),
                timeouts_for(state_.settings.timeouts.send, model_->metadata().service_id,
                             operation_->name)};
}

HttpRequest CallMachine::signed_request(std::int64_t now_epoch_milliseconds) const {
    HttpRequest out;
    out.scheme = endpoint_.url.scheme;
    out.host = endpoint_.url.host;
    out.port = endpoint_.url.port;
    out.method = parts_.method;
    out.target = endpoint_.target(*operation_, parts_.uri);
    out.body = parts_.body;
    out.headers = {{"Host", endpoint_.url.host_header()}, {"User-Agent", std::string(user_agent)}};
    out.headers.insert(out.headers.end(), parts_.headers.begin(), parts_.headers.end());
    out.headers.insert(out.headers.end(), endpoint_.headers.begin(), endpoint_.headers.end());
    // How AWS tells attempts of one call from calls of their own (SDK retry behaviour).
    out.headers.push_back({"amz-sdk-invocation-id", invocation_id_});
    out.headers.push_back({"amz-sdk-request", "attempt=" + std::to_string(attempt_) +
                                                  "; max=" + std::to_string(attempts_max())});
    if (!is_signed()) return out;

    RequestToSign to_sign;
    const Target target = split_target(out.target);
    to_sign.method = out.method;
    to_sign.path = target.path;
    to_sign.query = target.query;
    to_sign.headers = std::move(out.headers);
    to_sign.body = std::move(out.body);
    SigningOptions options;
    options.region = endpoint_.signing_region;
    options.service = endpoint_.signing_name;
    options.epoch_seconds = now_epoch_milliseconds / 1'000 + state_.clock_skew_seconds;
    options.normalize_path = !endpoint_.signs_path_as_it_is;
    options.double_encode_path = !endpoint_.signs_path_as_it_is;
    // S3 wants to know what was signed (AWS, S3 API reference, "Authenticating Requests: Using the
    // Authorization Header").
    options.add_content_sha256_header = model_->metadata().signature_version.starts_with("s3");
    out.headers = sign(to_sign, credentials_, options).headers;
    out.body = std::move(to_sign.body);
    return out;
}

CallMachine::Action CallMachine::answered_with_error(const HttpResponse& response,
                                                     const ServiceError& error,
                                                     std::int64_t now_epoch_milliseconds) {
    CallError out;
    out.kind = CallError::Kind::service;
    out.code = error.code;
    out.message = error.message;
    out.http_status = error.http_status;
    out.request_id = error.request_id;
    out.shape = error.shape;
    if (const std::string* id = find_header(response.headers, "x-amz-id-2"))
        out.extended_request_id = *id;

    // Credentials can end before the time that they named, when a role's sessions are revoked.
    const bool has_expired = error.code == "ExpiredToken" || error.code == "ExpiredTokenException";
    if (has_expired && is_signed() && !has_renewed_) {
        has_renewed_ = true;
        out.attempts = attempt_;
        expired_ = std::move(out);
        return Authorise{credentials_.access_key_id};
    }

    // Our clock is off: learn by how much, and try once more at once, outside of the policy.
    const std::string* date = find_header(response.headers, "Date");
    if (date != nullptr && !has_corrected_clock_) {
        const std::optional<std::int64_t> skew =
            clock_skew_seconds(error.code, *date, now_epoch_milliseconds / 1'000);
        if (skew) {
            has_corrected_clock_ = true;
            state_.clock_skew_seconds = *skew;
            return send(now_epoch_milliseconds);
        }
    }
    const std::string* retry_after = find_header(response.headers, "x-amz-retry-after");
    return retry_or(classify(error.http_status, error.code), std::move(out),
                    retry_after != nullptr ? *retry_after : "");
}

CallMachine::Action CallMachine::retry_or(FailureClass failure, CallError error,
                                          std::string_view retry_after) {
    error.attempts = attempt_;
    if (failure == FailureClass::permanent || attempt_ >= attempts_max())
        return Done{std::move(error)};
    quota_taken_ = pacing_->quota.take(failure);
    if (!quota_taken_) return Done{std::move(error)};
    const RetryPolicy& policy = state_.settings.retries;
    const FailedAttempt failed{attempt_, failure, model_->metadata().service_id};
    const std::chrono::milliseconds wait = backoff(policy, failed, state_.random.next_unit());
    return Wait{with_retry_after(policy, wait, retry_after)};
}

void CallMachine::find_pacing() {
    // Not by host: S3 has one for each bucket.
    const std::string key = model_->metadata().service_id + '/' + endpoint_.signing_region;
    pacing_ = &state_.pacing.try_emplace(key, state_.settings.retries.scheme).first->second;
}

int CallMachine::attempts_max() const {
    return attempts_max_of(state_.settings.retries, model_->metadata().service_id);
}

} // namespace gradus::aws
