// Faults of hub and workers, teardown and control. The numbers are those of the table in
// workflows/README.md.
#include "tests/sim/setting.hpp"
#include "workflows/definitions.hpp"

namespace gradus::workflows {
namespace {

aws::ServiceError refused(std::string code) {
    aws::ServiceError error;
    error.code = std::move(code);
    error.message = "refused";
    error.http_status = 400;
    return error;
}

// Fault 34
TEST(HubAndWorkers, a_request_for_one_region_launches_in_no_other) {
    Scene scene(scenario({{at_first, "us-west-2", 9}, {5s, "us-east-1a", 1}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    const auto launches = scene.rehearsal.executions("launch-instance");

    ASSERT_EQ(launches.size(), 1U);
    EXPECT_EQ(launches[0].identity.region, "us-west-2");
    EXPECT_EQ(scene.regions_alive(), (std::vector<std::string>{"us-west-2"}));
}

// Faults 35, 36, 37 and 42
TEST(HubAndWorkers, teardown_reaches_every_region_once) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    scene.expect_empty_after_teardown();

    std::vector<std::string> regions;
    for (const auto& one : scene.rehearsal.executions("teardown")) {
        regions.push_back(one.identity.region);
    }
    std::ranges::sort(regions);
    EXPECT_EQ(regions, (std::vector<std::string>{"us-east-1", "us-east-2", "us-west-2"}));
}

// Fault 35: also when it is asked for by an event.
TEST(HubAndWorkers, a_teardown_event_is_forwarded_to_its_region) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    scene.rehearsal.publish("us-east-1", "gradus.spot", "Spot Instance Teardown",
                            Value::object({{"prefix", "gradus"}, {"region", "us-west-2"}}));
    scene.rehearsal.run_for(10min);

    EXPECT_TRUE(scene.rehearsal.alive().empty());
    EXPECT_EQ(scene.rehearsal.executions("teardown").size(), 1U);
}

// Fault 38
TEST(HubAndWorkers, disable_catches_a_launch_at_any_moment) {
    for (std::chrono::milliseconds moment = 100ms; moment < 170s; moment += 7300ms) {
        Scene scene(scenario({{at_first, "us-west-2", 9}}));
        scene.enable();
        scene.rehearsal.run_for(moment);

        scene.expect_empty_after_teardown();
        scene.rehearsal.run_for(30min);

        EXPECT_TRUE(scene.rehearsal.alive().empty()) << moment.count() << " ms after enable";
        EXPECT_TRUE(
            scene.rehearsal.executions("launch-instance", ExecutionStatus::running).empty());
        EXPECT_TRUE(scene.rehearsal.executions("orchestrator", ExecutionStatus::running).empty());
    }
}

// Faults 39 and 47
TEST(HubAndWorkers, enabling_twice_brings_one_instance) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    const Outcome again = scene.rehearsal.await(scene.rehearsal.service().enable());
    ASSERT_TRUE(again);
    EXPECT_FALSE(text_of((*again)["executionArn"]).empty());

    scene.rehearsal.run_for(15min);

    EXPECT_EQ(scene.rehearsal.instances().size(), 1U);
    EXPECT_TRUE(scene.is_running());
}

TEST(HubAndWorkers, the_lock_of_an_orchestrator_that_is_gone_is_taken_over) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    const std::string dead =
        "arn:aws:states:us-east-1:123456789012:execution:gradus-orchestrator:x";
    Value lock = Value::object({{"Name", "/gradus/lock"}, {"Value", dead}, {"Type", "String"}});
    aws::Call put{"ssm", "PutParameter", std::move(lock), "us-east-1"};
    ASSERT_TRUE(scene.rehearsal.await(ask(scene.rehearsal.client(), std::move(put))));

    scene.enable();

    EXPECT_TRUE(scene.waits_for_running(15min));
    EXPECT_EQ(scene.rehearsal.parameter("lock"), "");
}

// Fault 40
TEST(HubAndWorkers, more_instances_than_a_page_of_parameters_are_all_seen) {
    RehearsalOptions options = scenario({{at_first, "us-west-2", 20}});
    options.settings.instances = 14;
    Scene scene(std::move(options));
    scene.enable();
    scene.rehearsal.run_for(25min);

    const Outcome status = scene.rehearsal.await(scene.rehearsal.service().status());

    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["present"], Value(14));
    EXPECT_EQ(scene.rehearsal.alive().size(), 14U);
    scene.expect_empty_after_teardown();
}

// Fault 41
TEST(TeardownPath, tasks_that_cannot_be_stopped_keep_nothing_running) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));
    scene.rehearsal.aws().inject(
        {"ecs", "StopTask", "", refused("InvalidParameterException"), 1000});

    scene.expect_empty_after_teardown();
}

// Fault 42
TEST(TeardownPath, strays_with_our_tag_are_found_and_others_left_alone) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    const auto run = [&](const char* owner) {
        const Value tag = Value::object({{"Key", "gradus:owner"}, {"Value", owner}});
        const Value tags =
            Value::object({{"ResourceType", "instance"}, {"Tags", Value::array({tag})}});
        Value input = Value::object({{"InstanceType", "g5.xlarge"},
                                     {"MinCount", 1},
                                     {"MaxCount", 1},
                                     {"TagSpecifications", Value::array({tags})}});
        Value parameter = Value::object(
            {{"Name", "/aws/service/ecs/optimized-ami/amazon-linux-2/gpu/recommended/image_id"}});
        aws::Call image{"ssm", "GetParameter", std::move(parameter), "us-west-2"};
        const Outcome found =
            scene.rehearsal.await(ask(scene.rehearsal.client(), std::move(image)));
        input = input.with("ImageId", (*found)["Parameter"]["Value"]);
        aws::Call call{"ec2", "RunInstances", std::move(input), "us-west-2"};
        return scene.rehearsal.await(ask(scene.rehearsal.client(), std::move(call)));
    };
    ASSERT_TRUE(run("gradus"));
    ASSERT_TRUE(run("somebody"));

    ASSERT_TRUE(scene.rehearsal.tear_down());

    const auto left = scene.rehearsal.alive();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].owner, "somebody");
}

// Fault 43
TEST(TeardownPath, a_group_that_cannot_be_scaled_is_emptied_by_its_tag) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));
    scene.rehearsal.aws().inject(
        {"autoscaling", "UpdateAutoScalingGroup", "", refused("ValidationError"), 1000});

    EXPECT_TRUE(scene.rehearsal.tear_down());

    EXPECT_TRUE(scene.rehearsal.alive().empty());
}

// Fault 45
TEST(Control, status_says_when_nothing_is_set_up) {
    Rehearsal rehearsal(scenario({}));

    const Outcome status = rehearsal.await(rehearsal.service().status());

    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().error, "NotFound");
}

TEST(Control, setting_up_twice_changes_nothing_and_keeps_the_switch) {
    Scene scene(scenario({{at_first, "us-west-2", 9}}));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    const Outcome again = scene.rehearsal.await(scene.rehearsal.service().deploy());

    ASSERT_TRUE(again) << again.error().cause.value_or("");
    EXPECT_EQ(scene.rehearsal.parameter("provisioning-enabled"), "true");
    scene.rehearsal.run_for(10min);
    EXPECT_EQ(scene.rehearsal.alive().size(), 1U);
}

// Fault 4
TEST(Control, no_token_is_told) {
    std::string told;
    RehearsalOptions options = scenario({{at_first, "us-west-2", 9}});
    options.notes = [&](const Note& note) { told += to_json(note.data); };
    Scene scene(std::move(options));
    scene.enable();
    ASSERT_TRUE(scene.waits_for_running(15min));

    const auto launch = scene.rehearsal.executions("launch-instance").front();
    EXPECT_EQ(told.find(text_of(launch.input["token"])), std::string::npos);
}

TEST(Definitions, compile_without_warnings_and_name_a_limit_for_every_wait) {
    Settings settings;
    for (const DefinitionFile& file : definition_files()) {
        const std::string text = filled(file.text, settings, "us-west-2");
        const Compiled compiled = compile(text);
        EXPECT_TRUE(compiled.diagnostics.empty()) << file.machine;
        EXPECT_EQ(text.find("${"), std::string::npos) << file.machine;
        const Value document = *parse_json(text);
        EXPECT_NE(document.find("TimeoutSeconds"), nullptr) << file.machine;
        for (const Member& state : document["States"].as_object()) {
            if (text_of(state.value["Type"]) != "Task") continue;
            EXPECT_NE(state.value.find("TimeoutSeconds"), nullptr) << state.name();
            EXPECT_TRUE(state.value.find("Retry") != nullptr ||
                        state.value.find("Catch") != nullptr)
                << state.name();
            if (text_of(state.value["Resource"]).ends_with(".waitForTaskToken")) {
                EXPECT_NE(state.value.find("HeartbeatSeconds"), nullptr) << state.name();
            }
        }
    }
}

} // namespace
} // namespace gradus::workflows
