#pragma once
// What container instances and their tasks hear of the instances they are on. Inside of
// aws/simulated.

#include "aws/simulated/world.hpp"

namespace gradus::simulated {

/// The agent of an instance registers with a cluster some time after the instance runs. Which one
/// is said by a line ECS_CLUSTER=NAME in the user data, as for real agents, or, without one, by the
/// instance's tag "ecs-cluster". Instances with neither have no agent.
void agent_instance_running(World& world, Region& region, const Instance& instance);

/// Tasks on the instance stop: "Host EC2 (instance i-…) terminated."
void agent_instance_ended(World& world, Region& region, const Instance& instance);

Cluster* find_cluster(Region& region, const Value& name_or_arn);
ContainerInstance* find_container_instance(Cluster& cluster, std::string_view id_or_arn);

/// What tasks that haven't stopped leave of a container instance.
struct Room {
    std::int64_t cpu = 0;
    std::int64_t memory_mib = 0;
    std::int64_t gpus = 0;
};
Room remaining(const Cluster& cluster, const ContainerInstance& instance);

Value describe_task(const Region& region, const Cluster& cluster, const Task& task);
void emit_task_change(World& world, Region& region, const Cluster& cluster, const Task& task);

/// Begins to stop a task; it is STOPPED after the usual delay, at once with `task_stop` of zero.
struct StopOrder {
    std::string_view code;
    std::string reason;
    std::string container_reason;
    std::optional<std::int64_t> exit_code;
    DelayRange delay;
};
void stop_task(World& world, Region& region, Cluster& cluster, std::uint64_t task_number,
               StopOrder order);

} // namespace gradus::simulated
