#include "aws/simulated/market.hpp"

#include "tests/support/simulated_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace gradus;
using namespace gradus::simulated;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Ten ticks of 600 s from the start of the tests: up for 4, down for 2, two for 3, one for 1.
constexpr std::string_view tiny = R"({"format": "spot-trace/1", "instance_type": "p3.2xlarge",
    "gap_seconds": 600, "start": "2026-01-01T00:00:00Z", "zones": {
    "us-west-2a": {"samples": 10, "runs": [[1, 4], [0, 2], [2, 3], [1, 1]],
                   "price_runs": [[0.9, 5], [1.0, 5]]},
    "us-west-2b": {"samples": 12, "runs": [[0, 12]]}}})";

Trace tiny_trace() { return *read_trace(*parse_json(tiny)); }

const Pool tiny_pool{"us-west-2", "us-west-2a", "p3.2xlarge"};

TEST(TraceMarket, plays_the_runs_of_a_zone) {
    const TraceMarket market(tiny_trace());

    EXPECT_EQ(market.capacity(tiny_pool, at_second(-1)), 0);
    EXPECT_EQ(market.capacity(tiny_pool, at_second(0)), 1);
    EXPECT_EQ(market.capacity(tiny_pool, at_second(2399)), 1);
    EXPECT_EQ(market.capacity(tiny_pool, at_second(2400)), 0);
    EXPECT_EQ(market.capacity(tiny_pool, at_second(3600)), 2);
    EXPECT_EQ(market.capacity(tiny_pool, at_second(5999)), 1);
    EXPECT_EQ(market.capacity(tiny_pool, at_second(6000)), 0); // past its end
    EXPECT_EQ(market.next_change(tiny_pool, at_second(0)), at_second(2400));
    EXPECT_EQ(market.next_change(tiny_pool, at_second(2400)), at_second(3600));
    EXPECT_EQ(market.next_change(tiny_pool, at_second(5400)), at_second(6000));
    EXPECT_EQ(market.next_change(tiny_pool, at_second(6000)), std::nullopt);
    EXPECT_EQ(market.capacity({"us-west-2", "us-west-2c", "p3.2xlarge"}, at_second(0)), 0);
    EXPECT_EQ(market.capacity({"us-west-2", "us-west-2a", "g5.xlarge"}, at_second(0)), 0);
}

TEST(TraceMarket, has_recorded_prices_for_the_recorded_type) {
    const TraceMarket market(tiny_trace());

    EXPECT_DOUBLE_EQ(market.price(tiny_pool, at_second(0), 3.06), 0.9);
    EXPECT_DOUBLE_EQ(market.price(tiny_pool, at_second(3000), 3.06), 1.0);
    EXPECT_EQ(market.next_price_change(tiny_pool, at_second(0)), at_second(3000));
    EXPECT_DOUBLE_EQ(market.price({"us-west-2", "us-west-2b", "p3.2xlarge"}, at_second(0), 3.06),
                     3.06 * 0.3);
}

TEST(TraceMarket, can_be_shifted_and_multiplied_and_stand_for_other_types) {
    TraceMarket::Options options;
    options.starts_at = at_second(10'000);
    options.multiplier = 8;
    options.also_types = {"g5.xlarge"};
    const TraceMarket market(tiny_trace(), options);

    EXPECT_EQ(market.capacity(tiny_pool, at_second(0)), 0);
    EXPECT_EQ(market.capacity(tiny_pool, at_second(13'600)), 16);
    EXPECT_EQ(market.capacity({"us-west-2", "us-west-2a", "g5.xlarge"}, at_second(10'000)), 8);
}

TEST(TraceMarket, reads_the_public_raw_format) {
    const Value zone = *parse_json(
        R"({"metadata": {"gap_seconds": 600, "start_time": 0}, "data": [1, 1, 1, 1, 0, 0, 2, 2, 2, 1]})");

    const auto trace = read_raw_trace({{"us-west-2a", zone}}, "p3.2xlarge", at_second(0));

    ASSERT_TRUE(trace);
    EXPECT_EQ(trace->zones.at("us-west-2a").capacity.runs,
              tiny_trace().zones.at("us-west-2a").capacity.runs);
    EXPECT_EQ(trace->common_end(), at_second(6000));
    EXPECT_EQ(region_of_zone("us-west-2a"), "us-west-2");
}

TEST(TraceMarket, refuses_what_is_not_a_trace) {
    for (const std::string_view text :
         {"{}", R"({"format": "spot-trace/2"})",
          R"({"format": "spot-trace/1", "gap_seconds": 0, "start": "2026-01-01T00:00:00Z"})",
          R"({"format": "spot-trace/1", "gap_seconds": 600, "start": "today", "zones": {}})",
          R"({"format": "spot-trace/1", "gap_seconds": 600, "start": "2026-01-01T00:00:00Z",
              "zones": {"a": {"runs": [[1]]}}})",
          R"({"format": "spot-trace/1", "gap_seconds": 600, "start": "2026-01-01T00:00:00Z",
              "zones": {"a": {"runs": [[1, -5]]}}})"})
        EXPECT_FALSE(read_trace(*parse_json(text))) << text;
    EXPECT_FALSE(read_raw_trace({}, "x", at_second(0)));
    EXPECT_FALSE(read_raw_trace({{"a", *parse_json(R"({"data": [1]})")}}, "x", at_second(0)));
}

// One instance is wanted all the time in the tiny trace's zone a; done by hand:
//   launched at 2 s, taken at 2400 s;
//   the group notices 15 s later, tries at 2415 s, 2483 s, … every 68 s (8 s to fail, 60 s wait)
//   up to 3571 s; the try at 3639 s finds capacity; taken at 6000 s, the end of the trace.
TEST(TraceMarket, gives_a_bill_that_can_be_checked_by_hand) {
    WorldOptions options = small_world(0);
    options.market = std::make_shared<TraceMarket>(tiny_trace());
    TestWorld world(std::move(options));
    world.client.must("ec2", "CreateLaunchTemplate",
                      R"({"LaunchTemplateName": "lt",
                          "LaunchTemplateData": {"InstanceType": "p3.2xlarge",
                            "InstanceMarketOptions": {"MarketType": "spot"}}})");
    world.client.must("autoscaling", "CreateAutoScalingGroup",
                      R"({"AutoScalingGroupName": "g", "MinSize": 1, "MaxSize": 1,
                          "AvailabilityZones": ["us-west-2a"],
                          "LaunchTemplate": {"LaunchTemplateName": "lt"}})");

    world.aws.advance(at_second(8000));

    const auto& entries = world.aws.ledger().entries();
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].launched, at_second(2));
    EXPECT_EQ(entries[0].running, at_second(32));
    EXPECT_EQ(entries[0].terminated, at_second(2400));
    EXPECT_EQ(entries[1].launched, at_second(3639));
    EXPECT_EQ(entries[1].terminated, at_second(6000));
    EXPECT_EQ(entries[1].end_reason, "Server.SpotInstanceTermination");
    const double bill = (2398 * 0.9 + 2361 * 1.0) / 3600;
    EXPECT_NEAR(world.aws.ledger().total_usd(world.aws.now()), bill, 1e-9);
    EXPECT_NEAR(world.aws.ledger().total_on_demand_usd(world.aws.now()),
                (2398 + 2361) * 3.06 / 3600, 1e-9);
}

struct Runs {
    double availability = 0;
    double up_median_hours = 0;
    double up_mean_hours = 0;
    double down_median_hours = 0;
};

std::vector<int> ups_of(const Market& market, const Pool& pool, int samples) {
    std::vector<int> out;
    for (int i = 0; i < samples; ++i)
        out.push_back(market.capacity(pool, test_start() + minutes(5) * i) > 0 ? 1 : 0);
    return out;
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

Runs runs_of(const std::vector<int>& ups) {
    std::vector<double> up;
    std::vector<double> down;
    double total = 0;
    for (std::size_t i = 0; i < ups.size();) {
        std::size_t end = i;
        while (end < ups.size() && ups[end] == ups[i])
            ++end;
        const double length = static_cast<double>(end - i) / 12.0;
        (ups[i] == 1 ? up : down).push_back(length);
        if (ups[i] == 1) total += length;
        i = end;
    }
    Runs out;
    out.availability = total / (static_cast<double>(ups.size()) / 12.0);
    out.up_median_hours = median(up);
    out.up_mean_hours = up.empty() ? 0 : total / static_cast<double>(up.size());
    out.down_median_hours = median(down);
    return out;
}

double correlation(const std::vector<int>& a, const std::vector<int>& b) {
    const auto count = static_cast<double>(a.size());
    double sum_a = 0;
    double sum_b = 0;
    double both = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum_a += a[i];
        sum_b += b[i];
        both += a[i] * b[i];
    }
    const double mean_a = sum_a / count;
    const double mean_b = sum_b / count;
    const double spread = std::sqrt(mean_a * (1 - mean_a) * mean_b * (1 - mean_b));
    return spread == 0 ? 0 : (both / count - mean_a * mean_b) / spread;
}

// The bounds are those of the recorded set of February 2023 with some room, over 270 days.
TEST(GeneratedMarket, resembles_the_recorded_ones) {
    const GeneratedMarket market(
        {.seed = 5, .epoch = test_start(), .capacity_max = 16, .ample = 1000});
    constexpr int samples = 12 * 24 * 270;
    std::vector<std::vector<int>> ups;
    std::vector<double> inside;
    std::vector<double> across;
    std::vector<double> up_medians;
    std::vector<double> up_means;
    std::vector<double> down_medians;
    for (const std::string region : {"us-east-1", "us-east-2", "us-west-2"})
        for (const char letter : {'a', 'b', 'c'})
            ups.push_back(ups_of(market, {region, region + letter, "g5.xlarge"}, samples));
    for (std::size_t i = 0; i < ups.size(); ++i) {
        const Runs runs = runs_of(ups[i]);
        EXPECT_GT(runs.availability, 0.08);
        EXPECT_LT(runs.availability, 0.96);
        up_medians.push_back(runs.up_median_hours);
        up_means.push_back(runs.up_mean_hours);
        down_medians.push_back(runs.down_median_hours);
        for (std::size_t j = 0; j < i; ++j)
            (i / 3 == j / 3 ? inside : across).push_back(correlation(ups[i], ups[j]));
        if (std::getenv("GRADUS_SHOW") != nullptr)
            std::cout << runs.availability << " up " << runs.up_median_hours << " mean "
                      << runs.up_mean_hours << " down " << runs.down_median_hours << '\n';
    }
    const auto mean = [](const std::vector<double>& values) {
        double sum = 0;
        for (const double value : values)
            sum += value;
        return sum / static_cast<double>(values.size());
    };
    if (std::getenv("GRADUS_SHOW") != nullptr)
        std::cout << "inside " << mean(inside) << " across " << mean(across) << '\n';

    EXPECT_NEAR(mean(inside), 0.44, 0.1);
    EXPECT_NEAR(mean(across), 0.18, 0.1);
    EXPECT_GT(median(up_medians), 0.3);
    EXPECT_LT(median(up_medians), 1.7);
    EXPECT_GT(median(up_means), 2 * median(up_medians)); // few long runs carry the time
    EXPECT_GT(median(down_medians), 0.25);
    EXPECT_LT(median(down_medians), 1.2);
}

TEST(GeneratedMarket, is_the_same_for_the_same_seed_in_any_order_of_asking) {
    const GeneratedMarket forth({.seed = 9, .epoch = test_start()});
    const GeneratedMarket back({.seed = 9, .epoch = test_start()});
    const GeneratedMarket other({.seed = 10, .epoch = test_start()});
    const Pool pool{"us-west-2", "us-west-2a", "g5.xlarge"};
    std::vector<std::int64_t> one;
    std::vector<std::int64_t> two;
    std::vector<std::int64_t> three;

    for (int i = 0; i < 500; ++i) {
        one.push_back(forth.capacity(pool, test_start() + hours(1) * i));
        three.push_back(other.capacity(pool, test_start() + hours(1) * i));
    }
    for (int i = 499; i >= 0; --i)
        two.push_back(back.capacity(pool, test_start() + hours(1) * i));
    std::reverse(two.begin(), two.end());

    EXPECT_EQ(one, two);
    EXPECT_NE(one, three);
    const auto change = forth.next_change(pool, test_start());
    ASSERT_TRUE(change.has_value());
    EXPECT_NE(forth.capacity(pool, *change), forth.capacity(pool, *change - seconds(1)));
    EXPECT_EQ(forth.capacity({"us-west-2", "us-west-2a", "t3.large"}, test_start()), 1000);
}

// Everything that one can see of a busy week.
std::string week(std::uint64_t seed) {
    WorldOptions options;
    options.seed = seed;
    TestWorld world(std::move(options));
    world.listen();
    world.make_group(R"(["us-west-2a", "us-west-2b", "us-west-2c"])");
    world.set_desired(3);
    std::string out;
    for (int hour = 1; hour <= 7 * 24; ++hour) {
        world.aws.advance(test_start() + hours(1) * hour);
        for (const Delivery& delivery : world.aws.take_deliveries())
            out += to_json(delivery.input) + '\n';
    }
    out += to_json(world.client.must("ec2", "DescribeInstances"));
    out += std::to_string(world.aws.ledger().total_usd(world.aws.now()));
    return out;
}

TEST(SimulatedWorld, is_the_same_for_the_same_seed) {
    const std::string one = week(1);

    EXPECT_EQ(one, week(1));
    EXPECT_NE(one, week(2));
    EXPECT_GT(one.size(), 10'000u);
}

std::optional<std::filesystem::path> shared_traces() {
    const char* shared = std::getenv("GRADUS_SHARED");
    const std::filesystem::path root =
        shared != nullptr ? std::filesystem::path(shared)
                          : std::filesystem::path(GRADUS_SOURCE_DIR) / ".." / "shared";
    const std::filesystem::path traces = root / "data" / "spot-traces";
    if (!std::filesystem::exists(traces)) return std::nullopt;
    return traces;
}

TEST(TraceMarket, plays_every_recorded_trace_to_its_end) {
    const auto traces = shared_traces();
    if (!traces) GTEST_SKIP() << "no recorded traces beside the project";
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(*traces)) {
        if (file.path().extension() != ".json") continue;
        std::ifstream in(file.path());
        std::stringstream text;
        text << in.rdbuf();
        const auto trace = read_trace(*parse_json(text.str()));
        ASSERT_TRUE(trace) << file.path() << ' ' << trace.error().message;
        const TraceMarket market(*trace);
        for (const auto& [zone, series] : trace->zones) {
            const Pool pool{region_of_zone(zone), zone, trace->instance_type};
            std::int64_t changes = 0;
            std::optional<Timestamp> at = trace->start;
            while ((at = market.next_change(pool, *at)))
                ++changes;
            EXPECT_GT(changes, 0) << file.path() << ' ' << zone;
        }
        ++count;
    }
    EXPECT_GE(count, 10);
}

// A group of one over nine zones, four weeks of the trace of February 2023.
TEST(TraceMarket, carries_a_group_through_weeks_without_leaks) {
    const auto traces = shared_traces();
    if (!traces) GTEST_SKIP() << "no recorded traces beside the project";
    std::ifstream in(*traces / "avail_2023-02-15_p3-2xlarge_1n.json");
    std::stringstream text;
    text << in.rdbuf();
    const auto trace = read_trace(*parse_json(text.str()));
    ASSERT_TRUE(trace);
    WorldOptions options;
    TraceMarket::Options market;
    market.starts_at = test_start();
    market.also_types = {"g5.xlarge"};
    options.market = std::make_shared<TraceMarket>(*trace, market);
    TestWorld world(std::move(options));
    world.make_group(R"(["us-west-2a", "us-west-2b", "us-west-2c"])");
    world.set_desired(1);

    world.aws.advance(test_start() + hours(24) * 27);
    world.set_desired(0);
    world.client.pass(minutes(2));

    const Ledger& ledger = world.aws.ledger();
    EXPECT_EQ(ledger.running_count(), 0u);
    EXPECT_GT(ledger.entries().size(), 10u);
    // Region us-west-2 alone is useful 94 % of the time with a short cold start.
    double up = 0;
    for (const LedgerEntry& entry : ledger.entries())
        up += static_cast<double>(Ledger::billed_seconds(entry, world.aws.now()));
    EXPECT_NEAR(up / (27.0 * 86'400), 0.95, 0.02);
}

} // namespace
