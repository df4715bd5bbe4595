#pragma once
// TestState: runs one state of a definition on its own, and shows what became of its data. AWS,
// API reference, "TestState". The state runs on the very code that executions run on; nothing waits
// and nothing is kept.

#include "gradus/command.hpp"
#include "gradus/failure.hpp"
#include "gradus/result.hpp"
#include "gradus/states_error.hpp"
#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gradus {

/// How much is shown: the outcome; also the data after each step. `trace` adds what an HTTP task
/// sent and got, which gradus has none of, so that it shows what `debug` shows.
enum class InspectionLevel : std::uint8_t { info, debug, trace };

/// How a mocked result is held against the API of the service it stands for: whole, only the
/// members that it has, or not at all.
enum class FieldValidationMode : std::uint8_t { strict, present, none };

/// What the state's work came to, instead of doing it. At most one of the two.
struct TestStateMock {
    std::optional<std::string> result; // JSON text
    std::optional<Failure> error_output;
    FieldValidationMode field_validation_mode = FieldValidationMode::strict;
};

/// How far the state has got. All need a mock.
struct TestStateConfiguration {
    std::optional<std::int64_t> retrier_retry_count; // of each retrier, used up
    std::optional<std::string> error_caused_by_state;
    std::optional<std::int64_t> map_iteration_failure_count;
    std::optional<std::string> map_item_reader_data; // JSON text: what the ItemReader would read
};

struct TestStateRequest {
    std::string definition;                // of a state, or of a machine
    std::optional<std::string> state_name; // in the machine, at any depth; absent: of a state
    std::optional<std::string> role_arn;
    std::string input = "{}"; // JSON text
    InspectionLevel inspection_level = InspectionLevel::info;
    bool reveals_secrets = false;
    std::optional<TestStateMock> mock;
    TestStateConfiguration configuration;
    std::optional<std::string> context;   // JSON text, instead of the context object
    std::optional<std::string> variables; // JSON text
};

/// What a task came to: its result, or why it failed.
using TaskAnswer = std::variant<Value, Failure>;

/// What is wrong with a mocked result of this resource ("Field 'X' must be a number"), or nothing.
using MockCheck = std::function<std::optional<std::string>(
    const Resource& resource, const Value& result, FieldValidationMode mode)>;

/// What the state finds around it.
struct TestStateSetting {
    Timestamp now{};
    std::uint64_t seed = 1; // of ids and of what the state draws
    std::string account_id = "123456789012";
    std::string region = "us-east-1";
    MockCheck check_mock; // empty: every result will do
    /// Carries out a Task that has no mock. Empty: such a Task fails.
    std::function<TaskAnswer(const ScheduleTask&)> run_task;
};

enum class TestStateStatus : std::uint8_t { succeeded, failed, retriable, caught_error };

/// "SUCCEEDED", "FAILED", "RETRIABLE", "CAUGHT_ERROR".
std::string_view test_state_status_name(TestStateStatus status);

struct TestStateResponse {
    TestStateStatus status = TestStateStatus::succeeded;
    std::optional<Value> output;
    Failure failure; // of every status but succeeded
    std::optional<std::string> next_state;
    Value inspection_data; // an object in the API's shape, payloads as JSON text; null at info
};

/// Runs one state. Calls run_task at most once; else it is pure, and the same request in the same
/// setting gives the same response. The error is the API's: ValidationException, InvalidDefinition,
/// InvalidExecutionInput.
Result<TestStateResponse, StatesError> test_state(const TestStateRequest& request,
                                                  const TestStateSetting& setting);

/// A request and a response in the shape of the API's JSON ("roleArn", "inspectionLevel"…).
Result<TestStateRequest, StatesError> read_test_state_request(const Value& json);
Value test_state_response_json(const TestStateResponse& response);

} // namespace gradus
