// Cases of kind "api": calls of the Step Functions API in order, each with its recorded answer.
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"
#include "tools/conformance/api_words.hpp"
#include "tools/conformance/asl_cases.hpp"
#include "tools/conformance/matcher.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace gradus::conformance {
namespace {

constexpr std::string_view api_prefix = "stepfunctions.";

/// "stepfunctions.create_state_machine" to "CreateStateMachine".
std::string operation_of(std::string_view call) {
    std::string out;
    bool is_upper = true;
    for (const char c : call.substr(api_prefix.size())) {
        if (c != '_')
            out += is_upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        is_upper = c == '_';
    }
    return out;
}

/// The recorder's client refused the request itself; it was never sent.
bool is_refused_by_client(const Value& next_step) {
    const Value& recorded = next_step["recorded"];
    if (recorded["exception_typename"] == Value("ParamValidationError")) return true;
    return recorded.is_string() && recorded.as_string().starts_with("Parameter validation failed");
}

/// "An error occurred (CODE) when calling the OPERATION operation: MESSAGE", as the recorder's
/// client words it.
Value client_words(const std::string& operation, const StatesError& error) {
    return Value::object(
        {{"exception_typename", error.code},
         {"exception_value", "An error occurred (" + error.code + ") when calling the " +
                                 operation + " operation: " + error.message}});
}

/// Members that the API has shown since most cases were recorded. They are compared where a
/// recording has them.
Value without_newer_members(const Value& expected, Value actual) {
    static constexpr std::array newer = {"encryptionConfiguration", "variableReferences",
                                         "redriveCount", "redriveStatus", "redriveStatusReason"};
    if (expected.is_array() && actual.is_array() && expected.size() == actual.size()) {
        Array items;
        for (std::size_t i = 0; i < actual.size(); ++i)
            items.push_back(without_newer_members(expected[i], actual[i]));
        return Value(std::move(items));
    }
    if (!expected.is_object() || !actual.is_object()) return actual;
    ObjectBuilder out;
    for (const Member& member : actual.as_object()) {
        const Value* wanted = expected.find(member.name());
        if (wanted == nullptr && std::ranges::find(newer, member.name()) != newer.end()) continue;
        out.append(std::string(member.name()),
                   wanted == nullptr ? member.value : without_newer_members(*wanted, member.value));
    }
    return out.build();
}

class ApiCase {
public:
    explicit ApiCase(const Value& the_case)
        : case_(the_case),
          matcher_(the_case["normalised_paths"].is_array() ? the_case["normalised_paths"]
                                                           : Value::array({})) {
        matcher_.accept_any_uuid();
    }

    CaseResult run() {
        CaseResult result{.id = std::string(case_["id"].as_string())};
        const auto steps = case_["steps"].as_array();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const Value& next = i + 1 < steps.size() ? steps[i + 1] : none_;
            if (auto obstacle = obstacle_of(steps[i])) {
                result.outcome = Outcome::skipped;
                result.detail = std::move(*obstacle);
                return result;
            }
            if (auto fault = step(steps[i], next)) {
                result.outcome = Outcome::failed;
                result.detail = "step " + std::to_string(i + 1) + std::move(*fault);
                return result;
            }
        }
        return result;
    }

private:
    /// Calls of other services aren't played here; those that only look at log groups change
    /// nothing.
    static std::optional<std::string> obstacle_of(const Value& step) {
        if (!step["call"].is_string()) return std::nullopt;
        const std::string_view call = step["call"].as_string();
        if (call.starts_with(api_prefix) || call.starts_with("wait.await_") ||
            call == "logs.describe_log_groups")
            return std::nullopt;
        return "it also calls " + std::string(call);
    }

    std::optional<std::string> step(const Value& step, const Value& next) {
        if (const Value* recorded = step.find("recorded")) return observe(step, *recorded);
        const std::string_view call = step["call"].as_string();
        if (!call.starts_with(api_prefix)) {
            loop_.run_until([] { return false; });
            return std::nullopt;
        }
        error_.reset();
        if (step["expect_error"] == Value(true) && is_refused_by_client(next)) return std::nullopt;
        operation_ = operation_of(call);
        const Value* wanted_error = step.find("error");
        const Value& wanted_code = wanted_error != nullptr ? (*wanted_error)["Error"]["Code"]
                                                           : next["recorded"]["exception_typename"];
        const bool names_nothing = wanted_code.is_string() && wanted_code != Value("InvalidArn") &&
                                   step["expect_error"] == Value(true);
        const Value input = words_.arguments(step["args"], names_nothing);
        const auto answer = ask(input);
        if (!answer) return ": " + operation_ + " wasn't answered";
        const std::string at = ", " + operation_ + ": ";
        if (wanted_error != nullptr) {
            if (*answer) return at + "expected an error, found " + to_json(**answer);
            error_ = answer->error();
            return prefixed(at, matcher_.difference(words_.expected((*wanted_error)["Error"]),
                                                    Value::object({{"Code", error_->code},
                                                                   {"Message", error_->message}})));
        }
        if (!*answer) {
            error_ = answer->error();
            if (step["expect_error"] == Value(true)) return std::nullopt; // observed next
            return at + error_->code + ": " + error_->message;
        }
        words_.learn(**answer, operation_ == "StartExecution" && !input["name"].is_string());
        if (step["expect_error"] == Value(true))
            return at + "expected an error, found " + to_json(**answer);
        const Value* wanted = step.find("response");
        if (wanted == nullptr || !wanted->is_object()) return std::nullopt;
        const Value expected = words_.expected(wanted->without("$httpStatus"));
        return prefixed(at,
                        matcher_.difference(expected, without_newer_members(expected, **answer)));
    }

    /// Values that the recorder derived are compared where they are the error of the last call.
    std::optional<std::string> observe(const Value& step, const Value& recorded) {
        if (!recorded["exception_typename"].is_string() || is_refused_by_client(step))
            return std::nullopt;
        const std::string at = ", " + std::string(step["observation"].as_string()) + ": ";
        if (!error_) return at + "expected an error, found none";
        return prefixed(
            at, matcher_.difference(words_.expected(recorded), client_words(operation_, *error_)));
    }

    static std::optional<std::string> prefixed(const std::string& at,
                                               std::optional<std::string> fault) {
        if (fault) fault->insert(0, at);
        return fault;
    }

    std::optional<Result<Value, StatesError>> ask(const Value& input) {
        std::optional<Result<Value, StatesError>> answer;
        engine_.call("us-east-1", operation_, input,
                     [&](Result<Value, StatesError> given) { answer = std::move(given); });
        loop_.run_until([&] { return answer.has_value(); });
        return answer;
    }

    const Value& case_;
    const Value none_;
    Matcher matcher_;
    ApiWords words_;
    VirtualLoop loop_{1'700'000'000'000};
    Engine engine_{loop_, nullptr, {.account_id = "111111111111"}};
    std::string operation_;            // the last that was called
    std::optional<StatesError> error_; // of the last call
};

} // namespace

void run_api_file(const CorpusFile& file, const Report& report) {
    run_asl_cases(file, report, "", [](const Value& the_case, CaseResult& result) {
        result = ApiCase(the_case).run();
    });
}

} // namespace gradus::conformance
