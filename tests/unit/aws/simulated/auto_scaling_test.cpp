#include "tests/support/simulated_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::simulated;
using std::chrono::seconds;

TEST(SimulatedGroup, brings_an_instance_into_service) {
    TestWorld world(small_world(1));
    world.make_group();
    world.client.pass(seconds(10));

    world.set_desired(1); // at 10 s; looked at 2 s later, running 30 s later, in service 10 s later
    world.aws.advance(at_second(12));
    const Value pending = world.group();
    world.aws.advance(at_second(51));
    const Value almost = world.group();
    world.aws.advance(at_second(52));
    const Value ready = world.group();
    const Value activities = world.activities();

    EXPECT_EQ(text_at(pending, "/Instances/0/LifecycleState"), "Pending");
    EXPECT_EQ(text_at(almost, "/Instances/0/LifecycleState"), "Pending");
    EXPECT_EQ(text_at(ready, "/Instances/0/LifecycleState"), "InService");
    EXPECT_EQ(text_at(ready, "/Instances/0/HealthStatus"), "Healthy");
    ASSERT_EQ(activities.size(), 1u);
    EXPECT_EQ(text_at(activities, "/0/StatusCode"), "Successful");
    EXPECT_EQ(text_at(activities, "/0/Description"),
              "Launching a new EC2 instance: " + text_at(ready, "/Instances/0/InstanceId"));
    EXPECT_EQ(text_at(activities, "/0/Cause"),
              "At 2026-01-01T00:00:10Z a user request explicitly set group desired capacity "
              "changing the desired capacity from 0 to 1.  At 2026-01-01T00:00:12Z an instance was "
              "started in response to a difference between desired and actual capacity, increasing "
              "the capacity from 0 to 1.");
    EXPECT_EQ(world.aws.ledger().entries()[0].group, "g");
}

TEST(SimulatedGroup, keeps_failed_activities_and_tries_again_by_itself) {
    TestWorld world(small_world(0, {{at_second(120), "us-west-2a", "", 1}}));
    world.make_group();
    world.listen(R"({\"detail-type\": [\"EC2 Instance Launch Unsuccessful\"]})");

    world.set_desired(1); // first try at 2 s, told at 10 s, again at 70 s and 138 s
    world.aws.advance(at_second(9));
    const Value before = world.activities();
    world.aws.advance(at_second(11));
    const Value failed = world.activities();
    const auto events = world.aws.take_deliveries();
    world.aws.advance(at_second(200));
    const Value all = world.activities();

    EXPECT_EQ(text_at(before, "/0/StatusCode"), "InProgress");
    EXPECT_EQ(text_at(failed, "/0/StatusCode"), "Failed");
    const std::string message = "Could not launch Spot Instances. InsufficientInstanceCapacity - "
                                "There is no Spot capacity available that matches your request. "
                                "Launching EC2 instance failed.";
    EXPECT_EQ(text_at(failed, "/0/StatusMessage"), message);
    EXPECT_EQ(text_at(failed, "/0/Description"),
              "Launching a new EC2 instance.  Status Reason: " + message);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(text_at(events[0].input, "/detail/StatusMessage"), message);
    EXPECT_EQ(text_at(events[0].input, "/source"), "aws.autoscaling");
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(text_at(all, "/0/StatusCode"), "Successful");
    EXPECT_EQ(text_at(all, "/1/StatusCode"), "Failed");
    EXPECT_EQ(text_at(world.group(), "/Instances/0/LifecycleState"), "InService");
}

TEST(SimulatedGroup, of_a_single_type_fails_with_the_bare_text) {
    TestWorld world(small_world(0));
    world.make_template("single", R"(, "InstanceMarketOptions": {"MarketType": "spot"})");
    world.client.must("autoscaling", "CreateAutoScalingGroup",
                      R"({"AutoScalingGroupName": "g", "MinSize": 1, "MaxSize": 1,
                          "AvailabilityZones": ["us-west-2a"],
                          "LaunchTemplate": {"LaunchTemplateName": "single"}})");

    world.client.pass(seconds(15));

    EXPECT_EQ(text_at(world.activities(), "/0/StatusMessage"),
              "There is no Spot capacity available that matches your request. Launching EC2 "
              "instance failed.");
}

TEST(SimulatedGroup, tells_of_a_quota_in_its_activity) {
    WorldOptions options = small_world(5);
    options.quotas = {{"L-3819A6DF", 0}};
    TestWorld world(std::move(options));
    world.make_group();

    world.set_desired(1);
    world.client.pass(seconds(15));

    EXPECT_EQ(text_at(world.activities(), "/0/StatusMessage"),
              "Could not launch Spot Instances. MaxSpotInstanceCountExceeded - Max spot instance "
              "count exceeded Launching EC2 instance failed.");
}

TEST(SimulatedGroup, spreads_over_zones_and_goes_where_capacity_is) {
    TestWorld spread(small_world(4));
    TestWorld narrow(small_world(4, {{at_second(0), "us-west-2a", "", 0}}));
    for (TestWorld* world : {&spread, &narrow}) {
        world->make_group(R"(["us-west-2a", "us-west-2b"])");
        world->set_desired(4);
        world->client.pass(seconds(10));
    }
    const auto count = [](TestWorld& world, std::string_view zone) {
        int out = 0;
        for (const LedgerEntry& entry : world.aws.ledger().entries())
            out += entry.zone == zone ? 1 : 0;
        return out;
    };

    EXPECT_EQ(count(spread, "us-west-2a"), 2);
    EXPECT_EQ(count(spread, "us-west-2b"), 2);
    EXPECT_EQ(count(narrow, "us-west-2b"), 4);
}

TEST(SimulatedGroup, replaces_an_interrupted_instance) {
    TestWorld world(small_world(
        1, {{at_second(1000), "us-west-2a", "", 0}, {at_second(1010), "us-west-2a", "", 1}}));
    world.make_group();
    world.set_desired(1);
    world.aws.advance(at_second(990));
    const Value warned = world.group();
    world.aws.advance(at_second(1100));
    const Value replaced = world.group();
    const Value activities = world.activities();

    // During the notice the group still takes the instance for healthy.
    EXPECT_EQ(text_at(warned, "/Instances/0/LifecycleState"), "InService");
    EXPECT_EQ(text_at(replaced, "/Instances/0/LifecycleState"), "InService");
    EXPECT_NE(text_at(warned, "/Instances/0/InstanceId"),
              text_at(replaced, "/Instances/0/InstanceId"));
    EXPECT_EQ(text_at(activities, "/1/Cause"),
              "At 2026-01-01T00:16:55Z an instance was taken out of service in response to an EC2 "
              "health check that indicated it had been terminated or stopped.");
}

TEST(SimulatedGroup, tells_when_an_instance_dies_before_it_is_in_service) {
    TestWorld world(small_world(1));
    world.make_group();
    world.set_desired(1);
    world.client.pass(seconds(10));
    const std::string id = text_at(world.group(), "/Instances/0/InstanceId");

    world.client.must("ec2", "TerminateInstances", R"({"InstanceIds": [")" + id + "\"]}");
    world.client.pass(seconds(16));
    const Value activities = world.activities();

    EXPECT_EQ(text_at(activities, "/1/StatusCode"), "Cancelled");
    EXPECT_EQ(text_at(activities, "/1/StatusMessage"),
              "Instance became unhealthy while waiting for instance to be in InService state. "
              "Termination Reason: Client.UserInitiatedShutdown: User initiated shutdown");
    EXPECT_EQ(text_at(activities, "/0/StatusCode"), "InProgress");
}

TEST(SimulatedGroup, scales_in_and_reports_it) {
    TestWorld world(small_world(4));
    world.make_group();
    world.set_desired(2);
    world.client.pass(seconds(100));

    world.set_desired(0);
    world.client.pass(seconds(5));
    const Value ending = world.group();
    world.client.pass(seconds(30));

    EXPECT_EQ(text_at(ending, "/Instances/0/LifecycleState"), "Terminating");
    const Value gone = world.group();
    EXPECT_EQ(gone["Instances"].size(), 0u);
    EXPECT_EQ(world.aws.ledger().running_count(), 0u);
    EXPECT_EQ(text_at(world.activities(), "/0/Description").substr(0, 25),
              "Terminating EC2 instance:");
}

TEST(SimulatedGroup, launches_ahead_when_it_rebalances) {
    WorldOptions options = small_world(1, {{at_second(5000), "us-west-2a", "", 0}});
    options.signals.rebalance_chance = 1;
    options.signals.rebalance_lead = exactly(seconds(600));
    TestWorld world(std::move(options));
    world.make_group(R"(["us-west-2a", "us-west-2b"])", R"(, "CapacityRebalance": true)");
    world.set_desired(1);

    world.aws.advance(at_second(4400 + 60)); // signalled at 4400 s
    const Value group = world.group();
    const Value activities = world.activities();

    std::string zone_in_service;
    for (const Value& member : group["Instances"].as_array())
        if (text_at(member, "/LifecycleState") == "InService")
            zone_in_service = text_at(member, "/AvailabilityZone");
    EXPECT_EQ(zone_in_service, "us-west-2b");
    EXPECT_NE(text_at(activities, "/0/Cause")
                  .find("in response to an EC2 instance rebalance "
                        "recommendation"),
              std::string::npos);
}

TEST(SimulatedGroup, refuses_what_cannot_be) {
    TestWorld world(small_world(1));
    world.make_group();
    const auto error = [&](std::string_view operation, std::string_view params) {
        const auto found = world.client.error("autoscaling", operation, params);
        return found.code + ": " + found.message;
    };

    EXPECT_EQ(error("SetDesiredCapacity", R"({"AutoScalingGroupName": "g", "DesiredCapacity": 5})"),
              "ValidationError: New SetDesiredCapacity value 5 is above max value 4 for the "
              "AutoScalingGroup.");
    EXPECT_EQ(error("SetDesiredCapacity", R"({"AutoScalingGroupName": "x", "DesiredCapacity": 1})"),
              "ValidationError: AutoScalingGroup name not found - AutoScalingGroup 'x' not found");
    EXPECT_EQ(error("TerminateInstanceInAutoScalingGroup",
                    R"({"InstanceId": "i-0", "ShouldDecrementDesiredCapacity": true})"),
              "ValidationError: Instance Id not found - No managed instance found for instance "
              "ID: i-0");
    EXPECT_EQ(error("CreateAutoScalingGroup",
                    R"({"AutoScalingGroupName": "g", "MinSize": 0, "MaxSize": 1})")
                  .substr(0, 13),
              "AlreadyExists");
    EXPECT_EQ(error("SetDesiredCapacity", R"({"AutoScalingGroupName": "g"})").substr(0, 15),
              "ValidationError");
}

TEST(SimulatedGroup, detaches_suspends_and_is_deleted) {
    TestWorld world(small_world(4));
    world.make_group();
    world.set_desired(2);
    world.client.pass(seconds(60));
    const std::string id = text_at(world.group(), "/Instances/0/InstanceId");

    world.client.must("autoscaling", "DetachInstances",
                      R"({"AutoScalingGroupName": "g", "ShouldDecrementDesiredCapacity": true,
                          "InstanceIds": [")" +
                          id + "\"]}");
    world.client.must("autoscaling", "SuspendProcesses",
                      R"({"AutoScalingGroupName": "g", "ScalingProcesses": ["Launch"]})");
    world.set_desired(3);
    world.client.pass(seconds(60));
    const Value suspended = world.group();
    const auto in_use = world.client.error("autoscaling", "DeleteAutoScalingGroup",
                                           R"({"AutoScalingGroupName": "g"})");
    world.client.must("autoscaling", "DeleteAutoScalingGroup",
                      R"({"AutoScalingGroupName": "g", "ForceDelete": true})");
    world.client.pass(seconds(60));

    EXPECT_EQ(suspended["Instances"].size(), 1u);
    EXPECT_EQ(in_use.code, "ResourceInUse");
    const Value groups = world.client.must("autoscaling", "DescribeAutoScalingGroups");
    EXPECT_EQ(groups["AutoScalingGroups"].size(), 0u);
    EXPECT_EQ(world.aws.ledger().running_count(), 1u); // the detached one
}

} // namespace
