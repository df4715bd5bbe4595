// Optimised calls: what the service gets and what the task gets, against recorded results.
#include "engine/integrations/optimised_calls.hpp"

#include "tests/support/scripted_aws.hpp"

namespace gradus {
namespace {

struct World {
    VirtualLoop loop{1'700'000'000'000};
    ScriptedAws aws{loop};
    Engine engine{loop, &aws};

    ExecutionSummary run(TaskRun task) {
        const ExecutionSummary summary = task.finish(loop, engine);
        arn = task.arn;
        return summary;
    }
    std::string arn;
};

const char* const invoke = "arn:aws:states:::lambda:invoke";
const char* const function = "arn:aws:lambda:us-east-1:123456789012:function:f";

TEST(LambdaInvoke, gives_the_payload_as_json_between_the_members_of_the_answer) {
    World world;
    world.aws.answer("Invoke", R"({"StatusCode": 200, "ExecutedVersion": "$LATEST",
                                   "Payload": "{\"a\": [1, 2]}"})");

    const auto summary =
        world.run(TaskRun(invoke, R"("Parameters": {"FunctionName": "f", "Payload": {"n": 1}})"));

    EXPECT_EQ(to_json(summary.output),
              R"({"ExecutedVersion":"$LATEST","Payload":{"a":[1,2]},)"
              R"("SdkHttpMetadata":{"AllHttpHeaders":{},"HttpHeaders":{},"HttpStatusCode":200},)"
              R"("SdkResponseMetadata":{"RequestId":"R1"},"StatusCode":200})");
    EXPECT_EQ(to_json(world.aws.input_of("Invoke")),
              R"({"FunctionName":"f","Payload":"{\"n\":1}"})");
}

TEST(LambdaInvoke, takes_a_text_for_json_and_nothing_for_an_empty_object) {
    World world;
    world.aws.answer("Invoke", R"({"StatusCode": 200, "Payload": "0"})");

    const auto summary =
        world.run(TaskRun(invoke, R"("Parameters": {"FunctionName": "f", "Payload": "0"})"));

    EXPECT_EQ(world.aws.input_of("Invoke", "Payload"), Value("0"));
    EXPECT_EQ(summary.output["Payload"], Value(0));

    World other;
    other.aws.answer("Invoke", R"({"StatusCode": 200, "Payload": "{}"})");
    other.run(TaskRun(invoke, R"("Parameters": {"FunctionName": "f"})"));
    EXPECT_EQ(other.aws.input_of("Invoke", "Payload"), Value("{}"));
}

TEST(LambdaInvoke, fails_with_what_the_function_raised) {
    World world;
    const std::string payload =
        R"({"errorMessage": "Some exception was raised.", "errorType": "Exception"})";
    world.aws.answer("Invoke", to_json(Value::object({{"StatusCode", 200},
                                                      {"FunctionError", "Unhandled"},
                                                      {"Payload", payload}})));

    const auto summary = world.run(TaskRun(invoke, R"("Parameters": {"FunctionName": "f"})"));

    EXPECT_EQ(summary.failure.error, "Exception");
    EXPECT_EQ(summary.failure.cause, payload);
}

TEST(LambdaInvoke, is_unknown_to_fail_when_the_function_names_no_error) {
    World world;
    world.aws.answer("Invoke", R"({"StatusCode": 200, "FunctionError": "Unhandled",
                                   "Payload": "{\"errorMessage\":\"exited\"}"})");

    const auto summary = world.run(TaskRun(invoke, R"("Parameters": {"FunctionName": "f"})"));

    EXPECT_EQ(summary.failure.error, "Lambda.Unknown");
    EXPECT_EQ(summary.failure.cause,
              "The cause could not be determined because Lambda did not return an error type. "
              "Returned payload: {\"errorMessage\":\"exited\"}");
}

TEST(LambdaInvoke, names_errors_of_the_service_as_the_first_java_sdk) {
    World world;
    world.aws.refuse("Invoke",
                     service_error("ResourceNotFoundException", "Function not found: f", 404));

    const auto summary = world.run(TaskRun(invoke, R"("Parameters": {"FunctionName": "f"})"));

    EXPECT_EQ(summary.failure.error, "Lambda.ResourceNotFoundException");
    EXPECT_EQ(summary.failure.cause,
              "Function not found: f (Service: AWSLambda; Status Code: 404; Error Code: "
              "ResourceNotFoundException; Request ID: R1; Proxy: null)");

    World other;
    other.aws.refuse("Invoke", service_error("AccessDeniedException", "no", 403));
    EXPECT_EQ(other.run(TaskRun(invoke, R"("Parameters": {"FunctionName": "f"})")).failure.error,
              "Lambda.AWSLambdaException");
}

TEST(LambdaFunction, by_its_arn_gets_its_input_and_gives_what_it_returns) {
    World world;
    world.aws.answer("Invoke", R"({"StatusCode": 200, "Payload": "\"done\""})");
    TaskRun task(function);
    task.input = Value("HelloWorld");

    const auto summary = world.run(std::move(task));

    EXPECT_EQ(to_json(world.aws.input_of("Invoke")),
              R"({"FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:f",)"
              R"("Payload":"\"HelloWorld\""})");
    EXPECT_EQ(summary.output, Value("done"));
    EXPECT_EQ(
        event_types(world.engine, world.arn),
        (std::vector<std::string>{"ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled",
                                  "LambdaFunctionStarted", "LambdaFunctionSucceeded",
                                  "TaskStateExited", "ExecutionSucceeded"}));
}

TEST(LambdaFunction, by_its_arn_fails_with_what_it_raised) {
    World world;
    world.aws.answer("Invoke", R"({"StatusCode": 200, "FunctionError": "Unhandled",
                                   "Payload": "{\"errorType\":\"CustomException\"}"})");

    const auto summary = world.run(TaskRun(function));

    EXPECT_EQ(summary.failure.error, "CustomException");
    EXPECT_EQ(event_types(world.engine, world.arn)[4], "LambdaFunctionFailed");
}

TEST(SendMessage, writes_an_object_as_its_json_text) {
    World world;
    world.aws.answer("SendMessage", R"({"MessageId": "m", "MD5OfMessageBody": "5"})");

    const auto summary =
        world.run(TaskRun("arn:aws:states:::sqs:sendMessage",
                          R"("Parameters": {"QueueUrl": "q", "MessageBody": {"a": [1, "b"]}})"));

    EXPECT_EQ(world.aws.input_of("SendMessage", "MessageBody"), Value(R"({"a":[1,"b"]})"));
    EXPECT_EQ(summary.output.as_object()[0].name(), "MD5OfMessageBody");
    EXPECT_EQ(summary.output["MessageId"], Value("m"));
}

TEST(SendMessage, leaves_a_text_as_it_is) {
    World world;
    world.aws.answer("SendMessage", "{}");

    world.run(TaskRun("arn:aws:states:::sqs:sendMessage",
                      R"("Parameters": {"QueueUrl": "q", "MessageBody": "plain"})"));

    EXPECT_EQ(world.aws.input_of("SendMessage", "MessageBody"), Value("plain"));
}

TEST(SendMessage, with_a_token_is_submitted_and_ends_by_the_token) {
    World world;
    world.aws.answer("SendMessage", R"({"MessageId": "m"})");
    TaskRun task("arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                 R"("TimeoutSeconds": 60, "Parameters": {"QueueUrl": "q",
                    "MessageBody": {"token.$": "$$.Task.Token"}})");

    task.start(world.engine);
    world.loop.run_until([&] { return event_types(world.engine, task.arn).size() == 5; });
    EXPECT_EQ(event_types(world.engine, task.arn)[4], "TaskSubmitted");
    const Value body = world.aws.input_of("SendMessage", "MessageBody");
    const Value message = *parse_json(body.as_string());
    const std::string token(message["token"].as_string());
    ASSERT_TRUE(world.engine.send_task_success(token, Value("out")));
    world.loop.run_until(
        [&] { return world.engine.describe(task.arn)->status != ExecutionStatus::running; });

    EXPECT_EQ(world.engine.describe(task.arn)->output, Value("out"));
}

TEST(SendMessage, with_a_token_fails_to_be_submitted_when_the_queue_is_gone) {
    World world;
    aws::CallError error =
        service_error("AWS.SimpleQueueService.NonExistentQueue", "The queue does not exist.");
    error.shape = "QueueDoesNotExist";
    world.aws.refuse("SendMessage", std::move(error));

    const auto summary = world.run(TaskRun("arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                                           R"("TimeoutSeconds": 60,
                             "Parameters": {"QueueUrl": "q", "MessageBody": "b"})"));

    EXPECT_EQ(summary.failure.error, "SQS.QueueDoesNotExistException");
    EXPECT_EQ(event_types(world.engine, world.arn)[4], "TaskSubmitFailed");
}

/// Runs to the token's use, which the payload or the parameters of the call carry.
ExecutionSummary answered_by_token(World& world, TaskRun task, const std::string& operation,
                                   const std::function<std::string(const Value& input)>& token_of) {
    task.start(world.engine);
    world.loop.run_until([&] { return world.aws.count(operation) == 1; });
    world.loop.run_until([&] { return event_types(world.engine, task.arn).size() == 5; });
    const std::string token = token_of(world.aws.input_of(operation));
    EXPECT_TRUE(world.engine.send_task_failure(token, {"E", "from outside"}));
    world.loop.run_until(
        [&] { return world.engine.describe(task.arn)->status != ExecutionStatus::running; });
    world.arn = task.arn;
    return *world.engine.describe(task.arn);
}

TEST(WaitForTaskToken, is_there_for_functions) {
    World world;
    world.aws.answer("Invoke", R"({"StatusCode": 200, "Payload": "null"})");

    const auto summary =
        answered_by_token(world,
                          TaskRun("arn:aws:states:::lambda:invoke.waitForTaskToken",
                                  R"("TimeoutSeconds": 60, "Parameters": {"FunctionName": "f",
                   "Payload": {"token.$": "$$.Task.Token"}})"),
                          "Invoke", [](const Value& input) {
                              const Value payload = *parse_json(input["Payload"].as_string());
                              return std::string(payload["token"].as_string());
                          });

    EXPECT_EQ(summary.failure, (Failure{"E", "from outside"}));
    EXPECT_EQ(event_types(world.engine, world.arn)[4], "TaskSubmitted");
    EXPECT_EQ(event_types(world.engine, world.arn)[5], "TaskFailed");
}

TEST(WaitForTaskToken, is_there_for_calls_of_the_sdk) {
    World world;
    world.aws.answer("PutParameter", R"({"Version": 1})");

    const auto summary = answered_by_token(
        world,
        TaskRun("arn:aws:states:::aws-sdk:ssm:putParameter.waitForTaskToken",
                R"("TimeoutSeconds": 60, "Parameters": {"Name": "/n",
                   "Value.$": "$$.Task.Token"})"),
        "PutParameter", [](const Value& input) { return std::string(input["Value"].as_string()); });

    EXPECT_EQ(summary.failure, (Failure{"E", "from outside"}));
}

TEST(WaitForTaskToken, is_there_for_tasks_of_ecs) {
    World world;
    world.aws.answer("RunTask", R"({"tasks": [{"taskArn": "t"}]})");

    const auto summary = answered_by_token(
        world,
        TaskRun("arn:aws:states:::ecs:runTask.waitForTaskToken",
                R"("TimeoutSeconds": 60, "Parameters": {"TaskDefinition": "d",
                   "Group.$": "$$.Task.Token"})"),
        "RunTask", [](const Value& input) { return std::string(input["group"].as_string()); });

    EXPECT_EQ(summary.failure, (Failure{"E", "from outside"}));
}

TEST(Publish, writes_an_object_as_its_json_text) {
    World world;
    world.aws.answer("Publish", R"({"MessageId": "m"})");

    world.run(TaskRun("arn:aws:states:::sns:publish",
                      R"("Parameters": {"TopicArn": "t", "Message": {"a": 1}})"));

    EXPECT_EQ(world.aws.input_of("Publish", "Message"), Value(R"({"a":1})"));
}

TEST(Publish, names_errors_by_their_code) {
    World world;
    aws::CallError error = service_error("NotFound", "Topic does not exist", 404);
    error.shape = ""; // the model of this service lists none
    world.aws.refuse("Publish", std::move(error));

    const auto summary = world.run(TaskRun("arn:aws:states:::sns:publish",
                                           R"("Parameters": {"TopicArn": "t", "Message": "m"})"));

    EXPECT_EQ(summary.failure.error, "SNS.NotFoundException");
    EXPECT_EQ(summary.failure.cause, "Topic does not exist (Service: AmazonSNS; Status Code: 404; "
                                     "Error Code: NotFound; Request ID: R1; Proxy: null)");
}

TEST(PutItem, of_an_invalid_table_is_an_error_that_the_service_does_not_model) {
    World world;
    world.aws.refuse("PutItem", service_error("ValidationException", "1 validation error"));

    const auto summary = world.run(TaskRun("arn:aws:states:::dynamodb:putItem",
                                           R"("Parameters": {"TableName": "/t", "Item": {}})"));

    EXPECT_EQ(summary.failure.error, "DynamoDB.AmazonDynamoDBException");
    EXPECT_EQ(summary.failure.cause,
              "1 validation error (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: "
              "ValidationException; Request ID: R1; Proxy: null)");
}

TEST(PutItem, of_the_sdk_names_the_same_error_by_its_client) {
    World world;
    world.aws.refuse("PutItem", service_error("ValidationException", "1 validation error"));

    const auto summary = world.run(TaskRun("arn:aws:states:::aws-sdk:dynamodb:putItem",
                                           R"("Parameters": {"TableName": "t", "Item": {}})"));

    EXPECT_EQ(summary.failure.error, "DynamoDb.DynamoDbException");
    EXPECT_EQ(summary.failure.cause, "1 validation error (Service: DynamoDb, Status Code: 400, "
                                     "Request ID: R1) (SDK Attempt Count: 1)");
}

TEST(GetItem, keeps_items_as_they_are) {
    World world;
    world.aws.answer("GetItem", R"({"Item": {"id": {"S": "id1"}, "data": {"L": [{"N": "1"}]}}})");

    const auto summary =
        world.run(TaskRun("arn:aws:states:::dynamodb:getItem",
                          R"("Parameters": {"TableName": "t", "Key": {"id": {"S": "id1"}}})"));

    EXPECT_EQ(to_json(summary.output["Item"]), R"({"id":{"S":"id1"},"data":{"L":[{"N":"1"}]}})");
}

TEST(RunTask, gives_times_as_epoch_milliseconds_and_empty_lists) {
    World world;
    world.aws.answer("RunTask", R"({"tasks": [{"taskArn": "a", "createdAt": 1700000000.5,
                                    "containers": [{"name": "c"}]}]})");

    const auto summary = world.run(
        TaskRun("arn:aws:states:::ecs:runTask", R"("Parameters": {"TaskDefinition": "d"})"));

    EXPECT_EQ(to_json(summary.output["Failures"]), "[]");
    EXPECT_EQ(
        to_json(summary.output["Tasks"]),
        R"([{"Attachments":[],"Attributes":[],"Containers":[{"GpuIds":[],)"
        R"("ManagedAgents":[],"Name":"c","NetworkBindings":[],"NetworkInterfaces":[],"NeuronDeviceIds":[]}],)"
        R"("CreatedAt":1700000000500,"InferenceAccelerators":[],"Tags":[],"TaskArn":"a"}])");
}

TEST(OptimisedCalls, adds_the_execution_to_the_resources_of_events) {
    World world;
    world.aws.answer("PutEvents", R"({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})");

    world.run(TaskRun("arn:aws:states:::events:putEvents",
                      R"("Parameters": {"Entries": [{"Source": "s", "Detail": {"x": 1},
                          "Resources": ["r"]}]})"));

    EXPECT_EQ(to_json(world.aws.input_of("PutEvents")),
              R"({"Entries":[{"Source":"s","Detail":"{\"x\":1}","Resources":["r",)"
              R"("arn:aws:states:us-east-1:123456789012:execution:m:e"]}]})");
}

} // namespace
} // namespace gradus
