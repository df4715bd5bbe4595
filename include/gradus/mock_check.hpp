#pragma once
// Holds mocked results of tasks against the APIs of AWS's services, as they are built in: what
// TestState's field validation modes ask for.

#include "gradus/test_state.hpp"

namespace gradus {

/// A check for TestStateSetting. It gives AWS's words ("Field 'StatusCode' must be a number").
/// Members that an API doesn't have are nobody's business, and neither are results of services
/// without a built-in model, of functions, activities, and tasks that a token ends. Copies share a
/// cache of models, which isn't for several threads.
MockCheck mock_check_by_service_models();

} // namespace gradus
