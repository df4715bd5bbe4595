// gradus simulate --listen ADDRESS: the simulated AWS for any client on this machine.
#include "aws/simulated/simulated_aws.hpp"
#include "engine/server/http_listener.hpp"
#include "gradus/json.hpp"
#include "gradus/runtime.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/trace.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::string listen = "127.0.0.1:0";
    std::string trace;
    std::uint64_t seed = 1;
    double speed = 1;
    bool is_unsigned_allowed = false;
};

/// Instances of each type that the trace says nothing of.
constexpr std::int64_t other_types_capacity = 16;

/// The world's clock runs `speed` times as fast as the machine's.
class WorldClock {
public:
    WorldClock(EventLoop& loop, double speed)
        : loop_(loop), start_(loop.now_epoch_milliseconds()), speed_(speed) {}
    Timestamp now() const {
        const auto passed = static_cast<double>(loop_.now_epoch_milliseconds() - start_);
        return timestamp_of(start_ + static_cast<std::int64_t>(passed * speed_));
    }

private:
    EventLoop& loop_;
    std::int64_t start_;
    double speed_;
};

Result<int> simulate(const Options& options) {
    Runtime runtime;
    const WorldClock clock(runtime.loop(), options.speed);
    simulated::WorldOptions world;
    world.seed = options.seed;
    world.check_signatures = !options.is_unsigned_allowed;
    // The world's clock runs away from its clients'; their signatures are right all the same.
    constexpr std::int64_t any_skew = 100LL * 365 * 24 * 3600;
    if (options.speed != 1) world.signature_skew_seconds_max = any_skew;
    if (!options.trace.empty()) {
        GRADUS_TRY(simulated::Trace trace, read_trace_option(options.trace));
        world.market = std::make_shared<simulated::TraceMarket>(
            std::move(trace),
            simulated::TraceMarket::Options{.starts_at = clock.now(),
                                            .other_types_capacity = other_types_capacity});
    }
    const std::string access_key = world.access_keys.front().id;
    const std::string secret_key = world.access_keys.front().secret;
    simulated::SimulatedAws aws(std::move(world), clock.now());
    GRADUS_TRY(const auto listener,
               HttpListener::make(
                   runtime.context(), options.listen,
                   [&](const aws::HttpRequest& request, const HttpListener::Respond& respond) {
                       respond(aws.handle(request, clock.now()));
                   }));
    std::printf("Simulated AWS on http://%s\n"
                "  export AWS_ENDPOINT_URL=http://%s AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s "
                "AWS_DEFAULT_REGION=us-east-1\n",
                listener->address().c_str(), listener->address().c_str(), access_key.c_str(),
                secret_key.c_str());
    std::fflush(stdout);
    runtime.run_until([] { return false; }); // until the process is ended
    return static_cast<int>(success);
}

} // namespace

void add_simulate(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("simulate", "Serve the simulated AWS on a port of this machine");
    command->add_option("--listen", options->listen, "HOST:PORT; port 0 takes any free one");
    command->add_option("--trace", options->trace,
                        "Recorded spot capacity that the market follows");
    command->add_option("--seed", options->seed, "Seed of everything that is drawn")
        ->check(CLI::Range(std::int64_t{0}, INT64_MAX));
    command->add_option("--speed", options->speed, "How much faster than the clock the world lives")
        ->check(CLI::PositiveNumber);
    command->add_flag("--unsigned", options->is_unsigned_allowed,
                      "Take requests without checking signatures");
    set_action(*command, exit_code, [options] { return simulate(*options); });
}

} // namespace gradus::cli
