#include "engine/integrations/aws_call.hpp"

#include "engine/sim/simulated_world.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// One task against the simulated AWS.
ExecutionSummary run_task(const std::string& resource, const std::string& parameters) {
    VirtualLoop loop(1'700'000'000'000);
    SimulatedWorld world(loop, {});
    Engine engine(loop, &world.client());
    world.connect(engine);
    const std::string definition =
        R"({"StartAt": "T", "States": {"T": {"Type": "Task", "TimeoutSeconds": 60,
        "Resource": ")" +
        resource + R"(", "Parameters": )" + parameters + R"(, "End": true}}})";
    const Compiled compiled = compile(definition);
    if (compiled.program == nullptr) {
        ADD_FAILURE() << compiled.diagnostics[0].message;
        return {};
    }
    const std::string machine =
        engine.add_state_machine({.name = "m", .program = compiled.program});
    const auto arn = engine.start_execution(machine, "e", Value::object());
    loop.run_until([&] { return engine.describe(*arn)->status != ExecutionStatus::running; });
    return *engine.describe(*arn);
}

TEST(AwsCall, names_clients_as_the_java_sdk_does) {
    EXPECT_EQ(sdk_client_name("EC2"), "Ec2");
    EXPECT_EQ(sdk_client_name("Auto Scaling"), "AutoScaling");
    EXPECT_EQ(sdk_client_name("DynamoDB"), "DynamoDb");
    EXPECT_EQ(sdk_client_name("SSM"), "Ssm");
    EXPECT_EQ(sdk_client_name("EventBridge"), "EventBridge");
    EXPECT_EQ(sdk_client_name("Service Quotas"), "ServiceQuotas");
    EXPECT_EQ(sdk_client_name("Lex Runtime V2"), "LexRuntimeV2");
    EXPECT_EQ(sdk_client_name("Elasticsearch Service"), "Elasticsearch");
    EXPECT_EQ(sdk_client_name("ACM PCA"), "AcmPca");
    EXPECT_EQ(sdk_client_name("SESv2"), "SesV2");
    EXPECT_EQ(sdk_client_name("WAFV2"), "Wafv2");
    EXPECT_EQ(sdk_client_name("ApiGatewayV2"), "ApiGatewayV2");
    EXPECT_EQ(sdk_client_name("IoT"), "Iot");
    EXPECT_EQ(sdk_client_name("IoTSiteWise"), "IoTSiteWise");
    EXPECT_EQ(sdk_client_name("MTurk"), "MTurk");
    EXPECT_EQ(sdk_client_name("b2bi"), "B2Bi");
    EXPECT_EQ(sdk_client_name("SageMaker A2I Runtime"), "SageMakerA2IRuntime");
    EXPECT_EQ(sdk_client_name("Route53Resolver"), "Route53Resolver");
}

TEST(AwsCall, gives_results_in_the_names_of_tasks) {
    const auto summary =
        run_task("arn:aws:states:::aws-sdk:ecs:createCluster", R"({"ClusterName": "gpu"})");

    EXPECT_EQ(summary.status, ExecutionStatus::succeeded);
    EXPECT_EQ(summary.output["Cluster"]["ClusterName"], Value("gpu"));
}

TEST(AwsCall, names_modelled_errors_by_their_exception) {
    const auto summary =
        run_task("arn:aws:states:::aws-sdk:ssm:getParameter", R"({"Name": "/none"})");

    EXPECT_EQ(summary.failure.error, "Ssm.ParameterNotFoundException");
    EXPECT_NE(summary.failure.cause->find("(Service: Ssm, Status Code: 400, Request ID: "),
              std::string::npos);
    EXPECT_TRUE(summary.failure.cause->ends_with(" (SDK Attempt Count: 1)"));
}

TEST(AwsCall, names_other_errors_by_the_service) {
    const auto summary = run_task(
        "arn:aws:states:::aws-sdk:ec2:runInstances",
        R"({"ImageId": "ami-0", "InstanceType": "g5.xlarge", "MinCount": 1, "MaxCount": 1})");

    EXPECT_EQ(summary.failure.error, "Ec2.Ec2Exception");
}

TEST(AwsCall, says_which_member_is_wrong) {
    const auto summary = run_task("arn:aws:states:::aws-sdk:ssm:getParameter", R"({"Nmae": "/x"})");

    EXPECT_EQ(summary.failure.error, "Ssm.SdkClientException");
    EXPECT_NE(summary.failure.cause->find("Nmae"), std::string::npos);
}

TEST(AwsCall, an_event_that_is_refused_fails_the_task) {
    const auto summary = run_task("arn:aws:states:::events:putEvents",
                                  R"({"Entries": [{"DetailType": "d", "Detail": {"x": 1}}]})");

    EXPECT_EQ(summary.failure.error, "EventBridge.FailedEntry");
    const Value cause = *parse_json(*summary.failure.cause);
    EXPECT_EQ(cause["Entries"][0]["ErrorCode"], Value("InvalidArgument"));
    EXPECT_EQ(cause["FailedEntryCount"], Value(1));
}

TEST(AwsCall, an_optimised_result_carries_the_metadata_of_its_call) {
    const auto summary =
        run_task("arn:aws:states:::events:putEvents",
                 R"({"Entries": [{"Source": "s", "DetailType": "d", "Detail": {"x": 1}}]})");

    EXPECT_EQ(summary.output["FailedEntryCount"], Value(0));
    EXPECT_EQ(summary.output["SdkHttpMetadata"]["HttpStatusCode"], Value(200));
}

} // namespace
} // namespace gradus
