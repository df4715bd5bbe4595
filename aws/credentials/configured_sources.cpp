#include "aws/credentials/configured_sources.hpp"

#include "aws/credentials/container_url.hpp"
#include "gradus/aws/http_header.hpp"

#include "states/base/base.hpp"

#include <algorithm>
#include <charconv>

namespace gradus::aws {

namespace {

// AWS SDKs and Tools Reference Guide, "Container credential provider".
constexpr std::string_view container_host = "http://169.254.170.2";
constexpr std::string_view metadata_host_ipv6 = "http://[fd00:ec2::254]";
constexpr int metadata_timeout_seconds_max = 60; // ours
constexpr int metadata_attempts_max = 10;        // ours

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

Error wrong(std::string message) { return {ErrorCode::invalid_argument, std::move(message)}; }

std::string in_profile(std::string_view profile) {
    return " in profile '" + std::string(profile) + "'";
}

std::string in_home(const SettingsView& view, std::string path) {
    return path.starts_with("~/") ? view.variable("HOME") + path.substr(1) : path;
}

// A number from 1, which is also the default.
int count_of(const std::string& text, int limit) {
    int count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (fault != std::errc() || end != text.data() + text.size()) return 1;
    return std::clamp(count, 1, limit);
}

} // namespace

std::string SettingsView::variable(std::string_view name) const {
    const auto found = environment.find(name);
    return found != environment.end() ? found->second : std::string();
}

std::string SettingsView::setting(std::string_view profile, std::string_view name) const {
    std::string text = text_of(config.profiles[profile], name);
    return text.empty() ? text_of(credentials.profiles[profile], name) : text;
}

std::string SettingsView::variable_or_setting(std::string_view variable_name,
                                              std::string_view profile,
                                              std::string_view setting_name) const {
    std::string text = variable(variable_name);
    return text.empty() ? setting(profile, setting_name) : text;
}

bool SettingsView::has_profile(std::string_view profile) const {
    return config.profiles.find(profile) != nullptr ||
           credentials.profiles.find(profile) != nullptr;
}

Result<std::optional<Credentials>> environment_keys(const SettingsView& view) {
    Credentials out;
    out.access_key_id = view.variable("AWS_ACCESS_KEY_ID");
    out.secret_access_key = view.variable("AWS_SECRET_ACCESS_KEY");
    out.session_token = view.variable("AWS_SESSION_TOKEN");
    if (out.session_token.empty()) out.session_token = view.variable("AWS_SECURITY_TOKEN");
    if (out.access_key_id.empty() && out.secret_access_key.empty())
        return std::optional<Credentials>();
    if (out.access_key_id.empty() || out.secret_access_key.empty())
        return wrong("expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, found one of them");
    return std::optional<Credentials>(std::move(out));
}

Result<std::optional<Credentials>> static_keys(const Value& settings, std::string_view profile) {
    Credentials out;
    out.access_key_id = text_of(settings, "aws_access_key_id");
    out.secret_access_key = text_of(settings, "aws_secret_access_key");
    out.session_token = text_of(settings, "aws_session_token");
    if (out.session_token.empty()) out.session_token = text_of(settings, "aws_security_token");
    if (out.access_key_id.empty() && out.secret_access_key.empty())
        return std::optional<Credentials>();
    if (out.access_key_id.empty() || out.secret_access_key.empty())
        return wrong("expected aws_access_key_id and aws_secret_access_key" + in_profile(profile) +
                     ", found one of them");
    return std::optional<Credentials>(std::move(out));
}

Result<std::optional<WebIdentitySource>> web_identity_source(const SettingsView& view,
                                                             std::string_view profile,
                                                             ReadsEnvironment environment) {
    const auto get = [&](std::string_view variable_name, std::string_view setting_name) {
        return environment == ReadsEnvironment::yes
                   ? view.variable_or_setting(variable_name, profile, setting_name)
                   : view.setting(profile, setting_name);
    };
    WebIdentitySource out;
    out.token_path = in_home(view, get("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file"));
    if (out.token_path.empty()) return std::optional<WebIdentitySource>();
    out.role_arn = get("AWS_ROLE_ARN", "role_arn");
    out.session_name = get("AWS_ROLE_SESSION_NAME", "role_session_name");
    if (out.role_arn.empty())
        return wrong("expected role_arn or AWS_ROLE_ARN beside the web identity token file" +
                     in_profile(profile) + ", found neither");
    return std::optional<WebIdentitySource>(std::move(out));
}

Result<std::optional<SsoSource>> sso_source(const SettingsView& view, std::string_view profile) {
    SsoSource out;
    out.account_id = view.setting(profile, "sso_account_id");
    out.role_name = view.setting(profile, "sso_role_name");
    // A profile for tools that take the token alone has neither account nor role.
    if (out.account_id.empty() && out.role_name.empty()) return std::optional<SsoSource>();
    const std::string session = view.setting(profile, "sso_session");
    std::string start_url = view.setting(profile, "sso_start_url");
    out.region = view.setting(profile, "sso_region");
    if (!session.empty()) {
        const Value* section = view.config.sso_sessions.find(session);
        if (section == nullptr)
            return wrong("sso_session '" + session + "'" + in_profile(profile) +
                         " is in no shared file");
        start_url = text_of(*section, "sso_start_url");
        out.region = text_of(*section, "sso_region");
    }
    std::string missing;
    const auto require = [&missing](const std::string& text, std::string_view name) {
        if (text.empty()) missing.append(missing.empty() ? "" : ", ").append(name);
    };
    require(start_url, "sso_start_url");
    require(out.region, "sso_region");
    require(out.account_id, "sso_account_id");
    require(out.role_name, "sso_role_name");
    if (!missing.empty()) return wrong("expected " + missing + in_profile(profile));
    // The AWS CLI names the file by what identifies the login.
    const std::string& login = session.empty() ? start_url : session;
    out.token_path = view.variable("HOME") + "/.aws/sso/cache/" +
                     to_hex(hash(HashAlgorithm::sha1, login)) + ".json";
    out.login_command = session.empty() ? "aws sso login --profile " + std::string(profile)
                                        : "aws sso login --sso-session " + session;
    return std::optional<SsoSource>(std::move(out));
}

Result<std::optional<ContainerSource>> container_source(const SettingsView& view) {
    ContainerSource out;
    const std::string relative = view.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    out.url = view.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (relative.empty() && out.url.empty()) return std::optional<ContainerSource>();
    if (!relative.empty())
        out.url = std::string(container_host) + (relative.starts_with('/') ? "" : "/") + relative;
    GRADUS_CHECK(check_container_url(out.url));
    out.token_path = view.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    if (out.token_path.empty())
        out.authorization_token = view.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    return std::optional<ContainerSource>(std::move(out));
}

std::optional<MetadataSource> metadata_source(const SettingsView& view, std::string_view profile) {
    if (equal_ignoring_case(view.variable("AWS_EC2_METADATA_DISABLED"), "true"))
        return std::nullopt;
    const auto get = [&](std::string_view variable_name, std::string_view setting_name) {
        return view.variable_or_setting(variable_name, profile, setting_name);
    };
    MetadataSource out;
    std::string endpoint =
        get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
    const std::string mode =
        get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    if (!endpoint.empty())
        out.endpoint = std::move(endpoint);
    else if (equal_ignoring_case(mode, "IPv6"))
        out.endpoint = metadata_host_ipv6;
    out.timeout_seconds = count_of(get("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"),
                                   metadata_timeout_seconds_max);
    out.attempts =
        count_of(get("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts"),
                 metadata_attempts_max);
    out.allows_version_1 = equal_ignoring_case(
        get("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"), "false");
    return out;
}

} // namespace gradus::aws
