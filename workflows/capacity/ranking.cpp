#include "workflows/capacity/ranking.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace gradus::capacity {
namespace {

std::string percent(double share) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%.0f %%", share * 100);
    return text.data();
}

std::string dollars(double usd) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "$%.3f", usd);
    return text.data();
}

/// A score of 1 is a bad sign and 10 no promise.
double guess_from(std::int64_t score) {
    return 0.05 + 0.09 * static_cast<double>(std::clamp<std::int64_t>(score, 1, 10));
}

RankedPool ranked(const Offer& offer, const Experience& experience, Timestamp now,
                  const RankingOptions& options) {
    RankedPool out{.pool = offer.pool};
    const bool is_spot = offer.pool.market == Market::spot;
    double guess = options.chance_guess;
    if (offer.placement_score) guess = guess_from(*offer.placement_score);
    if (!is_spot) guess = 0.95;
    out.chance = experience.chance(offer.pool, guess, now);
    out.usd_per_hour = offer.on_demand_usd * (is_spot ? options.spot_share_guess : 1.0);
    if (offer.price) out.usd_per_hour = offer.price->usd_per_hour;
    const double saving =
        offer.on_demand_usd > 0 ? 1 - out.usd_per_hour / offer.on_demand_usd : 0.0;
    out.points = out.chance * std::clamp(saving, options.saving_least, 1.0);

    out.reason = "chance " + percent(out.chance);
    if (offer.placement_score)
        out.reason += " (score " + std::to_string(*offer.placement_score);
    else
        out.reason += " (no score";
    const PoolExperience* known = experience.find(offer.pool);
    out.reason += known != nullptr ? ", own experience)" : ")";
    out.reason += ", " + dollars(out.usd_per_hour) + (offer.price ? "/h" : "/h guessed");
    return out;
}

RankedRegion summed_up(std::string region, std::vector<RankedPool> pools) {
    RankedRegion out{.region = std::move(region)};
    std::ranges::stable_sort(pools, std::greater<>(), &RankedPool::points);
    // The chance that every one of them fails. Zones of one region fail together more often than
    // not (correlation 0.44 on recorded markets), so each further one counts half.
    double none = 1;
    double weight = 1;
    double saving = 0;
    double chances = 0;
    for (const RankedPool& pool : pools) {
        none *= 1 - pool.chance * weight;
        weight = 0.5;
        saving += pool.points;
        chances += pool.chance;
    }
    out.chance = 1 - none;
    out.points = chances > 0 ? out.chance * saving / chances : 0;
    out.reason = "best " + pools.front().pool.zone + ": " + pools.front().reason;
    out.pools = std::move(pools);
    return out;
}

} // namespace

Ranking rank(const std::vector<Offer>& offers, const Experience& experience, Timestamp now,
             const RankingOptions& options) {
    Ranking out;
    std::map<std::string, std::vector<RankedPool>> by_region;
    for (const Offer& offer : offers) {
        if (!offer.is_offered) {
            out.excluded.push_back({offer.pool, std::nullopt, "not sold there"});
            continue;
        }
        if (offer.instances_left && *offer.instances_left <= 0) {
            out.excluded.push_back({offer.pool, std::nullopt, "the quota is used up"});
            continue;
        }
        if (const auto until = experience.excluded_until(offer.pool, now)) {
            out.excluded.push_back({offer.pool, until, experience.find(offer.pool)->reason});
            if (!out.next_return || *until < *out.next_return) out.next_return = until;
            continue;
        }
        by_region[region_of_zone(offer.pool.zone)].push_back(
            ranked(offer, experience, now, options));
    }
    for (auto& [region, pools] : by_region) {
        out.regions.push_back(summed_up(region, std::move(pools)));
    }
    std::ranges::stable_sort(out.regions, std::greater<>(), &RankedRegion::points);
    return out;
}

} // namespace gradus::capacity
