#include "aws/simulated/interruptions.hpp"

#include "aws/simulated/auto_scaling.hpp"
#include "aws/simulated/event_delivery.hpp"
#include "aws/simulated/instances.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// AWS, "Spot Instance interruption notices": two minutes.
constexpr seconds notice_lead{120};

// How far ahead the market's changes are put on the agenda: the longest lead of any signal.
milliseconds look_ahead(const World& world) {
    return std::max<milliseconds>(notice_lead, world.options.signals.rebalance_lead.most);
}

// Spot instances of the pool that are alive and not marked to end by `at`, newest first.
std::vector<Instance*> unmarked(Region& region, const Pool& pool, Timestamp at) {
    std::vector<Instance*> out;
    auto& instances = region.ec2.instances;
    for (auto entry = instances.rbegin(); entry != instances.rend(); ++entry) {
        Instance& instance = entry->second;
        const bool counts =
            is_alive(instance) && instance.purchase == Purchase::spot && instance.pool == pool;
        const bool is_marked = instance.interruption_at && *instance.interruption_at <= at;
        if (counts && !is_marked) out.push_back(&instance);
    }
    return out;
}

// Those that the market will take at `at`, newest first, if nothing else happens.
std::vector<Instance*> surplus(const World& world, Region& region, const Pool& pool, Timestamp at) {
    std::vector<Instance*> running = unmarked(region, pool, at);
    const auto capacity =
        static_cast<std::size_t>(std::max<std::int64_t>(0, world.market->capacity(pool, at)));
    if (running.size() <= capacity)
        running.clear();
    else
        running.resize(running.size() - capacity);
    return running;
}

void interrupt_marked(World& world, Region& region, std::uint64_t number, Timestamp at) {
    const auto found = region.ec2.instances.find(number);
    if (found == region.ec2.instances.end()) return;
    if (found->second.interruption_at != at) return;
    end_instance(world, region, number, ended_by_market);
}

void warn(World& world, Region& region, Instance& instance, Timestamp at) {
    instance.interruption_at = at;
    emit_event(world, region, "aws.ec2", "EC2 Spot Instance Interruption Warning",
               Value::object(
                   {{"instance-id", Value(instance.id)}, {"instance-action", Value("terminate")}}),
               {"arn:aws:ec2:" + instance.pool.zone + ":instance/" + instance.id});
    world.at(at, [&region, number = instance.number, at](World& later) {
        interrupt_marked(later, region, number, at);
    });
}

// Warns of every fall of capacity that is nearer than the notice.
void warn_of_falls(World& world, Region& region, const Pool& pool) {
    if (!world.options.signals.interruption_notice) return;
    const Timestamp horizon = world.now + notice_lead;
    auto change = world.market->next_change(pool, world.now);
    for (; change && *change <= horizon; change = world.market->next_change(pool, *change))
        for (Instance* instance : surplus(world, region, pool, *change))
            warn(world, region, *instance, *change);
}

void signal_rebalance(World& world, Region& region, const Pool& pool, Timestamp fall) {
    for (Instance* instance : surplus(world, region, pool, fall)) {
        const bool is_drawn = world.random.next_unit() < world.options.signals.rebalance_chance;
        if (!is_drawn || instance->is_rebalance_signalled) continue;
        instance->is_rebalance_signalled = true;
        emit_event(world, region, "aws.ec2", "EC2 Instance Rebalance Recommendation",
                   Value::object({{"instance-id", Value(instance->id)}}),
                   {"arn:aws:ec2:" + instance->pool.zone + ":instance/" + instance->id});
        group_instance_at_risk(world, region, *instance);
    }
}

// Without notices, and for whatever escaped them.
void take_surplus(World& world, Region& region, const Pool& pool) {
    std::vector<std::uint64_t> numbers;
    for (const Instance* instance : surplus(world, region, pool, world.now))
        numbers.push_back(instance->number);
    for (const std::uint64_t number : numbers)
        end_instance(world, region, number, ended_by_market);
}

void put_fall_on_agenda(World& world, Region& region, const Pool& pool, Timestamp fall) {
    const MarketSignals& signals = world.options.signals;
    if (signals.rebalance_chance > 0)
        world.at(fall - world.draw(signals.rebalance_lead), [&region, pool, fall](World& later) {
            signal_rebalance(later, region, pool, fall);
        });
    world.at(fall - notice_lead,
             [&region, pool](World& later) { warn_of_falls(later, region, pool); });
    world.at(fall, [&region, pool](World& later) { take_surplus(later, region, pool); });
}

// Puts the falls between `from` and the horizon on the agenda and comes back for the rest; stops
// when the pool is empty, so that markets nobody is in cost nothing.
void follow(World& world, Region& region, const Pool& pool, Timestamp from) {
    if (spot_running(region, pool) == 0) {
        region.ec2.watched_pools.erase(pool);
        return;
    }
    const Timestamp horizon = world.now + look_ahead(world);
    std::int64_t before = world.market->capacity(pool, from);
    auto change = world.market->next_change(pool, from);
    for (; change && *change <= horizon; change = world.market->next_change(pool, from)) {
        from = *change;
        const std::int64_t after = world.market->capacity(pool, from);
        if (after < before) put_fall_on_agenda(world, region, pool, from);
        before = after;
    }
    if (!change) {
        // Nothing will ever change; the pool stays watched, as there is nothing to come back for.
        return;
    }
    world.at(*change - look_ahead(world),
             [&region, pool, from](World& later) { follow(later, region, pool, from); });
}

} // namespace

std::int64_t spot_running(const Region& region, const Pool& pool) {
    const auto& instances = region.ec2.instances;
    return std::count_if(instances.begin(), instances.end(), [&](const auto& entry) {
        const Instance& instance = entry.second;
        return is_alive(instance) && instance.purchase == Purchase::spot && instance.pool == pool;
    });
}

void watch_pool(World& world, Region& region, const Pool& pool) {
    if (region.ec2.watched_pools.insert(pool).second) follow(world, region, pool, world.now);
    warn_of_falls(world, region, pool);
}

bool interrupt_instance(World& world, Region& region, std::uint64_t number) {
    const auto found = region.ec2.instances.find(number);
    if (found == region.ec2.instances.end()) return false;
    Instance& instance = found->second;
    if (!is_alive(instance) || instance.purchase != Purchase::spot) return false;
    if (instance.interruption_at) return true; // its end is decided already
    if (world.options.signals.interruption_notice)
        warn(world, region, instance, world.now + notice_lead);
    else
        end_instance(world, region, number, ended_by_market);
    return true;
}

} // namespace gradus::simulated
