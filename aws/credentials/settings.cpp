#include "aws/credentials/settings.hpp"

#include <algorithm>
#include <charconv>

namespace gradus::aws {

namespace {

constexpr std::string_view service_endpoint_prefix = "AWS_ENDPOINT_URL_";
constexpr int attempts_limit = 20; // ours; more only hides an outage

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

std::string variable(const Environment& environment, std::string_view name) {
    const auto found = environment.find(name);
    return found != environment.end() ? found->second : std::string();
}

std::string first_of(std::initializer_list<std::string> candidates) {
    for (const std::string& candidate : candidates)
        if (!candidate.empty()) return candidate;
    return "";
}

// The URLs to use instead of AWS's.
void read_urls(const ExplicitSettings& given, const Environment& environment, const Value& profile,
               const SharedFile& config, EndpointSettings& out) {
    if (!given.endpoint_url.empty()) {
        out.all = given.endpoint_url;
        return;
    }
    const std::string ignored =
        first_of({variable(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
                  text_of(profile, "ignore_configured_endpoint_urls")});
    if (ignored == "true") return;
    // One of a service goes before one for all, and the environment before the files (AWS SDKs and
    // Tools Reference Guide, "Service-specific endpoints").
    for (const auto& [name, url] : environment)
        if (name.starts_with(service_endpoint_prefix) && !url.empty())
            out.by_service[endpoint_key(name.substr(service_endpoint_prefix.size()))] = url;
    out.all = variable(environment, "AWS_ENDPOINT_URL");
    if (!out.all.empty()) return;
    out.all = text_of(profile, "endpoint_url");
    const Value& services = config.services[text_of(profile, "services")];
    if (services.is_object())
        for (const Member& service : services.as_object())
            if (std::string url = text_of(service.value, "endpoint_url"); !url.empty())
                out.by_service.try_emplace(endpoint_key(service.name()), std::move(url));
}

// The names are those of the AWS CLI; what belongs to S3 stands in the profile's section "s3".
EndpointSettings endpoints_of(const ExplicitSettings& given, const Environment& environment,
                              const Value& profile, const SharedFile& config) {
    EndpointSettings out;
    read_urls(given, environment, profile, config, out);
    const Value& s3 = profile["s3"];
    const auto text = [&](std::string_view name, std::string_view key) {
        return first_of({variable(environment, name), text_of(profile, key), text_of(s3, key)});
    };
    const auto is_true = [](std::string_view value) { return equal_ignoring_case(value, "true"); };
    out.use_fips = is_true(text("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
    out.use_dual_stack = is_true(first_of({variable(environment, "AWS_USE_DUALSTACK_ENDPOINT"),
                                           text_of(profile, "use_dualstack_endpoint")}));
    out.use_global_sts = text("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints") == "legacy";
    out.s3.use_global_us_east_1 =
        text("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "us_east_1_regional_endpoint") == "legacy";
    const std::string addressing = text_of(s3, "addressing_style");
    if (addressing == "path") out.s3.addressing = S3Addressing::path;
    if (addressing == "virtual") out.s3.addressing = S3Addressing::virtual_hosted;
    out.s3.use_accelerate = is_true(text_of(s3, "use_accelerate_endpoint"));
    out.s3.use_arn_region = !equal_ignoring_case(
        first_of({variable(environment, "AWS_S3_USE_ARN_REGION"),
                  text_of(profile, "s3_use_arn_region"), text_of(s3, "use_arn_region")}),
        "false");
    out.s3.has_no_multi_region_access_points = is_true(
        text("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "s3_disable_multiregion_access_points"));
    return out;
}

// A mode that isn't known is the standard one, as is "legacy", which older tools have by default.
RetryPolicy retries_of(const Environment& environment, const Value& profile) {
    RetryPolicy out;
    const std::string mode =
        first_of({variable(environment, "AWS_RETRY_MODE"), text_of(profile, "retry_mode")});
    if (mode == "adaptive") out.mode = RetryMode::adaptive;
    if (equal_ignoring_case(variable(environment, "AWS_NEW_RETRIES_2026"), "true"))
        out.scheme = RetryScheme::standard_2_1;
    const std::string text =
        first_of({variable(environment, "AWS_MAX_ATTEMPTS"), text_of(profile, "max_attempts")});
    int attempts = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), attempts);
    if (!text.empty() && fault == std::errc() && end == text.data() + text.size())
        out.attempts_max = std::clamp(attempts, 1, attempts_limit);
    return out;
}

} // namespace

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
    out.retries = retries_of(environment, profile);
    out.proxies = read_proxy_settings(environment);
    out.ca_bundle =
        first_of({variable(environment, "AWS_CA_BUNDLE"), text_of(profile, "ca_bundle")});

    out.credentials =
        plan_credentials({.profile = out.profile, .is_profile_explicit = !given.profile.empty()},
                         environment, config, credentials);
    return out;
}

} // namespace gradus::aws
