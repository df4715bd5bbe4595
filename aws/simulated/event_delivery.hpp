#pragma once
// How events travel: from whoever publishes them to the rules of a bus, from there to targets in
// other regions or outside of this world. Inside of aws/simulated.

#include "aws/simulated/world.hpp"

namespace gradus::simulated {

/// An event of an AWS service on the region's default bus.
void emit_event(World& world, Region& region, std::string_view source, std::string_view detail_type,
                Value detail, const std::vector<std::string>& resources);

/// Shows an event in its envelope to the rules of a bus. `hops` counts the buses it came through.
void offer_event(World& world, Region& region, const std::string& bus, const Value& event,
                 int hops);

} // namespace gradus::simulated
