// ReadFile (token) ─┬─> SendRequest (portal) ──> Fetched
//                   └─> SendRequest (renewal) ──> WriteFile ──> SendRequest (portal) ──> Fetched
#include "aws/credentials/fetch_parts.hpp"
#include "aws/credentials/source_fetch.hpp"

#include "aws/endpoint/partition.hpp"
#include "aws/endpoint/url.hpp"
#include "aws/uri_encoding.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

namespace gradus::aws {

namespace {

using namespace std::chrono_literals;

constexpr int attempts_max = 3; // of the portal
constexpr std::chrono::milliseconds pause = 500ms;
constexpr std::int64_t renewal_ahead_seconds = 300;

HttpRequest request_of(std::string method, const std::string& host, std::string target) {
    HttpRequest out;
    out.host = host;
    out.method = std::move(method);
    out.target = std::move(target);
    out.headers = {{"Host", host}};
    return out;
}

} // namespace

FetchAction SsoFetch::begin(std::int64_t) { return ReadFile{source_.token_path}; }

FetchAction SsoFetch::told(const FetchAnswer& answer, std::int64_t now_epoch_milliseconds) {
    const std::int64_t now = now_epoch_milliseconds / 1'000;
    switch (phase_) {
    case Phase::token: return token_read(std::get<TextResult>(answer), now);
    case Phase::renewal: return renewed(std::get<TransportResult>(answer), now);
    // A file that can't be written costs others a login, not this fetch its credentials.
    case Phase::file: return ask_portal();
    case Phase::portal: break;
    }
    if (std::holds_alternative<PauseOver>(answer)) return ask_portal();
    return portal_answered(std::get<TransportResult>(answer));
}

FetchAction SsoFetch::token_read(const TextResult& file, std::int64_t now) {
    if (!file) return Fetched{no_login("no SSO login: " + file.error().message)};
    Result<SsoToken> token = read_sso_token(*file);
    if (!token) return Fetched{no_login(source_.token_path + ": " + token.error().message)};
    token_ = std::move(*token);
    if (now + renewal_ahead_seconds < token_.expires_epoch_seconds) return ask_portal();
    if (token_.can_be_renewed(now)) return renew();
    if (now < token_.expires_epoch_seconds) return ask_portal();
    return Fetched{no_login("the SSO login has expired")};
}

// IAM Identity Center OIDC API reference, "CreateToken".
FetchAction SsoFetch::renew() {
    phase_ = Phase::renewal;
    HttpRequest request = request_of("POST",
                                     "oidc." + source_.region + '.' +
                                         std::string(partition_of(source_.region).dns_suffix),
                                     "/token");
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = to_json(Value::object({{"clientId", token_.client_id},
                                          {"clientSecret", token_.client_secret},
                                          {"grantType", "refresh_token"},
                                          {"refreshToken", token_.refresh_token}}));
    return SendRequest{std::move(request), std::nullopt};
}

FetchAction SsoFetch::renewed(const TransportResult& sent, std::int64_t now) {
    const bool is_answer = sent && sent->status == 200;
    const Result<SsoToken> token =
        is_answer ? with_renewal(token_, sent->body, now) : Error{ErrorCode::internal, ""};
    if (token) {
        token_ = *token;
        phase_ = Phase::file;
        return WriteFile{source_.token_path, to_json(token_.document)};
    }
    // The old one is used to its end.
    if (now < token_.expires_epoch_seconds) return ask_portal();
    std::string why = "the SSO login has expired and can't be renewed";
    if (!sent)
        why += " (" + sent.error().message + ')';
    else if (!is_answer)
        why += " (status " + std::to_string(sent->status) + ')';
    return Fetched{no_login(std::move(why))};
}

FetchAction SsoFetch::ask_portal() {
    phase_ = Phase::portal;
    if (ends_its_line(token_.access_token))
        return Fetched{source_failed(source_.token_path + ": expected a token in one line")};
    ++attempt_;
    HttpRequest request = request_of(
        "GET",
        "portal.sso." + source_.region + '.' + std::string(partition_of(source_.region).dns_suffix),
        "/federation/credentials?role_name=" + percent_encode(source_.role_name) +
            "&account_id=" + percent_encode(source_.account_id));
    request.headers.push_back({"x-amz-sso_bearer_token", token_.access_token});
    return SendRequest{std::move(request), std::nullopt};
}

FetchAction SsoFetch::portal_answered(const TransportResult& sent) {
    const std::string where = "SSO role '" + source_.role_name + "'";
    if (!sent) return again_or(source_failed(where + ": " + sent.error().message));
    if (sent->status == 200) return fetched(read_sso_document(sent->body), where);
    if (sent->status == 401)
        return Fetched{no_login(where + ": the login has expired or was ended")};
    CallError error =
        source_failed(where + ": the portal answered with status " + std::to_string(sent->status));
    error.http_status = sent->status;
    if (is_transient(sent->status)) return again_or(std::move(error));
    return Fetched{std::move(error)};
}

FetchAction SsoFetch::again_or(CallError error) const {
    if (attempt_ >= attempts_max) return Fetched{std::move(error)};
    return Pause{pause};
}

CallError SsoFetch::no_login(std::string why) const {
    return source_failed(std::move(why) + ", run '" + source_.login_command + "'");
}

} // namespace gradus::aws
