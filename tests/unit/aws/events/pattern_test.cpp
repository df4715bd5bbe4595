// Patterns against events; cases follow the EventBridge User Guide's descriptions of each operator.
#include "aws/events/pattern.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using gradus::aws::EventPattern;

bool matches(std::string_view pattern, std::string_view event) {
    const auto parsed = EventPattern::parse(pattern);
    EXPECT_TRUE(parsed) << parsed.error().message;
    return parsed && parsed->matches(*parse_json(event));
}

TEST(EventPattern, needs_every_field_and_one_of_its_values) {
    constexpr std::string_view pattern =
        R"({"source": ["aws.ec2"], "detail": {"state": ["running", "pending"]}})";

    EXPECT_TRUE(matches(pattern, R"({"source": "aws.ec2", "detail": {"state": "running"}})"));
    EXPECT_FALSE(matches(pattern, R"({"source": "aws.ec2", "detail": {"state": "stopped"}})"));
    EXPECT_FALSE(matches(pattern, R"({"source": "aws.ec2", "detail": {}})"));
    EXPECT_FALSE(matches(pattern, R"({"source": "aws.ec2"})"));
}

TEST(EventPattern, matches_a_list_by_one_of_its_elements) {
    EXPECT_TRUE(matches(R"({"resources": ["b"]})", R"({"resources": ["a", "b"]})"));
    EXPECT_FALSE(matches(R"({"resources": ["c"]})", R"({"resources": ["a", "b"]})"));
    EXPECT_TRUE(matches(R"({"a": {"b": [1]}})", R"({"a": [{"b": 2}, {"b": 1}]})"));
}

TEST(EventPattern, compares_null_numbers_and_texts_apart) {
    EXPECT_TRUE(matches(R"({"a": [null]})", R"({"a": null})"));
    EXPECT_FALSE(matches(R"({"a": ["1"]})", R"({"a": 1})"));
    EXPECT_TRUE(matches(R"({"a": [300]})", R"({"a": 3.0e2})"));
    EXPECT_TRUE(matches(R"({"a": [""]})", R"({"a": ""})"));
}

TEST(EventPattern, knows_the_text_operators) {
    EXPECT_TRUE(matches(R"({"a": [{"prefix": "us-"}]})", R"({"a": "us-west-2"})"));
    EXPECT_FALSE(matches(R"({"a": [{"prefix": "eu-"}]})", R"({"a": "us-west-2"})"));
    EXPECT_TRUE(
        matches(R"({"a": [{"prefix": {"equals-ignore-case": "US-"}}]})", R"({"a": "us-west-2"})"));
    EXPECT_TRUE(matches(R"({"a": [{"suffix": ".png"}]})", R"({"a": "x.png"})"));
    EXPECT_TRUE(matches(R"({"a": [{"equals-ignore-case": "Alice"}]})", R"({"a": "aLICE"})"));
    EXPECT_TRUE(matches(R"({"a": [{"wildcard": "dir/*.png"}]})", R"({"a": "dir/x/y.png"})"));
    EXPECT_FALSE(matches(R"({"a": [{"wildcard": "dir/*.png"}]})", R"({"a": "dir/x.jpg"})"));
    EXPECT_TRUE(matches(R"({"a": [{"wildcard": "a\\*b"}]})", R"({"a": "a*b"})"));
    EXPECT_FALSE(matches(R"({"a": [{"wildcard": "a\\*b"}]})", R"({"a": "axb"})"));
}

TEST(EventPattern, anything_but_needs_the_field_and_none_of_the_values) {
    EXPECT_TRUE(matches(R"({"a": [{"anything-but": "x"}]})", R"({"a": "y"})"));
    EXPECT_FALSE(matches(R"({"a": [{"anything-but": ["x", "y"]}]})", R"({"a": "y"})"));
    EXPECT_FALSE(matches(R"({"a": [{"anything-but": ["x"]}]})", R"({})"));
    EXPECT_TRUE(matches(R"({"a": [{"anything-but": {"prefix": "init"}}]})", R"({"a": "done"})"));
    EXPECT_FALSE(
        matches(R"({"a": [{"anything-but": {"suffix": ["e", "t"]}}]})", R"({"a": "done"})"));
    EXPECT_TRUE(matches(R"({"a": [{"anything-but": [100]}]})", R"({"a": 200})"));
}

TEST(EventPattern, compares_numbers_with_one_or_two_limits) {
    constexpr std::string_view pattern = R"({"a": [{"numeric": [">", 0, "<=", 5]}]})";

    EXPECT_TRUE(matches(pattern, R"({"a": 5})"));
    EXPECT_FALSE(matches(pattern, R"({"a": 0})"));
    EXPECT_FALSE(matches(pattern, R"({"a": "3"})"));
    EXPECT_TRUE(matches(R"({"a": [{"numeric": ["=", 3]}]})", R"({"a": 3.0})"));
}

TEST(EventPattern, tells_whether_a_field_exists) {
    EXPECT_TRUE(matches(R"({"a": [{"exists": true}]})", R"({"a": 0})"));
    EXPECT_FALSE(matches(R"({"a": [{"exists": true}]})", R"({})"));
    EXPECT_TRUE(matches(R"({"a": {"b": [{"exists": false}]}})", R"({"c": 1})"));
    EXPECT_FALSE(matches(R"({"a": [{"exists": false}]})", R"({"a": null})"));
}

TEST(EventPattern, takes_one_branch_of_or) {
    constexpr std::string_view pattern =
        R"({"source": ["s"], "$or": [{"a": [1]}, {"b": [{"numeric": [">", 2]}]}]})";

    EXPECT_TRUE(matches(pattern, R"({"source": "s", "a": 1})"));
    EXPECT_TRUE(matches(pattern, R"({"source": "s", "b": 3})"));
    EXPECT_FALSE(matches(pattern, R"({"source": "s", "a": 2, "b": 2})"));
    EXPECT_FALSE(matches(pattern, R"({"source": "t", "a": 1})"));
}

TEST(EventPattern, matches_addresses_in_a_block) {
    EXPECT_TRUE(matches(R"({"ip": [{"cidr": "10.0.0.0/24"}]})", R"({"ip": "10.0.0.77"})"));
    EXPECT_FALSE(matches(R"({"ip": [{"cidr": "10.0.0.0/24"}]})", R"({"ip": "10.0.1.1"})"));
    EXPECT_FALSE(matches(R"({"ip": [{"cidr": "10.0.0.0/24"}]})", R"({"ip": "ten"})"));
}

TEST(EventPattern, refuses_what_is_not_a_pattern) {
    for (const std::string_view text :
         {"[]", "{}", "{\"a\": \"b\"}", "{\"a\": []}", "{\"a\": [{\"like\": 1}]}",
          "{\"a\": [{\"prefix\": 1}]}", "{\"a\": [{\"numeric\": [\">\"]}]}",
          "{\"a\": [{\"numeric\": [\"!\", 1]}]}", "{\"a\": [{\"exists\": 1}]}", "{\"a\": [[1]]}",
          "{\"a\": [{\"wildcard\": \"a**b\"}]}", "{\"a\": [{\"cidr\": \"10.0.0.0\"}]}", "{",
          "{\"a\": [{\"anything-but\": {}}]}"})
        EXPECT_FALSE(EventPattern::parse(text)) << text;
}

TEST(EventPattern, is_bounded_in_depth_and_alternatives) {
    std::string deep;
    for (int i = 0; i < 100; ++i)
        deep += "{\"a\":";
    deep += "[1]" + std::string(100, '}');
    std::string wide = "{";
    for (int i = 0; i < 4; ++i) {
        wide += i == 0 ? "" : ",";
        wide += "\"f" + std::to_string(i) + "\":{\"$or\":[{\"a\":[1]}";
        for (int j = 0; j < 6; ++j)
            wide += ",{\"a\":[1]}";
        wide += "]}";
    }
    wide += "}";

    EXPECT_FALSE(EventPattern::parse(std::string_view(deep)));
    EXPECT_FALSE(EventPattern::parse(std::string_view(wide))); // 7^4 combinations
}

} // namespace
