// TestState from request to response.
#include "gradus/json.hpp"
#include "states/test_state/parts.hpp"

namespace gradus {
namespace testing_state {
namespace {

/// Parses what the request has as text, and checks what the state says about it.
Result<Given, StatesError> read_given(const TestStateRequest& request, const State& state,
                                      const TestStateSetting& setting) {
    Given given;
    if (request.mock && request.mock->result) {
        auto result = parse_json(*request.mock->result);
        if (!result) return refused("Mocked result must be valid JSON");
        GRADUS_CHECK(check_result(request, state, *result, setting));
        given.mocked_result = std::move(*result);
    }
    auto input = parse_json(request.input);
    if (!input) {
        return StatesError{"InvalidExecutionInput", "Invalid State Machine Execution Input: '" +
                                                        input.error().message + "'"};
    }
    given.input = std::move(*input);
    if (request.variables) {
        auto variables = parse_json(*request.variables);
        if (!variables || !variables->is_object())
            return refused("Variables must be a JSON object"); // not recorded
        given.variables = std::move(*variables);
    }
    return given;
}

} // namespace

Result<TestStateResponse, StatesError> test(const TestStateRequest& request,
                                            const TestStateSetting& setting) {
    GRADUS_CHECK(check_request(request));
    GRADUS_TRY(const Subject subject, find_subject(request));
    GRADUS_CHECK(check_for_state(request, subject));
    GRADUS_TRY(Given given, read_given(request, subject.state(), setting));
    Inspection inspection;
    if (request.context) {
        GRADUS_TRY(inspection.context, read_context(*request.context, subject.state()));
    }
    inspection.retries_used =
        static_cast<std::uint32_t>(request.configuration.retrier_retry_count.value_or(0));
    const Value input = given.input;
    GRADUS_TRY(const Outcome outcome,
               run(request, subject, std::move(given), std::move(inspection), setting));
    return make_response(request, subject, input, outcome);
}

} // namespace testing_state

Result<TestStateResponse, StatesError> test_state(const TestStateRequest& request,
                                                  const TestStateSetting& setting) {
    return testing_state::test(request, setting);
}

} // namespace gradus
