// What a group does by itself: it looks at its members, replaces the dead, launches what is missing
// and ends what is too many. After a failed launch it tries again, for ever.
#include "aws/simulated/auto_scaling.hpp"
#include "aws/simulated/ec2_instances.hpp"
#include "aws/simulated/interruptions.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;
using Lifecycle = GroupMember::Lifecycle;

// --- Launching ----------------------------------------------------------------------------------

struct Choice {
    LaunchSpec spec;
    std::int64_t weight = 1;
};

std::int64_t capacity_of(World& world, Region& region, const Group& group, Purchase purchase) {
    std::int64_t total = 0;
    for (const GroupMember& member : group.members) {
        const Instance* instance = world.find_instance(region, member.instance_id);
        const bool counts = instance != nullptr && instance->purchase == purchase &&
                            member.lifecycle != Lifecycle::terminating && !member.is_at_risk;
        if (counts) total += member.weight;
    }
    return total;
}

// Base plus a share of the rest are to be on demand; without a distribution everything is.
Purchase next_purchase(World& world, Region& region, const Group& group) {
    const Value& distribution = group.mixed_instances_policy["InstancesDistribution"];
    const std::int64_t base = integer(distribution["OnDemandBaseCapacity"], 0);
    const std::int64_t percent = integer(distribution["OnDemandPercentageAboveBaseCapacity"], 100);
    const std::int64_t above = std::max<std::int64_t>(0, group.desired - base);
    const std::int64_t wanted = std::min(base, group.desired) + (above * percent + 99) / 100;
    return capacity_of(world, region, group, Purchase::on_demand) < wanted ? Purchase::on_demand
                                                                           : Purchase::spot;
}

Result<std::vector<Choice>, ServiceError> choices_of(World& world, Region& region,
                                                     const Group& group) {
    std::vector<Choice> out;
    LaunchSpec common;
    common.group = group.name;
    for (const Value& tag : group.tags)
        if (is_set(tag["PropagateAtLaunch"])) common.tags[text(tag["Key"])] = text(tag["Value"]);
    common.tags["aws:autoscaling:groupName"] = group.name;
    if (group.mixed_instances_policy.is_null()) {
        GRADUS_TRY(const Value data, template_data(region, group.launch_template));
        common.launch_template_id = find_launch_template(region, group.launch_template)->id;
        apply_template(common, data);
        out.push_back({std::move(common), 1});
        return out;
    }
    const Value& policy = group.mixed_instances_policy["LaunchTemplate"];
    const Value& distribution = group.mixed_instances_policy["InstancesDistribution"];
    common.max_price = text(distribution["SpotMaxPrice"]);
    const Purchase purchase = next_purchase(world, region, group);
    const auto add = [&](const Value& own_override) -> Result<void, ServiceError> {
        const Value* own = own_override.find("LaunchTemplateSpecification");
        const Value& specification = own != nullptr ? *own : policy["LaunchTemplateSpecification"];
        GRADUS_TRY(const Value data, template_data(region, specification));
        Choice choice{common, integer(own_override["WeightedCapacity"], 1)};
        choice.spec.type = text(own_override["InstanceType"]);
        choice.spec.launch_template_id = find_launch_template(region, specification)->id;
        apply_template(choice.spec, data);
        choice.spec.purchase = purchase;
        if (purchase == Purchase::on_demand) choice.spec.max_price.clear();
        out.push_back(std::move(choice));
        return {};
    };
    const Value& overrides = policy["Overrides"];
    if (!overrides.is_array() || overrides.size() == 0) {
        GRADUS_CHECK(add(Value::object()));
        return out;
    }
    for (const Value& one : overrides.as_array())
        GRADUS_CHECK(add(one));
    return out;
}

// Zones with the fewest members first; a failed zone gives way to the next.
std::vector<std::string> zones_by_need(World& world, Region& region, const Group& group) {
    std::vector<std::pair<std::int64_t, std::string>> counted;
    for (const std::string& zone : group.zones) {
        std::int64_t members = 0;
        for (const GroupMember& member : group.members) {
            const Instance* instance = world.find_instance(region, member.instance_id);
            const bool counts = instance != nullptr && instance->pool.zone == zone &&
                                member.lifecycle != Lifecycle::terminating;
            if (counts) ++members;
        }
        counted.emplace_back(members, zone);
    }
    std::stable_sort(counted.begin(), counted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> out;
    out.reserve(counted.size());
    for (auto& [members, zone] : counted)
        out.push_back(std::move(zone));
    return out;
}

void order_choices(const World& world, const Region& region, const Group& group,
                   std::string_view zone, std::vector<Choice>& choices) {
    const Value& distribution = group.mixed_instances_policy["InstancesDistribution"];
    const bool is_spot = !choices.empty() && choices.front().spec.purchase == Purchase::spot;
    const std::string strategy =
        is_spot ? text(distribution["SpotAllocationStrategy"], "lowest-price")
                : text(distribution["OnDemandAllocationStrategy"], "prioritized");
    const bool is_in_order =
        strategy == "prioritized" || strategy == "capacity-optimized-prioritized";
    if (is_in_order) return;
    const auto rank = [&](const Choice& choice) {
        const Pool pool{region.name, std::string(zone), choice.spec.type};
        if (strategy == "capacity-optimized")
            return static_cast<double>(spot_running(region, pool) -
                                       world.market->capacity(pool, world.now));
        const double on_demand = on_demand_price(world, region, choice.spec.type);
        const double price = is_spot ? world.market->price(pool, world.now, on_demand) : on_demand;
        return price / static_cast<double>(std::max<std::int64_t>(1, choice.weight));
    };
    std::stable_sort(choices.begin(), choices.end(),
                     [&](const Choice& a, const Choice& b) { return rank(a) < rank(b); });
}

// The first zone and type that can be had, checked and ready to launch.
Result<Choice, ServiceError> find_supply(World& world, Region& region, const Group& group) {
    GRADUS_TRY(std::vector<Choice> choices, choices_of(world, region, group));
    std::optional<ServiceError> first_error;
    for (const std::string& zone : zones_by_need(world, region, group)) {
        order_choices(world, region, group, zone, choices);
        for (Choice choice : choices) {
            choice.spec.zone = zone;
            choice.spec.subnet_id.clear();
            auto checked = check_spec(world, region, choice.spec);
            if (checked) checked = check_supply(world, region, choice.spec, 1);
            if (checked) return choice;
            if (!first_error) first_error = checked.error();
        }
    }
    return first_error ? *first_error : fault("ValidationError", "The group has no zones");
}

// "Could not launch Spot Instances. <Code> - <text> Launching EC2 instance failed." for groups with
// a mixed instances policy, "<text> Launching EC2 instance failed." for others (recorded forms).
std::string failure_message(World& world, Region& region, const Group& group,
                            const ServiceError& error) {
    static constexpr std::string_view end = " Launching EC2 instance failed.";
    if (group.mixed_instances_policy.is_null()) return error.message + std::string(end);
    const Purchase purchase = next_purchase(world, region, group);
    const ServiceError told = fleet_error(error, purchase);
    return std::string("Could not launch ") + (purchase == Purchase::spot ? "Spot" : "On-Demand") +
           " Instances. " + told.code + " - " + told.message + std::string(end);
}

void fail_later(World& world, Region& region, Group& group, Activity& activity,
                std::string message) {
    world.after(
        world.options.delays.capacity_failure,
        [&region, name = group.name, id = activity.id, message = std::move(message)](World& later) {
            Group* same = later.find_group(region, name);
            Activity* failed = same == nullptr ? nullptr : find_activity(*same, id);
            if (failed == nullptr) return;
            failed->description += ".  Status Reason: " + message;
            finish_activity(later, region, *same, *failed, "Failed", message);
            schedule_evaluation(later, region, *same, later.options.delays.group_retry);
        });
}

bool is_suspended(const Group& group, const std::string& process) {
    return group.suspended.contains(process);
}

void launch_missing(World& world, Region& region, Group& group) {
    std::int64_t capacity = group_capacity(group);
    const bool is_busy =
        std::any_of(group.activities.begin(), group.activities.end(), [](const Activity& activity) {
            return activity.instance_id.empty() && activity.status == "InProgress";
        });
    // One failing launch at a time; its end leads to the next look.
    if (is_busy) return;
    while (capacity < group.desired) {
        std::string cause = group.last_request_cause;
        group.last_request_cause.clear();
        if (!cause.empty()) cause += "  ";
        cause += "At " + time_text(world.now) +
                 " an instance was started in response to a difference between desired and actual "
                 "capacity, increasing the capacity from " +
                 std::to_string(capacity) + " to " + std::to_string(group.desired) + ".";
        const Result<Choice, ServiceError> choice = find_supply(world, region, group);
        Activity& activity =
            start_activity(world, group, "Launching a new EC2 instance", std::move(cause));
        if (!choice) {
            fail_later(world, region, group, activity,
                       failure_message(world, region, group, choice.error()));
            return;
        }
        const Instance& instance = launch(world, region, choice->spec);
        activity.description += ": " + instance.id;
        activity.instance_id = instance.id;
        activity.zone = instance.pool.zone;
        activity.subnet_id = instance.subnet_id;
        GroupMember member;
        member.instance_id = instance.id;
        member.weight = std::max<std::int64_t>(1, choice->weight);
        member.activity_id = activity.id;
        member.is_protected = group.protects_new_instances;
        group.members.push_back(std::move(member));
        capacity = group_capacity(group);
    }
}

// --- Ending -------------------------------------------------------------------------------------

void end_surplus(World& world, Region& region, Group& group) {
    std::int64_t capacity = group_capacity(group);
    while (capacity > group.desired) {
        // The zone with the most members, and of those the oldest (members are in that order).
        std::map<std::string, std::int64_t> by_zone;
        const auto zone_of = [&](const GroupMember& member) {
            const Instance* instance = world.find_instance(region, member.instance_id);
            return instance == nullptr ? std::string() : instance->pool.zone;
        };
        const auto is_free = [&](const GroupMember& member) {
            return member.lifecycle != Lifecycle::terminating && !member.is_protected &&
                   !member.is_at_risk && capacity - member.weight >= group.desired;
        };
        for (const GroupMember& member : group.members)
            if (is_free(member)) ++by_zone[zone_of(member)];
        GroupMember* chosen = nullptr;
        for (GroupMember& member : group.members) {
            const bool is_better =
                is_free(member) &&
                (chosen == nullptr || by_zone[zone_of(member)] > by_zone[zone_of(*chosen)]);
            if (is_better) chosen = &member;
        }
        if (chosen == nullptr) return;
        std::string cause = group.last_request_cause;
        group.last_request_cause.clear();
        if (!cause.empty()) cause += "  ";
        cause += "At " + time_text(world.now) +
                 " an instance was taken out of service in response to a difference between "
                 "desired and actual capacity, shrinking the capacity from " +
                 std::to_string(capacity) + " to " + std::to_string(group.desired) + ".  At " +
                 time_text(world.now) + " instance " + chosen->instance_id +
                 " was selected for termination.";
        terminate_member(world, region, group, *chosen, std::move(cause));
        capacity = group_capacity(group);
    }
}

void reap_dead(World& world, Region& region, Group& group) {
    if (is_suspended(group, "HealthCheck") || is_suspended(group, "ReplaceUnhealthy")) return;
    for (std::size_t i = 0; i < group.members.size();) {
        GroupMember& member = group.members[i];
        const Instance* instance = world.find_instance(region, member.instance_id);
        const bool is_dead = instance == nullptr || !is_alive(*instance);
        if (!is_dead || member.lifecycle == Lifecycle::terminating) {
            ++i;
            continue;
        }
        const std::string reason =
            instance == nullptr ? "" : " Termination Reason: " + instance->state_reason_message;
        if (member.lifecycle == Lifecycle::pending) {
            if (Activity* launching = find_activity(group, member.activity_id))
                finish_activity(world, region, group, *launching, "Cancelled",
                                "Instance became unhealthy while waiting for instance to be in "
                                "InService state." +
                                    reason);
        } else {
            Activity& ending = start_activity(
                world, group, "Terminating EC2 instance: " + member.instance_id,
                "At " + time_text(world.now) +
                    " an instance was taken out of service in response to an EC2 health check "
                    "that indicated it had been terminated or stopped.");
            ending.instance_id = member.instance_id;
            finish_activity(world, region, group, ending, "Successful");
        }
        group.members.erase(group.members.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

// Members at risk go once enough others are in service.
void retire_at_risk(World& world, Region& region, Group& group) {
    std::int64_t in_service = 0;
    for (const GroupMember& member : group.members)
        if (member.lifecycle == Lifecycle::in_service && !member.is_at_risk)
            in_service += member.weight;
    if (in_service < group.desired) return;
    for (GroupMember& member : group.members)
        if (member.is_at_risk && member.lifecycle != Lifecycle::terminating)
            terminate_member(world, region, group, member,
                             "At " + time_text(world.now) +
                                 " an instance was taken out of service in response to an EC2 "
                                 "instance rebalance recommendation.");
}

void evaluate(World& world, Region& region, Group& group) {
    reap_dead(world, region, group);
    if (!is_suspended(group, "Launch") && !group.is_being_deleted)
        launch_missing(world, region, group);
    if (is_suspended(group, "Terminate")) return;
    end_surplus(world, region, group);
    retire_at_risk(world, region, group);
}

void put_in_service(World& world, Region& region, const std::string& group_name,
                    const std::string& instance_id) {
    Group* group = world.find_group(region, group_name);
    GroupMember* member = group == nullptr ? nullptr : find_member(*group, instance_id);
    const Instance* instance = world.find_instance(region, instance_id);
    if (member == nullptr || instance == nullptr || !is_alive(*instance)) return;
    if (member->lifecycle != Lifecycle::pending) return;
    member->lifecycle = Lifecycle::in_service;
    if (Activity* activity = find_activity(*group, member->activity_id))
        finish_activity(world, region, *group, *activity, "Successful");
    const bool has_risk = std::any_of(group->members.begin(), group->members.end(),
                                      [](const GroupMember& one) { return one.is_at_risk; });
    if (has_risk) schedule_evaluation(world, region, *group, {});
}

void finish_termination(World& world, Region& region, const std::string& group_name,
                        const std::string& instance_id) {
    Group* group = world.find_group(region, group_name);
    GroupMember* member = group == nullptr ? nullptr : find_member(*group, instance_id);
    if (member == nullptr) return;
    if (Activity* activity = find_activity(*group, member->activity_id))
        finish_activity(world, region, *group, *activity, "Successful");
    group->members.erase(group->members.begin() + (member - group->members.data()));
    if (group->is_being_deleted && group->members.empty())
        region.auto_scaling.groups.erase(group_name);
}

} // namespace

void schedule_evaluation(World& world, Region& region, Group& group, DelayRange delay) {
    const Timestamp due = world.now + world.draw(delay);
    if (group.evaluation_due && *group.evaluation_due <= due) return;
    group.evaluation_due = due;
    world.at(due, [&region, name = group.name, due](World& later) {
        Group* same = later.find_group(region, name);
        if (same == nullptr || same->evaluation_due != due) return;
        same->evaluation_due.reset();
        evaluate(later, region, *same);
    });
}

void group_instance_running(World& world, Region& region, const Instance& instance) {
    if (instance.group.empty()) return;
    world.after(world.options.delays.running_to_in_service,
                [&region, group = instance.group, id = instance.id](World& later) {
                    put_in_service(later, region, group, id);
                });
}

void group_instance_ended(World& world, Region& region, const Instance& instance) {
    Group* group = world.find_group(region, instance.group);
    GroupMember* member = group == nullptr ? nullptr : find_member(*group, instance.id);
    if (member == nullptr) return;
    if (member->lifecycle != Lifecycle::terminating) {
        schedule_evaluation(world, region, *group, world.options.delays.group_health_check);
        return;
    }
    world.after(world.options.delays.shutting_down,
                [&region, name = instance.group, id = instance.id](World& later) {
                    finish_termination(later, region, name, id);
                });
}

void group_instance_at_risk(World& world, Region& region, const Instance& instance) {
    Group* group = world.find_group(region, instance.group);
    GroupMember* member = group == nullptr ? nullptr : find_member(*group, instance.id);
    if (member == nullptr || !group->capacity_rebalance) return;
    member->is_at_risk = true;
    schedule_evaluation(world, region, *group, world.options.delays.group_evaluation);
}

std::int64_t group_capacity(const Group& group) {
    std::int64_t total = 0;
    for (const GroupMember& member : group.members)
        if (member.lifecycle != Lifecycle::terminating && !member.is_at_risk)
            total += member.weight;
    return total;
}

} // namespace gradus::simulated
