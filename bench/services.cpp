// What it costs to know a service: opening the bundle, reading one model of it, and asking endpoint
// rules where a call goes.
#include "aws/endpoint/endpoint.hpp"
#include "aws/http/installed_services.hpp"
#include "aws/model/models.hpp"

#include "gradus/json.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace gradus;
using namespace gradus::aws;

void open_bundle(benchmark::State& state) {
    for (auto _ : state) {
        const auto bundle = open_services(places_of_services());
        if (!bundle) return state.SkipWithError(bundle.error().message.c_str());
        benchmark::DoNotOptimize((*bundle)->services().size());
    }
}
BENCHMARK(open_bundle)->Unit(benchmark::kMicrosecond);

void read_service(benchmark::State& state, const std::string& name) {
    const auto bundle = open_services(places_of_services());
    if (!bundle) return state.SkipWithError(bundle.error().message.c_str());
    for (auto _ : state)
        benchmark::DoNotOptimize((*bundle)->load(*(*bundle)->find(name)).value());
}
BENCHMARK_CAPTURE(read_service, sts, "sts")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(read_service, logs, "logs")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(read_service, sagemaker, "sagemaker")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(read_service, ec2, "ec2")->Unit(benchmark::kMicrosecond);

void resolve_endpoint(benchmark::State& state, const std::string& service,
                      const std::string& operation, const std::string& input_json) {
    ModelCache models;
    EndpointRules rules;
    const auto model = *models.get(service);
    const Operation& called = *model->find_operation(operation);
    const Value input = *parse_json(input_json);
    const EndpointSettings settings;
    for (auto _ : state)
        benchmark::DoNotOptimize(
            rules
                .resolve(model, {.operation = called, .input = input, .region = "us-west-2"},
                         settings)
                .value());
}
BENCHMARK_CAPTURE(resolve_endpoint, ec2, "ec2", "DescribeInstances", "{}");
BENCHMARK_CAPTURE(resolve_endpoint, s3, "s3", "GetObject", R"({"Bucket": "bucket", "Key": "k"})");

} // namespace

BENCHMARK_MAIN();
