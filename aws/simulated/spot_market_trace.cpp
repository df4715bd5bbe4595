#include "aws/simulated/market.hpp"

#include "states/base/base.hpp"

#include <algorithm>
#include <cmath>

namespace gradus::simulated {

namespace {

using std::chrono::milliseconds;

// A trace of ten years at one sample a second is longer than any that was published.
constexpr std::int64_t samples_max = 400'000'000;

Error wrong(std::string message) { return Error{ErrorCode::syntax, std::move(message)}; }

Result<Trace::Series> read_runs(const Value& runs, const std::string& place) {
    Trace::Series out;
    if (!runs.is_array()) return wrong(place + ": expected a list of runs");
    std::int64_t total = 0;
    for (const Value& run : runs.as_array()) {
        const bool is_pair = run.is_array() && run.size() == 2 && run[0].is_number();
        std::int64_t repeat = 0;
        if (!is_pair || !run[1].to_integer(repeat) || repeat < 0 || repeat > samples_max)
            return wrong(place + ": expected [value, repeat]");
        total += repeat;
        if (total > samples_max) return wrong(place + ": too many samples");
        out.runs.emplace_back(run[0].as_double(), repeat);
    }
    return out;
}

Result<milliseconds> read_gap(const Value& gap_seconds) {
    const double seconds = gap_seconds.is_number() ? gap_seconds.as_double() : 0;
    if (!(seconds > 0 && seconds <= 86'400))
        return wrong("gap_seconds: expected a number of seconds above 0");
    return milliseconds(static_cast<std::int64_t>(std::llround(seconds * 1000)));
}

std::int64_t ticks_of(const Trace::Series& series) {
    std::int64_t ticks = 0;
    for (const auto& run : series.runs)
        ticks += run.second;
    return ticks;
}

} // namespace

double Market::price(const Pool&, Timestamp, double on_demand_usd) const {
    return on_demand_usd * standard_spot_share;
}

std::optional<Timestamp> Market::next_price_change(const Pool&, Timestamp) const {
    return std::nullopt;
}

std::string region_of_zone(std::string_view zone) {
    const bool has_letter = !zone.empty() && zone.back() >= 'a' && zone.back() <= 'z';
    return std::string(has_letter ? zone.substr(0, zone.size() - 1) : zone);
}

Timestamp Trace::common_end() const {
    std::optional<std::int64_t> ticks;
    for (const auto& [name, zone] : zones) {
        const std::int64_t these = ticks_of(zone.capacity);
        ticks = ticks ? std::min(*ticks, these) : these;
    }
    return start + gap * ticks.value_or(0);
}

Result<Trace> read_trace(const Value& document) {
    const Value& format = document["format"];
    if (!format.is_string() || format.as_string() != "spot-trace/1")
        return wrong("format: expected spot-trace/1");
    Trace out;
    if (document["instance_type"].is_string())
        out.instance_type = std::string(document["instance_type"].as_string());
    GRADUS_TRY(out.gap, read_gap(document["gap_seconds"]));
    const Value& start = document["start"];
    const std::optional<Instant> instant =
        start.is_string() ? parse_rfc3339(start.as_string()) : std::nullopt;
    if (!instant) return wrong("start: expected a time such as 2023-02-15T00:00:00Z");
    out.start = timestamp_of(instant->seconds * 1000 + instant->nanoseconds / 1'000'000);
    const Value& zones = document["zones"];
    if (!zones.is_object()) return wrong("zones: expected an object");
    for (const Member& member : zones.as_object()) {
        const std::string name(member.name());
        Trace::Zone zone;
        GRADUS_TRY(zone.capacity, read_runs(member.value["runs"], "zones." + name + ".runs"));
        if (const Value* prices = member.value.find("price_runs")) {
            GRADUS_TRY(zone.price, read_runs(*prices, "zones." + name + ".price_runs"));
        }
        out.zones.emplace(name, std::move(zone));
    }
    if (out.zones.empty()) return wrong("zones: expected at least one");
    return out;
}

Result<Trace> read_raw_trace(const std::vector<std::pair<std::string, Value>>& zones,
                             std::string instance_type, Timestamp start) {
    Trace out;
    out.instance_type = std::move(instance_type);
    out.start = start;
    for (const auto& [name, document] : zones) {
        GRADUS_TRY(const milliseconds gap, read_gap(document["metadata"]["gap_seconds"]));
        if (out.gap.count() != 0 && out.gap != gap)
            return wrong(name + ": its gap_seconds differs from that of the zones before");
        out.gap = gap;
        const Value& data = document["data"];
        if (!data.is_array()) return wrong(name + ": expected data to be a list");
        Trace::Zone zone;
        for (const Value& sample : data.as_array()) {
            const bool is_sample = sample.is_number() || sample.is_boolean();
            if (!is_sample) return wrong(name + ": expected numbers in data");
            const double value =
                sample.is_boolean() ? (sample.as_boolean() ? 1.0 : 0.0) : sample.as_double();
            auto& runs = zone.capacity.runs;
            if (!runs.empty() && runs.back().first == value)
                ++runs.back().second;
            else
                runs.emplace_back(value, 1);
        }
        out.zones.emplace(name, std::move(zone));
    }
    if (out.zones.empty()) return wrong("expected at least one zone");
    return out;
}

double TraceMarket::Steps::at(Timestamp time, double otherwise) const {
    const auto after =
        std::upper_bound(points.begin(), points.end(), time,
                         [](Timestamp wanted, const auto& point) { return wanted < point.first; });
    return after == points.begin() ? otherwise : std::prev(after)->second;
}

std::optional<Timestamp> TraceMarket::Steps::next(Timestamp after) const {
    const auto found =
        std::upper_bound(points.begin(), points.end(), after,
                         [](Timestamp wanted, const auto& point) { return wanted < point.first; });
    if (found == points.end()) return std::nullopt;
    return found->first;
}

TraceMarket::Steps TraceMarket::steps_of(const Trace::Series& series, Timestamp start,
                                         milliseconds gap, double multiplier) {
    Steps out;
    std::int64_t tick = 0;
    for (const auto& [value, repeat] : series.runs) {
        const double scaled = value * multiplier;
        const bool differs = out.points.empty() || out.points.back().second != scaled;
        if (repeat > 0 && differs) out.points.emplace_back(start + gap * tick, scaled);
        tick += repeat;
    }
    return out;
}

TraceMarket::TraceMarket(Trace trace, Options options)
    : options_(std::move(options)), types_(options_.also_types) {
    types_.push_back(trace.instance_type);
    const Timestamp start = options_.starts_at.value_or(trace.start);
    for (const auto& [name, zone] : trace.zones) {
        ZoneSteps steps;
        steps.capacity =
            steps_of(zone.capacity, start, trace.gap, static_cast<double>(options_.multiplier));
        // What comes after the recording is unknown; there is nothing to be had.
        const Timestamp end = start + trace.gap * ticks_of(zone.capacity);
        if (!steps.capacity.points.empty() && steps.capacity.points.back().second != 0)
            steps.capacity.points.emplace_back(end, 0.0);
        steps.price = steps_of(zone.price, start, trace.gap, 1.0);
        zones_.emplace(name, std::move(steps));
    }
}

const TraceMarket::ZoneSteps* TraceMarket::find(const Pool& pool) const {
    const auto zone = zones_.find(pool.zone);
    return zone == zones_.end() ? nullptr : &zone->second;
}

std::int64_t TraceMarket::capacity(const Pool& pool, Timestamp at) const {
    if (std::find(types_.begin(), types_.end(), pool.type) == types_.end())
        return options_.other_types_capacity;
    const ZoneSteps* zone = find(pool);
    return zone == nullptr ? 0 : static_cast<std::int64_t>(zone->capacity.at(at, 0));
}

std::optional<Timestamp> TraceMarket::next_change(const Pool& pool, Timestamp after) const {
    if (std::find(types_.begin(), types_.end(), pool.type) == types_.end()) return std::nullopt;
    const ZoneSteps* zone = find(pool);
    return zone == nullptr ? std::nullopt : zone->capacity.next(after);
}

double TraceMarket::price(const Pool& pool, Timestamp at, double on_demand_usd) const {
    const double standard = Market::price(pool, at, on_demand_usd);
    const ZoneSteps* zone = find(pool);
    // Recorded prices are those of the recorded type only.
    if (zone == nullptr || pool.type != types_.back()) return standard;
    return zone->price.at(at, standard);
}

std::optional<Timestamp> TraceMarket::next_price_change(const Pool& pool, Timestamp after) const {
    const ZoneSteps* zone = find(pool);
    if (zone == nullptr || pool.type != types_.back()) return std::nullopt;
    return zone->price.next(after);
}

} // namespace gradus::simulated
