#include "aws/simulated/ledger.hpp"

#include <algorithm>

namespace gradus::simulated {

std::string_view to_string(Purchase purchase) {
    return purchase == Purchase::spot ? "spot" : "on-demand";
}

std::int64_t Ledger::billed_seconds(const LedgerEntry& entry, Timestamp now) {
    const Timestamp end = entry.terminated ? std::min(*entry.terminated, now) : now;
    if (end < entry.launched) return 0;
    const auto span = std::chrono::ceil<std::chrono::seconds>(end - entry.launched);
    return std::max(span.count(), billed_seconds_min);
}

double Ledger::cost_usd(const LedgerEntry& entry, Timestamp now) {
    return static_cast<double>(billed_seconds(entry, now)) * entry.usd_per_hour / 3600.0;
}

double Ledger::total_usd(Timestamp now) const {
    double total = 0;
    for (const LedgerEntry& entry : entries_)
        total += cost_usd(entry, now);
    return total;
}

double Ledger::total_on_demand_usd(Timestamp now) const {
    double total = 0;
    for (const LedgerEntry& entry : entries_)
        total +=
            static_cast<double>(billed_seconds(entry, now)) * entry.on_demand_usd_per_hour / 3600.0;
    return total;
}

std::size_t Ledger::running_count() const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(),
                      [](const LedgerEntry& entry) { return !entry.terminated.has_value(); }));
}

} // namespace gradus::simulated
