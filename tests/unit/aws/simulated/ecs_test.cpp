#include "tests/support/simulated_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::simulated;
using std::chrono::seconds;

// A group with one instance, launched at 2 s, running at 32 s, registered at 102 s.
struct EcsWorld : TestWorld {
    explicit EcsWorld(WorldOptions options) : TestWorld(std::move(options)) {
        client.must("ecs", "CreateCluster", R"({"clusterName": "gpu"})");
        client.must("ecs", "RegisterTaskDefinition", R"({"family": "model",
            "containerDefinitions": [{"name": "main", "image": "models/vllm:1", "memory": 4096,
              "cpu": 1024, "resourceRequirements": [{"type": "GPU", "value": "1"}]}]})");
        make_group();
        set_desired(1);
    }

    Value run() { return client.must("ecs", "RunTask", run_request); }

    Value task(const Value& ran) {
        const Value answer = client.must("ecs", "DescribeTasks",
                                         R"({"cluster": "gpu", "tasks": [")" +
                                             text_at(ran, "/tasks/0/taskArn") + "\"]}");
        return answer["tasks"][0];
    }

    static constexpr std::string_view run_request =
        R"({"cluster": "gpu", "taskDefinition": "model", "startedBy": "test"})";
};

TEST(SimulatedEcs, registers_an_instance_some_time_after_it_runs) {
    EcsWorld world(small_world(1));

    world.aws.advance(at_second(101));
    const Value before =
        world.client.must("ecs", "ListContainerInstances", R"({"cluster": "gpu"})");
    const auto error = world.client.error("ecs", "RunTask", EcsWorld::run_request);
    world.aws.advance(at_second(102));
    const Value after = world.client.must("ecs", "ListContainerInstances", R"({"cluster": "gpu"})");

    EXPECT_EQ(before["containerInstanceArns"].size(), 0u);
    EXPECT_EQ(error.code, "InvalidParameterException");
    EXPECT_EQ(error.message, "No Container Instances were found in your cluster.");
    ASSERT_EQ(after["containerInstanceArns"].size(), 1u);
    const Value described =
        world.client.must("ecs", "DescribeContainerInstances",
                          R"({"cluster": "gpu", "containerInstances": [")" +
                              text_at(after, "/containerInstanceArns/0") + "\"]}");
    EXPECT_EQ(text_at(described, "/containerInstances/0/status"), "ACTIVE");
    EXPECT_EQ(text_at(described, "/containerInstances/0/agentConnected"), "true");
    EXPECT_EQ(text_at(described, "/containerInstances/0/ec2InstanceId"),
              text_at(world.group(), "/Instances/0/InstanceId"));
}

TEST(SimulatedEcs, runs_a_task_after_its_image_was_pulled) {
    EcsWorld world(small_world(1));
    world.aws.advance(at_second(110));
    world.listen(R"({\"source\": [\"aws.ecs\"]})");

    const Value ran = world.run();
    world.client.pass(seconds(39));
    const Value pending = world.task(ran);
    world.client.pass(seconds(2));
    const Value running = world.task(ran);
    const auto events = world.aws.take_deliveries();

    EXPECT_EQ(ran["failures"].size(), 0u);
    EXPECT_EQ(text_at(pending, "/lastStatus"), "PENDING");
    EXPECT_EQ(text_at(running, "/lastStatus"), "RUNNING");
    EXPECT_EQ(text_at(running, "/containers/0/image"), "models/vllm:1");
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(text_at(events[1].input, "/detail-type"), "ECS Task State Change");
    EXPECT_EQ(text_at(events[1].input, "/detail/lastStatus"), "RUNNING");
    EXPECT_EQ(text_at(events[1].input, "/detail/startedAt"), "2026-01-01T00:02:30Z");
}

TEST(SimulatedEcs, answers_200_with_failures_when_no_gpu_is_left) {
    EcsWorld world(small_world(1));
    world.aws.advance(at_second(110));
    world.run();

    const Value second = world.run();

    EXPECT_EQ(second["tasks"].size(), 0u);
    ASSERT_EQ(second["failures"].size(), 1u);
    EXPECT_EQ(text_at(second, "/failures/0/reason"), "RESOURCE:GPU");
}

TEST(SimulatedEcs, does_not_place_tasks_on_draining_instances) {
    EcsWorld world(small_world(1));
    world.aws.advance(at_second(110));
    const Value listed =
        world.client.must("ecs", "ListContainerInstances", R"({"cluster": "gpu"})");

    const Value drained =
        world.client.must("ecs", "UpdateContainerInstancesState",
                          R"({"cluster": "gpu", "status": "DRAINING", "containerInstances": [")" +
                              text_at(listed, "/containerInstanceArns/0") + "\"]}");
    const Value ran = world.run();

    EXPECT_EQ(text_at(drained, "/containerInstances/0/status"), "DRAINING");
    EXPECT_EQ(text_at(ran, "/failures/0/reason"), "INACTIVE");
}

TEST(SimulatedEcs, stops_tasks_of_a_terminated_host) {
    EcsWorld world(small_world(1, {{at_second(1000), "us-west-2a", "", 0}}));
    world.aws.advance(at_second(110));
    const std::string host = text_at(world.group(), "/Instances/0/InstanceId");
    const Value ran = world.run();

    world.aws.advance(at_second(1006));
    const Value task = world.task(ran);
    const Value clusters =
        world.client.must("ecs", "DescribeClusters", R"({"clusters": ["gpu", "none"]})");

    EXPECT_EQ(text_at(task, "/lastStatus"), "STOPPED");
    EXPECT_EQ(text_at(task, "/stoppedReason"), "Host EC2 (instance " + host + ") terminated.");
    EXPECT_EQ(text_at(clusters, "/clusters/0/registeredContainerInstancesCount"), "0");
    EXPECT_EQ(text_at(clusters, "/failures/0/reason"), "MISSING");
}

TEST(SimulatedEcs, stops_a_task_whose_image_cannot_be_pulled) {
    EcsWorld world(small_world(1));
    world.aws.faults().images_not_pullable = {"models/vllm:1"};
    world.aws.advance(at_second(110));

    const Value ran = world.run();
    world.client.pass(seconds(41));
    const Value task = world.task(ran);

    EXPECT_EQ(text_at(task, "/lastStatus"), "STOPPED");
    EXPECT_EQ(text_at(task, "/stopCode"), "TaskFailedToStart");
    EXPECT_EQ(text_at(task, "/containers/0/reason").substr(0, 25), "CannotPullContainerError:");
}

TEST(SimulatedEcs, has_instances_whose_agent_never_registers) {
    WorldOptions options = small_world(1);
    TestWorld world(std::move(options));
    world.aws.faults().regions_without_agents = {"us-west-2"};
    world.client.must("ecs", "CreateCluster", R"({"clusterName": "gpu"})");
    world.make_group();
    world.set_desired(1);

    world.client.pass(seconds(600));

    EXPECT_EQ(text_at(world.group(), "/Instances/0/LifecycleState"), "InService");
    const Value listed =
        world.client.must("ecs", "ListContainerInstances", R"({"cluster": "gpu"})");
    EXPECT_EQ(listed["containerInstanceArns"].size(), 0u);
}

TEST(SimulatedEcs, stops_tasks_on_request_and_lists_them) {
    EcsWorld world(small_world(1));
    world.aws.advance(at_second(110));
    const Value ran = world.run();
    world.client.pass(seconds(60));
    const Value before = world.client.must("ecs", "ListTasks", R"({"cluster": "gpu"})");

    world.client.must("ecs", "StopTask",
                      R"({"cluster": "gpu", "reason": "done", "task": ")" +
                          text_at(ran, "/tasks/0/taskArn") + "\"}");
    world.client.pass(seconds(6));
    const Value after = world.client.must("ecs", "ListTasks", R"({"cluster": "gpu"})");
    const Value stopped =
        world.client.must("ecs", "ListTasks", R"({"cluster": "gpu", "desiredStatus": "STOPPED"})");
    const Value task = world.task(ran);

    EXPECT_EQ(before["taskArns"].size(), 1u);
    EXPECT_EQ(after["taskArns"].size(), 0u);
    EXPECT_EQ(stopped["taskArns"].size(), 1u);
    EXPECT_EQ(text_at(task, "/stopCode"), "UserInitiated");
    EXPECT_EQ(text_at(task, "/stoppedReason"), "done");
    EXPECT_EQ(
        world.client.error("ecs", "RunTask", R"({"cluster": "x", "taskDefinition": "model"})").code,
        "ClusterNotFoundException");
}

} // namespace
