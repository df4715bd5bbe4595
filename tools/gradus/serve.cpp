// gradus serve: the Step Functions API on a port of this machine, for any AWS SDK.
#include "engine/server/http_listener.hpp"
#include "engine/server/step_functions_server.hpp"
#include "tools/gradus/access.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/setting.hpp"
#include "tools/gradus/watch.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    AccessOptions access;
    std::vector<std::string> binds;
    std::vector<std::string> buckets;
    SettingOptions setting{.execution_seconds_max = limits::standard_seconds_max};
    WatchOptions watch;
    bool is_verbose = false;
};

/// Until the process is asked to end. What was accepted by then is safe, and those who wait for
/// that have heard it.
void run(Setting& setting, HttpListener& listener) {
    constexpr std::chrono::milliseconds last_answers{100};
    bool is_over = false;
    setting.runtime->on_interrupt([&] {
        listener.stop_accepting();
        setting.engine->when_safe([&](const Result<void>& safe) {
            if (!safe) complain(safe.error().message);
            setting.loop().schedule(last_answers, [&is_over] { is_over = true; });
        });
    });
    setting.runtime->run_until([&is_over] { return is_over; });
}

Result<int> serve(const Options& options) {
    GRADUS_TRY(Access access, read_access(options.access));
    if (options.setting.time != "real")
        return Error{ErrorCode::invalid_argument, "serve needs the machine's clock: --time real"};
    GRADUS_TRY(const auto buckets, read_pairs(options.buckets, "--bucket"));
    GRADUS_TRY(const auto binds, read_pairs(options.binds, "--bind"));
    GRADUS_TRY(Setting setting, make_setting(options.setting));
    for (const auto& [resource, command] : binds)
        setting.engine->bind_command(resource, command);
    for (const auto& [bucket, folder] : buckets)
        setting.engine->bind_bucket(bucket, folder);
    if (options.is_verbose) {
        setting.engine->on_history([](const ExecutionIdentity& identity,
                                      const HistoryEvent& event) { log_history(identity, event); });
    }
    GRADUS_TRY(const Watch watching, watch(setting, options.watch));
    if (setting.store != nullptr) {
        // A file at a limit of its size is an error that can be told, and no reason to die.
        std::signal(SIGXFSZ, SIG_IGN);
        GRADUS_CHECK(setting.engine->recover());
    }
    StepFunctionsServer server(*setting.engine, setting.loop(), std::move(access.rules));
    GRADUS_TRY(const auto listener,
               HttpListener::make(
                   setting.runtime->context(), options.access.listen,
                   [&](const aws::HttpRequest& request, HttpListener::Respond respond) {
                       server.handle(request, std::move(respond));
                   },
                   {}, access.certificate));
    const std::string url =
        std::string(access.certificate ? "https" : "http") + "://" + listener->address();
    std::printf("Step Functions on %s\n"
                "  export AWS_ENDPOINT_URL_SFN=%s AWS_DISABLE_HOST_PREFIX_INJECTION=true\n",
                url.c_str(), url.c_str());
    std::fflush(stdout);
    run(setting, *listener);
    return static_cast<int>(success);
}

} // namespace

void add_serve(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "serve", "Serve the Step Functions API on a port of this machine, for any AWS SDK");
    add_access_options(*command, options->access);
    command->add_option("--bind", options->binds,
                        "Answer a task with a local program: RESOURCE=COMMAND");
    command->add_option("--bucket", options->buckets,
                        "Read and write a bucket of a distributed Map in a folder: NAME=FOLDER");
    add_setting_options(*command, options->setting);
    add_store_option(*command, options->setting);
    add_watch_options(*command, options->watch);
    command->add_flag("-v,--verbose", options->is_verbose,
                      "Log each history event on standard error");
    set_action(*command, exit_code, [options] { return serve(*options); });
}

} // namespace gradus::cli
