#pragma once
// Holds the tasks of a definition against the APIs of the AWS services that they call: services,
// actions and members that don't exist, values of the wrong type. For CompileOptions.

#include "gradus/diagnostics.hpp"
#include "gradus/resource.hpp"
#include "gradus/value.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gradus {

namespace aws {
class ModelCache;
}

/// A task as it is written.
struct ServiceTask {
    const Resource& resource;
    const Value* parameters = nullptr; // null: the input is what the service gets
    bool is_jsonata = false;           // else members "X.$" are computed
};

struct ServiceFault {
    Severity severity = Severity::error;
    bool is_of_resource = false;
    std::string pointer; // of the faulty value, below the parameters
    std::string message;
    std::string hint;
};

/// What is wrong with a task, in the order of its parameters.
using ServiceCheck = std::function<std::vector<ServiceFault>(const ServiceTask&)>;

/// A check of SDK integrations by the models of services. What AWS refuses when it creates a state
/// machine is an error, what fails when the task runs a warning. Copies share the models, which
/// aren't for several threads. Null: those that are built in.
ServiceCheck service_check_by_models(std::shared_ptr<aws::ModelCache> services);

} // namespace gradus
