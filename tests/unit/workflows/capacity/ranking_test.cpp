#include "workflows/capacity/ranking.hpp"

#include <gtest/gtest.h>

namespace gradus::capacity {
namespace {

using namespace std::chrono_literals;

const Timestamp noon = timestamp_of(1'700'000'000'000);

Offer offer(std::string zone, std::int64_t score, double usd) {
    return {.pool = {Market::spot, std::move(zone), "g5.xlarge"},
            .placement_score = score,
            .price = Price{usd, noon},
            .on_demand_usd = 1.0};
}

TEST(Ranking, a_better_score_wins_at_equal_prices) {
    const Ranking ranking =
        rank({offer("us-east-1a", 3, 0.3), offer("eu-west-1a", 8, 0.3)}, {}, noon);

    ASSERT_EQ(ranking.regions.size(), 2U);
    EXPECT_EQ(ranking.regions[0].region, "eu-west-1");
    // (0.05 + 0.09 · 8) · (1 − 0.3)
    EXPECT_NEAR(ranking.regions[0].points, 0.539, 1e-9);
    EXPECT_EQ(ranking.regions[0].reason, "best eu-west-1a: chance 77 % (score 8), $0.300/h");
}

TEST(Ranking, a_score_of_nine_at_nearly_on_demand_price_loses_against_an_eight) {
    const Ranking ranking =
        rank({offer("us-east-1a", 9, 0.95), offer("eu-west-1a", 8, 0.2)}, {}, noon);

    EXPECT_EQ(ranking.regions[0].region, "eu-west-1");
}

TEST(Ranking, own_experience_overrules_the_score) {
    Experience experience;
    const Offer praised = offer("us-east-1a", 9, 0.3);
    for (int i = 0; i < 5; ++i) {
        experience.note_failure(praised.pool, classify("InsufficientInstanceCapacity", ""),
                                noon - 2h);
    }

    const Ranking ranking = rank({praised, offer("us-west-2a", 5, 0.3)}, experience, noon);

    EXPECT_EQ(ranking.regions[0].region, "us-west-2");
}

TEST(Ranking, excluded_pools_say_until_when_and_why_and_leave_their_region_in) {
    Experience experience;
    const Offer failed = offer("us-west-2a", 9, 0.3);
    experience.note_failure(failed.pool, classify("InsufficientInstanceCapacity", ""), noon - 1min);

    const Ranking ranking = rank({failed, offer("us-west-2b", 9, 0.3)}, experience, noon);

    ASSERT_EQ(ranking.regions.size(), 1U);
    ASSERT_EQ(ranking.regions[0].pools.size(), 1U);
    EXPECT_EQ(ranking.regions[0].pools[0].pool.zone, "us-west-2b");
    ASSERT_EQ(ranking.excluded.size(), 1U);
    EXPECT_EQ(ranking.excluded[0].until, noon + 2min);
    EXPECT_EQ(ranking.excluded[0].reason, "Capacity.Insufficient");
    EXPECT_EQ(ranking.next_return, noon + 2min);
}

TEST(Ranking, a_zone_without_any_price_is_ranked_with_a_guess) {
    Offer unpriced = offer("us-east-2a", 9, 0);
    unpriced.price.reset();

    const Ranking ranking = rank({unpriced, offer("us-west-2a", 3, 0.3)}, {}, noon);

    EXPECT_EQ(ranking.regions[0].region, "us-east-2");
    EXPECT_EQ(ranking.regions[0].pools[0].usd_per_hour, 0.35);
}

TEST(Ranking, what_is_not_sold_or_over_the_quota_is_left_out) {
    Offer not_sold = offer("us-east-1e", 9, 0.3);
    not_sold.is_offered = false;
    Offer no_quota = offer("eu-west-1a", 9, 0.3);
    no_quota.instances_left = 0;

    const Ranking ranking = rank({not_sold, no_quota}, {}, noon);

    EXPECT_TRUE(ranking.regions.empty());
    EXPECT_EQ(ranking.excluded.size(), 2U);
    EXPECT_EQ(ranking.next_return, std::nullopt);
}

TEST(Ranking, more_zones_make_a_region_likelier) {
    const Ranking ranking = rank(
        {offer("us-east-1a", 5, 0.3), offer("us-west-2a", 5, 0.3), offer("us-west-2b", 5, 0.3)}, {},
        noon);

    EXPECT_EQ(ranking.regions[0].region, "us-west-2");
    EXPECT_NEAR(ranking.regions[0].chance, 0.625, 1e-9); // 1 − 0.5 · (1 − 0.25)
}

} // namespace
} // namespace gradus::capacity
