#include "aws/credentials/settings.hpp"

#include <algorithm>
#include <charconv>

namespace gradus::aws {

namespace {

constexpr int attempts_limit = 20; // ours; more only hides an outage

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

std::string variable(const Environment& environment, std::string_view name) {
    return environment(name).value_or("");
}

std::string first_of(std::initializer_list<std::string> candidates) {
    for (const std::string& candidate : candidates)
        if (!candidate.empty()) return candidate;
    return "";
}

// Both keys, or nothing, or an error about the missing one.
Result<std::optional<Credentials>> static_keys(const Value& settings, std::string_view where) {
    Credentials out;
    out.access_key_id = text_of(settings, "aws_access_key_id");
    out.secret_access_key = text_of(settings, "aws_secret_access_key");
    out.session_token = text_of(settings, "aws_session_token");
    if (out.session_token.empty()) out.session_token = text_of(settings, "aws_security_token");
    if (out.access_key_id.empty() && out.secret_access_key.empty())
        return std::optional<Credentials>();
    if (out.access_key_id.empty() || out.secret_access_key.empty())
        return Error{ErrorCode::invalid_argument,
                     "expected aws_access_key_id and aws_secret_access_key in " +
                         std::string(where) + ", found one of them"};
    return std::optional<Credentials>(std::move(out));
}

EndpointOverrides endpoints_of(const ExplicitSettings& given, const Environment& environment,
                               const Value& profile, const SharedFile& config) {
    EndpointOverrides out;
    if (!given.endpoint_url.empty()) {
        out.all = given.endpoint_url;
        return out;
    }
    const std::string ignored =
        first_of({variable(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
                  text_of(profile, "ignore_configured_endpoint_urls")});
    if (ignored == "true") return out;
    out.all =
        first_of({variable(environment, "AWS_ENDPOINT_URL"), text_of(profile, "endpoint_url")});
    const Value& services = config.services[text_of(profile, "services")];
    if (services.is_object())
        for (const Member& service : services.as_object())
            if (std::string url = text_of(service.value, "endpoint_url"); !url.empty())
                out.by_service[endpoint_key(service.name())] = std::move(url);
    // The variables of the built-in services: an environment can't be listed, only asked.
    for (const std::string_view key :
         {"auto_scaling", "cloudwatch", "dynamodb", "ec2", "ecs", "eventbridge", "lambda",
          "secrets_manager", "service_quotas", "sns", "sqs", "ssm", "sfn", "sts"}) {
        std::string name = "AWS_ENDPOINT_URL_" + std::string(key);
        for (char& c : name)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (std::string url = variable(environment, name); !url.empty())
            out.by_service[std::string(key)] = std::move(url);
    }
    return out;
}

int attempts_of(const Environment& environment, const Value& profile) {
    const std::string text =
        first_of({variable(environment, "AWS_MAX_ATTEMPTS"), text_of(profile, "max_attempts")});
    int attempts = 3;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), attempts);
    if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return 3;
    return std::clamp(attempts, 1, attempts_limit);
}

} // namespace

Result<std::optional<Credentials>> credentials_of_environment(const Environment& environment) {
    Credentials out;
    out.access_key_id = variable(environment, "AWS_ACCESS_KEY_ID");
    out.secret_access_key = variable(environment, "AWS_SECRET_ACCESS_KEY");
    out.session_token = variable(environment, "AWS_SESSION_TOKEN");
    if (out.access_key_id.empty() && out.secret_access_key.empty())
        return std::optional<Credentials>();
    if (out.access_key_id.empty() || out.secret_access_key.empty())
        return Error{ErrorCode::invalid_argument,
                     "expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, found one of them"};
    return std::optional<Credentials>(std::move(out));
}

Result<Credentials> credentials_of_profile(std::string_view profile, const SharedFile& config,
                                           const SharedFile& credentials) {
    const std::string where = "profile '" + std::string(profile) + "'";
    const Value& in_credentials = credentials.profiles[profile];
    const Value& in_config = config.profiles[profile];
    if (in_credentials.is_null() && in_config.is_null())
        return Error{ErrorCode::not_found, where + " is in no shared file"};
    for (const Value* settings : {&in_credentials, &in_config}) {
        GRADUS_TRY(std::optional<Credentials> keys, static_keys(*settings, where));
        if (keys) return std::move(*keys);
    }
    for (const std::string_view source :
         {"role_arn", "web_identity_token_file", "credential_process", "sso_session",
          "sso_start_url", "login_session"}) {
        if (in_credentials.find(source) == nullptr && in_config.find(source) == nullptr) continue;
        return Error{ErrorCode::unsupported, where + " takes its credentials from " +
                                                 std::string(source) + ", which is not built yet"};
    }
    return Error{ErrorCode::not_found, where + " has no credentials"};
}

ClientSettings resolve_settings(const ExplicitSettings& given, const Environment& environment,
                                const SharedFile& config, const SharedFile& credentials) {
    ClientSettings out;
    out.profile = first_of({given.profile, variable(environment, "AWS_PROFILE"),
                            variable(environment, "AWS_DEFAULT_PROFILE"), "default"});
    const Value& profile = config.profiles[out.profile];
    out.region = first_of({given.region, variable(environment, "AWS_REGION"),
                           variable(environment, "AWS_DEFAULT_REGION"), text_of(profile, "region"),
                           text_of(credentials.profiles[out.profile], "region")});
    out.endpoints = endpoints_of(given, environment, profile, config);
    out.attempts_max = attempts_of(environment, profile);

    // A profile that the caller names goes before the environment, as in the AWS CLI.
    if (given.profile.empty()) {
        Result<std::optional<Credentials>> found = credentials_of_environment(environment);
        if (!found) {
            out.credentials = found.error();
            return out;
        }
        if (*found) {
            out.credentials = std::move(**found);
            return out;
        }
    }
    out.credentials = credentials_of_profile(out.profile, config, credentials);
    if (!out.credentials && given.profile.empty() &&
        out.credentials.error().code == ErrorCode::not_found)
        out.credentials =
            Error{ErrorCode::not_found, "no AWS credentials: AWS_ACCESS_KEY_ID is not set, and " +
                                            out.credentials.error().message};
    return out;
}

} // namespace gradus::aws
