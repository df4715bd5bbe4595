#include "aws/paging/path_expression.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

std::string search(std::string_view expression, std::string_view data) {
    const auto compiled = PathExpression::compile(expression);
    return compiled ? to_json(compiled->search(*parse_json(data))) : compiled.error().message;
}

TEST(PathExpression, follows_names_and_indices) {
    constexpr std::string_view data = R"({"a": {"b": [1, 2, 3]}, "x-y": 4, "n": null})";

    EXPECT_EQ(search("a.b", data), "[1,2,3]");
    EXPECT_EQ(search("a.b[0]", data), "1");
    EXPECT_EQ(search("a.b[-1]", data), "3");
    EXPECT_EQ(search("a.b[3]", data), "null");
    EXPECT_EQ(search("a.b[-4]", data), "null");
    EXPECT_EQ(search("\"x-y\"", data), "4");
    EXPECT_EQ(search("a.c.d", data), "null");
    EXPECT_EQ(search("n.b", data), "null");
    EXPECT_EQ(search("@", "7"), "7");
    EXPECT_EQ(search("[1].c", R"([0, {"c": 5}])"), "5");
}

TEST(PathExpression, projects_and_flattens) {
    constexpr std::string_view data = R"({"r": [{"i": [{"s": {"n": "a"}}, {"s": {"n": "b"}}]},
                                               {"i": [{"s": {"n": "c"}}]}, {}, {"i": [{}]}]})";

    EXPECT_EQ(search("r[].i[].s.n", data), R"(["a","b","c"])");
    EXPECT_EQ(search("r[*].i[*].s.n", data), R"([["a","b"],["c"],[]])");
    EXPECT_EQ(search("r[].i[0].s.n", data), R"(["a","c"])");
    EXPECT_EQ(search("[][]", "[[[1], 2], 3]"), "[1,2,3]");
    EXPECT_EQ(search("*.s", R"({"a": {"s": 1}, "b": {}, "c": {"s": 2}})"), "[1,2]");
    EXPECT_EQ(search("a.*.s", R"({"a": {"x": {"s": 1}}})"), "[1]");
    EXPECT_EQ(search("a[].*", R"({"a": [{"b": 1}, 2]})"), "[[1]]");
    EXPECT_EQ(search("a.*", R"({"a": [1]})"), "null");
    EXPECT_EQ(search("missing[].x", data), "null");
    EXPECT_EQ(search("r[].missing", data), "[]");
}

TEST(PathExpression, filters) {
    constexpr std::string_view data =
        R"({"s": [{"d": [1], "run": 2, "want": 2}, {"d": [1, 2], "run": 2, "want": 2},
                  {"d": [1], "run": 1, "want": 2}]})";

    EXPECT_EQ(search("s[?run == want].d", data), "[[1],[1,2]]");
    EXPECT_EQ(search("length(s[?!(length(d) == `1` && run == want)]) == `0`", data), "false");
    EXPECT_EQ(search("length(s[?run < want])", data), "1");
    EXPECT_EQ(search("s[?length(d) > `1` || run < want].run", data), "[2,1]");
    EXPECT_EQ(search("s[?run == `1`] | x", data), "unexpected '|' at byte 15");
}

TEST(PathExpression, compares_and_combines) {
    EXPECT_EQ(search("a == 'x'", R"({"a": "x"})"), "true");
    EXPECT_EQ(search("a != 'x' && a != 'y'", R"({"a": "z"})"), "true");
    EXPECT_EQ(search("a >= `2`", R"({"a": 2.0})"), "true");
    EXPECT_EQ(search("a < `2`", R"({"a": "1"})"), "null");
    EXPECT_EQ(search("a || b", R"({"a": "", "b": 1})"), "1");
    EXPECT_EQ(search("a || b[-1].k", R"({"b": [{"k": "x"}, {"k": "y"}]})"), "\"y\"");
    EXPECT_EQ(search("a && b", R"({"a": [], "b": 1})"), "[]");
    EXPECT_EQ(search("!a", R"({"a": 0})"), "false"); // a number counts as true
    EXPECT_EQ(search("`{\"k\": [1]}`.k[0]", "null"), "1");
    EXPECT_EQ(search("'it\\'s'", "null"), "\"it's\"");
}

TEST(PathExpression, knows_two_functions) {
    EXPECT_EQ(search("length(a)", R"({"a": "né"})"), "2");
    EXPECT_EQ(search("length(a)", R"({"a": {"b": 1}})"), "1");
    EXPECT_EQ(search("length(a)", R"({"a": 5})"), "null");
    EXPECT_EQ(search("contains(a, 'b')", R"({"a": ["a", "b"]})"), "true");
    EXPECT_EQ(search("contains(a, 'b')", R"({"a": "abc"})"), "true");
    EXPECT_EQ(search("contains(a, `1`)", R"({"a": "1"})"), "false");
    EXPECT_EQ(search("sort(a)", "{}"), "the function sort isn't offered");
}

TEST(PathExpression, names_the_place_of_a_fault) {
    EXPECT_EQ(search("", "{}"), "expected an expression at byte 0");
    EXPECT_EQ(search("a.", "{}"), "expected a name at byte 2");
    EXPECT_EQ(search("a b", "{}"), "expected the end at byte 2");
    EXPECT_EQ(search("a[", "{}"), "expected a number or '*' at byte 2");
    EXPECT_EQ(search("a[1", "{}"), "expected ']' at byte 3");
    EXPECT_EQ(search("a[?b", "{}"), "expected ']' at byte 4");
    EXPECT_EQ(search("(a", "{}"), "expected ')' at byte 2");
    EXPECT_EQ(search("'a", "{}"), "a quote isn't closed at byte 0");
    EXPECT_EQ(search("`a`", "{}"), "expected JSON in quotes at byte 0");
    EXPECT_EQ(search("a = b", "{}"), "unexpected '=' at byte 2");
    EXPECT_EQ(search("a[].`1`", "{}"), "expected a name at byte 4");
    EXPECT_EQ(search("length(a, b)", "{}"), "expected ')' at byte 8");
    EXPECT_EQ(search(std::string(1'000, '('), "{}"), "nested deeper than 50 levels");
}

} // namespace
