#include "workflows/capacity/scorecard.hpp"

#include <gtest/gtest.h>

namespace gradus::capacity {
namespace {

using namespace std::chrono_literals;

const Timestamp start = timestamp_of(1'700'000'000'000);

InstanceRecord instance(std::chrono::minutes launched, std::chrono::minutes useful,
                        std::chrono::minutes ended) {
    return {.id = "i-1",
            .pool = {Market::spot, "us-west-2a", "p3.2xlarge"},
            .launched = start + launched,
            .useful_from = start + useful,
            .ended = start + ended,
            .end_reason = "Server.SpotInstanceTermination",
            .usd_per_hour = 0.9,
            .on_demand_usd_per_hour = 3.0};
}

TEST(Scorecard, counts_time_money_and_outages) {
    const std::vector<InstanceRecord> instances{instance(0min, 10min, 60min),
                                                instance(70min, 80min, 120min)};
    const Demand demand{start, start + 120min, 1};

    const Scorecard card = score(instances, {}, demand, 3.0);

    EXPECT_DOUBLE_EQ(card.availability, 0.75); // 50 and 40 of 120 minutes
    EXPECT_EQ(card.time_to_first, 10min);
    ASSERT_EQ(card.outages.size(), 1U);
    EXPECT_EQ(card.outages[0], 20min);
    EXPECT_EQ(card.interruptions, 2);
    EXPECT_NEAR(card.cost_usd, 0.9 * 110 / 60, 1e-9);
    EXPECT_NEAR(card.wasted_usd, 0.9 * 20 / 60, 1e-9);
    EXPECT_DOUBLE_EQ(card.on_demand_usd, 6.0);
    EXPECT_NEAR(card.cost_ratio(), 0.275, 1e-9);
}

TEST(Scorecard, a_replacement_that_runs_in_time_leaves_no_outage) {
    const Scorecard card = score({instance(0min, 0min, 60min), instance(50min, 58min, 120min)}, {},
                                 {start, start + 120min, 1}, 3.0);

    EXPECT_DOUBLE_EQ(card.availability, 1.0);
    EXPECT_TRUE(card.outages.empty());
}

TEST(Scorecard, the_last_outage_lasts_to_the_end_and_partial_capacity_counts) {
    const Scorecard card = score({instance(0min, 0min, 60min), instance(0min, 0min, 120min)}, {},
                                 {start, start + 120min, 2}, 3.0);

    EXPECT_DOUBLE_EQ(card.availability, 0.5);
    EXPECT_DOUBLE_EQ(card.capacity_share, 0.75);
    ASSERT_EQ(card.outages.size(), 1U);
    EXPECT_EQ(card.outages[0], 60min);
}

TEST(Scorecard, a_minute_is_billed_at_least) {
    InstanceRecord brief = instance(0min, 0min, 0min);
    brief.ended = start + 5s;

    EXPECT_NEAR(cost_usd(brief, start + 1h), 0.9 / 60, 1e-12);
}

TEST(Scorecard, failures_are_counted_by_name) {
    const std::vector<AttemptRecord> attempts{
        {start, start + 1min, "us-east-1", false, "Capacity.Insufficient: no capacity"},
        {start, start + 2min, "us-east-2", false, "Capacity.Insufficient"},
        {start, start + 3min, "us-west-2", true, ""}};

    const Scorecard card = score({}, attempts, {start, start + 1h, 1}, 3.0);

    EXPECT_EQ(card.attempts, 3);
    EXPECT_EQ(card.attempts_succeeded, 1);
    EXPECT_EQ(card.failures_by_name.at("Capacity.Insufficient"), 2);
    EXPECT_EQ(card.time_to_first.count(), -1);
    EXPECT_DOUBLE_EQ(card.availability, 0);
}

} // namespace
} // namespace gradus::capacity
