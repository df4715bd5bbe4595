// How fast recorded executions are replayed, and a whole store is audited:
//
//   bench_replay replay            recordings in memory, by their own inputs and along their
//   branches bench_replay make FILE EVENTS  a store with so many history events bench_replay audit
//   FILE        its audit; the process's peak memory with it
#include "gradus/replay.hpp"
#include "gradus/archive.hpp"
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/runtime.hpp"
#include "gradus/store.hpp"
#include "gradus/virtual_loop.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <sys/resource.h>

namespace gradus {
namespace {

[[noreturn]] void give_up(const std::string& message) {
    std::fprintf(stderr, "bench_replay: %s\n", message.c_str());
    std::exit(2);
}

template <class T, class E>
T or_give_up(Result<T, E> result) {
    if (!result) give_up(result.error().message);
    return std::move(*result);
}

double cpu_seconds() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

constexpr const char* function = "arn:aws:lambda:us-east-1:123456789012:function:noop";

/// Ten tasks one after the other: 52 events.
std::string ten_tasks() {
    std::string states;
    for (int i = 0; i < 10; ++i) {
        const std::string end =
            i < 9 ? "\"Next\":\"S" + std::to_string(i + 1) + "\"" : "\"End\":true";
        states += (i > 0 ? ",\"S" : "\"S") + std::to_string(i) +
                  R"(":{"Type":"Task","ResultPath":"$.r","Resource":")" + function + "\"," + end +
                  "}";
    }
    return R"({"StartAt":"S0","States":{)" + states + "}}";
}
/// A Map over the input, a task for each.
std::string map_of_tasks() {
    return R"({"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","End":true,
        "ItemProcessor":{"StartAt":"S0","States":{"S0":{"Type":"Task","End":true,"Resource":")" +
           std::string(function) + R"("}}}}}})";
}

const Value& order() {
    static const Value value = *parse_json(R"({"order":{"id":4711,"items":["a","b","c"]}})");
    return value;
}

std::string add(Engine& engine, const std::string& definition) {
    Value answers = Value::object();
    for (int i = 0; i < 10; ++i)
        answers = std::move(answers).with("S" + std::to_string(i),
                                          *parse_json(R"({"0-100000":{"Return":{"ok":true}}})"));
    engine.use_mocks(std::move(answers));
    return engine.add_state_machine(
        {.name = "m", .program = compile(definition).program, .definition = definition});
}

Recording recorded(const std::string& definition, const Value& input) {
    VirtualLoop loop(1'700'000'000'000);
    EngineOptions options;
    options.history_events_max = 0;
    Engine engine(loop, nullptr, options);
    const auto arn = engine.start_execution(add(engine, definition), "e", input);
    if (!arn) give_up(arn.error().message);
    loop.run_until([] { return false; });
    return or_give_up(engine.recording(*arn));
}

template <class Replay>
void measure(const char* what, const Replay& replay) {
    std::uint64_t events = 0;
    const double before = cpu_seconds();
    double seconds = 0;
    while (seconds < 2) {
        const ReplayReport report = or_give_up(replay());
        if (!report.is_equal()) give_up("a recording doesn't replay equal");
        events += report.events;
        seconds = cpu_seconds() - before;
    }
    std::printf("%-40s %10.0f events/s\n", what, static_cast<double>(events) / seconds);
}

void measure_replay() {
    const Recording tasks = recorded(ten_tasks(), order());
    Array items;
    for (int i = 0; i < 2'000; ++i)
        items.emplace_back(i);
    const Recording map =
        recorded(map_of_tasks(), Value::object({{"items", Value(std::move(items))}}));
    const std::string text = recording_text(map);
    measure("ten tasks, by its inputs", [&] { return replay(tasks); });
    measure("ten tasks, along its branches", [&] { return replay(tasks, tasks.definition); });
    measure("Map of 2,000 tasks, by its inputs", [&] { return replay(map); });
    measure("the same, read from its text first", [&]() -> Result<ReplayReport> {
        GRADUS_TRY(const Recording read, read_recording(text));
        return replay(read);
    });
    measure("Map of 2,000 tasks, along its branches", [&] { return replay(map, map.definition); });
}

void make(const std::string& file, std::uint64_t events) {
    Runtime runtime;
    auto store = or_give_up(open_store(runtime.loop(), file));
    Engine engine(runtime.loop(), nullptr, EngineOptions{}, store);
    engine.on_trouble([](const Error& error) { give_up(error.message); });
    if (const auto recovered = engine.recover(); !recovered) give_up(recovered.error().message);
    const std::string machine = add(engine, ten_tasks());
    std::uint64_t made = 0;
    std::uint64_t running = 0;
    engine.on_completed([&](const ExecutionSummary& ended) {
        made += ended.history_size;
        --running;
    });
    constexpr std::uint64_t at_once = 500;
    while (made < events) {
        while (running < at_once) {
            if (!engine.start_execution(machine, "", order())) give_up("can't start");
            ++running;
        }
        runtime.run_until([&] { return running < at_once; });
    }
    runtime.run_until([&] { return running == 0; });
}

void audit(const std::string& file) {
    const auto begun = std::chrono::steady_clock::now();
    Archive archive = or_give_up(Archive::open(file));
    const AuditSummary summary =
        or_give_up(archive.audit([](const AuditFinding& one) { give_up(one.message); }));
    const double cpu = cpu_seconds();
    const double wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%llu events of %llu executions: %.1f s CPU, %.1f s in all, %.0f events/s of CPU, "
                "%.1f MB at most\n",
                static_cast<unsigned long long>(summary.events),
                static_cast<unsigned long long>(summary.executions), cpu, wall,
                static_cast<double>(summary.events) / cpu,
                static_cast<double>(usage.ru_maxrss) / 1024);
}

} // namespace
} // namespace gradus

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "replay" && argc == 2)
        gradus::measure_replay();
    else if (what == "make" && argc == 4)
        gradus::make(argv[2], std::strtoull(argv[3], nullptr, 10));
    else if (what == "audit" && argc == 3)
        gradus::audit(argv[2]);
    else
        gradus::give_up("expected replay, make FILE EVENTS, or audit FILE");
}
