#include "aws/simulated/market.hpp"

#include "states/base/base.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>

namespace gradus::simulated {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

// How the market moves. Each pool has a hidden level that wanders: partly with the whole world,
// partly with its region, partly alone. There is capacity while the level is above a threshold
// that fits the pool's availability. Crossings of such a walk come in clusters, so that most runs
// are short and a few long ones carry the time, as in the recorded traces. The shares give, over
// pools of all availabilities, a
// correlation of zones of 0.44 inside a region and 0.18 across regions (2023-02 trace).
constexpr milliseconds step = minutes(5);
constexpr double global_share = 0.36;
constexpr double region_share = 0.52;
constexpr double slow_share = 0.72;      // of the variance, in the slow part of each walk
constexpr double slow_steps = 24 * 12.0; // time constants, in steps
constexpr double fast_steps = 15.0;
constexpr double smoothing_steps = 2.0;

// Further than this nothing is looked for: a change in 400 days is as good as none.
constexpr std::int64_t steps_ahead_max = 400LL * 24 * 12;

constexpr milliseconds price_step = std::chrono::hours(6);

double gauss(Random& random) {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - random.next_unit()));
    return radius * std::cos(2.0 * std::numbers::pi * random.next_unit());
}

// One wandering level with variance about 1, made as far as it was asked for.
class Walk {
public:
    explicit Walk(std::uint64_t seed) : random_{seed, 0} {
        slow_ = gauss(random_);
        fast_ = gauss(random_);
        smooth_ = mixed();
        levels_.push_back(smooth_);
    }

    double at(std::int64_t index) {
        while (static_cast<std::int64_t>(levels_.size()) <= index)
            extend();
        return levels_[static_cast<std::size_t>(index)];
    }

private:
    double mixed() const {
        return std::sqrt(slow_share) * slow_ + std::sqrt(1.0 - slow_share) * fast_;
    }

    void extend() {
        const double slow_keep = std::exp(-1.0 / slow_steps);
        const double fast_keep = std::exp(-1.0 / fast_steps);
        const double smooth_keep = std::exp(-1.0 / smoothing_steps);
        slow_ = slow_keep * slow_ + std::sqrt(1.0 - slow_keep * slow_keep) * gauss(random_);
        fast_ = fast_keep * fast_ + std::sqrt(1.0 - fast_keep * fast_keep) * gauss(random_);
        smooth_ = smooth_keep * smooth_ + (1.0 - smooth_keep) * mixed();
        levels_.push_back(smooth_);
    }

    Random random_;
    double slow_ = 0;
    double fast_ = 0;
    double smooth_ = 0;
    std::deque<double> levels_;
};

// The level that a standard normal variable exceeds with this probability; bisection is exact
// enough and the same everywhere.
double threshold_of(double availability) {
    double low = -6;
    double high = 6;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        const double above = 0.5 * std::erfc(middle / std::numbers::sqrt2);
        (above > availability ? low : high) = middle;
    }
    return (low + high) / 2;
}

bool is_accelerated(std::string_view type) {
    static constexpr std::string_view families[] = {"g", "p", "dl", "inf", "trn"};
    return std::any_of(std::begin(families), std::end(families), [&](std::string_view family) {
        const bool starts = type.starts_with(family) && type.size() > family.size();
        const char next = starts ? type[family.size()] : 'x';
        return next >= '0' && next <= '9';
    });
}

} // namespace

struct GeneratedMarket::Factors {
    std::map<std::string, Walk> walks;

    double level(std::uint64_t seed, const std::string& name, std::int64_t index) {
        auto walk = walks.find(name);
        if (walk == walks.end()) walk = walks.emplace(name, Walk(seed ^ fnv1a(name))).first;
        return walk->second.at(index);
    }
};

GeneratedMarket::GeneratedMarket(Options options)
    : options_(options), factors_(std::make_unique<Factors>()) {}

GeneratedMarket::~GeneratedMarket() = default;

std::int64_t GeneratedMarket::capacity(const Pool& pool, Timestamp at) const {
    if (!is_accelerated(pool.type)) return options_.ample;
    const std::int64_t index = std::max<std::int64_t>(0, (at - options_.epoch) / step);
    const std::string name = pool.zone + '/' + pool.type;
    const double own_share = 1.0 - global_share - region_share;
    const double level =
        std::sqrt(global_share) * factors_->level(options_.seed, "world", index) +
        std::sqrt(region_share) * factors_->level(options_.seed, pool.region, index) +
        std::sqrt(own_share) * factors_->level(options_.seed, name, index);
    Random draw{options_.seed ^ fnv1a("availability/" + name), 0};
    const double range = options_.availability_most - options_.availability_least;
    const double threshold = threshold_of(options_.availability_least + range * draw.next_unit());
    if (level <= threshold) return 0;
    // The further above, the more there is; half a deviation is plenty.
    const double share = std::min(1.0, (level - threshold) / 0.5);
    const auto count =
        static_cast<std::int64_t>(std::ceil(share * static_cast<double>(options_.capacity_max)));
    return std::clamp<std::int64_t>(count, 1, options_.capacity_max);
}

std::optional<Timestamp> GeneratedMarket::next_change(const Pool& pool, Timestamp after) const {
    if (!is_accelerated(pool.type)) return std::nullopt;
    const std::int64_t index = std::max<std::int64_t>(0, (after - options_.epoch) / step);
    const std::int64_t now = capacity(pool, after);
    for (std::int64_t ahead = 1; ahead <= steps_ahead_max; ++ahead) {
        const Timestamp at = options_.epoch + step * (index + ahead);
        if (capacity(pool, at) != now) return at;
    }
    return std::nullopt;
}

double GeneratedMarket::price(const Pool& pool, Timestamp at, double on_demand_usd) const {
    const std::int64_t index = std::max<std::int64_t>(0, (at - options_.epoch) / price_step);
    Random draw{options_.seed ^ fnv1a("price/" + pool.zone + '/' + pool.type),
                static_cast<std::uint64_t>(index)};
    Random base{options_.seed ^ fnv1a("price/" + pool.zone + '/' + pool.type), ~std::uint64_t{0}};
    // A pool's own level, and steps of a few per cent around it.
    const double share = 0.25 + 0.2 * base.next_unit() + 0.04 * draw.next_unit();
    return std::round(on_demand_usd * share * 10'000) / 10'000;
}

std::optional<Timestamp> GeneratedMarket::next_price_change(const Pool&, Timestamp after) const {
    const std::int64_t index = std::max<std::int64_t>(0, (after - options_.epoch) / price_step);
    return options_.epoch + price_step * (index + 1);
}

} // namespace gradus::simulated
