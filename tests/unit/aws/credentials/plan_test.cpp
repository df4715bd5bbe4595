// Where credentials are looked for, and in which order, without asking anybody.
#include "aws/credentials/plan.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

struct Given {
    std::string profile = "default";
    bool is_explicit = false;
    Environment variables;
    std::string_view config;
    std::string_view credentials;
};

Result<CredentialPlan> plan(const Given& given) {
    return plan_credentials({.profile = given.profile, .is_profile_explicit = given.is_explicit},
                            given.variables,
                            *parse_shared_file(given.config, SharedFileKind::config),
                            *parse_shared_file(given.credentials, SharedFileKind::credentials));
}

std::string fault(const Given& given) {
    const auto result = plan(given);
    return result ? "" : result.error().message;
}

template <class Source>
Source source_of(const Result<CredentialPlan>& plan) {
    EXPECT_TRUE(plan) << plan.error().message;
    const Source* source = plan ? std::get_if<Source>(&plan->source) : nullptr;
    EXPECT_NE(source, nullptr);
    return source != nullptr ? *source : Source();
}

const Credentials file_keys{"F", "G", "", std::nullopt};
constexpr std::string_view keys_file = "[default]\naws_access_key_id = F\n"
                                       "aws_secret_access_key = G\n";

TEST(CredentialPlan, takes_the_environment_before_the_profile) {
    const Environment keys = {
        {"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "S"}, {"AWS_SESSION_TOKEN", "T"}};

    EXPECT_EQ(source_of<Credentials>(plan({.variables = keys, .credentials = keys_file})),
              (Credentials{"E", "S", "T", std::nullopt}));
    EXPECT_EQ(source_of<Credentials>(
                  plan({.is_explicit = true, .variables = keys, .credentials = keys_file})),
              file_keys);
    EXPECT_EQ(fault({.variables = {{"AWS_SECRET_ACCESS_KEY", "S"}}}),
              "expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, found one of them");
}

// Every line that a profile can have takes away the one below it, in the order of the AWS CLI.
TEST(CredentialPlan, takes_the_sources_of_a_profile_in_order) {
    const std::string_view all[] = {
        "role_arn = arn\nsource_profile = base\n",
        "web_identity_token_file = /t\n",
        "sso_account_id = 1\nsso_role_name = r\nsso_region = eu-west-1\nsso_start_url = "
        "https://s\n",
        "credential_process = p\n",
        "aws_access_key_id = C\naws_secret_access_key = D\n",
    };
    const auto config = [&all](std::size_t from) {
        std::string text = "[profile base]\naws_access_key_id = B\naws_secret_access_key = B\n"
                           "[default]\n";
        for (std::size_t i = from; i < std::size(all); ++i)
            text += all[i];
        return text;
    };
    // The second line turns the first's role into one of a web identity.
    const std::string role =
        "[profile base]\naws_access_key_id = B\naws_secret_access_key = B\n[default]\n" +
        std::string(all[0]) + std::string(all[2]) + std::string(all[3]);
    const std::string identity = config(0);
    const std::string sso = config(2);
    const std::string process = config(3);
    const std::string keys = config(4);

    const auto assumed = plan({.config = role, .credentials = keys_file});
    ASSERT_TRUE(assumed) << assumed.error().message;
    ASSERT_EQ(assumed->roles.size(), 1U);
    EXPECT_EQ(assumed->roles[0].role_arn, "arn");
    EXPECT_EQ(std::get<Credentials>(assumed->source).access_key_id, "B");
    EXPECT_EQ(source_of<WebIdentitySource>(plan({.config = identity, .credentials = keys_file})),
              (WebIdentitySource{"/t", "arn", ""}));
    EXPECT_EQ(source_of<SsoSource>(plan({.config = sso, .credentials = keys_file})).role_name, "r");
    EXPECT_EQ(source_of<Credentials>(plan({.config = process, .credentials = keys_file})),
              file_keys);
    EXPECT_EQ(source_of<ProcessSource>(plan({.config = process})).command, "p");
    EXPECT_EQ(source_of<Credentials>(plan({.config = keys})).access_key_id, "C");
}

TEST(CredentialPlan, follows_source_profiles_to_their_end) {
    const auto result = plan({.profile = "a",
                              .config = "[profile a]\nrole_arn = arn:a\nsource_profile = b\n"
                                        "external_id = x\nduration_seconds = 1800\n"
                                        "role_session_name = me\nregion = eu-west-1\n"
                                        "[profile b]\nrole_arn = arn:b\nsource_profile = c\n"
                                        "[profile c]\ncredential_process = p\n"});

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(std::get<ProcessSource>(result->source).command, "p");
    ASSERT_EQ(result->roles.size(), 2U);
    EXPECT_EQ(result->roles[0].role_arn, "arn:b");
    EXPECT_EQ(result->roles[1], (AssumeRole{"arn:a", "me", "x", 1'800}));
    EXPECT_EQ(result->region, "eu-west-1");
}

TEST(CredentialPlan, lets_keys_end_a_chain_and_a_profile_name_itself) {
    const auto result =
        plan({.profile = "a",
              .config = "[profile a]\nrole_arn = arn:a\nsource_profile = a\n",
              .credentials = "[a]\naws_access_key_id = F\naws_secret_access_key = G\n"});

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->roles.size(), 1U);
    EXPECT_EQ(std::get<Credentials>(result->source), file_keys);
}

TEST(CredentialPlan, says_what_is_wrong_with_a_role) {
    const auto role = [](std::string_view more) {
        return fault({.config = "[default]\nrole_arn = arn\n" + std::string(more)});
    };

    EXPECT_EQ(role(""), "expected source_profile or credential_source beside role_arn in profile "
                        "'default', found neither");
    EXPECT_EQ(role("source_profile = a\ncredential_source = Environment\n"),
              "expected source_profile or credential_source beside role_arn in profile 'default', "
              "found both");
    EXPECT_EQ(role("source_profile = a\n"),
              "profile 'a', the source_profile of profile 'default', is in no shared file");
    EXPECT_EQ(role("source_profile = a\n[profile a]\nregion = x\n"),
              "profile 'a', the source_profile of profile 'default', has no credentials");
    EXPECT_EQ(role("source_profile = a\n[profile a]\nrole_arn = r\nsource_profile = b\n"
                   "[profile b]\nrole_arn = r\nsource_profile = a\n"),
              "source_profile goes in a circle: default > a > b > a");
    EXPECT_EQ(role("source_profile = default\n"),
              "source_profile goes in a circle: default > default");
    EXPECT_EQ(role("credential_source = Vault\n"),
              "expected Environment, EcsContainer or Ec2InstanceMetadata as credential_source of "
              "profile 'default', found 'Vault'");
    EXPECT_EQ(role("source_profile = a\nmfa_serial = m\n"),
              "profile 'default' asks for the code of a device (mfa_serial), which nobody is there "
              "to type");
    EXPECT_EQ(role("source_profile = a\nduration_seconds = 60\n"),
              "expected 900 to 43200 as duration_seconds in profile 'default', found '60'");
}

TEST(CredentialPlan, takes_a_named_source_for_a_role) {
    const auto with = [](std::string_view source, Environment variables) {
        const std::string config =
            "[default]\nrole_arn = arn\ncredential_source = " + std::string(source) + "\n";
        return plan({.is_explicit = true, .variables = std::move(variables), .config = config});
    };

    EXPECT_EQ(source_of<Credentials>(
                  with("Environment", {{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "S"}}))
                  .access_key_id,
              "E");
    EXPECT_EQ(source_of<ContainerSource>(
                  with("EcsContainer", {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/c"}}))
                  .url,
              "http://169.254.170.2/v2/c");
    EXPECT_EQ(source_of<MetadataSource>(with("Ec2InstanceMetadata", {})).endpoint,
              "http://169.254.169.254");
    EXPECT_EQ(with("Environment", {}).error().message,
              "credential_source of profile 'default' is Environment, but AWS_ACCESS_KEY_ID is not "
              "set");
    EXPECT_EQ(with("Ec2InstanceMetadata", {{"AWS_EC2_METADATA_DISABLED", "True"}}).error().message,
              "credential_source of profile 'default' is Ec2InstanceMetadata, but "
              "AWS_EC2_METADATA_DISABLED is true");
}

TEST(CredentialPlan, finds_the_login_of_sso_by_session_or_url) {
    const Environment home = {{"HOME", "/home/me"}};
    const std::string_view session = "[default]\nsso_session = corp\nsso_account_id = 123\n"
                                     "sso_role_name = Admin\n[sso-session corp]\n"
                                     "sso_start_url = https://corp.awsapps.com/start\n"
                                     "sso_region = eu-west-1\n";
    const std::string_view legacy = "[default]\nsso_start_url = https://corp.awsapps.com/start\n"
                                    "sso_region = eu-west-1\nsso_account_id = 123\n"
                                    "sso_role_name = Admin\n";

    // sha1sum of "corp" and of the URL.
    EXPECT_EQ(source_of<SsoSource>(plan({.variables = home, .config = session})),
              (SsoSource{"/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
                         "eu-west-1", "123", "Admin", "aws sso login --sso-session corp"}));
    EXPECT_EQ(source_of<SsoSource>(plan({.variables = home, .config = legacy})),
              (SsoSource{"/home/me/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json",
                         "eu-west-1", "123", "Admin", "aws sso login --profile default"}));
    EXPECT_EQ(fault({.config = "[default]\nsso_account_id = 1\nsso_region = x\n"}),
              "expected sso_start_url, sso_role_name in profile 'default'");
    EXPECT_EQ(fault({.config = "[default]\nsso_account_id = 1\nsso_session = corp\n"}),
              "sso_session 'corp' in profile 'default' is in no shared file");
}

TEST(CredentialPlan, reads_a_web_identity_from_the_environment_alone) {
    const Environment pod = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "~/token"},
                             {"AWS_ROLE_ARN", "arn"},
                             {"AWS_ROLE_SESSION_NAME", "pod"},
                             {"HOME", "/root"}};

    EXPECT_EQ(source_of<WebIdentitySource>(plan({.variables = pod})),
              (WebIdentitySource{"/root/token", "arn", "pod"}));
    // It is the environment's, so a profile that the caller names doesn't have it.
    EXPECT_EQ(fault({.profile = "dev", .is_explicit = true, .variables = pod}),
              "profile 'dev' is in no shared file");
    EXPECT_EQ(fault({.variables = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/t"}}}),
              "expected role_arn or AWS_ROLE_ARN beside the web identity token file in profile "
              "'default', found neither");
}

TEST(CredentialPlan, asks_containers_and_the_instance_last) {
    const Environment container = {
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/c"},
        {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"},
        {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this one"}};

    EXPECT_EQ(source_of<ContainerSource>(plan({.variables = container})),
              (ContainerSource{"http://169.254.170.23/c", "", "/token"}));
    EXPECT_EQ(source_of<Credentials>(plan({.variables = container, .credentials = keys_file})),
              file_keys);
    const auto instance = plan({});
    EXPECT_EQ(source_of<MetadataSource>(instance), MetadataSource{});
    EXPECT_EQ(describe_missing(instance->passed_over),
              "no AWS credentials: AWS_ACCESS_KEY_ID is not set; profile 'default' is in no shared "
              "file; no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or "
              "AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

TEST(CredentialPlan, says_everything_that_was_looked_at) {
    EXPECT_EQ(fault({.variables = {{"AWS_EC2_METADATA_DISABLED", "true"}},
                     .config = "[default]\nregion = x\n"}),
              "no AWS credentials: AWS_ACCESS_KEY_ID is not set; profile 'default' has no "
              "credentials; no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or "
              "AWS_CONTAINER_CREDENTIALS_FULL_URI; AWS_EC2_METADATA_DISABLED is true");
    // Also when the environment has keys, as in the AWS CLI.
    EXPECT_EQ(fault({.profile = "dev",
                     .variables = {{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "S"}}}),
              "profile 'dev' is in no shared file");
    EXPECT_EQ(fault({.config = "[default]\nlogin_session = x\n"}),
              "profile 'default' takes its credentials from login_session, which isn't offered");
}

TEST(CredentialPlan, sends_the_container_token_over_plain_http_to_known_hosts_only) {
    const auto url = [](std::string text) {
        return fault({.variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", std::move(text)}}});
    };

    for (const char* good :
         {"https://example.com/c", "http://localhost:8080/c", "http://127.0.0.5/c",
          "http://[::1]/c", "http://[fd00:ec2::23]/c", "http://169.254.170.2/c?d"})
        EXPECT_EQ(url(good), "") << good;
    EXPECT_EQ(url("http://example.com/c"),
              "AWS_CONTAINER_CREDENTIALS_FULL_URI: expected https, or http to a loopback address, "
              "169.254.170.2, 169.254.170.23 or fd00:ec2::23, found http to 'example.com'");
    EXPECT_NE(url("http://169.254.170.2.example.com/c"), "");
    EXPECT_NE(url("http://user@169.254.170.2/c"), "");
    EXPECT_NE(url("ftp://169.254.170.2/c"), "");
}

TEST(CredentialPlan, configures_instance_metadata) {
    const auto with = [](Environment variables, std::string_view config = "") {
        return source_of<MetadataSource>(
            plan({.variables = std::move(variables), .config = config}));
    };

    EXPECT_EQ(with({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv6"}}).endpoint,
              "http://[fd00:ec2::254]");
    EXPECT_EQ(with({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://localhost:1"},
                    {"AWS_METADATA_SERVICE_TIMEOUT", "5"},
                    {"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3"},
                    {"AWS_EC2_METADATA_V1_DISABLED", "false"}}),
              (MetadataSource{"http://localhost:1", 5, 3, true}));
    EXPECT_EQ(with({{"AWS_METADATA_SERVICE_TIMEOUT", "many"}}, "[default]\n"
                                                               "metadata_service_num_attempts = 2\n"
                                                               "ec2_metadata_v1_disabled = true\n"),
              (MetadataSource{"http://169.254.169.254", 1, 2, false}));
}

} // namespace
