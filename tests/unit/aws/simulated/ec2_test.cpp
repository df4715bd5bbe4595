#include "tests/support/simulated_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::simulated;
using std::chrono::hours;
using std::chrono::seconds;

constexpr std::string_view spot_request =
    R"({"MinCount": 1, "MaxCount": 1, "InstanceType": "g5.xlarge", "ClientToken": "t1",
        "InstanceMarketOptions": {"MarketType": "spot"},
        "Placement": {"AvailabilityZone": "us-west-2a"},
        "LaunchTemplate": {"LaunchTemplateName": "lt"}})";

// The id of an x86_64 image, which RunInstances must name.
std::string image_of(TestWorld& world) {
    const Value images =
        world.client.must("ec2", "DescribeImages",
                          R"({"Filters": [{"Name": "architecture", "Values": ["x86_64"]}]})");
    return text_at(images, "/Images/0/ImageId");
}

std::string with_image(TestWorld& world, std::string_view request) {
    return R"({"ImageId": ")" + image_of(world) + "\", " + std::string(request.substr(1));
}

TEST(SimulatedRunInstances, launches_a_spot_instance_that_runs_after_a_while) {
    TestWorld world(small_world(2));
    world.make_template();

    const Value run = world.client.must("ec2", "RunInstances", with_image(world, spot_request));
    world.client.pass(seconds(29));
    const Value before = world.client.must("ec2", "DescribeInstances");
    world.client.pass(seconds(1));
    const Value after = world.client.must("ec2", "DescribeInstances");

    EXPECT_EQ(text_at(run, "/Instances/0/State/Name"), "pending");
    EXPECT_EQ(text_at(run, "/Instances/0/InstanceLifecycle"), "spot");
    EXPECT_EQ(text_at(before, "/Reservations/0/Instances/0/State/Name"), "pending");
    EXPECT_EQ(text_at(after, "/Reservations/0/Instances/0/State/Name"), "running");
    EXPECT_EQ(text_at(after, "/Reservations/0/Instances/0/LaunchTime"), "1767225600");
}

TEST(SimulatedRunInstances, fails_with_the_recorded_text_that_names_other_zones) {
    TestWorld world(small_world(2, {{at_second(0), "us-west-2a", "", 0}}));
    world.make_template();

    const auto error = world.client.error("ec2", "RunInstances", with_image(world, spot_request));

    EXPECT_EQ(error.code, "InsufficientInstanceCapacity");
    EXPECT_EQ(error.http_status, 500);
    EXPECT_EQ(
        error.message,
        "We currently do not have sufficient g5.xlarge capacity in the Availability Zone you "
        "requested (us-west-2a). Our system will be working on provisioning additional "
        "capacity. You can currently get g5.xlarge capacity by not specifying an Availability "
        "Zone in your request or choosing us-west-2b.");
}

TEST(SimulatedRunInstances, has_another_text_when_no_zone_has_spot_capacity) {
    TestWorld world(small_world(0));
    world.make_template();

    const auto error = world.client.error("ec2", "RunInstances", with_image(world, spot_request));

    EXPECT_EQ(error.code, "InsufficientInstanceCapacity");
    EXPECT_EQ(error.message, "There is no Spot capacity available that matches your request.");
}

TEST(SimulatedRunInstances, answers_a_repeated_client_token_with_the_same_instance) {
    TestWorld world(small_world(2));
    world.make_template();
    const std::string request = with_image(world, spot_request);

    const Value first = world.client.must("ec2", "RunInstances", request);
    world.client.pass(seconds(5));
    const Value second = world.client.must("ec2", "RunInstances", request);
    const auto changed = world.client.error("ec2", "RunInstances",
                                            with_image(world, R"({"MinCount": 1, "MaxCount": 1,
            "InstanceType": "g5.2xlarge", "ClientToken": "t1"})"));

    EXPECT_EQ(text_at(first, "/Instances/0/InstanceId"),
              text_at(second, "/Instances/0/InstanceId"));
    EXPECT_EQ(changed.code, "IdempotentParameterMismatch");
    EXPECT_EQ(world.aws.ledger().entries().size(), 1u);
}

TEST(SimulatedRunInstances, tells_of_quotas_types_images_and_prices) {
    WorldOptions options = small_world(100);
    options.quotas = {{"L-DB2E81BA", 8}, {"L-3819A6DF", 4}};
    TestWorld world(std::move(options));
    world.make_template();
    const auto run = [&](std::string_view request) {
        return world.client.error("ec2", "RunInstances", with_image(world, request));
    };

    const auto on_demand = run(R"({"MinCount": 3, "MaxCount": 3, "InstanceType": "g5.xlarge"})");
    const auto spot = run(R"({"MinCount": 2, "MaxCount": 2, "InstanceType": "g5.xlarge",
                              "InstanceMarketOptions": {"MarketType": "spot"}})");
    const auto price = run(R"({"MinCount": 1, "MaxCount": 1, "InstanceType": "g5.xlarge",
        "InstanceMarketOptions": {"MarketType": "spot", "SpotOptions": {"MaxPrice": "0.1"}}})");
    const auto type = run(R"({"MinCount": 1, "MaxCount": 1, "InstanceType": "g9.xlarge"})");
    const auto architecture =
        run(R"({"MinCount": 1, "MaxCount": 1, "InstanceType": "g5g.xlarge"})");
    const auto subnet = run(R"({"MinCount": 1, "MaxCount": 1, "InstanceType": "g5.xlarge",
                                "SubnetId": "subnet-0"})");
    const auto image = world.client.error(
        "ec2", "RunInstances",
        R"({"MinCount": 1, "MaxCount": 1, "InstanceType": "g5.xlarge", "ImageId": "ami-1"})");

    EXPECT_EQ(on_demand.code, "VcpuLimitExceeded");
    EXPECT_EQ(on_demand.message,
              "You have requested more vCPU capacity than your current vCPU limit of 8 allows for "
              "the instance bucket that the specified instance type belongs to. Please visit "
              "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this "
              "limit.");
    EXPECT_EQ(spot.code, "MaxSpotInstanceCountExceeded");
    EXPECT_EQ(spot.message, "Max spot instance count exceeded");
    EXPECT_EQ(price.code, "SpotMaxPriceTooLow");
    EXPECT_EQ(price.message, "Your Spot request price of 0.1 is lower than the minimum required "
                             "Spot request fulfillment price of 0.301800.");
    EXPECT_EQ(type.message, "Invalid value 'g9.xlarge' for InstanceType.");
    EXPECT_EQ(architecture.message,
              "The architecture 'arm64' of the specified instance type does not match the "
              "architecture 'x86_64' of the specified AMI.");
    EXPECT_EQ(subnet.code, "InvalidSubnetID.NotFound");
    EXPECT_EQ(subnet.message, "The subnet ID 'subnet-0' does not exist");
    EXPECT_EQ(image.code, "InvalidAMIID.NotFound");
    EXPECT_EQ(image.message, "The image id '[ami-1]' does not exist");
}

TEST(SimulatedRunInstances, terminates_bills_a_minute_and_forgets_after_an_hour) {
    TestWorld world(small_world(2));
    world.make_template();
    const Value run = world.client.must("ec2", "RunInstances", with_image(world, spot_request));
    const std::string id = text_at(run, "/Instances/0/InstanceId");
    world.client.pass(seconds(40));

    const Value gone =
        world.client.must("ec2", "TerminateInstances", R"({"InstanceIds": [")" + id + "\"]}");
    world.client.pass(seconds(21));
    const Value shown = world.client.must("ec2", "DescribeInstances");
    world.client.pass(hours(1));
    const Value forgotten = world.client.must("ec2", "DescribeInstances");

    EXPECT_EQ(text_at(gone, "/TerminatingInstances/0/PreviousState/Name"), "running");
    EXPECT_EQ(text_at(gone, "/TerminatingInstances/0/CurrentState/Name"), "shutting-down");
    EXPECT_EQ(text_at(shown, "/Reservations/0/Instances/0/State/Name"), "terminated");
    EXPECT_EQ(text_at(shown, "/Reservations/0/Instances/0/StateReason/Code"),
              "Client.UserInitiatedShutdown");
    EXPECT_EQ(forgotten["Reservations"].size(), 0u);
    const LedgerEntry& entry = world.aws.ledger().entries().at(0);
    EXPECT_EQ(Ledger::billed_seconds(entry, world.aws.now()), 60);
    EXPECT_NEAR(world.aws.ledger().total_usd(world.aws.now()), 1.006 * 0.3 / 60, 1e-9);
    EXPECT_EQ(world.client.error("ec2", "TerminateInstances", R"({"InstanceIds": ["i-1"]})").code,
              "InvalidInstanceID.NotFound");
}

TEST(SimulatedCreateFleet, answers_200_with_instances_and_errors) {
    TestWorld world(small_world(1, {{at_second(0), "us-west-2a", "", 0}}));
    world.make_template();

    const Value fleet = world.client.must("ec2", "CreateFleet", R"({"Type": "instant",
        "LaunchTemplateConfigs": [{"LaunchTemplateSpecification":
            {"LaunchTemplateName": "lt", "Version": "1"},
          "Overrides": [{"InstanceType": "g5.xlarge", "AvailabilityZone": "us-west-2a"},
                        {"InstanceType": "g5.xlarge", "AvailabilityZone": "us-west-2b"}]}],
        "TargetCapacitySpecification": {"TotalTargetCapacity": 2,
                                        "DefaultTargetCapacityType": "spot"}})");

    ASSERT_EQ(fleet["Instances"].size(), 1u);
    EXPECT_EQ(text_at(fleet, "/Instances/0/LaunchTemplateAndOverrides/Overrides/AvailabilityZone"),
              "us-west-2b");
    EXPECT_EQ(fleet["Instances"][0]["InstanceIds"].size(), 1u);
    ASSERT_EQ(fleet["Errors"].size(), 2u);
    EXPECT_EQ(text_at(fleet, "/Errors/0/ErrorCode"), "InsufficientInstanceCapacity");
    EXPECT_EQ(text_at(fleet, "/Errors/0/ErrorMessage"),
              "There is no Spot capacity available that matches your request.");
    EXPECT_EQ(text_at(fleet, "/Errors/0/Lifecycle"), "spot");
    EXPECT_EQ(text_at(fleet, "/Errors/0/LaunchTemplateAndOverrides/Overrides/AvailabilityZone"),
              "us-west-2a");
}

TEST(SimulatedCreateFleet, gives_nothing_below_the_minimum) {
    TestWorld world(small_world(1));
    world.make_template();

    const Value fleet = world.client.must("ec2", "CreateFleet", R"({"Type": "instant",
        "LaunchTemplateConfigs": [{"LaunchTemplateSpecification": {"LaunchTemplateName": "lt"},
          "Overrides": [{"AvailabilityZone": "us-west-2a"}]}],
        "SpotOptions": {"MinTargetCapacity": 2},
        "TargetCapacitySpecification": {"TotalTargetCapacity": 2,
                                        "DefaultTargetCapacityType": "spot"}})");

    EXPECT_EQ(fleet["Instances"].size(), 0u);
    EXPECT_EQ(world.aws.ledger().running_count(), 0u);
}

TEST(SimulatedPrices, mix_windows_in_unless_the_product_is_named) {
    TestWorld world(small_world(1));

    const Value all =
        world.client.must("ec2", "DescribeSpotPriceHistory", R"({"InstanceTypes": ["g5.xlarge"]})");
    const Value linux_only = world.client.must(
        "ec2", "DescribeSpotPriceHistory",
        R"({"InstanceTypes": ["g5.xlarge"], "ProductDescriptions": ["Linux/UNIX"]})");

    ASSERT_EQ(all["SpotPriceHistory"].size(), 4u); // two zones, two products
    EXPECT_EQ(text_at(all, "/SpotPriceHistory/0/ProductDescription"), "Windows");
    EXPECT_EQ(text_at(all, "/SpotPriceHistory/0/SpotPrice"), "0.485800");
    ASSERT_EQ(linux_only["SpotPriceHistory"].size(), 2u);
    EXPECT_EQ(text_at(linux_only, "/SpotPriceHistory/0/SpotPrice"), "0.301800");
}

TEST(SimulatedPrices, come_in_pages) {
    TestWorld world(small_world(1));

    const Value first = world.client.must("ec2", "DescribeSpotPriceHistory",
                                          R"({"InstanceTypes": ["g5.xlarge"], "MaxResults": 3})");
    const Value second =
        world.client.must("ec2", "DescribeSpotPriceHistory",
                          R"({"InstanceTypes": ["g5.xlarge"], "MaxResults": 3, "NextToken": ")" +
                              text_at(first, "/NextToken") + "\"}");
    const auto bad = world.client.error("ec2", "DescribeSpotPriceHistory", R"({"NextToken": "x"})");

    EXPECT_EQ(first["SpotPriceHistory"].size(), 3u);
    EXPECT_EQ(second["SpotPriceHistory"].size(), 1u);
    EXPECT_EQ(text_at(second, "/NextToken"), "");
    EXPECT_EQ(bad.code, "InvalidNextToken");
}

TEST(SimulatedScores, refuse_eleven_regions_and_are_low_for_few_types) {
    TestWorld world(small_world(50));

    const auto many = world.client.error("ec2", "GetSpotPlacementScores", R"({"TargetCapacity": 1,
        "InstanceTypes": ["g5.xlarge"], "RegionNames": ["a", "b", "c", "d", "e", "f", "g", "h",
        "i", "j", "k"]})");
    const Value few = world.client.must("ec2", "GetSpotPlacementScores", R"({"TargetCapacity": 1,
        "InstanceTypes": ["g5.xlarge"], "RegionNames": ["us-west-2"]})");
    const Value enough = world.client.must("ec2", "GetSpotPlacementScores",
                                           R"({"TargetCapacity": 1, "SingleAvailabilityZone": true,
        "InstanceTypes": ["g5.xlarge", "g4dn.xlarge", "g6.xlarge"], "RegionNames": ["us-west-2"]})");

    EXPECT_EQ(many.code, "InvalidParameterValue");
    EXPECT_EQ(few,
              *parse_json(R"({"SpotPlacementScores": [{"Region": "us-west-2", "Score": 3}]})"));
    EXPECT_EQ(enough, *parse_json(R"({"SpotPlacementScores": [
        {"Region": "us-west-2", "AvailabilityZoneId": "usw2-az1", "Score": 10},
        {"Region": "us-west-2", "AvailabilityZoneId": "usw2-az2", "Score": 10}]})"));
}

TEST(SimulatedInterruption, warns_exactly_two_minutes_before) {
    TestWorld world(small_world(1, {{at_second(1000), "us-west-2a", "", 0}}));
    world.make_template();
    world.listen(R"({\"detail-type\": [\"EC2 Spot Instance Interruption Warning\"]})");
    const Value run = world.client.must("ec2", "RunInstances", with_image(world, spot_request));
    const std::string id = text_at(run, "/Instances/0/InstanceId");

    world.aws.advance(at_second(879));
    const auto none = world.aws.take_deliveries();
    world.aws.advance(at_second(881));
    const auto warnings = world.aws.take_deliveries();
    world.aws.advance(at_second(999));
    const Value before = world.client.must("ec2", "DescribeSpotInstanceRequests");
    world.aws.advance(at_second(1000));
    const Value after = world.client.must("ec2", "DescribeInstances");

    EXPECT_TRUE(none.empty());
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(text_at(warnings[0].input, "/time"), "2026-01-01T00:14:40Z"); // 880 s
    EXPECT_EQ(text_at(warnings[0].input, "/source"), "aws.ec2");
    EXPECT_EQ(text_at(warnings[0].input, "/detail/instance-id"), id);
    EXPECT_EQ(text_at(warnings[0].input, "/detail/instance-action"), "terminate");
    EXPECT_EQ(text_at(before, "/SpotInstanceRequests/0/Status/Code"), "marked-for-termination");
    EXPECT_EQ(text_at(after, "/Reservations/0/Instances/0/State/Name"), "shutting-down");
    EXPECT_EQ(text_at(after, "/Reservations/0/Instances/0/StateReason/Code"),
              "Server.SpotInstanceTermination");
    EXPECT_EQ(world.aws.ledger().entries()[0].terminated, at_second(1000));
}

TEST(SimulatedInterruption, takes_the_newest_first_and_only_the_surplus) {
    TestWorld world(small_world(3, {{at_second(1000), "us-west-2a", "", 2}}));
    world.make_template();
    const std::string request =
        with_image(world, R"({"MinCount": 1, "MaxCount": 1, "InstanceType": "g5.xlarge",
            "InstanceMarketOptions": {"MarketType": "spot"},
            "Placement": {"AvailabilityZone": "us-west-2a"}})");
    for (int i = 0; i < 3; ++i)
        world.client.must("ec2", "RunInstances", request);

    world.aws.advance(at_second(1000));

    const auto& entries = world.aws.ledger().entries();
    EXPECT_FALSE(entries[0].terminated);
    EXPECT_FALSE(entries[1].terminated);
    EXPECT_EQ(entries[2].terminated, at_second(1000));
}

TEST(SimulatedInterruption, warns_at_once_who_comes_within_the_two_minutes) {
    TestWorld world(small_world(1, {{at_second(100), "us-west-2a", "", 0}}));
    world.make_template();
    world.listen(R"({\"detail-type\": [\"EC2 Spot Instance Interruption Warning\"]})");

    world.aws.advance(at_second(60));
    world.client.must("ec2", "RunInstances", with_image(world, spot_request));
    world.aws.advance(at_second(61));
    const auto warnings = world.aws.take_deliveries();
    world.aws.advance(at_second(100));

    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(text_at(warnings[0].input, "/time"), "2026-01-01T00:01:00Z");
    EXPECT_EQ(world.aws.ledger().entries()[0].terminated, at_second(100));
}

TEST(SimulatedInterruption, may_be_announced_by_a_rebalance_recommendation) {
    WorldOptions options = small_world(1, {{at_second(5000), "us-west-2a", "", 0}});
    options.signals.rebalance_chance = 1;
    options.signals.rebalance_lead = exactly(seconds(600));
    TestWorld world(std::move(options));
    world.make_template();
    world.listen(R"({\"detail-type\": [\"EC2 Instance Rebalance Recommendation\"]})");
    world.client.must("ec2", "RunInstances", with_image(world, spot_request));

    world.aws.advance(at_second(6000));
    const auto signals = world.aws.take_deliveries();

    ASSERT_EQ(signals.size(), 1u);
    EXPECT_EQ(text_at(signals[0].input, "/time"), "2026-01-01T01:13:20Z"); // 4400 s
}

TEST(SimulatedInterruption, can_be_ordered_by_a_test_or_a_demonstration) {
    TestWorld world(small_world(1));
    world.make_template();
    const Value run = world.client.must("ec2", "RunInstances", with_image(world, spot_request));
    world.aws.advance(at_second(100));

    const bool is_interrupted = world.aws.interrupt(text_at(run, "/Instances/0/InstanceId"));
    world.aws.advance(at_second(150));
    const bool is_again = world.aws.interrupt(text_at(run, "/Instances/0/InstanceId"));
    world.aws.advance(at_second(300));

    EXPECT_TRUE(is_interrupted);
    EXPECT_TRUE(is_again);
    EXPECT_EQ(world.aws.ledger().entries()[0].terminated, at_second(220));
    EXPECT_FALSE(world.aws.interrupt("i-0"));
}

TEST(SimulatedInterruption, follows_a_market_that_is_changed_while_it_runs) {
    WorldOptions options = small_world(1);
    const auto market = std::make_shared<ScriptedMarket>(1);
    options.market = market;
    TestWorld world(std::move(options));
    world.make_template();
    world.client.must("ec2", "RunInstances", with_image(world, spot_request));
    world.aws.advance(at_second(100));

    market->add({at_second(400), "us-west-2a", "g5.xlarge", 0});
    world.aws.market_changed();
    world.aws.advance(at_second(500));

    EXPECT_EQ(world.aws.ledger().entries()[0].terminated, at_second(400));
}

TEST(SimulatedInterruption, comes_without_warning_when_notices_are_off) {
    WorldOptions options = small_world(1, {{at_second(500), "us-west-2a", "", 0}});
    options.signals.interruption_notice = false;
    TestWorld world(std::move(options));
    world.make_template();
    world.listen(R"({\"detail-type\": [\"EC2 Spot Instance Interruption Warning\"]})");
    world.client.must("ec2", "RunInstances", with_image(world, spot_request));

    world.aws.advance(at_second(600));

    EXPECT_TRUE(world.aws.take_deliveries().empty());
    EXPECT_EQ(world.aws.ledger().entries()[0].terminated, at_second(500));
}

TEST(SimulatedEc2, describes_places_types_and_network) {
    TestWorld world(small_world(1));

    const Value zones = world.client.must("ec2", "DescribeAvailabilityZones");
    const Value regions = world.client.must("ec2", "DescribeRegions");
    const Value types =
        world.client.must("ec2", "DescribeInstanceTypes", R"({"InstanceTypes": ["g5.xlarge"]})");
    const Value offerings = world.client.must("ec2", "DescribeInstanceTypeOfferings",
                                              R"({"LocationType": "availability-zone",
        "Filters": [{"Name": "instance-type", "Values": ["p5en.*"]}]})");
    const Value subnets = world.client.must("ec2", "DescribeSubnets");

    EXPECT_EQ(text_at(zones, "/AvailabilityZones/1/ZoneId"), "usw2-az2");
    EXPECT_EQ(regions["Regions"].size(), 2u);
    EXPECT_EQ(text_at(types, "/InstanceTypes/0/GpuInfo/Gpus/0/Name"), "A10G");
    EXPECT_EQ(text_at(types, "/InstanceTypes/0/VCpuInfo/DefaultVCpus"), "4");
    EXPECT_EQ(offerings["InstanceTypeOfferings"].size(), 2u);
    EXPECT_EQ(text_at(subnets, "/Subnets/0/AvailabilityZone"), "us-west-2a");
    EXPECT_EQ(world.client.error("ec2", "DescribeVpcs", R"({"VpcIds": ["vpc-1"]})").code,
              "InvalidVpcID.NotFound");
    EXPECT_EQ(world.client
                  .error("ec2", "DescribeSubnets",
                         R"({"Filters": [{"Name": "colour", "Values": ["red"]}]})")
                  .message,
              "The filter 'colour' is invalid");
}

TEST(SimulatedEc2, filters_by_tags_and_keeps_the_owner_in_the_ledger) {
    TestWorld world(small_world(3));
    world.make_template();
    const Value run = world.client.must("ec2", "RunInstances", with_image(world, spot_request));
    const std::string id = text_at(run, "/Instances/0/InstanceId");

    world.client.must("ec2", "CreateTags", R"({"Resources": [")" + id + R"("],
        "Tags": [{"Key": "gradus:owner", "Value": "execution-7"}]})");
    const Value mine = world.client.must(
        "ec2", "DescribeInstances",
        R"({"Filters": [{"Name": "tag:gradus:owner", "Values": ["execution-*"]}]})");
    const Value others =
        world.client.must("ec2", "DescribeInstances",
                          R"({"Filters": [{"Name": "tag:gradus:owner", "Values": ["else"]}]})");

    EXPECT_EQ(mine["Reservations"].size(), 1u);
    EXPECT_EQ(others["Reservations"].size(), 0u);
    EXPECT_EQ(world.aws.ledger().entries()[0].owner, "execution-7");
}

TEST(SimulatedEc2, runs_on_demand_out_in_a_tight_world) {
    WorldOptions options = small_world(0);
    options.on_demand = OnDemandSupply::tight;
    TestWorld world(std::move(options));
    const std::string request = with_image(world, R"({"MinCount": 1, "MaxCount": 1,
        "InstanceType": "g5.xlarge", "Placement": {"AvailabilityZone": "us-west-2a"}})");
    const Value params = *parse_json(request);

    int failures = 0;
    for (int i = 0; i < 40; ++i)
        if (!world.client.call_in("us-west-2", "ec2", "RunInstances", params)) ++failures;

    EXPECT_GT(failures, 8);
    EXPECT_LT(failures, 32);
}

} // namespace
