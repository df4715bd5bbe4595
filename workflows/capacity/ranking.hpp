#pragma once
// Which region to ask next, and why: each pool gets the saving it may be expected to bring, chance
// of getting an instance times saving against on-demand; a region is as good as its pools together.
// Scores are a first guess only, own experience overrules them, price counts as money and not as a
// tie break.

#include "workflows/capacity/experience.hpp"
#include "workflows/capacity/pool.hpp"
#include "workflows/capacity/price_book.hpp"

#include "gradus/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradus::capacity {

/// What is known of a pool from outside.
struct Offer {
    Pool pool;
    std::optional<std::int64_t> placement_score; // 1…10
    std::optional<Price> price;
    double on_demand_usd = 0; // of the type in the reference region; what a saving is counted from
    std::optional<std::int64_t> instances_left; // of the quota; nothing: not known
    bool is_offered = true;
};

struct RankingOptions {
    double spot_share_guess = 0.35; // of on-demand, where no price is known
    double chance_guess = 0.5;      // where no score is known
    double saving_least = 0.05;     // a dear pool that has capacity still beats none
};

struct RankedPool {
    Pool pool;
    double chance = 0;
    double usd_per_hour = 0;
    double points = 0;
    std::string reason;
};

struct RankedRegion {
    std::string region;
    double points = 0;
    double chance = 0;             // that any of its pools has capacity
    std::vector<RankedPool> pools; // best first
    std::string reason;
};

struct ExcludedPool {
    Pool pool;
    std::optional<Timestamp> until; // nothing: for as long as it isn't offered
    std::string reason;
};

struct Ranking {
    std::vector<RankedRegion> regions; // best first
    std::vector<ExcludedPool> excluded;
    std::optional<Timestamp> next_return; // of the pool that is excluded for the shortest
};

Ranking rank(const std::vector<Offer>& offers, const Experience& experience, Timestamp now,
             const RankingOptions& options = {});

} // namespace gradus::capacity
