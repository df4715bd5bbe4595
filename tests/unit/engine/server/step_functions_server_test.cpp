// Requests of the Step Functions API as they come from a socket, and the answers to them.
#include "engine/server/step_functions_server.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace gradus {
namespace {

class Server : public testing::Test {
protected:
    aws::HttpResponse post(const std::string& operation, const std::string& body,
                           aws::HttpHeaders headers = {}) {
        headers.push_back({"x-amz-target", "AWSStepFunctions." + operation});
        return send({.headers = std::move(headers), .body = body});
    }
    aws::HttpResponse send(const aws::HttpRequest& request) {
        std::optional<aws::HttpResponse> response;
        server.handle(request, [&](aws::HttpResponse given) { response = std::move(given); });
        loop.run_until([&] { return response.has_value(); });
        return response.value_or(aws::HttpResponse{.status = 0});
    }

    VirtualLoop loop{1'700'000'000'000};
    Engine engine{loop, nullptr};
    StepFunctionsServer server{engine, loop};
};

TEST_F(Server, answers_in_json_1_0) {
    const auto response = post("CreateActivity", R"({"name": "a"})");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers[0].value, "application/x-amz-json-1.0");
    EXPECT_EQ(response.body, R"({"activityArn":"arn:aws:states:us-east-1:123456789012:activity:a",)"
                             R"("creationDate":1700000000})");
}

TEST_F(Server, works_in_the_region_that_a_request_is_signed_for) {
    const auto response =
        post("CreateActivity", R"({"name": "a"})",
             {{"Authorization",
               "AWS4-HMAC-SHA256 Credential=AKID/20261126/eu-west-1/states/aws4_request, "
               "SignedHeaders=host, Signature=00"}});
    EXPECT_EQ(response.body.substr(0, 61),
              R"({"activityArn":"arn:aws:states:eu-west-1:123456789012:activit)");
}

TEST_F(Server, refuses_with_the_type_and_words_of_aws) {
    const auto response =
        post("DescribeActivity",
             R"({"activityArn": "arn:aws:states:us-east-1:123456789012:activity:none"})");
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.body,
              R"({"__type":"ActivityDoesNotExist","message":"Activity Does Not Exist: )"
              R"('arn:aws:states:us-east-1:123456789012:activity:none'"})");
}

TEST_F(Server, says_what_it_expected_instead_of_what_isnt_a_call) {
    EXPECT_EQ(send({.body = "{}"}).body,
              R"({"__type":"UnknownOperationException","message":"Expected the header )"
              R"(X-Amz-Target: AWSStepFunctions.OPERATION but found ''"})");
    EXPECT_EQ(send({.method = "GET", .target = "/x"}).status, 404);
    EXPECT_TRUE(
        post("ListActivities", "{")
            .body.starts_with(
                R"({"__type":"SerializationException","message":"The request isn't JSON: )"));
    EXPECT_EQ(send({.method = "GET", .target = "/healthz"}).body, "ok\n");
}

TEST_F(Server, counts_executions_and_requests_for_prometheus) {
    const std::string machine = R"("arn:aws:states:us-east-1:123456789012:stateMachine:m")";
    const std::string definition =
        R"({\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":5,\"End\":true}}})";
    post("CreateStateMachine", R"({"name": "m", "roleArn": "arn:aws:iam::123456789012:role/r",)"
                               R"("definition": ")" +
                                   definition + R"("})");
    post("StartExecution", R"({"stateMachineArn": )" + machine + "}");
    post("StartExecution", R"({"stateMachineArn": "arn"})");
    post("MakeCoffee", "{}");
    loop.run_to(1'700'000'010'000);

    const std::string text = send({.method = "GET", .target = "/metrics"}).body;
    const auto has = [&](const std::string& line) {
        return text.find(line + "\n") != std::string::npos;
    };
    EXPECT_TRUE(has("# TYPE gradus_executions_started_total counter")) << text;
    EXPECT_TRUE(has("gradus_executions_started_total{state_machine_arn=" + machine + "} 1"));
    EXPECT_TRUE(has("gradus_executions_succeeded_total{state_machine_arn=" + machine + "} 1"));
    EXPECT_TRUE(
        has("gradus_execution_time_seconds_bucket{state_machine_arn=" + machine + R"(,le="1"} 0)"));
    EXPECT_TRUE(has("gradus_execution_time_seconds_bucket{state_machine_arn=" + machine +
                    R"(,le="10"} 1)"));
    EXPECT_TRUE(has("gradus_execution_time_seconds_sum{state_machine_arn=" + machine + "} 5"));
    EXPECT_TRUE(has(R"(gradus_api_requests_total{error="",operation="StartExecution"} 1)"));
    EXPECT_TRUE(
        has(R"(gradus_api_requests_total{error="InvalidArn",operation="StartExecution"} 1)"));
    EXPECT_EQ(text.find("MakeCoffee"), std::string::npos);
}

TEST_F(Server, hands_out_an_execution_to_be_replayed) {
    post("CreateStateMachine",
         R"({"name": "m", "roleArn": "arn:aws:iam::123456789012:role/r", "definition":)"
         R"("{\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Pass\",\"End\":true}}}"})");
    post("StartExecution",
         R"({"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m",)"
         R"("name": "e", "input": "[1]"})");
    loop.run_to(1'700'000'010'000);

    const std::string path = "/recordings/arn:aws:states:us-east-1:123456789012:execution:m%3Ae";
    const auto answer = send({.method = "GET", .target = path});
    EXPECT_EQ(answer.status, 200);
    const auto recording = read_recording(answer.body);
    ASSERT_TRUE(recording) << recording.error().message;
    EXPECT_EQ(to_json(start_of(*recording).input), "[1]");
    EXPECT_EQ(recording->status, ExecutionStatus::succeeded);

    const auto none = send({.method = "GET", .target = "/recordings/arn"});
    EXPECT_EQ(none.status, 404);
    EXPECT_EQ(none.body, "there is no execution arn\n");
}

TEST_F(Server, is_ready_while_the_store_works) {
    EXPECT_EQ(send({.method = "GET", .target = "/readyz"}).body, "ready\n");
}

TEST_F(Server, holds_the_answer_to_a_poll_back) {
    post("CreateActivity", R"({"name": "a"})");
    const auto response =
        post("GetActivityTask",
             R"({"activityArn": "arn:aws:states:us-east-1:123456789012:activity:a"})");
    EXPECT_EQ(response.body, "{}");
    EXPECT_EQ(loop.now_epoch_milliseconds(), 1'700'000'060'000);
}

} // namespace
} // namespace gradus
