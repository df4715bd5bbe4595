// Roles, renewal, and calls that wait for credentials.
#include "tests/support/credential_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;
using namespace std::literals;
using World = CredentialWorld;

// --- roles ---------------------------------------------------------------------------------------

TEST(CredentialRole, is_assumed_step_by_step) {
    CredentialPlan plan(Credentials{"K", "S", "", std::nullopt});
    plan.roles = {{.role_arn = "arn:aws:iam::1:role/first"},
                  {.role_arn = "arn:aws:iam::2:role/second",
                   .session_name = "me",
                   .external_id = "x",
                   .duration_seconds = 1'800}};
    plan.region = "eu-north-1";
    World world(plan);
    world.answer(200, sts_answer("R1"));
    world.answer(200, sts_answer("R2"));

    EXPECT_EQ(world.key(), "R2");
    EXPECT_EQ(world.request(0).host, "sts.eu-north-1.amazonaws.com");
    EXPECT_NE(world.request(0).body.find("RoleSessionName=gradus-1700000000"), std::string::npos);
    EXPECT_NE(find_header(world.request(0).headers, "Authorization")->find("Credential=K/"),
              std::string::npos);
    EXPECT_NE(find_header(world.request(1).headers, "Authorization")->find("Credential=R1/"),
              std::string::npos);
    EXPECT_NE(world.request(1).body.find("ExternalId=x"), std::string::npos);
    EXPECT_NE(world.request(1).body.find("DurationSeconds=1800"), std::string::npos);
}

TEST(CredentialRole, is_fetched_once_for_all_who_wait) {
    World world(CredentialPlan(Credentials{"K", "S", "", std::nullopt}));
    world.answer(200, sts_answer("R"));
    const Identity role{"arn:aws:iam::1:role/task", ""};
    std::vector<std::string> keys;
    const auto keep = [&keys](const CredentialsResult& result) {
        keys.push_back(result->access_key_id);
    };

    EXPECT_FALSE(world.driver.get(role, 1, keep));
    EXPECT_FALSE(world.driver.get(role, 2, keep));
    EXPECT_FALSE(world.driver.get(role, 3, keep));
    world.driver.forget(2);
    world.time.run();

    EXPECT_EQ(keys, (std::vector<std::string>{"R", "R"}));
    EXPECT_EQ(world.transport.requests.size(), 1U);
    EXPECT_EQ(world.key(role), "R");
    EXPECT_EQ(world.key(), "K");
    EXPECT_EQ(world.transport.requests.size(), 1U);
}

TEST(CredentialRole, waits_for_the_clients_own_credentials) {
    World world(plan_of(ProcessSource{"p"}));
    world.host.output = document("P", "2023-11-14T23:13:20Z");
    world.answer(200, sts_answer("R"));

    EXPECT_EQ(world.key({"arn:aws:iam::1:role/task", "x"}), "R");
    EXPECT_NE(find_header(world.request(0).headers, "Authorization")->find("Credential=P/"),
              std::string::npos);

    World broken(plan_of(ProcessSource{"p"}));
    broken.host.output = Error{ErrorCode::io, "can't be run"};
    EXPECT_EQ(broken.key({"arn:aws:iam::1:role/task", ""}),
              "CredentialSourceFailed: credential_process 'p': can't be run");
}

TEST(CredentialRole, that_is_refused_has_the_words_of_sts) {
    World world(CredentialPlan(Credentials{"K", "S", "", std::nullopt}));
    world.answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: u is not "
                      "authorized to perform: sts:AssumeRole</Message></Error>"
                      "<RequestId>r-1</RequestId></ErrorResponse>");

    const CredentialsResult result = world.get({"arn:aws:iam::1:role/task", ""});

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, CallError::Kind::credentials);
    EXPECT_EQ(result.error().code, "AccessDenied");
    EXPECT_EQ(result.error().message, "User: u is not authorized to perform: sts:AssumeRole");
    EXPECT_EQ(result.error().http_status, 403);
    EXPECT_EQ(result.error().request_id, "r-1");
}

// --- renewal -------------------------------------------------------------------------------------

TEST(CredentialRenewal, comes_before_the_end) {
    World world(plan_of(ProcessSource{"p"}));
    world.host.output = document("first", "2023-11-14T23:13:20Z");
    EXPECT_EQ(world.key(), "first");
    world.host.output = document("second", "2023-11-15T00:13:20Z");

    world.time.now = (start_seconds + 3'299) * 1'000;
    EXPECT_EQ(world.key(), "first");
    world.time.now = (start_seconds + 3'300) * 1'000;
    EXPECT_EQ(world.key(), "second");
    EXPECT_EQ(world.host.commands.size(), 2U);
}

TEST(CredentialRenewal, that_fails_leaves_the_old_ones_until_they_end) {
    World world(plan_of(ProcessSource{"p"}));
    world.host.output = document("first", "2023-11-14T23:13:20Z");
    EXPECT_EQ(world.key(), "first");
    world.host.output = Error{ErrorCode::io, "can't be run"};

    world.time.now = (start_seconds + 3'310) * 1'000;
    EXPECT_EQ(world.key(), "first");
    EXPECT_EQ(world.key(), "first"); // not tried for each call
    EXPECT_EQ(world.host.commands.size(), 2U);
    world.time.now = (start_seconds + 3'350) * 1'000;
    EXPECT_EQ(world.key(), "first");
    EXPECT_EQ(world.host.commands.size(), 3U);
    world.time.now = (start_seconds + 3'600) * 1'000;
    EXPECT_EQ(world.key(), "CredentialSourceFailed: credential_process 'p': can't be run");
}

TEST(CredentialRenewal, goes_by_the_time_of_the_servers) {
    CredentialPlan plan(Credentials{"K", "S", "", std::nullopt});
    plan.roles = {{.role_arn = "arn:aws:iam::1:role/r"}};
    World world(plan);
    world.time.now += 7'200'000; // our clock is two hours ahead
    HttpResponse skewed{
        403,
        {{"Date", "Tue, 14 Nov 2023 22:13:20 GMT"}},
        "<ErrorResponse><Error><Code>RequestTimeTooSkewed</Code><Message>m</Message>"
        "</Error></ErrorResponse>"};
    world.transport.answers.push_back(skewed);
    world.answer(200, sts_answer("R"));

    EXPECT_EQ(world.key(), "R");
    EXPECT_EQ(world.key(), "R");
    EXPECT_EQ(world.transport.requests.size(), 2U);
}

TEST(CredentialRenewal, of_short_lived_ones_comes_in_their_last_quarter) {
    CredentialCache cache;
    const std::int64_t now = start_seconds * 1'000;
    ASSERT_TRUE(std::holds_alternative<CredentialCache::Fetch>(cache.ask(now)));
    (void)cache.fetched(Credentials{"A", "S", "", start_seconds + 60}, now);

    EXPECT_TRUE(std::holds_alternative<Credentials>(cache.ask(now + 44'999)));
    EXPECT_TRUE(std::holds_alternative<CredentialCache::Fetch>(cache.ask(now + 45'000)));
    EXPECT_TRUE(std::holds_alternative<CredentialCache::Join>(cache.ask(now + 45'001)));
}

// --- calls ---------------------------------------------------------------------------------------

struct Client {
    VirtualTime time;
    ScriptedTransport transport{time};
    ScriptedHost host{time};
    CallDriver driver{transport, time, options()};
    std::vector<CallResult> results;

    CallDriverOptions options() {
        CallDriverOptions out;
        out.settings.region = "eu-west-1";
        out.settings.credentials = CredentialPlan(ProcessSource{"p"});
        out.credential_host = &host;
        return out;
    }
    CallId call(std::string role = "") {
        Call out{.service = "ssm", .operation = "GetParameter"};
        out.input = Value::object({{"Name", "n"}});
        out.role_arn = std::move(role);
        return driver.call(std::move(out),
                           [this](CallResult result) { results.push_back(std::move(result)); });
    }
};

TEST(CallDriver, waits_for_credentials_and_signs_with_them) {
    Client client;
    client.host.output = document("P", "2023-11-14T23:13:20Z");
    client.transport.answers.push_back(HttpResponse{200, {}, "{}"});

    client.call();
    const CallId given_up = client.call();
    client.driver.cancel(given_up);
    EXPECT_TRUE(client.transport.requests.empty());
    client.time.run();

    ASSERT_EQ(client.results.size(), 1U);
    EXPECT_TRUE(client.results[0]);
    ASSERT_EQ(client.transport.requests.size(), 1U);
    EXPECT_EQ(*find_header(client.transport.requests[0].headers, "X-Amz-Security-Token"), "t");
    EXPECT_EQ(client.driver.calls_open(), 0U);
}

TEST(CallDriver, makes_a_call_as_the_role_of_the_task) {
    Client client;
    client.host.output = document("P", "2023-11-14T23:13:20Z");
    client.transport.answers.push_back(HttpResponse{200, {}, sts_answer("R")});
    client.transport.answers.push_back(HttpResponse{200, {}, "{}"});
    client.transport.answers.push_back(HttpResponse{200, {}, "{}"});

    client.call("arn:aws:iam::1:role/task");
    client.time.run();
    client.call("arn:aws:iam::1:role/task");
    client.time.run();

    ASSERT_EQ(client.results.size(), 2U);
    ASSERT_EQ(client.transport.requests.size(), 3U);
    for (const std::size_t i : {1U, 2U})
        EXPECT_NE(find_header(client.transport.requests[i].headers, "Authorization")
                      ->find("Credential=R/"),
                  std::string::npos);
}

TEST(CallDriver, fails_a_call_whose_credentials_can_not_be_had) {
    Client client;
    client.host.output = Error{ErrorCode::io, "ended with exit code 1"};

    client.call();
    client.time.run();

    ASSERT_EQ(client.results.size(), 1U);
    EXPECT_EQ(client.results[0].error().kind, CallError::Kind::credentials);
    EXPECT_EQ(client.results[0].error().code, "CredentialSourceFailed");
    EXPECT_EQ(client.results[0].error().attempts, 0);
}

TEST(CallDriver, fetches_again_when_aws_calls_credentials_expired) {
    Client client;
    client.host.output = document("old", "2023-11-14T23:13:20Z");
    client.transport.answers.push_back(
        HttpResponse{400, {}, R"({"__type": "ExpiredTokenException", "message": "expired"})"});
    client.transport.answers.push_back(HttpResponse{200, {}, "{}"});

    client.call();
    client.time.schedule(55ms,
                         [&] { client.host.output = document("new", "2023-11-14T23:13:20Z"); });
    client.time.run();

    ASSERT_EQ(client.results.size(), 1U);
    EXPECT_TRUE(client.results[0]);
    EXPECT_NE(find_header(client.transport.requests.at(1).headers, "Authorization")
                  ->find("Credential=new/"),
              std::string::npos);
}

TEST(CallDriver, fails_when_there_are_no_other_credentials_than_the_expired) {
    Client client;
    client.host.output = document("old", "2023-11-14T23:13:20Z");
    client.transport.answers.push_back(
        HttpResponse{400, {}, R"({"__type": "ExpiredTokenException", "message": "expired"})"});

    client.call();
    client.time.run();

    ASSERT_EQ(client.results.size(), 1U);
    EXPECT_EQ(client.results[0].error().code, "ExpiredTokenException");
    EXPECT_EQ(client.results[0].error().attempts, 1);
    EXPECT_EQ(client.transport.requests.size(), 1U);
}

TEST(CallDriver, goes_on_with_credentials_that_are_set_while_calls_wait) {
    Client client;
    client.host.output = document("P", "2023-11-14T23:13:20Z");
    client.transport.answers.push_back(HttpResponse{200, {}, "{}"});

    client.call();
    client.driver.set_credentials(CredentialPlan(Credentials{"K", "S", "", std::nullopt}));
    client.time.run();

    ASSERT_EQ(client.results.size(), 1U);
    EXPECT_NE(find_header(client.transport.requests.at(0).headers, "Authorization")
                  ->find("Credential=K/"),
              std::string::npos);
}

} // namespace
