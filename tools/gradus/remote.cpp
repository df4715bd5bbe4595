#include "tools/gradus/remote.hpp"

#include "states/base/closest_name.hpp"
#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace gradus::cli {
namespace {

std::string text_of(const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

} // namespace

void add_remote_options(CLI::App& command, AwsSettings& options) {
    command.add_option("--endpoint-url", options.endpoint_url,
                       "The server; else what AWS_ENDPOINT_URL_SFN names, else AWS");
    command.add_option("--region", options.region, "Region of what is asked for");
    command.add_option("--profile", options.profile, "Profile of the AWS settings to use");
}

Result<std::unique_ptr<StepFunctions>> StepFunctions::make(const AwsSettings& settings) {
    std::unique_ptr<StepFunctions> made(new StepFunctions());
    GRADUS_TRY(made->client_, made->runtime_.make_aws_client(settings));
    return made;
}

aws::CallResult StepFunctions::try_call(const std::string& operation, Value input) {
    std::optional<aws::CallResult> result;
    client_->call({.service = "states", .operation = operation, .input = std::move(input)},
                  [&result](aws::CallResult answer) { result = std::move(answer); });
    runtime_.run_until([&result] { return result.has_value(); });
    return std::move(*result);
}

Result<Value> StepFunctions::call(const std::string& operation, Value input) {
    aws::CallResult result = try_call(operation, std::move(input));
    if (result) return std::move(result->output);
    return error_of(operation, result.error());
}

Error StepFunctions::error_of(const std::string& operation, const aws::CallError& error) {
    const bool is_refusal = error.kind == aws::CallError::Kind::service;
    return {is_refusal ? ErrorCode::invalid_argument : ErrorCode::io,
            operation + ": " + (error.code.empty() ? "" : error.code + ": ") + error.message};
}

Result<std::vector<Value>> StepFunctions::list(const std::string& operation, Value input,
                                               std::string_view member, std::size_t items_max) {
    std::vector<Value> items;
    while (true) {
        GRADUS_TRY(const Value page, call(operation, input));
        const Value& found = page[member];
        if (found.is_array()) {
            for (const Value& item : found.as_array()) {
                if (items.size() == items_max) return items;
                items.push_back(item);
            }
        }
        if (!page["nextToken"].is_string()) return items;
        input = input.with("nextToken", page["nextToken"]);
    }
}

void StepFunctions::sleep(std::chrono::milliseconds time) {
    bool is_over = false;
    runtime_.loop().schedule(time, [&is_over] { is_over = true; });
    runtime_.run_until([&is_over] { return is_over; });
}

Result<std::string> StepFunctions::machine_arn(const std::string& machine) {
    if (machine.starts_with("arn:")) return machine;
    GRADUS_TRY(const std::vector<Value> machines,
               list("ListStateMachines", Value::object(), "stateMachines", SIZE_MAX));
    std::vector<std::string_view> names;
    for (const Value& found : machines) {
        if (found["name"] == Value(machine)) return text_of(found["stateMachineArn"]);
        names.push_back(found["name"].as_string());
    }
    const std::string_view meant = closest_name(machine, names);
    return Error{ErrorCode::not_found,
                 "the server has no state machine '" + machine + "'" +
                     (meant.empty() ? "" : "; did you mean '" + std::string(meant) + "'?")};
}

Result<std::string> StepFunctions::execution_arn(const std::string& execution) {
    if (execution.starts_with("arn:")) return execution;
    const std::size_t colon = execution.find(':');
    if (colon == std::string::npos) {
        return Error{ErrorCode::invalid_argument,
                     "expected the ARN of an execution, or MACHINE:NAME, but found '" + execution +
                         "'"};
    }
    GRADUS_TRY(std::string arn, machine_arn(execution.substr(0, colon)));
    constexpr std::string_view kind = ":stateMachine:";
    arn.replace(arn.find(kind), kind.size(), ":execution:");
    return arn + execution.substr(colon);
}

Result<Value> StepFunctions::wait_for_end(const std::string& execution_arn) {
    constexpr std::chrono::milliseconds first{20};
    constexpr std::chrono::milliseconds longest{2000};
    for (auto pause = first;; pause = std::min(2 * pause, longest)) {
        GRADUS_TRY(Value description,
                   call("DescribeExecution", Value::object({{"executionArn", execution_arn}})));
        if (description["status"] != Value("RUNNING")) return description;
        sleep(pause);
    }
}

int report_end(const Value& description) {
    if (description["status"] == Value("SUCCEEDED")) {
        std::printf("%s\n", text_of(description["output"]).c_str());
        return success;
    }
    const auto or_else = [&](const char* member, const char* otherwise) {
        const std::string text = text_of(description[member]);
        return text.empty() ? std::string(otherwise) : text;
    };
    complain("the execution ended " + text_of(description["status"]) + ": " +
             or_else("error", "(no error name)") + ": " + or_else("cause", "(no cause)"));
    return failure;
}

} // namespace gradus::cli
