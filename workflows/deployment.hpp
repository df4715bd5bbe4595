#pragma once
// Creates in an AWS account, simulated or real, what the workflows stand on: in each worker's
// region a cluster, a task definition, a launch template, a group that launches nothing by itself,
// and rules on the event bus; in the hub's region the parameters. What exists already is left or
// brought up to date, so that it may be run again.

#include "gradus/handler.hpp"
#include "workflows/settings.hpp"

namespace gradus::workflows {

using Outcome = Result<Value, Failure>;

/// One call whose errors with one of these codes count as done.
Task<Outcome> ask(aws::Client& aws, aws::Call request, std::vector<std::string> tolerated = {});

/// A rule of the event buses that tie hub and workers together.
struct BusRule {
    std::string region;
    std::string name;
    Value pattern;
    std::string target_arn;
    std::string input_path; // empty: the whole event
};
std::vector<BusRule> rules_of(const Settings& settings);

/// Where the rules are: on EventBridge, or in this process (then none are made there).
enum class Events { event_bridge, in_process };

/// The result is the configuration that the hub keeps. Settings and client must outlive the work.
Task<Outcome> deploy(aws::Client& aws, Settings settings, Events events);

} // namespace gradus::workflows
