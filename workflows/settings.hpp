#pragma once
// What a spot-capacity system is set up with, and the names that follow from its prefix.

#include "gradus/value.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gradus::workflows {

struct Settings {
    std::string prefix = "gradus"; // of everything it creates; also the owner tag of its instances
    std::string account_id = "123456789012";
    std::string hub_region = "us-east-1";
    std::vector<std::string> regions; // of the workers; the hub's may be among them
    std::vector<std::string> types = {"g5.xlarge", "g5.2xlarge", "g6.xlarge"};
    std::int64_t instances = 1;
    bool use_scores = true;           // ask for placement scores
    bool replace_on_rebalance = true; // start a replacement before an interruption is certain
    std::string container_image = "public.ecr.aws/docker/library/busybox:stable";

    std::string group() const { return prefix + "-gpu"; }
    std::string machine_arn(const std::string& region, const std::string& name) const {
        return "arn:aws:states:" + region + ":" + account_id + ":stateMachine:" + prefix + "-" +
               name;
    }
    std::string bus_arn(const std::string& region) const {
        return "arn:aws:events:" + region + ":" + account_id + ":event-bus/default";
    }
    std::string cluster_arn(const std::string& region) const {
        return "arn:aws:ecs:" + region + ":" + account_id + ":cluster/" + prefix;
    }
};

} // namespace gradus::workflows
