#pragma once
// The engine of a command, on the machine's clock or on virtual time, with the AWS that its options
// name.

#include "aws/http/transport.hpp"
#include "engine/sim/simulated_world.hpp"
#include "gradus/engine.hpp"
#include "gradus/runtime.hpp"
#include "gradus/store.hpp"
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
    std::string connections; // JSON, @FILE: those of HTTP tasks
    std::string store;       // a file; empty: executions live as long as the process
    std::uint64_t seed = 0;  // 0: drawn from the clock
    std::uint64_t history_events_max = limits::history_events_max;
    std::int64_t execution_seconds_max = 0; // 0: no limit
    bool is_simulated_aws = false;
};

/// --time, --region, --profile, --endpoint-url, --connections, --seed and --simulated-aws. Borrows
/// the options.
void add_setting_options(CLI::App& command, SettingOptions& options);

/// --store, for commands that call recover() on the engine.
void add_store_option(CLI::App& command, SettingOptions& options);

/// Milliseconds since 1970 on the machine's clock.
std::int64_t clock_now();

/// Everything that has a life of its own, in the order in which it must end.
struct Setting {
    std::unique_ptr<Runtime> runtime;
    std::unique_ptr<VirtualLoop> virtual_loop;
    std::unique_ptr<SimulatedWorld> world;
    std::unique_ptr<aws::Client> client;
    std::unique_ptr<aws::Transport> http; // of HTTP tasks; null on virtual time
    std::shared_ptr<Store> store;         // null: in memory
    std::unique_ptr<Engine> engine;

    EventLoop& loop() {
        return virtual_loop ? static_cast<EventLoop&>(*virtual_loop) : runtime->loop();
    }
    bool run_until(const std::function<bool()>& is_done) {
        return virtual_loop ? virtual_loop->run_until(is_done) : runtime->run_until(is_done);
    }
};

/// Fails when the options don't go together, no AWS client can be made, or the store can't be
/// opened.
Result<Setting> make_setting(const SettingOptions& options);

} // namespace gradus::cli
