#include "aws/simulated/ecs_agent.hpp"

#include "aws/simulated/event_delivery.hpp"
#include "aws/simulated/instances.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

std::string cluster_name_of(const Instance& instance) {
    static constexpr std::string_view key = "ECS_CLUSTER=";
    const std::size_t at = instance.user_data.find(key);
    if (at == std::string::npos) {
        const auto tag = instance.tags.find("ecs-cluster");
        return tag == instance.tags.end() ? "" : tag->second;
    }
    std::string_view name = std::string_view(instance.user_data).substr(at + key.size());
    name = name.substr(0, name.find_first_of(" \t\r\n\"';>&|"));
    return std::string(name);
}

void register_agent(World& world, Region& region, const std::string& instance_id,
                    const std::string& cluster_name) {
    const Instance* instance = world.find_instance(region, instance_id);
    const auto cluster = region.ecs.clusters.find(cluster_name);
    const bool can_register = instance != nullptr && is_alive(*instance) &&
                              cluster != region.ecs.clusters.end() &&
                              cluster->second.status == "ACTIVE";
    if (!can_register) return;
    const InstanceType* type = world.find_type(instance->pool.type);
    ContainerInstance made;
    made.arn =
        world.arn("ecs", region, "container-instance/" + cluster_name + '/' + world.new_id("", 32));
    made.instance_id = instance_id;
    made.cpu = type->vcpus * 1024;
    // The agent keeps some memory for the system.
    made.memory_mib = type->memory_mib - type->memory_mib / 32;
    made.gpus = type->gpus;
    made.registered = world.now;
    cluster->second.container_instances.push_back(std::move(made));
}

std::string last_part(const Value& name_or_arn) {
    const std::string name = text(name_or_arn);
    const std::size_t slash = name.rfind('/');
    return slash == std::string::npos ? name : name.substr(slash + 1);
}

void finish_stop(World& world, Region& region, const std::string& cluster_name,
                 std::uint64_t number) {
    const auto cluster = region.ecs.clusters.find(cluster_name);
    if (cluster == region.ecs.clusters.end()) return;
    const auto task = cluster->second.tasks.find(number);
    if (task == cluster->second.tasks.end() || task->second.last_status == "STOPPED") return;
    task->second.last_status = "STOPPED";
    task->second.stopped = world.now;
    ++task->second.version;
    emit_task_change(world, region, cluster->second, task->second);
    // AWS: stopped tasks appear for at least an hour.
    world.at(world.now + std::chrono::hours(1), [&region, cluster_name, number](World&) {
        const auto later = region.ecs.clusters.find(cluster_name);
        if (later != region.ecs.clusters.end()) later->second.tasks.erase(number);
    });
}

} // namespace

void agent_instance_running(World& world, Region& region, const Instance& instance) {
    const std::string cluster = cluster_name_of(instance);
    if (cluster.empty()) return;
    const std::vector<std::string>& silent = world.faults.regions_without_agents;
    const bool is_silent = std::find(silent.begin(), silent.end(), region.name) != silent.end() ||
                           (world.faults.agent_failure_chance > 0 &&
                            world.random.next_unit() < world.faults.agent_failure_chance);
    if (is_silent) return;
    world.after(world.options.delays.agent_registration,
                [&region, id = instance.id, cluster](World& later) {
                    register_agent(later, region, id, cluster);
                });
}

void agent_instance_ended(World& world, Region& region, const Instance& instance) {
    for (auto& [name, cluster] : region.ecs.clusters) {
        ContainerInstance* host = find_container_instance(cluster, instance.id);
        if (host == nullptr) continue;
        const std::string arn = host->arn;
        for (auto& [number, task] : cluster.tasks)
            if (task.container_instance_arn == arn && task.last_status != "STOPPED")
                stop_task(world, region, cluster, number,
                          {"TaskFailedToStart",
                           "Host EC2 (instance " + instance.id + ") terminated.", "", std::nullopt,
                           world.options.delays.task_stop});
        std::erase_if(cluster.container_instances,
                      [&](const ContainerInstance& one) { return one.arn == arn; });
    }
}

Cluster* find_cluster(Region& region, const Value& name_or_arn) {
    const std::string name =
        name_or_arn.is_string() && name_or_arn.size() > 0 ? last_part(name_or_arn) : "default";
    const auto found = region.ecs.clusters.find(name);
    return found == region.ecs.clusters.end() ? nullptr : &found->second;
}

ContainerInstance* find_container_instance(Cluster& cluster, std::string_view id_or_arn) {
    for (ContainerInstance& one : cluster.container_instances) {
        const std::string_view arn = one.arn;
        const bool is_this = arn == id_or_arn || one.instance_id == id_or_arn ||
                             arn.substr(arn.rfind('/') + 1) == id_or_arn;
        if (is_this) return &one;
    }
    return nullptr;
}

Room remaining(const Cluster& cluster, const ContainerInstance& instance) {
    Room room{instance.cpu, instance.memory_mib, instance.gpus};
    for (const auto& [number, task] : cluster.tasks) {
        if (task.container_instance_arn != instance.arn || task.last_status == "STOPPED") continue;
        room.cpu -= task.cpu;
        room.memory_mib -= task.memory_mib;
        room.gpus -= task.gpus;
    }
    return room;
}

Value describe_task(const Region& region, const Cluster& cluster, const Task& task) {
    ObjectBuilder out;
    out.put("taskArn", Value(task.arn));
    out.put("clusterArn", Value(cluster.arn));
    out.put("taskDefinitionArn", Value(task.definition_arn));
    out.put("containerInstanceArn", Value(task.container_instance_arn));
    out.put("availabilityZone", Value(task.zone));
    out.put("group", Value(task.group));
    out.put("launchType", Value("EC2"));
    out.put("lastStatus", Value(task.last_status));
    out.put("desiredStatus", Value(task.desired_status));
    out.put("cpu", Value(std::to_string(task.cpu)));
    out.put("memory", Value(std::to_string(task.memory_mib)));
    out.put("createdAt", time_value(task.created));
    if (!task.started_by.empty()) out.put("startedBy", Value(task.started_by));
    if (task.started) out.put("startedAt", time_value(*task.started));
    if (task.stopping) out.put("stoppingAt", time_value(*task.stopping));
    if (task.stopped) out.put("stoppedAt", time_value(*task.stopped));
    if (!task.stop_code.empty()) out.put("stopCode", Value(task.stop_code));
    if (!task.stopped_reason.empty()) out.put("stoppedReason", Value(task.stopped_reason));
    if (!task.overrides.is_null()) out.put("overrides", task.overrides);
    out.put("version", Value(task.version));
    Array containers;
    const auto family = region.ecs.definitions.find(task.family);
    for (const TaskDefinition& definition :
         family == region.ecs.definitions.end() ? std::vector<TaskDefinition>() : family->second) {
        if (definition.arn != task.definition_arn) continue;
        for (const Value& container : definition.document["containerDefinitions"].as_array()) {
            ObjectBuilder one;
            one.put("containerArn", Value(task.arn + '/' + text(container["name"])));
            one.put("taskArn", Value(task.arn));
            one.put("name", container["name"]);
            one.put("image", Value(text(container["image"])));
            one.put("lastStatus", Value(task.last_status));
            if (task.exit_code) one.put("exitCode", Value(*task.exit_code));
            if (!task.container_reason.empty()) one.put("reason", Value(task.container_reason));
            containers.push_back(one.build());
        }
    }
    out.put("containers", Value(std::move(containers)));
    if (!task.tags.empty()) out.put("tags", write_tags(task.tags, TagNames::lower));
    return out.build();
}

// The detail of an event is the task as described, with times as texts (Amazon ECS Developer Guide,
// "Amazon ECS task state change events").
void emit_task_change(World& world, Region& region, const Cluster& cluster, const Task& task) {
    Value detail = describe_task(region, cluster, task);
    for (const std::string_view name : {"createdAt", "startedAt", "stoppingAt", "stoppedAt"})
        if (const Value* value = detail.find(name))
            detail = detail.with(name, Value(time_text(*time_of(*value))));
    detail = std::move(detail).with("updatedAt", Value(time_text(world.now)));
    emit_event(world, region, "aws.ecs", "ECS Task State Change", std::move(detail), {task.arn});
}

void stop_task(World& world, Region& region, Cluster& cluster, std::uint64_t task_number,
               StopOrder order) {
    const auto found = cluster.tasks.find(task_number);
    if (found == cluster.tasks.end()) return;
    Task& task = found->second;
    if (task.desired_status == "STOPPED") return;
    const bool has_started = task.started.has_value();
    const bool is_host_gone = order.reason.starts_with("Host EC2");
    task.desired_status = "STOPPED";
    task.stop_code = order.code;
    // A running task that loses its host didn't fail to start.
    if (is_host_gone && has_started) task.stop_code = "TerminationNotice";
    task.stopped_reason = std::move(order.reason);
    task.container_reason = std::move(order.container_reason);
    task.exit_code = order.exit_code;
    task.stopping = world.now;
    ++task.version;
    emit_task_change(world, region, cluster, task);
    world.after(order.delay, [&region, name = cluster.name, task_number](World& later) {
        finish_stop(later, region, name, task_number);
    });
}

} // namespace gradus::simulated
