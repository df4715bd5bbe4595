// gradus spot: keeps GPU spot capacity with the workflows of workflows/.
#include "tools/gradus/command.hpp"
#include "tools/gradus/trace.hpp"

#include "gradus/json.hpp"
#include "workflows/demo.hpp"
#include "workflows/story.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <memory>

namespace gradus::cli {
namespace {

struct DemoArguments {
    std::string trace_file;
    double days = 0;
    std::uint64_t seed = 1;
    std::int64_t instances = 1;
    bool is_json = false;
    bool is_told = false;
};

Value attempts_value(const workflows::DemoResult& result) {
    Array out;
    for (const capacity::AttemptRecord& attempt : result.attempts) {
        out.push_back(Value::object({{"atSeconds", (attempt.began - result.start).count() / 1000},
                                     {"region", attempt.region},
                                     {"outcome", attempt.succeeded ? "launched" : "failed"},
                                     {"reason", attempt.reason}}));
    }
    return Value(std::move(out));
}

Value result_value(const workflows::DemoResult& result) {
    Array left(result.still_running.begin(), result.still_running.end());
    return capacity::to_value(result.card)
        .with("seconds", (result.end - result.start).count() / 1000)
        .with("executions", result.executions)
        .with("apiCalls", result.calls)
        .with("stillRunning", Value(std::move(left)))
        .with("attemptList", attempts_value(result));
}

void print_line(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

void print_day(double days, double availability) {
    if (static_cast<int>(days) % 7 != 0) return;
    std::printf("  after day %2.0f: availability %.2f %%\n", days, 100 * availability);
    std::fflush(stdout);
}

Result<int> run_demo(const DemoArguments& arguments) {
    workflows::DemoOptions options;
    options.seed = arguments.seed;
    options.days_max = arguments.days;
    options.instances = arguments.instances;
    if (!arguments.trace_file.empty()) {
        GRADUS_TRY(options.trace, read_trace_option(arguments.trace_file));
    }
    const bool is_story = !arguments.is_json && (!options.trace || arguments.is_told);
    if (is_story) options.print = print_line;
    if (options.trace && !arguments.is_json) {
        std::printf("%s: %zu zones, recorded capacity of %s\n", arguments.trace_file.c_str(),
                    options.trace->zones.size(), options.trace->instance_type.c_str());
        options.progress = print_day;
    }
    const auto began = std::chrono::steady_clock::now();
    const workflows::DemoResult result = workflows::play(options);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (!result.fault.empty()) return Error{ErrorCode::invalid_argument, result.fault};
    if (arguments.is_json) {
        std::printf("%s\n", to_pretty_json(result_value(result)).c_str());
    } else {
        std::printf("\n%s", workflows::table(result.card, result.attempts, result.start).c_str());
        std::printf("  %-30s %s in %.1f s (%lld executions, %lld API calls)\n", "played",
                    workflows::span_text(result.end - result.start).c_str(), seconds,
                    static_cast<long long>(result.executions),
                    static_cast<long long>(result.calls));
    }
    return static_cast<int>(result.still_running.empty() ? success : failure);
}

void add_demo(CLI::App& spot, int& exit_code) {
    auto arguments = std::make_shared<DemoArguments>();
    CLI::App* command = spot.add_subcommand(
        "demo",
        "Play the whole system on a simulated AWS: shortage, failover, interruption, teardown");
    command->add_option("--trace", arguments->trace_file,
                        "Play on a recorded market: spot-trace/1, or raw files of zones");
    command->add_option("--days", arguments->days, "Days of the trace; all of them if not given")
        ->check(CLI::PositiveNumber);
    command->add_option("--instances", arguments->instances, "Instances to keep")
        ->check(CLI::Range(1, 100));
    command->add_option("--seed", arguments->seed, "Seed of all draws")
        ->check(CLI::Range(std::int64_t{0}, INT64_MAX));
    command->add_flag("--story", arguments->is_told, "Tell every step of a trace too");
    command->add_flag("--json", arguments->is_json, "Only the figures and attempts, as JSON");
    set_action(*command, exit_code, [arguments] { return run_demo(*arguments); });
}

} // namespace

void add_spot(CLI::App& app, int& exit_code) {
    CLI::App* spot = app.add_subcommand("spot", "Keep GPU spot capacity over several regions");
    spot->require_subcommand(1);
    add_demo(*spot, exit_code);
    add_spot_control(*spot, exit_code);
}

} // namespace gradus::cli
