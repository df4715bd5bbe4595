// Faults of lost work, wrong choices and the launch path. The numbers are those of the table in
// workflows/README.md.
#include "tests/sim/setting.hpp"
#include "workflows/handlers/handlers.hpp"

namespace gradus::workflows {
namespace {

aws::ServiceError error_of(std::string code, std::string message, int status = 400) {
    aws::ServiceError error;
    error.code = std::move(code);
    error.message = std::move(message);
    error.http_status = status;
    return error;
}

const std::vector<Supply> west_then_ohio{
    {at_first, "us-west-2", 9}, {1s, "us-west-2", 0}, {5s, "us-east-2b", 2}};

// Fault 1
TEST(LostWork, a_request_whose_event_is_lost_counts_as_failed_after_the_heartbeat) {
    Scene scene(scenario({{at_first, "us-west-2", 9}, {5s, "us-east-2b", 1}}));
    Value rule = Value::object({{"Name", "gradus-to-us-west-2"}});
    aws::Call disable{"events", "DisableRule", std::move(rule), "us-east-1"};
    ASSERT_TRUE(scene.rehearsal.await(ask(scene.rehearsal.client(), std::move(disable))));

    scene.enable();

    ASSERT_TRUE(scene.waits_for_running(15min));
    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2"}));
    // A missed heartbeat is recorded under this name.
    EXPECT_EQ(scene.failures(), (std::vector<std::string>{"States.Timeout"}));
    EXPECT_LT(scene.rehearsal.attempts().front().began, scenario_enabled + 130s);
    scene.expect_empty_after_teardown();
}

// Fault 2
TEST(LostWork, an_answer_that_fails_is_sent_again) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    auto left = std::make_shared<int>(3);
    const Handler real = tell_hub([](const Note&) {});
    scene.rehearsal.engine().bind_activity(
        "gradus-tell-hub", [left, real](HandlerContext context) -> Task<HandlerResult> {
            if (text_of(context.input["kind"]) == "success" && (*left)-- > 0) {
                return plain_handler([](const HandlerContext&) -> HandlerResult {
                    return Failure{"Hub.Unreachable", "ThrottlingException: Rate exceeded"};
                })(std::move(context));
            }
            return real(std::move(context));
        });

    scene.enable();

    ASSERT_TRUE(scene.waits_for_running(15min));
    EXPECT_EQ(scene.rehearsal.alive().size(), 1U);
    EXPECT_LT(*left, 0);
}

// Fault 5
TEST(LostWork, a_switch_that_cannot_be_read_launches_nothing) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.rehearsal.aws().inject(
        {"ssm", "GetParametersByPath", "", error_of("AccessDeniedException", "not allowed"), 1000});

    scene.enable();
    scene.rehearsal.run_for(20min);

    EXPECT_TRUE(scene.rehearsal.instances().empty());
    const auto orchestrators = scene.rehearsal.executions("orchestrator");
    ASSERT_EQ(orchestrators.size(), 1U);
    EXPECT_EQ(orchestrators[0].status, ExecutionStatus::failed);
    EXPECT_EQ(orchestrators[0].failure.error, "Config.NotAllowed");
    EXPECT_EQ(scene.rehearsal.parameter("status"), "failed: Config.NotAllowed");
    EXPECT_EQ(scene.rehearsal.parameter("lock"), "");
}

// Faults 7, 26 and 32
TEST(LostWork, exclusions_end_by_themselves_and_outlive_the_execution) {
    Scene scene(scenario(west_then_ohio));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));
    const Value document = *parse_json(scene.rehearsal.parameter("experience"));

    const Value& row = document["pools"]["spot/us-west-2a/g5.xlarge"];

    EXPECT_EQ(text_of(row[5]), "Capacity.Insufficient");
    const auto until = *capacity::time_of(row[4]);
    EXPECT_GT(until, scenario_enabled + 3min);
    EXPECT_LT(until, scenario_enabled + 5min);
}

// Fault 8
TEST(WrongChoice, a_region_without_prices_and_scores_is_ranked_all_the_same) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.rehearsal.aws().inject({"ec2", "DescribeSpotPriceHistory", "",
                                  error_of("InternalError", "An internal error", 500), 1000});
    scene.rehearsal.aws().inject({"ec2", "GetSpotPlacementScores", "",
                                  error_of("UnauthorizedOperation", "not allowed", 403), 1000});

    scene.enable();

    scene.rehearsal.run_for(20min);
    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-west-2"}));
}

// Fault 15
TEST(WrongChoice, a_dead_zone_excludes_itself_and_not_its_region) {
    RehearsalOptions options =
        scenario({{at_first, "us-west-2a", 1}, {30min, "us-west-2a", 0}, {20min, "us-west-2c", 1}});
    options.settings.types = {"g5.xlarge"};
    Scene scene(std::move(options));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(25min));
    const std::size_t failures = scene.failures().size();

    scene.rehearsal.run_for(scenario_enabled + 40min - scene.rehearsal.now());

    ASSERT_EQ(scene.rehearsal.alive().size(), 1U);
    EXPECT_EQ(scene.rehearsal.alive()[0].zone, "us-west-2c");
    EXPECT_EQ(scene.failures().size(), failures);
}

// Faults 16, 17, 18 and 19
TEST(LaunchPath, an_instance_whose_agent_never_registers_is_ended_and_the_next_region_asked) {
    Scene scene(scenario({{at_first, "us-west-2", 9}, {5s, "us-east-2b", 1}}));
    scene.rehearsal.aws().faults().regions_without_agents = {"us-west-2"};

    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(40min));
    scene.rehearsal.run_for(2min);

    EXPECT_EQ(scene.failures(), (std::vector<std::string>{"Passing.AgentMissing"}));
    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2"}));
    scene.expect_empty_after_teardown();
}

// Fault 20
TEST(LaunchPath, a_task_that_cannot_start_is_no_success) {
    RehearsalOptions options = scenario({{at_first, "us-west-2", 9}});
    const std::string image = options.settings.container_image;
    Scene scene(std::move(options));
    scene.rehearsal.aws().faults().images_not_pullable = {image};

    scene.enable();
    scene.rehearsal.run_for(20min);

    const auto failures = scene.failures();
    ASSERT_FALSE(failures.empty());
    EXPECT_EQ(failures[0], "Config.Image");
    EXPECT_NE(scene.rehearsal.parameter("status"), "running");
    EXPECT_TRUE(scene.rehearsal.alive().empty());
    scene.expect_empty_after_teardown();
}

// Fault 21
TEST(LaunchPath, a_shortage_is_known_within_a_minute) {
    Scene scene(scenario(west_then_ohio));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    ASSERT_EQ(scene.failures(), (std::vector<std::string>{"Capacity.Insufficient"}));
    for (const auto& attempt : scene.rehearsal.attempts()) {
        if (!attempt.succeeded) continue;
        EXPECT_LT(attempt.began, scenario_enabled + 60s);
    }
}

// Fault 21
TEST(LaunchPath, a_quota_is_called_a_quota) {
    RehearsalOptions options = scenario({{at_first, "us-west-2", 9}});
    options.world.quotas = {{"L-3819A6DF", 0}};
    Scene scene(std::move(options));

    scene.enable();
    scene.rehearsal.run_for(10min);

    ASSERT_FALSE(scene.failures().empty());
    EXPECT_EQ(scene.failures()[0], "Capacity.Quota");
}

// Faults 22 and 23
TEST(LaunchPath, passing_errors_of_calls_end_no_healthy_launch) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    for (const char* operation :
         {"DescribeAutoScalingGroups", "DescribeScalingActivities", "UpdateAutoScalingGroup"}) {
        scene.rehearsal.aws().inject(
            {"autoscaling", operation, "", error_of("Throttling", "Rate exceeded"), 5});
    }
    scene.rehearsal.aws().inject({"ec2", "DescribeInstances", "",
                                  error_of("RequestLimitExceeded", "Request limit exceeded.", 503),
                                  4});
    scene.enable();
    scene.rehearsal.aws().inject(
        {"ssm", "PutParameter", "", error_of("ThrottlingException", "Rate exceeded"), 6});

    ASSERT_TRUE(scene.waits_for_running(20min));
    EXPECT_EQ(scene.rehearsal.instances().size(), 1U);
    EXPECT_TRUE(scene.failures().empty());
}

// Fault 24
TEST(LaunchPath, one_of_two_is_not_enough_and_is_given_back) {
    RehearsalOptions options = scenario({{at_first, "us-west-2a", 0}, {at_first, "us-east-2b", 2}});
    auto scripted = std::make_shared<simulated::ScriptedMarket>(0);
    scripted->add({scenario_start, "us-west-2a", "g5.xlarge", 1});
    scripted->add({scenario_start, "us-east-2b", "g5.xlarge", 2});
    options.world.market = scripted;
    options.settings.types = {"g5.xlarge"};
    options.settings.instances = 2;
    Scene scene(std::move(options));

    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(60min));
    scene.rehearsal.run_for(2min);

    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2", "us-east-2"}));
}

// Fault 25
TEST(LaunchPath, a_late_copy_of_a_request_launches_nothing) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));
    const auto first = scene.rehearsal.executions("launch-instance").front();

    const auto again = scene.rehearsal.engine().start_execution(first.identity.state_machine_arn,
                                                                "again", first.input);
    ASSERT_TRUE(again);
    scene.rehearsal.run_for(10min);

    EXPECT_EQ(text_of(scene.rehearsal.engine().describe(*again)->output["outcome"]),
              "the hub doesn't wait for this any more");
    EXPECT_EQ(scene.rehearsal.instances().size(), 1U);
}

// Fault 26
TEST(LaunchPath, capacity_that_returns_to_an_abandoned_region_brings_no_second_instance) {
    auto supplies = west_then_ohio;
    supplies.push_back({90s, "us-west-2", 9});
    Scene scene(scenario(supplies));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    scene.rehearsal.run_for(60min);

    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-east-2"}));
    EXPECT_EQ(scene.rehearsal.instances().size(), 1U);
}

} // namespace
} // namespace gradus::workflows
