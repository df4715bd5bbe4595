#include "tests/support/simulated_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::simulated;
using std::chrono::seconds;

constexpr std::string_view one_event = R"({"Entries": [{"Source": "app", "DetailType": "Order",
    "Detail": "{\"region\": \"us-west-2\", \"count\": 3}"}]})";

TEST(SimulatedEvents, reach_a_state_machine_in_the_documented_envelope) {
    TestWorld world(small_world(1));
    world.listen(R"({\"source\": [\"app\"]})");

    const Value put = world.client.must("events", "PutEvents", one_event);
    world.client.pass(seconds(1));
    const auto deliveries = world.aws.take_deliveries();

    EXPECT_EQ(text_at(put, "/FailedEntryCount"), "0");
    ASSERT_EQ(deliveries.size(), 1u);
    EXPECT_EQ(deliveries[0].target_arn, "arn:aws:states:us-west-2:123456789012:stateMachine:S");
    EXPECT_EQ(deliveries[0].role_arn, "arn:aws:iam::123456789012:role/R");
    EXPECT_EQ(deliveries[0].rule_arn, "arn:aws:events:us-west-2:123456789012:rule/all");
    EXPECT_EQ(deliveries[0].event_id, text_at(put, "/Entries/0/EventId"));
    EXPECT_EQ(deliveries[0].input, Value::object({{"version", "0"},
                                                  {"id", put["Entries"][0]["EventId"]},
                                                  {"detail-type", "Order"},
                                                  {"source", "app"},
                                                  {"account", "123456789012"},
                                                  {"time", "2026-01-01T00:00:00Z"},
                                                  {"region", "us-west-2"},
                                                  {"resources", Array{}},
                                                  {"detail", *parse_json(R"({"region": "us-west-2",
                                                                             "count": 3})")}}));
    EXPECT_TRUE(world.aws.take_deliveries().empty());
}

TEST(SimulatedEvents, answer_200_with_failed_entries) {
    TestWorld world(small_world(1));

    const Value put = world.client.must("events", "PutEvents", R"({"Entries": [
        {"DetailType": "t", "Detail": "{}"},
        {"Source": "s", "DetailType": "t", "Detail": "not json"},
        {"Source": "s", "DetailType": "t", "Detail": "{}"}]})");

    EXPECT_EQ(text_at(put, "/FailedEntryCount"), "2");
    EXPECT_EQ(text_at(put, "/Entries/0/ErrorCode"), "InvalidArgument");
    EXPECT_EQ(text_at(put, "/Entries/0/ErrorMessage"),
              "Parameter Source is not valid. Reason: Source is a required argument.");
    EXPECT_EQ(text_at(put, "/Entries/1/ErrorCode"), "MalformedDetail");
    EXPECT_NE(text_at(put, "/Entries/2/EventId"), "(nothing)");
}

TEST(SimulatedEvents, cross_regions_through_a_bus_and_keep_their_origin) {
    TestWorld world(small_world(1));
    world.client.must("events", "PutRule",
                      R"({"Name": "out", "EventPattern": "{\"source\": [\"app\"]}"})");
    world.client.must("events", "PutTargets", R"({"Rule": "out", "Targets": [{"Id": "1",
        "Arn": "arn:aws:events:us-east-1:123456789012:event-bus/hub"}]})");
    const auto east = [&](std::string_view operation, std::string_view params) {
        const auto answer =
            world.client.call_in("us-east-1", "events", operation, *parse_json(params));
        ASSERT_TRUE(answer) << answer.error().message;
    };
    east("CreateEventBus", R"({"Name": "hub"})");
    east("PutRule", R"({"Name": "in", "EventBusName": "hub",
                        "EventPattern": "{\"detail\": {\"region\": [\"us-west-2\"]}}"})");
    east("PutTargets", R"({"Rule": "in", "EventBusName": "hub", "Targets": [{"Id": "1",
        "Arn": "arn:aws:states:us-east-1:123456789012:stateMachine:Hub",
        "InputPath": "$.detail"}]})");

    world.client.must("events", "PutEvents", one_event);
    world.client.pass(seconds(1));
    const auto deliveries = world.aws.take_deliveries();

    ASSERT_EQ(deliveries.size(), 1u);
    EXPECT_EQ(deliveries[0].region, "us-east-1");
    EXPECT_EQ(deliveries[0].at - test_start(), std::chrono::milliseconds(400)); // two hops
    EXPECT_EQ(deliveries[0].input, *parse_json(R"({"region": "us-west-2", "count": 3})"));
}

TEST(SimulatedEvents, are_silent_while_their_rule_is_disabled) {
    TestWorld world(small_world(1));
    world.listen(R"({\"source\": [\"app\"]})");

    world.client.must("events", "DisableRule", R"({"Name": "all"})");
    world.client.must("events", "PutEvents", one_event);
    world.client.pass(seconds(1));
    const auto silent = world.aws.take_deliveries();
    world.client.must("events", "EnableRule", R"({"Name": "all"})");
    world.client.must("events", "PutEvents", one_event);
    world.client.pass(seconds(1));

    EXPECT_TRUE(silent.empty());
    EXPECT_EQ(world.aws.take_deliveries().size(), 1u);
}

TEST(SimulatedEvents, are_transformed_for_their_target) {
    TestWorld world(small_world(1));
    world.client.must("events", "PutRule",
                      R"({"Name": "r", "EventPattern": "{\"source\": [\"app\"]}"})");
    world.client.must("events", "PutTargets", R"({"Rule": "r", "Targets": [{"Id": "1",
        "Arn": "arn:aws:states:us-west-2:123456789012:stateMachine:S",
        "InputTransformer": {"InputPathsMap": {"n": "$.detail.count", "where": "$.detail.region"},
          "InputTemplate":
            "{\"count\": <n>, \"text\": \"in <where>\", \"where\": <where>, \"all\": <aws.events.event.json>}"}}]})");

    world.client.must("events", "PutEvents", one_event);
    world.client.pass(seconds(1));
    const auto deliveries = world.aws.take_deliveries();

    ASSERT_EQ(deliveries.size(), 1u);
    EXPECT_EQ(text_at(deliveries[0].input, "/count"), "3");
    EXPECT_EQ(text_at(deliveries[0].input, "/text"), "in us-west-2");
    EXPECT_EQ(text_at(deliveries[0].input, "/where"), "us-west-2");
    EXPECT_EQ(text_at(deliveries[0].input, "/all/source"), "app");
}

TEST(SimulatedEvents, that_feed_each_other_come_to_rest) {
    TestWorld world(small_world(1));
    world.client.must("events", "PutRule",
                      R"({"Name": "loop", "EventPattern": "{\"source\": [\"app\"]}"})");
    world.client.must("events", "PutTargets", R"({"Rule": "loop", "Targets": [{"Id": "1",
        "Arn": "arn:aws:events:us-west-2:123456789012:event-bus/default"}]})");

    world.client.must("events", "PutEvents", one_event);
    world.client.pass(seconds(60));

    EXPECT_FALSE(world.aws.next_change().has_value());
}

TEST(SimulatedEvents, have_rules_that_are_described_listed_and_deleted) {
    TestWorld world(small_world(1));
    world.listen(R"({\"source\": [\"app\"]})");

    const Value rule = world.client.must("events", "DescribeRule", R"({"Name": "all"})");
    const Value targets = world.client.must("events", "ListTargetsByRule", R"({"Rule": "all"})");
    const auto busy = world.client.error("events", "DeleteRule", R"({"Name": "all"})");
    world.client.must("events", "RemoveTargets", R"({"Rule": "all", "Ids": ["1"]})");
    world.client.must("events", "DeleteRule", R"({"Name": "all"})");
    const Value rules = world.client.must("events", "ListRules");
    const auto bad =
        world.client.error("events", "PutRule", R"({"Name": "x", "EventPattern": "{\"a\": 1}"})");

    EXPECT_EQ(text_at(rule, "/State"), "ENABLED");
    EXPECT_EQ(targets["Targets"].size(), 1u);
    EXPECT_EQ(busy.code, "ValidationException");
    EXPECT_EQ(rules["Rules"].size(), 0u);
    EXPECT_EQ(bad.code, "InvalidEventPatternException");
    EXPECT_EQ(world.client.error("events", "DescribeRule", R"({"Name": "all"})").code,
              "ResourceNotFoundException");
}

TEST(SimulatedEvents, may_be_lost_on_the_way) {
    WorldOptions options = small_world(1);
    options.event_loss_chance = 1;
    TestWorld world(std::move(options));
    world.listen(R"({\"source\": [\"app\"]})");

    world.client.must("events", "PutEvents", one_event);
    world.client.pass(seconds(1));

    EXPECT_TRUE(world.aws.take_deliveries().empty());
}

} // namespace
