#include "gradus/validate.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

std::string message(std::string_view definition) {
    return invalid_definition_message(definition, compile(definition).diagnostics);
}

constexpr std::string_view warned = R"({"StartAt": "A", "States": {"A": {"Type": "Choice",
    "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "B"}]}, "B": {"Type": "Succeed"}}})";

TEST(Validate, words_recorded_from_aws) {
    EXPECT_EQ(
        to_json(validate_state_machine_definition("not a definition")),
        R"({"result":"FAIL","diagnostics":[{"severity":"ERROR",)"
        R"("code":"INVALID_JSON_DESCRIPTION","message":"Unrecognized token 'not': was )"
        R"(expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n )"
        R"(at [Source: (String)\"not a definition\"; line: 1, column: 4]",)"
        R"("location":"[Source: (String)\"not a definition\"; line: 1, column: 4]"}],)"
        R"("truncated":false})");
    EXPECT_EQ(to_json(validate_state_machine_definition(" ")),
              R"({"result":"FAIL","diagnostics":[{"severity":"ERROR",)"
              R"("code":"SCHEMA_VALIDATION_FAILED","message":"Definition must be a valid JSON )"
              R"(object"}],"truncated":false})");
    EXPECT_EQ(message(R"({"StartAt": "A"})"),
              "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are "
              "required: [States] at /'");
}

TEST(Validate, words_faulty_inputs_as_recorded) {
    const std::string prefix = "Invalid State Machine Execution Input: ";
    EXPECT_EQ(invalid_execution_input_message("not some json"),
              prefix + "'Unrecognized token 'not': was expecting (JSON String, Number, Array, "
                       "Object or token 'null', 'true' or 'false')'");
    EXPECT_EQ(invalid_execution_input_message("{'not': 'json'"),
              prefix + "'Unexpected character (''' (code 39)): was expecting double-quote to start "
                       "field name'");
    EXPECT_EQ(invalid_execution_input_message(""), prefix + "'Invalid execution input.'");
    EXPECT_EQ(invalid_execution_input_message("\"some text\""), std::nullopt);
}

TEST(Validate, returns_warnings_only_when_asked) {
    EXPECT_EQ(to_json(validate_state_machine_definition(warned)),
              R"({"result":"OK","diagnostics":[],"truncated":false})");

    const Value all = validate_state_machine_definition(warned, {.severity = Severity::warning});
    EXPECT_EQ(all["result"], Value("OK"));
    EXPECT_EQ(all["diagnostics"][0]["severity"], Value("WARNING"));
    EXPECT_EQ(all["diagnostics"][0]["location"], Value("/States/A"));
}

TEST(Validate, stops_after_so_many_results) {
    constexpr std::string_view definition = R"({"StartAt": "A", "x": 1, "y": 2, "States": {"A":
        {"Type": "Succeed"}}})";

    const Value cut = validate_state_machine_definition(definition, {.results_max = 1});
    EXPECT_EQ(cut["diagnostics"].size(), 1U);
    EXPECT_EQ(cut["truncated"], Value(true));
    const Value whole = validate_state_machine_definition(definition, {.results_max = 2});
    EXPECT_EQ(whole["diagnostics"].size(), 2U);
    EXPECT_EQ(whole["truncated"], Value(false));
}

TEST(Validate, writes_indices_in_brackets_and_joins_messages) {
    EXPECT_EQ(message(R"({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "x": 1,
                  "Branches": [{"StartAt": "0", "States": {"0": {"Type": "Succeed", "y": 1}}}]}}})"),
              "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Field 'x' is not "
              "supported at /States/P/x, SCHEMA_VALIDATION_FAILED: Field 'y' is not supported at "
              "/States/P/Branches[0]/States/0/y'");
}

TEST(Validate, accepts_no_json_but_objects) {
    for (const char* text : {"[]", "1", "\"{}\"", "null"}) {
        const auto diagnostics = compile(text).diagnostics;
        ASSERT_EQ(diagnostics.size(), 1U) << text;
        EXPECT_EQ(diagnostics[0].message, "Definition must be a valid JSON object");
    }
}

TEST(Validate, reports_a_thousand_errors_and_no_more) {
    std::string fields;
    for (int i = 0; i < 1'001; ++i)
        fields += "\"x" + std::to_string(i) + "\": 1, ";

    const Compiled compiled =
        compile("{" + fields + R"("StartAt": "A", "States": {"A": {"Type": "Succeed"}}})");

    EXPECT_EQ(compiled.program, nullptr);
    EXPECT_EQ(compiled.diagnostics.size(), 1'000U);
}

TEST(DiagnosticCodes, are_sorted_by_severity_and_different) {
    const auto codes = diagnostic_codes();
    for (std::size_t i = 1; i < codes.size(); ++i) {
        EXPECT_LE(codes[i - 1].severity, codes[i].severity);
        for (std::size_t k = 0; k < i; ++k)
            EXPECT_NE(codes[i].name, codes[k].name);
    }
}

} // namespace
} // namespace gradus
