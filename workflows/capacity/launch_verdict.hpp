#pragma once
// Whether a launch is done, still under way, or failed and why, judged from what Auto Scaling, EC2
// and ECS show. Auto Scaling never says that a launch failed: its activities do.

#include "workflows/capacity/failure_classes.hpp"

#include "gradus/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace gradus::capacity {

struct ScalingActivity {
    std::string status; // "InProgress", "Failed", "Cancelled", "Successful"
    Timestamp start{};
    std::string message;
    std::string description; // "Launching a new EC2 instance: i-0123"
};

struct GroupMember {
    std::string id;
    std::string lifecycle; // "Pending", "InService", "Terminating"…
};

struct LaunchFacts {
    std::int64_t wanted = 1;
    Timestamp since{}; // of the request
    Timestamp now{};
    std::vector<std::string> base; // members before the request
    std::vector<std::string> news; // members since, as seen before
    std::vector<ScalingActivity> activities;
    std::vector<GroupMember> members;
    std::vector<std::string> connected_agents; // instances whose agent is registered and connected
};

struct LaunchLimits {
    std::chrono::seconds first_instance{300}; // until the group shows any sign of one
    std::chrono::seconds ready{720};          // until all are ready for tasks
    std::int64_t passing_failures_max = 3;    // failed activities that may pass
};

enum class Verdict : std::uint8_t { waiting, ready, failed };
std::string_view to_string(Verdict verdict);

struct Judgement {
    Verdict verdict = Verdict::waiting;
    std::vector<std::string> news; // members that this request brought, ended ones left out
    FailureClass kind = FailureClass::unknown;
    std::string name;  // of the failure
    std::string cause; // for people
};

Judgement judge_launch(const LaunchFacts& facts, const LaunchLimits& limits = {});

struct TaskFacts {
    std::int64_t wanted = 1;
    Timestamp since{};
    Timestamp now{};
    struct Task {
        std::string status;
        std::string stop_code;
        std::string reason;
    };
    std::vector<Task> tasks;
    std::vector<std::string> news;    // the instances that the tasks run on
    std::vector<std::string> members; // those of them that are still in the group
};

/// Whether all tasks run, on instances that stay.
Judgement judge_tasks(const TaskFacts& facts,
                      std::chrono::seconds limit = std::chrono::seconds(1200));

} // namespace gradus::capacity
