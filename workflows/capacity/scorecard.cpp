#include "workflows/capacity/scorecard.hpp"

#include <algorithm>
#include <cmath>

namespace gradus::capacity {
namespace {

using Milliseconds = std::chrono::milliseconds;

double hours(Milliseconds span) {
    return std::chrono::duration<double, std::ratio<3600>>(span).count();
}

/// Useful instances over time: the sum of changes by time.
std::map<Timestamp, std::int64_t> useful_changes(const std::vector<InstanceRecord>& instances,
                                                 const Demand& demand) {
    std::map<Timestamp, std::int64_t> changes;
    for (const InstanceRecord& instance : instances) {
        if (!instance.useful_from) continue;
        const Timestamp from = std::max(*instance.useful_from, demand.from);
        const Timestamp to = std::min(instance.ended.value_or(demand.to), demand.to);
        if (to <= from) continue;
        ++changes[from];
        --changes[to];
    }
    return changes;
}

void measure_availability(const std::vector<InstanceRecord>& instances, const Demand& demand,
                          Scorecard& card) {
    const Milliseconds whole = demand.to - demand.from;
    if (whole.count() <= 0 || demand.instances <= 0) return;
    auto changes = useful_changes(instances, demand);
    changes[demand.to] += 0; // the last stretch ends here
    Timestamp since = demand.from;
    std::int64_t useful = 0;
    Milliseconds available{};
    double capacity_time = 0;
    std::optional<Timestamp> short_since = demand.from;
    for (const auto& [at, change] : changes) {
        const Milliseconds span = at - since;
        if (useful >= demand.instances) available += span;
        capacity_time += static_cast<double>(std::min(useful, demand.instances)) *
                         static_cast<double>(span.count());
        since = at;
        useful += change;
        if (useful >= demand.instances && short_since) {
            if (card.time_to_first.count() < 0)
                card.time_to_first = at - demand.from;
            else
                card.outages.push_back(at - *short_since);
            short_since.reset();
        } else if (useful < demand.instances && !short_since && at < demand.to) {
            short_since = at;
        }
    }
    if (short_since && card.time_to_first.count() >= 0) {
        card.outages.push_back(demand.to - *short_since);
    }
    std::erase_if(card.outages, [](Milliseconds span) { return span.count() == 0; });
    std::ranges::sort(card.outages);
    const auto total = static_cast<double>(whole.count());
    card.availability = static_cast<double>(available.count()) / total;
    card.capacity_share = capacity_time / total / static_cast<double>(demand.instances);
}

} // namespace

bool InstanceRecord::is_interrupted() const {
    return end_reason == "Server.SpotInstanceTermination" ||
           end_reason == "Server.SpotInstanceShutdown";
}

Milliseconds Scorecard::outage_percentile(double portion) const {
    if (outages.empty()) return {};
    const double place = std::ceil(portion * static_cast<double>(outages.size())) - 1;
    const double last = static_cast<double>(outages.size() - 1);
    return outages[static_cast<std::size_t>(std::clamp(place, 0.0, last))];
}

double cost_usd(const InstanceRecord& instance, Timestamp now) {
    const Milliseconds lived = instance.ended.value_or(now) - instance.launched;
    return hours(std::max<Milliseconds>(lived, billed_least)) * instance.usd_per_hour;
}

Scorecard score(const std::vector<InstanceRecord>& instances,
                const std::vector<AttemptRecord>& attempts, const Demand& demand,
                double on_demand_usd_per_hour) {
    Scorecard card;
    for (const AttemptRecord& attempt : attempts) {
        ++card.attempts;
        if (attempt.succeeded)
            ++card.attempts_succeeded;
        else
            ++card.failures_by_name[attempt.reason.substr(0, attempt.reason.find(':'))];
    }
    for (const InstanceRecord& instance : instances) {
        ++card.instances;
        if (instance.is_interrupted()) ++card.interruptions;
        card.cost_usd += cost_usd(instance, demand.to);
        const Timestamp ended = instance.ended.value_or(demand.to);
        const Timestamp useful = std::min(instance.useful_from.value_or(ended), ended);
        card.wasted_usd += hours(useful - instance.launched) * instance.usd_per_hour;
    }
    card.on_demand_usd = hours(demand.to - demand.from) * on_demand_usd_per_hour *
                         static_cast<double>(demand.instances);
    measure_availability(instances, demand, card);
    return card;
}

Value to_value(const Scorecard& card) {
    const auto seconds = [](Milliseconds span) { return static_cast<double>(span.count()) / 1000; };
    ObjectBuilder failures;
    for (const auto& [name, count] : card.failures_by_name)
        failures.append(name, count);
    return Value::object({{"attempts", card.attempts},
                          {"attemptsSucceeded", card.attempts_succeeded},
                          {"failures", failures.build()},
                          {"instances", card.instances},
                          {"interruptions", card.interruptions},
                          {"availability", card.availability},
                          {"capacityShare", card.capacity_share},
                          {"timeToCapacitySeconds", seconds(card.time_to_first)},
                          {"outages", card.outages.size()},
                          {"outageSecondsMedian", seconds(card.outage_percentile(0.5))},
                          {"outageSeconds95", seconds(card.outage_percentile(0.95))},
                          {"outageSecondsLongest", seconds(card.outage_percentile(1))},
                          {"costUsd", card.cost_usd},
                          {"onDemandUsd", card.on_demand_usd},
                          {"costRatio", card.cost_ratio()},
                          {"wastedUsd", card.wasted_usd}});
}

} // namespace gradus::capacity
