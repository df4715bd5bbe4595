#include "gradus/recording.hpp"

#include "gradus/json.hpp"
#include "states/step.hpp"
#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

constexpr std::string_view one_task = R"({"StartAt":"A","States":{"A":{"Type":"Task",)"
                                      R"("Resource":"arn:aws:states:::aws-sdk:s3:listBuckets",)"
                                      R"("End":true}}})";

std::string error_of(const std::string& text) {
    const auto recording = read_recording(text);
    return recording ? "none" : recording.error().message;
}

TEST(Recording, is_text_of_one_object_a_line) {
    Recorder recorder(one_task, R"({"n":1})");
    recorder.at_second(2).answer("A", R"({"ok":true})");

    const std::string text = recording_text(recorder.recording());

    EXPECT_EQ(
        text,
        R"({"gradusRecording":1,"engine":"0.1.0","execution":)"
        R"("arn:aws:states:us-east-1:123456789012:execution:m:e","definition":"{\"StartAt\":\"A\",)"
        R"(\"States\":{\"A\":{\"Type\":\"Task\",\"Resource\":)"
        R"(\"arn:aws:states:::aws-sdk:s3:listBuckets\",\"End\":true}}}"})"
        "\n"
        R"({"input":{"at":"1970-01-01T00:00:00Z","event":"ExecutionStarted","execution":{)"
        R"("arn":"arn:aws:states:us-east-1:123456789012:execution:m:e","name":"e",)"
        R"("stateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:m",)"
        R"("stateMachineName":"m","roleArn":"role","region":"us-east-1","type":"STANDARD"},)"
        R"("input":{"n":1},"seed":"1","historyEventsMax":25000,"secondsMax":0,"scope":0},)"
        R"("history":[{"timestamp":0,"type":"ExecutionStarted","id":1,"previousEventId":0,)"
        R"("executionStartedEventDetails":{"input":"{\"n\":1}","inputDetails":)"
        R"({"truncated":false},"roleArn":"role"}},)"
        R"({"timestamp":0,"type":"TaskStateEntered","id":2,"previousEventId":0,)"
        R"("stateEnteredEventDetails":{"name":"A","input":"{\"n\":1}","inputDetails":)"
        R"({"truncated":false}}},)"
        R"({"timestamp":0,"type":"TaskScheduled","id":3,"previousEventId":2,)"
        R"("taskScheduledEventDetails":{"resourceType":"aws-sdk:s3","resource":"listBuckets",)"
        R"("region":"us-east-1","parameters":"{\"n\":1}"}},)"
        R"({"timestamp":0,"type":"TaskStarted","id":4,"previousEventId":3,)"
        R"("taskStartedEventDetails":{"resourceType":"aws-sdk:s3","resource":"listBuckets"}}]})"
        "\n"
        R"({"input":{"at":"1970-01-01T00:00:02Z","event":"TaskSucceeded","command":1,)"
        R"("output":{"ok":true}},"history":[{"timestamp":2,"type":"TaskSucceeded","id":5,)"
        R"("previousEventId":4,"taskSucceededEventDetails":{"resourceType":"aws-sdk:s3",)"
        R"("resource":"listBuckets","output":"{\"ok\":true}","outputDetails":)"
        R"({"truncated":false}}},)"
        R"({"timestamp":2,"type":"TaskStateExited","id":6,"previousEventId":5,)"
        R"("stateExitedEventDetails":{"name":"A","output":"{\"ok\":true}","outputDetails":)"
        R"({"truncated":false}}},)"
        R"({"timestamp":2,"type":"ExecutionSucceeded","id":7,"previousEventId":6,)"
        R"("executionSucceededEventDetails":{"output":"{\"ok\":true}","outputDetails":)"
        R"({"truncated":false}}}]})"
        "\n"
        R"({"end":"SUCCEEDED"})"
        "\n");
    EXPECT_TRUE(is_recording(text));
    EXPECT_EQ(*read_recording(text), recorder.recording());
}

TEST(Recording, of_an_execution_that_runs_ends_with_that) {
    const std::string text = recording_text(Recorder(one_task, "{}").recording());

    EXPECT_TRUE(text.ends_with("{\"end\":\"RUNNING\"}\n"));
    EXPECT_EQ(read_recording(text)->status, ExecutionStatus::running);
}

TEST(Recording, is_put_together_from_inputs_and_history) {
    Recorder recorder(one_task, "{}");
    recorder.at_second(2).answer("A", "7");
    const Recording whole = recorder.recording();
    std::vector<Input> inputs;
    std::vector<HistoryEvent> history;
    for (const RecordedInput& entry : whole.inputs) {
        inputs.push_back(entry.input);
        history.insert(history.end(), entry.history.begin(), entry.history.end());
    }

    const auto made = make_recording(recorder.program(), std::string(one_task), inputs, history);

    EXPECT_EQ(*made, whole);
    EXPECT_EQ(make_recording(recorder.program(), "", {}, {}).error().message,
              "expected inputs from ExecutionStarted on, found none");
}

TEST(Recording, holds_no_token_secret) {
    const std::string text = recording_text(Recorder(one_task, "{}").recording());

    EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST(Recording, reading_names_the_line_and_what_is_wrong_in_it) {
    Recorder recorder(one_task, "{}");
    recorder.answer("A", "1");
    const std::string good = recording_text(recorder.recording());
    const auto with = [&](std::string_view part, std::string_view instead) {
        std::string text = good;
        text.replace(text.find(part), part.size(), instead);
        return text;
    };
    const std::string header = good.substr(0, good.find('\n') + 1);

    EXPECT_EQ(error_of(""), "expected a recording, found an empty text");
    EXPECT_EQ(error_of("{\"a\":1}\n"),
              "line 1: expected an integer that isn't negative at /gradusRecording, found nothing");
    EXPECT_EQ(error_of(with("\"gradusRecording\":1", "\"gradusRecording\":2")),
              "line 1: expected a recording of format 1, found format 2; a newer gradus wrote it");
    EXPECT_EQ(error_of(with("\"event\":\"TaskSucceeded\"", "\"event\":\"TaskDone\"")).substr(0, 46),
              "line 3: expected one of ExecutionStarted, Task");
    EXPECT_EQ(error_of(with("\"type\":\"TaskStarted\"", "\"type\":\"Started\"")),
              "line 2: expected the type of a history event at /history/3/type, found \"Started\"");
    EXPECT_EQ(error_of(with("\"history\"", "\"histori\"")),
              "line 2: expected a value at /history, found nothing");
    EXPECT_EQ(error_of(good.substr(0, good.rfind("{\"end\""))),
              "line 3: expected a last line {\"end\":…} behind it, found none: the recording was "
              "cut off");
    EXPECT_EQ(error_of(good.substr(0, 700)),
              "line 2: isn't valid JSON: the text ends before the JSON value does at column 452");
    EXPECT_EQ(error_of(good + good),
              "line 5: expected nothing behind the end, found " + good.substr(0, 60));
    EXPECT_EQ(error_of(header + "{\"end\":\"RUNNING\"}\n"),
              "line 2: expected the input ExecutionStarted, found no input");
    EXPECT_EQ(error_of(with("\"execution\":\"arn:", "\"execution\":\"brn:")),
              "line 2: expected the execution of line 1, "
              "brn:aws:states:us-east-1:123456789012:execution:m:e, found "
              "arn:aws:states:us-east-1:123456789012:execution:m:e");
}

} // namespace
} // namespace gradus::test
