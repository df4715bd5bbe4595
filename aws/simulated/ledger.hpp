#pragma once
// Every instance that ever was in the simulated AWS, and what it cost: the truth that bills, leak
// checks and benchmarks are made from. Pure.

#include "gradus/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::simulated {

enum class Purchase { spot, on_demand };

std::string_view to_string(Purchase purchase); // "spot", "on-demand"

struct LedgerEntry {
    std::string instance_id;
    std::string region;
    std::string zone;
    std::string type;
    Purchase purchase = Purchase::spot;
    std::string owner; // value of the tag named in WorldOptions::owner_tag; empty: none
    std::string group; // the Auto Scaling group, if any
    Timestamp launched{};
    std::optional<Timestamp> running;
    std::optional<Timestamp> terminated;
    std::string end_reason;  // "Server.SpotInstanceTermination", "Client.UserInitiatedShutdown"
    double usd_per_hour = 0; // at launch
    double on_demand_usd_per_hour = 0;
};

/// By the second, at least this many (AWS, "On-Demand pricing": 60 seconds minimum).
inline constexpr std::int64_t billed_seconds_min = 60;

class Ledger {
public:
    /// In the order of their launch.
    const std::vector<LedgerEntry>& entries() const { return entries_; }
    std::vector<LedgerEntry>& entries() { return entries_; }

    /// Billed seconds up to `now`: from launch to termination, the minimum included.
    static std::int64_t billed_seconds(const LedgerEntry& entry, Timestamp now);
    static double cost_usd(const LedgerEntry& entry, Timestamp now);

    double total_usd(Timestamp now) const;
    /// What the same seconds would have cost on demand.
    double total_on_demand_usd(Timestamp now) const;
    std::size_t running_count() const;

private:
    std::vector<LedgerEntry> entries_;
};

} // namespace gradus::simulated
