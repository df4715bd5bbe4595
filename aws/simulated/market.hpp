#pragma once
// What the simulated world's spot market offers: how many instances of a pool could be had at a
// time, and for how much. A market knows nothing of who asks; the world compares capacity with what
// runs. Recorded (TraceMarket), made up (GeneratedMarket) or written down (ScriptedMarket). Pure.

#include "gradus/result.hpp"
#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace gradus::simulated {

/// Instances of one type in one zone: what spot capacity is counted by.
struct Pool {
    std::string region; // "us-west-2"
    std::string zone;   // "us-west-2a"
    std::string type;   // "g5.xlarge"

    friend auto operator<=>(const Pool&, const Pool&) = default;
};

class Market {
public:
    virtual ~Market() = default;

    /// Instances of the pool that could run at `at`, those that run already included.
    virtual std::int64_t capacity(const Pool& pool, Timestamp at) const = 0;
    /// The first time after `after` at which the capacity differs; nothing when it stays for ever.
    virtual std::optional<Timestamp> next_change(const Pool& pool, Timestamp after) const = 0;
    /// USD per hour for Linux. The standard share of the on-demand price, unless overridden.
    virtual double price(const Pool& pool, Timestamp at, double on_demand_usd) const;
    /// The first time after `after` at which the price differs.
    virtual std::optional<Timestamp> next_price_change(const Pool& pool, Timestamp after) const;
};

/// Spot price as share of the on-demand price where nothing better is known (p3.2xlarge in the
/// recorded traces: 0.918 of 3.06 USD).
inline constexpr double standard_spot_share = 0.30;

/// Capacity and perhaps prices of zones, sampled on a common clock. Tick i holds from
/// start + i * gap to the next tick.
struct Trace {
    struct Series {
        std::vector<std::pair<double, std::int64_t>> runs; // value, number of ticks
    };
    struct Zone {
        Series capacity;
        Series price; // USD per hour; may be empty
    };
    std::string instance_type; // empty: not said
    std::chrono::milliseconds gap{};
    Timestamp start{};
    std::map<std::string, Zone> zones;

    /// The end of the shortest zone: comparisons are fair up to here.
    Timestamp common_end() const;
};

/// Reads a document in the format spot-trace/1.
Result<Trace> read_trace(const Value& document);
/// Reads the public raw format, one file a zone: `{"metadata": {"gap_seconds": …}, "data": […]}`,
/// data being counts (or 0 and 1). `zones` holds zone name and document.
Result<Trace> read_raw_trace(const std::vector<std::pair<std::string, Value>>& zones,
                             std::string instance_type, Timestamp start);
/// "us-west-2" for "us-west-2a".
std::string region_of_zone(std::string_view zone);

/// Replays traces. A zone that a trace doesn't have, and any time outside of it, has no capacity.
class TraceMarket final : public Market {
public:
    struct Options {
        std::optional<Timestamp> starts_at; // shifts the trace; its own start otherwise
        std::int64_t multiplier = 1;        // of every count, for traces that probed one instance
        // Types the trace is played for besides its own ("g5.xlarge" on a trace of p3.2xlarge).
        std::vector<std::string> also_types;
        std::int64_t other_types_capacity = 0; // of types that no trace has
    };

    TraceMarket(Trace trace, Options options);
    explicit TraceMarket(Trace trace) : TraceMarket(std::move(trace), Options{}) {}

    std::int64_t capacity(const Pool& pool, Timestamp at) const override;
    std::optional<Timestamp> next_change(const Pool& pool, Timestamp after) const override;
    double price(const Pool& pool, Timestamp at, double on_demand_usd) const override;
    std::optional<Timestamp> next_price_change(const Pool& pool, Timestamp after) const override;

private:
    struct Steps { // change points; nothing before the first
        std::vector<std::pair<Timestamp, double>> points;
        double at(Timestamp time, double otherwise) const;
        std::optional<Timestamp> next(Timestamp after) const;
    };
    struct ZoneSteps {
        Steps capacity;
        Steps price;
    };
    const ZoneSteps* find(const Pool& pool) const;
    static Steps steps_of(const Trace::Series& series, Timestamp start,
                          std::chrono::milliseconds gap, double multiplier);

    Options options_;
    std::vector<std::string> types_;
    std::map<std::string, ZoneSteps, std::less<>> zones_;
};

/// A market made from a seed, fitted to the figures of the recorded ones: availability of zones
/// 15-88 %, few long runs that carry the time, neighbouring zones failing together.
class GeneratedMarket final : public Market {
public:
    struct Options {
        std::uint64_t seed = 1;
        Timestamp epoch{};              // nothing is asked before it
        std::int64_t capacity_max = 16; // of GPU pools
        std::int64_t ample = 1000;      // of pools that are not for GPUs
        // Share of time that a zone has capacity; drawn for each pool from this range.
        double availability_least = 0.15;
        double availability_most = 0.88;
    };

    explicit GeneratedMarket(Options options);
    ~GeneratedMarket() override;

    std::int64_t capacity(const Pool& pool, Timestamp at) const override;
    std::optional<Timestamp> next_change(const Pool& pool, Timestamp after) const override;
    double price(const Pool& pool, Timestamp at, double on_demand_usd) const override;
    std::optional<Timestamp> next_price_change(const Pool& pool, Timestamp after) const override;

private:
    struct Factors; // series made as far as they were asked for
    Options options_;
    std::unique_ptr<Factors> factors_;
};

/// Exactly what is written down; for demonstrations and tests.
class ScriptedMarket final : public Market {
public:
    struct Change {
        Timestamp at{};
        std::string zone;
        std::string type; // empty: every type
        std::int64_t capacity = 0;
    };

    /// `initial` holds before the first change of a pool.
    explicit ScriptedMarket(std::int64_t initial, std::vector<Change> changes = {});

    /// Adds a change later on; only for times that have not been asked for yet.
    void add(Change change);

    std::int64_t capacity(const Pool& pool, Timestamp at) const override;
    std::optional<Timestamp> next_change(const Pool& pool, Timestamp after) const override;

private:
    std::int64_t initial_;
    std::vector<Change> changes_; // by time
};

} // namespace gradus::simulated
