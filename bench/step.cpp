// Transitions a second of whole executions through `step`, history included, on one thread. What is
// run, and what must come out of it, stands in the table below; output, transitions and events are
// checked before time is taken.
//
//   bench_step [--workloads=FOLDER] [Google Benchmark's options]
//   bench_step [--workloads=FOLDER] --once NAME COUNT    runs one workload COUNT times, untimed:
//   for
//                                                        callgrind and for peak memory

#include "bench/scripted_world.hpp"
#include "bench/workloads.hpp"
#include "gradus/json.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace gradus;

/// The output that a workload must have, of its input.
using Expected = Value (*)(const Value& input);

Value same_as_input(const Value& input) { return input; }
Value items_of(const Value& input) { return input["items"]; }
Value empty_result_for_each_item(const Value& input) {
    return Value(Array(input["items"].size(), Value::object()));
}
Value parsed(std::string_view text) { return *parse_json(text); }

Value with_ten_members(const Value& input) {
    Value output = input;
    for (int i = 0; i < 10; ++i)
        output = output.with("s" + std::to_string(i), i);
    return output;
}

/// What S0…S4 of the workload make of its document, one after the other.
Value document_after_five_states(const Value& input) {
    Value document = input["doc"];
    Array names;
    for (const Value& line : document["lines"].as_array())
        names.push_back(line["sku"]);
    document = Value::object({{"id", document["id"]},
                              {"total", 105},
                              {"tag", "ord-1-104"},
                              {"has", true},
                              {"tags", document["tags"]},
                              {"lines", document["lines"]},
                              {"names", Value(names)}});
    return input.with("doc", document);
}

struct Workload {
    std::string_view name;
    std::string_view definition;
    std::string_view input;
    std::uint64_t transitions;
    std::uint64_t events; // 0: not given by the workloads' page
    Expected expected;
};

const Workload workloads[] = {
    {"pass_chain_25", "pass_chain_25", "n1", 25, 52, same_as_input},
    {"pass_chain_1000", "pass_chain_1000", "n1", 1'000, 2'002, same_as_input},
    {"pass_chain_25_jsonata", "pass_chain_25_jsonata", "n1", 25, 52,
     [](const Value&) { return parsed(R"({"n":26})"); }},
    {"task_chain_10", "task_chain_10", "n1", 10, 52,
     [](const Value&) { return parsed(R"({"n":1,"r":{}})"); }},
    {"choice_loop_1k", "choice_loop_1k", "empty", 2'003, 4'008,
     [](const Value&) { return parsed(R"({"i":1000,"n":1000})"); }},
    {"choice_loop_10k", "choice_loop_10k", "empty", 20'003, 40'008,
     [](const Value&) { return parsed(R"({"i":10000,"n":10000})"); }},
    {"choice_loop_1k_jsonata", "choice_loop_1k_jsonata", "empty", 2'003, 4'008,
     [](const Value&) { return Value(1'000); }},
    {"choice_loop_10k_jsonata", "choice_loop_10k_jsonata", "empty", 20'003, 40'008,
     [](const Value&) { return Value(10'000); }},
    {"choice_wide_100", "choice_wide_100", "choice_wide_100", 2, 6, same_as_input},
    {"map_inline_1000", "map_inline", "items_1000", 1'001, 4'006, items_of},
    {"map_inline_10000", "map_inline", "items_10000", 10'001, 40'006, items_of},
    {"map_inline_mc40_1000", "map_inline_mc40", "items_1000", 1'001, 4'006, items_of},
    {"map_inline_mc40_10000", "map_inline_mc40", "items_10000", 10'001, 40'006, items_of},
    {"map_task", "map_task", "items_1000", 1'001, 7'006, empty_result_for_each_item},
    {"parallel_10x10", "parallel_10x10", "n1", 101, 206,
     [](const Value& input) { return Value(Array(10, input)); }},
    {"data_flow_5", "data_flow_5", "data_flow_5", 5, 12, document_after_five_states},
    {"payload_10", "payload_10", "payload_200k", 10, 22, with_ten_members},
    {"wait_1s", "wait_1s", "empty", 2, 6, same_as_input},
    {"retry_catch", "retry_catch", "empty", 3, 0,
     [](const Value&) { return parsed(R"({"a":{},"err":{"Error":"Broken","Cause":""}})"); }},
    {"order", "order", "order", 13, 0, [](const Value&) { return parsed("{}"); }},
};

/// A workload ready to run.
class Prepared {
public:
    Prepared(const std::string& folder, const Workload& workload)
        : workload_(workload),
          program_(compile(bench::read_text(folder + "/asl/" + std::string(workload.definition) +
                                            ".asl.json"))
                       .program),
          input_(
              bench::read_json(folder + "/asl/inputs/" + std::string(workload.input) + ".json")) {}

    /// Why this workload can't be timed; empty when one run gives what it must.
    std::string fault() const {
        if (!program_) return "the definition has errors";
        bench::ScriptedWorld world(*program_);
        world.run(input_);
        const auto& history = world.effects().history;
        const auto entered = std::ranges::count_if(history, [](const HistoryEvent& event) {
            return std::holds_alternative<StateEnteredDetails>(event.details);
        });
        if (world.execution().status != ExecutionStatus::succeeded) return "it didn't succeed";
        if (!(world.execution().output == workload_.expected(input_)))
            return "the output isn't the expected one";
        if (static_cast<std::uint64_t>(entered) != workload_.transitions)
            return std::to_string(entered) + " transitions";
        if (workload_.events != 0 && history.size() != workload_.events)
            return std::to_string(history.size()) + " events";
        return "";
    }

    const Workload& workload() const { return workload_; }
    const Program& program() const { return *program_; }
    const Value& input() const { return input_; }

private:
    const Workload& workload_;
    std::shared_ptr<const Program> program_;
    Value input_;
};

void time_workload(benchmark::State& state, const std::string& folder, const Workload& workload) {
    const Prepared prepared(folder, workload);
    if (const std::string fault = prepared.fault(); !fault.empty()) {
        state.SkipWithError(fault.c_str());
        return;
    }
    bench::ScriptedWorld world(prepared.program());
    for (auto _ : state) {
        world.run(prepared.input());
        benchmark::DoNotOptimize(world.effects().history.data());
    }
    state.counters["transitions"] = benchmark::Counter(
        static_cast<double>(workload.transitions), benchmark::Counter::kIsIterationInvariantRate);
}

/// The most memory that this process ever had resident, as Linux tells it; 0 where it doesn't.
/// getrusage would count what the parent had before it became this program.
long peak_kilobytes() {
    const std::string status = bench::read_text("/proc/self/status");
    const std::size_t at = status.find("VmHWM:");
    return at == std::string::npos ? 0 : std::strtol(status.c_str() + at + 6, nullptr, 10);
}

int run_once(const std::string& folder, std::string_view name, long count) {
    const auto* found = std::ranges::find(workloads, name, &Workload::name);
    if (found == std::end(workloads)) {
        std::fprintf(stderr, "No workload is named '%s'\n", std::string(name).c_str());
        return 2;
    }
    const Prepared prepared(folder, *found);
    bench::ScriptedWorld world(prepared.program());
    for (long i = 0; i < count; ++i)
        world.run(prepared.input());
    std::printf("%llu transitions a run, %ld KB at the peak\n",
                static_cast<unsigned long long>(found->transitions), peak_kilobytes());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::string folder = bench::workloads_folder(argc, argv);
    if (argc == 4 && std::string_view(argv[1]) == "--once")
        return run_once(folder, argv[2], std::strtol(argv[3], nullptr, 10));
    for (const Workload& workload : workloads) {
        benchmark::RegisterBenchmark(("step/" + std::string(workload.name)).c_str(),
                                     [&folder, &workload](benchmark::State& state) {
                                         time_workload(state, folder, workload);
                                     });
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
