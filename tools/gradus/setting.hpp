#pragma once
// The engine of a command, on the machine's clock or on virtual time, with the AWS that its options
// name.

#include "engine/sim/simulated_world.hpp"
#include "gradus/engine.hpp"
#include "gradus/runtime.hpp"
#include "gradus/virtual_loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace gradus::cli {

struct SettingOptions {
    std::string time = "real";
    std::string region;
    std::string profile;
    std::string endpoint_url;
    std::uint64_t seed = 0; // 0: drawn from the clock
    std::uint64_t history_events_max = limits::history_events_max;
    bool is_simulated_aws = false;
};

/// --time, --region, --profile, --endpoint-url, --seed and --simulated-aws. Borrows the options.
void add_setting_options(CLI::App& command, SettingOptions& options);

/// Milliseconds since 1970 on the machine's clock.
std::int64_t clock_now();

/// Everything that has a life of its own, in the order in which it must end.
struct Setting {
    std::unique_ptr<Runtime> runtime;
    std::unique_ptr<VirtualLoop> virtual_loop;
    std::unique_ptr<SimulatedWorld> world;
    std::unique_ptr<aws::Client> client;
    std::unique_ptr<Engine> engine;

    EventLoop& loop() {
        return virtual_loop ? static_cast<EventLoop&>(*virtual_loop) : runtime->loop();
    }
    bool run_until(const std::function<bool()>& is_done) {
        return virtual_loop ? virtual_loop->run_until(is_done) : runtime->run_until(is_done);
    }
};

/// Fails when the options don't go together, or no AWS client can be made.
Result<Setting> make_setting(const SettingOptions& options);

} // namespace gradus::cli
