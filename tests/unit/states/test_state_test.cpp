#include "gradus/test_state.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

constexpr std::string_view lambda_task = R"({
  "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
  "InputPath": "$.call", "Parameters": {"FunctionName": "f", "Payload.$": "$.n"},
  "ResultSelector": {"got.$": "$.Payload"}, "ResultPath": "$.answer", "Next": "After"
})";

TestStateMock result(std::string text) { return {.result = std::move(text)}; }
TestStateMock error(std::string name, std::string cause = "why") {
    return {.error_output = Failure{std::move(name), std::move(cause)}};
}

/// The response as JSON, or "CODE: message".
std::string answer(const TestStateRequest& request, const TestStateSetting& setting = {}) {
    const auto response = test_state(request, setting);
    if (response) return to_json(test_state_response_json(*response));
    return response.error().code + ": " + response.error().message;
}

// --- the outcome ---------------------------------------------------------------------------------

TEST(TestState, gives_the_output_and_where_the_state_leads) {
    EXPECT_EQ(answer({.definition = R"({"Type": "Pass", "Result": {"a": 1}, "Next": "B"})"}),
              R"({"status":"SUCCEEDED","output":"{\"a\":1}","nextState":"B"})");
    EXPECT_EQ(answer({.definition = R"({"Type": "Fail", "Error": "E", "Cause": "C"})"}),
              R"({"status":"FAILED","error":"E","cause":"C"})");
}

TEST(TestState, follows_the_rule_of_a_choice_that_matches) {
    const std::string choice = R"({"Type": "Choice", "Default": "Small", "Choices": [
        {"Variable": "$.n", "NumericGreaterThan": 9, "Next": "Large"}]})";

    EXPECT_EQ(answer({.definition = choice, .input = R"({"n": 10})"}),
              R"({"status":"SUCCEEDED","output":"{\"n\":10}","nextState":"Large"})");
    EXPECT_EQ(answer({.definition = choice, .input = R"({"n": 9})"}),
              R"({"status":"SUCCEEDED","output":"{\"n\":9}","nextState":"Small"})");
}

TEST(TestState, does_not_wait) {
    EXPECT_EQ(answer({.definition = R"({"Type": "Wait", "Seconds": 86400, "End": true})"}),
              R"({"status":"SUCCEEDED","output":"{}"})");
}

TEST(TestState, finds_a_state_at_any_depth_of_a_machine) {
    const std::string machine = R"({"StartAt": "All", "States": {"All": {"Type": "Parallel",
        "End": true, "Branches": [{"StartAt": "In", "States": {
          "In": {"Type": "Pass", "Result": 7, "Next": "Out"},
          "Out": {"Type": "Succeed"}}}]}}})";

    EXPECT_EQ(answer({.definition = machine, .state_name = "In"}),
              R"({"status":"SUCCEEDED","output":"7","nextState":"Out"})");
    EXPECT_EQ(answer({.definition = machine, .state_name = "Off"}),
              "ValidationException: State not found in definition");
}

TEST(TestState, reads_variables_and_shows_those_it_assigns) {
    const TestStateRequest request{
        .definition = R"({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $a + 1 %}",
                          "Assign": {"b": "{% $a * 2 %}"}, "End": true})",
        .inspection_level = InspectionLevel::debug,
        .variables = R"({"a": 20})"};

    EXPECT_EQ(answer(request),
              R"({"status":"SUCCEEDED","output":"21","inspectionData":{"input":"{}",)"
              R"("variables":"{\"a\":20,\"b\":40}"}})");
}

// --- the data on its way -------------------------------------------------------------------------

TEST(TestState, shows_the_data_after_each_step_of_a_task) {
    const TestStateRequest request{.definition = std::string(lambda_task),
                                   .input = R"({"call": {"n": 5}})",
                                   .inspection_level = InspectionLevel::debug,
                                   .mock = result(R"({"Payload": 6})")};

    const auto response = test_state(request, {});

    ASSERT_TRUE(response);
    const Value& data = response->inspection_data;
    EXPECT_EQ(data["input"], Value(R"({"call":{"n":5}})"));
    EXPECT_EQ(data["afterInputPath"], Value(R"({"n":5})"));
    EXPECT_EQ(data["afterParameters"], Value(R"({"FunctionName":"f","Payload":5})"));
    EXPECT_EQ(data["result"], Value(R"({"Payload":6})"));
    EXPECT_EQ(data["afterResultSelector"], Value(R"({"got":6})"));
    EXPECT_EQ(data["afterResultPath"], Value(R"({"call":{"n":5},"answer":{"got":6}})"));
    EXPECT_EQ(data.size(), 6U);
    EXPECT_EQ(response->next_state, "After");
}

TEST(TestState, shows_the_data_up_to_the_step_that_failed) {
    const TestStateRequest request{.definition = std::string(lambda_task),
                                   .input = R"({"call": {}})",
                                   .inspection_level = InspectionLevel::debug,
                                   .mock = result("{}")};

    EXPECT_EQ(
        answer(request),
        R"({"status":"FAILED","error":"States.Runtime","cause":"The JSONPath '$.n' specified )"
        R"(for the field 'Payload.$' could not be found in the input '{}'","inspectionData":)"
        R"({"input":"{\"call\":{}}","afterInputPath":"{}"}})");
}

TEST(TestState, gives_its_context_object_the_names_of_an_express_execution) {
    const TestStateRequest request{.definition =
                                       R"({"Type": "Pass", "QueryLanguage": "JSONata", "End": true,
                          "Output": "{% $states.context %}"})",
                                   .role_arn = "arn:aws:iam::123456789012:role/r",
                                   .input = "[1]"};

    const auto response = test_state(request, {.now = timestamp_of(1000), .region = "eu-west-1"});

    ASSERT_TRUE(response);
    const Value& execution = (*response->output)["Execution"];
    EXPECT_EQ(execution.size(), 5U);
    EXPECT_TRUE(
        execution["Id"].as_string().starts_with("arn:aws:states:eu-west-1:123456789012:express:"));
    EXPECT_EQ(execution["Input"], Value::array({1}));
    EXPECT_EQ(execution["RoleArn"], Value("arn:aws:iam::123456789012:role/r"));
    EXPECT_EQ(execution["StartTime"], Value("1970-01-01T00:00:01Z"));
    EXPECT_EQ((*response->output)["State"]["Name"], Value("StateName"));
}

TEST(TestState, takes_the_context_object_that_is_given) {
    TestStateRequest request{.definition = R"({"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
        "ResultSelector": {"name.$": "$$.Execution.Name"}})",
                             .mock = result("{}"),
                             .context = R"({"Execution": {"Name": "mine"}})"};

    EXPECT_EQ(answer(request), R"({"status":"SUCCEEDED","output":"{\"name\":\"mine\"}"})");

    const std::string prefix = "ValidationException: Invalid Context object provided: ";
    request.context = R"({"Pokedex": {}})";
    EXPECT_EQ(answer(request), prefix + "Field 'Pokedex' is not allowed");
    request.context = R"({"Execution": {"pokemon": "squirtle"}})";
    EXPECT_EQ(answer(request), prefix + "Field 'pokemon' is not allowed");
    request.context = R"({"Map": {}})";
    EXPECT_EQ(answer(request),
              prefix + "'Map' field is not supported when mocking a Context object");
    request.context = R"({"Execution": {"Id": 1}})";
    EXPECT_EQ(answer(request), prefix + "Execution.Id must be a string");
    request.context = R"({"Task": {"Token": "t"}})"; // the task waits for none
    EXPECT_EQ(answer(request), prefix + "Field 'Task' is not allowed");
}

// --- Retry and Catch -----------------------------------------------------------------------------

constexpr std::string_view retrying_task = R"({
  "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
  "Retry": [{"ErrorEquals": ["Never"]},
            {"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 3}],
  "Catch": [{"ErrorEquals": ["Other"], "Next": "O"},
            {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Caught"}],
  "End": true
})";

TEST(TestState, says_when_a_task_would_be_tried_again) {
    TestStateRequest request{.definition = std::string(retrying_task),
                             .inspection_level = InspectionLevel::debug,
                             .mock = error("Busy")};
    request.configuration.retrier_retry_count = 2;

    EXPECT_EQ(
        answer(request),
        R"({"status":"RETRIABLE","error":"Busy","cause":"why","inspectionData":{"input":"{}",)"
        R"("afterInputPath":"{}","afterParameters":"{\"FunctionName\":\"f\"}",)"
        R"("errorDetails":{"retryIndex":1,"retryBackoffIntervalSeconds":12}}})");
}

TEST(TestState, goes_on_to_the_catcher_once_the_retries_are_used_up) {
    TestStateRequest request{.definition = std::string(retrying_task),
                             .inspection_level = InspectionLevel::debug,
                             .mock = error("Busy")};
    request.configuration.retrier_retry_count = 3;

    const auto response = test_state(request, {});

    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, TestStateStatus::caught_error);
    EXPECT_EQ(response->next_state, "Caught");
    EXPECT_EQ(to_json(*response->output), R"({"error":{"Error":"Busy","Cause":"why"}})");
    EXPECT_EQ(response->failure, (Failure{"Busy", "why"}));
    EXPECT_EQ(to_json(response->inspection_data["errorDetails"]),
              R"({"catchIndex":1,"retryIndex":1})");
}

// --- mocks ---------------------------------------------------------------------------------------

TEST(TestState, asks_a_callback_when_a_task_has_no_mock) {
    TestStateRequest request{
        .definition = std::string(lambda_task), .role_arn = "r", .input = R"({"call": {"n": 5}})"};
    TestStateSetting setting;
    setting.run_task = [](const ScheduleTask& task) -> TaskAnswer {
        if (task.parameters["Payload"] != Value(5))
            return Failure{"Wrong", to_json(task.parameters)};
        return Value::object({{"Payload", "done"}});
    };

    EXPECT_EQ(
        answer(request, setting),
        R"({"status":"SUCCEEDED","output":"{\"call\":{\"n\":5},\"answer\":{\"got\":\"done\"}}",)"
        R"("nextState":"After"})");

    request.role_arn.reset();
    EXPECT_EQ(answer(request, setting),
              "ValidationException: RoleArn must be specified when testing a Task state");
}

TEST(TestState, wants_a_mock_for_work_that_others_end) {
    constexpr std::pair<const char*, const char*> tasks[] = {
        {"arn:aws:states:us-east-1:123456789012:activity:a", "{}"},
        {"arn:aws:states:::ecs:runTask.sync", R"({"TaskDefinition": "d"})"},
        {"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
         R"({"QueueUrl": "q", "MessageBody": "m"})"},
    };
    for (const auto& [resource, input] : tasks) {
        TestStateRequest request{.definition = R"({"Type": "Task", "End": true, "Resource": ")" +
                                               std::string(resource) + R"("})",
                                 .role_arn = "r",
                                 .input = input};
        EXPECT_EQ(answer(request).find("InvalidDefinition: TestState API does not support "), 0U);

        request.mock = result("1");
        EXPECT_EQ(answer(request), R"({"status":"SUCCEEDED","output":"1"})");
    }
}

TEST(TestState, holds_a_mocked_result_against_its_check) {
    TestStateRequest request{.definition = std::string(lambda_task),
                             .input = R"({"call": {"n": 5}})",
                             .mock = result("{}")};
    TestStateSetting setting;
    setting.check_mock = [](const Resource& resource, const Value&, FieldValidationMode) {
        return std::optional("Required field 'X' of " + resource.action + " is missing");
    };

    EXPECT_EQ(answer(request, setting),
              "ValidationException: Mock result schema validation error: Required field 'X' of "
              "invoke is missing");
    request.mock->field_validation_mode = FieldValidationMode::none;
    EXPECT_NE(answer(request, setting).find("FAILED"), std::string::npos); // no Payload to select
}

TEST(TestState, refuses_mocks_that_make_no_sense) {
    const std::string pass = R"({"Type": "Pass", "End": true})";
    const std::string task(lambda_task);
    TestStateMock both = result("{}");
    both.error_output = Failure{"E", "C"};

    EXPECT_EQ(answer({.definition = pass, .mock = result("{}")}),
              "ValidationException: State type 'Pass' is not supported when a mock is specified");
    EXPECT_EQ(answer({.definition = task, .mock = both}),
              "ValidationException: A test mock should have only one of the following fields: "
              "[result, errorOutput].");
    EXPECT_EQ(answer({.definition = task, .mock = result("no JSON")}),
              "ValidationException: Mocked result must be valid JSON");
    EXPECT_EQ(answer({.definition = task, .reveals_secrets = true, .mock = result("{}")}),
              "ValidationException: TestState does not support RevealSecrets when a mock is "
              "specified.");
    EXPECT_EQ(answer({.definition = task, .configuration = {.map_iteration_failure_count = 0}}),
              "ValidationException: TestState does not support MapIterationFailureCount when a "
              "mock is not specified.");
}

TEST(TestState, takes_the_branches_of_a_parallel_from_the_mock) {
    const std::string parallel = R"({"Type": "Parallel", "ResultPath": "$.both", "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
        {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}], "End": true})";
    TestStateRequest request{.definition = parallel, .mock = result("[1, 2]")};

    EXPECT_EQ(answer(request), R"({"status":"SUCCEEDED","output":"{\"both\":[1,2]}"})");

    request.mock = result("[1]");
    EXPECT_EQ(answer(request), "ValidationException: Mocked result must contain the same number of "
                               "items as number of Parallel branches.");
    request.mock = result("{}");
    EXPECT_EQ(answer(request), "ValidationException: Mocked result must be an array.");
    request.mock = error("E");
    request.configuration.error_caused_by_state = "B";
    EXPECT_EQ(answer(request), R"({"status":"FAILED","error":"E","cause":"why"})");
    request.configuration.error_caused_by_state = "C";
    EXPECT_EQ(answer(request), "ValidationException: State not found in definition");
    EXPECT_EQ(answer({.definition = parallel}),
              "InvalidDefinition: TestState API does not support Map or Parallel states. Supported "
              "state types include: [Task, Wait, Pass, Succeed, Fail, Choice]");
}

// --- Map -----------------------------------------------------------------------------------------

constexpr std::string_view inline_map = R"({
  "Type": "Map", "ItemsPath": "$.list", "MaxConcurrency": 2,
  "ItemSelector": {"n.$": "$$.Map.Item.Index", "of.$": "$.who"},
  "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}},
  "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true
})";

TEST(TestState, shows_what_each_iteration_of_a_map_would_get) {
    const TestStateRequest request{.definition = std::string(inline_map),
                                   .input = R"({"list": [7, 8], "who": "me"})",
                                   .inspection_level = InspectionLevel::debug,
                                   .mock = result("[1, 2]")};

    const auto response = test_state(request, {});

    ASSERT_TRUE(response);
    EXPECT_EQ(to_json(*response->output), "[1,2]");
    const Value& data = response->inspection_data;
    EXPECT_EQ(data["afterItemsPath"], Value("[7,8]"));
    EXPECT_EQ(data["afterItemSelector"], Value(R"([{"n":0,"of":"me"},{"n":1,"of":"me"}])"));
    EXPECT_EQ(data["maxConcurrency"], Value(2));
    EXPECT_EQ(data["result"], Value());
}

TEST(TestState, fails_a_map_before_its_iterations_when_it_has_no_items) {
    const TestStateRequest request{.definition = std::string(inline_map),
                                   .input = R"({"list": 7})",
                                   .inspection_level = InspectionLevel::debug,
                                   .mock = result("[]")};

    EXPECT_EQ(answer(request),
              R"({"status":"FAILED","error":"States.Runtime","cause":"Reference path \"$.list\" )"
              R"(must point to array.","inspectionData":{"input":"{\"list\":7}",)"
              R"("afterInputPath":"{\"list\":7}"}})");
}

/// A distributed Map over the Items of its input, or over what an ItemReader reads.
std::string distributed_map(const std::string& more) {
    return R"({"Type": "Map", "QueryLanguage": "JSONata", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}}, )" +
           more + "}";
}

TEST(TestState, holds_failed_iterations_against_the_thresholds) {
    TestStateRequest request{
        .definition = distributed_map(R"("Items": [1, 2, 3], "ToleratedFailureCount": 1)"),
        .mock = result("[0, 0, 1]")};

    request.configuration.map_iteration_failure_count = 1;
    EXPECT_EQ(answer(request), R"({"status":"SUCCEEDED","output":"[0,0,1]"})");
    request.configuration.map_iteration_failure_count = 2;
    EXPECT_EQ(answer(request),
              R"({"status":"FAILED","error":"States.ExceedToleratedFailureThreshold",)"
              R"("cause":"The specified tolerated failure threshold was exceeded"})");
    request.configuration.map_iteration_failure_count = 4;
    EXPECT_EQ(answer(request), "ValidationException: Map iteration failure count must be less than "
                               "or equal to the number of Map iterations");

    request.definition = distributed_map(R"("Items": [1, 2, 3], "ToleratedFailurePercentage": 40)");
    request.configuration.map_iteration_failure_count = 1;
    EXPECT_EQ(answer(request), R"({"status":"SUCCEEDED","output":"[0,0,1]"})");
    request.configuration.map_iteration_failure_count = 2;
    EXPECT_NE(answer(request).find("ExceedToleratedFailureThreshold"), std::string::npos);
}

TEST(TestState, reads_items_as_the_item_reader_would) {
    TestStateRequest request{.definition = distributed_map(R"("ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "Arguments": {"Bucket": "b", "Key": "k"},
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}},
        "ItemSelector": "{% $states.context.Map.Item.Source & ' ' & $states.context.Map.Item.Value.id %}",
        "ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailureCount": 0)"),
                             .inspection_level = InspectionLevel::debug,
                             .mock = result("[1, 2]")};
    request.configuration.map_item_reader_data = "id,name\n1,a\n2,b\n3,c\n";

    const auto response = test_state(request, {});

    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->failure.cause.value_or(""), "");
    const Value& data = response->inspection_data;
    EXPECT_EQ(data["afterItemSelector"], Value(R"(["S3://b/k 1","S3://b/k 2","S3://b/k 3"])"));
    EXPECT_EQ(data["afterItemBatcher"],
              Value(R"([{"Items":["S3://b/k 1","S3://b/k 2"]},{"Items":["S3://b/k 3"]}])"));
    EXPECT_EQ(data["toleratedFailureCount"], Value(0));
}

TEST(TestState, follows_the_items_pointer_into_what_was_read) {
    TestStateRequest request{.definition = distributed_map(R"("ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": "b", "Key": "k"},
            "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/a/list"}})"),
                             .inspection_level = InspectionLevel::debug,
                             .mock = result("[]")};
    request.configuration.map_item_reader_data = R"({"a": {"list": [4, 5]}})";

    auto response = test_state(request, {});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->inspection_data["afterItemsPointer"], Value("[4,5]"));

    request.configuration.map_item_reader_data = R"({"a": {}})";
    response = test_state(request, {});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->failure.error, "States.ItemReaderFailed");
}

TEST(TestState, wants_an_object_for_a_map_that_writes_its_results) {
    TestStateRequest request{.definition = distributed_map(R"("Items": [1], "ResultWriter": {
        "Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "b"}})"),
                             .mock = result(R"({"MapRunArn": "m"})")};

    EXPECT_EQ(answer(request), R"({"status":"SUCCEEDED","output":"{\"MapRunArn\":\"m\"}"})");
    request.mock = result("[1]");
    EXPECT_EQ(answer(request), "ValidationException: Mocked result must be a JSON object.");
}

// --- requests ------------------------------------------------------------------------------------

TEST(TestState, shows_every_fault_of_a_definition) {
    const std::string prefix = "InvalidDefinition: Invalid State Machine Definition: '";

    EXPECT_EQ(answer({.definition = R"({"Type": "Parallel", "Branches": [], "End": true})"}),
              prefix +
                  "SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/StateName/Branches'");
    const std::string two_faults = R"({"Type": "Task", "End": true, "Resources": "r"})";
    const std::string both = answer({.definition = two_faults});
    EXPECT_EQ(both.find(prefix), 0U);
    EXPECT_NE(both.find(", SCHEMA_VALIDATION_FAILED: "), std::string::npos);
    // A state that closes the machine around it early is no JSON of its own.
    EXPECT_EQ(answer({.definition = R"({"Type": "Pass", "End": true}, "More": {})"})
                  .find(prefix + "INVALID_JSON_DESCRIPTION: "),
              0U);
}

TEST(TestState, refuses_an_input_that_is_no_json) {
    const auto response = test_state({.definition = R"({"Type": "Succeed"})", .input = "{"}, {});

    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, "InvalidExecutionInput");
}

TEST(TestState, reads_requests_in_the_shape_of_the_api) {
    const Value json = *parse_json(R"({
      "definition": "{}", "stateName": "S", "roleArn": "r", "input": "[]", "inspectionLevel": "TRACE",
      "mock": {"errorOutput": {"error": "E"}, "fieldValidationMode": "PRESENT"}, "variables": "{}",
      "stateConfiguration": {"retrierRetryCount": 2, "errorCausedByState": "T"}, "context": "{}"})");

    const auto request = read_test_state_request(json);

    ASSERT_TRUE(request);
    EXPECT_EQ(request->state_name, "S");
    EXPECT_EQ(request->input, "[]");
    EXPECT_EQ(request->inspection_level, InspectionLevel::trace);
    EXPECT_EQ(request->mock->error_output, (Failure{"E", std::nullopt}));
    EXPECT_EQ(request->mock->field_validation_mode, FieldValidationMode::present);
    EXPECT_EQ(request->configuration.retrier_retry_count, 2);
    EXPECT_EQ(read_test_state_request(*parse_json(R"({"mock": {"result": 1}})")).error().message,
              "The member 'result' must be a string");
    EXPECT_EQ(read_test_state_request(*parse_json(R"({"stateConfiguration": {"retries": 1}})"))
                  .error()
                  .message,
              "There is no member 'retries'; known are: retrierRetryCount, errorCausedByState, "
              "mapIterationFailureCount, mapItemReaderData");
}

} // namespace
} // namespace gradus
