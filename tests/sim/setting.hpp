#pragma once
// The spot-capacity system as the scenarios use it: three regions, a market that is written down,
// and short words for what they do and look at.

#include "workflows/rehearsal.hpp"

#include "gradus/json.hpp"
#include "tests/support/replayed.hpp"
#include "workflows/capacity/members.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace gradus::workflows {

using namespace std::chrono_literals;
using capacity::text_of;

inline const Timestamp scenario_start{std::chrono::milliseconds(1'767'225'600'000)};
/// When scenarios enable, after the set-up.
inline const Timestamp scenario_enabled = scenario_start + 60s;

/// A market of three regions where only what the changes say can be had; times count from enable,
/// and a region name stands for all its zones.
struct Supply {
    std::chrono::seconds at{};
    std::string place; // "us-west-2" or "us-west-2b"
    std::int64_t capacity = 0;
};

inline std::shared_ptr<simulated::ScriptedMarket> market(const std::vector<Supply>& supplies) {
    auto out = std::make_shared<simulated::ScriptedMarket>(0);
    for (const Supply& supply : supplies) {
        for (const simulated::RegionOptions& region : simulated::default_regions()) {
            for (const std::string& zone : region.zones) {
                if (zone != supply.place && region.name != supply.place) continue;
                const Timestamp at =
                    supply.at.count() < 0 ? scenario_start : scenario_enabled + supply.at;
                out->add({at, zone, "", supply.capacity});
            }
        }
    }
    return out;
}

/// Before enable.
inline constexpr std::chrono::seconds at_first = -1s;

inline RehearsalOptions scenario(const std::vector<Supply>& supplies) {
    RehearsalOptions out;
    out.start = scenario_start;
    out.world.market = market(supplies);
    out.world.signals.rebalance_chance = 0;
    out.settings.hub_region = "us-east-1";
    out.settings.regions = {"us-east-1", "us-east-2", "us-west-2"};
    return out;
}

struct Scene {
    explicit Scene(RehearsalOptions options) : rehearsal(std::move(options)) {
        const Outcome deployed = rehearsal.await(rehearsal.service().deploy());
        EXPECT_TRUE(deployed) << deployed.error().cause.value_or("");
    }

    /// Each execution of the scene, those that go on included, is what its inputs lead to. Left out
    /// under the address sanitizer, where it takes minutes; unit_replay runs there.
    ~Scene() {
#ifndef __SANITIZE_ADDRESS__
        const Engine& engine = rehearsal.engine();
        for (const ExecutionSummary& one : engine.find_executions({}))
            test::expect_replays_equal(engine, one.identity.execution_arn);
#endif
    }
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;

    void enable() {
        rehearsal.run_for(scenario_enabled - rehearsal.now());
        EXPECT_TRUE(rehearsal.await(rehearsal.service().enable()));
    }
    /// "us-west-2", "us-east-2": where instances run, in order.
    std::vector<std::string> regions_alive() const {
        std::vector<std::string> out;
        for (const auto& entry : rehearsal.alive())
            out.push_back(entry.region);
        std::ranges::sort(out);
        return out;
    }
    bool is_running() { return rehearsal.parameter("status") == "running"; }
    bool waits_for_running(std::chrono::minutes limit) {
        return rehearsal.run_until(
                   [this] {
                       return !rehearsal.executions("launch-instance").empty() &&
                              rehearsal.executions("orchestrator", ExecutionStatus::running)
                                  .empty();
                   },
                   limit) &&
               is_running();
    }
    /// Names of failures, in order of time.
    std::vector<std::string> failures() const {
        std::vector<std::string> out;
        for (const auto& attempt : rehearsal.attempts()) {
            if (!attempt.succeeded) {
                out.push_back(attempt.reason.substr(0, attempt.reason.find(':')));
            }
        }
        return out;
    }
    void expect_empty_after_teardown() {
        EXPECT_TRUE(rehearsal.tear_down());
        EXPECT_TRUE(rehearsal.alive().empty());
        EXPECT_EQ(rehearsal.parameter("status"), "disabled");
        EXPECT_EQ(rehearsal.parameter("instances-info"), "[]");
        for (const ExecutionSummary& one : rehearsal.executions("teardown")) {
            EXPECT_EQ(one.status, ExecutionStatus::succeeded)
                << one.identity.region << ": " << one.failure.cause.value_or("");
        }
    }

    Rehearsal rehearsal;
};

} // namespace gradus::workflows
