#pragma once
// What the hub keeps under its prefix in Parameter Store, read out of it: the switch, the wish, the
// instances that are known, and what is published about them. Pure.
//
//   /PREFIX/provisioning-enabled   "true" or "false"
//   /PREFIX/config                 what is wanted and where, JSON
//   /PREFIX/instances/INSTANCE     one for each instance, so that writers never meet, JSON
//   /PREFIX/lost/INSTANCE          lost before it was recorded: when, for an hour
//   /PREFIX/experience             see capacity/experience.hpp, JSON
//   /PREFIX/lock                   ARN of the orchestrator at work
//   /PREFIX/status, region, instances-info   what people read

#include "gradus/failure.hpp"
#include "gradus/handler.hpp"
#include "gradus/time.hpp"
#include "workflows/handlers/parameters.hpp"

namespace gradus::workflows {

struct HubState {
    bool is_enabled = false;
    Value config;
    std::vector<Value> instances; // {instanceId, zone, type, market, region, publicIp…}
    std::int64_t wanted = 0;
    std::int64_t present = 0; // of the instances, those that are not at risk

    std::int64_t missing() const { return wanted > present ? wanted - present : 0; }
    std::string status() const; // "disabled", "provisioning", "running"
};

/// A switch or wish that is missing or unreadable is an error: nothing is launched on a guess.
Result<HubState, Failure> read_hub_state(const Parameters& parameters);

/// Names of the parameters about losses that are old enough to be forgotten.
std::vector<std::string> forgettable(const Parameters& parameters, Timestamp now);

/// Parameters that people read, as they should be; name and value.
Parameters published(const HubState& state);

} // namespace gradus::workflows
