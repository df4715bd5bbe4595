#include "workflows/demo.hpp"

#include "workflows/capacity/catalogue.hpp"
#include "workflows/capacity/pool.hpp"
#include "workflows/rehearsal.hpp"
#include "workflows/story.hpp"

#include <algorithm>
#include <memory>

namespace gradus::workflows {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

// Seconds after enable.
constexpr std::chrono::seconds west_falls = 1s; // after the scores were read
constexpr std::chrono::seconds west_returns = 20min;
constexpr std::chrono::seconds ohio_falls = 30min; // warned of two minutes earlier
constexpr std::chrono::seconds disabled = 45min;
constexpr std::chrono::seconds set_up = 60s; // before enable

/// The best region has capacity when it is ranked and none when it is asked; the second one serves
/// and is then taken back, when the first has some again.
std::shared_ptr<simulated::ScriptedMarket> scripted_market(Timestamp enabled) {
    auto market = std::make_shared<simulated::ScriptedMarket>(0);
    const auto set = [&](Timestamp at, const std::string& zone, std::int64_t capacity,
                         const std::string& type = "") {
        market->add({at, zone, type, capacity});
    };
    for (const char* zone : {"us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"}) {
        set(enabled - set_up, zone, 6);
        set(enabled + west_falls, zone, 0);
        set(enabled + west_returns, zone, 4);
    }
    set(enabled - set_up, "us-east-2b", 2, "g6.xlarge");
    set(enabled + ohio_falls, "us-east-2b", 0);
    return market;
}

RehearsalOptions scripted(const DemoOptions& options) {
    RehearsalOptions out;
    out.world.seed = options.seed;
    out.world.market = scripted_market(out.start + set_up);
    out.world.signals.rebalance_chance = 0;
    // Images that are prepared for it: agent and container are up within the notice.
    out.world.delays.agent_registration = {20s, 30s};
    out.world.delays.task_start = {8s, 15s};
    out.settings.hub_region = "us-east-1";
    out.settings.regions = {"us-east-1", "us-east-2", "us-west-2"};
    out.settings.instances = options.instances;
    return out;
}

RehearsalOptions recorded(const DemoOptions& options) {
    RehearsalOptions out;
    out.world.seed = options.seed;
    out.start = options.trace->start;
    const std::string& type = options.trace->instance_type;
    out.settings.types = {type};
    out.settings.instances = options.instances;
    // The simulated scores know the market of the moment; with them a policy would see more than
    // the past, and its figures couldn't be compared with published ones.
    out.settings.use_scores = false;
    out.keeps_ended_histories = false;
    out.world.regions.clear();
    for (const auto& [zone, series] : options.trace->zones) {
        const std::string region = capacity::region_of_zone(zone);
        auto& regions = out.world.regions;
        auto found = std::ranges::find(regions, region, &simulated::RegionOptions::name);
        if (found == regions.end()) {
            regions.push_back({.name = region});
            found = std::prev(regions.end());
            out.settings.regions.push_back(region);
        }
        found->zones.push_back(zone);
    }
    out.settings.hub_region = out.settings.regions.front();
    out.world.market = std::make_shared<simulated::TraceMarket>(*options.trace);
    return out;
}

/// The system, enabled; runs on until `end`, then is torn down.
struct Play {
    const DemoOptions& options;
    Story story;
    std::unique_ptr<Rehearsal> rehearsal;
    DemoResult result;

    Play(const DemoOptions& given, RehearsalOptions setting)
        : options(given),
          story(
              setting.start + (given.trace ? Milliseconds(0) : Milliseconds(set_up)),
              given.print ? given.print : [](const std::string&) {}) {
        setting.notes = [this](const Note& note) { story.note(note); };
        rehearsal = std::make_unique<Rehearsal>(std::move(setting));
        rehearsal->world().on_delivery(
            [this](const simulated::Delivery& delivery) { story.delivery(delivery); });
        rehearsal->engine().on_completed([this](const ExecutionSummary& execution) {
            ++result.executions;
            story.completed(execution);
        });
    }

    bool begin(Milliseconds at) {
        const Timestamp began = rehearsal->now();
        const Outcome deployed = rehearsal->await(rehearsal->service().deploy());
        if (!deployed) {
            result.fault = deployed.error().cause.value_or("the set-up failed");
            return false;
        }
        const Milliseconds spent = rehearsal->now() - began;
        rehearsal->run_for(std::max(Milliseconds(0), at - spent));
        result.start = rehearsal->now();
        story.tell(result.start, "you",
                   "enable: keep " + std::to_string(options.instances) +
                       (options.instances == 1 ? " GPU instance" : " GPU instances"));
        const Outcome enabled = rehearsal->await(rehearsal->service().enable());
        if (!enabled) result.fault = enabled.error().cause.value_or("enable failed");
        return static_cast<bool>(enabled);
    }

    void end() {
        result.end = rehearsal->now();
        story.tell(result.end, "you", "disable, with teardown");
        result.card = rehearsal->scorecard({result.start, result.end, options.instances});
        const Outcome torn = rehearsal->tear_down();
        if (!torn) result.fault = torn.error().cause.value_or("the teardown failed");
        for (const simulated::LedgerEntry& entry : rehearsal->alive()) {
            result.still_running.push_back(entry.instance_id);
        }
        story.tell(rehearsal->now(), "you",
                   result.still_running.empty()
                       ? "nothing runs any more"
                       : std::to_string(result.still_running.size()) + " instances are left");
        result.attempts = rehearsal->attempts();
        result.calls = rehearsal->calls();
    }
};

DemoResult play_trace(const DemoOptions& options) {
    DemoResult refused;
    const std::string& type = options.trace->instance_type;
    if (capacity::find_gpu_type(type) == nullptr) {
        refused.fault = "the trace's instance type '" + type + "' isn't in the catalogue";
        return refused;
    }
    Play play(options, recorded(options));
    if (!play.begin(0s)) return play.result;
    Timestamp end = options.trace->common_end();
    if (options.days_max > 0) {
        const auto days = Milliseconds(static_cast<std::int64_t>(options.days_max * 86'400'000));
        end = std::min(end, play.result.start + days);
    }
    while (play.rehearsal->now() < end) {
        const Milliseconds left = end - play.rehearsal->now();
        play.rehearsal->run_for(std::min<Milliseconds>(left, 24h));
        if (!options.progress) continue;
        const Timestamp now = play.rehearsal->now();
        const auto card = play.rehearsal->scorecard({play.result.start, now, options.instances});
        const Milliseconds spent = now - play.result.start;
        options.progress(static_cast<double>(spent.count()) / 86'400'000, card.availability);
    }
    play.end();
    return play.result;
}

} // namespace

DemoResult play(const DemoOptions& options) {
    if (options.trace) return play_trace(options);
    Play play(options, scripted(options));
    if (!play.begin(set_up)) return play.result;
    play.rehearsal->run_for(disabled);
    play.end();
    return play.result;
}

} // namespace gradus::workflows
