#pragma once
// One machine for each source of credentials: begin(), then told() after each action, until the
// action is Fetched. Inside of aws/credentials.

#include "aws/credentials/documents.hpp"
#include "aws/credentials/fetch_step.hpp"
#include "aws/credentials/plan.hpp"

namespace gradus::aws {

/// RunProcess, then Fetched.
class ProcessFetch {
public:
    explicit ProcessFetch(ProcessSource source) : source_(std::move(source)) {}

    FetchAction begin(std::int64_t now_epoch_milliseconds);
    FetchAction told(const FetchAnswer& answer, std::int64_t now_epoch_milliseconds);

private:
    ProcessSource source_;
};

/// ReadFile (the token), SendRequest and WriteFile when it ends soon and can be renewed,
/// SendRequest (GetRoleCredentials), Fetched.
class SsoFetch {
public:
    explicit SsoFetch(SsoSource source) : source_(std::move(source)) {}

    FetchAction begin(std::int64_t now_epoch_milliseconds);
    FetchAction told(const FetchAnswer& answer, std::int64_t now_epoch_milliseconds);

private:
    enum class Phase { token, renewal, file, portal };

    FetchAction token_read(const TextResult& file, std::int64_t now);
    FetchAction renew();
    FetchAction renewed(const TransportResult& sent, std::int64_t now);
    FetchAction ask_portal();
    FetchAction portal_answered(const TransportResult& sent);
    FetchAction again_or(CallError error) const;
    CallError no_login(std::string why) const;

    SsoSource source_;
    SsoToken token_;
    Phase phase_ = Phase::token;
    int attempt_ = 0; // of the portal
};

/// ReadFile (when the token stands in one), SendRequest up to three times, Fetched.
class ContainerFetch {
public:
    explicit ContainerFetch(ContainerSource source) : source_(std::move(source)) {}

    FetchAction begin(std::int64_t now_epoch_milliseconds);
    FetchAction told(const FetchAnswer& answer, std::int64_t now_epoch_milliseconds);

private:
    FetchAction send();
    FetchAction again_or(std::string why);

    ContainerSource source_;
    int attempt_ = 0;
};

/// SendRequest for a session token, for the role's name and for its credentials, then Fetched.
class MetadataFetch {
public:
    MetadataFetch(MetadataSource source, std::vector<std::string> passed_over)
        : source_(std::move(source)), passed_over_(std::move(passed_over)) {}

    FetchAction begin(std::int64_t now_epoch_milliseconds);
    FetchAction told(const FetchAnswer& answer, std::int64_t now_epoch_milliseconds);

private:
    enum class Phase { token, role, credentials };

    FetchAction send();
    FetchAction again_or(std::string why);
    FetchAction nothing(const std::string& why) const;
    FetchAction answered(const HttpResponse& response, std::int64_t now_epoch_milliseconds);

    MetadataSource source_;
    std::vector<std::string> passed_over_;
    Phase phase_ = Phase::token;
    std::string session_token_;
    std::string role_;
    int attempt_ = 0;
};

} // namespace gradus::aws
