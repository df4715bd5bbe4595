#pragma once
// Holds mocked results of tasks against the APIs of AWS's services: what TestState's field
// validation modes ask for.

#include "gradus/test_state.hpp"

#include <memory>

namespace gradus {

namespace aws {
class ModelCache;
}

/// A check for TestStateSetting. It gives AWS's words ("Field 'StatusCode' must be a number").
/// Members that an API doesn't have are nobody's business, and neither are results of services
/// without a model, of functions, activities, and tasks that a token ends. Copies share the models,
/// which aren't for several threads. Null: those that are built in.
MockCheck mock_check_by_service_models(std::shared_ptr<aws::ModelCache> services = nullptr);

} // namespace gradus
