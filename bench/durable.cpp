// What a store on disk costs: tasks a second by how many executions run at once, and a million
// executions that wait. README.md says how to run it and what it gave.
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/runtime.hpp"
#include "gradus/store.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace gradus::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] void give_up(const std::string& reason) {
    std::fprintf(stderr, "bench_durable: %s\n", reason.c_str());
    std::exit(2);
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Of this process, as the kernel counts it.
double resident_megabytes() {
    std::ifstream statm("/proc/self/statm");
    double pages = 0;
    double resident = 0;
    statm >> pages >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double file_megabytes(const std::string& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : static_cast<double>(size) / 1e6;
}

/// Ten calls of a function, one after the other.
std::string ten_tasks() {
    std::string states;
    for (int i = 0; i < 10; ++i) {
        states += (i > 0 ? "," : "") + ("\"S" + std::to_string(i)) +
                  R"(": {"Type": "Task", "ResultPath": "$.r", "Resource":
                  "arn:aws:lambda:us-east-1:123456789012:function:noop", )" +
                  (i < 9 ? "\"Next\": \"S" + std::to_string(i + 1) + "\"}" : R"("End": true})");
    }
    return R"({"StartAt": "S0", "States": {)" + states + "}}";
}
constexpr const char* one_pass =
    R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})";
constexpr const char* a_day = R"({"StartAt": "W", "States": {
    "W": {"Type": "Wait", "Seconds": 86400, "End": true}}})";

/// An engine with a store on the machine's clock.
struct World {
    explicit World(const std::string& file) {
        auto opened = open_store(runtime.loop(), file);
        if (!opened) give_up(opened.error().message);
        engine = std::make_unique<Engine>(runtime.loop(), nullptr, EngineOptions{}, *opened);
        Value answers = Value::object();
        for (int i = 0; i < 10; ++i) { // at once, in this process
            answers = std::move(answers).with(
                "S" + std::to_string(i), *parse_json(R"({"0-1000": {"Return": {"ok": true}}})"));
        }
        engine->use_mocks(std::move(answers));
        engine->on_trouble([](const Error& error) { give_up(error.message); });
        if (auto recovered = engine->recover(); !recovered) give_up(recovered.error().message);
    }
    std::string add(const std::string& name, const std::string& definition) {
        return engine->add_state_machine(
            {.name = name, .program = compile(definition).program, .definition = definition});
    }

    Runtime runtime;
    std::unique_ptr<Engine> engine;
};

struct Rate {
    double per_second = 0;
    double cpu_microseconds = 0; // for one, of both threads
    double median_milliseconds = 0;
    double p99_milliseconds = 0;
};

/// Keeps so many executions of a machine running until enough have ended.
Rate keep_running(World& world, const std::string& machine, std::size_t at_once,
                  std::size_t count) {
    const Value input = *parse_json(R"({"order": {"id": 4711, "items": ["a", "b", "c"]}})");
    std::vector<double> took;
    std::size_t started = 0;
    std::function<void()> start_one = [&] {
        if (started == count) return;
        ++started;
        const auto begun = Clock::now();
        const auto arn = world.engine->start_execution(machine, "", input);
        if (!arn) give_up(arn.error().message);
        world.engine->when_completed(*arn, [&, begun](const ExecutionSummary& ended) {
            if (ended.status != ExecutionStatus::succeeded) give_up("an execution failed");
            took.push_back(seconds_since(begun) * 1e3);
            start_one();
        });
    };
    const auto begun = Clock::now();
    const double cpu_before = cpu_seconds();
    for (std::size_t i = 0; i < at_once; ++i)
        start_one();
    if (!world.runtime.run_until([&] { return took.size() == count; }))
        give_up("stopped after " + std::to_string(took.size()) + " executions");
    const double seconds = seconds_since(begun);
    std::ranges::sort(took);
    const auto executions = static_cast<double>(count);
    return {executions / seconds, (cpu_seconds() - cpu_before) * 1e6 / executions, took[count / 2],
            took[count * 99 / 100]};
}

void measure_rates(const std::string& file) {
    World world(file);
    const std::string tasks = world.add("tasks", ten_tasks());
    const std::string pass = world.add("pass", one_pass);
    std::printf("%8s %10s %8s %24s %10s %8s %24s\n", "at once", "tasks/s", "CPU us",
                "ten tasks, ms: p50  p99", "starts/s", "CPU us", "one Pass, ms: p50  p99");
    for (const std::size_t at_once : {std::size_t{1}, std::size_t{32}, std::size_t{256}}) {
        const std::size_t count = at_once == 1 ? 500 : at_once * 100;
        const Rate ten = keep_running(world, tasks, at_once, count);
        const Rate one = keep_running(world, pass, at_once, count);
        std::printf("%8zu %10.0f %8.1f %18.2f %5.2f %10.0f %8.1f %18.2f %5.2f\n", at_once,
                    ten.per_second * 10, ten.cpu_microseconds / 10, ten.median_milliseconds,
                    ten.p99_milliseconds, one.per_second, one.cpu_microseconds,
                    one.median_milliseconds, one.p99_milliseconds);
    }
    std::printf("%.0f MB in memory, %.0f MB in the file\n", resident_megabytes(),
                file_megabytes(file));
}

void start_waiting(const std::string& file, std::size_t count) {
    World world(file);
    const std::string machine = world.add("wait", a_day);
    const double before = resident_megabytes();
    const auto begun = Clock::now();
    constexpr std::size_t at_once = 1'000;
    std::size_t safe = 0;
    for (std::size_t started = 0; started < count;) {
        const std::size_t upto = std::min(count, started + at_once);
        for (; started < upto; ++started)
            static_cast<void>(world.engine->start_execution(machine, "", Value::object()));
        world.engine->when_safe([&, upto](const Result<void>& kept) {
            if (!kept) give_up(kept.error().message);
            safe = upto;
        });
        // The next are started while these are written.
        world.runtime.run_until([&] { return safe + at_once >= started; });
    }
    world.runtime.run_until([&] { return safe == count; });
    const double seconds = seconds_since(begun);
    std::printf("%zu started in %.1f s (%.0f/s); %.0f MB in memory, %.0f of them before; %.0f MB "
                "in the file\n",
                count, seconds, static_cast<double>(count) / seconds, resident_megabytes(), before,
                file_megabytes(file));
}

void recover_waiting(const std::string& file) {
    const auto begun = Clock::now();
    World world(file);
    const double seconds = seconds_since(begun);
    std::printf("all back in %.2f s; %.0f MB in memory\n", seconds, resident_megabytes());
}

int run(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "rates" && argc == 3) {
        measure_rates(argv[2]);
    } else if (mode == "wait" && argc == 4) {
        start_waiting(argv[2], std::stoul(argv[3]));
    } else if (mode == "recover" && argc == 3) {
        recover_waiting(argv[2]);
    } else {
        give_up("expected rates FILE, wait FILE COUNT, or recover FILE");
    }
    return 0;
}

} // namespace
} // namespace gradus::bench

int main(int argc, char** argv) { return gradus::bench::run(argc, argv); }
