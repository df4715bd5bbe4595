#pragma once
// How the market takes instances away: it watches the pools that have instances, warns, signals and
// interrupts. Inside of aws/simulated.

#include "aws/simulated/world.hpp"

namespace gradus::simulated {

/// Spot instances of the pool that count against its capacity.
std::int64_t spot_running(const Region& region, const Pool& pool);

/// To be called after each spot launch: watches the pool's market from now on, and warns at once if
/// a fall of capacity is nearer than the usual notice.
void watch_pool(World& world, Region& region, const Pool& pool);

/// Warns now and interrupts 120 s later; at once when notices are off. False when the instance
/// isn't a living spot instance.
bool interrupt_instance(World& world, Region& region, std::uint64_t number);

} // namespace gradus::simulated
