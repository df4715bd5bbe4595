#pragma once
// What the simulated Auto Scaling of one region keeps. Inside of aws/simulated.

#include "aws/simulated/call.hpp"

#include <deque>
#include <map>
#include <set>

namespace gradus::simulated {

struct Activity {
    std::string id;
    std::string group;
    std::string instance_id;
    std::string description;
    std::string cause;
    Timestamp start{};
    std::optional<Timestamp> end;
    std::string status = "InProgress";
    std::string status_message;
    std::int64_t progress = 50;
    std::string subnet_id;
    std::string zone;
};

struct GroupMember {
    enum class Lifecycle { pending, in_service, terminating };
    std::string instance_id;
    Lifecycle lifecycle = Lifecycle::pending;
    std::int64_t weight = 1;
    std::string activity_id; // that launches or terminates it
    bool is_healthy = true;
    bool is_at_risk = false; // a rebalance recommendation came, and the group heeds it
    bool is_protected = false;
};

struct Group {
    std::string name;
    std::string arn;
    std::int64_t min_size = 0;
    std::int64_t max_size = 0;
    std::int64_t desired = 0;
    std::vector<std::string> zones;
    std::string subnets;          // VPCZoneIdentifier as given
    Value launch_template;        // {LaunchTemplateId, LaunchTemplateName, Version} or null
    Value mixed_instances_policy; // as given, or null
    std::string health_check_type = "EC2";
    std::int64_t grace_period = 0;
    std::int64_t cooldown = 300;
    bool capacity_rebalance = false;
    bool protects_new_instances = false;
    std::vector<Value> tags; // as described
    std::set<std::string> suspended;
    Timestamp created{};
    std::vector<GroupMember> members;
    std::deque<Activity> activities; // oldest first
    std::string last_request_cause;  // why desired is what it is: the first sentence of causes
    std::optional<Timestamp> evaluation_due;
    bool is_being_deleted = false;
};

/// Activities kept of a group; AWS keeps six weeks.
inline constexpr std::size_t activities_max = 2000;

struct AutoScalingState {
    std::map<std::string, Group> groups;
};

} // namespace gradus::simulated
