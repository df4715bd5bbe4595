#include "gradus/json.hpp"
#include "gradus/value_diff.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// "/a: 1 -> 2, /b: 3 -> nothing": each difference in a few words.
std::string differences(std::string_view expected, std::string_view actual,
                        const IsAccepted& is_accepted = {}) {
    std::string out;
    const auto shown = [](const std::optional<Value>& value) {
        return value ? to_json(*value) : "nothing";
    };
    for (const ValueDifference& one :
         value_differences(*parse_json(expected), *parse_json(actual), is_accepted)) {
        out += (out.empty() ? "" : ", ") + one.pointer + ": " + shown(one.expected) + " -> " +
               shown(one.actual);
    }
    return out;
}

TEST(ValueDiff, finds_nothing_between_equal_texts) {
    EXPECT_EQ(differences(R"({"a":[1,{"b":null}]})", R"({"a":[1,{"b":null}]})"), "");
}

TEST(ValueDiff, names_the_members_that_differ) {
    EXPECT_EQ(differences(R"({"a":1,"b":{"c":[1,2],"d":"x"},"e":0})",
                          R"({"a":2,"b":{"c":[1,3],"d":"x"},"f":true})"),
              "/a: 1 -> 2, /b/c/1: 2 -> 3, /e: 0 -> nothing, /f: nothing -> true");
}

TEST(ValueDiff, tells_kinds_apart) {
    EXPECT_EQ(differences("1", R"("1")"), R"(: 1 -> "1")");
    EXPECT_EQ(differences(R"({"a":[]})", R"({"a":{}})"), "/a: [] -> {}");
    EXPECT_EQ(differences("null", "false"), ": null -> false");
}

TEST(ValueDiff, tells_numbers_apart_by_their_digits) {
    EXPECT_EQ(differences("1.0", "1"), ": 1.0 -> 1");
    EXPECT_EQ(differences("12345678901234567890", "12345678901234567891"),
              ": 12345678901234567890 -> 12345678901234567891");
}

TEST(ValueDiff, shows_members_in_another_order_once) {
    EXPECT_EQ(differences(R"([{"a":1,"b":2}])", R"([{"b":2,"a":1}])"),
              R"(/0: {"a":1,"b":2} -> {"b":2,"a":1})");
}

TEST(ValueDiff, finds_what_was_put_into_an_array_and_taken_out) {
    EXPECT_EQ(differences("[1,2,3,4]", "[1,9,2,3,4]"), "/1: nothing -> 9");
    EXPECT_EQ(differences("[1,2,3,4]", "[1,2,4]"), "/2: 3 -> nothing");
    EXPECT_EQ(differences("[1,2,3,4,5]", "[1,7,3,8,4,5]"), "/1: 2 -> 7, /3: nothing -> 8");
    EXPECT_EQ(differences("[]", "[1]"), "/0: nothing -> 1");
}

TEST(ValueDiff, compares_long_arrays_element_by_element) {
    std::string expected = "[0";
    std::string actual = "[9";
    for (int i = 1; i < 1'500; ++i) {
        expected += "," + std::to_string(i);
        actual += "," + std::to_string(-i);
    }
    const auto found = value_differences(*parse_json(expected + "]"), *parse_json(actual + "]"));

    ASSERT_EQ(found.size(), 1'500U);
    EXPECT_EQ(found[1'499].pointer, "/1499");
}

TEST(ValueDiff, accepts_what_it_is_told_to) {
    const IsAccepted any_text = [](const Value& a, const Value& b) {
        return a.is_string() && b.is_string();
    };
    EXPECT_EQ(differences(R"({"a":"x","b":[1,"y"]})", R"({"a":"z","b":[2,"q"]})", any_text),
              "/b/0: 1 -> 2");
}

} // namespace
} // namespace gradus
