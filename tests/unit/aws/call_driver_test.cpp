// The client over a transport and a clock of the test's own: no socket, no real time.
#include "aws/call_driver.hpp"

#include "aws/protocol/server_side.hpp"
#include "aws/signing/verify.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>

namespace {

using namespace gradus;
using namespace gradus::aws;
using std::chrono::milliseconds;

// Virtual time: run() fires what was scheduled, in order, and moves the clock there.
class VirtualTime : public TimerService {
public:
    std::int64_t now_epoch_milliseconds() const override { return now; }
    TimerId schedule(milliseconds delay, std::function<void()> fire) override {
        timers_.emplace(std::pair(now + delay.count(), ++last_), std::move(fire));
        return last_;
    }
    void cancel(TimerId id) override {
        std::erase_if(timers_, [id](const auto& timer) { return timer.first.second == id; });
    }
    void run() {
        while (!timers_.empty()) {
            auto first = timers_.extract(timers_.begin());
            now = first.key().first;
            first.mapped()();
        }
    }

    std::int64_t now = 1'700'000'000'000;

private:
    std::map<std::pair<std::int64_t, TimerId>, std::function<void()>> timers_;
    TimerId last_ = 0;
};

// Gives prepared answers, one each request; keeps the requests.
class ScriptedTransport : public Transport {
public:
    explicit ScriptedTransport(VirtualTime& time) : time_(time) {}

    SendId send(HttpRequest request, SendTimeouts, TransportCompletion done) override {
        requests.push_back(std::move(request));
        TransportResult answer = TransportError{TransportError::Kind::connect, "nothing prepared"};
        if (!answers.empty()) {
            answer = std::move(answers.front());
            answers.pop_front();
        }
        return time_.schedule(milliseconds(10), [done = std::move(done), answer] { done(answer); });
    }
    void cancel(SendId id) override { time_.cancel(id); }

    std::deque<TransportResult> answers;
    std::vector<HttpRequest> requests;

private:
    VirtualTime& time_;
};

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
