#include "engine/server/step_functions_server.hpp"

#include "aws/uri_encoding.hpp"
#include "gradus/json.hpp"

#include <optional>
#include <string_view>

namespace gradus {
namespace {

constexpr std::string_view target_prefix = "AWSStepFunctions.";
constexpr int bad_request = 400;
constexpr int unavailable = 503; // which clients take for a reason to try again

/// Empty when there is no such header.
std::string header(const aws::HttpRequest& request, std::string_view name) {
    const std::string* value = aws::find_header(request.headers, name);
    return value == nullptr ? std::string() : *value;
}

/// "… Credential=KEY/DATE/REGION/states/aws4_request, …"; empty when the request isn't signed.
std::string signed_region(const std::string& authorization) {
    constexpr std::string_view start = "Credential=";
    std::size_t at = authorization.find(start);
    if (at == std::string::npos) return {};
    for (int parts = 0; parts < 2; ++parts) {
        at = authorization.find('/', at);
        if (at == std::string::npos) return {};
        ++at;
    }
    return authorization.substr(at, authorization.find('/', at) - at);
}

aws::HttpResponse json_response(int status, const std::string& request_id, const Value& body) {
    return {status,
            {{"Content-Type", "application/x-amz-json-1.0"}, {"x-amzn-RequestId", request_id}},
            to_json(body)};
}

aws::HttpResponse error_response(const std::string& request_id, const StatesError& error) {
    return json_response(error.code == "ServiceUnavailable" ? unavailable : bad_request, request_id,
                         Value::object({{"__type", error.code}, {"message", error.message}}));
}

} // namespace

/// What isn't a call.
void StepFunctionsServer::look(const aws::HttpRequest& request, const std::string& request_id,
                               const Respond& respond) {
    const std::string& target = request.target;
    const auto plain = [&respond](int status, std::string text) {
        respond({status, {{"Content-Type", "text/plain"}}, std::move(text)});
    };
    constexpr int ok = 200;
    constexpr int not_found = 404;
    constexpr int unauthorized = 401;
    if (target == "/healthz") return plain(ok, "ok\n");
    if (auth_ && !auth_->has_token(request)) {
        return respond({unauthorized,
                        {{"Content-Type", "text/plain"}, {"WWW-Authenticate", "Bearer"}},
                        "Expected the header Authorization: Bearer TOKEN\n"});
    }
    if (target == "/metrics") {
        return respond({ok, {{"Content-Type", "text/plain; version=0.0.4"}}, metrics_.text()});
    }
    if (target == "/readyz") {
        return engine_.when_safe([respond](const Result<void>& safe) {
            respond({safe ? ok : unavailable,
                     {{"Content-Type", "text/plain"}},
                     safe ? "ready\n" : safe.error().message + "\n"});
        });
    }
    constexpr std::string_view recordings = "/recordings/";
    if (target.starts_with(recordings)) {
        const auto recording =
            engine_.recording(aws::percent_decode(target.substr(recordings.size())));
        if (!recording) return plain(not_found, recording.error().message + "\n");
        return respond(
            {ok, {{"Content-Type", "application/x-ndjson"}}, recording_text(*recording)});
    }
    respond(json_response(
        not_found, request_id,
        Value::object({{"__type", "UnknownOperationException"},
                       {"message", "Expected POST /, or GET /healthz, /readyz, /metrics or "
                                   "/recordings/ARN, but found GET " +
                                       target.substr(0, 80)}})));
}

void StepFunctionsServer::call(const std::string& region, const std::string& operation,
                               const Value& input, const std::string& request_id, Respond respond) {
    engine_.call(region, operation, input,
                 [this, operation, request_id,
                  respond = std::move(respond)](Result<Value, StatesError> answer) {
                     constexpr int ok = 200;
                     const std::string error = answer ? "" : answer.error().code;
                     // Names that a stranger makes up would never end.
                     const bool is_known = error != "UnknownOperationException";
                     metrics_.count_request(is_known ? operation : "", error);
                     respond(answer ? json_response(ok, request_id, *answer)
                                    : error_response(request_id, answer.error()));
                 });
}

Timestamp StepFunctionsServer::now() const { return timestamp_of(loop_.now_epoch_milliseconds()); }

void StepFunctionsServer::handle(const aws::HttpRequest& request, Respond respond) {
    const std::string request_id = "gradus-" + std::to_string(++requests_);
    if (request.method == "GET") return look(request, request_id, respond);
    if (request.method != "POST" || request.target != "/") {
        constexpr int not_found = 404;
        return respond(
            json_response(not_found, request_id,
                          Value::object({{"__type", "UnknownOperationException"},
                                         {"message", "Expected POST / but found " + request.method +
                                                         " " + request.target.substr(0, 80)}})));
    }
    if (auth_) {
        if (const auto allowed = auth_->check_call(request, now()); !allowed) {
            metrics_.count_request("", allowed.error().code);
            return respond(error_response(request_id, allowed.error()));
        }
    }
    // A header that no web page may send without being asked back first.
    const std::string target = header(request, "X-Amz-Target");
    if (!target.starts_with(target_prefix)) {
        return respond(error_response(
            request_id, {"UnknownOperationException",
                         "Expected the header X-Amz-Target: " + std::string(target_prefix) +
                             "OPERATION but found '" + target + "'"}));
    }
    const auto input = parse_json(request.body);
    if (!input) {
        return respond(
            error_response(request_id, {"SerializationException",
                                        "The request isn't JSON: " + input.error().message}));
    }
    call(signed_region(header(request, "Authorization")), target.substr(target_prefix.size()),
         *input, request_id, std::move(respond));
}

} // namespace gradus
