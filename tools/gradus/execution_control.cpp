// gradus deploy, stop, redrive, send-task-success, send-task-failure, send-task-heartbeat: what
// changes something on a server, ours or AWS.
#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/remote.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    AwsSettings server;
    std::string subject; // an execution, a token or a file
    std::string error;
    std::string cause;
    std::string output = "{}";
    std::string name;
    std::string role_arn = "arn:aws:iam::123456789012:role/gradus";
    std::vector<std::string> defines;
    bool is_waiting = false;
    bool is_express = false;
    bool is_published = false;
};

/// Leaves out what wasn't given.
Value with_failure(Value request, const Options& options) {
    if (!options.error.empty()) request = request.with("error", options.error);
    if (!options.cause.empty()) request = request.with("cause", options.cause);
    return request;
}

Result<int> call(const Options& options, const char* operation, Value request) {
    GRADUS_TRY(const auto server, StepFunctions::make(options.server));
    GRADUS_TRY(const Value answer, server->call(operation, std::move(request)));
    static_cast<void>(answer);
    return success;
}

Result<int> stop(const Options& options) {
    GRADUS_TRY(const auto server, StepFunctions::make(options.server));
    GRADUS_TRY(const std::string arn, server->execution_arn(options.subject));
    GRADUS_TRY(const Value answer,
               server->call("StopExecution",
                            with_failure(Value::object({{"executionArn", arn}}), options)));
    static_cast<void>(answer);
    return success;
}

Result<int> redrive(const Options& options) {
    GRADUS_TRY(const auto server, StepFunctions::make(options.server));
    GRADUS_TRY(const std::string arn, server->execution_arn(options.subject));
    GRADUS_TRY(const Value answer,
               server->call("RedriveExecution", Value::object({{"executionArn", arn}})));
    static_cast<void>(answer);
    if (!options.is_waiting) return success;
    GRADUS_TRY(const Value ended, server->wait_for_end(arn));
    return report_end(ended);
}

Result<int> succeed(const Options& options) {
    GRADUS_TRY(const Value output, read_json_argument(options.output));
    return call(options, "SendTaskSuccess",
                Value::object({{"taskToken", options.subject}, {"output", to_json(output)}}));
}

/// Gives the machine of that name the definition of `request`, which couldn't create it. The
/// answer, with the machine's ARN.
Result<Value> update(StepFunctions& server, const Value& request) {
    const std::string name(request["name"].as_string());
    GRADUS_TRY(const std::string arn, server.machine_arn(name));
    const Value subject = Value::object({{"stateMachineArn", arn}});
    GRADUS_TRY(const Value present, server.call("DescribeStateMachine", subject));
    if (present["type"] != request["type"]) {
        return Error{ErrorCode::already_exists,
                     "'" + name + "' is of type " + to_json(present["type"]) +
                         ", which can't be changed to " + to_json(request["type"])};
    }
    Value changes =
        subject.with("definition", request["definition"]).with("roleArn", request["roleArn"]);
    if (request["publish"] == Value(true)) changes = changes.with("publish", true);
    GRADUS_TRY(const Value answer, server.call("UpdateStateMachine", std::move(changes)));
    return answer.with("stateMachineArn", arn);
}

Result<int> deploy(const Options& options) {
    GRADUS_TRY(const auto defines, read_pairs(options.defines, "--define"));
    const auto loaded =
        load_definition(options.subject, defines,
                        options.is_express ? WorkflowType::express : WorkflowType::standard);
    if (!loaded) return usage;
    GRADUS_TRY(const auto server, StepFunctions::make(options.server));
    const Value request = Value::object(
        {{"name", options.name.empty() ? machine_name(options.subject) : options.name},
         {"definition", loaded->text},
         {"roleArn", options.role_arn},
         {"type", options.is_express ? "EXPRESS" : "STANDARD"},
         {"publish", options.is_published}});
    Value answer;
    const aws::CallResult created = server->try_call("CreateStateMachine", request);
    if (created) {
        answer = created->output;
    } else if (created.error().code == "StateMachineAlreadyExists") {
        GRADUS_TRY(answer, update(*server, request));
    } else {
        return StepFunctions::error_of("CreateStateMachine", created.error());
    }
    const Value& version = answer["stateMachineVersionArn"];
    const Value& arn = version.is_string() ? version : answer["stateMachineArn"];
    std::printf("%s\n", std::string(arn.as_string()).c_str());
    return success;
}

CLI::App* add(CLI::App& app, const char* name, const char* help,
              const std::shared_ptr<Options>& options) {
    CLI::App* command = app.add_subcommand(name, help);
    add_remote_options(*command, options->server);
    return command;
}

void add_failure_options(CLI::App& command, Options& options) {
    command.add_option("--error", options.error, "Name of the error");
    command.add_option("--cause", options.cause, "What happened");
}

void add_deploy(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        add(app, "deploy", "Create a state machine on a server, or update it", options);
    command->add_option("FILE", options->subject, "Workflow file; - is standard input")->required();
    command->add_option("--name", options->name, "Name of the machine; the file's if not given");
    command->add_option("--role-arn", options->role_arn, "Role that its executions have");
    command->add_option("--define", options->defines, "Fill ${NAME} in the file: NAME=VALUE");
    command->add_flag("--express", options->is_express, "Create an Express workflow");
    command->add_flag("--publish", options->is_published, "Publish it as a version");
    set_action(*command, exit_code, [options] { return deploy(*options); });
}

void add_stop_and_redrive(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = add(app, "stop", "Stop an execution", options);
    command->add_option("EXECUTION", options->subject, "By ARN, or as MACHINE:NAME")->required();
    add_failure_options(*command, *options);
    set_action(*command, exit_code, [options] { return stop(*options); });

    options = std::make_shared<Options>();
    command = add(app, "redrive", "Let a failed execution go on where it failed", options);
    command->add_option("EXECUTION", options->subject, "By ARN, or as MACHINE:NAME")->required();
    command->add_flag("--wait", options->is_waiting, "Wait for the end and print the output");
    set_action(*command, exit_code, [options] { return redrive(*options); });
}

void add_answers(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = add(app, "send-task-success", "Answer a task by its token", options);
    command->add_option("TOKEN", options->subject, "The task's token")->required();
    command->add_option("--output", options->output,
                        "Result: JSON, @FILE, or - for standard input");
    set_action(*command, exit_code, [options] { return succeed(*options); });

    options = std::make_shared<Options>();
    command = add(app, "send-task-failure", "Fail a task by its token", options);
    command->add_option("TOKEN", options->subject, "The task's token")->required();
    add_failure_options(*command, *options);
    set_action(*command, exit_code, [options] {
        return call(*options, "SendTaskFailure",
                    with_failure(Value::object({{"taskToken", options->subject}}), *options));
    });

    options = std::make_shared<Options>();
    command = add(app, "send-task-heartbeat", "Say that a task is being worked on", options);
    command->add_option("TOKEN", options->subject, "The task's token")->required();
    set_action(*command, exit_code, [options] {
        return call(*options, "SendTaskHeartbeat",
                    Value::object({{"taskToken", options->subject}}));
    });
}

} // namespace

void add_execution_control(CLI::App& app, int& exit_code) {
    add_deploy(app, exit_code);
    add_stop_and_redrive(app, exit_code);
    add_answers(app, exit_code);
}

} // namespace gradus::cli
