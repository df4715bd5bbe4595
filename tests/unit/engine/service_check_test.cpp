#include "engine/integrations/sdk_actions.hpp"
#include "gradus/program.hpp"
#include "tests/support/all_services.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;

const ServiceCheck& check() {
    static const ServiceCheck check =
        service_check_by_models(std::make_shared<aws::ModelCache>(all_services()));
    return check;
}

/// What is wrong with a task, a line each: "error /Arguments/Foo: message (hint)".
std::string faults_of(const std::string& resource, const std::string& fields,
                      const ServiceCheck& service_check = check()) {
    const std::string text = R"({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::)" +
                             resource + "\"" + (fields.empty() ? "" : ", ") + fields + "}}}";
    std::string out;
    for (const Diagnostic& each : compile(text, {.service_check = service_check}).diagnostics) {
        if (each.code == "TASK_TOKEN_WITHOUT_TIMEOUT") continue;
        if (!out.empty()) out += '\n';
        out += each.severity == Severity::error ? "error " : "warning ";
        out += each.pointer.substr(std::string("/States/A").size()) + ": " + each.message;
        if (!each.hint.empty()) out += " (" + each.hint + ")";
    }
    return out;
}

std::string unknown(const std::string& resource) {
    return "error /Resource: The resource provided arn:aws:states:::" + resource +
           " is not recognized. The value is not a valid resource ARN, or the resource is not "
           "available in this region. ";
}

TEST(ServiceCheck, takes_calls_that_the_services_know) {
    EXPECT_EQ(faults_of("aws-sdk:s3:getObject", R"("Parameters": {"Bucket": "b", "Key.$": "$"})"),
              "");
    EXPECT_EQ(faults_of("aws-sdk:cloudwatchlogs:getLogEvents",
                        R"("QueryLanguage": "JSONata", "Arguments": {"LogStreamName": "s",
                           "Limit": "{% $states.input %}", "StartTime": 1})"),
              "");
    EXPECT_EQ(faults_of("aws-sdk:costexplorer:getCostAndUsage",
                        R"("QueryLanguage": "JSONata", "Arguments": "{% $states.input %}")"),
              "");
    EXPECT_EQ(faults_of("aws-sdk:ec2:describeInstances", ""), "");
    EXPECT_EQ(faults_of("aws-sdk:sfn:startExecution.waitForTaskToken",
                        R"("Parameters": {"StateMachineArn": "a", "Input.$": "$$.Task.Token"})"),
              "");
    // A body may be any JSON, and so may a document.
    EXPECT_EQ(faults_of("aws-sdk:s3:putObject",
                        R"("Parameters": {"Bucket": "b", "Key": "k", "Body": {"a": 1}})"),
              "");
}

TEST(ServiceCheck, says_which_service_or_action_was_probably_meant) {
    EXPECT_EQ(faults_of("aws-sdk:s4:getObject", ""),
              unknown("aws-sdk:s4:getObject") +
                  "(no AWS service is known as 's4', did you mean 's3'?)");
    EXPECT_EQ(faults_of("aws-sdk:s3:getObjekt", ""),
              unknown("aws-sdk:s3:getObjekt") +
                  "(the AWS service s3 has no action 'getObjekt', did you mean 'getObject'?)");
    EXPECT_EQ(faults_of("aws-sdk:logs:getLogEvents", ""),
              unknown("aws-sdk:logs:getLogEvents") +
                  "(resources of Step Functions don't know the AWS service 'logs', did you mean "
                  "'cloudwatchlogs'?)");
}

TEST(ServiceCheck, refuses_what_step_functions_leaves_out) {
    for (const std::string action :
         {"emr:describeJobFlows", "kinesis:subscribeToShard", "lambda:invokeAsync",
          "lexruntimev2:startConversation", "rdsdata:executeSql", "s3:selectObjectContent",
          "sts:assumeRole", "sts:assumeRoleWithSAML", "sts:assumeRoleWithWebIdentity",
          "sts:getFederationToken", "sts:getSessionToken",
          "bedrockruntime:invokeModelWithResponseStream"}) {
        EXPECT_EQ(faults_of("aws-sdk:" + action, ""),
                  unknown("aws-sdk:" + action) + "(Step Functions has no SDK integration for " +
                      action + ")");
    }
    EXPECT_EQ(faults_of("aws-sdk:sts:getCallerIdentity", ""), "");
}

TEST(ServiceCheck, finds_members_that_are_unknown_or_missing) {
    EXPECT_EQ(faults_of("aws-sdk:dynamodb:getItem",
                        R"("Parameters": {"tableName": "t", "Keys.$": "$.k"})"),
              "error /Parameters: The field 'TableName' is required but was missing\n"
              "error /Parameters: The field 'Key' is required but was missing\n"
              "error /Parameters/tableName: The field 'tableName' is not supported by Step "
              "Functions (did you mean 'TableName'?)\n"
              "error /Parameters/Keys.$: The field 'Keys' is not supported by Step Functions (did "
              "you mean 'Key'?)");
    EXPECT_EQ(faults_of("aws-sdk:sts:getCallerIdentity", R"("Parameters": {"Me": 1})"),
              "error /Parameters/Me: The field 'Me' is not supported by Step Functions");
    // Tokens are made up where there is none.
    EXPECT_EQ(faults_of("aws-sdk:ecs:createService", R"("Parameters": {"ServiceName": "s"})"), "");
}

TEST(ServiceCheck, warns_of_what_fails_when_the_task_runs) {
    EXPECT_EQ(
        faults_of("aws-sdk:ec2:runInstances",
                  R"("QueryLanguage": "JSONata", "Arguments": {"MinCount": "1", "MaxCount": 1,
                           "NetworkInterfaces": [{"DeviceIndexx": 0, "SubnetId": "{% 'x' %}"}],
                           "Monitoring": {}, "DryRun": 1, "InstanceMarketOptions": []})"),
        "warning /Arguments/MinCount: The value of the field 'MinCount' has an invalid format "
        "(expected an integer, found string)\n"
        "warning /Arguments/NetworkInterfaces/0/DeviceIndexx: The field 'DeviceIndexx' is not "
        "supported by Step Functions (did you mean 'DeviceIndex'?)\n"
        "warning /Arguments/Monitoring: The field 'Enabled' is required but was missing\n"
        "warning /Arguments/DryRun: The value of the field 'DryRun' has an invalid format "
        "(expected a boolean, found integer)\n"
        "warning /Arguments/InstanceMarketOptions: The value of the field "
        "'InstanceMarketOptions' has an invalid format (expected an object, found array)");
}

TEST(ServiceCheck, says_what_it_could_not_check) {
    const ServiceCheck without = service_check_by_models(std::make_shared<aws::ModelCache>(
        []() -> Result<std::shared_ptr<const aws::ServiceBundle>> {
            return Error{ErrorCode::io, "there is no services.bundle"};
        }));

    EXPECT_EQ(
        faults_of("aws-sdk:gamelift:listFleets", R"("Parameters": {"Foo": 1})", without),
        "warning /Resource: The call can't be checked: the AWS service 'gamelift' isn't built "
        "in, and there is no services.bundle");
    EXPECT_EQ(faults_of("aws-sdk:sqs:listQueues", R"("Parameters": {"Foo": 1})", without),
              "error /Parameters/Foo: The field 'Foo' is not supported by Step Functions");
}

TEST(SdkActions, of_all_services_can_be_found) {
    aws::ModelCache models(all_services());

    const auto found = find_sdk_action(models, "acmpca", "issueCertificate");

    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->operation->name, "IssueCertificate");
    EXPECT_EQ(found->model->metadata().service_id, "ACM PCA");
    EXPECT_EQ(action_name("DescribeDBInstances"), "describeDBInstances");
}

} // namespace
