#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// "line:column message" as the parser behind AWS's API has it.
std::string fault(std::string_view text) {
    const auto found = find_json_fault(text);
    if (!found) return "";
    return std::to_string(found->stopped.line) + ":" + std::to_string(found->stopped.column) + " " +
           found->message;
}

constexpr const char* kinds =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

TEST(JsonFault, words_recorded_from_aws) {
    EXPECT_EQ(fault("not a definition"),
              std::string("1:4 Unrecognized token 'not': was expecting ") + kinds);
    EXPECT_EQ(fault("{'not': 'json'"), "1:3 Unexpected character (''' (code 39)): was expecting "
                                       "double-quote to start field name");
    EXPECT_EQ(json_source_location("not a definition", {1, 4}),
              "[Source: (String)\"not a definition\"; line: 1, column: 4]");
}

TEST(JsonFault, takes_what_is_json) {
    for (const char* text :
         {"{}", " [1, -0.5e+3, \"a\\u00e9\\n\", {\"a\": [true, false, null]}] ", "0", ""}) {
        EXPECT_EQ(fault(text), "") << text;
    }
}

TEST(JsonFault, names_what_separates_and_ends_entries) {
    EXPECT_EQ(fault("{\"a\": 1,}"), "1:10 Unexpected character ('}' (code 125)): was expecting "
                                    "double-quote to start field name");
    EXPECT_EQ(fault("[1,]"), "1:5 Unexpected character (']' (code 93)): expected a value");
    EXPECT_EQ(fault("[1 2]"), "1:5 Unexpected character ('2' (code 50)): was expecting comma to "
                              "separate Array entries");
    EXPECT_EQ(fault("{\n\"a\": 1\n\"b\": 2}"), "3:2 Unexpected character ('\"' (code 34)): was "
                                               "expecting comma to separate Object entries");
    EXPECT_EQ(fault("{\"a\" 1}"), "1:7 Unexpected character ('1' (code 49)): was expecting a colon "
                                  "to separate field name and value");
    EXPECT_EQ(fault("[1}"), "1:4 Unexpected close marker '}': expected ']' (for Array starting at "
                            "[Source: (String)\"[1}\"; line: 1, column: 1])");
}

TEST(JsonFault, says_what_was_open_at_the_end) {
    EXPECT_EQ(fault("{\"a\": 1"),
              "1:8 Unexpected end-of-input: expected close marker for Object (start marker at "
              "[Source: (String)\"{\"a\": 1\"; line: 1, column: 1])");
    EXPECT_EQ(fault("{\"a\":"), "1:6 Unexpected end-of-input within/between Object entries");
    EXPECT_EQ(fault("[1,"), "1:4 Unexpected end-of-input within/between Array entries");
    EXPECT_EQ(fault("\"a"),
              "1:3 Unexpected end-of-input: was expecting closing quote for a string value");
    EXPECT_EQ(fault("{\"a"), "1:4 Unexpected end-of-input in field name");
}

TEST(JsonFault, explains_tokens_numbers_and_strings) {
    EXPECT_EQ(fault("[True]"),
              std::string("1:6 Unrecognized token 'True': was expecting ") + kinds);
    EXPECT_EQ(fault("[NaN]"), "1:5 Non-standard token 'NaN': enable "
                              "JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow");
    EXPECT_EQ(fault("['a']"),
              std::string("1:3 Unexpected character (''' (code 39)): expected a valid value ") +
                  kinds);
    EXPECT_EQ(fault("[01]"), "1:3 Invalid numeric value: Leading zeroes not allowed");
    EXPECT_EQ(fault("[1.]"), "1:5 Unexpected character (']' (code 93)) in numeric value: Decimal "
                             "point not followed by a digit");
    EXPECT_EQ(fault("[\"a\nb\"]"), "1:5 Illegal unquoted character ((CTRL-CHAR, code 10)): has to "
                                   "be escaped using backslash to be included in string value");
    EXPECT_EQ(fault("[\"\\x\"]"), "1:5 Unrecognized character escape 'x' (code 120)");
    EXPECT_EQ(fault("// a\n{}"),
              "1:2 Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not "
              "recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)");
}

TEST(JsonFault, shows_the_first_500_characters_of_the_text) {
    const std::string text = "x" + std::string(600, 'y');

    EXPECT_EQ(json_source_location(text, {1, 2}), "[Source: (String)\"" + text.substr(0, 500) +
                                                      "\"[truncated 101 chars]; line: 1, column: "
                                                      "2]");
}

TEST(JsonFault, counts_columns_in_utf16_units) {
    EXPECT_EQ(fault("[\"\U0001F600é\" 1]").substr(0, 4), "1:9 ");
}

} // namespace
} // namespace gradus
