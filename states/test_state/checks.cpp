// What a TestState call may not say. Messages are recorded where a comment doesn't say otherwise.
#include "gradus/json.hpp"
#include "states/map_run_parts.hpp"
#include "states/test_state/parts.hpp"

#include <algorithm>

namespace gradus::testing_state {
namespace {

bool takes_mock(StateType type) {
    return type == StateType::task || type == StateType::map || type == StateType::parallel;
}

/// Work that only a mock can answer. AWS, "TestState API", "Considerations".
bool needs_mock(const Resource& resource) {
    return resource.kind == ResourceKind::activity ||
           resource.pattern != IntegrationPattern::request_response;
}

/// Whether a state of this name lies somewhere inside `outer`.
bool contains_state(const Program& program, const State& outer, const std::string& name) {
    return std::ranges::any_of(program.states, [&](const State& state) {
        if (state.name != Value(name)) return false;
        std::optional<StateIndex> owner = program.scope(state.scope).owner;
        while (owner && &program.state(*owner) != &outer)
            owner = program.scope(program.state(*owner).scope).owner;
        return owner.has_value();
    });
}

} // namespace

Result<void, StatesError> check_request(const TestStateRequest& request) {
    const auto& mock = request.mock;
    // That a mock with neither is refused in the same words isn't recorded.
    if (mock && mock->result.has_value() == mock->error_output.has_value()) {
        return refused(
            "A test mock should have only one of the following fields: [result, errorOutput].");
    }
    if (mock && request.reveals_secrets)
        return refused("TestState does not support RevealSecrets when a mock is specified.");
    if (mock) return {};
    const TestStateConfiguration& configuration = request.configuration;
    // Recorded for MapIterationFailureCount; the others are assumed to be worded alike.
    for (const auto& [is_given, name] :
         {std::pair{configuration.map_iteration_failure_count.has_value(),
                    "MapIterationFailureCount"},
          {configuration.retrier_retry_count.has_value(), "RetrierRetryCount"},
          {configuration.error_caused_by_state.has_value(), "ErrorCausedByState"},
          {configuration.map_item_reader_data.has_value(), "MapItemReaderData"},
          {request.context.has_value(), "Context"}}) {
        if (is_given) {
            return refused("TestState does not support " + std::string(name) +
                           " when a mock is not specified.");
        }
    }
    return {};
}

Result<void, StatesError> check_for_state(const TestStateRequest& request, const Subject& subject) {
    const State& state = subject.state();
    if (request.mock && !takes_mock(state.type)) {
        return refused("State type '" + std::string(state_type_name(state.type)) +
                       "' is not supported when a mock is specified");
    }
    if (request.mock) {
        const auto& inner = request.configuration.error_caused_by_state;
        // Not recorded; worded as for stateName.
        if (inner && state.type != StateType::task &&
            !contains_state(*subject.program, state, *inner)) {
            return refused("State not found in definition");
        }
        return {};
    }
    if (state.type == StateType::map || state.type == StateType::parallel) {
        return StatesError{"InvalidDefinition",
                           "TestState API does not support Map or Parallel states. Supported state "
                           "types include: [Task, Wait, Pass, Succeed, Fail, Choice]"};
    }
    if (state.type != StateType::task) return {};
    if (needs_mock(*std::get<TaskState>(state.detail).resource)) {
        // Not recorded.
        return StatesError{"InvalidDefinition",
                           "TestState API does not support activities, '.sync' or "
                           "'.waitForTaskToken' integrations when a mock is not specified."};
    }
    if (!request.role_arn) return refused("RoleArn must be specified when testing a Task state");
    return {};
}

Result<void, StatesError> check_result(const TestStateRequest& request, const State& state,
                                       const Value& result, const TestStateSetting& setting) {
    if (state.type == StateType::task) {
        const FieldValidationMode mode = request.mock->field_validation_mode;
        if (mode == FieldValidationMode::none || !setting.check_mock) return {};
        const Resource& resource = *std::get<TaskState>(state.detail).resource;
        if (const auto fault = setting.check_mock(resource, result, mode))
            return refused("Mock result schema validation error: " + *fault);
        return {};
    }
    const auto* map = std::get_if<MapState>(&state.detail);
    if (map != nullptr && map->distributed && is_exported(*map->distributed)) {
        if (!result.is_object()) return refused("Mocked result must be a JSON object.");
        return {};
    }
    if (!result.is_array()) return refused("Mocked result must be an array.");
    if (state.type == StateType::parallel &&
        result.size() != std::get<ParallelState>(state.detail).branches.size()) {
        return refused("Mocked result must contain the same number of items as number of Parallel "
                       "branches.");
    }
    return {};
}

} // namespace gradus::testing_state
