#pragma once
// What a client needs to know before its first call (credentials, region, endpoint URLs, attempts),
// found in the environment and the shared files in the order of the AWS tools. Pure: the texts and
// variables come from the caller; aws/http/load_settings.hpp reads them.

#include "aws/credentials/profile.hpp"
#include "aws/endpoint/endpoint.hpp"

#include "gradus/aws/credentials.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gradus::aws {

/// The value of an environment variable; nothing when it isn't set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// What the caller says himself, before everything else. Empty: not said.
struct ExplicitSettings {
    std::string profile;
    std::string region;
    std::string endpoint_url;
};

struct ClientSettings {
    std::string profile; // the one that was used
    std::string region;  // empty: none found
    EndpointOverrides endpoints;
    int attempts_max = 3;
    // The error says what was looked for and where.
    Result<Credentials> credentials = Credentials{};
};

/// Never fails as a whole: missing credentials matter only when something is to be signed.
ClientSettings resolve_settings(const ExplicitSettings& given, const Environment& environment,
                                const SharedFile& config, const SharedFile& credentials);

/// Credentials in AWS_ACCESS_KEY_ID and its companions; nothing when there are none, an error when
/// there is half of them.
Result<std::optional<Credentials>> credentials_of_environment(const Environment& environment);

/// Static keys of a profile, the credentials file before the config file. Fails with unsupported
/// when the profile asks for a source that isn't built (roles, SSO, processes), not_found without
/// any.
Result<Credentials> credentials_of_profile(std::string_view profile, const SharedFile& config,
                                           const SharedFile& credentials);

} // namespace gradus::aws
