#include "aws/simulated/options.hpp"

#include <tuple>

namespace gradus::simulated {

namespace {

struct Row {
    std::string_view name;
    std::int64_t vcpus;
    std::int64_t memory_mib;
    std::string_view architecture;
    std::int64_t gpus;
    std::string_view gpu_name;
    std::int64_t gpu_memory_mib;
    double on_demand_usd;
};

// AWS, "Amazon EC2 instance types" and the Linux on-demand price list of us-east-1, 2025 and 2026.
constexpr Row rows[] = {
    {"t3.large", 2, 8192, "x86_64", 0, "", 0, 0.0832},
    {"m5.large", 2, 8192, "x86_64", 0, "", 0, 0.096},
    {"g4dn.xlarge", 4, 16384, "x86_64", 1, "T4", 16384, 0.526},
    {"g4dn.2xlarge", 8, 32768, "x86_64", 1, "T4", 16384, 0.752},
    {"g4dn.12xlarge", 48, 196608, "x86_64", 4, "T4", 16384, 3.912},
    {"g5.xlarge", 4, 16384, "x86_64", 1, "A10G", 22888, 1.006},
    {"g5.2xlarge", 8, 32768, "x86_64", 1, "A10G", 22888, 1.212},
    {"g5.12xlarge", 48, 196608, "x86_64", 4, "A10G", 22888, 5.672},
    {"g5g.xlarge", 4, 8192, "arm64", 1, "T4g", 16384, 0.42},
    {"g5g.2xlarge", 8, 16384, "arm64", 1, "T4g", 16384, 0.556},
    {"g6.xlarge", 4, 16384, "x86_64", 1, "L4", 22888, 0.8048},
    {"g6.2xlarge", 8, 32768, "x86_64", 1, "L4", 22888, 0.9776},
    {"g6e.xlarge", 4, 32768, "x86_64", 1, "L40S", 45776, 1.861},
    {"p2.xlarge", 4, 62464, "x86_64", 1, "K80", 12288, 0.9},
    {"p2.8xlarge", 32, 499712, "x86_64", 8, "K80", 12288, 7.2},
    {"p3.2xlarge", 8, 62464, "x86_64", 1, "V100", 16384, 3.06},
    {"p3.8xlarge", 32, 249856, "x86_64", 4, "V100", 16384, 12.24},
    {"p3.16xlarge", 64, 499712, "x86_64", 8, "V100", 16384, 24.48},
    {"p4d.24xlarge", 96, 1179648, "x86_64", 8, "A100", 40960, 21.957642},
    {"p5.48xlarge", 192, 2097152, "x86_64", 8, "H100", 81920, 55.04},
    {"p5en.48xlarge", 192, 2097152, "x86_64", 8, "H200", 144384, 63.296},
};

} // namespace

std::vector<InstanceType> default_catalogue() {
    std::vector<InstanceType> out;
    for (const Row& row : rows) {
        InstanceType type;
        type.name = row.name;
        type.vcpus = row.vcpus;
        type.memory_mib = row.memory_mib;
        type.architecture = row.architecture;
        type.gpus = row.gpus;
        type.gpu_name = row.gpu_name;
        type.gpu_memory_mib = row.gpu_memory_mib;
        type.on_demand_usd = row.on_demand_usd;
        out.push_back(std::move(type));
    }
    return out;
}

std::vector<RegionOptions> default_regions() {
    return {
        {"us-east-1", {"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"}, 1.0},
        {"us-east-2", {"us-east-2a", "us-east-2b", "us-east-2c"}, 1.0},
        {"us-west-2", {"us-west-2a", "us-west-2b", "us-west-2c"}, 1.0},
        {"eu-west-1", {"eu-west-1a", "eu-west-1b", "eu-west-1c"}, 1.1},
    };
}

} // namespace gradus::simulated
