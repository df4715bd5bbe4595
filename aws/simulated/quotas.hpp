#pragma once
// EC2's vCPU limits: which code limits which types of which purchase, and how high. Inside of
// aws/simulated.

#include "aws/simulated/world.hpp"

#include <span>

namespace gradus::simulated {

struct QuotaRow {
    std::string_view code;
    std::string_view name;
    Purchase purchase;
    double default_vcpus; // here; AWS gives new accounts less
};

std::span<const QuotaRow> ec2_quotas();
/// The code that limits a type ("g5.xlarge").
std::string_view quota_code(std::string_view type, Purchase purchase);
double quota_value(const World& world, std::string_view code);

} // namespace gradus::simulated
