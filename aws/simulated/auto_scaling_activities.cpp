#include "aws/simulated/auto_scaling.hpp"
#include "aws/simulated/event_delivery.hpp"
#include "aws/simulated/instances.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

Value details_of(const Activity& activity) {
    ObjectBuilder out;
    if (!activity.subnet_id.empty()) out.put("Subnet ID", Value(activity.subnet_id));
    if (!activity.zone.empty()) out.put("Availability Zone", Value(activity.zone));
    return out.build();
}

// Amazon EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling event reference".
void publish(World& world, Region& region, const Group& group, const Activity& activity) {
    const bool is_launch = activity.description.starts_with("Launching");
    const bool is_good = activity.status == "Successful";
    const std::string detail_type = std::string("EC2 Instance ") +
                                    (is_launch ? "Launch " : "Terminate ") +
                                    (is_good ? "Successful" : "Unsuccessful");
    ObjectBuilder detail;
    detail.put("StatusCode", Value(is_good ? "InProgress" : "Failed"));
    detail.put("Description", Value(activity.description));
    detail.put("AutoScalingGroupName", Value(group.name));
    detail.put("ActivityId", Value(activity.id));
    detail.put("Details", details_of(activity));
    detail.put("RequestId", Value(activity.id));
    detail.put("StatusMessage", Value(activity.status_message));
    detail.put("StartTime", Value(time_text(activity.start)));
    detail.put("EndTime", Value(time_text(activity.end.value_or(world.now))));
    detail.put("EC2InstanceId", Value(activity.instance_id));
    detail.put("Cause", Value(activity.cause));
    detail.put("Origin", Value("EC2"));
    detail.put("Destination", Value("AutoScalingGroup"));
    std::vector<std::string> resources{group.arn};
    if (!activity.instance_id.empty())
        resources.push_back(world.arn("ec2", region, "instance/" + activity.instance_id));
    emit_event(world, region, "aws.autoscaling", detail_type, detail.build(), resources);
}

} // namespace

GroupMember* find_member(Group& group, std::string_view instance_id) {
    for (GroupMember& member : group.members)
        if (member.instance_id == instance_id) return &member;
    return nullptr;
}

Activity* find_activity(Group& group, std::string_view id) {
    const auto found = std::find_if(group.activities.rbegin(), group.activities.rend(),
                                    [&](const Activity& one) { return one.id == id; });
    return found == group.activities.rend() ? nullptr : &*found;
}

Activity& start_activity(World& world, Group& group, std::string description, std::string cause) {
    Activity activity;
    activity.id = world.random.next_uuid();
    activity.group = group.name;
    activity.description = std::move(description);
    activity.cause = std::move(cause);
    activity.start = world.now;
    if (group.activities.size() >= activities_max) group.activities.pop_front();
    group.activities.push_back(std::move(activity));
    return group.activities.back();
}

void finish_activity(World& world, Region& region, const Group& group, Activity& activity,
                     std::string_view status, std::string message) {
    activity.status = status;
    activity.status_message = std::move(message);
    activity.progress = 100;
    activity.end = world.now;
    publish(world, region, group, activity);
}

Activity& terminate_member(World& world, Region& region, Group& group, GroupMember& member,
                           std::string cause) {
    Activity& activity = start_activity(
        world, group, "Terminating EC2 instance: " + member.instance_id, std::move(cause));
    activity.instance_id = member.instance_id;
    member.lifecycle = GroupMember::Lifecycle::terminating;
    member.activity_id = activity.id;
    if (const Instance* instance = world.find_instance(region, member.instance_id)) {
        activity.zone = instance->pool.zone;
        activity.subnet_id = instance->subnet_id;
        end_instance(world, region, instance->number, ended_by_user);
    }
    return activity;
}

Value describe_activity(const Group& group, const Activity& activity) {
    ObjectBuilder out;
    out.put("ActivityId", Value(activity.id));
    out.put("AutoScalingGroupName", Value(group.name));
    out.put("AutoScalingGroupARN", Value(group.arn));
    out.put("Description", Value(activity.description));
    out.put("Cause", Value(activity.cause));
    out.put("StartTime", time_value(activity.start));
    if (activity.end) out.put("EndTime", time_value(*activity.end));
    out.put("StatusCode", Value(activity.status));
    if (!activity.status_message.empty()) out.put("StatusMessage", Value(activity.status_message));
    out.put("Progress", Value(activity.progress));
    out.put("Details", Value(to_json(details_of(activity))));
    return out.build();
}

} // namespace gradus::simulated
