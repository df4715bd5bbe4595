#pragma once
// The loop of Auto Scaling groups and what it must hear of. Inside of aws/simulated.

#include "aws/simulated/world.hpp"

namespace gradus::simulated {

/// Puts a look at the group on the agenda; one at a time, the earliest counts.
void schedule_evaluation(World& world, Region& region, Group& group, DelayRange delay);

/// What members' instances tell their group.
void group_instance_running(World& world, Region& region, const Instance& instance);
void group_instance_ended(World& world, Region& region, const Instance& instance);
void group_instance_at_risk(World& world, Region& region, const Instance& instance);

/// Ends a member: an activity, the instance, and the member once the instance is gone.
Activity& terminate_member(World& world, Region& region, Group& group, GroupMember& member,
                           std::string cause);

GroupMember* find_member(Group& group, std::string_view instance_id);
Activity* find_activity(Group& group, std::string_view id);
Activity& start_activity(World& world, Group& group, std::string description, std::string cause);
/// Ends an activity and publishes its event.
void finish_activity(World& world, Region& region, const Group& group, Activity& activity,
                     std::string_view status, std::string message = "");

/// Sum of the weights of members that are not on their way out.
std::int64_t group_capacity(const Group& group);

Value describe_activity(const Group& group, const Activity& activity);

} // namespace gradus::simulated
