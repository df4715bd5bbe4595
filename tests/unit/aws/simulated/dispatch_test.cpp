#include "tests/support/simulated_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::simulated;
using std::chrono::seconds;

TEST(SimulatedDispatch, refuses_unknown_keys_in_the_form_of_each_protocol) {
    TestWorld world(small_world(1));
    world.client.credentials.access_key_id = "AKIDOTHER";

    const auto ec2 = world.client.error("ec2", "DescribeRegions");
    const auto query = world.client.error("autoscaling", "DescribeAutoScalingGroups");
    const auto json = world.client.error("ssm", "GetParameter", R"({"Name": "x"})");

    EXPECT_EQ(ec2.code, "AuthFailure");
    EXPECT_EQ(ec2.http_status, 401);
    EXPECT_EQ(query.code, "InvalidClientTokenId");
    EXPECT_EQ(query.http_status, 403);
    EXPECT_EQ(json.code, "UnrecognizedClientException");
    EXPECT_EQ(json.http_status, 400);
}

TEST(SimulatedDispatch, refuses_wrong_signatures_in_the_form_of_each_protocol) {
    TestWorld world(small_world(1));
    world.client.credentials.secret_access_key = "wrong";

    EXPECT_EQ(world.client.error("ec2", "DescribeRegions").code, "AuthFailure");
    EXPECT_EQ(world.client.error("autoscaling", "DescribeAutoScalingGroups").code,
              "SignatureDoesNotMatch");
    EXPECT_EQ(world.client.error("ssm", "GetParameter", R"({"Name": "x"})").code,
              "InvalidSignatureException");
}

TEST(SimulatedDispatch, believes_everyone_when_signatures_are_not_checked) {
    WorldOptions options = small_world(1);
    options.check_signatures = false;
    TestWorld world(std::move(options));
    world.client.credentials = {"anything", "wrong", "", std::nullopt};

    EXPECT_EQ(text_at(world.client.must("sts", "GetCallerIdentity"), "/Account"), "123456789012");
}

TEST(SimulatedDispatch, finds_the_region_in_the_scope_when_the_host_is_an_override) {
    TestWorld world(small_world(1));
    aws::HttpRequest request =
        world.client.request("ec2", "DescribeAvailabilityZones", Value::object(), "us-east-1");
    // What a client with --endpoint-url sends: another host, signed as such.
    aws::RequestToSign to_sign{request.method, "/", "", {}, request.body};
    to_sign.headers = {{"Host", "127.0.0.1:4599"},
                       {"Content-Type", *aws::find_header(request.headers, "Content-Type")}};
    request.headers =
        aws::sign(to_sign, world.client.credentials,
                  {.region = "us-east-1", .service = "ec2", .epoch_seconds = test_start_seconds})
            .headers;

    const aws::HttpResponse answer = world.aws.handle(request, world.aws.now());

    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.body.find("<zoneName>us-east-1a</zoneName>"), std::string::npos)
        << answer.body;
}

TEST(SimulatedDispatch, answers_any_bytes) {
    TestWorld world(small_world(1));
    aws::HttpRequest empty;
    aws::HttpRequest strange;
    strange.method = "\x01\xff";
    strange.target = "";
    strange.headers = {{"Authorization", "AWS4-HMAC-SHA256 Credential=////, =,,"}, {"Host", ""}};
    strange.body = std::string(1000, '\0');
    aws::HttpRequest unknown =
        world.client.request("ec2", "DescribeRegions", Value::object(), "us-west-2");
    unknown.headers = {{"Host", "braket.us-west-2.amazonaws.com"}};

    for (const aws::HttpRequest& request : {empty, strange, unknown}) {
        const aws::HttpResponse answer = world.aws.handle(request, world.aws.now());
        EXPECT_GE(answer.status, 400);
        EXPECT_FALSE(answer.body.empty());
    }
}

TEST(SimulatedDispatch, names_operations_that_are_not_simulated_and_parameters_that_miss) {
    TestWorld world(small_world(1));

    const auto absent = world.client.error("ec2", "DescribeVolumes");
    const auto missing = world.client.error("ec2", "RunInstances");
    const auto json = world.client.error("ssm", "PutParameter", R"({"Value": "x"})");
    const auto dry = world.client.error("ec2", "DescribeRegions", R"({"DryRun": true})");
    const auto region = world.client.call_in("eu-north-1", "ec2", "DescribeRegions", {});

    EXPECT_EQ(absent.code, "NotImplemented");
    EXPECT_EQ(absent.message, "The operation ec2:DescribeVolumes is not simulated here");
    EXPECT_EQ(missing.code, "MissingParameter");
    EXPECT_EQ(json.code, "ValidationException");
    EXPECT_EQ(dry.code, "DryRunOperation");
    ASSERT_FALSE(region);
    EXPECT_EQ(region.error().code, "OptInRequired");
}

TEST(SimulatedDispatch, throttles_and_fails_on_demand) {
    WorldOptions options = small_world(1);
    options.calls_per_second_max = 2;
    TestWorld world(std::move(options));

    world.client.must("ec2", "DescribeRegions");
    world.client.must("ec2", "DescribeRegions");
    const auto third = world.client.error("ec2", "DescribeRegions");
    world.client.pass(seconds(1));
    world.client.must("ec2", "DescribeRegions");
    aws::ServiceError error;
    error.code = "InternalServerError";
    error.http_status = 500;
    world.aws.inject({"ssm", "GetParameter", "us-west-2", error, 1});
    const auto injected = world.client.error("ssm", "GetParameter", R"({"Name": "n"})");
    const auto after = world.client.error("ssm", "GetParameter", R"({"Name": "n"})");

    EXPECT_EQ(third.code, "RequestLimitExceeded");
    EXPECT_EQ(third.http_status, 503);
    EXPECT_EQ(injected.code, "InternalServerError");
    EXPECT_EQ(after.code, "ParameterNotFound");
    EXPECT_EQ(world.aws.call_counts().at("ec2:DescribeRegions"), 4);
}

TEST(SimulatedDispatch, hands_step_functions_to_its_backend) {
    TestWorld world(small_world(1));
    constexpr std::string_view start =
        R"({"stateMachineArn": "arn:aws:states:us-west-2:123456789012:stateMachine:S"})";

    const auto nobody = world.client.error("states", "StartExecution", start);
    world.aws.set_states_backend([](const std::string& region, const std::string& operation,
                                    const Value& input) -> Result<Value, aws::ServiceError> {
        EXPECT_EQ(region + ' ' + operation, "us-west-2 StartExecution");
        return Value::object({{"executionArn", Value(text_at(input, "/stateMachineArn") + ":e")},
                              {"startDate", Value(1)}});
    });
    const Value started = world.client.must("states", "StartExecution", start);

    EXPECT_EQ(nobody.code, "StateMachineDoesNotExist");
    EXPECT_EQ(text_at(started, "/executionArn"),
              "arn:aws:states:us-west-2:123456789012:stateMachine:S:e");
}

// What the AWS CLI sends to CloudWatch since it stopped using the query protocol there.
TEST(SimulatedDispatch, speaks_json_with_query_services_when_asked_to) {
    TestWorld world(small_world(1));
    const auto send = [&](const std::string& operation, const std::string& body) {
        aws::HttpRequest request;
        request.host = "monitoring.us-west-2.amazonaws.com";
        request.body = body;
        aws::RequestToSign to_sign{"POST", "/", "", {}, body};
        to_sign.headers = {{"Host", request.host},
                           {"Content-Type", "application/x-amz-json-1.0"},
                           {"X-Amz-Target", "GraniteServiceVersion20100801." + operation}};
        request.headers = aws::sign(to_sign, world.client.credentials,
                                    {.region = "us-west-2",
                                     .service = "monitoring",
                                     .epoch_seconds = test_start_seconds})
                              .headers;
        return world.aws.handle(request, world.aws.now());
    };

    const auto put = send("PutMetricData",
                          R"({"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 3}]})");
    const auto got = send("GetMetricStatistics",
                          R"({"Namespace": "n", "MetricName": "m", "StartTime": 1767225600,
                              "EndTime": 1767225700, "Period": 60, "Statistics": ["Sum"]})");
    const auto bad = send("PutMetricData", R"({"Namespace": "AWS/x", "MetricData": []})");

    EXPECT_EQ(put.status, 200);
    EXPECT_EQ(got.body, R"({"Label":"m","Datapoints":[)"
                        R"({"Timestamp":1767225600,"Sum":3,"Unit":"None"}]})");
    EXPECT_EQ(bad.status, 400);
    EXPECT_EQ(*aws::find_header(bad.headers, "x-amzn-query-error"), "InvalidParameterValue;Sender");
}

TEST(SimulatedSmallServices, tell_identity_quotas_and_metrics) {
    TestWorld world(small_world(1));

    const Value role = world.client.must(
        "sts", "AssumeRole",
        R"({"RoleArn": "arn:aws:iam::123456789012:role/worker", "RoleSessionName": "s"})");
    const Value quota = world.client.must("service-quotas", "GetServiceQuota",
                                          R"({"ServiceCode": "ec2", "QuotaCode": "L-3819A6DF"})");
    const auto none = world.client.error("service-quotas", "GetServiceQuota",
                                         R"({"ServiceCode": "ec2", "QuotaCode": "L-0"})");
    world.client.must("cloudwatch", "PutMetricData", R"({"Namespace": "gradus", "MetricData": [
        {"MetricName": "launches", "Value": 2, "Timestamp": 1767225600},
        {"MetricName": "launches", "Value": 4, "Timestamp": 1767225630}]})");
    const Value statistics = world.client.must("cloudwatch", "GetMetricStatistics",
                                               R"({"Namespace": "gradus", "MetricName": "launches",
        "StartTime": 1767225600, "EndTime": 1767226000, "Period": 60,
        "Statistics": ["Sum", "Average"]})");
    world.client.must("cloudwatch", "PutMetricAlarm", R"({"AlarmName": "a",
        "EvaluationPeriods": 1, "ComparisonOperator": "LessThanThreshold", "Threshold": 1.5})");
    const Value alarms = world.client.must("cloudwatch", "DescribeAlarms");
    world.client.credentials.access_key_id = text_at(role, "/Credentials/AccessKeyId");
    world.client.credentials.secret_access_key = text_at(role, "/Credentials/SecretAccessKey");
    const Value identity = world.client.must("sts", "GetCallerIdentity");

    EXPECT_EQ(text_at(quota, "/Quota/Value"), "768");
    EXPECT_EQ(none.code, "NoSuchResourceException");
    EXPECT_EQ(text_at(statistics, "/Datapoints/0/Sum"), "6");
    EXPECT_EQ(text_at(statistics, "/Datapoints/0/Average"), "3");
    EXPECT_EQ(text_at(alarms, "/MetricAlarms/0/StateValue"), "INSUFFICIENT_DATA");
    EXPECT_EQ(text_at(identity, "/Arn"),
              "arn:aws:sts::123456789012:assumed-role/simulated/session");
}

} // namespace
