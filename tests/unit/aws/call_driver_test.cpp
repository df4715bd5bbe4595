// The client over a transport and a clock of the test's own: no socket, no real time.
#include "aws/call_driver.hpp"

#include "aws/protocol/server_side.hpp"
#include "aws/signing/verify.hpp"

#include "gradus/json.hpp"
#include "tests/support/scripted_transport.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;
using namespace std::literals;

struct World {
    VirtualTime time;
    ScriptedTransport transport{time};
    CallDriver client{transport, time, options()};
    std::vector<CallResult> results;

    static CallDriverOptions options() {
        CallDriverOptions out;
        out.settings.region = "eu-west-1";
        out.settings.credentials = Credentials{"AKID", "SECRET", "", std::nullopt};
        return out;
    }
    CallId call(std::string service, std::string operation, std::string_view input) {
        return client.call({std::move(service), std::move(operation), *parse_json(input), ""},
                           [this](CallResult result) { results.push_back(std::move(result)); });
    }
};

HttpResponse json_response(int status, std::string body) {
    return {status, {{"x-amzn-RequestId", "r-1"}}, std::move(body)};
}

TEST(CallDriver, signs_sends_and_parses) {
    World world;
    world.transport.answers.push_back(json_response(200, R"({"Parameter": {"Value": "v"}})"));

    world.call("ssm", "GetParameter", R"({"Name": "n"})");
    EXPECT_TRUE(world.results.empty());
    world.time.run();

    ASSERT_EQ(world.results.size(), 1U);
    ASSERT_TRUE(world.results[0]) << world.results[0].error().message;
    EXPECT_EQ(world.results[0]->output, *parse_json(R"({"Parameter": {"Value": "v"}})"));
    EXPECT_EQ(world.results[0]->request_id, "r-1");
    const HttpRequest& request = world.transport.requests.at(0);
    EXPECT_EQ(request.host, "ssm.eu-west-1.amazonaws.com");
    EXPECT_EQ(request.body, R"({"Name":"n"})");
    EXPECT_EQ(*find_header(request.headers, "X-Amz-Target"), "AmazonSSM.GetParameter");
    const auto claim =
        verify_signature(request,
                         [](std::string_view) {
                             return std::optional(Credentials{"AKID", "SECRET", "", std::nullopt});
                         },
                         {.now_epoch_seconds = 1'700'000'000});
    EXPECT_TRUE(claim) << claim.error().message;
}

TEST(CallDriver, signs_keys_of_s3_as_they_are_and_says_what_it_hashed) {
    World world;
    world.transport.answers.push_back(HttpResponse{200, {{"x-amz-request-id", "r-1"}}, "bytes"});

    world.call("s3", "GetObject", R"({"Bucket": "bucket", "Key": "a/../b//c d"})");
    world.time.run();

    ASSERT_EQ(world.results.size(), 1U);
    ASSERT_TRUE(world.results[0]) << world.results[0].error().message;
    EXPECT_EQ(world.results[0]->output["Body"], Value("bytes"));
    const HttpRequest& request = world.transport.requests.at(0);
    EXPECT_EQ(request.host, "bucket.s3.eu-west-1.amazonaws.com");
    EXPECT_EQ(request.target, "/a/../b//c%20d");
    EXPECT_EQ(*find_header(request.headers, "X-Amz-Content-Sha256"),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const auto claim =
        verify_signature(request,
                         [](std::string_view) {
                             return std::optional(Credentials{"AKID", "SECRET", "", std::nullopt});
                         },
                         {.now_epoch_seconds = 1'700'000'000});
    EXPECT_TRUE(claim) << claim.error().message;
}

TEST(CallDriver, names_the_modelled_errors_of_s3) {
    World world;
    world.transport.answers.push_back(
        HttpResponse{404,
                     {{"x-amz-request-id", "r-1"}, {"x-amz-id-2", "x-1"}},
                     "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not "
                     "exist</Message></Error>"});
    world.transport.answers.push_back(HttpResponse{404, {}, ""});

    world.call("s3", "GetObject", R"({"Bucket": "bucket", "Key": "k"})");
    world.time.run();
    world.call("s3", "HeadObject", R"({"Bucket": "bucket", "Key": "k"})");
    world.time.run();

    ASSERT_EQ(world.results.size(), 2U);
    EXPECT_EQ(world.results[0].error().shape, "NoSuchBucket");
    EXPECT_EQ(world.results[0].error().extended_request_id, "x-1");
    EXPECT_EQ(world.results[1].error().shape, "NoSuchKey");
}

TEST(CallDriver, refuses_wrong_calls_without_sending_and_not_from_inside_call) {
    World world;

    world.call("ssm", "GetParametr", "{}");
    world.call("gamelift", "X", "{}");
    world.call("ssm", "GetParameter", R"({"name": "n"})");
    EXPECT_TRUE(world.results.empty());
    world.time.run();

    ASSERT_EQ(world.results.size(), 3U);
    EXPECT_EQ(world.results[0].error().message,
              "ssm has no operation 'GetParametr', did you mean 'GetParameter'?");
    EXPECT_EQ(world.results[1].error().code, "UnknownService");
    EXPECT_EQ(world.results[2].error().message,
              "unknown member 'name', did you mean 'Name'?; required member 'Name' is missing");
    EXPECT_EQ(world.results[2].error().kind, CallError::Kind::invalid_call);
    EXPECT_TRUE(world.transport.requests.empty());
}

TEST(CallDriver, tries_transient_failures_again_with_the_same_token) {
    World world;
    world.transport.answers.push_back(TransportError{TransportError::Kind::closed, "closed"});
    world.transport.answers.push_back(json_response(503, "busy"));
    world.transport.answers.push_back(HttpResponse{200, {}, "<RunInstancesResponse/>"});

    world.call("ec2", "RunInstances", R"({"MinCount": 1, "MaxCount": 1})");
    world.time.run();

    ASSERT_EQ(world.results.size(), 1U);
    EXPECT_TRUE(world.results[0]);
    ASSERT_EQ(world.transport.requests.size(), 3U);
    EXPECT_EQ(world.transport.requests[0].body, world.transport.requests[2].body);
    EXPECT_NE(world.transport.requests[0].body.find("ClientToken="), std::string::npos);
    EXPECT_EQ(*find_header(world.transport.requests[2].headers, "amz-sdk-request"),
              "attempt=3; max=3");
    EXPECT_LE(world.time.now, 1'700'000'000'000 + 30 + 1'000 + 2'000);
}

TEST(CallDriver, gives_up_after_the_last_attempt) {
    World world;

    world.call("ssm", "GetParameter", R"({"Name": "n"})");
    world.time.run();

    ASSERT_EQ(world.results.size(), 1U);
    EXPECT_EQ(world.results[0].error().kind, CallError::Kind::transport);
    EXPECT_EQ(world.results[0].error().code, "ConnectFailed");
    EXPECT_EQ(world.results[0].error().attempts, 3);
}

TEST(CallDriver, does_not_retry_capacity_errors) {
    World world;
    world.transport.answers.push_back(HttpResponse{
        500,
        {},
        "<Response><Errors><Error><Code>InsufficientInstanceCapacity</Code>"
        "<Message>none</Message></Error></Errors><RequestID>r-9</RequestID></Response>"});

    world.call("ec2", "RunInstances", R"({"MinCount": 1, "MaxCount": 1})");
    world.time.run();

    EXPECT_EQ(world.transport.requests.size(), 1U);
    const CallError expected{.kind = CallError::Kind::service,
                             .code = "InsufficientInstanceCapacity",
                             .message = "none",
                             .http_status = 500,
                             .request_id = "r-9"};
    EXPECT_EQ(world.results.at(0).error(), expected);
}

TEST(CallDriver, corrects_its_clock_once_and_keeps_the_correction) {
    World world;
    HttpResponse expired = json_response(400, R"({"__type": "RequestExpired"})");
    expired.headers.push_back({"Date", "Tue, 14 Nov 2023 23:13:20 GMT"}); // an hour ahead
    world.transport.answers.push_back(expired);
    world.transport.answers.push_back(json_response(200, "{}"));
    world.transport.answers.push_back(json_response(200, "{}"));

    world.call("ssm", "GetParameter", R"({"Name": "n"})");
    world.time.run();
    world.call("ssm", "GetParameter", R"({"Name": "n"})");
    world.time.run();

    ASSERT_EQ(world.results.size(), 2U);
    EXPECT_TRUE(world.results[0]);
    EXPECT_EQ(*find_header(world.transport.requests[0].headers, "X-Amz-Date"), "20231114T221320Z");
    EXPECT_EQ(*find_header(world.transport.requests[1].headers, "X-Amz-Date"), "20231114T231320Z");
    EXPECT_EQ(*find_header(world.transport.requests[2].headers, "X-Amz-Date"), "20231114T231320Z");
}

TEST(CallDriver, forgets_a_cancelled_call) {
    World world;

    const CallId sending = world.call("ssm", "GetParameter", R"({"Name": "n"})");
    const CallId refused = world.call("ssm", "Nothing", "{}");
    world.client.cancel(sending);
    world.client.cancel(refused);
    world.client.cancel(refused);
    world.time.run();

    EXPECT_TRUE(world.results.empty());
    EXPECT_EQ(world.client.calls_open(), 0U);
}

TEST(CallDriver, ends_a_call_that_takes_too_long_in_all) {
    CallDriverOptions options = World::options();
    options.settings.timeouts.call = 1s;
    options.settings.retries.attempts_max = 20;
    VirtualTime time;
    ScriptedTransport transport{time}; // where nobody listens
    CallDriver client{transport, time, std::move(options)};
    std::vector<CallResult> results;

    client.call({"ssm", "GetParameter", *parse_json(R"({"Name": "n"})"), ""},
                [&](CallResult result) { results.push_back(std::move(result)); });
    time.run();

    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].error().code, "TimedOut");
    EXPECT_EQ(results[0].error().message, "the call took longer than 1000 ms in all");
    EXPECT_EQ(results[0].error().attempts, static_cast<int>(transport.requests.size()));
    EXPECT_EQ(time.now, 1'700'000'001'000);
}

TEST(CallDriver, gives_operations_that_keep_their_caller_waiting_the_time_they_need) {
    World world;

    world.call("lambda", "Invoke", R"({"FunctionName": "f"})");
    world.call("ssm", "GetParameter", R"({"Name": "n"})");
    world.time.run();

    EXPECT_EQ(world.transport.all_timeouts.at(0).read, 910s);
    EXPECT_GE(world.transport.all_timeouts.at(0).attempt, 910s);
    EXPECT_EQ(world.transport.all_timeouts.at(1).read, 60s);
}

TEST(CallDriver, slows_down_for_a_service_that_throttles_in_adaptive_mode) {
    CallDriverOptions options = World::options();
    options.settings.retries.mode = RetryMode::adaptive;
    VirtualTime time;
    ScriptedTransport transport{time};
    CallDriver client{transport, time, std::move(options)};
    std::vector<std::int64_t> ends;
    const auto call = [&](std::string service, std::string operation, std::string_view input) {
        client.call({std::move(service), std::move(operation), *parse_json(input), ""},
                    [&](const CallResult& result) {
                        EXPECT_TRUE(result);
                        ends.push_back(time.now);
                    });
    };
    transport.answers.push_back(json_response(400, R"({"__type": "ThrottlingException"})"));
    for (int i = 0; i < 4; ++i)
        transport.answers.push_back(json_response(200, "{}"));

    call("ssm", "GetParameter", R"({"Name": "n"})");
    time.run();
    const std::int64_t begin = time.now;
    call("secretsmanager", "GetSecretValue", R"({"SecretId": "s"})"); // another service
    time.run();
    EXPECT_EQ(time.now, begin + 10);
    call("ssm", "GetParameter", R"({"Name": "n"})");
    call("ssm", "GetParameter", R"({"Name": "n"})");
    time.run();

    // Less than two a second, for no more has been seen to go through.
    ASSERT_EQ(ends.size(), 4U);
    EXPECT_GE(ends[3] - ends[2], 500);
}

TEST(CallDriver, keeps_the_quota_of_one_service_from_another) {
    World world;
    for (int i = 0; i < 200; ++i)
        world.call("ssm", "GetParameter", R"({"Name": "n"})");
    world.time.run();
    const std::size_t sent = world.transport.requests.size();
    EXPECT_EQ(sent, 200 + 500 / 5);

    world.call("secretsmanager", "GetSecretValue", R"({"SecretId": "s"})");
    world.time.run();

    EXPECT_EQ(world.transport.requests.size(), sent + 3);
}

TEST(CallDriver, waits_as_the_server_asks_in_the_newer_scheme) {
    CallDriverOptions options = World::options();
    options.settings.retries.scheme = RetryScheme::standard_2_1;
    VirtualTime time;
    ScriptedTransport transport{time};
    CallDriver client{transport, time, std::move(options)};
    HttpResponse busy = json_response(503, "busy");
    busy.headers.push_back({"x-amz-retry-after", "2000"});
    transport.answers = {busy, json_response(200, "{}")};

    client.call({"ssm", "GetParameter", *parse_json(R"({"Name": "n"})"), ""},
                [](const CallResult& result) { EXPECT_TRUE(result); });
    time.run();

    EXPECT_EQ(time.now, 1'700'000'000'000 + 10 + 2'000 + 10);
}

TEST(CallDriver, says_when_there_are_no_credentials) {
    World world;
    world.client.set_credentials(Error{ErrorCode::not_found, "no AWS credentials"});

    world.call("ssm", "GetParameter", R"({"Name": "n"})");
    world.time.run();

    EXPECT_EQ(world.results.at(0).error().kind, CallError::Kind::credentials);
    EXPECT_EQ(world.results.at(0).error().message, "no AWS credentials");
}

TEST(CallDriver, puts_the_prefix_of_an_operation_before_the_host) {
    World world;

    world.call("sfn", "StartSyncExecution", R"({"stateMachineArn": "a"})");
    world.time.run();

    EXPECT_EQ(world.transport.requests.at(0).host, "sync-states.eu-west-1.amazonaws.com");
}

} // namespace
