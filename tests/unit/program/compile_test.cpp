#include "gradus/program.hpp"

#include "gradus/resource.hpp"
#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

TEST(Compile, reports_all_faults_of_a_definition_in_one_pass) {
    const auto found = faults(R"({"StartAt": "A", "Colour": 1, "States": {
        "A": {"Type": "Pass", "Nxt": "B", "End": true, "ResultPath": "$.a[*]"},
        "B": {"Type": "Wait", "Seconds": -1, "End": true}}})");

    EXPECT_EQ(found,
              (Faults{"/Colour: Field 'Colour' is not supported",
                      "/States/A/Nxt: Field 'Nxt' is not supported",
                      "/States/A/ResultPath: Value is not a Reference Path: '$.a[*]'",
                      "/States/B: State \"B\" is not reachable.",
                      "/States/B/Seconds: Expected an integer from 0 to 99999999 but found -1"}));
}

TEST(Compile, suggests_the_name_that_was_meant) {
    const auto compiled =
        compile(R"({"StartAt": "Frist", "States": {"First": {"Type": "Succeed"}}})");

    ASSERT_FALSE(compiled.diagnostics.empty());
    EXPECT_EQ(compiled.diagnostics[0].message, "Missing 'StartAt' target: Frist");
    EXPECT_EQ(compiled.diagnostics[0].hint, "did you mean 'First'?");
}

TEST(Compile, explains_a_transition_out_of_a_branch) {
    const auto compiled = compile(R"({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "End"}}}],
              "Next": "End"},
        "End": {"Type": "Succeed"}}})");

    ASSERT_FALSE(compiled.diagnostics.empty());
    EXPECT_EQ(compiled.diagnostics[0].pointer, "/States/P/Branches/0/States/A/Next");
    EXPECT_EQ(compiled.diagnostics[0].code, "TRANSITION_LEAVES_SCOPE");
    EXPECT_EQ(compiled.diagnostics[0].message,
              "The 'Next' target End is in another scope, at /States/End");
}

TEST(Compile, words_recorded_from_aws) {
    EXPECT_EQ(faults("  "), (Faults{"/: Definition must be a valid JSON object"}));
    EXPECT_EQ(faults(R"({"Comment": "x"})"),
              (Faults{"/: These fields are required: [States, StartAt]"}));
    EXPECT_EQ(faults(R"({"StartAt": "A", "States": {"A": {"Type": "Nap"}}})"),
              (Faults{"/States/A/Type: The field 'Type' should have one of these values: [Task, "
                      "Wait, Pass, Succeed, "
                      "Fail, Choice, Parallel, Map]"}));
    EXPECT_EQ(faults(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {
                  "Type": "Pass", "QueryLanguage": "JSONPath", "End": true}}})"),
              (Faults{"/States/A: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for "
                      "whole state machine"}));
}

TEST(Compile, refuses_fields_of_the_other_query_language) {
    EXPECT_EQ(faults(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {
                  "Type": "Pass", "InputPath": "$.x", "End": true}}})"),
              (Faults{"/States/A/InputPath: Field 'InputPath' is not supported in a state whose "
                      "query language is "
                      "JSONata"}));
}

TEST(Compile, refuses_long_patterns_in_express_workflows) {
    constexpr std::string_view definition = R"({"StartAt": "A", "States": {"A": {"Type": "Task",
        "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true}}})";

    EXPECT_TRUE(faults(definition).empty());
    EXPECT_EQ(faults(definition, WorkflowType::express),
              (Faults{"/States/A/Resource: Express state machine does not support Activity ARN"}));
}

TEST(Compile, warns_of_a_token_that_nobody_need_ever_return) {
    const auto compiled = compile(R"({"StartAt": "A", "States": {"A": {"Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents.waitForTaskToken", "Parameters": {"Entries": []}, "End": true}}})");

    ASSERT_NE(compiled.program, nullptr);
    ASSERT_EQ(compiled.diagnostics.size(), 1U);
    EXPECT_EQ(compiled.diagnostics[0].severity, Severity::warning);
}

TEST(Compile, shows_where_a_text_stops_being_json) {
    const std::string text = "{\n  \"StartAt\": oops\n}";
    const auto compiled = compile(text);

    ASSERT_EQ(compiled.diagnostics.size(), 1U);
    EXPECT_EQ(describe(compiled.diagnostics[0], "w.json", text).substr(0, 18),
              "w.json:2:14: error");
}

TEST(Resource, reads_service_action_and_pattern) {
    const auto sync = parse_resource("arn:aws:states:::states:startExecution.sync:2");
    ASSERT_TRUE(sync);
    EXPECT_EQ(sync->pattern, IntegrationPattern::run_job_parsed);
    EXPECT_EQ(sync->history_resource(), "startExecution.sync:2");
    EXPECT_EQ(sync->history_resource_type(), "states");

    const auto sdk = parse_resource("arn:aws:states:::aws-sdk:s3:getObject");
    ASSERT_TRUE(sdk);
    EXPECT_EQ(sdk->history_resource_type(), "aws-sdk:s3");

    EXPECT_FALSE(parse_resource("arn:aws:states:::dynamodb:query"));
    EXPECT_FALSE(parse_resource("arn:aws:states:::aws-sdk:s3:getObject.sync"));
    EXPECT_FALSE(parse_resource("activity"));
}

TEST(Resource, takes_the_patterns_that_each_action_has) {
    for (const char* known :
         {"athena:startQueryExecution.sync", "athena:getQueryResults",
          "ecs:runTask.waitForTaskToken", "bedrock:invokeModel.waitForTaskToken",
          "elasticmapreduce:addStep.sync", "eks:call", "http:invoke", "codebuild:batchGetBuilds",
          "states:startExecution.sync:2"})
        EXPECT_TRUE(parse_resource("arn:aws:states:::" + std::string(known))) << known;
    for (const char* unknown :
         {"athena:getQueryResults.sync", "batch:submitJob.waitForTaskToken",
          "bedrock:invokeModel.sync", "ecs:runTask.sync:2", "http:invoke.waitForTaskToken",
          "sagemaker:train", "s3:getObject", "dynamodb:getItem.waitForTaskToken"})
        EXPECT_FALSE(parse_resource("arn:aws:states:::" + std::string(unknown))) << unknown;
}

TEST(Resource, reads_functions_and_activities_of_every_partition) {
    EXPECT_EQ(parse_resource("arn:aws-cn:lambda:cn-north-1:123456789012:function:f:alias")->kind,
              ResourceKind::lambda_function);
    EXPECT_EQ(parse_resource("arn:aws-us-gov:states:us-gov-west-1:123456789012:activity:a")->kind,
              ResourceKind::activity);
    EXPECT_TRUE(parse_resource("arn:aws-cn:states:::aws-sdk:s3:listBuckets"));
    EXPECT_FALSE(parse_resource("arn::states:::lambda:invoke"));
    EXPECT_FALSE(parse_resource("arn:aws:lambda:us-east-1:123456789012:function"));
}

TEST(Compile, refuses_a_definition_of_more_than_one_mebibyte) {
    const std::string small = R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})";
    const std::string full = small + std::string(1'048'576 - small.size(), ' ');
    EXPECT_NE(compile(full).program, nullptr);

    const Compiled larger = compile(full + " ");

    ASSERT_EQ(larger.diagnostics.size(), 1U);
    EXPECT_EQ(larger.diagnostics[0].message, "Definition is longer than 1,048,576 characters");
}

} // namespace
} // namespace gradus
