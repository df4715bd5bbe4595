// A TestState request in the API's JSON. AWS, API reference, "TestState".
#include "gradus/json.hpp"
#include "states/test_state/parts.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

using testing_state::refused;

/// Reads members of one object and remembers the first that is of the wrong kind.
class RequestReader {
public:
    explicit RequestReader(const Value& object) : object_(object) {}

    std::optional<std::string> text(std::string_view name) {
        const Value* value = find(name);
        if (value == nullptr) return std::nullopt;
        if (value->is_string()) return std::string(value->as_string());
        return fault(name, "a string");
    }
    std::optional<std::int64_t> count(std::string_view name) {
        const Value* value = find(name);
        if (value == nullptr) return std::nullopt;
        std::int64_t number = 0;
        if (value->to_integer(number) && number >= 0) return number;
        return fault(name, "a whole number that isn't negative");
    }
    bool flag(std::string_view name) {
        const Value* value = find(name);
        if (value == nullptr) return false;
        if (!value->is_boolean()) fault(name, "a boolean");
        return *value == Value(true);
    }
    const Value* object(std::string_view name) {
        const Value* value = find(name);
        if (value != nullptr && !value->is_object()) fault(name, "an object");
        return value;
    }
    /// One of `names`; its index.
    template <std::size_t count>
    std::size_t choice(std::string_view name, const std::array<std::string_view, count>& names) {
        const auto written = text(name);
        if (!written) return 0;
        for (std::size_t i = 0; i < count; ++i)
            if (names[i] == *written) return i;
        fault(name, "one of its values");
        return 0;
    }
    /// No other members may be there.
    template <std::size_t count>
    void only(const std::array<std::string_view, count>& names) {
        for (const Member& member : object_.as_object()) {
            if (std::ranges::find(names, member.name()) != names.end() || fault_) continue;
            std::string known;
            for (const std::string_view name : names)
                known += (known.empty() ? "" : ", ") + std::string(name);
            fault_ = refused("There is no member '" + std::string(member.name()) +
                             "'; known are: " + known);
        }
    }
    const std::optional<StatesError>& first_fault() const { return fault_; }

private:
    const Value* find(std::string_view name) const { return object_.find(name); }
    // The words of the service's own check of requests aren't recorded.
    std::nullopt_t fault(std::string_view name, const std::string& expected) {
        if (!fault_) fault_ = refused("The member '" + std::string(name) + "' must be " + expected);
        return std::nullopt;
    }

    const Value& object_;
    std::optional<StatesError> fault_;
};

constexpr std::array<std::string_view, 4> configuration_members = {
    "retrierRetryCount", "errorCausedByState", "mapIterationFailureCount", "mapItemReaderData"};
constexpr std::array<std::string_view, 3> levels = {"INFO", "DEBUG", "TRACE"};
constexpr std::array<std::string_view, 3> modes = {"STRICT", "PRESENT", "NONE"};

Result<TestStateMock, StatesError> read_mock(const Value& json) {
    RequestReader reader(json);
    TestStateMock mock;
    mock.result = reader.text("result");
    mock.field_validation_mode =
        static_cast<FieldValidationMode>(reader.choice("fieldValidationMode", modes));
    if (const Value* error = reader.object("errorOutput")) {
        RequestReader failure(*error);
        mock.error_output = Failure{failure.text("error"), failure.text("cause")};
        if (failure.first_fault()) return *failure.first_fault();
    }
    if (reader.first_fault()) return *reader.first_fault();
    return mock;
}

Result<TestStateConfiguration, StatesError> read_configuration(const Value& json) {
    RequestReader reader(json);
    TestStateConfiguration configuration;
    configuration.retrier_retry_count = reader.count("retrierRetryCount");
    configuration.error_caused_by_state = reader.text("errorCausedByState");
    configuration.map_iteration_failure_count = reader.count("mapIterationFailureCount");
    configuration.map_item_reader_data = reader.text("mapItemReaderData");
    reader.only(configuration_members);
    if (reader.first_fault()) return *reader.first_fault();
    return configuration;
}

} // namespace

Result<TestStateRequest, StatesError> read_test_state_request(const Value& json) {
    RequestReader reader(json);
    TestStateRequest request;
    request.definition = reader.text("definition").value_or("");
    request.state_name = reader.text("stateName");
    request.role_arn = reader.text("roleArn");
    request.input = reader.text("input").value_or("{}");
    request.inspection_level =
        static_cast<InspectionLevel>(reader.choice("inspectionLevel", levels));
    request.reveals_secrets = reader.flag("revealSecrets");
    request.context = reader.text("context");
    request.variables = reader.text("variables");
    const Value* mock = reader.object("mock");
    const Value* configuration = reader.object("stateConfiguration");
    if (reader.first_fault()) return *reader.first_fault();
    if (mock != nullptr) {
        GRADUS_TRY(request.mock, read_mock(*mock));
    }
    if (configuration != nullptr) {
        GRADUS_TRY(request.configuration, read_configuration(*configuration));
    }
    return request;
}

} // namespace gradus
