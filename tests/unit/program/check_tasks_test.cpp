// Retry and Catch, resources and their parameters, and the habits that are warned of.
#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

Faults task_faults(const std::string& resource, const std::string& fields,
                   WorkflowType type = WorkflowType::standard) {
    return state_faults(R"("Type": "Task", "End": true, "Resource": "arn:aws:)" + resource +
                            R"(", )" + fields,
                        type);
}
Faults lambda_faults(const std::string& fields) {
    return task_faults("lambda:us-east-1:123456789012:function:f", fields);
}

TEST(CheckErrorHandling, wants_states_all_alone_and_last) {
    EXPECT_EQ(
        lambda_faults(R"("Retry": [{"ErrorEquals": ["States.ALL", "E"]}])"),
        (Faults{"/States/A/Retry/0/ErrorEquals: States.ALL must stand alone in ErrorEquals"}));
    EXPECT_EQ(lambda_faults(R"("Catch": [{"ErrorEquals": ["States.ALL"], "Next": "A"},
                                         {"ErrorEquals": ["E"], "Next": "A"}])"),
              (Faults{"/States/A/Catch/0/ErrorEquals: States.ALL must be in the last element"}));
}

TEST(CheckErrorHandling, wants_names) {
    EXPECT_EQ(
        lambda_faults(R"("Retry": [{"ErrorEquals": []}, {"ErrorEquals": [1]}])"),
        (Faults{"/States/A/Retry/0/ErrorEquals: Value cannot be empty",
                "/States/A/Retry/1/ErrorEquals/0: Expected value of type a string but found 1"}));
    EXPECT_EQ(lambda_faults(R"("Retry": [], "Catch": [])"), Faults{}); // recorded as legal
}

TEST(CheckErrorHandling, warns_of_names_that_never_match) {
    EXPECT_EQ(
        lambda_faults(R"("Retry": [{"ErrorEquals": ["States.Timeuot", "E"]},
                  {"ErrorEquals": ["E", "States.Runtime", "States.Http.StatusCode.429"]}])"),
        (Faults{"warning UNKNOWN_ERROR_NAME /States/A/Retry/0/ErrorEquals/0: There is no error "
                "'States.Timeuot'",
                "warning SHADOWED_ERROR_NAME /States/A/Retry/1/ErrorEquals/0: 'E' is taken by "
                "an earlier element, at /States/A/Retry/0/ErrorEquals/1",
                "warning UNCATCHABLE_ERROR /States/A/Retry/1/ErrorEquals/1: 'States.Runtime' "
                "can't be retried or caught"}));
}

TEST(CheckErrorHandling, refuses_it_where_no_error_is_handled) {
    EXPECT_EQ(state_faults(R"("Type": "Pass", "Retry": [], "End": true)"),
              (Faults{"/States/A/Retry: Field 'Retry' is not supported"}));
}

TEST(CheckResources, words_recorded_from_aws) {
    EXPECT_EQ(
        task_faults("states:::dynamodb:query", R"("Comment": "")"),
        (Faults{"/States/A/Resource: The resource provided arn:aws:states:::dynamodb:query is "
                "not recognized. The value is not a valid resource ARN, or the resource is not "
                "available in this region."}));
    const std::string message = R"("Parameters": {"QueueUrl": "q", "MessageBody": "b"},
                                   "TimeoutSeconds": 9)";
    EXPECT_EQ(
        task_faults("states:::sqs:sendMessage.waitForTaskToken", message, WorkflowType::express),
        (Faults{"/States/A/Resource: Express state machine does not support "
                "'.waitForTaskToken' service integration "}));
    EXPECT_EQ(task_faults("states:::states:startExecution.sync:2",
                          R"("Parameters": {"StateMachineArn": "a"})", WorkflowType::express),
              (Faults{"/States/A/Resource: Express state machine does not support '.sync' service "
                      "integration "}));
    EXPECT_EQ(lambda_faults(R"("Credentials": {})"),
              (Faults{"/States/A/Credentials: The field 'RoleArn' is required but was missing"}));
}

TEST(CheckParameters, wants_those_that_the_service_needs) {
    EXPECT_EQ(task_faults("states:::sqs:sendMessage", R"("Parameters": {"MessageBody.$": "$"})"),
              (Faults{"/States/A/Parameters: The field 'QueueUrl' is required but was missing"}));
    EXPECT_EQ(
        task_faults("states:::sns:publish", R"("Parameters": {"Message": "m"})"),
        (Faults{"/States/A/Parameters: One of these fields is required: [TopicArn, TargetArn, "
                "PhoneNumber]"}));
    EXPECT_EQ(
        task_faults("states:::ecs:runTask", R"("Parameters": {"Cluster": "c"})"),
        (Faults{"/States/A/Parameters: The field 'TaskDefinition' is required but was missing"}));
    // What isn't written down may still be given.
    EXPECT_EQ(task_faults("states:::sqs:sendMessage", R"("Comment": "")"), Faults{});
}

TEST(CheckParameters, refuses_those_that_the_service_does_not_know) {
    EXPECT_EQ(
        task_faults("states:::lambda:invoke",
                    R"("Parameters": {"FunctionName": "f", "Playload": 1, "LogType": "Tail"})"),
        (Faults{"/States/A/Parameters/Playload: The field 'Playload' is not supported by Step "
                "Functions"}));
    EXPECT_EQ(task_faults("states:::aws-sdk:lambda:invoke", R"("Parameters": {"Any": 1})"),
              Faults{});
}

TEST(CheckParameters, knows_values) {
    EXPECT_EQ(task_faults("states:::http:invoke", R"("Parameters": {"ApiEndpoint": "https://a.b",
                  "Method": "FETCH", "Authentication": {"ConnectionArn": "a"}})"),
              (Faults{"/States/A/Parameters/Method: The field 'Method' should have one of these "
                      "values: [GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS]"}));
    EXPECT_EQ(task_faults("states:::apigateway:invoke",
                          R"("Parameters": {"ApiEndpoint": "a", "Method.$": "$.m"})"),
              Faults{});
}

TEST(CheckParameters, knows_the_form_of_values) {
    EXPECT_EQ(task_faults("states:::events:putEvents", R"("Parameters": {"Entries": {}})"),
              (Faults{"/States/A/Parameters/Entries: The value of the field 'Entries' has an "
                      "invalid format"}));
    EXPECT_EQ(task_faults("states:::dynamodb:getItem",
                          R"("Parameters": {"TableName.$": "$.t", "Key": {"id.$": "$.id"}})"),
              Faults{});
    EXPECT_EQ(task_faults("states:::apigateway:invoke",
                          R"("Parameters": {"ApiEndpoint": "a", "Method": "GET",
                             "Headers": {"a": "b"}, "QueryParameters": {"q.$": "$.q"}})"),
              (Faults{"/States/A/Parameters/Headers: The value of the field 'Headers' has an "
                      "invalid format"}));
}

TEST(CheckHabits, warns_of_what_goes_wrong_one_day) {
    EXPECT_EQ(
        faults(R"({"StartAt": "A", "States": {"A": {"Type": "Choice",
                  "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "B"}]}, "B": {"Type": "Succeed"}}})"),
        (Faults{"warning CHOICE_WITHOUT_DEFAULT /States/A: When no rule matches, the execution "
                "fails with States.NoChoiceMatched"}));
    EXPECT_EQ(
        task_faults("states:::lambda:invoke.waitForTaskToken",
                    R"("Parameters": {"FunctionName": "f"})"),
        (Faults{"warning TASK_TOKEN_WITHOUT_TIMEOUT /States/A: A token that is never sent back "
                "keeps this execution for up to a year"}));
    EXPECT_EQ(
        lambda_faults(R"("HeartbeatSeconds": 5)"),
        (Faults{"warning HEARTBEAT_WITHOUT_EFFECT /States/A/HeartbeatSeconds: Nobody can send "
                "heartbeats for arn:aws:lambda:us-east-1:123456789012:function:f"}));
    EXPECT_EQ(state_faults(R"("Type": "Fail", "Error": "States.Mine")"),
              (Faults{"warning RESERVED_ERROR_NAME /States/A/Error: 'States.Mine' looks like an "
                      "error of the service"}));
    EXPECT_EQ(state_faults(R"("Type": "Pass", "Result": 1, "ResultPath": null, "End": true)"),
              (Faults{"warning DISCARDED_FIELD /States/A/Result: Result has no effect beside "
                      "\"ResultPath\": null"}));
    EXPECT_EQ(lambda_faults(R"("Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 5,
                  "MaxDelaySeconds": 5}])"),
              (Faults{"warning DISCARDED_FIELD /States/A/Retry/0/IntervalSeconds: MaxDelaySeconds "
                      "allows no delay longer than IntervalSeconds"}));
}

} // namespace
} // namespace gradus
