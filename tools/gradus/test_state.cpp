// gradus test-state FILE: runs one state on its own and prints what TestState would answer.
#include "gradus/test_state.hpp"
#include "gradus/json.hpp"
#include "gradus/mock_check.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/setting.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::string file;
    std::string state;
    std::string input = "{}";
    std::string mock_result;
    std::string mock_error;
    std::string mock_validation = "strict";
    std::string inspection_level = "info";
    std::string variables;
    std::string context;
    std::string state_configuration;
    std::string role_arn;
    std::vector<std::string> binds;
    std::vector<std::string> defines;
    SettingOptions setting;
};

/// A payload of the request: texts of JSON, from wherever the argument says.
Result<std::string> payload(const std::string& argument) {
    GRADUS_TRY(const Value value, read_json_argument(argument));
    return to_json(value);
}

/// The name of the state in a machine; nothing for a state that stands alone.
Result<std::optional<std::string>> state_name(const std::string& name,
                                              const std::string& definition) {
    const auto parsed = parse_json(definition);
    if (!name.empty()) return std::optional(name);
    if (!parsed || !(*parsed)["States"].is_object()) return std::optional<std::string>();
    std::string known;
    for (const Member& state : (*parsed)["States"].as_object())
        known += " '" + std::string(state.name()) + "'";
    return Error{ErrorCode::invalid_argument,
                 "the file holds a machine; name one of its states with --state:" + known};
}

Result<std::optional<TestStateMock>> read_mock(const Options& options) {
    if (options.mock_result.empty() && options.mock_error.empty())
        return std::optional<TestStateMock>();
    TestStateMock mock;
    if (!options.mock_result.empty()) {
        GRADUS_TRY(mock.result, payload(options.mock_result));
    }
    if (!options.mock_error.empty()) {
        const std::size_t colon = options.mock_error.find(':');
        mock.error_output = Failure{options.mock_error.substr(0, colon), std::nullopt};
        if (colon != std::string::npos)
            mock.error_output->cause = options.mock_error.substr(colon + 1);
    }
    if (options.mock_validation == "present")
        mock.field_validation_mode = FieldValidationMode::present;
    if (options.mock_validation == "none") mock.field_validation_mode = FieldValidationMode::none;
    return std::optional(std::move(mock));
}

Result<TestStateRequest> read_request(const Options& options) {
    TestStateRequest request;
    GRADUS_TRY(const auto defines, read_pairs(options.defines, "--define"));
    GRADUS_TRY(request.definition, read_definition(options.file, defines));
    GRADUS_TRY(request.state_name, state_name(options.state, request.definition));
    GRADUS_TRY(request.mock, read_mock(options));
    GRADUS_TRY(request.input, payload(options.input));
    if (!options.context.empty()) {
        GRADUS_TRY(request.context, payload(options.context));
    }
    if (!options.variables.empty()) {
        GRADUS_TRY(request.variables, payload(options.variables));
    }
    if (options.inspection_level == "debug") request.inspection_level = InspectionLevel::debug;
    if (options.inspection_level == "trace") request.inspection_level = InspectionLevel::trace;
    request.role_arn = options.role_arn.empty() ? EngineOptions().role_arn : options.role_arn;
    if (options.state_configuration.empty()) return request;
    // The API's JSON, read by the reader of whole requests.
    GRADUS_TRY(const Value configuration, read_json_argument(options.state_configuration));
    auto read = read_test_state_request(Value::object({{"stateConfiguration", configuration}}));
    if (!read) return Error{ErrorCode::invalid_argument, read.error().message};
    request.configuration = read->configuration;
    return request;
}

/// A machine of nothing but the task, for the engine to run: it chooses who answers.
std::string machine_of(const ScheduleTask& task) {
    Value state =
        Value::object({{"Type", "Task"}, {"Resource", task.resource->arn}, {"End", true}});
    if (task.timeout_seconds)
        state = std::move(state).with("TimeoutSeconds", *task.timeout_seconds);
    ObjectBuilder states;
    states.append(task.state_name, std::move(state));
    return to_json(Value::object({{"StartAt", task.state_name}, {"States", states.build()}}));
}

TaskAnswer run_task(Setting& setting, const ScheduleTask& task) {
    Engine& engine = *setting.engine;
    const Compiled compiled = compile(machine_of(task));
    const std::string machine =
        engine.add_state_machine({.name = "test-state", .program = compiled.program});
    const std::string arn = *engine.start_execution(machine, "", task.parameters);
    setting.run_until([&] { return engine.describe(arn)->status != ExecutionStatus::running; });
    const ExecutionSummary summary = *engine.describe(arn);
    if (summary.status == ExecutionStatus::succeeded) return summary.output;
    if (summary.status == ExecutionStatus::running)
        return Failure{"States.TaskFailed", "Nothing is left that could answer the task"};
    return summary.failure;
}

Result<int> test(const Options& options) {
    GRADUS_TRY(const TestStateRequest request, read_request(options));
    GRADUS_TRY(const auto binds, read_pairs(options.binds, "--bind"));
    GRADUS_TRY(Setting setting, make_setting(options.setting));
    for (const auto& [resource, command] : binds)
        setting.engine->bind_command(resource, command);
    TestStateSetting around{
        .now = timestamp_of(clock_now()),
        .seed = options.setting.seed != 0 ? options.setting.seed
                                          : static_cast<std::uint64_t>(clock_now()),
        .check_mock = mock_check_by_service_models(setting.runtime->services()),
        .run_task = [&](const ScheduleTask& task) { return run_task(setting, task); }};
    if (!options.setting.region.empty()) around.region = options.setting.region;
    const auto response = test_state(request, around);
    if (!response) {
        complain(response.error().code + ": " + response.error().message);
        return static_cast<int>(usage);
    }
    std::printf("%s\n", to_pretty_json(test_state_response_json(*response)).c_str());
    return static_cast<int>(response->status == TestStateStatus::succeeded ? success : failure);
}

} // namespace

void add_test_state(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("test-state", "Run one state on its own, as TestState does");
    command
        ->add_option("FILE", options->file,
                     "A workflow file, or one state alone; - is standard input")
        ->required();
    command->add_option("--state", options->state, "Name of the state in the workflow");
    command->add_option("--input", options->input, "Input: JSON, @FILE, or - for standard input");
    command->add_option("--mock-result", options->mock_result,
                        "What the task or the branches give: JSON or @FILE");
    command
        ->add_option("--mock-error", options->mock_error,
                     "How the task or the branches fail: ERROR or ERROR:CAUSE")
        ->check([](const std::string& text) {
            return text.empty() ? "expected ERROR or ERROR:CAUSE, found nothing" : "";
        });
    command
        ->add_option("--mock-validation", options->mock_validation,
                     "Hold the mock against the service's API: strict, present, none")
        ->check(CLI::IsMember({"strict", "present", "none"}));
    command
        ->add_option("--inspection-level", options->inspection_level,
                     "info; debug or trace: also the data after each step")
        ->check(CLI::IsMember({"info", "debug", "trace"}));
    command->add_option("--variables", options->variables, "Variables: a JSON object or @FILE");
    command->add_option("--context", options->context,
                        "The context object, with a mock: a JSON object or @FILE");
    command->add_option("--state-configuration", options->state_configuration,
                        "The API's stateConfiguration, with a mock: a JSON object or @FILE");
    command->add_option("--role-arn", options->role_arn, "Role that the context object names");
    command->add_option("--bind", options->binds,
                        "Answer a task with a local program: RESOURCE=COMMAND");
    command->add_option("--define", options->defines, "Fill ${NAME} in the file: NAME=VALUE");
    add_setting_options(*command, options->setting);
    set_action(*command, exit_code, [options] { return test(*options); });
}

} // namespace gradus::cli
