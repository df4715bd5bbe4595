// A distributed Map and aws-sdk:s3 tasks against the simulated S3, on virtual time.
#include "engine/sim/simulated_world.hpp"
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

class World {
public:
    World() { world.connect(engine); }

    /// A call that must succeed.
    Value call(const std::string& operation, const Value& input) {
        std::optional<aws::CallResult> result;
        world.client().call({"s3", operation, input, ""},
                            [&](aws::CallResult got) { result = std::move(got); });
        loop.run_until([&] { return result.has_value(); });
        if (*result) return (*result)->output;
        ADD_FAILURE() << operation << ": " << result->error().message;
        return {};
    }
    void make_bucket(std::string_view name) {
        call("CreateBucket", Value::object({{"Bucket", Value(name)}}));
    }
    void put(std::string_view bucket, std::string_view key, std::string_view body) {
        call(
            "PutObject",
            Value::object({{"Bucket", Value(bucket)}, {"Key", Value(key)}, {"Body", Value(body)}}));
    }
    std::string get(std::string_view bucket, std::string_view key) {
        const Value object =
            call("GetObject", Value::object({{"Bucket", Value(bucket)}, {"Key", Value(key)}}));
        return object["Body"].is_string() ? std::string(object["Body"].as_string()) : "";
    }
    ExecutionSummary run(std::string_view definition, const Value& input = Value::object()) {
        const Compiled compiled = compile(definition);
        for (const Diagnostic& fault : compiled.diagnostics)
            ADD_FAILURE() << fault.pointer << ": " << fault.message;
        const auto arn = engine.start_execution(
            engine.add_state_machine({.name = "m", .program = compiled.program}), "e", input);
        loop.run_until([&] { return engine.describe(*arn)->status != ExecutionStatus::running; });
        return *engine.describe(*arn);
    }

    VirtualLoop loop{1'700'000'000'000};
    SimulatedWorld world{loop, {}};
    Engine engine{loop, &world.client()};
};

std::string map_over(std::string_view reader, std::string_view writer = "") {
    return R"({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "L", "MaxConcurrency": 10,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "ItemReader": )" +
           std::string(reader) + "," + std::string(writer) + R"("End": true}}})";
}

std::string get_object(std::string_view type, std::string_view key, std::string_view bucket) {
    return R"({"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": ")" +
           std::string(type) + R"("}, "Parameters": {"Bucket": ")" + std::string(bucket) +
           R"(", "Key": ")" + std::string(key) + "\"}}";
}

TEST(S3Map, reads_an_object_and_writes_files_of_results) {
    World world;
    world.make_bucket("shop");
    world.make_bucket("results");
    world.put("shop", "in/orders.jsonl", "{\"n\": 1}\n{\"n\": \"zwei é\"}\n");

    const auto end = world.run(map_over(get_object("JSONL", "in/orders.jsonl", "shop"), R"(
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
                         "Parameters": {"Bucket": "results", "Prefix": "out"}},)"));

    ASSERT_EQ(end.status, ExecutionStatus::succeeded) << to_json(end.output);
    const Value& details = end.output["ResultWriterDetails"];
    EXPECT_EQ(details["Bucket"], Value("results"));
    const Value manifest = *parse_json(world.get("results", details["Key"].as_string()));
    const Value& file = manifest["ResultFiles"]["SUCCEEDED"][std::size_t{0}];
    const std::string content = world.get("results", file["Key"].as_string());
    EXPECT_EQ(Value(content.size()), file["Size"]);
    const Value records = *parse_json(content);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0]["Output"], Value(R"({"n":1})"));
    EXPECT_EQ(records[1]["Output"], Value(R"({"n":"zwei é"})"));
}

TEST(S3Map, reads_an_object_that_is_larger_than_a_piece) {
    World world;
    world.make_bucket("shop");
    // Two bytes each, so that pieces of 1 MiB end inside of a character in every other line.
    std::string lines;
    std::string word;
    for (int i = 0; i < 5'000; ++i)
        word += "é";
    for (int i = 0; i < 250; ++i)
        lines += "{\"n\": " + std::to_string(i) + ", \"t\": \"" + word + "\"}\n";
    ASSERT_GT(lines.size(), std::size_t{2} << 20);
    world.put("shop", "large", lines);

    const auto end = world.run(map_over(get_object("JSONL", "large", "shop"), R"json(
        "ItemSelector": {"n.$": "$$.Map.Item.Value.n",
                         "sum.$": "States.Hash($$.Map.Item.Value.t, 'MD5')"},)json"));

    ASSERT_EQ(end.status, ExecutionStatus::succeeded) << end.failure.cause.value_or("");
    ASSERT_EQ(end.output.size(), 250U);
    for (std::size_t i = 0; i < 250; ++i) {
        EXPECT_EQ(end.output[i]["n"], Value(i));
        EXPECT_EQ(end.output[i]["sum"], end.output[std::size_t{0}]["sum"]) << i;
    }
}

TEST(S3Map, reads_an_empty_object) {
    World world;
    world.make_bucket("shop");
    world.put("shop", "empty", "");

    const auto end = world.run(map_over(get_object("JSONL", "empty", "shop")));

    EXPECT_EQ(to_json(end.output), "[]");
}

TEST(S3Map, lists_more_objects_than_a_page_holds) {
    World world;
    world.make_bucket("shop");
    for (int i = 0; i < 1'050; ++i)
        world.put("shop", "p/" + std::to_string(10'000 + i), "x");

    const auto end = world.run(map_over(R"({"Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": "shop", "Prefix": "p/"}})"));

    ASSERT_EQ(end.status, ExecutionStatus::succeeded) << end.failure.cause.value_or("");
    ASSERT_EQ(end.output.size(), 1'050U);
    EXPECT_EQ(end.output[1'049]["Key"], Value("p/11049"));
    EXPECT_EQ(end.output[0]["Size"], Value(1));
    EXPECT_EQ(end.output[0]["Etag"], Value("\"9dd4e461268c8034f5c8564e155c67a6\""));
}

TEST(S3Map, an_object_that_is_missing_fails_the_run_in_the_words_of_s3) {
    World world;
    world.make_bucket("shop");

    const auto key = world.run(map_over(get_object("JSON", "none", "shop")));
    EXPECT_EQ(key.failure.error, "States.ItemReaderFailed");
    EXPECT_TRUE(key.failure.cause->starts_with(
        "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: "))
        << *key.failure.cause;
}

TEST(S3Map, a_bucket_that_is_missing_fails_its_writer) {
    World world;
    world.make_bucket("shop");
    world.put("shop", "in", "[1]");

    const auto end = world.run(map_over(get_object("JSON", "in", "shop"), R"(
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
                         "Parameters": {"Bucket": "nobodys", "Prefix": "out"}},)"));

    EXPECT_EQ(end.failure.error, "States.ResultWriterFailed");
    EXPECT_TRUE(end.failure.cause->starts_with(
        "The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: "))
        << *end.failure.cause;
}

std::string task(std::string_view action, std::string_view parameters) {
    return R"({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": )"
           R"("arn:aws:states:::aws-sdk:s3:)" +
           std::string(action) + R"(", "Parameters": )" + std::string(parameters) +
           R"(, "End": true}}})";
}

// The sums of both are recorded: a text is written in quotes.
TEST(S3Task, puts_the_json_of_its_body) {
    World world;
    world.make_bucket("shop");

    const auto text =
        world.run(task("putObject", R"({"Bucket": "shop", "Key": "t", "Body": "text data"})"));
    EXPECT_EQ(text.output["ETag"], Value("\"2b5df3712557f503a9977a8ea893b2c9\""));
    EXPECT_EQ(text.output["ServerSideEncryption"], Value("AES256"));
    EXPECT_EQ(world.get("shop", "t"), "\"text data\"");
}

TEST(S3Task, puts_the_json_of_a_truth) {
    World world;
    world.make_bucket("shop");

    const auto end =
        world.run(task("putObject", R"({"Bucket": "shop", "Key": "t", "Body": false})"));

    EXPECT_EQ(end.output["ETag"], Value("\"68934a3e9455fa72420237eb05902327\""));
}

TEST(S3Task, gets_the_text_of_an_object) {
    World world;
    world.make_bucket("shop");
    world.put("shop", "k", "byte array data");

    const auto end = world.run(task("getObject", R"({"Bucket": "shop", "Key": "k"})"));

    EXPECT_EQ(end.output["Body"], Value("byte array data"));
    EXPECT_EQ(end.output["ETag"], Value("\"383fd42bdf94a2ab38cbeb1d8eb7e53f\""));
    EXPECT_EQ(end.output["ContentLength"], Value(15));
    EXPECT_EQ(end.output["Metadata"], Value::object());
    EXPECT_TRUE(end.output["LastModified"].is_string());
}

TEST(S3Task, gets_bytes_that_are_no_text_in_base64) {
    World world;
    world.make_bucket("shop");
    world.put("shop", "k", "\xff\xfe");

    const auto end = world.run(task("getObject", R"({"Bucket": "shop", "Key": "k"})"));

    EXPECT_EQ(end.output["Body"], Value("//4="));
}

TEST(S3Task, names_the_errors_of_s3) {
    World world;
    world.make_bucket("shop");

    const auto bucket = world.run(task("listObjects", R"({"Bucket": "somebody-elses"})"));
    EXPECT_EQ(bucket.failure.error, "S3.NoSuchBucketException");
    const std::string& cause = *bucket.failure.cause;
    EXPECT_TRUE(cause.starts_with("The specified bucket does not exist (Service: S3, Status Code: "
                                  "404, Request ID: "))
        << cause;
    EXPECT_NE(cause.find(", Extended Request ID: "), std::string::npos) << cause;
}

TEST(S3Task, names_a_missing_key_and_what_is_no_exception_of_its_own) {
    World world;
    world.make_bucket("shop");
    world.put("shop", "k", "x");

    const std::string definition = R"({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
              "Parameters": {"Bucket": "shop", "Key": "none"}, "End": true,
              "Catch": [{"ErrorEquals": ["S3.NoSuchKeyException"], "Next": "B"}]},
        "B": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:deleteBucket",
              "Parameters": {"Bucket": "shop"}, "End": true}}})";
    const auto end = world.run(definition);

    EXPECT_EQ(end.failure.error, "S3.S3Exception");
}

} // namespace
} // namespace gradus
