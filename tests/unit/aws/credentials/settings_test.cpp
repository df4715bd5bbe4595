#include "aws/credentials/settings.hpp"

#include <gtest/gtest.h>

#include <map>

namespace {

using namespace gradus;
using namespace gradus::aws;

Environment environment(std::map<std::string, std::string, std::less<>> variables) {
    return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
}

SharedFile config(std::string_view text) {
    return *parse_shared_file(text, SharedFileKind::config);
}
SharedFile keys(std::string_view text) {
    return *parse_shared_file(text, SharedFileKind::credentials);
}

TEST(Settings, take_the_environment_before_the_files) {
    const ClientSettings settings =
        resolve_settings({},
                         environment({{"AWS_ACCESS_KEY_ID", "E"},
                                      {"AWS_SECRET_ACCESS_KEY", "S"},
                                      {"AWS_SESSION_TOKEN", "T"},
                                      {"AWS_REGION", "eu-west-1"}}),
                         config("[default]\nregion = us-east-2\n"),
                         keys("[default]\naws_access_key_id = F\naws_secret_access_key = G\n"));

    EXPECT_EQ(settings.region, "eu-west-1");
    EXPECT_EQ(*settings.credentials, (Credentials{"E", "S", "T", std::nullopt}));
}

TEST(Settings, take_the_profile_that_the_caller_names_before_all) {
    const ClientSettings settings =
        resolve_settings({.profile = "dev", .region = "sa-east-1"},
                         environment({{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "S"}}),
                         config("[profile dev]\nregion = us-east-2\nmax_attempts = 7\n"),
                         keys("[dev]\naws_access_key_id = F\naws_secret_access_key = G\n"));

    EXPECT_EQ(settings.region, "sa-east-1");
    EXPECT_EQ(settings.attempts_max, 7);
    EXPECT_EQ(settings.credentials->access_key_id, "F");
}

TEST(Settings, say_what_is_missing) {
    const ClientSettings none = resolve_settings({}, environment({}), {}, {});
    const ClientSettings half =
        resolve_settings({}, environment({{"AWS_ACCESS_KEY_ID", "E"}}), {}, {});
    const ClientSettings role = resolve_settings({}, environment({{"AWS_PROFILE", "r"}}),
                                                 config("[profile r]\nrole_arn = arn\n"), {});

    EXPECT_EQ(none.credentials.error().message,
              "no AWS credentials: AWS_ACCESS_KEY_ID is not set, and profile 'default' is in no "
              "shared file");
    EXPECT_EQ(half.credentials.error().message,
              "expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, found one of them");
    EXPECT_EQ(role.credentials.error().message,
              "profile 'r' takes its credentials from role_arn, which is not built yet");
}

TEST(Settings, gather_endpoint_urls) {
    const SharedFile file = config("[default]\nendpoint_url = http://localhost:1\n"
                                   "services = s\n[services s]\nec2 =\n  endpoint_url = "
                                   "http://localhost:2\nauto scaling =\n  endpoint_url = "
                                   "http://localhost:3\n");

    const ClientSettings files = resolve_settings({}, environment({}), file, {});
    const ClientSettings variables = resolve_settings(
        {}, environment({{"AWS_ENDPOINT_URL_EC2", "http://localhost:4"}}), file, {});
    const ClientSettings given =
        resolve_settings({.endpoint_url = "http://localhost:5"},
                         environment({{"AWS_ENDPOINT_URL_EC2", "http://localhost:4"}}), file, {});
    const ClientSettings ignored = resolve_settings(
        {}, environment({{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}}), file, {});

    EXPECT_EQ(files.endpoints.all, "http://localhost:1");
    EXPECT_EQ(files.endpoints.by_service.at("ec2"), "http://localhost:2");
    EXPECT_EQ(files.endpoints.by_service.at("auto_scaling"), "http://localhost:3");
    EXPECT_EQ(variables.endpoints.by_service.at("ec2"), "http://localhost:4");
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
