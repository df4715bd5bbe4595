// Faults of the interruption path. The numbers are those of the table in workflows/README.md.
#include "tests/sim/setting.hpp"

namespace gradus::workflows {
namespace {

// Faults 27, 32 and 33
TEST(Interruption, the_warning_brings_a_replacement_elsewhere_at_once) {
    Scene scene(scenario(
        {{at_first, "us-west-2a", 1}, {30min, "us-west-2a", 0}, {20min, "us-east-2b", 1}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));
    const std::string first = scene.rehearsal.alive()[0].instance_id;

    scene.rehearsal.run_for(scenario_enabled + 28min + 30s - scene.rehearsal.now());

    // Within the notice both run, and the published state has left the old one already.
    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2", "us-west-2"}));
    EXPECT_EQ(scene.rehearsal.parameter("instances-info").find(first), std::string::npos);
    EXPECT_EQ(scene.rehearsal.parameter("status"), "provisioning");

    scene.rehearsal.run_for(10min);
    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2"}));
    EXPECT_TRUE(scene.is_running());
    scene.expect_empty_after_teardown();
}

TEST(Interruption, without_notice_the_loss_is_heard_of_from_the_stopped_task) {
    RehearsalOptions options =
        scenario({{at_first, "us-west-2a", 1}, {30min, "us-west-2a", 0}, {20min, "us-east-2b", 1}});
    options.world.signals.interruption_notice = false;
    Scene scene(std::move(options));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    scene.rehearsal.run_for(scenario_enabled + 40min - scene.rehearsal.now());

    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2"}));
    EXPECT_TRUE(scene.is_running());
    scene.expect_empty_after_teardown();
}

// Fault 28
TEST(Interruption, an_instance_whose_task_ended_is_replaced) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));
    const std::string first = scene.rehearsal.alive()[0].instance_id;
    Value cluster = Value::object({{"cluster", "gradus"}});
    aws::Call list{"ecs", "ListContainerInstances", std::move(cluster), "us-west-2"};
    const Outcome hosts = scene.rehearsal.await(ask(scene.rehearsal.client(), std::move(list)));
    ASSERT_TRUE(hosts);

    scene.rehearsal.publish(
        "us-west-2", "aws.ecs", "ECS Task State Change",
        Value::object({{"clusterArn", scene.rehearsal.settings().cluster_arn("us-west-2")},
                       {"lastStatus", "STOPPED"},
                       {"stopCode", "EssentialContainerExited"},
                       {"stoppedReason", "Essential container in task exited"},
                       {"containerInstanceArn", (*hosts)["containerInstanceArns"][0]}}));
    scene.rehearsal.run_for(15min);

    ASSERT_EQ(scene.rehearsal.alive().size(), 1U);
    EXPECT_NE(scene.rehearsal.alive()[0].instance_id, first);
    EXPECT_TRUE(scene.is_running());
}

// Fault 29
TEST(Interruption, an_instance_at_risk_goes_only_when_its_replacement_runs) {
    RehearsalOptions options =
        scenario({{at_first, "us-west-2a", 1}, {30min, "us-west-2a", 0}, {10min, "us-east-2b", 1}});
    options.world.signals.rebalance_chance = 1;
    options.world.signals.rebalance_lead = {600s, 600s};
    Scene scene(std::move(options));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    scene.rehearsal.run_for(scenario_enabled + 29min - scene.rehearsal.now());

    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2"}));
    const auto card = scene.rehearsal.scorecard({scenario_enabled, scene.rehearsal.now(), 1});
    EXPECT_TRUE(card.outages.empty());
    EXPECT_EQ(card.interruptions, 0);
    scene.expect_empty_after_teardown();
}

TEST(Interruption, an_instance_at_risk_is_kept_while_there_is_no_other) {
    RehearsalOptions options = scenario({{at_first, "us-west-2a", 1}});
    options.settings.types = {"g5.xlarge"};
    Scene scene(std::move(options));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(25min));
    const std::string id = scene.rehearsal.alive()[0].instance_id;

    scene.rehearsal.publish("us-west-2", "aws.ec2", "EC2 Instance Rebalance Recommendation",
                            Value::object({{"instance-id", id}}));
    scene.rehearsal.run_for(90min);

    ASSERT_EQ(scene.rehearsal.alive().size(), 1U);
    EXPECT_EQ(scene.rehearsal.alive()[0].instance_id, id);
}

// Fault 30
TEST(Interruption, other_peoples_instances_are_nobodys_business) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));
    const auto before = scene.rehearsal.executions("orchestrator").size();

    scene.rehearsal.publish(
        "us-west-2", "aws.ec2", "EC2 Spot Instance Interruption Warning",
        Value::object({{"instance-id", "i-0fffffffffffffff0"}, {"instance-action", "terminate"}}));
    scene.rehearsal.run_for(10min);

    const auto monitors = scene.rehearsal.executions("capacity-monitor");
    ASSERT_EQ(monitors.size(), 1U);
    EXPECT_EQ(text_of(monitors[0].output["outcome"]), "not one of ours, or already seen to");
    EXPECT_EQ(scene.rehearsal.executions("orchestrator").size(), before);
    EXPECT_EQ(scene.rehearsal.alive().size(), 1U);
}

// Fault 31
TEST(Interruption, many_interruptions_at_once_are_one_orchestrators_work) {
    RehearsalOptions options =
        scenario({{at_first, "us-west-2", 9}, {30min, "us-west-2", 0}, {20min, "us-east-2", 9}});
    options.settings.instances = 4;
    Scene scene(std::move(options));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(20min));
    ASSERT_EQ(scene.rehearsal.alive().size(), 4U);

    scene.rehearsal.run_for(scenario_enabled + 60min - scene.rehearsal.now());

    EXPECT_EQ(scene.regions_alive(),
              (std::vector<std::string>{"us-east-2", "us-east-2", "us-east-2", "us-east-2"}));
    EXPECT_EQ(scene.rehearsal.instances().size(), 8U) << "each lost one is replaced once";
    EXPECT_TRUE(scene.is_running());
    scene.expect_empty_after_teardown();
}

TEST(Interruption, an_instance_that_is_warned_of_while_it_launches_is_not_recorded) {
    for (std::chrono::seconds fall = 125s; fall < 300s; fall += 9s) {
        Scene scene(scenario(
            {{at_first, "us-west-2a", 1}, {fall, "us-west-2a", 0}, {5s, "us-east-2b", 1}}));
        scene.enable();
        scene.rehearsal.run_for(25min);

        EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2"})) << fall.count();
        EXPECT_TRUE(scene.is_running()) << fall.count();
        const Value info = *parse_json(scene.rehearsal.parameter("instances-info"));
        EXPECT_EQ(text_of(info[0]["region"]), "us-east-2");
    }
}

} // namespace
} // namespace gradus::workflows
