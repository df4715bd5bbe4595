#include "states/input_json.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

Value json(std::string_view text) {
    auto value = parse_json(text);
    if (!value) ADD_FAILURE() << value.error().message << " in " << text;
    return value ? *value : Value();
}

/// 2026-01-02T03:04:05.678Z
constexpr std::int64_t at = 1'767'323'045'678;

std::string text_of(Event event, TokenSecrets secrets = TokenSecrets::leave_out) {
    return to_json(input_json({timestamp_of(at), std::move(event)}, secrets));
}

/// Writes an event, expects this text, and expects it to be read back as the same event.
void expect_text(const Event& event, const std::string& members) {
    const std::string text = R"({"at":"2026-01-02T03:04:05.678Z","event":)" + members + "}";
    EXPECT_EQ(text_of(event), text);

    const auto read = read_input_json(json(text));

    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, (Input{timestamp_of(at), event}));
}

std::string error_of(std::string_view text) {
    const auto read = read_input_json(json(text), "/input");
    return read ? "none" : read.error().message;
}

constexpr CommandId command_3{3};

TEST(InputJson, holds_the_start_of_an_execution_whole) {
    ExecutionStarted event;
    event.identity = {.execution_arn = "arn:aws:states:eu-west-1:123456789012:execution:m:e",
                      .execution_name = "e",
                      .state_machine_arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
                      .state_machine_name = "m",
                      .role_arn = "arn:aws:iam::123456789012:role/r",
                      .region = "eu-west-1",
                      .type = WorkflowType::express,
                      .map_run_arn = "arn:run",
                      .state_machine_version_arn = "arn:m:2",
                      .state_machine_alias_arn = "arn:m:prod",
                      .revision_id = "rev",
                      .trace_header = "Root=1"};
    event.input = json(R"({"price":1.50})");
    event.seed = 18'446'744'073'709'551'615U;
    event.history_events_max = 0;
    event.seconds_max = 300;
    event.scope = 2;

    expect_text(event,
                R"("ExecutionStarted","execution":{)"
                R"("arn":"arn:aws:states:eu-west-1:123456789012:execution:m:e","name":"e",)"
                R"("stateMachineArn":"arn:aws:states:eu-west-1:123456789012:stateMachine:m",)"
                R"("stateMachineName":"m","roleArn":"arn:aws:iam::123456789012:role/r",)"
                R"("region":"eu-west-1","type":"EXPRESS","mapRunArn":"arn:run",)"
                R"("stateMachineVersionArn":"arn:m:2","stateMachineAliasArn":"arn:m:prod",)"
                R"("revisionId":"rev","traceHeader":"Root=1"},"input":{"price":1.50},)"
                R"("seed":"18446744073709551615","historyEventsMax":0,"secondsMax":300,)"
                R"("scope":2)");
}

TEST(InputJson, leaves_out_what_an_execution_has_none_of) {
    ExecutionStarted event;
    event.identity = {.execution_arn = "a", .execution_name = "e"};
    event.input = Value("text");

    expect_text(event, R"("ExecutionStarted","execution":{"arn":"a","name":"e",)"
                       R"("stateMachineArn":"","stateMachineName":"","roleArn":"",)"
                       R"("region":"us-east-1","type":"STANDARD"},"input":"text","seed":"0",)"
                       R"("historyEventsMax":25000,"secondsMax":0,"scope":0)");
}

TEST(InputJson, writes_a_token_secret_only_when_asked_to) {
    ExecutionStarted event;
    event.token_secret = std::string("\x00\xffz", 3);

    EXPECT_EQ(text_of(event).find("tokenSecret"), std::string::npos);
    const std::string text = text_of(event, TokenSecrets::write);
    EXPECT_NE(text.find(R"("tokenSecret":"00ff7a")"), std::string::npos) << text;
    EXPECT_EQ(read_input_json(json(text))->event, Event(event));
}

TEST(InputJson, holds_every_answer_of_a_task) {
    expect_text(TaskStarted{command_3, "worker 1"},
                R"("TaskStarted","command":3,"workerName":"worker 1")");
    expect_text(TaskStarted{command_3, std::nullopt}, R"("TaskStarted","command":3)");
    expect_text(TaskSubmitted{command_3, json(R"({"JobId":"1"})")},
                R"("TaskSubmitted","command":3,"output":{"JobId":"1"})");
    expect_text(TaskSucceeded{command_3, json("[1,2.0,1e400]")},
                R"("TaskSucceeded","command":3,"output":[1,2.0,1e400])");
    expect_text(TaskSucceeded{CommandId{18'446'744'073'709'551'615U}, {}},
                R"("TaskSucceeded","command":18446744073709551615,"output":null)");
}

TEST(InputJson, holds_every_kind_of_failure) {
    expect_text(TaskFailed{command_3, {"E", "because"}},
                R"("TaskFailed","command":3,"error":"E","cause":"because")");
    expect_text(TaskFailed{command_3, {"E", std::nullopt}, TaskFailureKind::schedule_failed},
                R"("TaskFailed","command":3,"kind":"scheduleFailed","error":"E")");
    expect_text(TaskFailed{command_3, {std::nullopt, ""}, TaskFailureKind::start_failed},
                R"("TaskFailed","command":3,"kind":"startFailed","cause":"")");
    expect_text(TaskFailed{command_3, {}, TaskFailureKind::submit_failed},
                R"("TaskFailed","command":3,"kind":"submitFailed")");
}

TEST(InputJson, holds_what_comes_from_clocks_and_callers) {
    expect_text(TimerFired{command_3}, R"("TimerFired","command":3)");
    expect_text(StopRequested{{"Stopped", "by me"}},
                R"("StopRequested","error":"Stopped","cause":"by me")");
    expect_text(StopRequested{}, R"("StopRequested")");
    expect_text(Continued{}, R"("Continued")");
    expect_text(RedriveRequested{}, R"("RedriveRequested")");
}

TEST(InputJson, holds_what_a_distributed_map_hears) {
    expect_text(ItemsRead{command_3, {json("[1,2]"), json(R"(["a","b"])"), "S3://b/k", json("7")}},
                R"("ItemsRead","command":3,"items":[1,2],"keys":["a","b"],)"
                R"("source":"S3://b/k","next":7)");
    expect_text(ItemsRead{command_3, {}}, R"("ItemsRead","command":3,"items":[],"source":"")");
    expect_text(ChildEnded{command_3, ExecutionStatus::succeeded, {}, {}},
                R"("ChildEnded","command":3,"status":"SUCCEEDED","output":null)");
    expect_text(ChildEnded{command_3, ExecutionStatus::timed_out, {}, {"States.Timeout", {}}},
                R"("ChildEnded","command":3,"status":"TIMED_OUT","error":"States.Timeout")");
    expect_text(ObjectsWritten{command_3}, R"("ObjectsWritten","command":3)");
    expect_text(MapRunUpdated{"arn:run", 5, 2, 12.5},
                R"("MapRunUpdated","mapRunArn":"arn:run","maxConcurrency":5,)"
                R"("toleratedFailureCount":2,"toleratedFailurePercentage":12.5)");
    expect_text(MapRunUpdated{"arn:run", {}, {}, {}}, R"("MapRunUpdated","mapRunArn":"arn:run")");
}

TEST(InputJson, keeps_data_that_are_nested_as_deeply_as_any_may_be) {
    std::string deep(limits::json_depth_max, '[');
    deep.append(limits::json_depth_max, ']');
    const Input input{timestamp_of(at), TaskSucceeded{command_3, json(deep)}};

    const std::string text = to_json(input_json(input));
    const auto read = read_input_json(json(text));

    EXPECT_NE(text.find(R"("outputText":"[[[)"), std::string::npos);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, input);
}

TEST(InputJson, makes_texts_readable_that_are_not_utf_8) {
    EXPECT_EQ(text_of(TaskFailed{command_3, {"E", "a\xff\xfe z"}}),
              R"({"at":"2026-01-02T03:04:05.678Z","event":"TaskFailed","command":3,)"
              R"("error":"E","cause":"a)"
              "\xef\xbf\xbd\xef\xbf\xbd z\"}");
}

TEST(InputJson, says_what_it_expected_what_it_found_and_where) {
    EXPECT_EQ(error_of("7"), "expected an object at /input, found 7");
    EXPECT_EQ(error_of("{}"),
              "expected a time such as \"2026-01-02T03:04:05.678Z\" at /input/at, found nothing");
    EXPECT_EQ(error_of(R"({"at":"yesterday","event":"Continued"})"),
              "expected a time such as \"2026-01-02T03:04:05.678Z\" at /input/at, "
              "found \"yesterday\"");
    EXPECT_EQ(
        error_of(R"({"at":"2026-01-02T03:04:05Z","event":"TaskDone","command":1})"),
        "expected one of ExecutionStarted, TaskStarted, TaskSubmitted, TaskSucceeded, "
        "TaskFailed, TimerFired, StopRequested, Continued, ItemsRead, ChildEnded, "
        "ObjectsWritten, MapRunUpdated, RedriveRequested at /input/event, found \"TaskDone\"");
    EXPECT_EQ(error_of(R"({"at":"2026-01-02T03:04:05Z","event":"TimerFired","command":-1})"),
              "expected an integer that isn't negative at /input/command, found -1");
    EXPECT_EQ(error_of(R"({"at":"2026-01-02T03:04:05Z","event":"TimerFired","command":1.5})"),
              "expected an integer that isn't negative at /input/command, found 1.5");
    EXPECT_EQ(error_of(R"({"at":"2026-01-02T03:04:05Z","event":"TaskSucceeded","command":1})"),
              "expected a value at /input/output, found nothing");
    EXPECT_EQ(error_of(R"({"at":"2026-01-02T03:04:05Z","event":"Continued","output":[1]})"),
              "expected no member at /input/output, found [1]");
    EXPECT_EQ(error_of(R"({"at":"2026-01-02T03:04:05Z","event":"TaskFailed","command":1,)"
                       R"("kind":"lost"})"),
              "expected one of failed, scheduleFailed, startFailed, submitFailed at /input/kind, "
              "found \"lost\"");
    EXPECT_EQ(error_of(R"({"at":"2026-01-02T03:04:05Z","event":"TaskSucceeded","command":1,)"
                       R"("output":1,"outputText":"1"})"),
              "expected nothing beside outputText at /input/output, found 1");
    EXPECT_EQ(error_of(R"({"at":"2026-01-02T03:04:05Z","event":"TaskSucceeded","command":1,)"
                       R"("outputText":"[1"})"),
              "expected a text that is JSON at /input/outputText, found \"[1\"");
}

TEST(InputJson, looks_into_the_start_of_an_execution) {
    const std::string start = R"({"at":"2026-01-02T03:04:05Z","event":"ExecutionStarted",)"
                              R"("execution":{"arn":"a","name":"e","stateMachineArn":"m",)"
                              R"("stateMachineName":"m","roleArn":"r","region":"x","type":"FAST"},)"
                              R"("input":{},"seed":"1","historyEventsMax":0,"secondsMax":0,)"
                              R"("scope":0})";
    EXPECT_EQ(error_of(start),
              "expected one of STANDARD, EXPRESS at /input/execution/type, found \"FAST\"");

    const Value bad = json(start);
    const Value good = bad.with("execution", bad["execution"].with("type", "STANDARD"));
    EXPECT_EQ(error_of(to_json(good)), "none");
    EXPECT_EQ(error_of(to_json(good.with("seed", 5))),
              "expected a text of digits at /input/seed, found 5");
    EXPECT_EQ(error_of(to_json(good.with("seed", "five"))),
              "expected a text of digits at /input/seed, found \"five\"");
    EXPECT_EQ(error_of(to_json(good.with("tokenSecret", "0g"))),
              "expected hexadecimal digits at /input/tokenSecret, found \"0g\"");
    EXPECT_EQ(error_of(to_json(good.with("scope", 4'294'967'296))),
              "expected the number of a scope at /input/scope, found 4294967296");
    EXPECT_EQ(error_of(to_json(good.without("execution"))),
              "expected an object at /input/execution, found nothing");
}

TEST(InputJson, reads_an_identity_alone) {
    const ExecutionIdentity identity{.execution_arn = "a", .execution_name = "e"};

    EXPECT_EQ(*read_identity_json(identity_json(identity)), identity);
    EXPECT_EQ(read_identity_json(json(R"({"arn":1})"), "/header").error().message,
              "expected a text at /header/arn, found 1");
}

} // namespace
} // namespace gradus
