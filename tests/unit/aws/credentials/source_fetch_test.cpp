// Fetching credentials from every source, and how each fails.
#include "tests/support/credential_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;
using namespace std::literals;
using World = CredentialWorld;

// --- programs ------------------------------------------------------------------------------------

TEST(CredentialProcess, gives_what_it_prints) {
    World world(plan_of(ProcessSource{"helper --json"}));
    world.host.output = document("P", "2023-11-14T23:13:20Z");

    const CredentialsResult result = world.get();

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(*result, (Credentials{"P", "s", "t", start_seconds + 3'600}));
    EXPECT_EQ(world.host.commands, std::vector<std::string>{"helper --json"});
}

TEST(CredentialProcess, says_what_is_wrong_and_never_what_it_printed) {
    const auto with = [](TextResult output) {
        World world(plan_of(ProcessSource{"p"}));
        world.host.output = std::move(output);
        return world.key();
    };

    EXPECT_EQ(with(Error{ErrorCode::io, "ended with exit code 2: no token"}),
              "CredentialSourceFailed: credential_process 'p': ended with exit code 2: no token");
    EXPECT_EQ(
        with(std::string("secret")),
        "CredentialSourceFailed: credential_process 'p': expected JSON, found a fault at byte "
        "0");
    EXPECT_EQ(with(std::string("[]")),
              "CredentialSourceFailed: credential_process 'p': expected a JSON object");
    EXPECT_EQ(with(std::string(R"({"Version": 2})")),
              "CredentialSourceFailed: credential_process 'p': expected 1 as Version");
    EXPECT_EQ(with(std::string(R"({"Version": 1, "AccessKeyId": "A"})")),
              "CredentialSourceFailed: credential_process 'p': expected AccessKeyId and "
              "SecretAccessKey");
    EXPECT_EQ(with(document("A", "soon")),
              "CredentialSourceFailed: credential_process 'p': expected a time as Expiration");
    EXPECT_EQ(
        with(document("A", "2023-11-14T22:13:20Z")),
        "CredentialSourceFailed: credential_process 'p': expected credentials that are valid, "
        "found ones that have expired");
}

// --- SSO -----------------------------------------------------------------------------------------

const SsoSource sso{"/cache", "eu-west-1", "123456789012", "Admin", "aws sso login"};

TEST(CredentialSso, asks_the_portal_with_the_token_of_the_login) {
    World world(plan_of(sso));
    world.host.files["/cache"] = R"({"accessToken": "tok", "expiresAt": "2023-11-14T22:14:00UTC"})";
    world.answer(200, R"({"roleCredentials": {"accessKeyId": "S", "secretAccessKey": "s",
                          "sessionToken": "t", "expiration": 1700003600000}})");

    const CredentialsResult result = world.get();

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(*result, (Credentials{"S", "s", "t", start_seconds + 3'600}));
    EXPECT_EQ(world.request(0).method, "GET");
    EXPECT_EQ(world.request(0).host, "portal.sso.eu-west-1.amazonaws.com");
    EXPECT_EQ(world.request(0).target,
              "/federation/credentials?role_name=Admin&account_id=123456789012");
    EXPECT_EQ(*find_header(world.request(0).headers, "x-amz-sso_bearer_token"), "tok");
}

TEST(CredentialSso, asks_for_a_login_when_there_is_none) {
    const auto with = [](std::string_view file, int status) {
        World world(plan_of(sso));
        if (!file.empty()) world.host.files["/cache"] = file;
        world.answer(status, "{}");
        return world.key();
    };
    constexpr std::string_view token =
        R"({"accessToken": "tok", "expiresAt": "2023-11-14T23:00:00Z"})";

    EXPECT_EQ(with("", 200), "CredentialSourceFailed: no SSO login: /cache can't be read, run 'aws "
                             "sso login'");
    EXPECT_EQ(with(R"({"accessToken": "t", "expiresAt": "2023-11-14T22:13:20Z"})", 200),
              "CredentialSourceFailed: the SSO login has expired, run 'aws sso login'");
    EXPECT_EQ(with("{}", 200),
              "CredentialSourceFailed: /cache: expected accessToken, run 'aws sso login'");
    EXPECT_EQ(with(token, 401),
              "CredentialSourceFailed: SSO role 'Admin': the login has expired or "
              "was ended, run 'aws sso login'");
    EXPECT_EQ(with(token, 403),
              "CredentialSourceFailed: SSO role 'Admin': the portal answered with status 403");
    EXPECT_EQ(with(token, 200),
              "CredentialSourceFailed: SSO role 'Admin': expected accessKeyId and secretAccessKey");
}

// A login for an sso-session, whose token ends within five minutes, or did so already.
std::string renewable(std::string_view expires_at) {
    return R"({"startUrl": "https://s", "accessToken": "old", "expiresAt": ")" +
           std::string(expires_at) +
           R"(", "refreshToken": "again", "clientId": "id", "clientSecret": "cs",
              "registrationExpiresAt": "2023-12-01T00:00:00Z"})";
}
constexpr std::string_view portal_answer =
    R"({"roleCredentials": {"accessKeyId": "S", "secretAccessKey": "s"}})";

TEST(CredentialSso, renews_a_login_that_ends_soon_and_keeps_it_for_others) {
    World world(plan_of(sso));
    world.host.files["/cache"] = renewable("2023-11-14T22:18:20Z");
    world.answer(200, R"({"accessToken": "new", "expiresIn": 3600, "refreshToken": "next"})");
    world.answer(200, std::string(portal_answer));

    EXPECT_EQ(world.key(), "S");
    EXPECT_EQ(world.request(0).host, "oidc.eu-west-1.amazonaws.com");
    EXPECT_EQ(world.request(0).target, "/token");
    EXPECT_EQ(world.request(0).body, R"({"clientId":"id","clientSecret":"cs","grantType":)"
                                     R"("refresh_token","refreshToken":"again"})");
    EXPECT_EQ(*find_header(world.request(1).headers, "x-amz-sso_bearer_token"), "new");
    EXPECT_EQ(world.host.files["/cache"],
              R"({"startUrl":"https://s","accessToken":"new","expiresAt":"2023-11-14T23:13:20Z",)"
              R"("refreshToken":"next","clientId":"id","clientSecret":"cs",)"
              R"("registrationExpiresAt":"2023-12-01T00:00:00Z"})");
}

TEST(CredentialSso, uses_a_renewed_login_also_when_its_file_can_not_be_written) {
    World world(plan_of(sso));
    world.host.is_read_only = true;
    world.host.files["/cache"] = renewable("2023-11-14T22:00:00Z");
    world.answer(200, R"({"accessToken": "new", "expiresIn": 3600})");
    world.answer(200, std::string(portal_answer));

    EXPECT_EQ(world.key(), "S");
    EXPECT_EQ(*find_header(world.request(1).headers, "x-amz-sso_bearer_token"), "new");
}

TEST(CredentialSso, that_can_not_be_renewed_is_used_to_its_end) {
    World valid(plan_of(sso));
    valid.host.files["/cache"] = renewable("2023-11-14T22:14:00Z");
    valid.answer(400, R"({"error": "invalid_grant"})");
    valid.answer(200, std::string(portal_answer));
    World expired(plan_of(sso));
    expired.host.files["/cache"] = renewable("2023-11-14T22:13:20Z");
    expired.answer(400, R"({"error": "invalid_grant"})");
    World odd(plan_of(sso));
    odd.host.files["/cache"] = renewable("2023-11-14T22:13:20Z");
    odd.answer(200, R"({"accessToken": "new", "expiresIn": "long"})");
    World unreachable(plan_of(sso));
    unreachable.host.files["/cache"] = renewable("2023-11-14T22:13:20Z");

    EXPECT_EQ(valid.key(), "S");
    EXPECT_EQ(*find_header(valid.request(1).headers, "x-amz-sso_bearer_token"), "old");
    EXPECT_EQ(expired.key(), "CredentialSourceFailed: the SSO login has expired and can't be "
                             "renewed (status 400), run 'aws sso login'");
    EXPECT_EQ(odd.key(), "CredentialSourceFailed: the SSO login has expired and can't be renewed, "
                         "run 'aws sso login'");
    EXPECT_EQ(unreachable.key(), "CredentialSourceFailed: the SSO login has expired and can't be "
                                 "renewed (nothing prepared), run 'aws sso login'");
}

TEST(CredentialSso, tries_a_portal_out_of_order_three_times) {
    World world(plan_of(sso));
    world.host.files["/cache"] = R"({"accessToken": "t", "expiresAt": "2023-11-14T23:00:00Z"})";
    world.answer(503, "");
    world.answer(TransportError{TransportError::Kind::closed, "closed"});
    world.answer(429, "");

    EXPECT_EQ(world.key(),
              "CredentialSourceFailed: SSO role 'Admin': the portal answered with status 429");
    EXPECT_EQ(world.transport.requests.size(), 3U);
}

// --- web identity --------------------------------------------------------------------------------

TEST(CredentialWebIdentity, assumes_its_role_without_a_signature) {
    World world(plan_of(WebIdentitySource{"/token", "arn:aws:iam::1:role/r", "pod"}));
    world.state.settings.region = "eu-west-1";
    world.host.files["/token"] = "a.b.c\n";
    world.answer(200, sts_answer("W", "AssumeRoleWithWebIdentity"));

    EXPECT_EQ(world.key(), "W");
    EXPECT_EQ(world.request(0).host, "sts.eu-west-1.amazonaws.com");
    EXPECT_EQ(find_header(world.request(0).headers, "Authorization"), nullptr);
    EXPECT_EQ(world.request(0).body,
              "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%"
              "3Arole%2Fr&RoleSessionName=pod&WebIdentityToken=a.b.c");
}

TEST(CredentialWebIdentity, surfaces_the_words_of_sts) {
    World refused(plan_of(WebIdentitySource{"/token", "arn:aws:iam::1:role/rr", "pod"}));
    refused.host.files["/token"] = "abcd";
    refused.answer(400, "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>No "
                        "provider</Message></Error></ErrorResponse>");
    World missing(plan_of(WebIdentitySource{"/token", "arn", "pod"}));

    EXPECT_EQ(refused.key(), "InvalidIdentityToken: No provider");
    EXPECT_EQ(missing.key(), "CredentialSourceFailed: web identity token: /token can't be read");
}

// --- container -----------------------------------------------------------------------------------

TEST(CredentialContainer, asks_its_agent_with_the_token) {
    World world(plan_of(ContainerSource{"http://169.254.170.2/v2/c?x=1", "secret", ""}));
    world.answer(200, document("C", "2023-11-14T23:13:20Z"));

    EXPECT_EQ(world.key(), "C");
    EXPECT_EQ(world.request(0).host, "169.254.170.2");
    EXPECT_EQ(world.request(0).port, 80);
    EXPECT_EQ(world.request(0).target, "/v2/c?x=1");
    EXPECT_EQ(*find_header(world.request(0).headers, "Authorization"), "secret");
    EXPECT_EQ(*find_header(world.request(0).headers, "Host"), "169.254.170.2");
    EXPECT_EQ(world.transport.all_timeouts[0].connect, 2s);
}

TEST(CredentialContainer, reads_its_token_file_for_each_fetch) {
    World world(plan_of(ContainerSource{"http://[fd00:ec2::23]/v1/c", "", "/token"}));
    world.host.files["/token"] = "first";
    world.answer(200, document("C1", "2023-11-14T22:23:20Z"));
    world.answer(200, document("C2", "2023-11-14T23:23:20Z"));

    EXPECT_EQ(world.key(), "C1");
    world.host.files["/token"] = "second";
    world.time.now += 600'000;
    EXPECT_EQ(world.key(), "C2");
    EXPECT_EQ(*find_header(world.request(0).headers, "Authorization"), "first");
    EXPECT_EQ(*find_header(world.request(1).headers, "Authorization"), "second");
}

TEST(CredentialContainer, says_what_went_wrong) {
    World down(plan_of(ContainerSource{"http://127.0.0.1/c", "", ""}));
    for (int i = 0; i < 3; ++i)
        down.answer(500, "");
    World refused(plan_of(ContainerSource{"http://127.0.0.1/c", "", ""}));
    refused.answer(403, "");
    World split(plan_of(ContainerSource{"http://127.0.0.1/c", "", "/token"}));
    split.host.files["/token"] = "a\r\nHost: b";
    World missing(plan_of(ContainerSource{"http://127.0.0.1/c", "", "/token"}));

    EXPECT_EQ(down.key(), "CredentialSourceFailed: http://127.0.0.1/c: status 500");
    EXPECT_EQ(down.transport.requests.size(), 3U);
    EXPECT_EQ(refused.key(), "CredentialSourceFailed: http://127.0.0.1/c: status 403");
    EXPECT_EQ(split.key(), "CredentialSourceFailed: expected an authorization token for the "
                           "container in one line");
    EXPECT_TRUE(split.transport.requests.empty());
    EXPECT_EQ(missing.key(), "CredentialSourceFailed: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "
                             "/token can't be read");
}

// --- instance metadata ---------------------------------------------------------------------------

TEST(CredentialMetadata, asks_with_a_session_token) {
    World world(plan_of(MetadataSource{}));
    world.answer(200, "imds-token");
    world.answer(200, "my role\n");
    world.answer(200, document("I", "2023-11-14T23:13:20Z"));

    EXPECT_EQ(world.key(), "I");
    EXPECT_EQ(world.request(0).method, "PUT");
    EXPECT_EQ(world.request(0).host, "169.254.169.254");
    EXPECT_EQ(world.request(0).target, "/latest/api/token");
    EXPECT_EQ(*find_header(world.request(0).headers, "x-aws-ec2-metadata-token-ttl-seconds"),
              "21600");
    EXPECT_EQ(world.request(1).target, "/latest/meta-data/iam/security-credentials/");
    EXPECT_EQ(*find_header(world.request(1).headers, "x-aws-ec2-metadata-token"), "imds-token");
    EXPECT_EQ(world.request(2).target, "/latest/meta-data/iam/security-credentials/my%20role");
    EXPECT_EQ(world.transport.all_timeouts[0].connect, 1s);
    EXPECT_EQ(world.transport.all_timeouts[0].read, 1s);
}

TEST(CredentialMetadata, is_asked_once_and_then_everything_that_was_looked_at_is_named) {
    CredentialPlan plan(MetadataSource{});
    plan.passed_over = {"AWS_ACCESS_KEY_ID is not set"};
    World world(plan);
    world.answer(TransportError{TransportError::Kind::timeout, "took longer than 1000 ms"});

    EXPECT_EQ(world.key(),
              "NoCredentials: no AWS credentials: AWS_ACCESS_KEY_ID is not set; instance metadata "
              "at http://169.254.169.254: took longer than 1000 ms");
    EXPECT_EQ(world.transport.requests.size(), 1U);
}

TEST(CredentialMetadata, falls_back_to_version_1_where_that_is_allowed) {
    World forbidden(plan_of(MetadataSource{}));
    forbidden.answer(404, "");
    World allowed(plan_of(MetadataSource{.allows_version_1 = true}));
    allowed.answer(404, "");
    allowed.answer(200, "r");
    allowed.answer(200, document("I", "2023-11-14T23:13:20Z"));
    World lost(plan_of(MetadataSource{.allows_version_1 = true}));
    lost.answer(TransportError{TransportError::Kind::timeout, "slow"});
    lost.answer(200, "r");
    lost.answer(200, document("I", "2023-11-14T23:13:20Z"));

    EXPECT_EQ(forbidden.key(), "NoCredentials: no AWS credentials: instance metadata at "
                               "http://169.254.169.254: status 404 for a session token");
    EXPECT_EQ(allowed.key(), "I");
    EXPECT_EQ(find_header(allowed.request(1).headers, "x-aws-ec2-metadata-token"), nullptr);
    EXPECT_EQ(lost.key(), "I");
}

TEST(CredentialMetadata, says_what_is_missing) {
    const auto with = [](int role_status, std::string role, int status, std::string body) {
        World world(plan_of(MetadataSource{}));
        world.answer(200, "token");
        world.answer(role_status, std::move(role));
        world.answer(status, std::move(body));
        return world.key();
    };
    const std::string nothing =
        "NoCredentials: no AWS credentials: instance metadata at http://169.254.169.254: ";

    EXPECT_EQ(with(404, "", 200, ""), nothing + "the instance has no role");
    EXPECT_EQ(with(200, " \n", 200, ""), nothing + "the instance has no role");
    EXPECT_EQ(with(401, "", 200, ""), nothing + "status 401 for the name of the role");
    EXPECT_EQ(with(200, "r", 404, ""), nothing + "status 404 for the credentials of the role");
    EXPECT_EQ(with(200, "r", 200, "{}"), "CredentialSourceFailed: instance metadata, role 'r': "
                                         "expected AccessKeyId and SecretAccessKey");
    EXPECT_EQ(
        with(200, "r", 200, R"({"Code": "AssumeRoleUnauthorizedAccess", "Message": "no"})"),
        "CredentialSourceFailed: instance metadata, role 'r': expected Success as Code, found "
        "AssumeRoleUnauthorizedAccess: no");
}

TEST(CredentialMetadata, goes_on_with_what_an_instance_can_not_renew) {
    World world(plan_of(MetadataSource{}));
    for (int i = 0; i < 2; ++i) {
        world.answer(200, "token");
        world.answer(200, "r");
        world.answer(200, document("I", "2023-11-14T22:00:00Z"));
    }

    const CredentialsResult first = world.get();

    ASSERT_TRUE(first);
    EXPECT_EQ(first->expires_epoch_seconds, start_seconds + 600);
}

TEST(CredentialMetadata, tries_as_often_as_it_is_told_to) {
    World world(plan_of(MetadataSource{.attempts = 3}));
    world.answer(500, "");
    world.answer(TransportError{TransportError::Kind::connect, "refused"});
    world.answer(200, "token");
    world.answer(200, "r");
    world.answer(200, document("I", "2023-11-14T23:13:20Z"));

    EXPECT_EQ(world.key(), "I");
}

} // namespace
