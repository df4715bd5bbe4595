#pragma once
// Where a client's credentials come from, as data: one source and the roles to assume one after the
// other with what it gives. Found from the environment and the shared files in the order of the AWS
// CLI (AWS CLI User Guide, "Configuration settings and precedence"), without asking any of them.

#include "aws/credentials/profile.hpp"

#include "gradus/aws/credentials.hpp"
#include "gradus/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gradus::aws {

/// The environment's variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

/// A program whose output has them (AWS SDKs and Tools Reference Guide, "Process credential
/// provider").
struct ProcessSource {
    std::string command;

    friend bool operator==(const ProcessSource&, const ProcessSource&) = default;
};

/// A token that `aws sso login` put into a file ("IAM Identity Center credential provider").
struct SsoSource {
    std::string token_path;
    std::string region;
    std::string account_id;
    std::string role_name;
    std::string login_command; // what the user types to get a new token

    friend bool operator==(const SsoSource&, const SsoSource&) = default;
};

/// A token of an identity provider in a file ("Assume role with web identity").
struct WebIdentitySource {
    std::string token_path;
    std::string role_arn;
    std::string session_name;

    friend bool operator==(const WebIdentitySource&, const WebIdentitySource&) = default;
};

/// The agent beside a container ("Container credential provider").
struct ContainerSource {
    std::string url;
    std::string authorization_token;
    std::string token_path; // read for each request; instead of the token

    friend bool operator==(const ContainerSource&, const ContainerSource&) = default;
};

/// The metadata service of an EC2 instance ("IMDS credential provider").
struct MetadataSource {
    std::string endpoint = "http://169.254.169.254";
    int timeout_seconds = 1;
    int attempts = 1;
    bool allows_version_1 = false; // requests without a token, when none is to be had

    friend bool operator==(const MetadataSource&, const MetadataSource&) = default;
};

using CredentialSource = std::variant<Credentials, ProcessSource, SsoSource, WebIdentitySource,
                                      ContainerSource, MetadataSource>;

/// One sts:AssumeRole.
struct AssumeRole {
    std::string role_arn;
    std::string session_name; // empty: one is made up
    std::string external_id;
    int duration_seconds = 0; // 0: as long as the role allows without asking

    friend bool operator==(const AssumeRole&, const AssumeRole&) = default;
};

struct CredentialPlan {
    CredentialSource source = Credentials{};
    std::vector<AssumeRole> roles;
    std::string region; // of STS; empty: that of the client
    // Why each source before this one was passed over, for the message when it has none, too.
    std::vector<std::string> passed_over;

    CredentialPlan() = default;
    CredentialPlan(Credentials credentials) : source(std::move(credentials)) {}
    explicit CredentialPlan(CredentialSource from) : source(std::move(from)) {}

    friend bool operator==(const CredentialPlan&, const CredentialPlan&) = default;
};

/// "no AWS credentials: …; …".
std::string describe_missing(const std::vector<std::string>& passed_over);

struct PlanRequest {
    std::string profile;
    // A profile that the caller names himself goes before the environment, as in the AWS CLI.
    bool is_profile_explicit = false;
};

/// Fails with not_found (no such profile, no source at all), invalid_argument (a source that is set
/// up wrongly: half of a pair of keys, profiles in a circle), unsupported (a source that asks for a
/// person or isn't offered). A source that is set up is never passed over because it is wrong.
Result<CredentialPlan> plan_credentials(const PlanRequest& request, const Environment& environment,
                                        const SharedFile& config, const SharedFile& credentials);

} // namespace gradus::aws
