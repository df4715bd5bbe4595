#include "workflows/capacity/catalogue.hpp"

#include <algorithm>
#include <array>

namespace gradus::capacity {
namespace {

constexpr auto table = std::to_array<GpuType>({
    {"g4dn.xlarge", 4, 16, "x86_64", "T4", 1, 16, 7.5, 0.526},
    {"g4dn.2xlarge", 8, 32, "x86_64", "T4", 1, 16, 7.5, 0.752},
    {"g4dn.4xlarge", 16, 64, "x86_64", "T4", 1, 16, 7.5, 1.204},
    {"g4dn.12xlarge", 48, 192, "x86_64", "T4", 4, 16, 7.5, 3.912},
    {"g5.xlarge", 4, 16, "x86_64", "A10G", 1, 24, 8.6, 1.006},
    {"g5.2xlarge", 8, 32, "x86_64", "A10G", 1, 24, 8.6, 1.212},
    {"g5.4xlarge", 16, 64, "x86_64", "A10G", 1, 24, 8.6, 1.624},
    {"g5.12xlarge", 48, 192, "x86_64", "A10G", 4, 24, 8.6, 5.672},
    {"g5.48xlarge", 192, 768, "x86_64", "A10G", 8, 24, 8.6, 16.288},
    {"g5g.xlarge", 4, 8, "arm64", "T4G", 1, 16, 7.5, 0.42},
    {"g5g.2xlarge", 8, 16, "arm64", "T4G", 1, 16, 7.5, 0.556},
    {"g6.xlarge", 4, 16, "x86_64", "L4", 1, 24, 8.9, 0.8048},
    {"g6.2xlarge", 8, 32, "x86_64", "L4", 1, 24, 8.9, 0.9776},
    {"g6.12xlarge", 48, 192, "x86_64", "L4", 4, 24, 8.9, 4.6016},
    {"g6e.xlarge", 4, 32, "x86_64", "L40S", 1, 48, 8.9, 1.861},
    {"g6e.2xlarge", 8, 64, "x86_64", "L40S", 1, 48, 8.9, 2.24208},
    {"p2.xlarge", 4, 61, "x86_64", "K80", 1, 12, 3.7, 0.9},
    {"p2.8xlarge", 32, 488, "x86_64", "K80", 8, 12, 3.7, 7.2},
    {"p3.2xlarge", 8, 61, "x86_64", "V100", 1, 16, 7.0, 3.06},
    {"p3.8xlarge", 32, 244, "x86_64", "V100", 4, 16, 7.0, 12.24},
    {"p3.16xlarge", 64, 488, "x86_64", "V100", 8, 16, 7.0, 24.48},
    {"p4d.24xlarge", 96, 1152, "x86_64", "A100", 8, 40, 8.0, 21.957},
    {"p5.48xlarge", 192, 2048, "x86_64", "H100", 8, 80, 9.0, 55.04},
    {"p5en.48xlarge", 192, 2048, "x86_64", "H200", 8, 141, 9.0, 63.296},
});

std::string describe(const GpuType& type) {
    return std::to_string(type.gpus) + " x " + std::string(type.gpu) + " " +
           std::to_string(type.gpu_memory_gib) + " GiB, " + std::to_string(type.vcpus) + " vCPU, " +
           std::to_string(type.memory_gib) + " GiB" +
           (type.architecture == "arm64" ? ", arm64" : "");
}

} // namespace

std::span<const GpuType> gpu_types() { return table; }

const GpuType* find_gpu_type(std::string_view name) {
    const auto found = std::ranges::find(table, name, &GpuType::name);
    return found == table.end() ? nullptr : &*found;
}

Need need_of(const GpuType& type) {
    return {.gpus = type.gpus,
            .gpu_memory_gib = type.gpu_memory_gib,
            .compute_capability = type.compute_capability,
            .memory_gib = type.memory_gib,
            .architecture = std::string(type.architecture)};
}

std::optional<std::string> misfit(const GpuType& type, const Need& need) {
    if (type.gpus < need.gpus) return "has " + std::to_string(type.gpus) + " GPU";
    if (type.gpu_memory_gib < need.gpu_memory_gib) {
        return "has " + std::to_string(type.gpu_memory_gib) + " GiB a GPU";
    }
    if (type.compute_capability < need.compute_capability) return "has an older kind of GPU";
    if (type.memory_gib < need.memory_gib) {
        return "has " + std::to_string(type.memory_gib) + " GiB of host memory";
    }
    if (!need.architecture.empty() && type.architecture != need.architecture) {
        return "is " + std::string(type.architecture) + ", the image is " + need.architecture;
    }
    if (need.on_demand_usd_max > 0 && type.on_demand_usd > need.on_demand_usd_max) {
        return "costs more than the limit";
    }
    return std::nullopt;
}

std::vector<Suggestion> types_for(const Need& need) {
    std::vector<Suggestion> out;
    for (const GpuType& type : table) {
        if (misfit(type, need)) continue;
        out.push_back({std::string(type.name), type.on_demand_usd, describe(type)});
    }
    std::ranges::stable_sort(out, {}, &Suggestion::on_demand_usd);
    return out;
}

} // namespace gradus::capacity
