// What the conformance corpus doesn't have: the built-in models, both sides, and bad input.
#include "aws/protocol/client_side.hpp"
#include "aws/protocol/server_side.hpp"

#include "aws/model/models.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

std::shared_ptr<const ServiceModel> model_of(std::string_view service) {
    ModelCache cache;
    return *cache.get(service);
}

HttpRequest request_of(const RequestParts& parts) {
    HttpRequest request;
    request.method = parts.method;
    request.target = parts.uri;
    request.headers = parts.headers;
    request.body = parts.body;
    return request;
}

TEST(Protocol, writes_an_ec2_request_as_ec2_reads_it) {
    const auto model = model_of("ec2");
    const Operation& operation = *model->find_operation("RunInstances");
    const Value params = *parse_json(R"({"MinCount": 1, "MaxCount": 2, "ImageId": "ami-1",
        "InstanceMarketOptions": {"MarketType": "spot", "SpotOptions": {"MaxPrice": "0.5"}},
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "a b", "Value": "c&d"}]}]
        })");
    Random random;

    const auto parts = serialise_request(*model, operation, params, random);

    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_TRUE(parts->body.starts_with(
        "Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=2&ImageId=ami-1&"
        "InstanceMarketOptions.MarketType=spot&InstanceMarketOptions.SpotOptions.MaxPrice=0.5&"
        "TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=a%20b&"
        "TagSpecification.1.Tag.1.Value=c%26d"))
        << parts->body;
    const auto call = parse_request(*model, request_of(*parts));
    ASSERT_TRUE(call) << call.error().message;
    EXPECT_EQ(call->operation, &operation);
    EXPECT_EQ(call->params.without("ClientToken"), params);
}

TEST(Protocol, answers_an_ec2_call_as_its_client_reads_it) {
    const auto model = model_of("ec2");
    const Operation& operation = *model->find_operation("DescribeInstances");
    const Value output = *parse_json(R"({"Reservations": [{"ReservationId": "r-1", "Instances": [
        {"InstanceId": "i-1", "LaunchTime": 1700000000, "State": {"Code": 16, "Name": "running"},
         "Tags": [{"Key": "k", "Value": "<&>"}]}]}]})");

    const HttpResponse response = serialise_output(*model, operation, output, "req-1");
    const auto read = parse_response(*model, operation, response);

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->output, output);
    EXPECT_EQ(read->request_id, "req-1");
    EXPECT_NE(response.body.find(
                  "<DescribeInstancesResponse "
                  "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>req-1</requestId>"
                  "<reservationSet><item><reservationId>r-1</reservationId><instancesSet><item>"),
              std::string::npos)
        << response.body;
    EXPECT_NE(response.body.find("<launchTime>2023-11-14T22:13:20Z</launchTime>"),
              std::string::npos);
}

TEST(Protocol, carries_errors_of_each_protocol) {
    for (const std::string_view service : {"ec2", "autoscaling", "ssm", "sqs"}) {
        const auto model = model_of(service);
        ServiceError error;
        error.code = "InsufficientInstanceCapacity";
        error.message = "No <capacity>";
        error.http_status = 500;

        const HttpResponse response = serialise_error(*model, error, "req-2");
        const auto read = parse_response(*model, model->operations().front(), response);

        ASSERT_FALSE(read) << service;
        EXPECT_EQ(response.status, 500);
        EXPECT_EQ(read.error().code, "InsufficientInstanceCapacity") << service;
        EXPECT_EQ(read.error().message, "No <capacity>") << service;
        EXPECT_EQ(read.error().request_id, "req-2") << service;
    }
}

TEST(Protocol, names_unknown_parameters_and_actions_of_ec2) {
    const auto model = model_of("ec2");
    HttpRequest unknown;
    unknown.body = "Action=DescribeRegions&Version=2016-11-15&Filter.1.Nam=x";
    HttpRequest action;
    action.body = "Action=DescribeDragons&Version=2016-11-15";
    HttpRequest value;
    value.body = "Action=DescribeRegions&DryRun=maybe";

    EXPECT_EQ(parse_request(*model, unknown).error().message,
              "The parameter Filter.1.Nam is not recognized");
    EXPECT_EQ(parse_request(*model, action).error().code, "InvalidAction");
    EXPECT_EQ(parse_request(*model, value).error().message,
              "DryRun: expected true or false, found 'maybe'");
    EXPECT_EQ(parse_request(*model, HttpRequest{}).error().code, "MissingAction");
}

TEST(Protocol, survives_forms_with_too_many_levels) {
    const auto model = model_of("ec2");
    HttpRequest request;
    request.body = "Action=DescribeRegions&a";
    for (int i = 0; i < 100'000; ++i)
        request.body += ".a";
    request.body += "=1";

    const auto call = parse_request(*model, request);

    ASSERT_FALSE(call);
    EXPECT_EQ(call.error().code, "InvalidParameterValue");
}

TEST(Protocol, survives_answers_that_are_not_what_they_should_be) {
    const auto ec2 = model_of("ec2");
    const auto ssm = model_of("ssm");
    const Operation& regions = *ec2->find_operation("DescribeRegions");
    const Operation& get = *ssm->find_operation("GetParameter");

    EXPECT_EQ(parse_response(*ec2, regions, {200, {}, "<html"}).error().code, "MalformedResponse");
    EXPECT_EQ(parse_response(*ssm, get, {200, {}, "<html/>"}).error().code, "MalformedResponse");
    EXPECT_EQ(parse_response(*ssm, get, {200, {}, R"({"Parameter": 1})"}).error().message,
              "Parameter: expected an object, found integer");
    const auto gateway = parse_response(*ssm, get, {503, {}, "<html>busy</html>"});
    EXPECT_EQ(gateway.error().code, "Http503");
    EXPECT_EQ(gateway.error().message, "<html>busy</html>");
    EXPECT_EQ(parse_response(*ec2, regions, {404, {}, ""}).error().code, "Http404");
}

TEST(Protocol, reads_and_writes_json_with_unknown_members_and_blobs) {
    const auto model = model_of("ssm");
    const Operation& operation = *model->find_operation("GetParameter");
    const HttpResponse response{
        200,
        {{"x-amzn-RequestId", "abc"}},
        R"({"Parameter": {"Name": "n", "LastModifiedDate": 1.7e9, "New": 1}})"};

    const auto read = parse_response(*model, operation, response);

    ASSERT_TRUE(read);
    EXPECT_EQ(read->output,
              *parse_json(R"({"Parameter": {"Name": "n", "LastModifiedDate": 1700000000}})"));
    EXPECT_EQ(read->request_id, "abc");
}

TEST(Protocol, fills_in_idempotency_tokens_once_asked) {
    const Value document = *parse_json(R"({"metadata": {"protocol": "json", "targetPrefix": "T"},
        "operations": {"Go": {"input": {"type": "structure",
            "members": {"Token": {"idempotencyToken": true}}}}}})");
    const auto model = *ServiceModel::load(document);
    Random random{.seed = 7};
    Random same{.seed = 7};

    const auto drawn =
        serialise_request(*model, model->operations().front(), Value::object(), random);
    const auto given = serialise_request(*model, model->operations().front(),
                                         Value::object({{"Token", "mine"}}), random);

    EXPECT_EQ(drawn->body, R"({"Token":")" + same.next_uuid() + R"("})");
    EXPECT_EQ(given->body, R"({"Token":"mine"})");
}

} // namespace
