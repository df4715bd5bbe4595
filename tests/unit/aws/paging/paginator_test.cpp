#include "aws/paging/paginator.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

Paginator pages_of(std::string_view description) {
    const auto paginator = Paginator::load(*parse_json(description));
    EXPECT_TRUE(paginator) << paginator.error().message;
    return *paginator;
}

std::string next(const Paginator& paginator, std::string_view input, std::string_view output) {
    const auto result = paginator.next(*parse_json(input), *parse_json(output));
    if (!result) return result.error().message;
    return *result ? to_json(**result) : "the last";
}

TEST(Paginator, carries_the_token_to_the_next_call) {
    const Paginator paginator =
        pages_of(R"({"input_token": "NextToken", "output_token": "NextToken",
        "limit_key": "MaxResults", "result_key": "Reservations"})");

    EXPECT_EQ(next(paginator, R"({"MaxResults": 5})", R"({"NextToken": "t"})"),
              R"({"MaxResults":5,"NextToken":"t"})");
    EXPECT_EQ(next(paginator, R"({"NextToken": "t"})", R"({"NextToken": "u"})"),
              R"({"NextToken":"u"})");
    EXPECT_EQ(next(paginator, "{}", "{}"), "the last");
    EXPECT_EQ(next(paginator, "{}", R"({"NextToken": ""})"), "the last");
    EXPECT_EQ(next(paginator, R"({"NextToken": "t"})", R"({"NextToken": "t"})"),
              "the service gave the token of a page for the page after it, too, in NextToken");
    EXPECT_EQ(paginator.limit_key(), "MaxResults");
}

TEST(Paginator, looks_at_whether_there_is_more_and_where_the_token_may_be) {
    const Paginator objects = pages_of(R"({"more_results": "IsTruncated", "limit_key": "MaxKeys",
        "output_token": "NextMarker || Contents[-1].Key", "input_token": "Marker",
        "result_key": ["Contents", "CommonPrefixes"]})");

    EXPECT_EQ(next(objects, R"({"Bucket": "b"})",
                   R"({"IsTruncated": true, "Contents": [{"Key": "a"}, {"Key": "z"}]})"),
              R"({"Bucket":"b","Marker":"z"})");
    EXPECT_EQ(next(objects, "{}", R"({"IsTruncated": true, "NextMarker": "m"})"),
              R"({"Marker":"m"})");
    EXPECT_EQ(next(objects, "{}", R"({"IsTruncated": false, "NextMarker": "m"})"), "the last");
}

TEST(Paginator, carries_several_tokens_and_drops_those_that_end) {
    const Paginator versions = pages_of(R"({"more_results": "IsTruncated",
        "output_token": ["NextKeyMarker", "NextVersionIdMarker"],
        "input_token": ["KeyMarker", "VersionIdMarker"], "result_key": "Versions"})");

    EXPECT_EQ(next(versions, R"({"KeyMarker": "a", "VersionIdMarker": "1"})",
                   R"({"IsTruncated": true, "NextKeyMarker": "b"})"),
              R"({"KeyMarker":"b"})");
}

TEST(Paginator, joins_pages) {
    const Paginator paginator = pages_of(R"({"input_token": "Marker", "output_token": "NextMarker",
        "result_key": ["List.Items", "Count"]})");
    const Value first =
        *parse_json(R"({"List": {"Items": [1, 2], "Name": "l"}, "Count": 2, "NextMarker": "m"})");
    const Value second = *parse_json(R"({"List": {"Items": [3]}, "Count": 1, "Other": true})");

    const Value pages = paginator.with_page(paginator.with_page(Value(), first), second);

    EXPECT_EQ(to_json(pages), R"({"List":{"Items":[1,2,3],"Name":"l"},"Count":3})");
    EXPECT_EQ(paginator.with_page(pages, Value::object()), pages);
}

TEST(Paginator, says_what_is_wrong_with_a_description) {
    const auto fault = [](std::string_view description) {
        const auto result = Paginator::load(*parse_json(description));
        return result ? "" : result.error().message;
    };

    EXPECT_EQ(fault(R"({"result_key": "Addresses"})"),
              "expected as many of input_token as of output_token, and one at least");
    EXPECT_EQ(fault(R"({"input_token": ["a", "b"], "output_token": "a"})"),
              "expected as many of input_token as of output_token, and one at least");
    EXPECT_EQ(fault(R"({"input_token": 1, "output_token": "a"})"),
              "expected a text or a list of texts as input_token");
    EXPECT_EQ(fault(R"({"input_token": "a", "output_token": "a["})"),
              "expected a number or '*' at byte 2");
}

} // namespace
