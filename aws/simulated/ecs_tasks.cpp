#include "aws/simulated/ecs_agent.hpp"
#include "aws/simulated/services.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

// Amazon ECS API reference, RunTask: count is 1 to 10.
constexpr std::int64_t tasks_per_call_max = 10;

ServiceError invalid(std::string message) {
    return fault("InvalidParameterException", std::move(message));
}

Result<Cluster*, ServiceError> cluster_of(ApiCall& call) {
    Cluster* cluster = find_cluster(call.region, call.params["cluster"]);
    if (cluster == nullptr || cluster->status != "ACTIVE")
        return fault("ClusterNotFoundException", "Cluster not found.");
    return cluster;
}

// --- Task definitions ---------------------------------------------------------------------------

Value describe_definition(const TaskDefinition& definition) {
    return definition.document.without("tags")
        .with("taskDefinitionArn", Value(definition.arn))
        .with("revision", Value(definition.revision))
        .with("status", Value(definition.status))
        .with("registeredAt", time_value(definition.registered));
}

Outcome register_task_definition(ApiCall& call) {
    const std::string family = text(call.params["family"]);
    if (call.params["containerDefinitions"].size() == 0)
        return fault("ClientException", "Container list cannot be empty.");
    std::vector<TaskDefinition>& revisions = call.region.ecs.definitions[family];
    TaskDefinition made;
    made.family = family;
    made.revision = static_cast<std::int64_t>(revisions.size()) + 1;
    made.arn = call.world.arn("ecs", call.region,
                              "task-definition/" + family + ':' + std::to_string(made.revision));
    made.document = call.params;
    made.registered = call.world.now;
    revisions.push_back(std::move(made));
    return Value::object({{"taskDefinition", describe_definition(revisions.back())}});
}

// "family", "family:3" or an ARN; without a revision the latest active one.
TaskDefinition* find_definition(Region& region, const std::string& name) {
    std::string_view rest = name;
    if (rest.starts_with("arn:")) rest.remove_prefix(std::min(rest.size(), rest.find('/') + 1));
    const std::size_t colon = rest.rfind(':');
    const auto family = region.ecs.definitions.find(std::string(rest.substr(0, colon)));
    if (family == region.ecs.definitions.end()) return nullptr;
    std::vector<TaskDefinition>& revisions = family->second;
    if (colon != std::string_view::npos) {
        const std::int64_t revision = integer(Value(rest.substr(colon + 1)), 0);
        const bool exists =
            revision >= 1 && revision <= static_cast<std::int64_t>(revisions.size());
        return exists ? &revisions[static_cast<std::size_t>(revision - 1)] : nullptr;
    }
    for (auto one = revisions.rbegin(); one != revisions.rend(); ++one)
        if (one->status == "ACTIVE") return &*one;
    return nullptr;
}

Outcome describe_task_definition(ApiCall& call) {
    const TaskDefinition* found = find_definition(call.region, text(call.params["taskDefinition"]));
    if (found == nullptr) return fault("ClientException", "Unable to describe task definition.");
    return Value::object(
        {{"taskDefinition", describe_definition(*found)}, {"tags", Value(Array())}});
}

Outcome deregister_task_definition(ApiCall& call) {
    TaskDefinition* found = find_definition(call.region, text(call.params["taskDefinition"]));
    if (found == nullptr) return fault("ClientException", "Unable to describe task definition.");
    found->status = "INACTIVE";
    return Value::object({{"taskDefinition", describe_definition(*found)}});
}

// --- RunTask ------------------------------------------------------------------------------------

// What the containers of a definition need together.
Room needs_of(const TaskDefinition& definition) {
    Room need;
    need.cpu = integer(definition.document["cpu"], 0);
    need.memory_mib = integer(definition.document["memory"], 0);
    const bool has_task_size = need.memory_mib > 0;
    for (const Value& container : definition.document["containerDefinitions"].as_array()) {
        if (!has_task_size) {
            need.cpu += integer(container["cpu"], 0);
            need.memory_mib +=
                integer(container["memoryReservation"], integer(container["memory"], 0));
        }
        const Value& requirements = container["resourceRequirements"];
        if (!requirements.is_array()) continue;
        for (const Value& requirement : requirements.as_array())
            if (text(requirement["type"]) == "GPU") need.gpus += integer(requirement["value"], 0);
    }
    return need;
}

// Why a container instance can't take the task; empty when it can.
std::string_view refusal(const Cluster& cluster, const ContainerInstance& one, const Room& need) {
    const Room room = remaining(cluster, one);
    if (one.status != "ACTIVE") return "INACTIVE";
    if (!one.agent_connected) return "AGENT";
    if (room.gpus < need.gpus) return "RESOURCE:GPU";
    if (room.cpu < need.cpu) return "RESOURCE:CPU";
    if (room.memory_mib < need.memory_mib) return "RESOURCE:MEMORY";
    return {};
}

std::optional<std::string> image_not_pullable(const World& world,
                                              const TaskDefinition& definition) {
    const std::vector<std::string>& broken = world.faults.images_not_pullable;
    for (const Value& container : definition.document["containerDefinitions"].as_array()) {
        const std::string image = text(container["image"]);
        if (std::find(broken.begin(), broken.end(), image) != broken.end()) return image;
    }
    return std::nullopt;
}

void start_task(World& world, Region& region, const std::string& cluster_name,
                std::uint64_t number) {
    const auto cluster = region.ecs.clusters.find(cluster_name);
    if (cluster == region.ecs.clusters.end()) return;
    const auto found = cluster->second.tasks.find(number);
    if (found == cluster->second.tasks.end()) return;
    Task& task = found->second;
    if (task.desired_status != "RUNNING" || task.last_status != "PENDING") return;
    const TaskDefinition* definition = find_definition(region, task.definition_arn);
    const auto broken =
        definition == nullptr ? std::nullopt : image_not_pullable(world, *definition);
    if (broken) {
        const std::string reason = "CannotPullContainerError: failed to resolve ref " + *broken +
                                   ": " + *broken + ": not found";
        stop_task(world, region, cluster->second, number,
                  {"TaskFailedToStart", "Task failed to start", reason, std::nullopt, {}});
        return;
    }
    task.last_status = "RUNNING";
    task.started = world.now;
    ++task.version;
    emit_task_change(world, region, cluster->second, task);
}

Value place(ApiCall& call, Cluster& cluster, const TaskDefinition& definition, const Room& need,
            const ContainerInstance& host) {
    Task task;
    task.arn = call.world.arn("ecs", call.region,
                              "task/" + cluster.name + '/' + call.world.new_id("", 32));
    task.cluster = cluster.name;
    task.container_instance_arn = host.arn;
    task.definition_arn = definition.arn;
    task.family = definition.family;
    task.group = text(call.params["group"], "family:" + definition.family);
    task.started_by = text(call.params["startedBy"]);
    if (const Instance* instance = call.world.find_instance(call.region, host.instance_id))
        task.zone = instance->pool.zone;
    task.last_status = "PENDING";
    task.cpu = need.cpu;
    task.memory_mib = need.memory_mib;
    task.gpus = need.gpus;
    task.overrides = call.params["overrides"];
    task.tags = read_tags(call.params["tags"], TagNames::lower);
    task.created = call.world.now;
    const std::uint64_t number = ++call.region.ecs.task_count;
    const Task& kept = cluster.tasks.emplace(number, std::move(task)).first->second;
    emit_task_change(call.world, call.region, cluster, kept);
    call.world.after(call.world.options.delays.task_start,
                     [&region = call.region, name = cluster.name, number](World& later) {
                         start_task(later, region, name, number);
                     });
    return describe_task(call.region, cluster, kept);
}

Outcome run_task(ApiCall& call) {
    GRADUS_TRY(Cluster * cluster, cluster_of(call));
    const TaskDefinition* definition =
        find_definition(call.region, text(call.params["taskDefinition"]));
    if (definition == nullptr) return fault("ClientException", "TaskDefinition not found.");
    if (definition->status != "ACTIVE")
        return fault("ClientException", "TaskDefinition is inactive");
    if (cluster->container_instances.empty())
        return invalid("No Container Instances were found in your cluster.");
    const std::int64_t count = integer(call.params["count"], 1);
    if (count < 1 || count > tasks_per_call_max)
        return invalid("count must be between 1 and 10, found " + std::to_string(count));
    const Room need = needs_of(*definition);
    Array tasks;
    Array failures;
    for (std::int64_t i = 0; i < count; ++i) {
        const ContainerInstance* host = nullptr;
        for (const ContainerInstance& one : cluster->container_instances)
            if (host == nullptr && refusal(*cluster, one, need).empty()) host = &one;
        if (host != nullptr) {
            tasks.push_back(place(call, *cluster, *definition, need, *host));
            continue;
        }
        for (const ContainerInstance& one : cluster->container_instances)
            failures.push_back(Value::object(
                {{"arn", Value(one.arn)}, {"reason", Value(refusal(*cluster, one, need))}}));
    }
    return Value::object(
        {{"tasks", Value(std::move(tasks))}, {"failures", Value(std::move(failures))}});
}

// --- Tasks --------------------------------------------------------------------------------------

std::optional<std::uint64_t> find_task(const Cluster& cluster, std::string_view id_or_arn) {
    for (const auto& [number, task] : cluster.tasks) {
        const std::string_view arn = task.arn;
        if (arn == id_or_arn || arn.substr(arn.rfind('/') + 1) == id_or_arn) return number;
    }
    return std::nullopt;
}

Outcome describe_tasks(ApiCall& call) {
    GRADUS_TRY(const Cluster* cluster, cluster_of(call));
    Array found;
    Array failures;
    for (const std::string& id : texts(call.params["tasks"])) {
        const auto number = find_task(*cluster, id);
        if (number)
            found.push_back(describe_task(call.region, *cluster, cluster->tasks.at(*number)));
        else
            failures.push_back(Value::object({{"arn", Value(id)}, {"reason", Value("MISSING")}}));
    }
    return Value::object(
        {{"tasks", Value(std::move(found))}, {"failures", Value(std::move(failures))}});
}

Outcome list_tasks(ApiCall& call) {
    GRADUS_TRY(Cluster * cluster, cluster_of(call));
    const std::string wanted = text(call.params["desiredStatus"], "RUNNING");
    const std::string family = text(call.params["family"]);
    const std::string started_by = text(call.params["startedBy"]);
    std::string host;
    if (const Value* named = call.params.find("containerInstance")) {
        const ContainerInstance* one = find_container_instance(*cluster, text(*named));
        host = one == nullptr ? text(*named) : one->arn;
    }
    std::vector<Value> arns;
    for (const auto& [number, task] : cluster->tasks) {
        const bool is_wanted = task.desired_status == wanted &&
                               (family.empty() || task.family == family) &&
                               (started_by.empty() || task.started_by == started_by) &&
                               (host.empty() || task.container_instance_arn == host);
        if (is_wanted) arns.emplace_back(task.arn);
    }
    GRADUS_TRY(Page page,
               page_of(arns, call.params["nextToken"], integer(call.params["maxResults"], 100),
                       "InvalidParameterException"));
    Value out = Value::object({{"taskArns", Value(std::move(page.items))}});
    if (page.next_token.empty()) return out;
    return std::move(out).with("nextToken", Value(page.next_token));
}

Outcome stop_task_call(ApiCall& call) {
    GRADUS_TRY(Cluster * cluster, cluster_of(call));
    const auto number = find_task(*cluster, text(call.params["task"]));
    if (!number) return invalid("The referenced task was not found.");
    stop_task(call.world, call.region, *cluster, *number,
              {"UserInitiated", text(call.params["reason"], "Task stopped by user"), "", 137,
               call.world.options.delays.task_stop});
    return Value::object(
        {{"task", describe_task(call.region, *cluster, cluster->tasks.at(*number))}});
}

constexpr OperationRow rows[] = {
    {"RegisterTaskDefinition", register_task_definition},
    {"DescribeTaskDefinition", describe_task_definition},
    {"DeregisterTaskDefinition", deregister_task_definition},
    {"RunTask", run_task},
    {"DescribeTasks", describe_tasks},
    {"ListTasks", list_tasks},
    {"StopTask", stop_task_call},
};

} // namespace

std::span<const OperationRow> ecs_task_operations() { return rows; }

} // namespace gradus::simulated
