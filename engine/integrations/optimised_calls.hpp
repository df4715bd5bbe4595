#pragma once
// The optimised calls as a table: which operation of which service an action is, how its errors are
// named, and what is done to parameters and results on the way. docs/integrations.md is made from
// it. States, http and apigateway have integrations of their own.

#include "engine/integrations/service_errors.hpp"
#include "gradus/command.hpp"

#include <span>
#include <string_view>

namespace gradus {

struct OptimisedCall {
    std::string_view service;
    std::string_view action;
    std::string_view model; // as aws::Call names it
    std::string_view operation;
    const ServiceNames* names;
    bool fills_lists = false; // CallStyle::optimised_with_lists
    // Parameters in the names of tasks, before they go to the service; null: as they are given.
    Value (*to_service)(const ExecutionIdentity& caller, Value parameters) = nullptr;
    // The result in the names of tasks, without metadata; null: as the service gives it.
    Result<Value, Failure> (*from_service)(Value result) = nullptr;
};

std::span<const OptimisedCall> optimised_calls();
/// Null when there is no such row. A function's ARN as a resource is lambda:invoke.
const OptimisedCall* find_optimised_call(const Resource& resource);

} // namespace gradus
