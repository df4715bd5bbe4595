#include "aws/uri_encoding.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus::aws;

TEST(UriEncoding, encodes_all_but_unreserved_characters) {
    EXPECT_EQ(percent_encode("aZ09-._~ /+é"), "aZ09-._~%20%2F%2B%C3%A9");
    EXPECT_EQ(percent_encode("a/b c", Slash::kept), "a/b%20c");
}

TEST(UriEncoding, decodes_and_leaves_broken_escapes_alone) {
    EXPECT_EQ(percent_decode("a%20b%2fc+"), "a b/c+");
    EXPECT_EQ(percent_decode("%"), "%");
    EXPECT_EQ(percent_decode("%4"), "%4");
    EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
    EXPECT_EQ(percent_decode("%41"), "A");
}

TEST(UriEncoding, splits_query_strings) {
    const std::vector<QueryParameter> expected = {{"a", "1 2"}, {"b", ""}, {"c", "x=y"}};

    EXPECT_EQ(parse_query("a=1+2&b&&c=x%3Dy", Plus::space), expected);
    EXPECT_EQ(parse_query("a=1+2", Plus::literal)[0].value, "1+2");
    EXPECT_EQ(format_query(expected), "a=1%202&b=&c=x%3Dy");
    EXPECT_TRUE(parse_query("", Plus::literal).empty());
}

} // namespace
