#include "aws/credentials/source_fetch.hpp"

#include "aws/credentials/documents.hpp"
#include "aws/credentials/fetch_parts.hpp"
#include "aws/uri_encoding.hpp"

namespace gradus::aws {

namespace {

using namespace std::chrono_literals;

// Those of botocore: an agent on this machine answers at once or not at all.
constexpr SendTimeouts container_timeouts{.connect = 2s, .tls = 2s, .read = 2s, .attempt = 5s};
constexpr int container_attempts_max = 3;
constexpr std::chrono::milliseconds container_pause = 1s;

constexpr std::string_view token_path = "/latest/api/token";
constexpr std::string_view roles_path = "/latest/meta-data/iam/security-credentials/";
constexpr std::string_view token_lifetime_seconds = "21600"; // the longest that IMDS gives
// "Static stability": when the metadata service can't renew credentials it hands out the old ones,
// which AWS then goes on to take.
constexpr std::int64_t stale_lifetime_seconds = 600;

} // namespace

// --- process -------------------------------------------------------------------------------------

FetchAction ProcessFetch::begin(std::int64_t) { return RunProcess{source_.command}; }

FetchAction ProcessFetch::told(const FetchAnswer& answer, std::int64_t now_epoch_milliseconds) {
    const std::string where = "credential_process '" + source_.command + "'";
    const TextResult& output = std::get<TextResult>(answer);
    if (!output) return Fetched{source_failed(where + ": " + output.error().message)};
    Result<Credentials> read = read_process_document(*output);
    const bool has_expired = read && read->expires_epoch_seconds &&
                             *read->expires_epoch_seconds <= now_epoch_milliseconds / 1'000;
    if (has_expired)
        return Fetched{source_failed(where + ": expected credentials that are valid, found ones "
                                             "that have expired")};
    return fetched(std::move(read), where);
}

// --- container -----------------------------------------------------------------------------------

FetchAction ContainerFetch::begin(std::int64_t) {
    if (!source_.token_path.empty()) return ReadFile{source_.token_path};
    return send();
}

FetchAction ContainerFetch::told(const FetchAnswer& answer, std::int64_t) {
    if (const auto* file = std::get_if<TextResult>(&answer)) {
        if (!*file)
            return Fetched{
                source_failed("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: " + file->error().message)};
        source_.authorization_token = **file;
        return send();
    }
    if (std::holds_alternative<PauseOver>(answer)) return send();
    const TransportResult& sent = std::get<TransportResult>(answer);
    if (!sent) return again_or(sent.error().message);
    if (sent->status == 200) return fetched(read_container_document(sent->body), source_.url);
    const std::string why = "status " + std::to_string(sent->status);
    if (is_transient(sent->status)) return again_or(why);
    return Fetched{source_failed(source_.url + ": " + why)};
}

FetchAction ContainerFetch::send() {
    if (ends_its_line(source_.authorization_token))
        return Fetched{source_failed("expected an authorization token for the container in one "
                                     "line")};
    Result<HttpRequest> request = request_to("GET", source_.url);
    if (!request) return Fetched{source_failed(request.error().message)};
    request->headers.push_back({"Accept", "application/json"});
    if (!source_.authorization_token.empty())
        request->headers.push_back({"Authorization", source_.authorization_token});
    ++attempt_;
    return SendRequest{std::move(*request), container_timeouts};
}

FetchAction ContainerFetch::again_or(std::string why) {
    if (attempt_ < container_attempts_max) return Pause{container_pause};
    return Fetched{source_failed(source_.url + ": " + std::move(why))};
}

// --- instance metadata ---------------------------------------------------------------------------

FetchAction MetadataFetch::begin(std::int64_t) { return send(); }

FetchAction MetadataFetch::told(const FetchAnswer& answer, std::int64_t now_epoch_milliseconds) {
    const TransportResult& sent = std::get<TransportResult>(answer);
    if (!sent) return again_or(sent.error().message);
    return answered(*sent, now_epoch_milliseconds);
}

FetchAction MetadataFetch::answered(const HttpResponse& response,
                                    std::int64_t now_epoch_milliseconds) {
    const std::string why = "status " + std::to_string(response.status);
    if (is_transient(response.status)) return again_or(why);
    attempt_ = 0;
    switch (phase_) {
    case Phase::token: {
        // A machine that knows version 1 alone doesn't know this path.
        const bool is_unknown =
            response.status == 403 || response.status == 404 || response.status == 405;
        if (response.status == 200)
            session_token_ = first_line(response.body);
        else if (!is_unknown || !source_.allows_version_1)
            return nothing(why + " for a session token");
        phase_ = Phase::role;
        return send();
    }
    case Phase::role:
        role_ = first_line(response.body);
        if (response.status == 404 || (response.status == 200 && role_.empty()))
            return nothing("the instance has no role");
        if (response.status != 200) return nothing(why + " for the name of the role");
        phase_ = Phase::credentials;
        return send();
    case Phase::credentials: {
        if (response.status != 200) return nothing(why + " for the credentials of the role");
        Result<Credentials> read = read_metadata_document(response.body);
        const std::int64_t now = now_epoch_milliseconds / 1'000;
        if (read && read->expires_epoch_seconds && *read->expires_epoch_seconds <= now)
            read->expires_epoch_seconds = now + stale_lifetime_seconds;
        return fetched(std::move(read), "instance metadata, role '" + role_ + "'");
    }
    }
    GRADUS_UNREACHABLE();
}

FetchAction MetadataFetch::send() {
    std::string url = source_.endpoint;
    while (url.ends_with('/'))
        url.pop_back();
    url += phase_ == Phase::token ? token_path : roles_path;
    if (phase_ == Phase::credentials) url += percent_encode(role_);
    Result<HttpRequest> request = request_to(phase_ == Phase::token ? "PUT" : "GET", url);
    if (!request) return nothing(request.error().message);
    if (phase_ == Phase::token)
        request->headers.push_back(
            {"x-aws-ec2-metadata-token-ttl-seconds", std::string(token_lifetime_seconds)});
    else if (!session_token_.empty())
        request->headers.push_back({"x-aws-ec2-metadata-token", session_token_});
    ++attempt_;
    const std::chrono::seconds limit(source_.timeout_seconds);
    return SendRequest{
        std::move(*request),
        SendTimeouts{.connect = limit, .tls = limit, .read = limit, .attempt = 2 * limit}};
}

FetchAction MetadataFetch::again_or(std::string why) {
    if (attempt_ < source_.attempts) return send();
    // Packets of version 2 can get lost where those of version 1 don't: a token may pass as many
    // machines as the instance allows, which is one unless somebody said more.
    if (phase_ == Phase::token && source_.allows_version_1) {
        phase_ = Phase::role;
        attempt_ = 0;
        return send();
    }
    return nothing(why);
}

// The last place where credentials could have been.
FetchAction MetadataFetch::nothing(const std::string& why) const {
    std::vector<std::string> looked_at = passed_over_;
    looked_at.push_back("instance metadata at " + source_.endpoint + ": " + why);
    CallError error = source_failed(describe_missing(looked_at));
    error.code = "NoCredentials";
    return Fetched{std::move(error)};
}

} // namespace gradus::aws
