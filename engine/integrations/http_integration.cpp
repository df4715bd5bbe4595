#include "engine/integrations/http_integration.hpp"

#include "aws/uri_encoding.hpp"
#include "engine/integrations/aws_call.hpp"
#include "engine/integrations/form_encoding.hpp"
#include "engine/integrations/http_request.hpp"
#include "gradus/json.hpp"

#include <algorithm>

namespace gradus {
namespace {

// Ours: AWS keeps a connection that doesn't work from being used in the first place.
constexpr const char* connection_error = "Gradus.ConnectionFailed";
/// A token is fetched anew so long before it expires, and a token that doesn't say when is kept so
/// long. Ours.
constexpr std::int64_t token_margin_milliseconds = 60'000;
constexpr std::int64_t token_default_seconds = 300;
constexpr std::int64_t token_seconds_max = 86'400;

std::string text_or_nothing(const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : "";
}

std::string connection_arn_of(const Value& parameters) {
    const Value& own = parameters["Authentication"]["ConnectionArn"];
    return text_or_nothing(own.is_string() ? own : parameters["InvocationConfig"]["ConnectionArn"]);
}

/// RFC 6749, section 4.4.2, with the client in the body, and what the connection adds.
Result<aws::HttpRequest, Failure> token_request(const OAuthAuthorization& oauth) {
    GRADUS_TRY(aws::HttpRequest request, request_to(oauth.endpoint, connection_error));
    request.method = oauth.method;
    for (const HttpParameter& header : oauth.additions.headers)
        aws::set_header(request.headers, header.name, text_or_nothing(header.value));
    Value form = Value::object({{"grant_type", "client_credentials"},
                                {"client_id", oauth.client_id},
                                {"client_secret", oauth.client_secret}});
    for (const HttpParameter& parameter : oauth.additions.body)
        form = std::move(form).with(parameter.name, parameter.value);
    for (const HttpParameter& parameter : oauth.additions.query)
        add_query(request, parameter.name, parameter.value);
    if (request.method == "GET") {
        for (const Member& member : form.as_object())
            add_query(request, member.name(), member.value);
    } else {
        request.body = form_encode(form, ArrayFormat::repeat);
        aws::set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded");
    }
    return request;
}

Failure transport_failure(const Resource& resource, const aws::TransportError& error) {
    if (error.kind == aws::TransportError::Kind::too_large) {
        return {"States.DataLimitExceeded", "The state/task '" + resource.service +
                                                "' returned a result with a size exceeding the "
                                                "maximum number of bytes service limit."};
    }
    const bool is_http = resource.service == "http";
    return {is_http ? "States.Http.Socket" : "ApiGateway.SdkClientException", error.message};
}

bool is_oauth(const HttpConnection& connection) {
    return std::holds_alternative<OAuthAuthorization>(connection.authorization);
}

} // namespace

void HttpIntegration::start(const TaskRequest& request) {
    const Key key{request.execution, request.task.command};
    calls_[key] = Call{.task = request};
    if (request.task.resource->service == "http") return start_http(key, request);
    auto made = api_gateway_request(request.task.parameters);
    if (!made) return finish(key, made.error());
    send(key, std::move(*made));
}

void HttpIntegration::start_http(const Key& key, const TaskRequest& task) {
    Call& call = calls_.at(key);
    call.connection_arn = connection_arn_of(task.task.parameters);
    const HttpConnection* connection = connections_.find(call.connection_arn);
    if (connection == nullptr) {
        return finish(key, Failure{"Gradus.NoConnection",
                                   "Nothing is known here of the connection " +
                                       call.connection_arn + "; give it with --connections"});
    }
    call.connection = *connection;
    if (!is_oauth(call.connection)) return send_http(key);
    const auto token = tokens_.find(call.connection_arn);
    if (token == tokens_.end() || token->second.expires_at <= loop_.now_epoch_milliseconds())
        return fetch_token(key);
    call.token = token->second.text;
    send_http(key);
}

void HttpIntegration::fetch_token(const Key& key) {
    Call& call = calls_.at(key);
    auto request = token_request(std::get<OAuthAuthorization>(call.connection.authorization));
    if (!request) return finish(key, request.error());
    call.has_new_token = true;
    call.send = transport_->send(
        std::move(*request), {.attempt = http_seconds_max},
        [this, key](const aws::TransportResult& result) { token_answered(key, result); });
}

void HttpIntegration::token_answered(const Key& key, const aws::TransportResult& result) {
    if (!result) return finish(key, Failure{connection_error, result.error().message});
    const auto parsed = parse_json(result->body);
    const Value answer = parsed ? *parsed : Value();
    const Value& text = answer["access_token"];
    const bool is_token = text.is_string() && is_header_value(text.as_string());
    if (result->status != 200 || !is_token) {
        return finish(key, Failure{connection_error, "The authorization endpoint answered " +
                                                         std::to_string(result->status) +
                                                         " without an access_token"});
    }
    std::int64_t seconds = token_default_seconds;
    answer["expires_in"].to_integer(seconds);
    seconds = std::clamp<std::int64_t>(seconds, 0, token_seconds_max);
    Call& call = calls_.at(key);
    call.token = text_or_nothing(text);
    tokens_[call.connection_arn] = {call.token, loop_.now_epoch_milliseconds() + seconds * 1000 -
                                                    token_margin_milliseconds};
    send_http(key);
}

void HttpIntegration::send_http(const Key& key) {
    const Call& call = calls_.at(key);
    auto request =
        http_task_request(call.task.task.parameters, call.connection, call.task.identity.region);
    if (!request) return finish(key, request.error());
    if (is_oauth(call.connection))
        aws::set_header(request->headers, "Authorization", "Bearer " + call.token);
    send(key, std::move(*request));
}

void HttpIntegration::send(const Key& key, aws::HttpRequest request) {
    calls_.at(key).send = transport_->send(
        std::move(request), {.attempt = http_seconds_max},
        [this, key](const aws::TransportResult& result) { answered(key, result); });
}

void HttpIntegration::answered(const Key& key, const aws::TransportResult& result) {
    const Call& call = calls_.at(key);
    const Resource& resource = *call.task.task.resource;
    if (!result) return finish(key, transport_failure(resource, result.error()));
    const bool is_http = resource.service == "http";
    // A token may be taken back before it expires.
    const bool may_renew = is_oauth(call.connection) && !call.has_new_token;
    if (result->status == 401 && may_renew) return fetch_token(key);
    finish(key, http_output(*result, is_http ? "States.Http.StatusCode." : "ApiGateway."));
}

void HttpIntegration::finish(const Key& key, Result<Value, Failure> output) {
    const auto call = calls_.extract(key);
    answer_(key.first, answer_of(call.mapped().task, std::move(output)));
}

void HttpIntegration::cancel(ExecutionKey execution, CommandId command) {
    const auto found = calls_.find({execution, command});
    if (found == calls_.end()) return;
    transport_->cancel(found->second.send);
    calls_.erase(found);
}

} // namespace gradus
