#include "aws/simulated/ecs_agent.hpp"
#include "aws/simulated/services.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

Result<Cluster*, ServiceError> cluster_of(ApiCall& call) {
    Cluster* cluster = find_cluster(call.region, call.params["cluster"]);
    if (cluster == nullptr || cluster->status != "ACTIVE")
        return fault("ClusterNotFoundException", "Cluster not found.");
    return cluster;
}

bool has_status(const Task& task, std::string_view status) { return task.last_status == status; }

Value describe_cluster(const Cluster& cluster) {
    const auto count = [&](std::string_view status) {
        return std::count_if(cluster.tasks.begin(), cluster.tasks.end(),
                             [&](const auto& entry) { return has_status(entry.second, status); });
    };
    return Value::object(
        {{"clusterArn", Value(cluster.arn)},
         {"clusterName", Value(cluster.name)},
         {"status", Value(cluster.status)},
         {"registeredContainerInstancesCount", Value(cluster.container_instances.size())},
         {"runningTasksCount", Value(count("RUNNING"))},
         {"pendingTasksCount", Value(count("PENDING") + count("PROVISIONING"))},
         {"activeServicesCount", Value(0)},
         {"tags", write_tags(cluster.tags, TagNames::lower)}});
}

Outcome create_cluster(ApiCall& call) {
    const std::string name = text(call.params["clusterName"], "default");
    Cluster& cluster = call.region.ecs.clusters[name];
    cluster.name = name;
    cluster.arn = call.world.arn("ecs", call.region, "cluster/" + name);
    cluster.status = "ACTIVE";
    cluster.tags.merge(read_tags(call.params["tags"], TagNames::lower));
    return Value::object({{"cluster", describe_cluster(cluster)}});
}

Outcome delete_cluster(ApiCall& call) {
    GRADUS_TRY(Cluster * cluster, cluster_of(call));
    if (!cluster->container_instances.empty())
        return fault("ClusterContainsContainerInstancesException",
                     "The Cluster cannot be deleted while Container Instances are active or "
                     "draining.");
    cluster->status = "INACTIVE";
    return Value::object({{"cluster", describe_cluster(*cluster)}});
}

Value missing(const std::string& arn) {
    return Value::object({{"arn", Value(arn)}, {"reason", Value("MISSING")}});
}

Outcome describe_clusters(ApiCall& call) {
    std::vector<std::string> names = texts(call.params["clusters"]);
    if (names.empty()) names.emplace_back("default");
    Array found;
    Array failures;
    for (const std::string& name : names) {
        const Cluster* cluster = find_cluster(call.region, Value(name));
        if (cluster != nullptr)
            found.push_back(describe_cluster(*cluster));
        else
            failures.push_back(missing(
                name.starts_with("arn:") ? name
                                         : call.world.arn("ecs", call.region, "cluster/" + name)));
    }
    return Value::object(
        {{"clusters", Value(std::move(found))}, {"failures", Value(std::move(failures))}});
}

Outcome list_clusters(ApiCall& call) {
    Array arns;
    for (const auto& [name, cluster] : call.region.ecs.clusters)
        if (cluster.status == "ACTIVE") arns.emplace_back(cluster.arn);
    return Value::object({{"clusterArns", Value(std::move(arns))}});
}

// --- Container instances ------------------------------------------------------------------------

Value resource(std::string_view name, std::int64_t amount) {
    return Value::object(
        {{"name", Value(name)}, {"type", Value("INTEGER")}, {"integerValue", Value(amount)}});
}

Value resources(const Room& room) {
    Array gpu_ids;
    for (std::int64_t i = 0; i < room.gpus; ++i)
        gpu_ids.emplace_back("GPU-" + std::to_string(i));
    return Value::array({resource("CPU", room.cpu), resource("MEMORY", room.memory_mib),
                         Value::object({{"name", Value("GPU")},
                                        {"type", Value("STRINGSET")},
                                        {"stringSetValue", Value(std::move(gpu_ids))}})});
}

Value describe_instance_of(ApiCall& call, const Cluster& cluster, const ContainerInstance& one) {
    const auto count = [&](std::string_view status) {
        return std::count_if(cluster.tasks.begin(), cluster.tasks.end(), [&](const auto& entry) {
            return entry.second.container_instance_arn == one.arn &&
                   has_status(entry.second, status);
        });
    };
    Array attributes;
    if (const Instance* instance = call.world.find_instance(call.region, one.instance_id))
        for (const auto& [name, value] : {std::pair("ecs.instance-type", instance->pool.type),
                                          std::pair("ecs.availability-zone", instance->pool.zone),
                                          std::pair("ecs.ami-id", instance->image_id)})
            attributes.push_back(Value::object({{"name", Value(name)}, {"value", Value(value)}}));
    return Value::object({{"containerInstanceArn", Value(one.arn)},
                          {"ec2InstanceId", Value(one.instance_id)},
                          {"version", Value(one.version)},
                          {"status", Value(one.status)},
                          {"agentConnected", Value(one.agent_connected)},
                          {"registeredResources", resources({one.cpu, one.memory_mib, one.gpus})},
                          {"remainingResources", resources(remaining(cluster, one))},
                          {"runningTasksCount", Value(count("RUNNING"))},
                          {"pendingTasksCount", Value(count("PENDING") + count("PROVISIONING"))},
                          {"registeredAt", time_value(one.registered)},
                          {"attributes", Value(std::move(attributes))}});
}

Outcome list_container_instances(ApiCall& call) {
    GRADUS_TRY(const Cluster* cluster, cluster_of(call));
    const std::string status = text(call.params["status"]);
    std::vector<Value> arns;
    for (const ContainerInstance& one : cluster->container_instances)
        if (status.empty() || one.status == status) arns.emplace_back(one.arn);
    GRADUS_TRY(Page page,
               page_of(arns, call.params["nextToken"], integer(call.params["maxResults"], 100),
                       "InvalidParameterException"));
    Value out = Value::object({{"containerInstanceArns", Value(std::move(page.items))}});
    if (page.next_token.empty()) return out;
    return std::move(out).with("nextToken", Value(page.next_token));
}

// Those named in the call, with what to do to each, and failures for the rest.
template <class Action>
Outcome for_named_instances(ApiCall& call, Action action) {
    GRADUS_TRY(Cluster * cluster, cluster_of(call));
    Array found;
    Array failures;
    for (const std::string& id : texts(call.params["containerInstances"])) {
        ContainerInstance* one = find_container_instance(*cluster, id);
        if (one == nullptr) {
            failures.push_back(missing(id));
            continue;
        }
        action(*one);
        found.push_back(describe_instance_of(call, *cluster, *one));
    }
    return Value::object({{"containerInstances", Value(std::move(found))},
                          {"failures", Value(std::move(failures))}});
}

Outcome describe_container_instances(ApiCall& call) {
    return for_named_instances(call, [](ContainerInstance&) {});
}

Outcome update_container_instances_state(ApiCall& call) {
    const std::string status = text(call.params["status"]);
    if (status != "ACTIVE" && status != "DRAINING")
        return fault("InvalidParameterException",
                     "Container instance status should be one of [ACTIVE,DRAINING]");
    return for_named_instances(call, [&](ContainerInstance& one) {
        one.status = status;
        ++one.version;
    });
}

Outcome deregister_container_instance(ApiCall& call) {
    GRADUS_TRY(Cluster * cluster, cluster_of(call));
    ContainerInstance* one =
        find_container_instance(*cluster, text(call.params["containerInstance"]));
    if (one == nullptr)
        return fault("InvalidParameterException", "Referenced container instance not found.");
    const std::string arn = one->arn;
    const bool has_tasks =
        std::any_of(cluster->tasks.begin(), cluster->tasks.end(), [&](const auto& entry) {
            return entry.second.container_instance_arn == arn &&
                   !has_status(entry.second, "STOPPED");
        });
    if (has_tasks && !is_set(call.params["force"]))
        return fault("InvalidParameterException", "Found running tasks on the instance.");
    one->status = "INACTIVE";
    one->agent_connected = false;
    const Value described = describe_instance_of(call, *cluster, *one);
    std::erase_if(cluster->container_instances,
                  [&](const ContainerInstance& other) { return other.arn == arn; });
    return Value::object({{"containerInstance", described}});
}

constexpr OperationRow rows[] = {
    {"CreateCluster", create_cluster},
    {"DeleteCluster", delete_cluster},
    {"DescribeClusters", describe_clusters},
    {"ListClusters", list_clusters},
    {"ListContainerInstances", list_container_instances},
    {"DescribeContainerInstances", describe_container_instances},
    {"UpdateContainerInstancesState", update_container_instances_state},
    {"DeregisterContainerInstance", deregister_container_instance},
};

} // namespace

std::span<const OperationRow> ecs_cluster_operations() { return rows; }

} // namespace gradus::simulated
