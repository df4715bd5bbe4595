#pragma once
// What came of it, counted from instances and attempts: the table at the end of a run. The same
// arithmetic serves the simulated market and a live account.

#include "workflows/capacity/pool.hpp"

#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradus::capacity {

/// By the second, a minute at least (AWS, "Amazon EC2 On-Demand Pricing").
inline constexpr std::chrono::seconds billed_least{60};

struct InstanceRecord {
    std::string id;
    Pool pool;
    Timestamp launched{};
    std::optional<Timestamp> useful_from; // when its work ran; nothing: never
    std::optional<Timestamp> ended;
    std::string end_reason;
    double usd_per_hour = 0;
    double on_demand_usd_per_hour = 0;

    bool is_interrupted() const;
};

struct AttemptRecord {
    Timestamp began{};
    std::optional<Timestamp> ended;
    std::string region;
    bool succeeded = false;
    std::string reason; // of a failure: "Capacity.Insufficient: …"
};

/// When capacity was wanted, and how much.
struct Demand {
    Timestamp from{};
    Timestamp to{};
    std::int64_t instances = 1;
};

struct Scorecard {
    std::int64_t attempts = 0;
    std::int64_t attempts_succeeded = 0;
    std::map<std::string, std::int64_t> failures_by_name;
    std::int64_t instances = 0;
    std::int64_t interruptions = 0;
    double availability = 0;   // share of time with at least the wanted number useful
    double capacity_share = 0; // mean of min(useful, wanted) / wanted
    std::chrono::milliseconds time_to_first{-1};    // from demand to capacity; -1: never
    std::vector<std::chrono::milliseconds> outages; // after the first capacity, shortest first
    double cost_usd = 0;
    double on_demand_usd = 0; // the wanted number, all the time, on demand
    double wasted_usd = 0;    // billed before the work ran, or when it never did

    double cost_ratio() const { return on_demand_usd > 0 ? cost_usd / on_demand_usd : 0; }
    std::chrono::milliseconds outage_percentile(double share) const;
};

double cost_usd(const InstanceRecord& instance, Timestamp now);

Scorecard score(const std::vector<InstanceRecord>& instances,
                const std::vector<AttemptRecord>& attempts, const Demand& demand,
                double on_demand_usd_per_hour);

Value to_value(const Scorecard& card);

} // namespace gradus::capacity
