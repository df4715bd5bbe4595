// Paths that can't match, because the input is written in the definition.
#include "gradus/program.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// The warnings of a Pass with this Result before a state with these fields.
std::vector<std::string> warnings(const std::string& result, const std::string& fields) {
    const Compiled compiled =
        compile(R"({"StartAt": "Before", "States": {
        "Before": {"Type": "Pass", "Result": )" +
                result + R"(, "Next": "A"}, "A": {)" + fields + R"(}, "B": {"Type": "Succeed"}}})");
    std::vector<std::string> out;
    for (const Diagnostic& fault : compiled.diagnostics) {
        if (fault.code == "PATH_NEVER_MATCHES") out.push_back(fault.pointer + ": " + fault.message);
        if (fault.severity == Severity::error) out.push_back(fault.message);
    }
    return out;
}

using Warnings = std::vector<std::string>;

TEST(CheckKnownInputs, warns_where_a_path_finds_nothing_in_a_literal_result) {
    EXPECT_EQ(warnings(R"({"name": "Ada"})",
                       R"("Type": "Pass", "Parameters": {"n.$": "$.nmae"}, "Next": "B")"),
              Warnings{"/States/A/Parameters: '$.nmae' finds nothing: the input is what 'Before' "
                       "hands on"});
    EXPECT_EQ(warnings(R"({"a": {}})", R"("Type": "Pass", "InputPath": "$.a.b", "Next": "B")"),
              Warnings{"/States/A/InputPath: '$.a.b' finds nothing: the input is what 'Before' "
                       "hands on"});
    EXPECT_EQ(warnings(R"({"a": 1})", R"("Type": "Wait", "SecondsPath": "$.b", "Next": "B")"),
              Warnings{"/States/A/SecondsPath: '$.b' finds nothing: the input is what 'Before' "
                       "hands on"});
    EXPECT_EQ(
        warnings(R"({"a": 1})",
                 R"("Type": "Choice", "Default": "B", "Choices": [
                     {"Variable": "$.a", "NumericEquals": 2, "Next": "B"},
                     {"Variable": "$.b", "NumericEquals": 2, "Next": "B"}])"),
        Warnings{"/States/A/Choices/1: '$.b' finds nothing: the input is what 'Before' hands on"});
}

TEST(CheckKnownInputs, says_nothing_of_paths_that_match_or_may_match) {
    EXPECT_EQ(warnings(R"({"name": "Ada"})",
                       R"x("Type": "Pass", "Parameters": {"n.$": "$.name", "c.$": "$$.State.Name",
                          "f.$": "States.Format('{}', $.name)"}, "Next": "B")x"),
              Warnings{});
    EXPECT_EQ(warnings("{}", R"("Type": "Choice", "Default": "B", "Choices": [
                     {"Variable": "$.b", "IsPresent": true, "Next": "B"}])"),
              Warnings{});
    // A rule that always matches hides those behind it.
    EXPECT_EQ(warnings(R"({"a": 1})", R"("Type": "Choice", "Default": "B", "Choices": [
                     {"Variable": "$.a", "NumericEquals": 1, "Next": "B"},
                     {"Variable": "$.b", "NumericEquals": 2, "Next": "B"}])"),
              Warnings{});
}

TEST(CheckKnownInputs, says_nothing_where_the_input_is_not_known) {
    const auto count = [](std::string_view definition) {
        std::size_t found = 0;
        for (const Diagnostic& fault : compile(definition).diagnostics)
            found += fault.code == "PATH_NEVER_MATCHES" ? 1 : 0;
        return found;
    };
    // Two states lead to A; the Result is put into the input; the state begins the machine.
    EXPECT_EQ(count(R"({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "P"}], "Default": "A"},
        "P": {"Type": "Pass", "Result": {}, "Next": "A"},
        "A": {"Type": "Pass", "Parameters": {"y.$": "$.y"}, "End": true}}})"),
              0U);
    EXPECT_EQ(count(R"({"StartAt": "P", "States": {
        "P": {"Type": "Pass", "Result": {}, "ResultPath": "$.r", "Next": "A"},
        "A": {"Type": "Pass", "Parameters": {"y.$": "$.y"}, "End": true}}})"),
              0U);
    EXPECT_EQ(count(R"({"StartAt": "A", "States": {
        "P": {"Type": "Pass", "Result": {}, "Next": "A"},
        "A": {"Type": "Pass", "Parameters": {"y.$": "$.y"}, "Next": "P"}}})"),
              0U);
}

} // namespace
} // namespace gradus
