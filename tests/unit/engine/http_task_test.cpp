// http:invoke and apigateway:invoke over a transport that answers as prepared.
#include "engine/integrations/form_encoding.hpp"
#include "engine/integrations/http_request.hpp"

#include "tests/support/scripted_aws.hpp"
#include "tests/support/scripted_transport.hpp"

namespace gradus {
namespace {

const char* const http_invoke = "arn:aws:states:::http:invoke";
const char* const api_invoke = "arn:aws:states:::apigateway:invoke";
const char* const connections = R"({
    "basic": {"AuthorizationType": "BASIC", "AuthParameters": {
        "BasicAuthParameters": {"Username": "ada", "Password": "pw"}}},
    "key": {"AuthorizationType": "API_KEY", "AuthParameters": {
        "ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "k1"},
        "InvocationHttpParameters": {
            "HeaderParameters": [{"Key": "X-Team", "Value": "blue"}],
            "QueryStringParameters": [{"Key": "v", "Value": "2"}],
            "BodyParameters": [{"Key": "tenant", "Value": "t1"}]}}},
    "oauth": {"AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": {
        "OAuthParameters": {"AuthorizationEndpoint": "https://login.example/token",
            "HttpMethod": "POST",
            "ClientParameters": {"ClientID": "id", "ClientSecret": "s&s"},
            "OAuthHttpParameters": {"BodyParameters": [{"Key": "scope", "Value": "read"}]}}}}})";

struct World {
    VirtualLoop loop{1'700'000'000'000};
    aws::ScriptedTransport transport{loop};
    Engine engine{loop, nullptr};
    std::string arn;

    World() { EXPECT_TRUE(engine.use_http(transport, *parse_json(connections))); }

    void answer(int status, const std::string& body, const std::string& type = "application/json") {
        transport.answers.push_back(
            aws::HttpResponse{.status = status, .headers = {{"Content-Type", type}}, .body = body});
    }
    ExecutionSummary run(const std::string& resource, const std::string& parameters) {
        TaskRun task(resource, R"("TimeoutSeconds": 600, "Parameters": )" + parameters);
        task.input = Value::object({{"n", 1}});
        const ExecutionSummary summary = task.finish(loop, engine);
        arn = task.arn;
        return summary;
    }
    /// With the members of the parameters that aren't always the same.
    ExecutionSummary call(const std::string& connection, const std::string& members) {
        return run(http_invoke,
                   R"({"ApiEndpoint": "https://api.example/v1/things", "Method": "POST",
                       "Authentication": {"ConnectionArn":
                           "arn:aws:events:us-east-1:123456789012:connection/)" +
                       connection + R"(/0f"})" + (members.empty() ? "" : ", ") + members + "}");
    }
    const std::string& header(std::size_t request, std::string_view name) const {
        static const std::string none = "(none)";
        const std::string* found = aws::find_header(transport.requests[request].headers, name);
        return found != nullptr ? *found : none;
    }
};

TEST(HttpTask, sends_its_body_as_json_with_the_headers_of_aws) {
    World world;
    world.answer(200, R"({"id": 7})");

    const auto summary = world.call("basic", R"("RequestBody": {"n.$": "$.n"},
        "Headers": {"Accept": "application/json"}, "QueryParameters": {"q": "a b", "m": [1, 2]})");

    ASSERT_EQ(world.transport.requests.size(), 1U);
    const aws::HttpRequest& request = world.transport.requests[0];
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.host, "api.example");
    EXPECT_EQ(request.target, "/v1/things?q=a%20b&m=1&m=2");
    EXPECT_EQ(request.body, R"({"n":1})");
    EXPECT_EQ(world.header(0, "Host"), "api.example");
    EXPECT_EQ(world.header(0, "Accept"), "application/json");
    EXPECT_EQ(world.header(0, "Content-Type"), "application/json");
    EXPECT_EQ(world.header(0, "User-Agent"), "Amazon|StepFunctions|HttpInvoke|us-east-1");
    EXPECT_EQ(world.header(0, "Range"), "bytes=0-262144");
    EXPECT_EQ(world.header(0, "Authorization"), "Basic YWRhOnB3");
    EXPECT_EQ(to_json(summary.output),
              R"({"Headers":{"Content-Type":["application/json"]},"ResponseBody":{"id":7},)"
              R"("StatusCode":200,"StatusText":"OK"})");
    EXPECT_EQ(world.transport.all_timeouts[0].attempt, std::chrono::seconds(60));
}

TEST(HttpTask, keeps_an_answer_that_is_not_json_as_text) {
    World world;
    world.answer(201, "{\"looks\": \"like it\"}", "text/plain");

    const auto summary = world.call("basic", "");

    EXPECT_EQ(summary.output["ResponseBody"], Value("{\"looks\": \"like it\"}"));
    EXPECT_EQ(summary.output["StatusText"], Value("Created"));
}

TEST(HttpTask, lets_the_connection_win_over_the_definition) {
    World world;
    world.answer(200, "");

    world.call("key", R"("Headers": {"X-Team": "red", "X-Mine": "1"},
        "QueryParameters": {"v": "1", "w": "3"}, "RequestBody": {"tenant": "t0", "a": 1})");

    EXPECT_EQ(world.header(0, "X-Key"), "k1");
    EXPECT_EQ(world.header(0, "X-Team"), "blue");
    EXPECT_EQ(world.header(0, "X-Mine"), "1");
    EXPECT_EQ(world.transport.requests[0].target, "/v1/things?w=3&v=2");
    EXPECT_EQ(world.transport.requests[0].body, R"({"tenant":"t1","a":1})");
}

TEST(HttpTask, fetches_a_token_once_and_keeps_it_while_it_is_valid) {
    World world;
    world.answer(200, R"({"access_token": "T1", "expires_in": 3600})");
    world.answer(200, "1");
    world.answer(200, "2");

    world.call("oauth", "");
    Engine& engine = world.engine;
    const auto again = engine.start_execution(
        "arn:aws:states:us-east-1:123456789012:stateMachine:m", "e2", Value::object());
    ASSERT_TRUE(again);
    world.loop.run_until(
        [&] { return engine.describe(*again)->status != ExecutionStatus::running; });

    ASSERT_EQ(world.transport.requests.size(), 3U);
    EXPECT_EQ(world.transport.requests[0].host, "login.example");
    EXPECT_EQ(world.transport.requests[0].body,
              "grant_type=client_credentials&client_id=id&client_secret=s%26s&scope=read");
    EXPECT_EQ(world.header(1, "Authorization"), "Bearer T1");
    EXPECT_EQ(world.header(2, "Authorization"), "Bearer T1");
}

TEST(HttpTask, fetches_another_token_when_the_first_is_refused) {
    World world;
    world.answer(200, R"({"access_token": "T1", "expires_in": 3600})");
    world.answer(200, "1");
    world.answer(401, "");
    world.answer(200, R"({"access_token": "T2", "expires_in": 3600})");
    world.answer(200, "2");
    world.call("oauth", "");

    const auto again = world.engine.start_execution(
        "arn:aws:states:us-east-1:123456789012:stateMachine:m", "e2", Value::object());
    ASSERT_TRUE(again);
    world.loop.run_until(
        [&] { return world.engine.describe(*again)->status != ExecutionStatus::running; });

    EXPECT_EQ(world.engine.describe(*again)->status, ExecutionStatus::succeeded);
    EXPECT_EQ(world.header(4, "Authorization"), "Bearer T2");
}

TEST(HttpTask, fails_when_there_is_no_token) {
    World world;
    world.answer(400, R"({"error": "invalid_client"})");

    const auto summary = world.call("oauth", "");

    EXPECT_EQ(summary.failure.error, "Gradus.ConnectionFailed");
    EXPECT_EQ(summary.failure.cause,
              "The authorization endpoint answered 400 without an access_token");
}

TEST(HttpTask, names_the_status_that_is_an_error_and_gives_its_body) {
    World world;
    world.answer(429, R"({"wait": true})");

    const auto summary = world.call("basic", "");

    EXPECT_EQ(summary.failure.error, "States.Http.StatusCode.429");
    EXPECT_EQ(summary.failure.cause, R"({"wait": true})");
    EXPECT_EQ(event_types(world.engine, world.arn)[4], "TaskFailed");
}

TEST(HttpTask, that_gets_no_answer_fails_with_the_socket) {
    World world;
    world.transport.answers.push_back(
        aws::TransportError{aws::TransportError::Kind::timeout, "no answer within 60 s"});

    const auto summary = world.call("basic", "");

    EXPECT_EQ(summary.failure.error, "States.Http.Socket");
    EXPECT_EQ(summary.failure.cause, "no answer within 60 s");
}

TEST(HttpTask, whose_answer_is_too_large_fails_with_the_limit) {
    World world;
    world.transport.answers.push_back(
        aws::TransportError{aws::TransportError::Kind::too_large, "too large"});
    EXPECT_EQ(world.call("basic", "").failure.error, "States.DataLimitExceeded");

    World other;
    other.answer(200, '"' + std::string(300'000, 'x') + '"');
    EXPECT_EQ(other.call("basic", "").failure.error, "States.DataLimitExceeded");
}

TEST(HttpTask, can_not_set_headers_of_the_connection_itself) {
    for (const char* header : {"Host", "content-length", "X-Amz-Date", "User-Agent", "Range"}) {
        World world;

        const auto summary =
            world.call("basic", R"("Headers": {")" + std::string(header) + R"(": "x"})");

        EXPECT_EQ(summary.failure.error, "States.Runtime");
        EXPECT_NE(
            summary.failure.cause->find("The header '" + std::string(header) + "' can't be set"),
            std::string::npos);
        EXPECT_TRUE(world.transport.requests.empty());
    }
}

TEST(HttpTask, refuses_a_header_of_two_lines) {
    World world;

    const auto summary = world.call("basic", R"("Headers": {"X-A": "a\r\nX-B: b"})");

    EXPECT_EQ(summary.failure.error, "States.Runtime");
    EXPECT_TRUE(world.transport.requests.empty());
}

TEST(HttpTask, takes_no_header_whose_name_hides_another) {
    for (const char* name : {"Host:", "X-A\\r\\nHost", "X A", ""}) {
        World world;

        const auto summary =
            world.call("basic", R"("Headers": {")" + std::string(name) + R"(": "evil.example"})");

        EXPECT_EQ(summary.failure.error, "States.Runtime");
        EXPECT_NE(summary.failure.cause->find("can't be the name of a header"), std::string::npos);
        EXPECT_TRUE(world.transport.requests.empty());
    }
}

TEST(HttpTask, wants_a_method_that_is_there_when_it_runs) {
    World world;
    TaskRun task(http_invoke, R"("Parameters": {"ApiEndpoint": "https://api.example/",
        "Method.$": "$.m", "Authentication": {"ConnectionArn": "basic"}})");
    task.input = *parse_json(R"({"m": null})");

    const auto summary = task.finish(world.loop, world.engine);

    EXPECT_EQ(summary.failure.error, "States.Runtime");
    EXPECT_NE(summary.failure.cause->find("Method must be a string but was null"),
              std::string::npos);
    EXPECT_TRUE(world.transport.requests.empty());
}

TEST(HttpTask, wants_a_token_of_one_line) {
    World world;
    world.answer(200, R"({"access_token": "T1\r\nX-Evil: 1"})");

    const auto summary = world.call("oauth", "");

    EXPECT_EQ(summary.failure.error, "Gradus.ConnectionFailed");
    EXPECT_EQ(world.transport.requests.size(), 1U);
}

TEST(HttpTask, keeps_a_token_for_a_day_at_most) {
    World world;
    world.answer(200, R"({"access_token": "T1", "expires_in": 9223372036854775807})");
    world.answer(200, "1");

    EXPECT_EQ(world.call("oauth", "").status, ExecutionStatus::succeeded);
    EXPECT_EQ(world.header(1, "Authorization"), "Bearer T1");

    const std::int64_t next_day = world.loop.now_epoch_milliseconds() + 86'400'000;
    world.loop.schedule(std::chrono::hours(24), [] {});
    world.loop.run_until([&] { return world.loop.now_epoch_milliseconds() >= next_day; });
    world.answer(200, R"({"access_token": "T2", "expires_in": 60})");
    world.answer(200, "2");
    const auto again = world.engine.start_execution(
        "arn:aws:states:us-east-1:123456789012:stateMachine:m", "e2", Value::object());
    ASSERT_TRUE(again);
    world.loop.run_until(
        [&] { return world.engine.describe(*again)->status != ExecutionStatus::running; });

    EXPECT_EQ(world.header(3, "Authorization"), "Bearer T2");
}

TEST(HttpTask, wants_https) {
    World world;

    const auto summary = world.run(http_invoke, R"({"ApiEndpoint": "http://api.example/a",
        "Method": "GET", "Authentication": {"ConnectionArn": "basic"}})");

    EXPECT_NE(summary.failure.cause->find("The endpoint must begin with https://"),
              std::string::npos);
}

TEST(HttpTask, says_which_connection_nobody_knows) {
    World world;

    const auto summary = world.call("none", "");

    EXPECT_EQ(summary.failure.error, "Gradus.NoConnection");
    EXPECT_EQ(summary.failure.cause,
              "Nothing is known here of the connection "
              "arn:aws:events:us-east-1:123456789012:connection/none/0f; give it with "
              "--connections");
}

TEST(HttpTask, that_is_stopped_gives_up_its_request) {
    World world;
    world.answer(200, "1");
    TaskRun task(http_invoke, R"("Parameters": {"ApiEndpoint": "https://api.example/",
        "Method": "GET", "Authentication": {"ConnectionArn": "basic"}})");
    task.start(world.engine);
    world.loop.run_until([&] { return world.transport.requests.size() == 1; });

    ASSERT_TRUE(world.engine.stop_execution(task.arn, {}));
    world.loop.run_until([] { return false; });

    EXPECT_EQ(world.engine.describe(task.arn)->status, ExecutionStatus::aborted);
}

TEST(HttpTask, writes_a_form_when_told) {
    World world;
    world.answer(200, "");

    world.call("basic", R"("RequestBody": {"a": ["x", "y z"], "o": {"p": 1}},
        "Transform": {"RequestBodyEncoding": "URL_ENCODED",
                      "RequestEncodingOptions": {"ArrayFormat": "BRACKETS"}})");

    EXPECT_EQ(world.transport.requests[0].body, "a[]=x&a[]=y%20z&o[p]=1");
    EXPECT_EQ(world.header(0, "Content-Type"), "application/x-www-form-urlencoded");
}

TEST(FormEncoding, knows_four_forms_of_arrays) {
    const Value object = *parse_json(R"({"a": [1, "b&c", null], "l": [{"k": true}]})");

    EXPECT_EQ(form_encode(object, ArrayFormat::indices), "a[0]=1&a[1]=b%26c&a[2]=&l[0][k]=true");
    EXPECT_EQ(form_encode(object, ArrayFormat::repeat), "a=1&a=b%26c&a=&l[k]=true");
    EXPECT_EQ(form_encode(object, ArrayFormat::brackets), "a[]=1&a[]=b%26c&a[]=&l[][k]=true");
    EXPECT_EQ(form_encode(*parse_json(R"({"a": [1, "b,c"], "d": ""})"), ArrayFormat::commas),
              "a=1,b%2Cc&d=");
    EXPECT_EQ(parse_array_format("INDICES"), ArrayFormat::indices);
    EXPECT_FALSE(parse_array_format("indices"));
}

TEST(HttpConnections, say_which_member_is_wrong) {
    const auto message = [](const std::string& json) {
        const auto read = HttpConnections::read(*parse_json(json));
        return read ? std::string() : read.error().message;
    };

    EXPECT_EQ(message(R"({"c": {"AuthorizationType": "NONE", "AuthParameters": {}}})"),
              "the connection 'c' expects BASIC, API_KEY or OAUTH_CLIENT_CREDENTIALS as "
              "AuthorizationType but found \"NONE\"");
    EXPECT_EQ(message(R"({"c": {"AuthorizationType": "BASIC", "AuthParameters": {
                  "BasicAuthParameters": {"Username": "u"}}}})"),
              "the connection 'c' expects a string as Password but found null");
    EXPECT_EQ(message(R"({"c": {"AuthorizationType": "API_KEY", "AuthParameters": {
                  "ApiKeyAuthParameters": {"ApiKeyName": "Host:", "ApiKeyValue": "k"}}}})"),
              "the connection 'c' expects a name as a header but found \"Host:\"");
    EXPECT_EQ(message(R"({"c": {"AuthorizationType": "BASIC", "AuthParameters": {
                  "BasicAuthParameters": {"Username": "u", "Password": "p"},
                  "InvocationHttpParameters": {
                      "HeaderParameters": [{"Key": "X-A", "Value": "a\nb"}]}}}})"),
              "the connection 'c' expects one line of text as X-A but found \"a\\nb\"");
    EXPECT_EQ(message(R"({"c": {"AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
                  "AuthParameters": {"OAuthParameters": {
                      "AuthorizationEndpoint": "https://a.example", "HttpMethod": "PATCH",
                      "ClientParameters": {"ClientID": "i", "ClientSecret": "s"}}}}})"),
              "the connection 'c' expects GET, POST or PUT as HttpMethod but found \"PATCH\"");
    EXPECT_EQ(message("[]"), "connections must be an object of connections by their names");
    EXPECT_EQ(message(connections), "");
}

// --- API Gateway
// ----------------------------------------------------------------------------------

TEST(ApiGateway, calls_the_stage_and_path_of_an_api) {
    World world;
    world.answer(200, R"({"message": "HelloWorld!"})");

    const auto summary = world.run(api_invoke, R"({
        "ApiEndpoint": "a1.execute-api.us-east-1.amazonaws.com", "Method": "POST",
        "Stage": "prod", "Path": "id_func", "QueryParameters": {"p": ["Hello", "World"]},
        "Headers": {"X-A": ["1", "2"]}, "RequestBody": {"message": "HelloWorld!", "no": null}})");

    const aws::HttpRequest& request = world.transport.requests[0];
    EXPECT_EQ(request.host, "a1.execute-api.us-east-1.amazonaws.com");
    EXPECT_EQ(request.target, "/prod/id_func?p=Hello&p=World");
    EXPECT_EQ(world.header(0, "X-A"), "1,2");
    EXPECT_EQ(request.body, R"({"message":"HelloWorld!"})");
    EXPECT_EQ(to_json(summary.output),
              R"({"Headers":{"Content-Type":["application/json"]},)"
              R"("ResponseBody":{"message":"HelloWorld!"},"StatusCode":200,"StatusText":"OK"})");
}

TEST(ApiGateway, sends_nulls_only_when_told) {
    World world;
    world.answer(200, "{}");

    world.run(api_invoke, R"({"ApiEndpoint": "a.example", "Method": "POST",
                              "AllowNullValues": true, "RequestBody": {"no": null}})");

    EXPECT_EQ(world.transport.requests[0].body, R"({"no":null})");
}

TEST(ApiGateway, names_the_status_that_is_an_error) {
    World world;
    world.answer(404, R"({"message": "Not Found"})");

    const auto summary =
        world.run(api_invoke, R"({"ApiEndpoint": "a.example", "Method": "GET", "Path": "/x"})");

    EXPECT_EQ(summary.failure.error, "ApiGateway.404");
    EXPECT_EQ(summary.failure.cause, R"({"message": "Not Found"})");
}

TEST(ApiGateway, with_a_token_is_submitted_with_its_answer) {
    World world;
    world.answer(200, "{}");
    TaskRun task("arn:aws:states:::apigateway:invoke.waitForTaskToken",
                 R"-("TimeoutSeconds": 60, "Parameters": {"ApiEndpoint": "a.example",
                     "Method": "POST",
                     "Headers": {"Token.$": "States.Array($$.Task.Token)"}})-");
    task.start(world.engine);
    world.loop.run_until([&] { return event_types(world.engine, task.arn).size() == 5; });

    ASSERT_TRUE(world.engine.send_task_success(world.header(0, "Token"), Value("done")));
    world.loop.run_until(
        [&] { return world.engine.describe(task.arn)->status != ExecutionStatus::running; });

    EXPECT_EQ(event_types(world.engine, task.arn)[4], "TaskSubmitted");
    EXPECT_EQ(world.engine.describe(task.arn)->output, Value("done"));
}

TEST(ApiGateway, says_that_it_signs_nothing) {
    World world;

    const auto summary = world.run(
        api_invoke, R"({"ApiEndpoint": "a.example", "Method": "GET", "AuthType": "IAM_ROLE"})");

    EXPECT_EQ(summary.failure.error, "Gradus.NoHandler");
    EXPECT_TRUE(world.transport.requests.empty());
}

} // namespace
} // namespace gradus
