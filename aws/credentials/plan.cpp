#include "aws/credentials/plan.hpp"

#include "aws/credentials/configured_sources.hpp"

#include <algorithm>
#include <charconv>

namespace gradus::aws {

namespace {

// AWS STS API reference, "AssumeRole".
constexpr int session_seconds_min = 900;
constexpr int session_seconds_max = 43'200;

Error wrong(std::string message) { return {ErrorCode::invalid_argument, std::move(message)}; }
Error missing(std::string message) { return {ErrorCode::not_found, std::move(message)}; }

std::string quoted(std::string_view profile) { return "profile '" + std::string(profile) + "'"; }

class Planner {
public:
    Planner(const PlanRequest& request, const SettingsView& view)
        : request_(request), view_(view) {}

    Result<CredentialPlan> run() {
        // Nobody has to have a default, but who names a profile means one that is there.
        const bool is_named = request_.is_profile_explicit || request_.profile != "default";
        if (is_named && !view_.has_profile(request_.profile))
            return missing(quoted(request_.profile) + " is in no shared file");
        if (!request_.is_profile_explicit) {
            GRADUS_TRY(std::optional<Credentials> keys, environment_keys(view_));
            if (keys) return CredentialPlan(std::move(*keys));
            pass("AWS_ACCESS_KEY_ID is not set");
        }
        GRADUS_TRY(std::optional<CredentialPlan> found, chosen_profile());
        if (found) return std::move(*found);
        GRADUS_TRY(const std::optional<ContainerSource> container, container_source(view_));
        if (container) return CredentialPlan(*container);
        pass("no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if (const auto metadata = metadata_source(view_, request_.profile)) {
            CredentialPlan plan(*metadata);
            plan.passed_over = std::move(passed_over_);
            return plan;
        }
        pass("AWS_EC2_METADATA_DISABLED is true");
        return missing(describe_missing(passed_over_));
    }

private:
    void pass(std::string reason) { passed_over_.push_back(std::move(reason)); }

    Result<std::optional<CredentialPlan>> chosen_profile() {
        const std::string& name = request_.profile;
        if (!view_.has_profile(name)) {
            // A web identity may stand in the environment alone.
            GRADUS_TRY(std::optional<CredentialPlan> plan, own_source(name));
            if (plan) return plan;
            pass(quoted(name) + " is in no shared file");
            return std::optional<CredentialPlan>();
        }
        visited_.push_back(name);
        if (asks_for_role(name)) {
            GRADUS_TRY(CredentialPlan plan, assumed_role(name));
            return std::optional<CredentialPlan>(std::move(plan));
        }
        GRADUS_TRY(std::optional<CredentialPlan> plan, own_source(name));
        if (!plan) pass(quoted(name) + " has no credentials");
        return plan;
    }

    // A role with a token file is a web identity, a source of its own.
    bool asks_for_role(std::string_view profile) const {
        return !view_.setting(profile, "role_arn").empty() &&
               view_.setting(profile, "web_identity_token_file").empty();
    }

    bool has_static_keys(std::string_view profile) const {
        return !view_.setting(profile, "aws_access_key_id").empty();
    }

    // What a profile has without assuming a role, in the order of the AWS CLI.
    Result<std::optional<CredentialPlan>> own_source(const std::string& name) {
        const auto found = [&](CredentialSource source) {
            CredentialPlan plan(std::move(source));
            plan.region = view_.setting(name, "region");
            return std::optional<CredentialPlan>(std::move(plan));
        };
        // The environment speaks for the profile that it means, not for a source_profile.
        const auto environment = !request_.is_profile_explicit && name == request_.profile
                                     ? ReadsEnvironment::yes
                                     : ReadsEnvironment::no;
        GRADUS_TRY(std::optional<WebIdentitySource> web_identity,
                   web_identity_source(view_, name, environment));
        if (web_identity) return found(std::move(*web_identity));
        GRADUS_TRY(std::optional<SsoSource> sso, sso_source(view_, name));
        if (sso) return found(std::move(*sso));
        GRADUS_TRY(std::optional<Credentials> shared,
                   static_keys(view_.credentials.profiles[name], name));
        if (shared) return found(std::move(*shared));
        if (!view_.setting(name, "login_session").empty())
            return Error{ErrorCode::unsupported,
                         quoted(name) + " takes its credentials from login_session, which isn't "
                                        "offered"};
        if (std::string command = view_.setting(name, "credential_process"); !command.empty())
            return found(ProcessSource{std::move(command)});
        GRADUS_TRY(std::optional<Credentials> keys, static_keys(view_.config.profiles[name], name));
        if (keys) return found(std::move(*keys));
        return std::optional<CredentialPlan>();
    }

    Result<CredentialPlan> assumed_role(const std::string& name) {
        const std::string source_profile = view_.setting(name, "source_profile");
        const std::string credential_source = view_.setting(name, "credential_source");
        if (source_profile.empty() == credential_source.empty())
            return wrong("expected source_profile or credential_source beside role_arn in " +
                         quoted(name) + ", found " + (source_profile.empty() ? "neither" : "both"));
        if (!view_.setting(name, "mfa_serial").empty())
            return Error{ErrorCode::unsupported, quoted(name) + " asks for the code of a device "
                                                                "(mfa_serial), which nobody is "
                                                                "there to type"};
        GRADUS_TRY(AssumeRole role, role_of(name));
        GRADUS_TRY(CredentialPlan plan, credential_source.empty()
                                            ? plan_of_source_profile(name, source_profile)
                                            : plan_of_named_source(name, credential_source));
        plan.roles.push_back(std::move(role));
        plan.region = view_.setting(name, "region");
        return plan;
    }

    Result<AssumeRole> role_of(const std::string& name) const {
        AssumeRole role;
        role.role_arn = view_.setting(name, "role_arn");
        role.session_name = view_.setting(name, "role_session_name");
        role.external_id = view_.setting(name, "external_id");
        const std::string text = view_.setting(name, "duration_seconds");
        if (text.empty()) return role;
        int& seconds = role.duration_seconds;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
        const bool is_number = fault == std::errc() && end == text.data() + text.size();
        if (!is_number || seconds < session_seconds_min || seconds > session_seconds_max)
            return wrong("expected 900 to 43200 as duration_seconds in " + quoted(name) +
                         ", found '" + text + "'");
        return role;
    }

    // Whose credentials assume the role. A profile with keys of its own ends the chain, so it may
    // name itself.
    Result<CredentialPlan> plan_of_source_profile(const std::string& name,
                                                  const std::string& source) {
        const std::string what = quoted(source) + ", the source_profile of " + quoted(name) + ",";
        if (!view_.has_profile(source)) return missing(what + " is in no shared file");
        const bool is_visited =
            std::find(visited_.begin(), visited_.end(), source) != visited_.end();
        if (is_visited && (source != name || !has_static_keys(source))) {
            std::string circle;
            for (const std::string& each : visited_)
                circle += each + " > ";
            return wrong("source_profile goes in a circle: " + circle + source);
        }
        visited_.push_back(source);
        if (asks_for_role(source) && !has_static_keys(source)) return assumed_role(source);
        GRADUS_TRY(std::optional<CredentialPlan> plan, own_source(source));
        if (!plan) return missing(what + " has no credentials");
        return std::move(*plan);
    }

    Result<CredentialPlan> plan_of_named_source(const std::string& name,
                                                const std::string& source) {
        const std::string what =
            "credential_source of " + quoted(name) + " is " + source + ", but ";
        if (source == "Environment") {
            GRADUS_TRY(std::optional<Credentials> keys, environment_keys(view_));
            if (!keys) return missing(what + "AWS_ACCESS_KEY_ID is not set");
            return CredentialPlan(std::move(*keys));
        }
        if (source == "EcsContainer") {
            GRADUS_TRY(const std::optional<ContainerSource> container, container_source(view_));
            if (!container)
                return missing(what + "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
                                      "AWS_CONTAINER_CREDENTIALS_FULL_URI is set");
            return CredentialPlan(*container);
        }
        if (source == "Ec2InstanceMetadata") {
            const std::optional<MetadataSource> metadata = metadata_source(view_, request_.profile);
            if (!metadata) return missing(what + "AWS_EC2_METADATA_DISABLED is true");
            return CredentialPlan(*metadata);
        }
        return wrong("expected Environment, EcsContainer or Ec2InstanceMetadata as "
                     "credential_source of " +
                     quoted(name) + ", found '" + source + "'");
    }

    const PlanRequest& request_;
    const SettingsView& view_;
    std::vector<std::string> visited_;
    std::vector<std::string> passed_over_;
};

} // namespace

std::string describe_missing(const std::vector<std::string>& passed_over) {
    std::string out = "no AWS credentials";
    for (std::size_t i = 0; i < passed_over.size(); ++i)
        out += (i == 0 ? ": " : "; ") + passed_over[i];
    return out;
}

Result<CredentialPlan> plan_credentials(const PlanRequest& request, const Environment& environment,
                                        const SharedFile& config, const SharedFile& credentials) {
    const SettingsView view{environment, config, credentials};
    return Planner(request, view).run();
}

} // namespace gradus::aws
