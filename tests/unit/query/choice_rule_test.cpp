#include "states/query/choice_rule.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gradus::choice {
namespace {

Value json(std::string_view text) { return parse_json(text).value(); }

/// "true", "false" or the error's message.
std::string outcome(std::string_view rule, std::string_view input) {
    auto result = evaluate(compile(json(rule)).value(), FixedScope(json(input)));
    if (!result) return result.error().message;
    return *result ? "true" : "false";
}

/// One operator with a literal operand on $.x.
std::string test(std::string_view name, std::string_view operand, std::string_view x) {
    return outcome(R"({"Variable":"$.x",")" + std::string(name) + "\":" + std::string(operand) +
                       "}",
                   R"({"x":)" + std::string(x) + "}");
}

/// One operator "…Path" on $.x and $.y.
std::string test_path(std::string_view name, std::string_view x, std::string_view y) {
    return outcome(R"({"Variable":"$.x",")" + std::string(name) + R"(":"$.y"})",
                   R"({"x":)" + std::string(x) + R"(,"y":)" + std::string(y) + "}");
}

TEST(ChoiceRule, compares_numbers_as_doubles) {
    EXPECT_EQ(test("NumericEquals", "1", "1.0"), "true");
    EXPECT_EQ(test("NumericEquals", "0", "false"), "false");
    EXPECT_EQ(test("NumericLessThan", "1", "0.5"), "true");
    EXPECT_EQ(test("NumericLessThanEquals", "1", "1"), "true");
    EXPECT_EQ(test("NumericGreaterThan", "1", "\"2\""), "false");
    EXPECT_EQ(test_path("NumericGreaterThanEqualsPath", "2", "2.0"), "true");
    EXPECT_EQ(test_path("NumericGreaterThanPath", "2", "null"), "false");
}

TEST(ChoiceRule, compares_strings_by_code_unit) {
    EXPECT_EQ(test("StringEquals", "\"a\"", "\"a\""), "true");
    EXPECT_EQ(test("StringEquals", "\"a\"", "\"a \""), "false");
    EXPECT_EQ(test("StringLessThan", "\"AB\"", "\"A\""), "true");
    EXPECT_EQ(test("StringGreaterThanEquals", "\"\"", "\"\""), "true");
    EXPECT_EQ(test_path("StringGreaterThanPath", "\"a\"", "\"B\""), "true");
    // U+FF5E is one code unit, U+1F600 a surrogate pair that begins with D83D.
    EXPECT_EQ(test_path("StringLessThanPath", "\"\\ud83d\\ude00\"", "\"\\uff5e\""), "true");
    EXPECT_EQ(test_path("StringEqualsPath", "1", "1"), "false");
}

TEST(ChoiceRule, compares_instants) {
    EXPECT_EQ(
        test("TimestampEquals", "\"2020-01-01T12:00:00Z\"", "\"2020-01-01T13:00:00.0+01:00\""),
        "true");
    EXPECT_EQ(test("TimestampLessThan", "\"2020-01-01T12:00:00Z\"", "\"2020-01-01\""), "false");
    EXPECT_EQ(test_path("TimestampGreaterThanPath", "\"2020-01-01T00:00:00.1Z\"",
                        "\"2020-01-01T00:00:00Z\""),
              "true");
}

/// The five relations of one type, against a literal and against a path, where $.x is less than,
/// equal to and greater than $.y.
void expect_relations(const std::string& type, const std::string& less, const std::string& more) {
    struct Relation {
        const char* name;
        const char* outcomes[3]; // $.x less, equal, greater
    };
    constexpr Relation relations[] = {
        {"Equals", {"false", "true", "false"}},
        {"LessThan", {"true", "false", "false"}},
        {"LessThanEquals", {"true", "true", "false"}},
        {"GreaterThan", {"false", "false", "true"}},
        {"GreaterThanEquals", {"false", "true", "true"}},
    };
    for (const Relation& relation : relations) {
        const std::string name = type + relation.name;
        EXPECT_EQ(test(name, more, less), relation.outcomes[0]) << name;
        EXPECT_EQ(test(name, more, more), relation.outcomes[1]) << name;
        EXPECT_EQ(test(name, less, more), relation.outcomes[2]) << name;
        EXPECT_EQ(test_path(name + "Path", less, more), relation.outcomes[0]) << name;
        EXPECT_EQ(test_path(name + "Path", more, more), relation.outcomes[1]) << name;
        EXPECT_EQ(test_path(name + "Path", more, less), relation.outcomes[2]) << name;
        // Either side of another type: false.
        EXPECT_EQ(test(name, more, "[]"), "false") << name;
        EXPECT_EQ(test_path(name + "Path", "null", more), "false") << name;
        EXPECT_EQ(test_path(name + "Path", more, "{}"), "false") << name;
    }
}

TEST(ChoiceRule, compares_in_all_relations) {
    expect_relations("String", R"("a")", R"("b")");
    expect_relations("Numeric", "1", "1.5");
    expect_relations("Timestamp", R"("2020-01-01T00:00:00.5+01:00")", R"("2020-01-01T00:00:00Z")");
}

TEST(ChoiceRule, compares_booleans) {
    EXPECT_EQ(test("BooleanEquals", "true", "true"), "true");
    EXPECT_EQ(test("BooleanEquals", "false", "true"), "false");
    EXPECT_EQ(test("BooleanEquals", "false", "0"), "false");
    EXPECT_EQ(test_path("BooleanEqualsPath", "false", "false"), "true");
    EXPECT_EQ(test_path("BooleanEqualsPath", "false", "null"), "false");
}

TEST(ChoiceRule, asks_for_properties) {
    EXPECT_EQ(test("IsNull", "true", "null"), "true");
    EXPECT_EQ(test("IsNull", "false", "1"), "true");
    EXPECT_EQ(test("IsString", "true", "\"\""), "true");
    EXPECT_EQ(test("IsNumeric", "true", "\"1\""), "false");
    EXPECT_EQ(test("IsBoolean", "false", "0"), "true");
    EXPECT_EQ(test("IsTimestamp", "true", "\"2020-01-01T00:00:00Z\""), "true");
    EXPECT_EQ(test("IsTimestamp", "true", "\"2020-01-01 00:00:00Z\""), "false");
    EXPECT_EQ(test("IsPresent", "true", "null"), "true");
    EXPECT_EQ(outcome(R"({"Variable":"$.no","IsPresent":true})", "{}"), "false");
    EXPECT_EQ(outcome(R"({"Variable":"$.no.more","IsPresent":false})", "{}"), "true");
}

TEST(ChoiceRule, fails_on_a_missing_variable) {
    EXPECT_EQ(
        outcome(R"({"Variable":"$.no","IsNull":true})", "{}"),
        "Invalid path '$.no': The choice state's condition path references an invalid value.");
    EXPECT_EQ(
        outcome(R"({"Variable":"$.x","BooleanEqualsPath":"$.no"})", R"({"x":true})"),
        "Invalid path '$.no': The choice state's condition path references an invalid value.");
}

TEST(ChoiceRule, combines_and_stops_early) {
    std::string broken = R"({"Variable":"$.no","IsNull":true})";
    std::string yes = R"({"Variable":"$.x","NumericEquals":1})";
    std::string no = R"({"Variable":"$.x","NumericEquals":2})";
    auto both = [](std::string_view name, const std::string& a, const std::string& b) {
        return outcome("{\"" + std::string(name) + "\":[" + a + "," + b + "]}", R"({"x":1})");
    };

    EXPECT_EQ(both("And", yes, yes), "true");
    EXPECT_EQ(both("And", yes, no), "false");
    EXPECT_EQ(both("Or", no, yes), "true");
    EXPECT_EQ(both("Or", no, no), "false");
    EXPECT_EQ(both("Or", yes, broken), "true");
    EXPECT_EQ(both("And", no, broken), "false");
    EXPECT_EQ(outcome("{\"Not\":" + no + R"(,"Next":"N","Comment":"c"})", R"({"x":1})"), "true");
}

TEST(ChoiceRule, matches_patterns) {
    EXPECT_TRUE(string_matches("log-2024.txt", "log-*.txt"));
    EXPECT_TRUE(string_matches("", "*"));
    EXPECT_TRUE(string_matches("abcbc", "a*bc"));
    EXPECT_TRUE(string_matches("a*b\\", "a\\*b\\\\"));
    EXPECT_FALSE(string_matches("axb", "a\\*b"));
    EXPECT_FALSE(string_matches("abc", "ab"));
    EXPECT_FALSE(string_matches("ab", "abc"));
    EXPECT_FALSE(string_matches("", "a"));
    EXPECT_TRUE(string_matches("", ""));
    EXPECT_FALSE(string_matches(std::string(5'000, 'a'), "*a*a*a*a*a*a*a*a*a*a*a*b"));
    EXPECT_EQ(test("StringMatches", "\"x\\\\\"", "\"x\""),
              "The StringMatches pattern 'x\\' ends with an open backslash");
}

TEST(ChoiceRule, sees_context_and_variables) {
    Rule rule = compile(json(R"({"And":[{"Variable":"$v.n","NumericEqualsPath":"$w"},
                                        {"Variable":"$$.s","StringEquals":"S"}]})"))
                    .value();

    EXPECT_EQ(rule.variables_referenced(), (std::vector<std::string>{"v", "w"}));
    EXPECT_TRUE(
        *evaluate(rule, FixedScope(Value(), json(R"({"s":"S"})"), json(R"({"v":{"n":3},"w":3})"))));
}

TEST(ChoiceRule, finds_faults_with_their_places) {
    auto first = [](std::string_view rule) {
        auto compiled = compile(json(rule));
        return compiled ? std::string("none") : compiled.error().front().pointer;
    };

    EXPECT_EQ(first(R"({"Variable":"$.x","NumericEquals":"1"})"), "/NumericEquals");
    EXPECT_EQ(first(R"({"Variable":"$.x","TimestampEquals":"1"})"), "/TimestampEquals");
    EXPECT_EQ(first(R"({"Variable":"x","IsNull":true})"), "/Variable");
    EXPECT_EQ(first(R"({"Variable":"$.x","BooleanLessThan":true})"), "/BooleanLessThan");
    EXPECT_EQ(first(R"({"Variable":"$.x","StringEqualsPath":"y"})"), "/StringEqualsPath");
    EXPECT_EQ(first(R"({"And":[{"Variable":"$.x","IsNull":true,"Next":"N"}]})"), "/And/0/Next");
    EXPECT_EQ(first(R"({"Or":[]})"), "/Or");
    EXPECT_EQ(first(R"({"Variable":"$.x","IsNull":true,"IsString":true})"), "");
    EXPECT_EQ(first(R"({"Variable":"$.x"})"), "");
    EXPECT_EQ(first(R"({"IsNull":true})"), "");
    EXPECT_EQ(first("[]"), "");

    std::string deep = R"({"Variable":"$.x","IsNull":true})";
    for (std::size_t i = 0; i <= nesting_max; ++i)
        deep = "{\"Not\":" + deep + "}";
    EXPECT_NE(first(deep), "none");
}

} // namespace
} // namespace gradus::choice
