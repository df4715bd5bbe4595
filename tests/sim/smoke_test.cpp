#include "workflows/rehearsal.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace gradus::workflows {
namespace {

using namespace std::chrono_literals;

TEST(Spot, enables_and_tears_down) {
    RehearsalOptions options;
    options.settings.regions = {"us-east-1", "us-east-2", "us-west-2"};
    options.world.market = std::make_shared<simulated::ScriptedMarket>(4);
    options.notes = [](const Note& note) {
        std::printf("%s %s %s %s\n", std::to_string(epoch_milliseconds(note.at) % 100000000).c_str(),
                    note.region.c_str(), note.kind.c_str(), to_json(note.data).substr(0, 400).c_str());
    };
    Rehearsal rehearsal(std::move(options));

    const Outcome deployed = rehearsal.await(rehearsal.service().deploy());
    ASSERT_TRUE(deployed) << deployed.error().cause.value_or("");
    ASSERT_TRUE(rehearsal.await(rehearsal.service().enable()));
    rehearsal.run_for(10min);
    for (const char* machine : {"orchestrator", "launch-instance", "capacity-monitor", "teardown"})
        for (const auto& one : rehearsal.executions(machine)) {
            std::printf("%s %s %s %s %s\n", machine, one.identity.region.c_str(),
                        std::string(execution_status_name(one.status)).c_str(),
                        one.failure.error.value_or("").c_str(), one.failure.cause.value_or("").c_str());
            if (one.status != ExecutionStatus::succeeded)
                std::printf("%s\n", to_pretty_json(history_json(rehearsal.engine().history(one.identity.execution_arn))).substr(0, 20000).c_str());
        }
    EXPECT_EQ(rehearsal.parameter("status"), "running");
    std::printf("%s\n", rehearsal.parameter("instances-info").c_str());
    ASSERT_TRUE(rehearsal.tear_down());
    for (const char* machine : {"teardown"})
        for (const auto& one : rehearsal.executions(machine)) {
            std::printf("%s %s %s %s %s\n", machine, one.identity.region.c_str(),
                        std::string(execution_status_name(one.status)).c_str(),
                        one.failure.error.value_or("").c_str(), one.failure.cause.value_or("").c_str());
            if (one.status != ExecutionStatus::succeeded)
                std::printf("%s\n", to_pretty_json(history_json(rehearsal.engine().history(one.identity.execution_arn))).substr(0, 6000).c_str());
        }
    EXPECT_TRUE(rehearsal.alive().empty());
}

} // namespace
} // namespace gradus::workflows
