// Evaluates the expressions of a file like the one the reference's times were taken on: {"data": …,
// "expressions": [{"id", "expr", "bindings", "result"}]}. A binding "@name" stands for data.name.
// Results are checked before anything is timed.
//
//   bench_jsonata [--workloads=FOLDER] [Google Benchmark's options]

#include "states/query/jsonata/jsonata.hpp"
#include "bench/workloads.hpp"
#include "gradus/json.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using gradus::Value;
namespace jsonata = gradus::jsonata;

struct Case {
    std::string id;
    std::string text;
    std::vector<std::string> names;
    std::vector<Value> values;
    std::vector<jsonata::Binding> bindings;
    Value expected;
};

std::vector<std::unique_ptr<Case>> read_cases(const Value& document) {
    std::vector<std::unique_ptr<Case>> cases;
    for (const Value& entry : document["expressions"].as_array()) {
        auto one = std::make_unique<Case>();
        one->id = entry["id"].as_string();
        one->text = entry["expr"].as_string();
        one->expected = entry["result"];
        for (const gradus::Member& member : entry["bindings"].as_object()) {
            const bool named =
                member.value.is_string() && member.value.as_string().starts_with('@');
            one->names.emplace_back(member.name());
            one->values.push_back(named ? document["data"][member.value.as_string().substr(1)]
                                        : member.value);
        }
        for (std::size_t i = 0; i < one->names.size(); ++i)
            one->bindings.push_back({one->names[i], one->values[i]});
        cases.push_back(std::move(one));
    }
    return cases;
}

// Decimals of the file are kept as text; results are doubles.
bool same(const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) return a.as_double() == b.as_double();
    if (a.is_array() && b.is_array() && a.size() == b.size()) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!same(a[i], b[i])) return false;
        }
        return true;
    }
    if (!a.is_object() || !b.is_object() || a.size() != b.size()) return a == b;
    for (const gradus::Member& member : a.as_object()) {
        const Value* other = b.find(member.name());
        if (other == nullptr || !same(member.value, *other)) return false;
    }
    return true;
}

void compile_case(benchmark::State& state, const Case& one) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(jsonata::compile(one.text, jsonata::Dialect::step_functions));
    }
}

void evaluate_case(benchmark::State& state, const Case& one) {
    const auto expression = jsonata::compile(one.text, jsonata::Dialect::step_functions);
    const jsonata::Bindings bindings{.variables = one.bindings};
    const auto outcome = jsonata::evaluate(*expression, bindings);
    if (!outcome || !same(outcome->value, one.expected)) {
        state.SkipWithError("the result isn't the expected one");
        return;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(jsonata::evaluate(*expression, bindings));
    }
}

} // namespace

int main(int argc, char** argv) {
    const std::string folder = gradus::bench::workloads_folder(argc, argv);
    const Value document = gradus::bench::read_json(folder + "/jsonata_expressions.json");
    const auto cases = read_cases(document);
    for (const auto& one : cases) {
        benchmark::RegisterBenchmark(
            ("evaluate/" + one->id).c_str(),
            [&one](benchmark::State& state) { evaluate_case(state, *one); });
        benchmark::RegisterBenchmark(
            ("compile/" + one->id).c_str(),
            [&one](benchmark::State& state) { compile_case(state, *one); });
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
