#pragma once
// What the simulated EventBridge of one region keeps. Inside of aws/simulated.

#include "aws/events/pattern.hpp"
#include "aws/simulated/call.hpp"

#include <map>

namespace gradus::simulated {

struct EventRule {
    std::string name;
    std::string arn;
    std::string description;
    std::string pattern_text; // empty: none
    std::string schedule;     // kept and described; schedules don't run here
    std::string role_arn;
    std::optional<aws::EventPattern> pattern;
    bool is_enabled = true;
    std::map<std::string, Value> targets; // by id, as given
};

struct EventBus {
    std::string name;
    std::string arn;
    Timestamp created{};
    std::map<std::string, EventRule> rules;
};

struct EventsState {
    std::map<std::string, EventBus> buses;
};

/// Buses that one event may pass through, so that rules that feed each other come to rest.
inline constexpr int event_hops_max = 5;

} // namespace gradus::simulated
