// An engine with a store on disk, in one process after the other.
#include "engine/store/store.hpp"
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/store.hpp"
#include "gradus/virtual_loop.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <deque>
#include <fstream>
#include <sys/resource.h>

namespace gradus {
namespace {

using test::TemporaryFolder;

const std::string prefix = "arn:aws:states:us-east-1:123456789012:";

Value json(std::string_view text) {
    auto value = parse_json(text);
    if (!value) ADD_FAILURE() << value.error().message << " in " << text;
    return value ? *value : Value();
}

/// A process with an engine; begin() ends it, if there is one, and starts the next.
class DurableEngine : public testing::Test {
protected:
    DurableEngine() { begin(); }

    void begin() {
        const std::int64_t now = loop ? loop->now_epoch_milliseconds() : 1'700'000'000'000;
        engine.reset();
        loop = std::make_unique<VirtualLoop>(now); // nothing of before is left in it
        auto store = open_store(*loop, file);
        ASSERT_TRUE(store) << store.error().message;
        engine = std::make_unique<Engine>(*loop, nullptr, options, *store);
        engine->bind_activity("double", plain_handler([](const HandlerContext& context) {
                                  return HandlerResult(Value(context.input["n"].as_integer() * 2));
                              }));
        engine->on_trouble([this](const Error& error) { troubles.push_back(error.message); });
        const auto recovered = engine->recover();
        ASSERT_TRUE(recovered) << recovered.error().message;
    }
    /// Answers at once, or once the disk has it.
    const Value& ask(const std::string& operation, const Value& input) {
        const auto answer = begin_asking(operation, input);
        loop->run_until([&] { return answer->has_value(); });
        if (*answer && **answer) return answers.emplace_back(***answer);
        return answers.emplace_back(*answer ? (*answer)->error().code : "no answer");
    }
    std::shared_ptr<std::optional<Result<Value, StatesError>>>
    begin_asking(const std::string& operation, const Value& input) {
        auto answer = std::make_shared<std::optional<Result<Value, StatesError>>>();
        engine->call("us-east-1", operation, input,
                     [answer](Result<Value, StatesError> given) { *answer = std::move(given); });
        return answer;
    }
    void create(const std::string& name, std::string_view definition) {
        const Value created = ask("CreateStateMachine",
                                  Value::object({{"name", name},
                                                 {"definition", std::string(definition)},
                                                 {"roleArn", "arn:aws:iam::123456789012:role/r"}}));
        ASSERT_TRUE(created.is_object()) << to_json(created);
    }
    std::string start(const std::string& machine, const std::string& name,
                      const std::string& input = "{}") {
        const Value started =
            ask("StartExecution",
                Value::object({{"stateMachineArn", prefix + "stateMachine:" + machine},
                               {"name", name},
                               {"input", input}}));
        return started.is_object() ? std::string(started["executionArn"].as_string())
                                   : to_json(started);
    }
    const Value& describe(const std::string& arn) {
        return ask("DescribeExecution", Value::object({{"executionArn", arn}}));
    }
    void run() {
        loop->run_until([] { return false; });
    }
    /// Some turns of the loop. False when nothing is left to do.
    bool run_turns(int turns) {
        return loop->run_until([&] { return turns-- == 0; });
    }
    std::string types(const std::string& arn) {
        std::string out;
        for (const HistoryEvent& event : engine->history(arn))
            out += std::string(history_event_name(event.type)) + ' ';
        return out;
    }

    TemporaryFolder folder;
    std::string file = folder.path() + "/store.db";
    EngineOptions options;
    std::unique_ptr<VirtualLoop> loop;
    std::unique_ptr<Engine> engine;
    std::vector<std::string> troubles;
    std::deque<Value> answers; // of ask; the code where it was refused
};

constexpr std::string_view wait = R"({"StartAt": "W", "States": {
    "W": {"Type": "Wait", "Seconds": 3600, "End": true}}})";
constexpr std::string_view fail = R"({"StartAt": "F", "States": {
    "F": {"Type": "Fail", "Error": "E", "Cause": "why"}}})";
constexpr std::string_view work = R"({"StartAt": "T", "States": {"T": {"Type": "Task",
    "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "End": true}}})";
constexpr std::string_view double_it = R"({"StartAt": "D", "States": {"D": {"Type": "Task",
    "Resource": "arn:aws:states:us-east-1:123456789012:activity:double", "End": true}}})";
constexpr std::string_view parent = R"({"StartAt": "C", "States": {
    "C": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:d",
                       "Input.$": "$"},
        "ResultSelector": {"n.$": "$.Output"}, "ResultPath": "$.child", "Next": "W"},
    "W": {"Type": "Wait", "Seconds": 5, "Next": "M"},
    "M": {"Type": "Map", "ItemsPath": "$.items", "Label": "each", "End": true,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "D", "States": {"D": {"Type": "Task", "End": true,
                "Resource": "arn:aws:states:us-east-1:123456789012:activity:double"}}}}}})";

TEST_F(DurableEngine, lets_an_execution_wait_through_a_restart) {
    create("w", wait);
    const std::string arn = start("w", "e");
    loop->run_to(1'700'000'000'000 + 1'000'000);
    begin();
    EXPECT_EQ(describe(arn)["status"], Value("RUNNING"));
    run();
    const Value ended = describe(arn);
    EXPECT_EQ(ended["status"], Value("SUCCEEDED"));
    EXPECT_EQ(ended["startDate"], Value(1'700'000'000.0));
    EXPECT_EQ(ended["stopDate"], Value(1'700'003'600.0));
}

TEST_F(DurableEngine, fires_at_once_what_was_due_while_it_was_down) {
    create("w", wait);
    const std::string arn = start("w", "e");
    engine.reset();
    loop = std::make_unique<VirtualLoop>(1'700'000'000'000 + 86'400'000);
    begin();
    run();
    EXPECT_EQ(describe(arn)["stopDate"], Value(1'700'086'400.0));
}

TEST_F(DurableEngine, answers_a_start_only_once_it_is_safe) {
    create("w", wait);
    const auto answer = begin_asking(
        "StartExecution", Value::object({{"stateMachineArn", prefix + "stateMachine:w"}}));
    EXPECT_FALSE(answer->has_value());
    run_turns(3);
    EXPECT_TRUE(answer->has_value());
}

TEST_F(DurableEngine, takes_a_start_that_is_not_safe_yet_for_started) {
    create("w", wait);
    const Value request = Value::object(
        {{"stateMachineArn", prefix + "stateMachine:w"}, {"name", "e"}, {"input", "{}"}});
    const auto first = begin_asking("StartExecution", request);
    const auto same = begin_asking("StartExecution", request);
    const auto other = begin_asking("StartExecution", request.with("input", "[1]"));
    run_turns(5);
    ASSERT_TRUE(first->has_value() && same->has_value() && other->has_value());
    EXPECT_EQ(to_json(***first), to_json(***same));
    EXPECT_EQ((*other)->error().code, "ExecutionAlreadyExists");
    EXPECT_EQ(engine->list("").size(), 1U);
}

TEST_F(DurableEngine, takes_a_token_of_before) {
    ask("CreateActivity", json(R"({"name": "work"})"));
    create("t", work);
    const std::string arn = start("t", "e", R"({"n": 1})");
    const Value task =
        ask("GetActivityTask", Value::object({{"activityArn", prefix + "activity:work"}}));
    EXPECT_EQ(task["input"], Value(R"({"n":1})"));
    begin();
    run_turns(5);

    // The worker has it: nobody else gets it.
    const auto poll =
        begin_asking("GetActivityTask", Value::object({{"activityArn", prefix + "activity:work"}}));
    EXPECT_FALSE(poll->has_value());
    EXPECT_EQ(
        ask("SendTaskSuccess", Value::object({{"taskToken", task["taskToken"]}, {"output", "42"}})),
        Value::object());
    EXPECT_EQ(describe(arn)["output"], Value("42"));
    EXPECT_EQ(
        ask("SendTaskSuccess", Value::object({{"taskToken", task["taskToken"]}, {"output", "43"}})),
        Value("TaskTimedOut"));
}

TEST_F(DurableEngine, hands_out_the_tasks_that_nobody_had_taken_in_their_order) {
    ask("CreateActivity", json(R"({"name": "work"})"));
    create("t", work);
    start("t", "one", "1");
    start("t", "two", "2");
    begin();
    const Value request = Value::object({{"activityArn", prefix + "activity:work"}});
    EXPECT_EQ(ask("GetActivityTask", request)["input"], Value("1"));
    EXPECT_EQ(ask("GetActivityTask", request)["input"], Value("2"));
}

TEST_F(DurableEngine, keeps_what_executions_are_started_from) {
    create("w", wait);
    const Value of_machine = Value::object({{"stateMachineArn", prefix + "stateMachine:w"}});
    ask("PublishStateMachineVersion", of_machine.with("description", "first"));
    ask("UpdateStateMachine", of_machine.with("definition", std::string(fail)));
    ask("CreateStateMachineAlias", json(R"({"name": "live", "routingConfiguration": [{"weight": 100,
            "stateMachineVersionArn": "arn:aws:states:us-east-1:123456789012:stateMachine:w:1"}]})"));
    ask("TagResource", Value::object({{"resourceArn", prefix + "stateMachine:w"},
                                      {"tags", json(R"([{"key": "k", "value": "v"}])")}}));
    ask("CreateActivity", json(R"({"name": "work", "tags": [{"key": "a", "value": "b"}]})"));
    ask("CreateActivity", json(R"({"name": "gone"})"));
    ask("DeleteActivity", Value::object({{"activityArn", prefix + "activity:gone"}}));
    create("gone", wait);
    ask("DeleteStateMachine", Value::object({{"stateMachineArn", prefix + "stateMachine:gone"}}));
    const std::vector<std::pair<std::string, Value>> questions = {
        {"DescribeStateMachine", of_machine},
        {"ListStateMachines", Value::object()},
        {"ListStateMachineVersions", of_machine},
        {"DescribeStateMachineAlias",
         Value::object({{"stateMachineAliasArn", prefix + "stateMachine:w:live"}})},
        {"ListTagsForResource", Value::object({{"resourceArn", prefix + "stateMachine:w"}})},
        {"ListActivities", Value::object()},
        {"ListTagsForResource", Value::object({{"resourceArn", prefix + "activity:work"}})}};
    std::vector<std::string> before;
    for (const auto& [operation, input] : questions)
        before.push_back(to_json(ask(operation, input)));

    begin();

    for (std::size_t i = 0; i < questions.size(); ++i)
        EXPECT_EQ(to_json(ask(questions[i].first, questions[i].second)), before[i]);
    const std::string arn = start("w:live", "e"); // the version, which waits
    EXPECT_EQ(describe(arn)["status"], Value("RUNNING"));
    create("w", wait); // the same creation as at first
}

TEST_F(DurableEngine, keeps_an_execution_on_the_definition_that_it_began_with) {
    create("w", wait);
    const std::string arn = start("w", "e");
    ask("UpdateStateMachine", Value::object({{"stateMachineArn", prefix + "stateMachine:w"},
                                             {"definition", std::string(fail)}}));
    begin();
    run();
    EXPECT_EQ(describe(arn)["status"], Value("SUCCEEDED"));
    const Value used =
        ask("DescribeStateMachineForExecution", Value::object({{"executionArn", arn}}));
    EXPECT_EQ(used["definition"], Value(std::string(wait)));
}

TEST_F(DurableEngine, redrives_what_ended_before) {
    create("f", fail);
    const std::string arn = start("f", "e");
    run();
    begin();
    EXPECT_EQ(describe(arn)["redriveStatus"], Value("REDRIVABLE"));
    EXPECT_TRUE(ask("RedriveExecution", Value::object({{"executionArn", arn}})).is_object());
    run();
    EXPECT_EQ(describe(arn)["redriveCount"], Value(1));
    EXPECT_EQ(types(arn), "ExecutionStarted FailStateEntered ExecutionFailed ExecutionRedriven "
                          "FailStateEntered ExecutionFailed ");
}

TEST_F(DurableEngine, goes_on_deleting_a_machine) {
    create("w", wait);
    const std::string arn = start("w", "e");
    const Value of_machine = Value::object({{"stateMachineArn", prefix + "stateMachine:w"}});
    ask("DeleteStateMachine", of_machine);
    begin();
    run_turns(20);
    EXPECT_EQ(describe(arn)["status"], Value("ABORTED"));
    EXPECT_EQ(ask("DescribeStateMachine", of_machine), Value("StateMachineDoesNotExist"));
    begin();
    EXPECT_EQ(ask("DescribeStateMachine", of_machine), Value("StateMachineDoesNotExist"));
}

TEST_F(DurableEngine, draws_other_names_each_time) {
    create("w", wait);
    const Value nameless = Value::object({{"stateMachineArn", prefix + "stateMachine:w"}});
    ask("StartExecution", nameless);
    begin();
    ask("StartExecution", nameless);
    const auto all = engine->list("");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_NE(all[0].identity.execution_arn, all[1].identity.execution_arn);
}

// Children of two kinds, native handlers, a wait: a new process after each turn of the loop.
TEST_F(DurableEngine, comes_to_the_same_wherever_the_process_ends) {
    std::string expected;
    bool has_more = true;
    for (int turns = 200; has_more || turns == 200; turns = turns == 200 ? 1 : turns + 1) {
        file = folder.path() + "/" + std::to_string(turns);
        options.residents_max = turns % 2 == 0 ? 10'000 : 0;
        loop.reset();
        begin();
        create("d", double_it);
        create("p", parent);
        const auto started = begin_asking(
            "StartExecution",
            Value::object({{"stateMachineArn", prefix + "stateMachine:p"},
                           {"name", "e"},
                           {"input", R"({"n": 4, "items": [{"n": 1}, {"n": 2}, {"n": 3}]})"}}));
        has_more = run_turns(turns);
        if (!started->has_value()) continue; // nothing was promised
        begin();
        run();

        const std::string arn = prefix + "execution:p:e";
        ASSERT_EQ(describe(arn)["output"], Value("[2,4,6]")) << "after " << turns << " turns";
        const std::string history = to_pretty_json(history_json(engine->history(arn)));
        if (turns == 200) expected = history;
        ASSERT_EQ(history, expected) << "after " << turns << " turns";
        EXPECT_EQ(engine->list("").size(), 5U);
        EXPECT_TRUE(engine->list("", ExecutionStatus::running).empty());
    }
    EXPECT_TRUE(troubles.empty());
}

/// While it lives, nothing can be written to a file but its first kilobyte.
class FullDisk {
public:
    FullDisk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
        const rlimit full{1024, before_.rlim_max};
        EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    void (*handler_)(int);
    rlimit before_{};
};

TEST_F(DurableEngine, promises_nothing_while_the_disk_is_full_and_goes_on_afterwards) {
    create("w", wait);
    create("d", double_it);
    const std::string waiting = start("w", "waiting");
    const std::string large = '"' + std::string(200'000, 'x') + '"';
    {
        const FullDisk full;
        EXPECT_EQ(start("w", "large", large), "\"ServiceUnavailable\"");
        EXPECT_EQ(start("w", "small"), "\"ServiceUnavailable\"");
        EXPECT_EQ(ask("StopExecution", Value::object({{"executionArn", waiting}})),
                  Value("ServiceUnavailable"));
        EXPECT_EQ(describe(waiting)["status"], Value("RUNNING")); // what is there can be read
        ASSERT_EQ(troubles.size(), 1U);
        EXPECT_TRUE(troubles[0].starts_with(file + ": ")) << troubles[0];
    }
    loop->run_to(loop->now_epoch_milliseconds() + 1'000);

    EXPECT_EQ(describe(start("w", "large", large))["status"], Value("RUNNING"));
    const std::string doubled = start("d", "d", R"({"n": 3})");
    run();
    EXPECT_EQ(describe(doubled)["output"], Value("6"));
    EXPECT_EQ(describe(waiting)["status"], Value("SUCCEEDED"));
    EXPECT_EQ(engine->list("").size(), 3U);
    EXPECT_EQ(troubles.size(), 1U);
}

} // namespace
} // namespace gradus
