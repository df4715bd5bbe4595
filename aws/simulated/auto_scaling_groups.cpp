#include "aws/simulated/auto_scaling.hpp"
#include "aws/simulated/ec2_instances.hpp"
#include "aws/simulated/services.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;
using Lifecycle = GroupMember::Lifecycle;

constexpr std::int64_t group_size_max = 10'000;
constexpr std::int64_t records_max = 100;

ServiceError invalid(std::string message) { return fault("ValidationError", std::move(message)); }

Result<Group*, ServiceError> group_of(ApiCall& call) {
    const std::string name = text(call.params["AutoScalingGroupName"]);
    Group* group = call.world.find_group(call.region, name);
    if (group == nullptr)
        return invalid("AutoScalingGroup name not found - AutoScalingGroup '" + name +
                       "' not found");
    return group;
}

Result<void, ServiceError> read_zones(ApiCall& call, Group& group) {
    const std::string subnets = text(call.params["VPCZoneIdentifier"]);
    const std::vector<std::string> names = texts(call.params["AvailabilityZones"]);
    if (subnets.empty() && names.empty()) {
        if (!group.zones.empty()) return {};
        return invalid("At least one Availability Zone or VPC Subnet is required.");
    }
    std::vector<std::string> zones;
    for (const std::string& name : names) {
        if (find_zone(call.region, name) == nullptr)
            return invalid("Invalid Availability Zone: " + name);
        zones.push_back(name);
    }
    if (!subnets.empty()) zones.clear();
    std::string_view rest = subnets;
    while (!rest.empty()) {
        const std::string_view id = rest.substr(0, rest.find(','));
        const Zone* zone = find_subnet(call.region, id);
        if (zone == nullptr)
            return invalid("The subnet ID '" + std::string(id) + "' does not exist");
        zones.push_back(zone->name);
        rest.remove_prefix(std::min(rest.size(), id.size() + 1));
    }
    group.zones = std::move(zones);
    group.subnets = subnets;
    return {};
}

Result<void, ServiceError> read_launch(ApiCall& call, Group& group) {
    const Value* single = call.params.find("LaunchTemplate");
    const Value* mixed = call.params.find("MixedInstancesPolicy");
    if (single == nullptr && mixed == nullptr) {
        if (!group.launch_template.is_null() || !group.mixed_instances_policy.is_null()) return {};
        return invalid("Valid requests must contain either LaunchTemplate, "
                       "LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.");
    }
    const Value& specification =
        mixed != nullptr ? (*mixed)["LaunchTemplate"]["LaunchTemplateSpecification"] : *single;
    const auto data = template_data(call.region, specification);
    if (!data)
        return invalid("You must use a valid fully-formed launch template. " +
                       data.error().message);
    group.launch_template = mixed != nullptr ? Value() : *single;
    group.mixed_instances_policy = mixed != nullptr ? *mixed : Value();
    return {};
}

Result<void, ServiceError> read_sizes(ApiCall& call, Group& group) {
    group.min_size = integer(call.params["MinSize"], group.min_size);
    group.max_size = integer(call.params["MaxSize"], group.max_size);
    if (group.min_size < 0 || group.max_size < group.min_size || group.max_size > group_size_max)
        return invalid("Max bound, " + std::to_string(group.max_size) +
                       ", must be greater than or equal to min bound, " +
                       std::to_string(group.min_size));
    const Value* desired = call.params.find("DesiredCapacity");
    if (desired == nullptr) {
        group.desired = std::clamp(group.desired, group.min_size, group.max_size);
        return {};
    }
    group.desired = integer(*desired, 0);
    if (group.desired < group.min_size || group.desired > group.max_size)
        return invalid("Desired capacity:" + std::to_string(group.desired) +
                       " must be between the specified min size:" + std::to_string(group.min_size) +
                       " and max size:" + std::to_string(group.max_size));
    return {};
}

void read_rest(ApiCall& call, Group& group) {
    group.health_check_type = text(call.params["HealthCheckType"], group.health_check_type);
    group.grace_period = integer(call.params["HealthCheckGracePeriod"], group.grace_period);
    group.cooldown = integer(call.params["DefaultCooldown"], group.cooldown);
    if (call.params.find("CapacityRebalance") != nullptr)
        group.capacity_rebalance = is_set(call.params["CapacityRebalance"]);
    if (call.params.find("NewInstancesProtectedFromScaleIn") != nullptr)
        group.protects_new_instances = is_set(call.params["NewInstancesProtectedFromScaleIn"]);
}

void put_tags(Group& group, const Value& tags) {
    if (!tags.is_array()) return;
    for (const Value& tag : tags.as_array()) {
        const std::string key = text(tag["Key"]);
        std::erase_if(group.tags, [&](const Value& old) { return text(old["Key"]) == key; });
        group.tags.push_back(
            Value::object({{"ResourceId", Value(group.name)},
                           {"ResourceType", Value("auto-scaling-group")},
                           {"Key", Value(key)},
                           {"Value", Value(text(tag["Value"]))},
                           {"PropagateAtLaunch", Value(is_set(tag["PropagateAtLaunch"]))}}));
    }
}

Outcome create_group(ApiCall& call) {
    Group group;
    group.name = text(call.params["AutoScalingGroupName"]);
    if (call.world.find_group(call.region, group.name) != nullptr)
        return fault("AlreadyExists", "AutoScalingGroup by this name already exists - A group "
                                      "with the name " +
                                          group.name + " already exists");
    GRADUS_CHECK(read_zones(call, group));
    GRADUS_CHECK(read_launch(call, group));
    GRADUS_CHECK(read_sizes(call, group));
    read_rest(call, group);
    put_tags(group, call.params["Tags"]);
    group.created = call.world.now;
    group.arn = call.world.arn("autoscaling", call.region,
                               "autoScalingGroup:" + call.world.random.next_uuid() +
                                   ":autoScalingGroupName/" + group.name);
    group.last_request_cause =
        "At " + time_text(call.world.now) +
        " a user request created an AutoScalingGroup changing the desired capacity from 0 to " +
        std::to_string(group.desired) + ".";
    Group& kept =
        call.region.auto_scaling.groups.emplace(group.name, std::move(group)).first->second;
    schedule_evaluation(call.world, call.region, kept, call.world.options.delays.group_evaluation);
    return Value::object();
}

Outcome update_group(ApiCall& call) {
    GRADUS_TRY(Group * group, group_of(call));
    const std::int64_t before = group->desired;
    Group changed = *group;
    GRADUS_CHECK(read_zones(call, changed));
    GRADUS_CHECK(read_launch(call, changed));
    GRADUS_CHECK(read_sizes(call, changed));
    read_rest(call, changed);
    *group = std::move(changed);
    if (group->desired != before)
        group->last_request_cause =
            "At " + time_text(call.world.now) +
            " a user request update of AutoScalingGroup constraints to min: " +
            std::to_string(group->min_size) + ", max: " + std::to_string(group->max_size) +
            ", desired: " + std::to_string(group->desired) +
            " changing the desired capacity from " + std::to_string(before) + " to " +
            std::to_string(group->desired) + ".";
    schedule_evaluation(call.world, call.region, *group,
                        call.world.options.delays.group_evaluation);
    return Value::object();
}

Outcome set_desired_capacity(ApiCall& call) {
    GRADUS_TRY(Group * group, group_of(call));
    const std::int64_t wanted = integer(call.params["DesiredCapacity"], 0);
    const std::string start = "New SetDesiredCapacity value " + std::to_string(wanted);
    if (wanted > group->max_size)
        return invalid(start + " is above max value " + std::to_string(group->max_size) +
                       " for the AutoScalingGroup.");
    if (wanted < group->min_size)
        return invalid(start + " is below min value " + std::to_string(group->min_size) +
                       " for the AutoScalingGroup.");
    if (wanted != group->desired)
        group->last_request_cause =
            "At " + time_text(call.world.now) +
            " a user request explicitly set group desired capacity changing the desired capacity "
            "from " +
            std::to_string(group->desired) + " to " + std::to_string(wanted) + ".";
    group->desired = wanted;
    schedule_evaluation(call.world, call.region, *group,
                        call.world.options.delays.group_evaluation);
    return Value::object();
}

Outcome delete_group(ApiCall& call) {
    GRADUS_TRY(Group * group, group_of(call));
    const bool is_forced = is_set(call.params["ForceDelete"]);
    if (!group->members.empty() && !is_forced)
        return fault("ResourceInUse",
                     "You cannot delete an AutoScalingGroup while there are instances or pending "
                     "Spot instance request(s) still in the group.");
    if (group->members.empty()) {
        const std::string name = group->name;
        call.region.auto_scaling.groups.erase(name);
        return Value::object();
    }
    group->is_being_deleted = true;
    group->min_size = 0;
    group->desired = 0;
    for (GroupMember& member : group->members)
        if (member.lifecycle != Lifecycle::terminating)
            terminate_member(call.world, call.region, *group, member,
                             "At " + time_text(call.world.now) +
                                 " a user request force deleted AutoScalingGroup.");
    return Value::object();
}

std::string_view lifecycle_name(const GroupMember& member) {
    switch (member.lifecycle) {
    case Lifecycle::pending: return "Pending";
    case Lifecycle::in_service: return "InService";
    case Lifecycle::terminating: return "Terminating";
    }
    GRADUS_UNREACHABLE();
}

Value describe_member(ApiCall& call, const GroupMember& member) {
    const Instance* instance = call.world.find_instance(call.region, member.instance_id);
    ObjectBuilder out;
    out.put("InstanceId", Value(member.instance_id));
    if (instance != nullptr) {
        out.put("InstanceType", Value(instance->pool.type));
        out.put("LaunchTemplate",
                Value::object({{"LaunchTemplateId", Value(instance->launch_template_id)}}));
    }
    out.put("AvailabilityZone", Value(instance == nullptr ? "" : instance->pool.zone));
    out.put("LifecycleState", Value(lifecycle_name(member)));
    out.put("HealthStatus", Value(member.is_healthy ? "Healthy" : "Unhealthy"));
    out.put("ProtectedFromScaleIn", Value(member.is_protected));
    if (member.weight != 1) out.put("WeightedCapacity", Value(std::to_string(member.weight)));
    return out.build();
}

Value describe_group(ApiCall& call, const Group& group) {
    Array members;
    for (const GroupMember& member : group.members)
        members.push_back(describe_member(call, member));
    Array suspended;
    for (const std::string& process : group.suspended)
        suspended.push_back(Value::object(
            {{"ProcessName", Value(process)}, {"SuspensionReason", Value("User suspended")}}));
    ObjectBuilder out;
    out.put("AutoScalingGroupName", Value(group.name));
    out.put("AutoScalingGroupARN", Value(group.arn));
    if (!group.launch_template.is_null()) out.put("LaunchTemplate", group.launch_template);
    if (!group.mixed_instances_policy.is_null())
        out.put("MixedInstancesPolicy", group.mixed_instances_policy);
    out.put("MinSize", Value(group.min_size));
    out.put("MaxSize", Value(group.max_size));
    out.put("DesiredCapacity", Value(group.desired));
    out.put("DefaultCooldown", Value(group.cooldown));
    out.put("AvailabilityZones", list_of(group.zones));
    out.put("HealthCheckType", Value(group.health_check_type));
    out.put("HealthCheckGracePeriod", Value(group.grace_period));
    out.put("Instances", Value(std::move(members)));
    out.put("CreatedTime", time_value(group.created));
    out.put("SuspendedProcesses", Value(std::move(suspended)));
    if (!group.subnets.empty()) out.put("VPCZoneIdentifier", Value(group.subnets));
    if (group.is_being_deleted) out.put("Status", Value("Delete in progress"));
    out.put("Tags", Value(Array(group.tags)));
    out.put("TerminationPolicies", list_of({"Default"}));
    out.put("NewInstancesProtectedFromScaleIn", Value(group.protects_new_instances));
    out.put("CapacityRebalance", Value(group.capacity_rebalance));
    return out.build();
}

// The common end: a page of at most MaxRecords.
Outcome paged(ApiCall& call, std::string_view member, const std::vector<Value>& items,
              std::int64_t size) {
    const std::int64_t asked = integer(call.params["MaxRecords"], size);
    GRADUS_TRY(Page page, page_of(items, call.params["NextToken"], std::min(asked, records_max),
                                  "InvalidNextToken"));
    Value out = Value::object({{member, Value(std::move(page.items))}});
    if (page.next_token.empty()) return out;
    return std::move(out).with("NextToken", Value(page.next_token));
}

Outcome describe_groups(ApiCall& call) {
    const std::vector<std::string> names = texts(call.params["AutoScalingGroupNames"]);
    std::vector<Value> out;
    for (const auto& [name, group] : call.region.auto_scaling.groups) {
        if (!is_among(names, name)) continue;
        Tags tags;
        for (const Value& tag : group.tags)
            tags[text(tag["Key"])] = text(tag["Value"]);
        const auto values_of = [&](std::string_view filter) { return tag_filter(filter, tags); };
        const auto is_wanted = passes(call.params["Filters"], values_of);
        if (!is_wanted) return invalid(is_wanted.error().message);
        if (*is_wanted) out.push_back(describe_group(call, group));
    }
    return paged(call, "AutoScalingGroups", out, 50);
}

Outcome describe_activities(ApiCall& call) {
    const std::vector<std::string> ids = texts(call.params["ActivityIds"]);
    const Value* name = call.params.find("AutoScalingGroupName");
    std::vector<Value> out;
    // The first page needs one more than it shows: groups that fail for days have thousands.
    const bool is_first_page = call.params.find("NextToken") == nullptr;
    const std::int64_t shown =
        std::min(records_max, integer(call.params["MaxRecords"], records_max));
    const std::size_t enough = is_first_page
                                   ? static_cast<std::size_t>(std::max<std::int64_t>(1, shown)) + 1
                                   : std::size_t(-1);
    for (const auto& [group_name, group] : call.region.auto_scaling.groups) {
        if (name != nullptr && text(*name) != group_name) continue;
        for (auto activity = group.activities.rbegin();
             activity != group.activities.rend() && out.size() < enough; ++activity)
            if (is_among(ids, activity->id)) out.push_back(describe_activity(group, *activity));
    }
    if (name != nullptr && call.world.find_group(call.region, text(*name)) == nullptr)
        return invalid("AutoScalingGroup name not found - AutoScalingGroup '" + text(*name) +
                       "' not found");
    return paged(call, "Activities", out, records_max);
}

Outcome describe_members(ApiCall& call) {
    const std::vector<std::string> ids = texts(call.params["InstanceIds"]);
    std::vector<Value> out;
    for (const auto& [name, group] : call.region.auto_scaling.groups)
        for (const GroupMember& member : group.members)
            if (is_among(ids, member.instance_id))
                out.push_back(describe_member(call, member)
                                  .without("WeightedCapacity")
                                  .with("AutoScalingGroupName", Value(name))
                                  .with("HealthStatus", Value("HEALTHY")));
    return paged(call, "AutoScalingInstances", out, 50);
}

// The group that has an instance, or the error that there is none.
Result<Group*, ServiceError> managing_group(ApiCall& call, const std::string& id) {
    for (auto& [name, group] : call.region.auto_scaling.groups)
        if (find_member(group, id) != nullptr) return &group;
    return invalid("Instance Id not found - No managed instance found for instance ID: " + id);
}

Result<void, ServiceError> decrement(Group& group) {
    if (group.desired <= group.min_size)
        return invalid("Currently, desiredSize equals minSize (" + std::to_string(group.min_size) +
                       "). Terminating instance without replacement will violate group's min size "
                       "constraint. Either set shouldDecrementDesiredCapacity flag to false or "
                       "lower group's min size.");
    --group.desired;
    return {};
}

Outcome terminate_in_group(ApiCall& call) {
    const std::string id = text(call.params["InstanceId"]);
    GRADUS_TRY(Group * group, managing_group(call, id));
    GroupMember& member = *find_member(*group, id);
    if (member.lifecycle == Lifecycle::terminating)
        return invalid("Instance " + id + " is already being terminated");
    if (is_set(call.params["ShouldDecrementDesiredCapacity"])) GRADUS_CHECK(decrement(*group));
    const Activity& activity =
        terminate_member(call.world, call.region, *group, member,
                         "At " + time_text(call.world.now) + " instance " + id +
                             " was taken out of service in response to a user request.");
    const Value described = describe_activity(*group, activity);
    schedule_evaluation(call.world, call.region, *group,
                        call.world.options.delays.group_evaluation);
    return Value::object({{"Activity", described}});
}

Outcome detach_instances(ApiCall& call) {
    GRADUS_TRY(Group * group, group_of(call));
    const std::vector<std::string> ids = texts(call.params["InstanceIds"]);
    for (const std::string& id : ids)
        if (find_member(*group, id) == nullptr)
            return invalid("The instance " + id + " is not part of Auto Scaling group " +
                           group->name + ".");
    Array activities;
    for (const std::string& id : ids) {
        if (is_set(call.params["ShouldDecrementDesiredCapacity"])) GRADUS_CHECK(decrement(*group));
        std::erase_if(group->members,
                      [&](const GroupMember& member) { return member.instance_id == id; });
        if (Instance* instance = call.world.find_instance(call.region, id)) {
            instance->group.clear();
            instance->tags.erase("aws:autoscaling:groupName");
        }
        Activity& activity = start_activity(call.world, *group, "Detaching EC2 instance: " + id,
                                            "At " + time_text(call.world.now) + " instance " + id +
                                                " was detached in response to a user request.");
        activity.instance_id = id;
        activity.status = "Successful";
        activity.progress = 100;
        activity.end = call.world.now;
        activities.push_back(describe_activity(*group, activity));
    }
    schedule_evaluation(call.world, call.region, *group,
                        call.world.options.delays.group_evaluation);
    return Value::object({{"Activities", Value(std::move(activities))}});
}

constexpr std::string_view processes[] = {
    "Launch",      "Terminate",       "AddToLoadBalancer", "AlarmNotification", "AZRebalance",
    "HealthCheck", "InstanceRefresh", "ReplaceUnhealthy",  "ScheduledActions"};

Result<std::vector<std::string>, ServiceError> named_processes(ApiCall& call) {
    std::vector<std::string> names = texts(call.params["ScalingProcesses"]);
    for (const std::string& name : names)
        if (std::find(std::begin(processes), std::end(processes), name) == std::end(processes))
            return invalid("Invalid processes: '" + name + "' is not a process");
    if (names.empty()) names.assign(std::begin(processes), std::end(processes));
    return names;
}

Outcome suspend_processes(ApiCall& call) {
    GRADUS_TRY(Group * group, group_of(call));
    GRADUS_TRY(const std::vector<std::string> names, named_processes(call));
    group->suspended.insert(names.begin(), names.end());
    return Value::object();
}

Outcome resume_processes(ApiCall& call) {
    GRADUS_TRY(Group * group, group_of(call));
    GRADUS_TRY(const std::vector<std::string> names, named_processes(call));
    for (const std::string& name : names)
        group->suspended.erase(name);
    schedule_evaluation(call.world, call.region, *group,
                        call.world.options.delays.group_evaluation);
    return Value::object();
}

Outcome create_or_update_tags(ApiCall& call) {
    for (const Value& tag : call.params["Tags"].as_array()) {
        Group* group = call.world.find_group(call.region, text(tag["ResourceId"]));
        if (group == nullptr)
            return invalid("AutoScalingGroup name not found - AutoScalingGroup '" +
                           text(tag["ResourceId"]) + "' not found");
        put_tags(*group, Value::array({tag}));
    }
    return Value::object();
}

constexpr OperationRow rows[] = {
    {"CreateAutoScalingGroup", create_group},
    {"UpdateAutoScalingGroup", update_group},
    {"SetDesiredCapacity", set_desired_capacity},
    {"DeleteAutoScalingGroup", delete_group},
    {"DescribeAutoScalingGroups", describe_groups},
    {"DescribeScalingActivities", describe_activities},
    {"DescribeAutoScalingInstances", describe_members},
    {"TerminateInstanceInAutoScalingGroup", terminate_in_group},
    {"DetachInstances", detach_instances},
    {"SuspendProcesses", suspend_processes},
    {"ResumeProcesses", resume_processes},
    {"CreateOrUpdateTags", create_or_update_tags},
};

} // namespace

std::span<const OperationRow> auto_scaling_operations() { return rows; }

} // namespace gradus::simulated
