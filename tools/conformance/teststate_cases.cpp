// Cases of kind "teststate": one TestState call, and its response or API error as recorded.
#include "gradus/json.hpp"
#include "gradus/mock_check.hpp"
#include "gradus/test_state.hpp"
#include "tools/conformance/asl_cases.hpp"
#include "tools/conformance/matcher.hpp"

namespace gradus::conformance {
namespace {

/// The value of a payload: the recorder parsed texts that hold an object.
std::optional<Value> payload(const Value& recorded) {
    if (!recorded.is_string()) return recorded.is_null() ? std::nullopt : std::optional(recorded);
    const auto parsed = parse_json(recorded.as_string());
    return parsed ? std::optional(*parsed) : std::nullopt;
}

/// Whether the output of a state is its result as it is.
bool hands_on_its_result(const Value& state) {
    return !state["ResultSelector"].is_object() && state.find("ResultPath") == nullptr &&
           state.find("OutputPath") == nullptr && state.find("Output") == nullptr;
}

/// What the service answered to a task without a mock, where the recording shows it.
std::optional<TaskAnswer> recorded_answer(const Value& the_case) {
    const Value& response = the_case["expected"]["response"];
    if (auto result = payload(response["inspectionData"]["result"])) return std::move(*result);
    const Value& definition = the_case["definition"];
    const bool is_alone = the_case["request"].find("stateName") == nullptr;
    if (is_alone && hands_on_its_result(definition) && response["status"] == Value("SUCCEEDED")) {
        if (auto output = payload(response["output"])) return std::move(*output);
    }
    if (!response["error"].is_string()) return std::nullopt;
    Failure failure{std::string(response["error"].as_string()), std::nullopt};
    if (response["cause"].is_string()) failure.cause = std::string(response["cause"].as_string());
    return failure;
}

Value recorded_shape(const Result<TestStateResponse, StatesError>& response) {
    if (response) return Value::object({{"response", test_state_response_json(*response)}});
    const Value code = response.error().code;
    const Value message = response.error().message;
    return Value::object(
        {{"error_response",
          Value::object({{"Error", Value::object({{"Code", code}, {"Message", message}})},
                         {"message", message}})}});
}

CaseResult run_case(const Value& the_case, const MockCheck& check_mock) {
    CaseResult result{.id = std::string(the_case["id"].as_string())};
    const Value* text = the_case.find("definition_text");
    const std::string definition = text != nullptr && text->is_string()
                                       ? std::string(text->as_string())
                                       : to_json(the_case["definition"]);
    const auto run_task = [&](const ScheduleTask&) -> TaskAnswer {
        if (auto answer = recorded_answer(the_case)) return std::move(*answer);
        result.outcome = Outcome::skipped;
        result.detail = "the answer of its task wasn't recorded";
        return Failure{};
    };
    const TestStateSetting setting{.now = timestamp_of(1'700'000'000'000),
                                   .account_id = "111111111111",
                                   .check_mock = check_mock,
                                   .run_task = run_task};
    const auto request =
        read_test_state_request(the_case["request"].with("definition", definition));
    const Value found = recorded_shape(request ? test_state(*request, setting) : request.error());
    if (result.outcome == Outcome::skipped) return result;
    Matcher matcher(the_case["normalised_paths"].is_array() ? the_case["normalised_paths"]
                                                            : Value::array({}));
    if (auto fault = matcher.difference(the_case["expected"].without("httpStatus"), found)) {
        result.outcome = Outcome::failed;
        result.detail = std::move(*fault);
    }
    return result;
}

} // namespace

void run_teststate_file(const CorpusFile& file, const Report& report) {
    const MockCheck check_mock = mock_check_by_service_models();
    run_asl_cases(file, report, "", [&](const Value& the_case, CaseResult& result) {
        result = run_case(the_case, check_mock);
    });
}

} // namespace gradus::conformance
