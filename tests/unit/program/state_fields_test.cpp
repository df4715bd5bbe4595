// Which field may stand in which state: States language, "State Type Field Summary", with the
// fields that AWS adds.
#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

#include <array>

namespace gradus {
namespace {

struct StateSample {
    std::string_view type;
    std::string_view jsonpath; // what makes it whole, by query language
    std::string_view jsonata;
};

constexpr std::string_view inner = R"({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}})";

constexpr auto samples = std::to_array<StateSample>({
    {"Task", R"("End": true, "Resource": "arn:aws:states:us-east-1:123456789012:activity:a")", ""},
    {"Parallel", R"("End": true, "Branches": [INNER])", ""},
    {"Map", R"("End": true, "ItemProcessor": INNER)", ""},
    {"Pass", R"("End": true)", ""},
    {"Wait", R"("End": true, "Seconds": 1)", ""},
    {"Choice", R"("Default": "Z", "Choices": [{"Variable": "$", "IsNull": true, "Next": "Z"}])",
     R"("Default": "Z", "Choices": [{"Condition": true, "Next": "Z"}])"},
    {"Succeed", R"("Comment": "")", ""},
    {"Fail", R"("Comment": "")", ""},
});

/// The types of the states where the field may stand, in the order of `samples`.
std::string states_with(const std::string& field, const std::string& value,
                        const std::string& language) {
    std::string allowed;
    for (const StateSample& sample : samples) {
        const bool is_jsonata = language == "JSONata";
        std::string members(is_jsonata && !sample.jsonata.empty() ? sample.jsonata
                                                                  : sample.jsonpath);
        if (const auto at = members.find("INNER"); at != std::string::npos)
            members.replace(at, 5, inner);
        const auto found =
            faults(R"({"QueryLanguage": ")" + language +
                   R"(", "StartAt": "A", "States": {"A": {"Type": ")" + std::string(sample.type) +
                   "\", " + members + ", \"" + field + "\": " + value + "}" +
                   (sample.type == "Choice" ? R"(, "Z": {"Type": "Succeed"})" : "") + "}}");
        bool is_refused = false;
        for (const std::string& fault : found)
            is_refused |= fault.find("'" + field + "' is not supported") != std::string::npos;
        if (!is_refused) allowed += (allowed.empty() ? "" : " ") + std::string(sample.type);
    }
    return allowed;
}

TEST(StateFields, of_jsonpath_stand_where_the_language_says) {
    const auto states = [](const std::string& field, const std::string& value) {
        return states_with(field, value, "JSONPath");
    };

    EXPECT_EQ(states("InputPath", "\"$\""), "Task Parallel Map Pass Wait Choice Succeed");
    EXPECT_EQ(states("OutputPath", "\"$\""), "Task Parallel Map Pass Wait Choice Succeed");
    EXPECT_EQ(states("Parameters", "{}"), "Task Parallel Map Pass");
    EXPECT_EQ(states("ResultSelector", "{}"), "Task Parallel Map");
    EXPECT_EQ(states("ResultPath", "\"$\""), "Task Parallel Map Pass");
    EXPECT_EQ(states("Result", "1"), "Pass");
    EXPECT_EQ(states("Arguments", "{}"), "");
    EXPECT_EQ(states("Output", "1"), "");
    EXPECT_EQ(states("Items", "[]"), "");
    EXPECT_EQ(states("ItemsPath", "\"$\""), "Map");
    EXPECT_EQ(states("ErrorPath", "\"$.e\""), "Fail");
    EXPECT_EQ(states("SecondsPath", "\"$.e\""), "Wait");
    EXPECT_EQ(states("TimeoutSecondsPath", "\"$.e\""), "Task");
}

TEST(StateFields, of_jsonata_stand_where_the_language_says) {
    const auto states = [](const std::string& field, const std::string& value) {
        return states_with(field, value, "JSONata");
    };

    EXPECT_EQ(states("Arguments", "{}"), "Task Parallel");
    EXPECT_EQ(states("Output", "1"), "Task Parallel Map Pass Wait Choice Succeed");
    EXPECT_EQ(states("Items", "[]"), "Map");
    for (const char* field :
         {"InputPath", "OutputPath", "Parameters", "ResultSelector", "ResultPath", "Result",
          "ItemsPath", "ErrorPath", "CausePath", "SecondsPath", "TimestampPath",
          "TimeoutSecondsPath", "HeartbeatSecondsPath", "MaxConcurrencyPath"})
        EXPECT_EQ(states(field, "\"$.e\""), "") << field;
}

TEST(StateFields, of_both_languages_stand_where_the_language_says) {
    for (const char* language : {"JSONPath", "JSONata"}) {
        const auto states = [&](const std::string& field, const std::string& value) {
            return states_with(field, value, language);
        };

        EXPECT_EQ(states("Assign", "{}"), "Task Parallel Map Pass Wait Choice");
        EXPECT_EQ(states("Retry", "[]"), "Task Parallel Map");
        EXPECT_EQ(states("Catch", "[]"), "Task Parallel Map");
        EXPECT_EQ(states("Next", "\"A\""), "Task Parallel Map Pass Wait");
        EXPECT_EQ(states("TimeoutSeconds", "1"), "Task");
        EXPECT_EQ(states("HeartbeatSeconds", "1"), "Task");
        EXPECT_EQ(states("Credentials", R"({"RoleArn": "r"})"), "Task");
        EXPECT_EQ(states("Error", "\"e\""), "Fail");
        EXPECT_EQ(states("Comment", "\"c\""), "Task Parallel Map Pass Wait Choice Succeed Fail");
        EXPECT_EQ(states("MaxConcurrency", "1"), "Map");
        EXPECT_EQ(states("Unknown", "1"), "");
    }
}

TEST(StateFields, of_inner_states_follow_the_machine_not_the_state_around_them) {
    const auto machine = [](const std::string& pass) {
        return faults(R"({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true,
            "QueryLanguage": "JSONata", "Arguments": "{% $states.input %}", "Branches": [
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, )" +
                      pass + "}}}]}}}");
    };

    EXPECT_EQ(machine(R"("Parameters": {"x.$": "$"})"), Faults{});
    EXPECT_EQ(machine(R"("QueryLanguage": "JSONata", "Output": "{% 1 %}")"), Faults{});
    EXPECT_EQ(machine(R"("Output": "{% 1 %}")"),
              (Faults{"/States/P/Branches/0/States/A/Output: Field 'Output' is not supported in a "
                      "state whose query language is JSONPath"}));
}

TEST(StateFields, of_a_map_exclude_each_other) {
    const std::string at = "/States/A";
    const std::string processor = "\"ItemProcessor\": " + std::string(inner);
    const auto map = [](const std::string& members) {
        return state_faults(R"("Type": "Map", "End": true, )" + members);
    };

    EXPECT_EQ(map(R"("Comment": "")"),
              (Faults{at + ": One of these fields is required: [ItemProcessor, Iterator]"}));
    EXPECT_EQ(map("\"Iterator\": " + std::string(inner) + R"(, "Parameters": {})"), Faults{});
    EXPECT_EQ(map(processor + R"(, "ItemSelector": {}, "Parameters": {})"),
              (Faults{at + "/Parameters: Only one of these fields may be set: [ItemSelector, "
                           "Parameters]"}));
    EXPECT_EQ(map(processor + R"(, "MaxConcurrency": 1, "MaxConcurrencyPath": "$.a")"),
              (Faults{at + "/MaxConcurrencyPath: Only one of these fields may be set: "
                           "[MaxConcurrency, MaxConcurrencyPath]"}));
}

TEST(StateFields, of_retriers_and_catchers) {
    const std::string task = R"("Type": "Task", "End": true,
        "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", )";

    EXPECT_EQ(state_faults(task + R"("Retry": [{"Next": "A"}, {"ErrorEquals": ["E"],
                  "IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1, "MaxDelaySeconds": 2,
                  "JitterStrategy": "FULL", "Comment": ""}])"),
              (Faults{"/States/A/Retry/0: The field 'ErrorEquals' is required but was missing",
                      "/States/A/Retry/0/Next: Field 'Next' is not supported"}));
    EXPECT_EQ(state_faults(task + R"("Catch": [{"ErrorEquals": ["E"], "Output": 1},
                  {"ErrorEquals": ["F"], "Next": "A", "ResultPath": "$.e", "Assign": {"x": 1},
                   "Comment": ""}])"),
              (Faults{"/States/A/Catch/0: The field 'Next' is required but was missing",
                      "/States/A/Catch/0/Output: Field 'Output' is not supported in a state whose "
                      "query language is JSONPath"}));
    EXPECT_EQ(jsonata_faults(task + R"("Catch": [{"ErrorEquals": ["E"], "Next": "A", "Output": 1,
                  "ResultPath": "$.e"}])"),
              (Faults{"/States/A/Catch/0/ResultPath: Field 'ResultPath' is not supported in a "
                      "state whose query language is JSONata"}));
}

TEST(TopLevel, has_its_own_fields_and_values) {
    const std::string rest = R"("StartAt": "A", "States": {"A": {"Type": "Succeed"}}})";

    EXPECT_EQ(faults(R"({"Comment": "c", "Version": "1.0", "TimeoutSeconds": 99999999,
                         "QueryLanguage": "JSONata", )" +
                     rest),
              Faults{});
    EXPECT_EQ(faults(R"({"Version": "2.0", )" + rest),
              (Faults{"/Version: The field 'Version' should have one of these values: [1.0]"}));
    EXPECT_EQ(faults(R"({"QueryLanguage": "jsonata", )" + rest),
              (Faults{"/QueryLanguage: The field 'QueryLanguage' should have one of these values: "
                      "[JSONPath, JSONata]"}));
    EXPECT_EQ(faults(R"({"TimeoutSeconds": 100000000, )" + rest),
              (Faults{"/TimeoutSeconds: Expected an integer from 1 to 99999999 but found "
                      "100000000"}));
}

} // namespace
} // namespace gradus
