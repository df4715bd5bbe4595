#pragma once
// The parameters of optimised integrations, as a table. check_parameters reads it when a definition
// is compiled; a task reads it again before it is scheduled, when every parameter has its value.

#include "gradus/json.hpp"
#include "gradus/resource.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// A parameter that has a fixed set of values.
struct ParameterValues {
    std::string_view name;
    std::span<const std::string_view> values;
};

enum class ValueFormat { text, array, object, object_of_arrays };

/// A parameter whose value has a form of its own.
struct ParameterFormat {
    std::string_view name;
    ValueFormat format;
};

struct IntegrationParameters {
    std::string_view service;
    std::string_view action;
    std::span<const std::string_view> required; // "A|B": one of them
    std::span<const std::string_view> optional; // empty: others aren't checked
    std::span<const ParameterValues> values;
    std::span<const ParameterFormat> formats;
};

/// The names in "A|B".
std::vector<std::string_view> alternatives(std::string_view group);

/// Null for everything that isn't listed, SDK integrations among them.
const IntegrationParameters* integration_parameters(const Resource& resource);

/// What marks a member whose value isn't known yet.
enum class ComputedMembers { none, dollar_names, expressions };

struct ParameterFault {
    std::string member; // empty: of all parameters
    std::string message;
    std::string hint;
};

/// What the service would refuse, in the order of its own parameters, then of those given.
std::vector<ParameterFault> parameter_faults(const IntegrationParameters& known,
                                             const Value& parameters, ComputedMembers computed);

} // namespace gradus
