#include "gradus/recorded_history.hpp"

#include "gradus/json.hpp"
#include "tests/support/recorded.hpp"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

using enum HistoryEventType;

/// Each event in a line: "3<2 PassStateExited 5678 {"name":…}", with its time in milliseconds.
std::vector<std::string> lines(const RecordedHistory& history) {
    std::vector<std::string> out;
    for (const RecordedEvent& event : history.events) {
        out.push_back(std::to_string(event.id) + "<" + std::to_string(event.previous_event_id) +
                      " " + std::string(history_event_name(event.type)) + " " +
                      (event.at ? std::to_string(epoch_milliseconds(*event.at)) : "?") + " " +
                      to_json(event.details) + (event.lacks_data ? " without data" : ""));
    }
    return out;
}

std::vector<std::string> lines(std::string text) {
    const auto history = read_foreign_history({{"h.json", std::move(text)}});
    if (!history) return {history.error().message};
    return lines(*history);
}

std::string error_of(std::string text, const std::string& execution_arn = "") {
    const auto history = read_foreign_history({{"h.json", std::move(text)}}, execution_arn);
    return history ? "none" : history.error().message;
}

const std::vector<std::string> two_events = {
    R"(1<0 ExecutionStarted 1767323045678 {"input":{"a":1},"roleArn":"role"})",
    R"(2<0 PassStateEntered 1767323045700 {"name":"A","input":{"a":1}})"};

TEST(ForeignHistory, is_read_as_the_cli_prints_it) {
    EXPECT_EQ(lines(R"({"events": [
        {"timestamp": "2026-01-02T03:04:05.678000+00:00", "type": "ExecutionStarted", "id": 1,
         "previousEventId": 0, "executionStartedEventDetails": {"input": "{\"a\": 1}",
         "inputDetails": {"truncated": false}, "roleArn": "role"}},
        {"timestamp": "2026-01-02T05:04:05.7+02:00", "type": "PassStateEntered", "id": 2,
         "previousEventId": 0, "stateEnteredEventDetails": {"name": "A", "input": "{\"a\": 1}",
         "inputDetails": {"truncated": false}}}]})"),
              two_events);
}

TEST(ForeignHistory, is_read_with_epoch_times_and_without_input_details) {
    EXPECT_EQ(lines(R"({"nextToken": "x", "events": [
        {"timestamp": 1767323045.678, "type": "ExecutionStarted", "id": 1,
         "executionStartedEventDetails": {"input": "{\"a\":1}", "roleArn": "role"}},
        {"timestamp": 1767323045.7, "type": "PassStateEntered", "id": 2,
         "previousEventId": 0, "stateEnteredEventDetails": {"name": "A", "input": "{\"a\":1}"}}]})"),
              two_events);
}

TEST(ForeignHistory, is_read_with_the_names_and_nulls_that_some_sdks_print) {
    EXPECT_EQ(lines(R"({"Events": [
        {"Id": 1, "Type": "ExecutionStarted", "Timestamp": "2026-01-02T03:04:05.678Z",
         "PreviousEventId": 0, "ActivityFailedEventDetails": null,
         "ExecutionStartedEventDetails": {"Input": "{\"a\":1}", "RoleArn": "role",
         "InputDetails": {"Truncated": false}, "StateMachineAliasArn": null}},
        {"Id": 2, "Type": "PassStateEntered", "Timestamp": "2026-01-02 03:04:05.7Z",
         "PreviousEventId": 0,
         "StateEnteredEventDetails": {"Name": "A", "Input": "{\"a\":1}"}}], "NextToken": null})"),
              two_events);
}

constexpr std::string_view first_record =
    R"({"id":"1","type":"ExecutionStarted","details":{"input":"{\"a\":1}","inputDetails":)"
    R"({"truncated":false},"roleArn":"role"},"previous_event_id":"0",)"
    R"("event_timestamp":"1767323045678","execution_arn":"arn:x","redrive_count":"0"})";
constexpr std::string_view second_record =
    R"({"id":"2","type":"PassStateEntered","details":{"input":"{\"a\":1}","inputDetails":)"
    R"({"truncated":false},"name":"A"},"previous_event_id":"0",)"
    R"("event_timestamp":"1767323045700","execution_arn":"arn:x","redrive_count":"0"})";

TEST(ForeignHistory, is_read_from_log_records) {
    const std::string both = std::string(first_record) + "\n" + std::string(second_record);
    const auto by_line = read_foreign_history({{"log", both}});
    ASSERT_TRUE(by_line) << by_line.error().message;
    EXPECT_EQ(by_line->execution_arn, "arn:x");

    const std::vector<std::string> expected = {
        two_events[0], R"(2<0 PassStateEntered 1767323045700 {"input":{"a":1},"name":"A"})"};
    EXPECT_EQ(lines(*by_line), expected);
    EXPECT_EQ(lines("[" + std::string(first_record) + "," + std::string(second_record) + "]"),
              expected);
    const auto message = [](std::string_view record) {
        return to_json(Value::object({{"timestamp", 1}, {"message", record}}));
    };
    EXPECT_EQ(lines("{\"events\":[" + message(second_record) + "," + message(first_record) + "]}"),
              expected);
}

TEST(ForeignHistory, of_one_execution_is_found_among_records_of_several) {
    std::string other(first_record);
    other.replace(other.find("arn:x"), 5, "arn:y");
    const std::string all = std::string(first_record) + other + std::string(second_record);

    EXPECT_EQ(error_of(all),
              "h.json: has log records of 2 executions; name one of them:\n  arn:x\n  arn:y");
    EXPECT_EQ(error_of(all, "arn:z"), "h.json: has no log records of arn:z; it has those of arn:x "
                                      "and others");
    EXPECT_EQ(read_foreign_history({{"log", all}}, "arn:y")->events.size(), 1U);
}

TEST(ForeignHistory, may_come_in_pages_and_backwards) {
    const auto page = [](int id) {
        return R"({"events":[{"id":)" + std::to_string(id) + R"(,"type":")" +
               (id == 1 ? "ExecutionStarted" : "ParallelStateStarted") + R"("}]})";
    };
    const auto history =
        read_foreign_history({{"b", page(3) + "\n" + page(2)}, {"a", page(2) + page(1)}});

    ASSERT_TRUE(history) << history.error().message;
    ASSERT_EQ(history->events.size(), 3U); // the page that is there twice counts once
    EXPECT_EQ(history->events[2].type, parallel_state_started);
    EXPECT_EQ(history->events[2].at, std::nullopt);
}

TEST(ForeignHistory, says_where_data_are_left_out_or_cut_off) {
    EXPECT_EQ(
        lines(R"({"events": [{"id": 1, "type": "ExecutionStarted", "timestamp": 1,
        "executionStartedEventDetails": {"roleArn": "role"}},
        {"id": 2, "type": "PassStateExited", "timestamp": 1, "stateExitedEventDetails":
        {"name": "A", "output": "{\"a\":", "outputDetails": {"truncated": true}}}]})"),
        (std::vector<std::string>{R"(1<0 ExecutionStarted 1000 {"roleArn":"role"} without data)",
                                  R"(2<0 PassStateExited 1000 {"name":"A"} without data)"}));
}

TEST(ForeignHistory, keeps_variables_and_drops_what_gradus_does_not_know) {
    EXPECT_EQ(lines(R"({"events": [{"id": 1, "type": "ExecutionStarted", "timestamp": 1,
        "executionStartedEventDetails": {"input": "1", "roleArn": "r", "newMember": 1}},
        {"id": 2, "type": "PassStateExited", "timestamp": 1, "previousEventId": 1,
        "stateExitedEventDetails": {"name": "A", "output": "1", "assignedVariables":
        {"X": "\"t\"", "y": "[1]"}, "assignedVariablesDetails": {"truncated": false}}}]})"),
              (std::vector<std::string>{
                  R"(1<0 ExecutionStarted 1000 {"input":1,"roleArn":"r"})",
                  R"(2<1 PassStateExited 1000 {"name":"A","output":1,"assignedVariables":)"
                  R"({"X":"t","y":[1]}})"}));
}

TEST(ForeignHistory, that_cannot_be_used_says_why) {
    EXPECT_EQ(error_of(""), "h.json: expected a history, found an empty text");
    EXPECT_EQ(error_of("{\"events\": [}\n"),
              "h.json: isn't valid JSON: syntax error at line 1, column 13");
    EXPECT_EQ(error_of(R"({"StartAt": "A"})"),
              "h.json: expected events of a history or log records of an express workflow, found "
              "{\"StartAt\":\"A\"}");
    EXPECT_EQ(error_of(R"({"events":[]})"), "h.json: has no events");
    EXPECT_EQ(error_of(R"([{"id":1,"type":"Started"}])"),
              "h.json, event 1: expected the type of a history event at /type, found \"Started\"");
    EXPECT_EQ(error_of(R"([{"id":1,"type":"PassStateEntered"}])"),
              "h.json: expected ExecutionStarted as the first event, found PassStateEntered");
    EXPECT_EQ(
        error_of(R"([{"id":1,"type":"ExecutionStarted"},{"id":3,"type":"PassStateEntered"}])"),
        "h.json: event 2 is missing; give all pages of the history");
    EXPECT_EQ(
        error_of(R"([{"id":1,"type":"ExecutionStarted"},{"id":1,"type":"PassStateEntered"}])"),
        "h.json: has two different events with the number 1; are they histories of different "
        "executions?");
    EXPECT_EQ(error_of(R"([{"id":2,"type":"PassStateEntered","previousEventId":2}])"),
              "h.json, event 2: expected the number of an earlier event as the previous one, found "
              "2");
    EXPECT_EQ(error_of(R"([{"id":1,"type":"ExecutionStarted","timestamp":"today"}])"),
              "h.json, event 1: expected a time, found \"today\"");
    EXPECT_EQ(error_of(R"([{"id":1,"type":"ExecutionStarted","executionStartedEventDetails":)"
                       R"({"input":"{"}}])"),
              "h.json, event 1/input: expected JSON as text, found one that isn't: the text ends "
              "before the JSON value does");
    std::string second_alone(second_record);
    EXPECT_EQ(error_of(second_alone), "h.json: event 1 is missing; an execution is logged whole "
                                      "only at the level ALL");
}

TEST(RecordedHistory, of_a_recording_is_its_events) {
    Recorder recorder(R"({"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}})", "[1]");

    const RecordedHistory history = recorded_history(recorder.recording());

    EXPECT_EQ(history.execution_arn, "arn:aws:states:us-east-1:123456789012:execution:m:e");
    EXPECT_EQ(lines(history),
              (std::vector<std::string>{R"(1<0 ExecutionStarted 0 {"input":[1],"roleArn":"role"})",
                                        R"(2<0 PassStateEntered 0 {"name":"A","input":[1]})",
                                        R"(3<2 PassStateExited 0 {"name":"A","output":[1]})",
                                        R"(4<3 ExecutionSucceeded 0 {"output":[1]})"}));
}

} // namespace
} // namespace gradus::test
