// Choice as a state: how its rules, its Default and its data go together. Single rules are in
// tests/unit/query/choice_rule_test.cpp.
#include "tests/support/story.hpp"

namespace gradus::test {
namespace {

constexpr std::string_view no_match = "Failed to transition out of the state. The state does not "
                                      "point to a next state.";

constexpr const char* done = R"("D": {"Type": "Succeed"})";
constexpr const char* show = R"("D": {"Type": "Pass", "Parameters": {"v.$": "$v", "in.$": "$"},
                                      "End": true})";

/// A Choice with these members, and the state D that it leads to.
Story choice(const std::string& members, std::string_view input, const std::string& next = done) {
    return Story(R"({"StartAt": "C", "States": {"C": {"Type": "Choice", )" + members + "}, " +
                     next + "}}",
                 input);
}

TEST(Choice, that_matches_nothing_fails_by_its_own_name) {
    const Story story =
        choice(R"("Choices": [{"Variable": "$.n", "IsNull": true, "Next": "D"}])", R"({"n": 1})");

    EXPECT_EQ(story.error(), "States.NoChoiceMatched");
    EXPECT_EQ(story.cause(), "An error occurred while executing the state 'C' (entered at the "
                             "event id #2). " +
                                 std::string(no_match));
    EXPECT_EQ(story.chain(), "ExecutionStarted<0 ChoiceStateEntered<0 ExecutionFailed<2");
}

TEST(Choice, that_matches_nothing_is_caught_by_what_surrounds_it) {
    for (const char* around : {R"("Type": "Parallel", "Branches": [)",
                               R"("Type": "Map", "ItemsPath": "$.l", "ItemProcessor": )"}) {
        const bool is_map = std::string_view(around).find("Map") != std::string_view::npos;
        const Story story(R"({"StartAt": "P", "States": {"P": {)" + std::string(around) +
                              R"({"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [
                {"Variable": "$", "IsNull": true, "Next": "D"}]}, "D": {"Type": "Succeed"}}})" +
                              (is_map ? "" : "]") + R"(, "End": true,
                "Catch": [{"ErrorEquals": ["States.NoChoiceMatched"], "Next": "Caught"}]},
                "Caught": {"Type": "Pass", "Result": "caught", "End": true}}})",
                          R"({"l": [1]})");

        EXPECT_EQ(story.output(), "\"caught\"") << around;
    }
}

TEST(Choice, rules_see_the_effective_input_and_pass_it_on) {
    const Story story = choice(R"("InputPath": "$.x", "OutputPath": "$.y",
        "Choices": [{"Variable": "$.y", "NumericEqualsPath": "$$.Execution.Input.z", "Next": "D"}])",
                               R"({"x": {"y": 5}, "z": 5})");

    EXPECT_EQ(story.output(), "5");
}

TEST(Choice, a_rule_replaces_the_assignment_of_its_state) {
    const std::string rules = R"("Assign": {"v": "state"}, "Default": "D", "Choices": [
        {"Variable": "$", "NumericEquals": 1, "Assign": {"v.$": "$"}, "Next": "D"}])";

    EXPECT_EQ(choice(rules, "1", show).output(), R"({"v":1,"in":1})");
    EXPECT_EQ(choice(rules, "2", show).output(), R"({"v":"state","in":2})");
}

TEST(Choice, of_jsonata_takes_booleans_only) {
    const auto cause = [](const std::string& condition) {
        return choice(R"("QueryLanguage": "JSONata", "Choices": [
                      {"Condition": false, "Next": "D"}, {"Condition": )" +
                          condition + R"(, "Next": "D"}])",
                      "{}")
            .cause();
    };
    const std::string begin =
        "An error occurred while executing the state 'C' (entered at the event id #2). ";

    EXPECT_EQ(cause(R"("{% 1 %}")"),
              begin + "The JSONata expression '1' specified for the field 'Choices[1]/Condition' "
                      "returned an unexpected result type. Expected 'boolean', but was 'number' "
                      "for value: 1");
    EXPECT_EQ(cause("false"), begin + std::string(no_match));
    EXPECT_EQ(cause("true"), "none");
}

TEST(Choice, of_jsonata_names_the_rule_whose_output_fails) {
    const Story story = choice(R"("QueryLanguage": "JSONata", "Choices": [
        {"Condition": true, "Output": ["{% $states.input.no %}"], "Next": "D"}])",
                               "{}");

    EXPECT_EQ(story.cause(),
              "An error occurred while executing the state 'C' (entered at the event id #2). The "
              "JSONata expression '$states.input.no' specified for the field "
              "'Choices[0]/Output[0]' returned nothing (undefined).");
}

} // namespace
} // namespace gradus::test
