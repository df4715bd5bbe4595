// The operations of the Step Functions API, asked as a client would ask them. Texts and codes are
// those that AWS has been recorded with, or its API reference where none is.
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>

namespace gradus {
namespace {

const std::string prefix = "arn:aws:states:us-east-1:123456789012:";
const std::string machine_arn = prefix + "stateMachine:m";

Value json(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed) ADD_FAILURE() << parsed.error().message;
    return parsed ? std::move(*parsed) : Value();
}

class StatesApi : public testing::Test {
protected:
    using Answer = std::optional<Result<Value, StatesError>>;

    /// Nothing while the operation waits.
    std::shared_ptr<Answer> begin(const std::string& operation, const Value& input) {
        auto answer = std::make_shared<Answer>();
        engine.call("us-east-1", operation, input,
                    [answer](Result<Value, StatesError> given) { *answer = std::move(given); });
        return answer;
    }
    const Value& ask(const std::string& operation, const Value& input) {
        const auto answer = begin(operation, input);
        if (*answer && **answer) return answers.emplace_back(***answer);
        ADD_FAILURE() << operation << ": "
                      << (*answer ? (*answer)->error().message : "not answered at once");
        return answers.emplace_back();
    }
    /// "CODE: MESSAGE"
    std::string refusal(const std::string& operation, const Value& input) {
        const auto answer = begin(operation, input);
        if (!*answer) return "not answered at once";
        if (**answer) return "answered " + to_json(***answer);
        return (*answer)->error().code + ": " + (*answer)->error().message;
    }
    void create(std::string_view states, const std::string& type = "STANDARD") {
        ask("CreateStateMachine", Value::object({{"name", "m"},
                                                 {"definition", std::string(states)},
                                                 {"roleArn", "arn:aws:iam::123456789012:role/r"},
                                                 {"type", type}}));
    }
    std::string start(const std::string& name, const std::string& input = "{}") {
        const Value answer = ask(
            "StartExecution",
            Value::object({{"stateMachineArn", machine_arn}, {"name", name}, {"input", input}}));
        return std::string(answer["executionArn"].as_string());
    }
    const Value& describe(const std::string& arn) {
        return ask("DescribeExecution", Value::object({{"executionArn", arn}}));
    }
    void run() {
        loop.run_until([] { return false; });
    }

    VirtualLoop loop{1'700'000'000'000};
    Engine engine{loop, nullptr};
    std::deque<Value> answers; // of ask
};

constexpr std::string_view pass =
    R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})";
constexpr std::string_view wait =
    R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}})";
constexpr std::string_view fail =
    R"({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "why"}}})";
constexpr std::string_view work = R"({"StartAt": "T", "States": {"T": {"Type": "Task",
    "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "TimeoutSeconds": 300,
    "End": true}}})";

TEST_F(StatesApi, describes_a_machine_as_it_was_created) {
    create(pass);
    const Value found =
        ask("DescribeStateMachine", Value::object({{"stateMachineArn", machine_arn}}));
    EXPECT_EQ(found["definition"], Value(std::string(pass)));
    EXPECT_EQ(found["creationDate"], Value(1'700'000'000.0));
    EXPECT_EQ(to_json(found["loggingConfiguration"]),
              R"({"includeExecutionData":false,"level":"OFF"})");
    EXPECT_EQ(found["status"], Value("ACTIVE"));
    EXPECT_EQ(found["type"], Value("STANDARD"));
    EXPECT_EQ(found["revisionId"], Value());
}

TEST(StatesApiQuotas, refuse_what_would_be_one_too_many) {
    VirtualLoop loop{0};
    Engine engine{loop,
                  nullptr,
                  {.quotas = {.state_machines = 1,
                              .activities = 1,
                              .pollers_of_an_activity = 1,
                              .versions_of_a_machine = 1}}};
    const auto ask = [&](const std::string& operation, const Value& input) {
        std::string code = "waits";
        engine.call("us-east-1", operation, input,
                    [&code](const Result<Value, StatesError>& answer) {
                        code = answer ? "ok" : answer.error().code;
                    });
        return code;
    };
    const auto create = [&](const std::string& name) {
        return ask("CreateStateMachine",
                   Value::object({{"name", name},
                                  {"definition", std::string(pass)},
                                  {"roleArn", "arn:aws:iam::123456789012:role/r"},
                                  {"publish", true}}));
    };
    EXPECT_EQ(create("m"), "ok");
    EXPECT_EQ(create("m"), "ok");
    EXPECT_EQ(create("n"), "StateMachineLimitExceeded");
    EXPECT_EQ(ask("UpdateStateMachine", Value::object({{"stateMachineArn", machine_arn},
                                                       {"definition", std::string(wait)},
                                                       {"publish", true}})),
              "ServiceQuotaExceededException");
    EXPECT_EQ(ask("CreateActivity", Value::object({{"name", "a"}})), "ok");
    EXPECT_EQ(ask("CreateActivity", Value::object({{"name", "a"}})), "ok");
    EXPECT_EQ(ask("CreateActivity", Value::object({{"name", "b"}})), "ActivityLimitExceeded");

    const Value poll =
        Value::object({{"activityArn", "arn:aws:states:us-east-1:123456789012:activity:a"}});
    EXPECT_EQ(ask("GetActivityTask", poll), "waits");
    EXPECT_EQ(ask("GetActivityTask", poll), "ActivityWorkerLimitExceeded");
}

TEST_F(StatesApi, takes_the_same_creation_twice_and_no_other_of_that_name) {
    create(pass);
    create(pass);
    EXPECT_EQ(refusal("CreateStateMachine",
                      Value::object({{"name", "m"},
                                     {"definition", std::string(wait)},
                                     {"roleArn", "arn:aws:iam::123456789012:role/r"},
                                     {"type", "STANDARD"}})),
              "StateMachineAlreadyExists: State Machine Already Exists: '" + machine_arn + "'");
}

TEST_F(StatesApi, names_all_that_is_wrong_with_a_request) {
    EXPECT_EQ(
        refusal("CreateStateMachine", json(R"({"name": "m", "definition": ""})")),
        "ValidationException: 2 validation errors detected: Value null at 'roleArn' failed to "
        "satisfy constraint: Member must not be null; Value '' at 'definition' failed to "
        "satisfy constraint: Member must have length greater than or equal to 1");
    EXPECT_EQ(refusal("CreateActivity", json(R"({"name": "a b"})")),
              "InvalidName: Invalid Name: 'a b'");
    EXPECT_EQ(refusal("DescribeExecution", json(R"({"executionArn": "e"})")),
              "InvalidArn: Invalid Arn: 'Invalid ARN prefix: e'");
    EXPECT_EQ(refusal("DescribeExecution", json(R"({"executionArn": 7})")),
              "SerializationException: Expected a string at 'executionArn' but found 7");
    EXPECT_EQ(refusal("StartFire", Value::object()),
              "UnknownOperationException: There is no operation StartFire");
}

TEST_F(StatesApi, publishes_versions_and_routes_an_alias_to_one) {
    create(pass);
    const Value of_machine = Value::object({{"stateMachineArn", machine_arn}});
    EXPECT_EQ(ask("PublishStateMachineVersion", of_machine)["stateMachineVersionArn"],
              Value(machine_arn + ":1"));
    ask("UpdateStateMachine",
        of_machine.with("definition", std::string(wait)).with("publish", true));
    const Value versions = ask("ListStateMachineVersions", of_machine)["stateMachineVersions"];
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_EQ(versions[0]["stateMachineVersionArn"], Value(machine_arn + ":2"));

    const Value routes = Value::array(
        {Value::object({{"stateMachineVersionArn", machine_arn + ":1"}, {"weight", 100}})});
    ask("CreateStateMachineAlias",
        Value::object({{"name", "live"}, {"routingConfiguration", routes}}));
    const Value started =
        ask("StartExecution",
            Value::object({{"stateMachineArn", machine_arn + ":live"}, {"name", "e"}}));
    run();
    const Value found = describe(std::string(started["executionArn"].as_string()));
    EXPECT_EQ(found["stateMachineVersionArn"], Value(machine_arn + ":1"));
    EXPECT_EQ(found["stateMachineAliasArn"], Value(machine_arn + ":live"));
    EXPECT_EQ(found["stopDate"], found["startDate"]); // version 1 passes, version 2 would wait

    EXPECT_EQ(
        refusal("DeleteStateMachineVersion",
                Value::object({{"stateMachineVersionArn", machine_arn + ":1"}})),
        "ConflictException: Version to be deleted must not be referenced by an alias. Current "
        "list of aliases referencing this version: [live]");
}

TEST_F(StatesApi, draws_the_version_of_an_alias_by_weight) {
    create(pass);
    const Value of_machine = Value::object({{"stateMachineArn", machine_arn}});
    ask("PublishStateMachineVersion", of_machine);
    ask("UpdateStateMachine",
        of_machine.with("definition", std::string(wait)).with("publish", true));
    const auto route = [](int version, int weight) {
        return Value::object(
            {{"stateMachineVersionArn", machine_arn + ":" + std::to_string(version)},
             {"weight", weight}});
    };
    ask("CreateStateMachineAlias",
        Value::object({{"name", "canary"},
                       {"routingConfiguration", Value::array({route(1, 90), route(2, 10)})}}));
    for (int i = 0; i < 200; ++i)
        ask("StartExecution", Value::object({{"stateMachineArn", machine_arn + ":canary"}}));
    const auto of_version = [&](int version) {
        const std::string arn = machine_arn + ":" + std::to_string(version);
        return ask("ListExecutions",
                   Value::object({{"stateMachineArn", arn}, {"maxResults", 1000}}))["executions"]
            .size();
    };
    EXPECT_EQ(of_version(1) + of_version(2), 200U);
    EXPECT_GT(of_version(2), 5U);
    EXPECT_LT(of_version(2), 40U);
}

TEST_F(StatesApi, hands_an_activitys_task_to_the_worker_that_waits_for_it) {
    ask("CreateActivity", json(R"({"name": "a"})"));
    create(work);
    const auto task =
        begin("GetActivityTask",
              Value::object({{"activityArn", prefix + "activity:a"}, {"workerName", "w"}}));
    EXPECT_FALSE(task->has_value());
    const std::string arn = start("e", R"({"n": 1})");
    loop.run_until([&] { return task->has_value(); });
    EXPECT_EQ((***task)["input"], Value(R"({"n":1})"));
    ask("SendTaskSuccess", Value::object({{"taskToken", (***task)["taskToken"]}, {"output", "7"}}));
    run();
    EXPECT_EQ(describe(arn)["output"], Value("7"));
    EXPECT_EQ(refusal("SendTaskHeartbeat", Value::object({{"taskToken", (***task)["taskToken"]}})),
              "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'");
}

TEST_F(StatesApi, answers_a_poll_with_nothing_after_a_minute) {
    ask("CreateActivity", json(R"({"name": "a"})"));
    const auto task =
        begin("GetActivityTask", Value::object({{"activityArn", prefix + "activity:a"}}));
    loop.run_to(1'700'000'059'999);
    EXPECT_FALSE(task->has_value());
    loop.run_to(1'700'000'060'000);
    ASSERT_TRUE(task->has_value());
    EXPECT_EQ(to_json(***task), "{}");
}

TEST_F(StatesApi, waits_for_an_express_execution_that_is_started_in_sync) {
    create(wait, "EXPRESS");
    const auto answer = begin("StartSyncExecution",
                              Value::object({{"stateMachineArn", machine_arn}, {"input", "[1]"}}));
    EXPECT_FALSE(answer->has_value());
    loop.run_until([&] { return answer->has_value(); });
    EXPECT_EQ((***answer)["status"], Value("SUCCEEDED"));
    EXPECT_EQ((***answer)["output"], Value("[1]"));
    EXPECT_EQ(refusal("ListExecutions", Value::object({{"stateMachineArn", machine_arn}})),
              "StateMachineTypeNotSupported: This operation is not supported by this type of state "
              "machine");
}

TEST_F(StatesApi, redrives_what_was_stopped_and_nothing_that_succeeded) {
    create(wait);
    const std::string arn = start("e");
    const Value of_execution = Value::object({{"executionArn", arn}});
    ask("StopExecution", of_execution.with("error", "Mine").with("cause", "tired"));
    loop.run_to(1'700'000'001'000);
    const Value stopped = describe(arn);
    EXPECT_EQ(stopped["status"], Value("ABORTED"));
    EXPECT_EQ(stopped["redriveStatus"], Value("REDRIVABLE"));
    ask("RedriveExecution", of_execution);
    run();
    const Value ended = describe(arn);
    EXPECT_EQ(ended["status"], Value("SUCCEEDED"));
    EXPECT_EQ(ended["redriveCount"], Value(1));
    EXPECT_EQ(ended["redriveDate"], Value(1'700'000'001.0));
    EXPECT_EQ(ended["stopDate"], Value(1'700'000'061.0)); // the wait began anew
    EXPECT_EQ(refusal("RedriveExecution", of_execution),
              "ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven");
    EXPECT_EQ(
        ask("GetExecutionHistory", of_execution.with("reverseOrder", true))["events"][0]["type"],
        Value("ExecutionSucceeded"));
}

TEST_F(StatesApi, shows_a_history_in_pages_and_without_data_when_asked) {
    create(pass);
    const std::string arn = start("e", R"({"secret": 1})");
    run();
    const Value of_execution = Value::object({{"executionArn", arn}});

    const Value first = ask("GetExecutionHistory", of_execution.with("maxResults", 3));
    ASSERT_EQ(first["events"].as_array().size(), 3U);
    const Value rest =
        ask("GetExecutionHistory",
            of_execution.with("maxResults", 3).with("nextToken", first["nextToken"]));
    ASSERT_EQ(rest["events"].as_array().size(), 1U);
    EXPECT_EQ(rest["events"][0]["id"], Value(4));
    EXPECT_EQ(rest["nextToken"], Value());

    const Value backwards = of_execution.with("maxResults", 3).with("reverseOrder", true);
    const Value last = ask("GetExecutionHistory", backwards);
    ASSERT_EQ(last["events"].as_array().size(), 3U);
    EXPECT_EQ(last["events"][0]["id"], Value(4));
    EXPECT_EQ(last["events"][2]["id"], Value(2));
    const Value earliest =
        ask("GetExecutionHistory", backwards.with("nextToken", last["nextToken"]));
    ASSERT_EQ(earliest["events"].as_array().size(), 1U);
    EXPECT_EQ(earliest["events"][0]["id"], Value(1));
    EXPECT_EQ(earliest["nextToken"], Value());

    const Value all = ask("GetExecutionHistory", of_execution);
    EXPECT_EQ(all["events"].as_array().size(), 4U);
    EXPECT_NE(to_json(all).find("secret"), std::string::npos);
    const Value bare = ask("GetExecutionHistory", of_execution.with("includeExecutionData", false));
    EXPECT_EQ(bare["events"].as_array().size(), 4U);
    EXPECT_EQ(to_json(bare).find("secret"), std::string::npos);
}

TEST_F(StatesApi, logs_by_level_what_a_machine_is_told_to_log) {
    std::vector<Value> records;
    engine.on_log([&](const Value& record) { records.push_back(record); });
    const Value request = Value::object({{"name", "m"},
                                         {"definition", std::string(fail)},
                                         {"roleArn", "arn:aws:iam::123456789012:role/r"},
                                         {"type", "EXPRESS"}});
    const Value group = parse_json(R"([{"cloudWatchLogsLogGroup": {"logGroupArn":
        "arn:aws:logs:us-east-1:123456789012:log-group:g:*"}}])")
                            .value();
    ask("CreateStateMachine",
        request.with("loggingConfiguration",
                     Value::object({{"level", "ERROR"}, {"destinations", group}})));
    const std::string arn = start("e", R"({"secret": 1})");
    run();
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0]["type"], Value("FailStateEntered"));
    EXPECT_EQ(to_json(records[0]["details"]), R"({"name":"F"})");
    EXPECT_EQ(records[1]["type"], Value("ExecutionFailed"));
    EXPECT_EQ(records[1]["execution_arn"], Value(arn));
}

TEST_F(StatesApi, tells_of_each_change_of_status) {
    std::vector<Value> events;
    engine.on_status_change([&](const Value& event) { events.push_back(event); });
    create(wait);
    const std::string arn = start("e", "[1]");
    ask("StopExecution", Value::object({{"executionArn", arn}, {"error", "Mine"}}));
    loop.run_to(1'700'000'001'000);
    ask("RedriveExecution", Value::object({{"executionArn", arn}}));
    run();

    std::string statuses;
    for (const Value& event : events)
        statuses += std::string(event["detail"]["status"].as_string()) + " ";
    EXPECT_EQ(statuses, "RUNNING ABORTED RUNNING SUCCEEDED ");
    EXPECT_EQ(events[0]["detail-type"], Value("Step Functions Execution Status Change"));
    EXPECT_EQ(events[0]["resources"], Value::array({Value(arn)}));
    EXPECT_EQ(to_json(events[0]["detail"]),
              R"({"executionArn":")" + arn + R"(","stateMachineArn":")" + machine_arn +
                  R"(","name":"e","status":"RUNNING","startDate":1700000000000,"stopDate":null,)"
                  R"("input":"[1]","output":null,"stateMachineVersionArn":null,)"
                  R"("stateMachineAliasArn":null,"redriveCount":0,"redriveDate":null,)"
                  R"("redriveStatus":"NOT_REDRIVABLE",)"
                  R"("redriveStatusReason":"Execution is RUNNING and cannot be redriven",)"
                  R"("inputDetails":{"included":true},"outputDetails":null,"error":null,)"
                  R"("cause":null})");
    EXPECT_EQ(events[1]["detail"]["error"], Value("Mine"));
    EXPECT_EQ(events[3]["detail"]["redriveCount"], Value(1));
    EXPECT_EQ(events[3]["detail"]["output"], Value("[1]"));
}

TEST_F(StatesApi, has_no_history_of_express_executions) {
    create(pass, "EXPRESS");
    const std::string arn = start("e");
    run();
    EXPECT_EQ(refusal("GetExecutionHistory", Value::object({{"executionArn", arn}})),
              "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'");
}

TEST_F(StatesApi, fails_again_where_a_redriven_execution_fails_again) {
    create(fail);
    const std::string arn = start("e");
    run();
    ask("RedriveExecution", Value::object({{"executionArn", arn}}));
    run();
    const Value ended = describe(arn);
    EXPECT_EQ(ended["error"], Value("E"));
    EXPECT_EQ(ended["cause"], Value("why"));
    EXPECT_EQ(ended["redriveCount"], Value(1));
}

TEST_F(StatesApi, lists_in_pages_whose_tokens_are_good_for_one_question) {
    create(pass);
    for (const char* name : {"a", "b", "c"})
        start(name);
    run();
    const Value question = Value::object({{"stateMachineArn", machine_arn}, {"maxResults", 2}});
    const Value first = ask("ListExecutions", question);
    ASSERT_EQ(first["executions"].size(), 2U);
    EXPECT_EQ(first["executions"][0]["name"], Value("c"));
    const Value second = ask("ListExecutions", question.with("nextToken", first["nextToken"]));
    ASSERT_EQ(second["executions"].size(), 1U);
    EXPECT_EQ(second["executions"][0]["name"], Value("a"));
    EXPECT_EQ(second["nextToken"], Value());
    EXPECT_EQ(
        refusal("ListExecutions",
                question.with("nextToken", first["nextToken"]).with("statusFilter", "FAILED")),
        "InvalidToken: Invalid Token: 'Invalid token'");
    loop.run_to(1'700'000'000'000 + 25LL * 3600 * 1000);
    EXPECT_EQ(refusal("ListExecutions", question.with("nextToken", first["nextToken"])),
              "InvalidToken: Invalid Token: 'Invalid token'");
}

TEST_F(StatesApi, deletes_a_machine_once_its_executions_have_ended) {
    create(wait);
    const std::string arn = start("e");
    const Value of_machine = Value::object({{"stateMachineArn", machine_arn}});
    ask("DeleteStateMachine", of_machine);
    EXPECT_EQ(ask("DescribeStateMachine", of_machine)["status"], Value("DELETING"));
    EXPECT_EQ(refusal("StartExecution", of_machine),
              "StateMachineDoesNotExist: State Machine Does Not Exist: '" + machine_arn + "'");
    run();
    EXPECT_EQ(describe(arn)["status"], Value("ABORTED"));
    EXPECT_EQ(refusal("DescribeStateMachine", of_machine),
              "StateMachineDoesNotExist: State Machine Does Not Exist: '" + machine_arn + "'");
}

TEST_F(StatesApi, keeps_tags_and_bounds_their_number) {
    create(pass);
    const Value of_machine = Value::object({{"resourceArn", machine_arn}});
    ask("TagResource", of_machine.with("tags", json(R"([{"key": "k", "value": "1"},
                                                        {"key": "l", "value": "2"}])")));
    ask("UntagResource", of_machine.with("tagKeys", json(R"(["k"])")));
    EXPECT_EQ(to_json(ask("ListTagsForResource", of_machine)["tags"]),
              R"([{"key":"l","value":"2"}])");
    Array many;
    for (int i = 0; i < 50; ++i)
        many.push_back(Value::object({{"key", "t" + std::to_string(i)}, {"value", ""}}));
    EXPECT_EQ(refusal("TagResource", of_machine.with("tags", Value(std::move(many)))),
              "TooManyTags: A resource may have 50 tags");
}

} // namespace
} // namespace gradus
