#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

std::string reprinted(std::string_view text) {
    const auto value = parse_json(text);
    return value ? to_json(*value) : "fault at " + std::to_string(value.error().offset);
}

TEST(Json, keeps_every_number_as_it_was_written) {
    EXPECT_EQ(reprinted("[1, 1.0, 1E3, -0, 0.1, 12345678901234567890123, 1e400]"),
              "[1,1.0,1E3,-0,0.1,12345678901234567890123,1e400]");
}

TEST(Json, prints_reals_as_ecmascript_does) {
    EXPECT_EQ(number_text(0.1), "0.1");
    EXPECT_EQ(number_text(1e21), "1e+21");
    EXPECT_EQ(number_text(123456789012345680000.0), "123456789012345680000");
    EXPECT_EQ(number_text(1e-7), "1e-7");
    EXPECT_EQ(number_text(0.000001), "0.000001");
    EXPECT_EQ(number_text(-1.5), "-1.5");
    EXPECT_EQ(number_text(5e-324), "5e-324");
    EXPECT_EQ(number_text(100), "100");
}

TEST(Json, keeps_member_order_and_escapes_what_must_be) {
    EXPECT_EQ(reprinted("{\"b\": \"\\u0001\\n\\\"é\", \"a\": null}"),
              "{\"b\":\"\\u0001\\n\\\"é\",\"a\":null}");
}

TEST(Json, says_where_a_fault_lies) {
    const auto cut = parse_json("{\"a\": ");
    const auto extra = parse_json("1 2");

    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().message, "the text ends before the JSON value does");
    ASSERT_FALSE(extra);
    EXPECT_EQ(extra.error().offset, 2U);
    EXPECT_FALSE(parse_json(""));
    EXPECT_FALSE(parse_json("\"\xff\""));
}

TEST(Json, refuses_nesting_beyond_its_limit) {
    EXPECT_TRUE(parse_json(std::string(512, '[') + std::string(512, ']')));
    EXPECT_FALSE(parse_json(std::string(513, '[') + std::string(513, ']')));
    EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
}

TEST(Json, names_repeated_members) {
    const auto parsed = parse_json_strictly(R"({"a": [{"b": 1, "b": 2}], "a": 3})");

    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->repeated_members, (std::vector<std::string>{"/a/0/b", "/a"}));
    EXPECT_EQ(to_json(parsed->value), R"({"a":3})");
}

TEST(Json, size_counts_the_bytes_of_the_text) {
    const auto value =
        parse_json(R"({"a": [1, 2.50, "x\ty", {}, []], "long name of a member": null})");

    ASSERT_TRUE(value);
    EXPECT_EQ(json_size(*value), to_json(*value).size());
}

TEST(Json, size_is_counted_anew_after_a_change_in_place) {
    const std::string_view long_text = "a text that isn't kept inline";
    Value object = Value::object({{"a", long_text}, {"b", 1}});
    Value array = std::move(Value::array()).with_element(1).with_element(-20);
    const std::size_t object_size = json_size(object);
    const std::size_t array_size = json_size(array);

    object = std::move(object).with("b", 1000);
    array = std::move(array).with_element(300);

    EXPECT_EQ(object_size, 43U);
    EXPECT_EQ(json_size(object), 46U);
    EXPECT_EQ(array_size, 7U);
    EXPECT_EQ(json_size(array), 11U);
}

TEST(Json, size_that_was_cut_short_is_not_taken_for_the_whole) {
    const Value value = Value::array({"the first of two long texts", "the second of two"});

    const std::size_t cut_short = json_size(value, 10);

    EXPECT_GT(cut_short, 10U);
    EXPECT_EQ(json_size(value), 51U);
}

TEST(Json, size_counts_escapes_and_every_kind_of_number) {
    const Value value = Value::array({"\n\"\\\x01", 0.5, -9223372036854775807, true, false});

    EXPECT_EQ(json_size(value), to_json(value).size());
    EXPECT_EQ(json_size(value), 52U);
}

TEST(Json, locates_members_and_elements_in_the_text) {
    const std::string text =
        "{\n  \"States\": {\n    \"A/B\": {\"Retry\": [1, {\"x\": 2}]}\n  }\n}";

    EXPECT_EQ(locate(text, "/States/A~1B/Retry/1/x"), (TextPosition{3, 32}));
    EXPECT_EQ(locate(text, "/States"), (TextPosition{2, 13}));
    EXPECT_EQ(locate(text, "/States/Missing"), (TextPosition{2, 13}));
    EXPECT_EQ(locate(text, ""), (TextPosition{1, 1}));
}

TEST(Json, pretty_print_reads_back) {
    const auto value = parse_json(R"({"a":[1,{"b":[]}],"c":"d"})");

    ASSERT_TRUE(value);
    EXPECT_EQ(to_pretty_json(*value),
              "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": \"d\"\n}");
}

TEST(Json, finds_what_a_pointer_names) {
    const auto value = parse_json(R"({"a":[{"b/c":1}]})");

    ASSERT_TRUE(value);
    ASSERT_NE(find_pointer(*value, "/a/0/b~1c"), nullptr);
    EXPECT_EQ(find_pointer(*value, "/a/0/b~1c")->as_integer(), 1);
    EXPECT_EQ(find_pointer(*value, "/a/1"), nullptr);
}

} // namespace
} // namespace gradus
