#pragma once
// What was lived through with each pool: successes and failures that fade with a half life of three
// days, and exclusions that end by themselves, later after each failure in a row. Kept as one small
// document, so that executions that come later know of it.

#include "workflows/capacity/failure_classes.hpp"
#include "workflows/capacity/pool.hpp"

#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace gradus::capacity {

inline constexpr std::chrono::hours experience_half_life{72};
/// An exclusion doubles with each failure in a row, up to this.
inline constexpr std::chrono::minutes capacity_exclusion_max{12};
/// Pools that the document keeps: a standard parameter holds 4 KB (AWS, "Parameter tiers").
inline constexpr std::size_t experience_pools_max = 40;

struct PoolExperience {
    double successes = 0; // as they weigh at `as_of`
    double failures = 0;
    std::int64_t failures_in_a_row = 0;
    Timestamp as_of{};
    Timestamp excluded_until{}; // past: not excluded
    std::string reason;         // of the exclusion: a failure's name

    friend bool operator==(const PoolExperience&, const PoolExperience&) = default;
};

class Experience {
public:
    void note_success(const Pool& pool, Timestamp at);
    void note_failure(const Pool& pool, const Classified& failure, Timestamp at);

    const PoolExperience* find(const Pool& pool) const;
    const std::map<Pool, PoolExperience>& pools() const { return pools_; }
    /// Until when the pool is left alone; nothing when it isn't.
    std::optional<Timestamp> excluded_until(const Pool& pool, Timestamp now) const;

    /// The share of attempts that should succeed, from a guess that weighs as two attempts.
    double chance(const Pool& pool, double guess, Timestamp now) const;

    /// The document; pools that weigh least are left out where there are too many.
    Value to_value() const;
    /// Reads what it can: a document that is damaged costs memory, not capacity.
    static Experience from_value(const Value& document);

private:
    PoolExperience& faded(const Pool& pool, Timestamp at);

    std::map<Pool, PoolExperience> pools_;
};

} // namespace gradus::capacity
