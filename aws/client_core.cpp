#include "aws/client_core.hpp"

#include "states/base/closest_name.hpp"

#include "aws/endpoint/s3_addressing.hpp"
#include "aws/model/validate.hpp"
#include "aws/uri_encoding.hpp"

#include "gradus/aws/signer.hpp"

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
    return send(now_epoch_milliseconds);
}

CallMachine::Action CallMachine::waited(std::int64_t now_epoch_milliseconds) {
    return send(now_epoch_milliseconds);
}

CallMachine::Action CallMachine::answered(const TransportResult& answer,
                                          std::int64_t now_epoch_milliseconds) {
    if (!answer) {
        CallError error;
        error.kind = CallError::Kind::transport;
        error.code = name_of(answer.error().kind);
        error.message = answer.error().message;
        return retry_or(classify(answer.error().kind), std::move(error));
    }
    Result<ServiceOutput, ServiceError> parsed = parse_response(*model_, *operation_, *answer);
    if (!parsed) return answered_with_error(*answer, parsed.error(), now_epoch_milliseconds);
    state_.quota.give_back(quota_taken_);
    return Done{CallOutput{std::move(parsed->output), answer->status, std::move(parsed->request_id),
                           headers_value(answer->headers)}};
}

// Everything that is the same for all attempts, the idempotency token included.
Result<void, CallError> CallMachine::prepare() {
    Result<std::shared_ptr<const ServiceModel>> model = state_.models.get(call_.service);
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
    const std::vector<ParameterProblem> problems = validate(*operation_, call_.input);
    if (!problems.empty()) return invalid_call("InvalidParameters", describe(problems));

    Result<RequestParts> parts =
        serialise_request(*model_, *operation_, call_.input, state_.random);
    if (!parts) return invalid_call("InvalidParameters", parts.error().message);
    parts_ = std::move(*parts);
    GRADUS_CHECK(find_endpoint());

    if (!operation_->needs_no_signature) {
        const Result<Credentials>& credentials = state_.settings.credentials;
        if (!credentials) {
            CallError error = invalid_call("NoCredentials", credentials.error().message);
            error.kind = CallError::Kind::credentials;
            return error;
        }
        credentials_ = *credentials;
    }
    invocation_id_ = state_.random.next_uuid();
    return {};
}

Result<void, CallError> CallMachine::find_endpoint() {
    const std::string& region = call_.region.empty() ? state_.settings.region : call_.region;
    Result<Endpoint> endpoint =
        resolve_endpoint(model_->metadata(), region, parts_.host_prefix, state_.settings.endpoints);
    if (!endpoint) return invalid_call("NoEndpoint", endpoint.error().message);
    endpoint_ = std::move(*endpoint);
    is_s3_ = model_->metadata().service_id == "S3";
    const Value* bucket = is_s3_ ? call_.input.find("Bucket") : nullptr;
    if (bucket == nullptr || !bucket->is_string()) return {};
    if (Result<void> done = address_bucket(bucket->as_string(), endpoint_, parts_.uri); !done)
        return invalid_call("NoEndpoint", done.error().message);
    return {};
}

CallMachine::Action CallMachine::send(std::int64_t now_epoch_milliseconds) {
    ++attempt_;
    return Send{signed_request(now_epoch_milliseconds)};
}

HttpRequest CallMachine::signed_request(std::int64_t now_epoch_milliseconds) const {
    HttpRequest out;
    out.scheme = endpoint_.url.scheme;
    out.host = endpoint_.url.host;
    out.port = endpoint_.url.port;
    out.method = parts_.method;
    out.target = endpoint_.url.path + parts_.uri;
    out.body = parts_.body;
    out.headers = {{"Host", endpoint_.host_header()}, {"User-Agent", std::string(user_agent)}};
    out.headers.insert(out.headers.end(), parts_.headers.begin(), parts_.headers.end());
    // How AWS tells attempts of one call from calls of their own (SDK retry behaviour).
    out.headers.push_back({"amz-sdk-invocation-id", invocation_id_});
    out.headers.push_back({"amz-sdk-request", "attempt=" + std::to_string(attempt_) + "; max=" +
                                                  std::to_string(state_.retries.attempts_max)});
    if (operation_->needs_no_signature) return out;

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
    // S3 signs paths as they are, for ".." is part of a key, and wants to know what was signed
    // (AWS, S3 API reference, "Authenticating Requests: Using the Authorization Header").
    options.normalize_path = !is_s3_;
    options.double_encode_path = !is_s3_;
    options.add_content_sha256_header = is_s3_;
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
    return retry_or(classify(error.http_status, error.code), std::move(out));
}

CallMachine::Action CallMachine::retry_or(FailureClass failure, CallError error) {
    error.attempts = attempt_;
    const bool may_retry =
        failure != FailureClass::permanent && attempt_ < state_.retries.attempts_max;
    if (!may_retry) return Done{std::move(error)};
    quota_taken_ = state_.quota.take(failure);
    if (!quota_taken_) return Done{std::move(error)};
    return Wait{backoff(state_.retries, attempt_, state_.random.next_unit())};
}

} // namespace gradus::aws
