#include "gradus/log_record.hpp"

#include "gradus/json.hpp"
#include "tests/support/story.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

using test::Story;

std::string records(const Story& story, LogLevel level, bool includes_data) {
    std::string out;
    for (const HistoryEvent& event : story.history()) {
        if (!is_logged(event.type, level)) continue;
        out += to_json(log_record(event, story.state().identity, 0, includes_data)) + "\n";
    }
    return out;
}

TEST(LogRecord, is_the_event_with_its_numbers_as_texts) {
    const Story story(R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})",
                      R"({"a": 1})");
    EXPECT_EQ(
        to_json(log_record(story.history()[1], story.state().identity, 2, true)),
        R"({"id":"2","type":"PassStateEntered","details":{"name":"P","input":"{\"a\":1}",)"
        R"("inputDetails":{"truncated":false}},"previous_event_id":"0","event_timestamp":"0",)"
        R"("execution_arn":"arn:aws:states:us-east-1:123456789012:execution:m:e",)"
        R"("redrive_count":"2"})");
}

TEST(LogRecord, without_data_keeps_names_errors_and_causes) {
    const Story story(R"({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E",
        "Cause": "why"}}})",
                      R"({"secret": 1})");
    const std::string text = records(story, LogLevel::all, false);
    EXPECT_EQ(text.find("secret"), std::string::npos);
    EXPECT_NE(text.find(R"("details":{"name":"F"})"), std::string::npos);
    EXPECT_NE(text.find(R"("details":{"error":"E","cause":"why"})"), std::string::npos);
}

TEST(LogRecord, is_kept_by_level) {
    using enum HistoryEventType;
    EXPECT_TRUE(is_logged(execution_failed, LogLevel::fatal));
    EXPECT_FALSE(is_logged(task_failed, LogLevel::fatal));
    EXPECT_TRUE(is_logged(task_failed, LogLevel::error));
    EXPECT_TRUE(is_logged(lambda_function_schedule_failed, LogLevel::error));
    EXPECT_TRUE(is_logged(task_timed_out, LogLevel::error));
    EXPECT_TRUE(is_logged(fail_state_entered, LogLevel::error));
    EXPECT_FALSE(is_logged(pass_state_entered, LogLevel::error));
    EXPECT_TRUE(is_logged(pass_state_entered, LogLevel::all));
    EXPECT_FALSE(is_logged(execution_failed, LogLevel::off));
}

} // namespace
} // namespace gradus
