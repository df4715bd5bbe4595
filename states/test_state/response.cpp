// What a TestState call shows. AWS, API reference, "TestState" and "InspectionData"; which data is
// shown for which state is recorded.
#include "gradus/json.hpp"
#include "states/test_state/parts.hpp"

namespace gradus {
namespace testing_state {
namespace {

TestStateStatus status_of(const Inspection& inspection) {
    if (inspection.output)
        return inspection.catcher ? TestStateStatus::caught_error : TestStateStatus::succeeded;
    return inspection.retry_delay_milliseconds ? TestStateStatus::retriable
                                               : TestStateStatus::failed;
}

Value error_details(const Inspection& inspection) {
    ObjectBuilder details;
    if (inspection.catcher) details.append("catchIndex", *inspection.catcher);
    if (inspection.retrier) details.append("retryIndex", *inspection.retrier);
    if (inspection.retry_delay_milliseconds) {
        // The API gives whole seconds. How it rounds isn't recorded.
        details.append("retryBackoffIntervalSeconds", *inspection.retry_delay_milliseconds / 1000);
    }
    return details.build();
}

Value inspection_data(const State& state, const Value& input, const Inspection& inspection) {
    const bool is_jsonata = state.language == QueryLanguage::jsonata;
    ObjectBuilder data;
    data.append("input", to_json(input));
    const auto show = [&](std::string_view name, const std::optional<Value>& step) {
        if (step) data.append(name, to_json(*step));
    };
    if (is_jsonata) {
        show("afterArguments", inspection.after_arguments);
    } else {
        show("afterInputPath", inspection.after_input_path);
        show("afterParameters", inspection.after_arguments);
        show("afterItemsPath", inspection.after_items_path);
    }
    show("afterItemsPointer", inspection.after_items_pointer);
    show("afterItemSelector", inspection.after_item_selector);
    show("afterItemBatcher", inspection.after_item_batcher);
    show("result", inspection.result);
    if (!is_jsonata) {
        show("afterResultSelector", inspection.after_result_selector);
        show("afterResultPath", inspection.after_result_path);
    }
    for (const auto& [name, number] :
         {std::pair{"maxConcurrency", &inspection.max_concurrency},
          {"toleratedFailureCount", &inspection.tolerated_failure_count},
          {"toleratedFailurePercentage", &inspection.tolerated_failure_percentage}}) {
        if (*number) data.append(name, **number);
    }
    if (inspection.variables.size() > 0) data.append("variables", to_json(inspection.variables));
    if (Value details = error_details(inspection); details.size() > 0)
        data.append("errorDetails", std::move(details));
    return data.build();
}

} // namespace

TestStateResponse make_response(const TestStateRequest& request, const Subject& subject,
                                const Value& input, const Outcome& outcome) {
    const Inspection& inspection = outcome.inspection;
    TestStateResponse response{.status = status_of(inspection), .output = inspection.output};
    if (response.status == TestStateStatus::failed)
        response.failure = outcome.failure;
    else if (inspection.failure)
        response.failure = *inspection.failure;
    if (inspection.next)
        response.next_state = subject.program->state(*inspection.next).name.as_string();
    if (request.inspection_level != InspectionLevel::info)
        response.inspection_data = inspection_data(subject.state(), input, inspection);
    return response;
}

} // namespace testing_state

std::string_view test_state_status_name(TestStateStatus status) {
    switch (status) {
    case TestStateStatus::succeeded: return "SUCCEEDED";
    case TestStateStatus::failed: return "FAILED";
    case TestStateStatus::retriable: return "RETRIABLE";
    case TestStateStatus::caught_error: return "CAUGHT_ERROR";
    }
    GRADUS_UNREACHABLE();
}

Value test_state_response_json(const TestStateResponse& response) {
    ObjectBuilder json;
    json.append("status", test_state_status_name(response.status));
    if (response.output) json.append("output", to_json(*response.output));
    if (response.failure.error) json.append("error", *response.failure.error);
    if (response.failure.cause) json.append("cause", *response.failure.cause);
    if (response.next_state) json.append("nextState", *response.next_state);
    if (response.inspection_data.is_object())
        json.append("inspectionData", response.inspection_data);
    return json.build();
}

} // namespace gradus
