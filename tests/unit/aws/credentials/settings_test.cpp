#include "aws/credentials/settings.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

SharedFile config(std::string_view text) {
    return *parse_shared_file(text, SharedFileKind::config);
}
SharedFile keys(std::string_view text) {
    return *parse_shared_file(text, SharedFileKind::credentials);
}

TEST(Settings, take_the_environment_before_the_files) {
    const ClientSettings settings =
        resolve_settings({},
                         Environment({{"AWS_ACCESS_KEY_ID", "E"},
                                      {"AWS_SECRET_ACCESS_KEY", "S"},
                                      {"AWS_SESSION_TOKEN", "T"},
                                      {"AWS_REGION", "eu-west-1"}}),
                         config("[default]\nregion = us-east-2\n"),
                         keys("[default]\naws_access_key_id = F\naws_secret_access_key = G\n"));

    EXPECT_EQ(settings.region, "eu-west-1");
    EXPECT_EQ(std::get<Credentials>(settings.credentials->source),
              (Credentials{"E", "S", "T", std::nullopt}));
}

TEST(Settings, take_the_profile_that_the_caller_names_before_all) {
    const ClientSettings settings =
        resolve_settings({.profile = "dev", .region = "sa-east-1"},
                         Environment({{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "S"}}),
                         config("[profile dev]\nregion = us-east-2\nmax_attempts = 7\n"),
                         keys("[dev]\naws_access_key_id = F\naws_secret_access_key = G\n"));

    EXPECT_EQ(settings.region, "sa-east-1");
    EXPECT_EQ(settings.retries.attempts_max, 7);
    EXPECT_EQ(std::get<Credentials>(settings.credentials->source).access_key_id, "F");
}

TEST(Settings, keep_what_is_wrong_with_the_credentials_for_the_first_call) {
    const ClientSettings settings = resolve_settings({.profile = "dev"}, Environment(),
                                                     config("[profile dev]\nrole_arn = arn\n"), {});

    EXPECT_EQ(settings.credentials.error().message,
              "expected source_profile or credential_source beside role_arn in profile 'dev', "
              "found neither");
}

TEST(Settings, say_how_calls_are_tried_again) {
    const SharedFile file = config("[default]\nretry_mode = adaptive\nmax_attempts = 5\n"
                                   "ca_bundle = /ca.pem\n");

    const ClientSettings files = resolve_settings({}, Environment(), file, {});
    const ClientSettings variables =
        resolve_settings({},
                         Environment({{"AWS_RETRY_MODE", "legacy"},
                                      {"AWS_MAX_ATTEMPTS", "1000"},
                                      {"AWS_NEW_RETRIES_2026", "True"},
                                      {"AWS_CA_BUNDLE", "/other.pem"}}),
                         file, {});
    const ClientSettings wrong =
        resolve_settings({}, Environment({{"AWS_MAX_ATTEMPTS", "few"}}), {}, {});

    EXPECT_EQ(files.retries, (RetryPolicy{.mode = RetryMode::adaptive, .attempts_max = 5}));
    EXPECT_EQ(files.ca_bundle, "/ca.pem");
    EXPECT_EQ(variables.retries,
              (RetryPolicy{.scheme = RetryScheme::standard_2_1, .attempts_max = 20}));
    EXPECT_EQ(variables.ca_bundle, "/other.pem");
    EXPECT_EQ(wrong.retries, RetryPolicy{});
}

TEST(Settings, say_which_of_a_services_endpoints_are_wanted) {
    const SharedFile file = config("[default]\nuse_fips_endpoint = True\n"
                                   "use_dualstack_endpoint = true\n"
                                   "sts_regional_endpoints = legacy\ns3 =\n"
                                   "  addressing_style = path\n  use_arn_region = false\n"
                                   "  use_accelerate_endpoint = true\n");

    const EndpointSettings none = resolve_settings({}, Environment(), {}, {}).endpoints;
    const EndpointSettings files = resolve_settings({}, Environment(), file, {}).endpoints;
    const EndpointSettings variables =
        resolve_settings({},
                         Environment({{"AWS_USE_FIPS_ENDPOINT", "false"},
                                      {"AWS_USE_DUALSTACK_ENDPOINT", "false"},
                                      {"AWS_S3_USE_ARN_REGION", "true"},
                                      {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "legacy"},
                                      {"AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "true"}}),
                         file, {})
            .endpoints;

    EXPECT_FALSE(none.use_fips);
    EXPECT_FALSE(none.use_dual_stack);
    EXPECT_TRUE(none.s3.use_arn_region);
    EXPECT_EQ(none.s3.addressing, S3Addressing::automatic);
    EXPECT_TRUE(files.use_fips);
    EXPECT_TRUE(files.use_dual_stack);
    EXPECT_TRUE(files.use_global_sts);
    EXPECT_TRUE(files.s3.use_accelerate);
    EXPECT_FALSE(files.s3.use_arn_region);
    EXPECT_FALSE(files.s3.use_global_us_east_1);
    EXPECT_EQ(files.s3.addressing, S3Addressing::path);
    EXPECT_FALSE(variables.use_fips);
    EXPECT_FALSE(variables.use_dual_stack);
    EXPECT_TRUE(variables.s3.use_arn_region);
    EXPECT_TRUE(variables.s3.use_global_us_east_1);
    EXPECT_TRUE(variables.s3.has_no_multi_region_access_points);
}

TEST(Settings, gather_endpoint_urls) {
    const SharedFile file = config("[default]\nendpoint_url = http://localhost:1\n"
                                   "services = s\n[services s]\nec2 =\n  endpoint_url = "
                                   "http://localhost:2\nauto scaling =\n  endpoint_url = "
                                   "http://localhost:3\n");

    const ClientSettings files = resolve_settings({}, Environment(), file, {});
    const ClientSettings variables =
        resolve_settings({},
                         Environment({{"AWS_ENDPOINT_URL_EC2", "http://localhost:4"},
                                      {"AWS_ENDPOINT_URL_S3", "http://localhost:6"}}),
                         file, {});
    const ClientSettings all =
        resolve_settings({},
                         Environment({{"AWS_ENDPOINT_URL", "http://localhost:7"},
                                      {"AWS_ENDPOINT_URL_AUTO_SCALING", "http://localhost:8"}}),
                         file, {});
    const ClientSettings given =
        resolve_settings({.endpoint_url = "http://localhost:5"},
                         Environment({{"AWS_ENDPOINT_URL_EC2", "http://localhost:4"}}), file, {});
    const ClientSettings ignored = resolve_settings(
        {}, Environment({{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}}), file, {});

    EXPECT_EQ(files.endpoints.all, "http://localhost:1");
    EXPECT_EQ(files.endpoints.by_service.at("ec2"), "http://localhost:2");
    EXPECT_EQ(files.endpoints.by_service.at("auto_scaling"), "http://localhost:3");
    EXPECT_EQ(variables.endpoints.by_service.at("ec2"), "http://localhost:4");
    EXPECT_EQ(variables.endpoints.by_service.at("s3"), "http://localhost:6");
    EXPECT_EQ(variables.endpoints.by_service.at("auto_scaling"), "http://localhost:3");
    // The one for all in the environment goes before those of services in the files.
    EXPECT_EQ(all.endpoints.all, "http://localhost:7");
    EXPECT_EQ(all.endpoints.by_service.size(), 1U);
    EXPECT_EQ(given.endpoints.all, "http://localhost:5");
    EXPECT_TRUE(given.endpoints.by_service.empty());
    EXPECT_TRUE(ignored.endpoints.all.empty());
}

TEST(SharedFile, names_the_line_of_a_fault) {
    const auto error = [](std::string_view text) {
        return parse_shared_file(text, SharedFileKind::config).error().message;
    };

    EXPECT_EQ(error("a = 1\n"), "a setting before the first section in line 1");
    EXPECT_EQ(error("[default]\n\nnothing\n"), "expected 'name = value' in line 3");
    EXPECT_EQ(error("[default]\na = 1\nA = 2\n"), "'a' again in line 3");
    EXPECT_EQ(error("[default\n"), "expected ']' in line 1");
}

} // namespace
