#pragma once
// The parameters of optimised integrations, as a table, for check_parameters.

#include "gradus/resource.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace gradus {

/// A parameter that has a fixed set of values.
struct ParameterValues {
    std::string_view name;
    std::span<const std::string_view> values;
};

struct IntegrationParameters {
    std::string_view service;
    std::string_view action;
    std::span<const std::string_view> required; // "A|B": one of them
    std::span<const std::string_view> optional; // empty: others aren't checked
    std::span<const ParameterValues> values;
};

/// The names in "A|B".
std::vector<std::string_view> alternatives(std::string_view group);

/// Null for everything that isn't listed, SDK integrations among them.
const IntegrationParameters* integration_parameters(const Resource& resource);

} // namespace gradus
