#include "states/query/jsonata_template.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gradus {
namespace {

Value json(std::string_view text) { return parse_json(text).value(); }

/// The template as the field Output, with $v = 1 and $states.input = {"a": [1, 2]}: its JSON text,
/// or "location: message".
std::string filled(std::string_view text) {
    const Value variables = json(R"({"v": 1})");
    const Value states = json(R"({"input": {"a": [1, 2]}})");
    Random random{1, 0};
    const auto compiled = JsonataTemplate::compile(json(text));
    if (!compiled) return "fault: " + compiled.error().front().message;
    const auto value = evaluate(*compiled, "Output",
                                {.variables = &variables, .states = &states, .random = &random});
    return value ? to_json(*value) : value.error().location + ": " + value.error().message;
}

TEST(JsonataTemplate, takes_strings_between_delimiters_as_expressions) {
    EXPECT_EQ(filled(R"("{% $v + 1 %}")"), "2");
    EXPECT_EQ(filled(R"("{%$v%}")"), "1");
    EXPECT_EQ(filled(R"({"{% $v %}": ["{% $v %}", {"x": "{% $states.input.a[1] %}"}, "$v", 3]})"),
              R"({"{% $v %}":[1,{"x":2},"$v",3]})");
    for (const char* text : {R"("{% $v %} ")", R"("sum: {% $v %}")", R"(" {% $v %}")"})
        EXPECT_EQ(filled(text),
                  "fault: A JSONata expression must start with '{%' and end with '%}'")
            << text;
    EXPECT_EQ(filled(R"("a {% b %} c")"), R"("a {% b %} c")");
}

TEST(JsonataTemplate, refuses_the_input_document) {
    for (const char* text : {R"("{% $ %}")", R"("{% $$ %}")", R"("{% a.b %}")", R"("{% [a] %}")"})
        EXPECT_EQ(filled(text).substr(0, 6), "fault:") << text;
    EXPECT_EQ(filled(R"("{% $states.input.a[$ > 1] %}")"), "2");
    EXPECT_EQ(filled(R"("{% $states.input.(a[0]) %}")"), "1");
}

TEST(JsonataTemplate, words_undefined_results_as_recorded) {
    EXPECT_EQ(filled(R"("{%  $no  %}")"),
              "Output: The JSONata expression '$no' specified for the field 'Output' returned "
              "nothing (undefined).");
    EXPECT_EQ(filled(R"({"result": "{% $no %}"})"),
              "Output/result: The JSONata expression '$no' specified for the field "
              "'Output/result' returned nothing (undefined).");
    // Places in arrays aren't recorded.
    EXPECT_EQ(filled(R"({"l": [1, {"x": ["{% $no %}"]}]})"),
              "Output/l[1]/x[0]: The JSONata expression '$no' specified for the field "
              "'Output/l[1]/x[0]' returned nothing (undefined).");
    EXPECT_EQ(filled(R"("{% {'a': $no, 'b': 1} %}")"), R"({"b":1})");
}

TEST(JsonataTemplate, words_functions_as_results_as_recorded) {
    EXPECT_EQ(filled(R"("{% $fn := function($x){$x} %}")"),
              "Output: The JSONata expression '$fn := function($x){$x}' specified for the field "
              "'Output' returned an unsupported result type.");
    EXPECT_EQ(filled(R"("{% /ab/ %}")").substr(0, 70),
              "Output: The JSONata expression '/ab/' specified for the field 'Output'");
}

TEST(JsonataTemplate, words_errors_of_the_evaluator_as_recorded) {
    EXPECT_EQ(filled(R"("{% $randomSeeded(1) %}")"),
              "Output: The JSONata expression '$randomSeeded(1)' specified for the field 'Output' "
              "threw an error during evaluation. T1006: Attempted to invoke a non-function");
}

TEST(JsonataTemplate, words_results_of_the_wrong_type_as_recorded) {
    const auto compiled = JsonataTemplate::compile(json(R"("{% $v %}")")).value();

    EXPECT_EQ(unexpected_type(compiled, "Items", "array", json(R"({"foo": "bar"})")),
              (QueryEvaluationError{"The JSONata expression '$v' specified for the field 'Items' "
                                    "returned an unexpected result type. Expected 'array', but was "
                                    R"('object' for value: {"foo":"bar"})",
                                    "Items"}));
}

TEST(JsonataTemplate, never_changes_a_variable) {
    EXPECT_EQ(filled(R"(["{% ($v := 5; $v) %}", "{% $v %}"])"), "[5,1]");
}

TEST(JsonataTemplate, takes_comments_and_several_lines) {
    EXPECT_EQ(filled(R"("{% /* one */\n $v +\n /* two */ 1 %}")"), "2");
}

} // namespace
} // namespace gradus
