#include "aws/simulated/quotas.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

// Service Quotas, EC2: limits of vCPUs in use, by family and purchase.
constexpr QuotaRow quotas[] = {
    {"L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
     Purchase::on_demand, 1152},
    {"L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
     Purchase::spot, 1152},
    {"L-DB2E81BA", "Running On-Demand G and VT instances", Purchase::on_demand, 768},
    {"L-3819A6DF", "All G and VT Spot Instance Requests", Purchase::spot, 768},
    {"L-417A185B", "Running On-Demand P instances", Purchase::on_demand, 1152},
    {"L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests", Purchase::spot, 1152},
    {"L-C4BD4855", "All P5 Spot Instance Requests", Purchase::spot, 1152},
    {"L-6E869C2A", "Running On-Demand DL instances", Purchase::on_demand, 192},
    {"L-85EED4F7", "All DL Spot Instance Requests", Purchase::spot, 192},
    {"L-1945791B", "Running On-Demand Inf instances", Purchase::on_demand, 192},
    {"L-B5D1601B", "All Inf Spot Instance Requests", Purchase::spot, 192},
    {"L-2C3B7624", "Running On-Demand Trn instances", Purchase::on_demand, 256},
    {"L-6B0D517C", "All Trn Spot Instance Requests", Purchase::spot, 256},
};

} // namespace

std::span<const QuotaRow> ec2_quotas() { return quotas; }

std::string_view quota_code(std::string_view type, Purchase purchase) {
    const bool is_spot = purchase == Purchase::spot;
    const auto is_family = [&](std::string_view letters) {
        return type.starts_with(letters) && type.size() > letters.size() &&
               type[letters.size()] >= '0' && type[letters.size()] <= '9';
    };
    if (is_family("g") || is_family("vt")) return is_spot ? "L-3819A6DF" : "L-DB2E81BA";
    if (type.starts_with("p5") && is_spot) return "L-C4BD4855";
    if (is_family("p")) return is_spot ? "L-7212CCBC" : "L-417A185B";
    if (is_family("dl")) return is_spot ? "L-85EED4F7" : "L-6E869C2A";
    if (is_family("inf")) return is_spot ? "L-B5D1601B" : "L-1945791B";
    if (is_family("trn")) return is_spot ? "L-6B0D517C" : "L-2C3B7624";
    return is_spot ? "L-34B43A08" : "L-1216C47A";
}

double quota_value(const World& world, std::string_view code) {
    const auto set = world.options.quotas.find(std::string(code));
    if (set != world.options.quotas.end()) return set->second;
    for (const QuotaRow& row : quotas)
        if (row.code == code) return row.default_vcpus;
    return 0;
}

} // namespace gradus::simulated
