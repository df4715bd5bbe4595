#include "tools/gradus/setting.hpp"

#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <random>
#include <string>

namespace gradus::cli {

std::int64_t clock_now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void add_setting_options(CLI::App& command, SettingOptions& options) {
    command.add_option("--time", options.time, "real, or skip: waits pass at once")
        ->check(CLI::IsMember({"real", "skip"}));
    command.add_option("--region", options.region, "Region of the execution and of its AWS calls");
    command.add_option("--profile", options.profile, "Profile of the AWS settings to use");
    command.add_option("--endpoint-url", options.endpoint_url, "Send AWS calls here");
    command.add_option("--connections", options.connections,
                       "Connections of HTTP tasks: JSON, @FILE, or - for standard input");
    command.add_option("--seed", options.seed, "Seed of random draws, for a run that repeats")
        ->check(CLI::Range(std::int64_t{0}, INT64_MAX));
    command.add_flag("--simulated-aws", options.is_simulated_aws,
                     "Call the AWS simulated in this process");
}

void add_store_option(CLI::App& command, SettingOptions& options) {
    command.add_option("--store", options.store,
                       "Keep executions in this file, so that they outlive the process");
}

Result<Setting> make_setting(const SettingOptions& options) {
    if (options.time == "skip" && !options.endpoint_url.empty()) {
        return Error{ErrorCode::invalid_argument,
                     "--endpoint-url needs the machine's clock; leave --time skip out"};
    }
    if (options.time == "skip" && !options.connections.empty()) {
        return Error{ErrorCode::invalid_argument,
                     "--connections needs the machine's clock; leave --time skip out"};
    }
    Setting setting;
    if (options.time == "skip") setting.virtual_loop = std::make_unique<VirtualLoop>(clock_now());
    setting.runtime = std::make_unique<Runtime>();
    EngineOptions engine_options;
    engine_options.seed =
        options.seed != 0 ? options.seed : static_cast<std::uint64_t>(clock_now());
    engine_options.services = setting.runtime->services();
    engine_options.history_events_max = options.history_events_max;
    engine_options.execution_seconds_max = options.execution_seconds_max;
    // Only this process can make tokens that this process takes.
    std::random_device device;
    engine_options.token_secret = std::to_string(device()) + "-" + std::to_string(device()) + "-" +
                                  std::to_string(device()) + "-" + std::to_string(device());
    if (!options.region.empty()) engine_options.region = options.region;
    aws::Client* aws = nullptr;
    if (options.is_simulated_aws) {
        simulated::WorldOptions world;
        world.seed = engine_options.seed;
        setting.world = std::make_unique<SimulatedWorld>(setting.loop(), std::move(world));
        aws = &setting.world->client();
    } else if (!setting.virtual_loop) {
        // On virtual time nothing real is called: a wait would be over before an answer came.
        const AwsSettings given{.profile = options.profile,
                                .region = options.region,
                                .endpoint_url = options.endpoint_url};
        GRADUS_TRY(setting.client, setting.runtime->make_aws_client(given));
        aws = setting.client.get();
    }
    if (!options.store.empty()) {
        GRADUS_TRY(setting.store, open_store(setting.loop(), options.store));
    }
    setting.engine = std::make_unique<Engine>(setting.loop(), aws, engine_options, setting.store);
    setting.engine->on_trouble([](const Error& error) { complain(error.message); });
    if (setting.world) setting.world->connect(*setting.engine);
    const bool is_http_wanted = !options.is_simulated_aws || !options.connections.empty();
    if (!setting.virtual_loop && is_http_wanted) {
        Value connections = Value::object();
        if (!options.connections.empty()) {
            GRADUS_TRY(connections, read_json_argument(options.connections));
        }
        GRADUS_TRY(setting.http, setting.runtime->make_transport({.profile = options.profile}));
        GRADUS_CHECK(setting.engine->use_http(*setting.http, connections));
    }
    return setting;
}

} // namespace gradus::cli
