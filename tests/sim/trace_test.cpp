// Weeks of recorded markets in seconds. The recordings lie beside the project and may be absent.
#include "tests/sim/setting.hpp"
#include "workflows/demo.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace gradus::workflows {
namespace {

std::optional<simulated::Trace> recorded(const std::string& name) {
    const char* shared = std::getenv("GRADUS_SHARED");
    const std::string folder =
        shared != nullptr ? shared : std::string(GRADUS_SOURCE_DIR) + "/../shared";
    std::ifstream in(folder + "/data/spot-traces/" + name + ".json");
    if (!in) return std::nullopt;
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto document = parse_json(text);
    if (!document) return std::nullopt;
    auto trace = simulated::read_trace(*document);
    if (!trace) return std::nullopt;
    return std::move(*trace);
}

#define GRADUS_RECORDED(trace, name)                                                               \
    const auto trace = recorded(name);                                                             \
    if (!trace) GTEST_SKIP() << "no recording " << (name) << " beside the project"

TEST(Trace, four_weeks_over_nine_zones_are_kept_up_at_the_price_of_spot) {
    GRADUS_RECORDED(trace, "avail_2023-02-15_p3-2xlarge_1n");

    const DemoResult result = play({.trace = trace});

    EXPECT_EQ(result.fault, "");
    EXPECT_TRUE(result.still_running.empty());
    // Any zone had capacity 98.7 % of the time; a round robin over all zones reaches 98.2 %.
    EXPECT_GT(result.card.availability, 0.975);
    EXPECT_LT(result.card.cost_ratio(), 0.31);
    // Under 30 attempts a day.
    EXPECT_LT(result.card.attempts, 30 * 27);
    EXPECT_LT(result.card.wasted_usd, 0.02 * result.card.cost_usd);
}

TEST(Trace, several_instances_in_volatile_zones_leave_nothing_behind) {
    GRADUS_RECORDED(trace, "preempt_2023-08-03_p3-2xlarge_4n");

    const DemoResult result = play({.trace = trace, .instances = 2, .days_max = 6});

    EXPECT_EQ(result.fault, "");
    EXPECT_TRUE(result.still_running.empty());
    EXPECT_GT(result.card.capacity_share, 0.5);
}

TEST(Trace, a_market_without_capacity_for_days_costs_little_and_is_waited_for) {
    GRADUS_RECORDED(trace, "avail_2022-10-26_p3-16xlarge_1n");

    const DemoResult result = play({.trace = trace, .days_max = 10});

    EXPECT_EQ(result.fault, "");
    EXPECT_TRUE(result.still_running.empty());
    EXPECT_GT(result.card.attempts_succeeded, 10);
}

} // namespace
} // namespace gradus::workflows
