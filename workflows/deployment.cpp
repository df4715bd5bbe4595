#include "workflows/deployment.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"
#include "workflows/capacity/members.hpp"
#include "workflows/handlers/parameters.hpp"

namespace gradus::workflows {
namespace {

using capacity::text_of;

constexpr std::string_view image_parameter =
    "/aws/service/ecs/optimized-ami/amazon-linux-2/gpu/recommended/image_id";

Value texts(std::initializer_list<std::string> list) {
    return capacity::list_of(std::vector<std::string>(list));
}

std::vector<std::string> one_of(std::string code) { return {std::move(code)}; }

// --- In a worker's region ------------------------------------------------------------------------

/// Zone → default subnet, which the hub's configuration keeps.
Task<Outcome> find_zones(aws::Client& aws, std::string region) {
    Value input =
        Value::object({{"Filters", Value::array({Value::object({{"Name", "default-for-az"},
                                                                {"Values", texts({"true"})}})})}});
    aws::Call request{"ec2", "DescribeSubnets", std::move(input), region};
    const Outcome found = co_await ask(aws, std::move(request));
    if (!found) co_return found.error();
    ObjectBuilder zones;
    const Value& subnets = (*found)["Subnets"];
    if (subnets.is_array()) {
        for (const Value& subnet : subnets.as_array()) {
            zones.put(subnet["AvailabilityZone"], subnet["SubnetId"]);
        }
    }
    if (zones.size() == 0) {
        co_return Failure{"Config.Network", region + " has no default subnets"};
    }
    co_return zones.build();
}

Value named(std::string_view member, std::string_view value) {
    return Value::object({{member, value}});
}

Value task_definition(const Settings& settings) {
    const Value container =
        Value::object({{"name", "workload"},
                       {"image", settings.container_image},
                       {"memory", 2048},
                       {"essential", true},
                       {"resourceRequirements",
                        Value::array({Value::object({{"type", "GPU"}, {"value", "1"}})})}});
    return Value::object({{"family", settings.prefix},
                          {"requiresCompatibilities", texts({"EC2"})},
                          {"containerDefinitions", Value::array({container})}});
}

Value owner_tags(const Settings& settings) {
    return Value::array({Value::object({{"Key", "gradus:owner"}, {"Value", settings.prefix}})});
}

Value launch_template(const Settings& settings, const std::string& image_id) {
    const std::string user_data =
        "#!/bin/bash\necho ECS_CLUSTER=" + settings.prefix +
        " >> /etc/ecs/ecs.config\necho ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> "
        "/etc/ecs/ecs.config\n";
    const Value specification =
        Value::object({{"ResourceType", "instance"}, {"Tags", owner_tags(settings)}});
    // Version 2 of the metadata service only: a token for each request.
    const Value metadata = Value::object({{"HttpTokens", "required"}});
    const Value data = Value::object({{"ImageId", image_id},
                                      {"InstanceType", settings.types.front()},
                                      {"UserData", base64_encode(user_data)},
                                      {"MetadataOptions", metadata},
                                      {"TagSpecifications", Value::array({specification})}});
    return Value::object({{"LaunchTemplateName", settings.group()}, {"LaunchTemplateData", data}});
}

Value group_of(const Settings& settings, const Value& zones) {
    std::string subnets;
    for (const Member& zone : zones.as_object()) {
        if (!subnets.empty()) subnets += ',';
        subnets += zone.value.as_string();
    }
    Array overrides;
    for (const std::string& type : settings.types) {
        overrides.push_back(Value::object({{"InstanceType", type}}));
    }
    const Value specification =
        Value::object({{"LaunchTemplateName", settings.group()}, {"Version", "$Latest"}});
    const Value policy = Value::object(
        {{"LaunchTemplate", Value::object({{"LaunchTemplateSpecification", specification},
                                           {"Overrides", Value(std::move(overrides))}})},
         {"InstancesDistribution",
          Value::object({{"OnDemandBaseCapacity", 0},
                         {"OnDemandPercentageAboveBaseCapacity", 0},
                         {"SpotAllocationStrategy", "price-capacity-optimized"}})}});
    const Value tag = Value::object({{"ResourceId", settings.group()},
                                     {"ResourceType", "auto-scaling-group"},
                                     {"Key", "gradus:owner"},
                                     {"Value", settings.prefix},
                                     {"PropagateAtLaunch", true}});
    return Value::object({{"AutoScalingGroupName", settings.group()},
                          {"MinSize", 0},
                          {"MaxSize", settings.instances},
                          {"DesiredCapacity", 0},
                          {"VPCZoneIdentifier", subnets},
                          {"MixedInstancesPolicy", policy},
                          {"Tags", Value::array({tag})}});
}

Value suspended_launch(const Settings& settings) {
    return Value::object(
        {{"AutoScalingGroupName", settings.group()}, {"ScalingProcesses", texts({"Launch"})}});
}

// Parameters are made outside of coroutines: g++ 12 can't keep lists in their frames.
Task<Outcome> deploy_group(aws::Client& aws, Settings settings, std::string region, Value zones) {
    Value wanted = named("Name", image_parameter);
    aws::Call find_image{"ssm", "GetParameter", std::move(wanted), region};
    const Outcome image = co_await ask(aws, std::move(find_image));
    if (!image) co_return image.error();
    Value data = launch_template(settings, text_of((*image)["Parameter"]["Value"]));
    aws::Call make_template{"ec2", "CreateLaunchTemplate", std::move(data), region};
    std::vector<std::string> template_exists =
        one_of("InvalidLaunchTemplateName.AlreadyExistsException");
    const Outcome made_template =
        co_await ask(aws, std::move(make_template), std::move(template_exists));
    if (!made_template) co_return made_template.error();
    aws::Call make_group{"autoscaling", "CreateAutoScalingGroup", group_of(settings, zones),
                         region};
    std::vector<std::string> group_exists = one_of("AlreadyExists");
    const Outcome made_group = co_await ask(aws, std::move(make_group), std::move(group_exists));
    if (!made_group) co_return made_group.error();
    Value processes = suspended_launch(settings);
    aws::Call suspend{"autoscaling", "SuspendProcesses", std::move(processes), region};
    const Outcome suspended = co_await ask(aws, std::move(suspend));
    co_return suspended;
}

// --- Events --------------------------------------------------------------------------------------

Value own_events(const Settings& settings, std::initializer_list<std::string> detail_types) {
    return Value::object({{"source", texts({"gradus.spot"})},
                          {"detail-type", texts(detail_types)},
                          {"detail", Value::object({{"prefix", texts({settings.prefix})}})}});
}

/// Requests name the region that they are for, so that a hub that is a worker too doesn't answer
/// for others.
Value own_events_for(const Settings& settings, const std::string& region,
                     std::initializer_list<std::string> detail_types) {
    const Value detail =
        Value::object({{"prefix", texts({settings.prefix})}, {"region", texts({region})}});
    return own_events(settings, detail_types).with("detail", detail);
}

} // namespace

std::vector<BusRule> rules_of(const Settings& settings) {
    std::vector<BusRule> out;
    const std::string& prefix = settings.prefix;
    const std::string& hub = settings.hub_region;
    out.push_back({hub, prefix + "-orchestrate",
                   own_events(settings, {"Spot Capacity Lost", "Spot Capacity Wanted"}),
                   settings.machine_arn(hub, "orchestrator"), "$.detail"});
    Value market =
        Value::object({{"source", texts({"aws.ec2"})},
                       {"detail-type", texts({"EC2 Spot Instance Interruption Warning"})}});
    if (settings.replace_on_rebalance) {
        market = market.with("detail-type", texts({"EC2 Spot Instance Interruption Warning",
                                                   "EC2 Instance Rebalance Recommendation"}));
    }
    for (const std::string& region : settings.regions) {
        if (region != hub) {
            out.push_back({hub, prefix + "-to-" + region,
                           own_events_for(settings, region,
                                          {"Spot Instance Request", "Spot Instance Teardown"}),
                           settings.bus_arn(region), ""});
            out.push_back({region, prefix + "-to-hub", own_events(settings, {"Spot Capacity Lost"}),
                           settings.bus_arn(hub), ""});
        }
        out.push_back({region, prefix + "-launch",
                       own_events_for(settings, region, {"Spot Instance Request"}),
                       settings.machine_arn(region, "launch-instance"), "$.detail"});
        out.push_back({region, prefix + "-teardown",
                       own_events_for(settings, region, {"Spot Instance Teardown"}),
                       settings.machine_arn(region, "teardown"), "$.detail"});
        out.push_back({region, prefix + "-market", market,
                       settings.machine_arn(region, "capacity-monitor"), ""});
        const Value stopped = Value::object(
            {{"lastStatus", texts({"STOPPED"})},
             {"clusterArn", texts({settings.cluster_arn(region)})},
             {"stopCode",
              Value::array({Value::object({{"anything-but", texts({"UserInitiated"})}})})}});
        out.push_back({region, prefix + "-tasks",
                       Value::object({{"source", texts({"aws.ecs"})},
                                      {"detail-type", texts({"ECS Task State Change"})},
                                      {"detail", stopped}}),
                       settings.machine_arn(region, "capacity-monitor"), ""});
    }
    return out;
}

namespace {

Task<Outcome> deploy_rule(aws::Client& aws, Settings settings, BusRule rule) {
    Value input = Value::object(
        {{"Name", rule.name}, {"EventPattern", to_json(rule.pattern)}, {"State", "ENABLED"}});
    aws::Call put_rule{"events", "PutRule", std::move(input), rule.region};
    const Outcome made = co_await ask(aws, std::move(put_rule));
    if (!made) co_return made.error();
    Value target = Value::object({{"Id", "1"},
                                  {"Arn", rule.target_arn},
                                  {"RoleArn", "arn:aws:iam::" + settings.account_id + ":role/" +
                                                  settings.prefix + "-events"}});
    if (!rule.input_path.empty()) target = std::move(target).with("InputPath", rule.input_path);
    Value targets = Value::object({{"Rule", rule.name}, {"Targets", Value::array({target})}});
    aws::Call put_targets{"events", "PutTargets", std::move(targets), rule.region};
    const Outcome put = co_await ask(aws, std::move(put_targets));
    if (!put) co_return put.error();
    std::int64_t failed = capacity::integer_of((*put)["FailedEntryCount"], 0);
    if (failed > 0) co_return Failure{"Config.Parameter", rule.name + ": " + to_json(*put)};
    co_return Value();
}

Value config_of(const Settings& settings, const Value& regions) {
    return Value::object({{"hubRegion", settings.hub_region},
                          {"types", capacity::list_of(settings.types)},
                          {"instances", settings.instances},
                          {"useScores", settings.use_scores},
                          {"regions", regions}});
}

} // namespace

Task<Outcome> ask(aws::Client& aws, aws::Call request, std::vector<std::string> tolerated) {
    const std::string what = request.service + ":" + request.operation + " in " + request.region;
    const aws::CallResult result = co_await call(aws, std::move(request));
    if (result) co_return result->output;
    for (const std::string& code : tolerated) {
        if (result.error().code == code) co_return Value();
    }
    co_return failure_of(result.error(), what);
}

Task<Outcome> deploy(aws::Client& aws, Settings settings, Events events) {
    ObjectBuilder regions;
    for (const std::string& region : settings.regions) {
        const Outcome zones = co_await find_zones(aws, region);
        if (!zones) co_return zones.error();
        regions.put(region, Value::object({{"zones", *zones}}));
        Value name = named("clusterName", settings.prefix);
        aws::Call make_cluster{"ecs", "CreateCluster", std::move(name), region};
        const Outcome cluster = co_await ask(aws, std::move(make_cluster));
        if (!cluster) co_return cluster.error();
        aws::Call register_task{"ecs", "RegisterTaskDefinition", task_definition(settings), region};
        const Outcome task = co_await ask(aws, std::move(register_task));
        if (!task) co_return task.error();
        const Outcome group = co_await deploy_group(aws, settings, region, *zones);
        if (!group) co_return group.error();
    }
    std::vector<BusRule> rules;
    if (events == Events::event_bridge) rules = rules_of(settings);
    for (BusRule& rule : rules) {
        const Outcome made = co_await deploy_rule(aws, settings, std::move(rule));
        if (!made) co_return made.error();
    }
    const Value config = config_of(settings, regions.build());
    const std::string path = "/" + settings.prefix + "/";
    const std::string& hub = settings.hub_region;
    const Result<bool, Failure> kept =
        co_await put_parameter(aws, hub, path + "config", to_json(config), Overwrite::yes);
    if (!kept) co_return kept.error();
    // A switch that is on stays on.
    const Result<bool, Failure> off =
        co_await put_parameter(aws, hub, path + "provisioning-enabled", "false", Overwrite::no);
    if (!off) co_return off.error();
    co_return config;
}

} // namespace gradus::workflows
