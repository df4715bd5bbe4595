#include "states/query/template.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gradus::templates {
namespace {

Value json(std::string_view text) { return parse_json(text).value(); }

std::string filled(std::string_view text, std::string_view input) {
    auto result = evaluate(compile(json(text)).value(), FixedScope(json(input)));
    return result ? to_json(*result) : "error: " + result.error().message;
}

TEST(Template, computes_members_that_end_in_dollar) {
    EXPECT_EQ(
        filled(R"~({"a.$":"$.x","b":{"c.$":"States.Format('<{}>', $.x)"},"d":1})~", R"({"x":7})"),
        R"({"a":7,"b":{"c":"<7>"},"d":1})");
}

TEST(Template, looks_into_objects_inside_arrays_only) {
    EXPECT_EQ(filled(R"({"l":["$.x",{"y.$":"$.x"},[{"z.$":"$"}]],"p":"$.x"})", R"({"x":7})"),
              R"({"l":["$.x",{"y":7},[{"z":{"x":7}}]],"p":"$.x"})");
}

TEST(Template, shares_what_is_constant) {
    Value source = json(R"({"big":{"list":[1,2,3]},"a.$":"$.x"})");
    Template dynamic = compile(source).value();
    FixedScope scope(json(R"({"x":{"deep":[1]}})"));

    Value result = evaluate(dynamic, scope).value();

    EXPECT_EQ(dynamic.constant(), nullptr);
    EXPECT_TRUE(result["big"].is_same(source["big"]));
    EXPECT_TRUE(result["a"].is_same((*scope.input())["x"]));

    Template constant = compile(source["big"]).value();
    ASSERT_NE(constant.constant(), nullptr);
    EXPECT_TRUE(constant.constant()->is_same(source["big"]));
    EXPECT_TRUE(evaluate(constant, scope)->is_same(source["big"]));
}

TEST(Template, words_a_missing_path_as_recorded) {
    Template compiled = compile(json(R"({"o":{"value.$":"$.no_such_jsonpath"}})")).value();

    auto result = evaluate(compiled, FixedScope(json(R"({"a":1})")));

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(),
              (TemplateError{TemplateErrorKind::path, "value.$", "$.no_such_jsonpath",
                             "The JSONPath '$.no_such_jsonpath' specified for the field 'value.$' "
                             R"(could not be found in the input '{"a":1}')"}));
}

TEST(Template, tells_an_intrinsic_failure_from_a_missing_path) {
    FixedScope scope(json("{}"));
    Template refusing = compile(json(R"~({"a.$":"States.ArrayLength(1)"})~")).value();
    Template missing = compile(json(R"~({"a.$":"States.ArrayLength($.x)"})~")).value();

    EXPECT_EQ(evaluate(refusing, scope).error().kind, TemplateErrorKind::intrinsic);
    EXPECT_EQ(evaluate(refusing, scope).error().expression, "States.ArrayLength(1)");
    EXPECT_EQ(evaluate(missing, scope).error().kind, TemplateErrorKind::path);
}

TEST(Template, collects_all_faults) {
    auto faults = compile(json(R"({"a.$":1,"o":{"b.$":"x","c.$":"$."},"d":1,"d.$":"$"})")).error();

    ASSERT_EQ(faults.size(), 4U);
    EXPECT_EQ(faults[0], (TemplateFault{"", "a.$",
                                        "The value for the field 'a.$' must be a valid JSONPath or "
                                        "a valid intrinsic function call",
                                        "write 'a' for a literal value"}));
    EXPECT_EQ(faults[1].pointer, "/o");
    EXPECT_EQ(faults[1].key, "b.$");
    EXPECT_EQ(faults[2].key, "c.$");
    EXPECT_EQ(faults[3].message, "The fields 'd' and 'd.$' must not both be present");
}

TEST(Template, knows_its_variables) {
    Value source = json(R"~({"a.$":"$b.x","l":[{"c.$":"States.Array($a, $b)"}],"d":"$c"})~");

    EXPECT_EQ(compile(source)->variables_referenced(), (std::vector<std::string>{"b", "a"}));
}

} // namespace
} // namespace gradus::templates
