// The demo as it is printed, and the whole way of one capacity request.
#include "tests/sim/setting.hpp"
#include "workflows/demo.hpp"
#include "workflows/story.hpp"

namespace gradus::workflows {
namespace {

TEST(Demo, tells_shortage_failover_interruption_and_teardown) {
    std::string story;
    DemoOptions options;
    options.print = [&](const std::string& line) { story += line + "\n"; };

    const DemoResult result = play(options);

    EXPECT_EQ(result.fault, "");
    EXPECT_TRUE(result.still_running.empty());
    ASSERT_EQ(result.attempts.size(), 3U);
    EXPECT_EQ(result.attempts[1].region, "us-east-2");
    EXPECT_TRUE(result.attempts[1].succeeded || result.attempts[0].succeeded);
    EXPECT_EQ(result.card.attempts_succeeded, 2);
    EXPECT_EQ(result.card.failures_by_name.at("Capacity.Insufficient"), 1);
    EXPECT_EQ(result.card.interruptions, 1);
    EXPECT_TRUE(result.card.outages.empty()) << "the replacement ran within the notice";
    EXPECT_LT(result.card.time_to_first, 3min);
    EXPECT_LT(result.card.cost_ratio(), 0.5);
    const char* in_order[] = {"enable: keep 1 GPU instance",
                              "ranked 1. us-west-2",
                              "SendTaskFailure(Capacity.Insufficient)",
                              "pools of us-west-2 rest for 3 min",
                              "ranked 1. us-east-2",
                              "SendTaskSuccess",
                              "interruption warning for i-",
                              "is being lost (interruption warning)",
                              "ranked 1. us-west-2",
                              "SendTaskSuccess",
                              "disable, with teardown",
                              "verified empty",
                              "nothing runs any more"};
    std::size_t at = 0;
    for (const char* part : in_order) {
        at = story.find(part, at);
        ASSERT_NE(at, std::string::npos) << part << "\n" << story;
    }
}

TEST(Demo, the_same_seed_tells_the_same_story) {
    const auto told = [](std::uint64_t seed) {
        std::string story;
        DemoOptions options;
        options.seed = seed;
        options.print = [&](const std::string& line) { story += line + "\n"; };
        play(options);
        return story;
    };

    EXPECT_EQ(told(7), told(7));
    EXPECT_NE(told(7), told(8));
}

TEST(Demo, leaves_nothing_whatever_the_seed) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        DemoOptions options;
        options.seed = seed;
        const DemoResult result = play(options);
        EXPECT_TRUE(result.still_running.empty()) << "seed " << seed;
        EXPECT_EQ(result.card.attempts_succeeded, 2) << "seed " << seed;
    }
}

TEST(Demo, the_tokens_way_is_in_the_histories) {
    Scene scene(scenario({{at_first, "us-west-2", 4}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    const auto orchestrators = scene.rehearsal.executions("orchestrator");
    const std::string history = to_json(history_json(
        scene.rehearsal.engine().history(orchestrators.front().identity.execution_arn)));
    EXPECT_NE(history.find("putEvents.waitForTaskToken"), std::string::npos);
    EXPECT_NE(history.find("TaskSubmitted"), std::string::npos);
    const auto launches = scene.rehearsal.executions("launch-instance");
    ASSERT_EQ(launches.size(), 1U);
    EXPECT_EQ(launches[0].identity.region, "us-west-2");
    const Value info = *parse_json(scene.rehearsal.parameter("instances-info"));
    ASSERT_EQ(info.size(), 1U);
    EXPECT_EQ(text_of(info[0]["region"]), "us-west-2");
    EXPECT_FALSE(text_of(info[0]["public_ip"]).empty());
    EXPECT_EQ(scene.rehearsal.parameter("region"), "us-west-2");
}

TEST(Story, spans_are_written_for_people) {
    EXPECT_EQ(span_text(42s), "42 s");
    EXPECT_EQ(span_text(180s), "3 min");
    EXPECT_EQ(span_text(154s), "2 min 34 s");
    EXPECT_EQ(span_text(3900s), "1 h 05 min");
    EXPECT_EQ(Story::elapsed(192s), "+00:03:12");
    EXPECT_EQ(Story::elapsed(90061s), "+1d 01:01:01");
}

} // namespace
} // namespace gradus::workflows
