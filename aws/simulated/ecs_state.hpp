#pragma once
// What the simulated ECS of one region keeps. Inside of aws/simulated.

#include "aws/simulated/call.hpp"

#include <deque>
#include <map>

namespace gradus::simulated {

struct ContainerInstance {
    std::string arn;
    std::string instance_id;
    std::string status = "ACTIVE"; // or DRAINING, INACTIVE
    bool agent_connected = true;
    std::int64_t cpu = 0; // registered units: 1024 a vCPU
    std::int64_t memory_mib = 0;
    std::int64_t gpus = 0;
    std::int64_t version = 1;
    Timestamp registered{};
};

struct Task {
    std::string arn;
    std::string cluster;
    std::string container_instance_arn;
    std::string definition_arn;
    std::string family;
    std::string group;
    std::string started_by;
    std::string zone;
    std::string last_status = "PROVISIONING";
    std::string desired_status = "RUNNING";
    std::string stop_code;
    std::string stopped_reason;
    std::string container_reason;
    std::optional<std::int64_t> exit_code;
    std::int64_t cpu = 0;
    std::int64_t memory_mib = 0;
    std::int64_t gpus = 0;
    std::int64_t version = 1;
    Value overrides;
    Tags tags;
    Timestamp created{};
    std::optional<Timestamp> started;
    std::optional<Timestamp> stopping;
    std::optional<Timestamp> stopped;
};

struct Cluster {
    std::string name;
    std::string arn;
    std::string status = "ACTIVE";
    Tags tags;
    std::vector<ContainerInstance> container_instances;
    std::map<std::uint64_t, Task> tasks; // in order of creation
};

struct TaskDefinition {
    std::string family;
    std::int64_t revision = 1;
    std::string arn;
    std::string status = "ACTIVE";
    Value document; // what RegisterTaskDefinition got
    Timestamp registered{};
};

struct EcsState {
    std::map<std::string, Cluster> clusters;
    std::map<std::string, std::vector<TaskDefinition>>
        definitions; // by family; revision n at n - 1
    std::uint64_t task_count = 0;
};

} // namespace gradus::simulated
