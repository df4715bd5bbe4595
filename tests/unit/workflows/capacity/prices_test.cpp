#include "workflows/capacity/price_book.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace gradus::capacity {
namespace {

Value entry(const char* price, const char* product, const char* at) {
    return Value::object({{"AvailabilityZone", "us-east-1a"},
                          {"InstanceType", "p5en.48xlarge"},
                          {"ProductDescription", product},
                          {"SpotPrice", price},
                          {"Timestamp", at}});
}

TEST(PriceBook, prices_are_numbers_and_the_newest_counts) {
    PriceBook book;
    EXPECT_TRUE(book.add(entry("10.05", "Linux/UNIX", "2026-01-02T10:00:00Z")));
    EXPECT_TRUE(book.add(entry("9.80", "Linux/UNIX", "2026-01-02T09:00:00Z")));

    const auto latest = book.latest("us-east-1a", "p5en.48xlarge");
    ASSERT_TRUE(latest);
    EXPECT_EQ(latest->usd_per_hour, 10.05);
    EXPECT_LT(9.80, latest->usd_per_hour);
}

TEST(PriceBook, other_products_and_nonsense_are_not_taken) {
    PriceBook book;
    EXPECT_FALSE(book.add(entry("12.0", "Windows", "2026-01-02T10:00:00Z")));
    EXPECT_FALSE(book.add(entry("12.0", "SUSE Linux", "2026-01-02T10:00:00Z")));
    EXPECT_FALSE(book.add(entry("cheap", "Linux/UNIX", "2026-01-02T10:00:00Z")));
    EXPECT_FALSE(book.add(entry("-1", "Linux/UNIX", "2026-01-02T10:00:00Z")));
    EXPECT_FALSE(book.add(entry("1", "Linux/UNIX", "yesterday")));
    EXPECT_FALSE(book.add(Value(7)));
    EXPECT_EQ(book.size(), 0U);
}

TEST(PriceBook, a_zone_without_price_is_no_error) {
    EXPECT_EQ(PriceBook().latest("us-east-1a", "g5.xlarge"), std::nullopt);
}

} // namespace
} // namespace gradus::capacity
