#include "aws/simulated/market.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

bool is_about(const ScriptedMarket::Change& change, const Pool& pool) {
    const bool is_type = change.type.empty() || change.type == pool.type;
    return is_type && change.zone == pool.zone;
}

} // namespace

ScriptedMarket::ScriptedMarket(std::int64_t initial, std::vector<Change> changes)
    : initial_(initial), changes_(std::move(changes)) {
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const Change& a, const Change& b) { return a.at < b.at; });
}

void ScriptedMarket::add(Change change) {
    const auto place =
        std::upper_bound(changes_.begin(), changes_.end(), change.at,
                         [](Timestamp wanted, const Change& other) { return wanted < other.at; });
    changes_.insert(place, std::move(change));
}

std::int64_t ScriptedMarket::capacity(const Pool& pool, Timestamp at) const {
    std::int64_t capacity = initial_;
    for (const Change& change : changes_) {
        if (change.at > at) break;
        if (is_about(change, pool)) capacity = change.capacity;
    }
    return capacity;
}

std::optional<Timestamp> ScriptedMarket::next_change(const Pool& pool, Timestamp after) const {
    for (const Change& change : changes_)
        if (change.at > after && is_about(change, pool)) return change.at;
    return std::nullopt;
}

} // namespace gradus::simulated
