#include "states/base/base.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

TEST(Hash, digests_of_published_examples) {
    EXPECT_EQ(to_hex(hash(HashAlgorithm::md5, "abc")), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(to_hex(hash(HashAlgorithm::sha256, "abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, test case 2.
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Base64, encodes_and_decodes_every_padding) {
    EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64_encode("fooba"), "Zm9vYmE=");
    EXPECT_EQ(base64_encode("f"), "Zg==");
    EXPECT_EQ(base64_encode(""), "");
    EXPECT_EQ(base64_decode("Zm9vYmE="), "fooba");
    EXPECT_EQ(base64_decode("Zm9vYmE"), std::nullopt);
    EXPECT_EQ(base64_decode("Zm9*"), std::nullopt);
}

TEST(Utf8, reads_code_points_and_replaces_what_is_malformed) {
    std::size_t offset = 0;
    EXPECT_EQ(next_code_point("\xe2\x82\xac", offset), U'\u20ac');
    EXPECT_EQ(offset, 3U);
    offset = 0;
    EXPECT_EQ(next_code_point("\xe2\x82", offset), char32_t{0xfffd});
    EXPECT_EQ(offset, 1U);
    EXPECT_FALSE(is_valid_utf8("\xc0\x80"));
    EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));
    EXPECT_TRUE(is_valid_utf8("\xf0\x9f\x98\x80"));
    EXPECT_EQ(code_point_count("a\xe2\x82\xac"), 2U);
}

TEST(Timestamp, reads_the_forms_that_aws_accepts) {
    EXPECT_EQ(parse_rfc3339("1970-01-02T00:00:00Z"), (Instant{86'400, 0}));
    EXPECT_EQ(parse_rfc3339("2016-08-18T17:33:00.25+01:00"), (Instant{1'471'537'980, 250'000'000}));
    EXPECT_EQ(parse_rfc3339("2016-02-29T00:00:00-00:30"), (Instant{1'456'705'800, 0}));
}

TEST(Timestamp, refuses_what_aws_refuses) {
    for (const char* text :
         {"05-12-2016T00:00:00Z", "2016-08-18 17:33:00Z", "2016-08-18T17:33:00",
          "2016-13-18T17:33:00Z", "2016-08-18T25:33:00Z", "2016-08-18t17:33:00Z",
          "2016-08-18T17:33:00z", "2015-02-29T00:00:00Z", "2016-08-18T17:33:00.1234567890Z", ""}) {
        EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
    }
}

TEST(Timestamp, prints_without_trailing_zeros_of_the_fraction) {
    EXPECT_EQ(format_iso8601(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(format_iso8601(1'456'705'800'120), "2016-02-29T00:30:00.12Z");
    EXPECT_EQ(format_iso8601(1'456'705'800'007), "2016-02-29T00:30:00.007Z");
    EXPECT_EQ(format_iso8601(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(format_iso8601(253'402'300'799'100), "9999-12-31T23:59:59.1Z");
    EXPECT_EQ(format_iso8601(253'402'300'800'000), "10000-01-01T00:00:00Z");
    EXPECT_EQ(format_iso8601(-62'167'219'200'000), "0000-01-01T00:00:00Z");
    EXPECT_EQ(format_iso8601(-62'167'219'200'001), "-001-12-31T23:59:59.999Z");
}

TEST(Random, draws_depend_on_seed_and_count_alone) {
    Random first{.seed = 7};
    Random second{.seed = 7};
    Random other{.seed = 8};

    EXPECT_EQ(first.next(), second.next());
    EXPECT_NE(first.next(), other.next());
    EXPECT_EQ(first.counter, 2U);
    for (int i = 0; i < 1000; ++i)
        EXPECT_LT(first.next_below(10), 10U);
}

TEST(Random, uuids_are_version_four) {
    Random random{.seed = 1};
    const std::string uuid = random.next_uuid();

    ASSERT_EQ(uuid.size(), 36U);
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
}

} // namespace
} // namespace gradus
