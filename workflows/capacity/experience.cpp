#include "workflows/capacity/experience.hpp"

#include "workflows/capacity/members.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gradus::capacity {
namespace {

double fade(Timestamp from, Timestamp to) {
    const double hours = std::chrono::duration<double, std::ratio<3600>>(to - from).count();
    return hours <= 0 ? 1.0 : std::exp2(-hours / static_cast<double>(experience_half_life.count()));
}

/// Two decimals are more than a guess deserves, and short.
double rounded(double weight) { return std::round(weight * 100) / 100; }

std::int64_t seconds(Timestamp at) { return epoch_milliseconds(at) / 1000; }

} // namespace

PoolExperience& Experience::faded(const Pool& pool, Timestamp at) {
    PoolExperience& known = pools_[pool];
    const double weight = fade(known.as_of, at);
    known.successes *= weight;
    known.failures *= weight;
    known.as_of = std::max(known.as_of, at);
    return known;
}

void Experience::note_success(const Pool& pool, Timestamp at) {
    PoolExperience& known = faded(pool, at);
    known.successes += 1;
    known.failures_in_a_row = 0;
    known.excluded_until = {};
    known.reason.clear();
}

void Experience::note_failure(const Pool& pool, const Classified& failure, Timestamp at) {
    PoolExperience& known = faded(pool, at);
    known.failures += 1;
    std::chrono::milliseconds span = failure.exclusion;
    if (span.count() == 0) return; // it says nothing about the pool's capacity
    if (failure.kind == FailureClass::capacity) {
        for (std::int64_t i = 0; i < known.failures_in_a_row && span < capacity_exclusion_max;
             ++i) {
            span *= 2;
        }
        span = std::min<std::chrono::milliseconds>(span, capacity_exclusion_max);
    }
    ++known.failures_in_a_row;
    known.excluded_until = std::max(known.excluded_until, at + span);
    known.reason = failure_name(failure.kind);
}

const PoolExperience* Experience::find(const Pool& pool) const {
    const auto found = pools_.find(pool);
    return found == pools_.end() ? nullptr : &found->second;
}

std::optional<Timestamp> Experience::excluded_until(const Pool& pool, Timestamp now) const {
    const PoolExperience* known = find(pool);
    if (known == nullptr || known->excluded_until <= now) return std::nullopt;
    return known->excluded_until;
}

double Experience::chance(const Pool& pool, double guess, Timestamp now) const {
    const double guess_weight = 2;
    const PoolExperience* known = find(pool);
    if (known == nullptr) return guess;
    const double weight = fade(known->as_of, now);
    const double successes = known->successes * weight;
    const double failures = known->failures * weight;
    return (guess * guess_weight + successes) / (guess_weight + successes + failures);
}

Value Experience::to_value() const {
    std::vector<std::pair<Pool, PoolExperience>> kept(pools_.begin(), pools_.end());
    if (kept.size() > experience_pools_max) {
        // The most recent ones say most.
        std::ranges::stable_sort(kept, std::greater<>(),
                                 [](const auto& p) { return p.second.as_of; });
        kept.resize(experience_pools_max);
        std::ranges::sort(kept, {}, [](const auto& p) -> const Pool& { return p.first; });
    }
    ObjectBuilder pools;
    for (const auto& [pool, known] : kept) {
        pools.append(to_string(pool),
                     Value::array({rounded(known.successes), rounded(known.failures),
                                   known.failures_in_a_row, seconds(known.as_of),
                                   seconds(known.excluded_until), known.reason}));
    }
    return Value::object({{"version", 1}, {"pools", pools.build()}});
}

Experience Experience::from_value(const Value& document) {
    Experience out;
    const Value& pools = document["pools"];
    if (!pools.is_object()) return out;
    for (const Member& member : pools.as_object()) {
        const auto pool = parse_pool(member.name());
        const Value& row = member.value;
        if (!pool || !row.is_array() || row.size() < 6) continue;
        PoolExperience known;
        known.successes = std::max(0.0, number_of(row[0]).value_or(0));
        known.failures = std::max(0.0, number_of(row[1]).value_or(0));
        known.failures_in_a_row = std::max<std::int64_t>(0, integer_of(row[2], 0));
        known.as_of = time_of(row[3]).value_or(Timestamp{});
        known.excluded_until = time_of(row[4]).value_or(Timestamp{});
        known.reason = text_of(row[5]);
        out.pools_.emplace(*pool, known);
    }
    return out;
}

} // namespace gradus::capacity
