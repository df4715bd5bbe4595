#pragma once
// What a client needs to know before its first call (credentials, region, endpoint URLs, attempts),
// found in the environment and the shared files in the order of the AWS tools. Pure: the texts and
// variables come from the caller; aws/http/load_settings.hpp reads them.

#include "aws/credentials/plan.hpp"
#include "aws/endpoint/endpoint.hpp"
#include "aws/http/transport.hpp"
#include "aws/proxy.hpp"
#include "aws/retry.hpp"

#include <string>

namespace gradus::aws {

/// What the caller says himself, before everything else. Empty: not said.
struct ExplicitSettings {
    std::string profile;
    std::string region;
    std::string endpoint_url;
};

struct ClientSettings {
    std::string profile; // the one that was used
    std::string region;  // empty: none found
    EndpointSettings endpoints;
    RetryPolicy retries;
    ClientTimeouts timeouts;
    Result<ProxySettings> proxies = ProxySettings{};
    std::string ca_bundle; // certificates to trust instead of the system's; empty: those
    // Where they come from. The error says what was looked for and where.
    Result<CredentialPlan> credentials = CredentialPlan{};
};

/// Never fails as a whole: missing credentials matter only when something is to be signed.
ClientSettings resolve_settings(const ExplicitSettings& given, const Environment& environment,
                                const SharedFile& config, const SharedFile& credentials);

} // namespace gradus::aws
