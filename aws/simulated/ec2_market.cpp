#include "aws/simulated/ec2_instances.hpp"
#include "aws/simulated/interruptions.hpp"
#include "aws/simulated/services.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

// --- DescribeSpotPriceHistory -------------------------------------------------------------------

// AWS keeps 90 days; a window without a start begins there.
constexpr std::chrono::hours history_kept{24 * 90};
constexpr std::int64_t prices_per_page_max = 1000;
// Of one pool in one answer; more would be a market that changes every few minutes for 90 days.
constexpr std::size_t price_changes_max = 20'000;

constexpr std::string_view linux_product = "Linux/UNIX";
constexpr std::string_view windows_product = "Windows";
// What the licence adds to an hour of a vCPU.
constexpr double windows_usd_per_vcpu = 0.046;

struct PricePoint {
    Timestamp at{};
    std::string zone;
    std::string type;
    std::string_view product;
    double usd = 0;
};

std::string price_text(double usd) {
    char buffer[32];
    const int size = std::snprintf(buffer, sizeof buffer, "%.6f", usd);
    return std::string(buffer, static_cast<std::size_t>(size));
}

// The price in force at `from` and each change up to `to`.
void add_points(const ApiCall& call, const InstanceType& type, const std::string& zone,
                Timestamp from, Timestamp to, std::vector<PricePoint>& out) {
    const Pool pool{call.region.name, zone, type.name};
    const double on_demand = on_demand_price(call.world, call.region, type.name);
    std::optional<Timestamp> at = from;
    for (std::size_t i = 0; at && *at <= to && i < price_changes_max; ++i) {
        const double linux_usd = call.world.market->price(pool, *at, on_demand);
        const double licence = windows_usd_per_vcpu * static_cast<double>(type.vcpus);
        out.push_back({*at, zone, type.name, windows_product, linux_usd + licence});
        out.push_back({*at, zone, type.name, linux_product, linux_usd});
        at = call.world.market->next_price_change(pool, *at);
    }
}

Outcome describe_spot_price_history(ApiCall& call) {
    const std::vector<std::string> types = texts(call.params["InstanceTypes"]);
    const std::vector<std::string> products = texts(call.params["ProductDescriptions"]);
    const std::string zone = text(call.params["AvailabilityZone"]);
    const Timestamp to = time_of(call.params["EndTime"]).value_or(call.world.now);
    const Timestamp oldest = call.world.now - history_kept;
    const Timestamp from = std::max(
        oldest, std::min(call.world.now, time_of(call.params["StartTime"]).value_or(oldest)));
    std::vector<PricePoint> points;
    for (const InstanceType& type : call.world.options.catalogue)
        for (const Zone& one : call.region.ec2.zones) {
            const bool is_asked = is_among(types, type.name) && (zone.empty() || zone == one.name);
            if (is_asked && is_offered(type, one.name))
                add_points(call, type, one.name, from, std::min(to, call.world.now), points);
        }
    std::stable_sort(points.begin(), points.end(),
                     [](const PricePoint& a, const PricePoint& b) { return a.at > b.at; });
    std::vector<Value> out;
    for (const PricePoint& point : points) {
        if (!is_among(products, point.product)) continue;
        const auto values_of =
            [&](std::string_view name) -> std::optional<std::vector<std::string>> {
            using Values = std::vector<std::string>;
            if (name == "product-description") return Values{std::string(point.product)};
            if (name == "instance-type") return Values{point.type};
            if (name == "availability-zone") return Values{point.zone};
            if (name == "spot-price") return Values{price_text(point.usd)};
            return std::nullopt;
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (is_wanted)
            out.push_back(Value::object(
                {{"AvailabilityZone", Value(point.zone)},
                 {"InstanceType", Value(point.type)},
                 {"ProductDescription", Value(point.product)},
                 {"SpotPrice", Value(price_text(point.usd))},
                 {"Timestamp", time_value(std::chrono::floor<std::chrono::seconds>(point.at))}}));
    }
    const std::int64_t size =
        std::min(integer(call.params["MaxResults"], prices_per_page_max), prices_per_page_max);
    GRADUS_TRY(Page page, page_of(out, call.params["NextToken"], size, "InvalidNextToken"));
    // The real operation sends an empty token at the end.
    return Value::object({{"SpotPriceHistory", Value(std::move(page.items))},
                          {"NextToken", Value(page.next_token)}});
}

// --- GetSpotPlacementScores ---------------------------------------------------------------------

// AWS, "Spot placement score", limitations: at most 10 Regions in a request, the top 10 places in
// an answer, low scores for fewer than three types.
constexpr std::size_t score_regions_max = 10;
constexpr std::size_t score_places_max = 10;
constexpr std::size_t score_types_min = 3;
constexpr std::int64_t score_of_few_types_max = 3;
// Capacity that is this many times the target gives the best score.
constexpr double comfortable = 3.0;

double free_units(const World& world, const Region& region, const Zone& zone,
                  const InstanceType& type, std::string_view unit) {
    if (!is_offered(type, zone.name)) return 0;
    const Pool pool{region.name, zone.name, type.name};
    const std::int64_t room = world.market->capacity(pool, world.now) - spot_running(region, pool);
    double each = 1;
    if (unit == "vcpu") each = static_cast<double>(type.vcpus);
    if (unit == "memory-mib") each = static_cast<double>(type.memory_mib);
    return static_cast<double>(std::max<std::int64_t>(0, room)) * each;
}

Outcome get_spot_placement_scores(ApiCall& call) {
    const std::vector<std::string> names = texts(call.params["InstanceTypes"]);
    const std::vector<std::string> wanted = texts(call.params["RegionNames"]);
    if (wanted.size() > score_regions_max)
        return fault("InvalidParameterValue", "The number of RegionNames (" +
                                                  std::to_string(wanted.size()) +
                                                  ") exceeds the maximum of 10");
    if (names.empty())
        return fault("MissingParameter", "The request must contain the parameter InstanceTypes");
    for (const std::string& name : names)
        if (call.world.find_type(name) == nullptr)
            return fault("InvalidParameterValue", "Invalid value '" + name + "' for InstanceType.");
    const double target = std::max(1.0, real(call.params["TargetCapacity"], 1));
    const std::string unit = text(call.params["TargetCapacityUnitType"], "units");
    const bool by_zone = is_set(call.params["SingleAvailabilityZone"]);
    const auto score_of = [&](double free) {
        const double share = std::min(1.0, free / (target * comfortable));
        const auto score = 1 + static_cast<std::int64_t>(std::floor(share * 9));
        return names.size() < score_types_min ? std::min(score, score_of_few_types_max) : score;
    };
    struct Place {
        std::string region;
        std::string zone_id;
        std::int64_t score = 1;
    };
    std::vector<Place> places;
    for (const auto& [name, region] : call.world.regions) {
        if (!is_among(wanted, name)) continue;
        double of_region = 0;
        for (const Zone& zone : region.ec2.zones) {
            double of_zone = 0;
            for (const std::string& type : names)
                of_zone += free_units(call.world, region, zone, *call.world.find_type(type), unit);
            of_region += of_zone;
            if (by_zone) places.push_back({name, zone.id, score_of(of_zone)});
        }
        if (!by_zone) places.push_back({name, "", score_of(of_region)});
    }
    std::stable_sort(places.begin(), places.end(),
                     [](const Place& a, const Place& b) { return a.score > b.score; });
    places.resize(std::min(places.size(), score_places_max));
    Array out;
    for (const Place& place : places) {
        ObjectBuilder one;
        one.put("Region", Value(place.region));
        if (by_zone) one.put("AvailabilityZoneId", Value(place.zone_id));
        one.put("Score", Value(place.score));
        out.push_back(one.build());
    }
    return Value::object({{"SpotPlacementScores", Value(std::move(out))}});
}

// --- DescribeSpotInstanceRequests ---------------------------------------------------------------

struct RequestStatus {
    std::string_view state;
    std::string_view code;
    std::string_view message;
};

RequestStatus status_of(const Instance& instance) {
    const bool is_by_market = instance.state_reason_code == ended_by_market.code;
    if (is_alive(instance) && instance.interruption_at)
        return {"active", "marked-for-termination",
                "Your Spot Instance is marked for termination."};
    if (is_alive(instance)) return {"active", "fulfilled", "Your spot request is fulfilled."};
    if (is_by_market)
        return {"closed", "instance-terminated-no-capacity",
                "Your instance was terminated because there is no longer enough Spot capacity "
                "available for the Spot request."};
    return {"closed", "instance-terminated-by-user",
            "Spot Instance terminated due to user-initiated termination."};
}

Outcome describe_spot_instance_requests(ApiCall& call) {
    const std::vector<std::string> ids = texts(call.params["SpotInstanceRequestIds"]);
    std::vector<Value> out;
    for (const auto& [number, instance] : call.region.ec2.instances) {
        const bool is_asked =
            instance.purchase == Purchase::spot && is_among(ids, instance.spot_request_id);
        if (!is_asked) continue;
        const RequestStatus status = status_of(instance);
        const auto values_of =
            [&, &one = instance](std::string_view name) -> std::optional<std::vector<std::string>> {
            using Values = std::vector<std::string>;
            if (name == "instance-id") return Values{one.id};
            if (name == "state") return Values{std::string(status.state)};
            if (name == "status-code") return Values{std::string(status.code)};
            if (name == "launched-availability-zone") return Values{one.pool.zone};
            return tag_filter(name, one.tags);
        };
        GRADUS_TRY(const bool is_wanted, passes(call.params["Filters"], values_of));
        if (!is_wanted) continue;
        const Timestamp updated = instance.ended_at.value_or(instance.launched);
        out.push_back(Value::object(
            {{"SpotInstanceRequestId", Value(instance.spot_request_id)},
             {"InstanceId", Value(instance.id)},
             {"State", Value(status.state)},
             {"Status", Value::object({{"Code", Value(status.code)},
                                       {"Message", Value(status.message)},
                                       {"UpdateTime", time_value(updated)}})},
             {"Type", Value("one-time")},
             {"CreateTime", time_value(instance.launched)},
             {"LaunchedAvailabilityZone", Value(instance.pool.zone)},
             {"ProductDescription", Value(linux_product)},
             {"SpotPrice",
              Value(instance.max_price.empty()
                        ? price_text(on_demand_price(call.world, call.region, instance.pool.type))
                        : instance.max_price)},
             {"InstanceInterruptionBehavior", Value("terminate")}}));
    }
    if (out.size() < ids.size())
        return fault("InvalidSpotInstanceRequestID.NotFound",
                     "The spot instance request ID '" + ids.front() + "' does not exist");
    return Value::object({{"SpotInstanceRequests", Value(std::move(out))}});
}

constexpr OperationRow rows[] = {
    {"DescribeSpotPriceHistory", describe_spot_price_history},
    {"GetSpotPlacementScores", get_spot_placement_scores},
    {"DescribeSpotInstanceRequests", describe_spot_instance_requests},
};

} // namespace

std::span<const OperationRow> ec2_market_operations() { return rows; }

} // namespace gradus::simulated
