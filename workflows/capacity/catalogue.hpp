#pragma once
// GPU instance types and which of them can stand in for which, by what a workload needs. Figures
// are those of AWS's public data sheets and price list (Linux, us-east-1, 2026); prices order types
// and stand in where no regional price is known.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::capacity {

struct GpuType {
    std::string_view name;
    int vcpus;
    int memory_gib;
    std::string_view architecture; // "x86_64", "arm64"
    std::string_view gpu;
    int gpus;
    int gpu_memory_gib;        // each
    double compute_capability; // of CUDA
    double on_demand_usd;      // per hour
};

std::span<const GpuType> gpu_types();
const GpuType* find_gpu_type(std::string_view name);

/// What a workload can't do without. Zero: no wish.
struct Need {
    int gpus = 1;
    int gpu_memory_gib = 0; // each
    double compute_capability = 0;
    int memory_gib = 0;
    std::string architecture; // of the container image; empty: any
    double on_demand_usd_max = 0;
};

/// What a type offers, as a need: whatever satisfies it can take its place.
Need need_of(const GpuType& type);

struct Suggestion {
    std::string type;
    double on_demand_usd = 0;
    std::string reason; // "1 x A10G 24 GiB, 8 vCPU, 32 GiB"
};

/// Types that satisfy the need, cheapest first.
std::vector<Suggestion> types_for(const Need& need);

/// Why a type doesn't satisfy a need; nothing when it does.
std::optional<std::string> misfit(const GpuType& type, const Need& need);

} // namespace gradus::capacity
