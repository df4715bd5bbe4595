#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"
#include "tests/support/replayed.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace gradus {
namespace {

namespace fs = std::filesystem;

/// A folder that is gone with the test.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "gradus-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& content) const {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name) << content;
    }
    std::string read(const std::string& name) const {
        std::ifstream file(path / name);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    fs::path path;
};

class World {
public:
    std::string start(std::string_view definition, const Value& input = Value::object()) {
        const Compiled compiled = compile(definition);
        for (const Diagnostic& fault : compiled.diagnostics)
            ADD_FAILURE() << fault.pointer << ": " << fault.message;
        const auto arn = engine.start_execution(
            engine.add_state_machine(
                {.name = "m", .program = compiled.program, .definition = std::string(definition)}),
            "e", input);
        return arn ? *arn : arn.error().message;
    }
    ExecutionSummary finish(const std::string& arn) {
        loop.run_until([&] { return engine.describe(arn)->status != ExecutionStatus::running; });
        test::expect_replays_equal(engine, arn);
        for (const MapRunRecord& map_run : engine.map_runs(arn)) {
            for (const ExecutionSummary& child : engine.children(map_run.map_run_arn))
                test::expect_replays_equal(engine, child.identity.execution_arn);
        }
        return *engine.describe(arn);
    }
    Value call(const std::string& operation, const Value& input) {
        Value answer;
        engine.call("us-east-1", operation, input, [&](const Result<Value, StatesError>& output) {
            answer = output ? *output : Value(output.error().code);
        });
        return answer;
    }

    VirtualLoop loop{1'000'000};
    Engine engine{loop, nullptr};
};

std::string map_over(std::string_view reader, std::string_view states) {
    return R"({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "L", "MaxConcurrency": 2,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},)" +
           std::string(states) + "}," + std::string(reader) + R"("End": true}}})";
}

constexpr std::string_view pass =
    R"("StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}})";

TEST(DistributedMap, reads_lines_of_a_file_and_runs_a_child_for_each) {
    const Folder folder;
    folder.write("in/list.jsonl", "{\"n\": 1}\n{\"n\": 2}\n");
    World world;
    world.engine.bind_bucket("data", folder.path.string());

    const auto end = world.finish(
        world.start(map_over(R"("ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSONL"}, "Parameters": {"Bucket": "data", "Key": "in/list.jsonl"}},)",
                             pass)));

    EXPECT_EQ(to_json(end.output), R"([{"n":1},{"n":2}])");
}

TEST(DistributedMap, reads_one_object_after_the_other_when_a_list_is_flattened) {
    const Folder folder;
    folder.write("a/1.json", "[1, 2]");
    folder.write("a/2.json", "[3]");
    folder.write("b/3.json", "[4]");
    World world;

    const auto end = world.finish(
        world.start(map_over(R"("ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
        "ReaderConfig": {"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"},
        "Parameters": {"Bucket.$": "$.bucket", "Prefix": "a/"}},)",
                             pass),
                    Value::object({{"bucket", "file://" + folder.path.string()}})));

    EXPECT_EQ(to_json(end.output), "[1,2,3]");
}

TEST(DistributedMap, lists_the_objects_of_a_folder) {
    const Folder folder;
    folder.write("x.txt", "hello");
    World world;
    world.engine.bind_bucket("data", folder.path.string());

    const auto end = world.finish(
        world.start(map_over(R"("ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": "data"}},)",
                             pass)));

    const Value& item = end.output[std::size_t{0}];
    EXPECT_EQ(item["Key"], Value("x.txt"));
    EXPECT_EQ(item["Size"], Value(5));
    EXPECT_EQ(item["Etag"], Value("\"5d41402abc4b2a76b9719d911017c592\""));
    EXPECT_EQ(item["StorageClass"], Value("STANDARD"));
}

TEST(DistributedMap, an_object_that_is_not_there_fails_the_run_with_its_name) {
    const Folder folder;
    World world;
    world.engine.bind_bucket("data", folder.path.string());

    const auto end = world.finish(
        world.start(map_over(R"("ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "data", "Key": "none"}},)",
                             pass)));

    EXPECT_EQ(end.failure.error, "States.ItemReaderFailed");
    EXPECT_EQ(end.failure.cause, "No object 'none' in the folder " + folder.path.string());
}

TEST(DistributedMap, writes_what_its_manifest_lists) {
    const Folder folder;
    World world;
    world.engine.bind_bucket("out", folder.path.string());

    const auto end = world.finish(
        world.start(map_over(R"("ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "out", "Prefix": "p"}},)",
                             pass),
                    Value::array({7, 8})));

    ASSERT_EQ(end.status, ExecutionStatus::succeeded);
    const Value& key = end.output["ResultWriterDetails"]["Key"];
    const Value manifest = *parse_json(folder.read(std::string(key.as_string())));
    const Value& file = manifest["ResultFiles"]["SUCCEEDED"][std::size_t{0}];
    const std::string content = folder.read(std::string(file["Key"].as_string()));
    EXPECT_EQ(Value(content.size()), file["Size"]);
    const Value records = *parse_json(content);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[std::size_t{1}]["Input"], Value("8"));
    EXPECT_EQ(records[std::size_t{1}]["Status"], Value("SUCCEEDED"));
}

TEST(DistributedMap, its_run_and_children_can_be_described_and_have_their_own_history) {
    World world;
    const std::string arn = world.start(map_over("", pass), Value::array({7, 8}));
    ASSERT_EQ(world.finish(arn).status, ExecutionStatus::succeeded);

    const Value runs = world.call("ListMapRuns", Value::object({{"executionArn", arn}}));
    ASSERT_EQ(runs["mapRuns"].size(), 1U);
    const Value& run_arn = runs["mapRuns"][std::size_t{0}]["mapRunArn"];
    EXPECT_TRUE(
        run_arn.as_string().starts_with("arn:aws:states:us-east-1:123456789012:mapRun:m/L:"));
    const Value run = world.call("DescribeMapRun", Value::object({{"mapRunArn", run_arn}}));
    EXPECT_EQ(run["status"], Value("SUCCEEDED"));
    EXPECT_EQ(run["maxConcurrency"], Value(2));
    EXPECT_EQ(to_json(run["itemCounts"]),
              R"({"aborted":0,"failed":0,"pending":0,"resultsWritten":2,"running":0,)"
              R"("succeeded":2,"timedOut":0,"total":2})");
    const Value children = world.call("ListExecutions", Value::object({{"mapRunArn", run_arn}}));
    ASSERT_EQ(children["executions"].size(), 2U);
    const Value& child = children["executions"][std::size_t{0}];
    EXPECT_EQ(child["mapRunArn"], run_arn);
    EXPECT_EQ(child["stateMachineArn"],
              Value("arn:aws:states:us-east-1:123456789012:stateMachine:m/L"));
    const Value history =
        world.call("GetExecutionHistory", Value::object({{"executionArn", child["executionArn"]}}));
    ASSERT_EQ(history["events"].size(), 4U);
    EXPECT_EQ(history["events"][std::size_t{1}]["type"], Value("PassStateEntered"));
}

TEST(DistributedMap, stops_its_children_when_it_is_stopped) {
    World world;
    const std::string arn = world.start(
        map_over(
            "", R"("StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}})"),
        Value::array({7, 8}));
    world.loop.run_until([&] {
        const auto runs = world.engine.map_runs(arn);
        return !runs.empty() && world.engine.children(runs[0].map_run_arn).size() == 2;
    });
    const std::string run = world.engine.map_runs(arn)[0].map_run_arn;

    ASSERT_TRUE(world.engine.stop_execution(arn, {}));
    world.loop.run_until(
        [&] { return world.engine.children(run, ExecutionStatus::aborted).size() == 2; });

    EXPECT_EQ(world.engine.describe(arn)->status, ExecutionStatus::aborted);
    EXPECT_EQ(world.engine.describe_map_run(run)->status, MapRunStatus::aborted);
    EXPECT_EQ(
        world.call("UpdateMapRun", Value::object({{"mapRunArn", run}, {"maxConcurrency", 9}})),
        Value("ValidationException"));
}

TEST(DistributedMap, children_answer_task_tokens_of_their_own) {
    World world;
    world.engine.bind_activity("double",
                               plain_handler([](const HandlerContext& context) -> HandlerResult {
                                   return Value(context.input.as_integer() * 2);
                               }));
    const auto end =
        world.finish(world.start(map_over("", R"("StartAt": "T", "States": {"T": {"Type": "Task",
            "Resource": "arn:aws:states:us-east-1:123456789012:activity:double", "End": true}})"),
                                 Value::array({7, 8, 9})));
    EXPECT_EQ(to_json(end.output), "[14,16,18]");
}

} // namespace
} // namespace gradus
