// Asks the market's signs (placement scores, spot prices) and own experience, and names the region
// to ask next.
#include "gradus/json.hpp"
#include "workflows/capacity/catalogue.hpp"
#include "workflows/capacity/experience.hpp"
#include "workflows/capacity/members.hpp"
#include "workflows/capacity/ranking.hpp"
#include "workflows/handlers/handlers.hpp"
#include "workflows/handlers/parameters.hpp"

#include <algorithm>
#include <chrono>

namespace gradus::workflows {
namespace {

using capacity::text_of;
using namespace std::chrono_literals;

// AWS, "Spot placement score", limitations.
constexpr std::size_t score_regions_max = 10;
constexpr std::size_t score_types_least = 3;
// Prices move a few times a day; asking for them all the time runs into rate limits.
constexpr std::chrono::minutes price_age_max{60};
constexpr std::chrono::seconds wait_longest{300};
constexpr int pages_max = 20;

/// Prices as last read, for all executions of this process.
struct PriceCache {
    capacity::PriceBook book;
    std::optional<Timestamp> read_at;
};

using Scores = std::map<std::string, std::int64_t>; // by region

Task<Result<bool, Failure>> read_prices(HandlerContext context, std::string region,
                                        std::vector<std::string> types,
                                        std::shared_ptr<PriceCache> cache) {
    const std::int64_t now = context.loop.now_epoch_milliseconds() / 1000;
    std::string token;
    for (int page = 0; page < pages_max; ++page) {
        // Start and end at this moment: the price in force, one for each zone and type.
        Value input = Value::object({{"InstanceTypes", capacity::list_of(types)},
                                     {"ProductDescriptions", Value::array({"Linux/UNIX"})},
                                     {"StartTime", now},
                                     {"EndTime", now}});
        if (!token.empty()) input = std::move(input).with("NextToken", token);
        aws::Call request{"ec2", "DescribeSpotPriceHistory", std::move(input), region};
        const aws::CallResult result = co_await call(context.aws, std::move(request));
        if (!result) co_return failure_of(result.error(), "reading prices of " + region);
        const Value& history = result->output["SpotPriceHistory"];
        if (history.is_array()) {
            for (const Value& entry : history.as_array())
                cache->book.add(entry);
        }
        token = text_of(result->output["NextToken"]);
        if (token.empty()) break;
    }
    co_return true;
}

Task<Result<Scores, Failure>> read_scores(HandlerContext context, std::vector<std::string> regions,
                                          std::vector<std::string> types, std::int64_t instances) {
    Scores out;
    // Fewer types always score low, which says nothing.
    if (types.size() < score_types_least) co_return out;
    for (std::size_t at = 0; at < regions.size(); at += score_regions_max) {
        const std::size_t end = std::min(regions.size(), at + score_regions_max);
        Array names;
        for (std::size_t i = at; i < end; ++i)
            names.emplace_back(regions[i]);
        Value input = Value::object({{"InstanceTypes", capacity::list_of(types)},
                                     {"RegionNames", Value(std::move(names))},
                                     {"TargetCapacity", instances},
                                     {"SingleAvailabilityZone", false}});
        aws::Call request{"ec2", "GetSpotPlacementScores", std::move(input), context.region};
        const aws::CallResult result = co_await call(context.aws, std::move(request));
        if (!result) co_return failure_of(result.error(), "reading placement scores");
        const Value& scores = result->output["SpotPlacementScores"];
        if (!scores.is_array()) continue;
        for (const Value& score : scores.as_array()) {
            out[text_of(score["Region"])] = capacity::integer_of(score["Score"], 1);
        }
    }
    co_return out;
}

std::vector<capacity::Offer> offers_of(const Value& config, const PriceCache& cache,
                                       const Scores& scores) {
    std::vector<capacity::Offer> out;
    const Value& regions = config["regions"];
    const std::vector<std::string> types = capacity::texts_of(config["types"]);
    if (!regions.is_object()) return out;
    for (const Member& region : regions.as_object()) {
        const Value& zones = region.value["zones"];
        if (!zones.is_object()) continue;
        for (const Member& zone : zones.as_object()) {
            for (const std::string& type : types) {
                capacity::Offer offer{
                    .pool = {capacity::Market::spot, std::string(zone.name()), type}};
                const auto score = scores.find(std::string(region.name()));
                if (score != scores.end()) offer.placement_score = score->second;
                offer.price = cache.book.latest(zone.name(), type);
                const capacity::GpuType* known = capacity::find_gpu_type(type);
                if (known != nullptr) offer.on_demand_usd = known->on_demand_usd;
                out.push_back(std::move(offer));
            }
        }
    }
    return out;
}

/// The region to ask, with the zones of its pools, best first.
Value choice_of(const capacity::RankedRegion& region, const Value& config) {
    std::vector<std::string> zones;
    std::vector<std::string> types;
    const auto add = [](std::vector<std::string>& list, const std::string& name) {
        if (std::ranges::find(list, name) == list.end()) list.push_back(name);
    };
    for (const capacity::RankedPool& pool : region.pools) {
        add(zones, pool.pool.zone);
        add(types, pool.pool.type);
    }
    Array subnets;
    for (const std::string& zone : zones) {
        subnets.push_back(config["regions"][region.region]["zones"][zone]);
    }
    return Value::object({{"region", region.region},
                          {"zones", capacity::list_of(zones)},
                          {"subnets", Value(std::move(subnets))},
                          {"types", capacity::list_of(types)},
                          {"reason", region.reason}});
}

Value summary_of(const capacity::Ranking& ranking) {
    Array regions;
    for (const capacity::RankedRegion& region : ranking.regions) {
        regions.push_back(Value::object({{"region", region.region},
                                         {"points", region.points},
                                         {"chance", region.chance},
                                         {"reason", region.reason}}));
    }
    Array excluded;
    for (const capacity::ExcludedPool& pool : ranking.excluded) {
        Value row = Value::object({{"pool", to_string(pool.pool)}, {"reason", pool.reason}});
        if (pool.until) row = std::move(row).with("until", capacity::time_text(*pool.until));
        excluded.push_back(std::move(row));
    }
    return Value::object(
        {{"regions", Value(std::move(regions))}, {"excluded", Value(std::move(excluded))}});
}

std::int64_t wait_seconds(const capacity::Ranking& ranking, Timestamp now) {
    std::chrono::milliseconds wait = wait_longest;
    if (ranking.next_return) {
        wait = std::min<std::chrono::milliseconds>(wait, *ranking.next_return - now);
    }
    // To the second after, so that the pool is back then.
    return std::max<std::int64_t>(1, wait.count() / 1000 + 1);
}

Task<HandlerResult> run_rank_pools(Notes notes, std::shared_ptr<PriceCache> cache,
                                   HandlerContext context) {
    const Value config = context.input["config"];
    const Timestamp now = timestamp_of(context.loop.now_epoch_milliseconds());
    const std::vector<std::string> types = capacity::texts_of(config["types"]);
    std::vector<std::string> regions;
    const Value& region_table = config["regions"];
    if (region_table.is_object()) {
        for (const Member& region : region_table.as_object())
            regions.emplace_back(region.name());
    }
    if (!cache->read_at || now - *cache->read_at > price_age_max) {
        for (const std::string& region : regions) {
            const Result<bool, Failure> read = co_await read_prices(context, region, types, cache);
            // A region without prices is ranked with a guess; it doesn't stop the others.
            if (!read) notes({now, region, "no prices", read.error().cause.value_or("")});
        }
        cache->read_at = now;
    }
    Scores scores;
    if (capacity::flag_of(config["useScores"])) {
        const Result<Scores, Failure> read = co_await read_scores(
            context, regions, types, capacity::integer_of(context.input["instances"], 1));
        if (read)
            scores = *read;
        else
            notes({now, context.region, "no scores", read.error().cause.value_or("")});
    }
    const std::string path = "/" + text_of(context.input["prefix"]) + "/experience";
    Value input = Value::object({{"Name", path}});
    aws::Call request{"ssm", "GetParameter", std::move(input), context.region};
    const aws::CallResult found = co_await call(context.aws, std::move(request));
    if (!found && found.error().code != "ParameterNotFound") {
        co_return failure_of(found.error(), "reading experience");
    }
    Value document;
    if (found) {
        auto parsed = parse_json(text_of(found->output["Parameter"]["Value"]));
        if (parsed) document = std::move(*parsed);
    }
    const capacity::Experience experience = capacity::Experience::from_value(document);
    const capacity::Ranking ranking =
        capacity::rank(offers_of(config, *cache, scores), experience, now);
    const Value summary = summary_of(ranking);
    notes({now, context.region, "ranked", summary});
    ObjectBuilder out;
    out.append("choice",
               ranking.regions.empty() ? Value() : choice_of(ranking.regions.front(), config));
    out.append("waitSeconds", wait_seconds(ranking, now));
    out.append("ranking", summary);
    co_return out.build();
}

} // namespace

Handler rank_pools(Notes notes) {
    auto cache = std::make_shared<PriceCache>();
    return [notes, cache](HandlerContext context) {
        return run_rank_pools(notes, cache, std::move(context));
    };
}

} // namespace gradus::workflows
