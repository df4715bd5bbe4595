#pragma once
// What a simulated AWS is made of: account, keys, regions, instance types, delays, limits. All of
// it data; two worlds with equal options and equal requests at equal times are equal.

#include "aws/simulated/market.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::simulated {

struct InstanceType {
    std::string name;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::string architecture = "x86_64"; // or "arm64"
    std::int64_t gpus = 0;
    std::string gpu_name;                // "T4"
    std::int64_t gpu_memory_mib = 0;     // each
    double on_demand_usd = 0;            // Linux, us-east-1, per hour
    std::vector<std::string> only_zones; // where it is sold; empty: everywhere
};

/// A small table of GPU types and a few others (public data sheets and price list, 2025).
std::vector<InstanceType> default_catalogue();

struct RegionOptions {
    std::string name;
    std::vector<std::string> zones; // full names: "us-west-2a"
    double price_ratio = 1.0;       // of on-demand prices to the catalogue's
};
/// us-east-1, us-east-2, us-west-2 (the regions of the recorded traces) and eu-west-1.
std::vector<RegionOptions> default_regions();

/// A delay is drawn uniformly between both ends.
struct DelayRange {
    std::chrono::milliseconds least{};
    std::chrono::milliseconds most{};
};

struct Delays {
    DelayRange pending_to_running{std::chrono::seconds(20), std::chrono::seconds(40)};
    DelayRange shutting_down{std::chrono::seconds(10), std::chrono::seconds(30)};
    DelayRange running_to_in_service{std::chrono::seconds(5), std::chrono::seconds(15)};
    DelayRange agent_registration{std::chrono::seconds(60),
                                  std::chrono::seconds(90)};                   // from running
    DelayRange task_start{std::chrono::seconds(20), std::chrono::seconds(60)}; // with image pull
    DelayRange task_stop{std::chrono::seconds(1), std::chrono::seconds(10)};
    DelayRange group_evaluation{std::chrono::seconds(1), std::chrono::seconds(5)};
    DelayRange capacity_failure{std::chrono::seconds(5),
                                std::chrono::seconds(30)};                      // of an activity
    DelayRange group_retry{std::chrono::seconds(30), std::chrono::seconds(90)}; // after a failure
    DelayRange group_health_check{std::chrono::seconds(10), std::chrono::seconds(60)};
    DelayRange event_delivery{std::chrono::milliseconds(100), std::chrono::milliseconds(500)};
};

struct MarketSignals {
    bool interruption_notice = true; // 120 s before
    double rebalance_chance = 0.5;   // for each instance that will be interrupted
    // The recommendation comes this long before the interruption, drawn for each change.
    DelayRange rebalance_lead{std::chrono::seconds(120), std::chrono::seconds(900)};
};

enum class OnDemandSupply {
    ample, // always there
    tight, // fails with chance 0.5 where there is no spot capacity
};

struct AccessKey {
    std::string id;
    std::string secret;
};

struct WorldOptions {
    std::uint64_t seed = 1;
    std::string account_id = "123456789012";
    std::vector<AccessKey> access_keys{{"AKIDSIMULATED", "simulated-secret"}};
    bool check_signatures = true;
    // How far a signature's time may be from the world's (AWS: five minutes). A world that runs
    // faster than its clients' clocks needs more.
    std::int64_t signature_skew_seconds_max = 300;
    std::vector<RegionOptions> regions = default_regions();
    std::vector<InstanceType> catalogue = default_catalogue();
    // Null: a GeneratedMarket with the seed above.
    std::shared_ptr<const Market> market;
    Delays delays;
    MarketSignals signals;
    OnDemandSupply on_demand = OnDemandSupply::ample;
    // vCPU limits by quota code, in every region; what isn't named has the built-in default.
    std::map<std::string, double> quotas;
    std::string owner_tag = "gradus:owner"; // of the ledger's owner
    // Every request counts; above this many a second of one service and region they are throttled.
    std::int64_t calls_per_second_max = 1000;
    double event_loss_chance = 0; // of each delivery to a target
};

} // namespace gradus::simulated
