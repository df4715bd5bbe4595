#pragma once
// Small worlds for tests of the simulated AWS: one region or two, a scripted market, delays without
// draws, so that every time in a test can be written down.

#include "tests/support/simulated_client.hpp"

#include <memory>
#include <vector>

namespace gradus::simulated {

/// Every delay is its lower end.
inline DelayRange exactly(std::chrono::milliseconds delay) { return {delay, delay}; }

inline Delays fixed_delays() {
    using std::chrono::milliseconds;
    using std::chrono::seconds;
    Delays out;
    out.pending_to_running = exactly(seconds(30));
    out.shutting_down = exactly(seconds(20));
    out.running_to_in_service = exactly(seconds(10));
    out.agent_registration = exactly(seconds(70));
    out.task_start = exactly(seconds(40));
    out.task_stop = exactly(seconds(5));
    out.group_evaluation = exactly(seconds(2));
    out.capacity_failure = exactly(seconds(8));
    out.group_retry = exactly(seconds(60));
    out.group_health_check = exactly(seconds(15));
    out.event_delivery = exactly(milliseconds(200));
    return out;
}

inline Timestamp at_second(std::int64_t seconds) {
    return timestamp_of((test_start_seconds + seconds) * 1000);
}

inline WorldOptions small_world(std::int64_t capacity,
                                std::vector<ScriptedMarket::Change> changes = {}) {
    WorldOptions options;
    options.regions = {{"us-east-1", {"us-east-1a", "us-east-1b"}, 1.0},
                       {"us-west-2", {"us-west-2a", "us-west-2b"}, 1.0}};
    options.market = std::make_shared<ScriptedMarket>(capacity, std::move(changes));
    options.delays = fixed_delays();
    options.signals.rebalance_chance = 0;
    return options;
}

/// A world with its client.
struct TestWorld {
    explicit TestWorld(WorldOptions options) : aws(std::move(options), test_start()), client(aws) {}

    SimulatedAws aws;
    SimulatedClient client;

    /// Creates a launch template of a spot g5.xlarge that joins cluster "gpu".
    void make_template(std::string_view name = "lt", std::string_view extra = "") {
        const std::string user_data = base64_encode("#!/bin/bash\necho ECS_CLUSTER=gpu >> "
                                                    "/etc/ecs/ecs.config\n");
        client.must("ec2", "CreateLaunchTemplate",
                    R"({"LaunchTemplateName": ")" + std::string(name) +
                        R"(", "LaunchTemplateData": {"InstanceType": "g5.xlarge", "UserData": ")" +
                        user_data + "\"" + std::string(extra) + "}}");
    }

    /// Creates the group "g" over the given zones with spot only, desired 0.
    void make_group(std::string_view zones = R"(["us-west-2a"])", std::string_view extra = "") {
        make_template();
        client.must("autoscaling", "CreateAutoScalingGroup",
                    R"({"AutoScalingGroupName": "g", "MinSize": 0, "MaxSize": 4,
                        "AvailabilityZones": )" +
                        std::string(zones) + R"(, "MixedInstancesPolicy": {
                          "LaunchTemplate": {"LaunchTemplateSpecification":
                            {"LaunchTemplateName": "lt", "Version": "$Latest"},
                            "Overrides": [{"InstanceType": "g5.xlarge"}]},
                          "InstancesDistribution": {"OnDemandBaseCapacity": 0,
                            "OnDemandPercentageAboveBaseCapacity": 0,
                            "SpotAllocationStrategy": "price-capacity-optimized"}})" +
                        std::string(extra) + "}");
    }

    void set_desired(int count) {
        client.must("autoscaling", "SetDesiredCapacity",
                    R"({"AutoScalingGroupName": "g", "DesiredCapacity": )" + std::to_string(count) +
                        "}");
    }

    /// The first group as described.
    Value group() {
        const Value answer = client.must("autoscaling", "DescribeAutoScalingGroups");
        return answer["AutoScalingGroups"][0];
    }

    /// Its activities, newest first.
    Value activities() {
        const Value answer = client.must("autoscaling", "DescribeScalingActivities",
                                         R"({"AutoScalingGroupName": "g"})");
        return answer["Activities"];
    }

    /// Sends every event of the region's default bus that fits to a state machine.
    void listen(std::string_view pattern = R"({\"account\": [\"123456789012\"]})") {
        client.must("events", "PutRule",
                    R"({"Name": "all", "EventPattern": ")" + std::string(pattern) + "\"}");
        client.must("events", "PutTargets",
                    R"({"Rule": "all", "Targets": [{"Id": "1",
                        "Arn": "arn:aws:states:us-west-2:123456789012:stateMachine:S",
                        "RoleArn": "arn:aws:iam::123456789012:role/R"}]})");
    }
};

inline std::string text_at(const Value& root, std::string_view pointer) {
    const Value* found = find_pointer(root, pointer);
    if (found == nullptr) return "(nothing)";
    return found->is_string() ? std::string(found->as_string()) : to_json(*found);
}

} // namespace gradus::simulated
