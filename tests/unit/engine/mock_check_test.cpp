#include "gradus/mock_check.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// What is wrong with the result, or nothing.
std::string fault(const std::string& resource, const std::string& result,
                  FieldValidationMode mode = FieldValidationMode::strict) {
    return mock_check_by_service_models()(*parse_resource(resource), *parse_json(result), mode)
        .value_or("");
}

TEST(MockCheck, names_the_member_that_has_the_wrong_type) {
    const std::string put_events = "arn:aws:states:::events:putEvents";

    EXPECT_EQ(fault("arn:aws:states:::aws-sdk:s3:getObject", R"({"ContentLength": "9000"})"),
              "Field 'ContentLength' must be a number");
    EXPECT_EQ(fault(put_events, R"({"Entries": "none"})"), "Field 'Entries' must be an array");
    EXPECT_EQ(fault(put_events, R"({"Entries": [{"EventId": "1"}, {"EventId": []}]})"),
              "Field 'EventId' must be a string");
    EXPECT_EQ(fault("arn:aws:states:::aws-sdk:s3:getObject", R"({"DeleteMarker": 1})"),
              "Field 'DeleteMarker' must be a boolean");
}

TEST(MockCheck, knows_bounds_and_enumerations) {
    const std::string get_function = "arn:aws:states:::aws-sdk:lambda:getFunction";
    const auto memory = [](int size) {
        return R"({"Configuration": {"MemorySize": )" + std::to_string(size) + "}}";
    };

    EXPECT_EQ(fault(get_function, memory(127)),
              "Field 'MemorySize' is less than the minimum value");
    EXPECT_EQ(fault(get_function, memory(128)), "");
    EXPECT_EQ(fault(get_function, memory(10240)), "");
    EXPECT_EQ(fault(get_function, memory(10241)), "Field 'MemorySize' exceeds the maximum value");
    EXPECT_EQ(fault(get_function, R"({"Configuration": {"Version": ""}})"),
              "Field 'Version' is smaller than the minimum length");
    EXPECT_EQ(fault("arn:aws:states:::aws-sdk:s3:getObject", R"({"StorageClass": "Papyrus"})"),
              "Field 'StorageClass' is not an expected value");
}

TEST(MockCheck, wants_required_members_only_when_strict) {
    const std::string start = "arn:aws:states:::states:startExecution";

    EXPECT_EQ(fault(start, R"({"executionArn": "a", "startDate": "b"})"),
              "Required field 'ExecutionArn' is missing");
    EXPECT_EQ(fault(start, "{}", FieldValidationMode::present), "");
    EXPECT_EQ(fault(start, R"({"ExecutionArn": 1})", FieldValidationMode::present),
              "Field 'ExecutionArn' must be a string");
    EXPECT_EQ(fault(start, R"({"ExecutionArn": 1})", FieldValidationMode::none), "");
    EXPECT_EQ(fault(start + ".sync", R"({"ExecutionArn": "a"})"),
              "Required field 'StateMachineArn' is missing");
}

TEST(MockCheck, leaves_alone_what_it_does_not_know) {
    EXPECT_EQ(fault("arn:aws:states:::lambda:invoke", R"({"pokemon": 1, "Payload": {"a": 1}})"),
              "");
    EXPECT_EQ(fault("arn:aws:states:::apigateway:invoke", R"({"approval": true})"), "");
    EXPECT_EQ(fault("arn:aws:lambda:us-east-1:123456789012:function:f", "1"), "");
    EXPECT_EQ(fault("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "1"), "");
}

} // namespace
} // namespace gradus
