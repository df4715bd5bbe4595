#include "gradus/format.hpp"

#include "gradus/json.hpp"
#include "gradus/program.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

std::string formatted(std::string_view text) { return format_definition(*parse_json(text)); }

TEST(Format, puts_short_states_on_one_line_and_orders_members) {
    EXPECT_EQ(formatted(R"({"States":{"A":{"Next":"B","Type":"Pass"},"B":{"Type":"Succeed"}},
                            "StartAt":"A","Comment":"c"})"),
              R"({
  "StartAt": "A",
  "Comment": "c",
  "States": {
    "A": {"Type": "Pass", "Next": "B"},
    "B": {"Type": "Succeed"}
  }
}
)");
}

TEST(Format, breaks_what_is_longer_than_100_columns) {
    const std::string fits(66, 'x'); // the line is then exactly 100 characters long
    const std::string definition =
        R"({"StartAt":"A","States":{"A":{"Comment":")" + fits + R"(","End":1}}})";
    const std::string longer =
        R"({"StartAt":"A","States":{"A":{"Comment":")" + fits + R"(x","End":1}}})";

    EXPECT_NE(formatted(definition).find("\n    \"A\": {\"Comment\""), std::string::npos);
    EXPECT_NE(formatted(longer).find("\"A\": {\n      \"Comment\": \"x"), std::string::npos);
}

TEST(Format, gives_branches_and_processors_lines_of_their_own) {
    EXPECT_EQ(formatted(R"({"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
                {"States":{"A":{"Type":"Pass","End":true}},"StartAt":"A"}],"End":true}}})"),
              R"({
  "StartAt": "P",
  "States": {
    "P": {
      "Type": "Parallel",
      "Branches": [
        {
          "StartAt": "A",
          "States": {
            "A": {"Type": "Pass", "End": true}
          }
        }
      ],
      "End": true
    }
  }
}
)");
}

TEST(Format, keeps_the_text_of_numbers_and_the_meaning_of_strings) {
    EXPECT_EQ(formatted(R"([1.50, 1E5, -0, 12345678901234567890, 0.1e-7, "\u00e9\u0041\/\n"])"),
              "[1.50, 1E5, -0, 12345678901234567890, 0.1e-7, \"éA/\\n\"]\n");
}

TEST(Format, leaves_data_in_its_order) {
    EXPECT_EQ(formatted(R"({"StartAt":"A","States":{"A":{"Type":"Pass","Result":
                {"States":{"Type":1,"x":2},"a":0,"Type":3},"End":true}}})"),
              R"({
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "Result": {"States": {"Type": 1, "x": 2}, "a": 0, "Type": 3}, "End": true}
  }
}
)");
}

TEST(Format, changes_nothing_the_second_time) {
    for (
        const char* text :
        {R"({"States":{"A":{"End":true,"Assign":{"x":"{% $a\n + 1 %}"},"Type":"Pass"}},"StartAt":"A"})",
         R"({"StartAt":"M","States":{"M":{"ItemProcessor":{"StartAt":"A","States":{"A":
             {"Type":"Wait","Seconds":1,"End":true}}},"Type":"Map","End":true}}})",
         R"(["é", {}, [], null, {"a": [{"b": "cccccccccccccccccccccccccccccccccccccccccccccc",
             "d": "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"}]}])"}) {
        const std::string once = formatted(text);
        EXPECT_EQ(formatted(once), once);
        EXPECT_EQ(*parse_json(once), *parse_json(text));
    }
}

} // namespace
} // namespace gradus
