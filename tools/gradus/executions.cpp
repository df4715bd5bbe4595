// gradus start, list, describe, history: executions on a server, ours or AWS.
#include "gradus/json.hpp"
#include "states/base/base.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/remote.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdio>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    AwsSettings server;
    std::string subject; // a machine or an execution
    std::string name;
    std::string input = "{}";
    std::string status;
    std::size_t limit = 50;
    bool is_waiting = false;
    bool is_json = false;
};

/// Dates of the API are seconds since 1970, with a fraction.
std::string time_text(const Value& date) {
    constexpr double milliseconds = 1000;
    return date.is_number() ? format_iso8601(std::llround(date.as_double() * milliseconds)) : "";
}

std::string text_of(const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

void print_json(const Value& value) { std::printf("%s\n", to_pretty_json(value).c_str()); }

Result<int> start(const Options& options) {
    GRADUS_TRY(const Value input, read_json_argument(options.input));
    GRADUS_TRY(const auto server, StepFunctions::make(options.server));
    GRADUS_TRY(const std::string machine, server->machine_arn(options.subject));
    Value request = Value::object({{"stateMachineArn", machine}, {"input", to_json(input)}});
    if (!options.name.empty()) request = request.with("name", options.name);
    if (options.is_waiting) {
        GRADUS_TRY(
            const Value described,
            server->call("DescribeStateMachine", Value::object({{"stateMachineArn", machine}})));
        if (described["type"] == Value("EXPRESS")) {
            GRADUS_TRY(const Value ended, server->call("StartSyncExecution", std::move(request)));
            return report_end(ended);
        }
    }
    GRADUS_TRY(const Value started, server->call("StartExecution", std::move(request)));
    const std::string arn = text_of(started["executionArn"]);
    if (!options.is_waiting) {
        std::printf("%s\n", arn.c_str());
        return success;
    }
    GRADUS_TRY(const Value ended, server->wait_for_end(arn));
    return report_end(ended);
}

Result<int> list_machines(StepFunctions& server, const Options& options) {
    GRADUS_TRY(std::vector<Value> machines,
               server.list("ListStateMachines", Value::object(), "stateMachines", options.limit));
    if (options.is_json) {
        print_json(Value(std::move(machines)));
        return success;
    }
    for (const Value& machine : machines) {
        std::printf("%-8s  %-24s  %s\n", text_of(machine["type"]).c_str(),
                    time_text(machine["creationDate"]).c_str(), text_of(machine["name"]).c_str());
    }
    return success;
}

Result<int> list(const Options& options) {
    GRADUS_TRY(const auto server, StepFunctions::make(options.server));
    if (options.subject.empty()) return list_machines(*server, options);
    GRADUS_TRY(const std::string machine, server->machine_arn(options.subject));
    Value request = Value::object({{"stateMachineArn", machine}});
    if (!options.status.empty()) request = request.with("statusFilter", options.status);
    GRADUS_TRY(std::vector<Value> executions,
               server->list("ListExecutions", std::move(request), "executions", options.limit));
    if (options.is_json) {
        print_json(Value(std::move(executions)));
        return success;
    }
    for (const Value& execution : executions) {
        const std::string stopped = time_text(execution["stopDate"]);
        std::printf("%-9s  %-24s  %-24s  %s\n", text_of(execution["status"]).c_str(),
                    time_text(execution["startDate"]).c_str(),
                    stopped.empty() ? "-" : stopped.c_str(), text_of(execution["name"]).c_str());
    }
    return success;
}

Result<int> describe(const Options& options) {
    GRADUS_TRY(const auto server, StepFunctions::make(options.server));
    GRADUS_TRY(const std::string arn, server->execution_arn(options.subject));
    GRADUS_TRY(const Value found,
               server->call("DescribeExecution", Value::object({{"executionArn", arn}})));
    if (options.is_json) {
        print_json(found);
        return success;
    }
    const auto line = [](const char* title, const std::string& text) {
        if (!text.empty()) std::printf("%-9s %s\n", title, text.c_str());
    };
    line("execution", text_of(found["executionArn"]));
    line("status", text_of(found["status"]));
    line("started", time_text(found["startDate"]));
    line("stopped", time_text(found["stopDate"]));
    line("input", text_of(found["input"]));
    line("output", text_of(found["output"]));
    line("error", text_of(found["error"]));
    line("cause", text_of(found["cause"]));
    if (found["redriveCount"].is_number() && found["redriveCount"] != Value(0))
        line("redrives", to_json(found["redriveCount"]));
    return success;
}

Result<int> history(const Options& options) {
    GRADUS_TRY(const auto server, StepFunctions::make(options.server));
    GRADUS_TRY(const std::string arn, server->execution_arn(options.subject));
    constexpr std::int64_t page = 1000;
    GRADUS_TRY(std::vector<Value> events,
               server->list("GetExecutionHistory",
                            Value::object({{"executionArn", arn}, {"maxResults", page}}), "events",
                            SIZE_MAX));
    if (options.is_json) {
        print_json(Value::object({{"events", Value(std::move(events))}}));
        return success;
    }
    for (const Value& event : events) {
        std::printf("%s #%s %s%s\n", time_text(event["timestamp"]).c_str(),
                    to_json(event["id"]).c_str(), text_of(event["type"]).c_str(),
                    about_event(event).c_str());
    }
    return success;
}

CLI::App* add(CLI::App& app, const char* name, const char* help,
              const std::shared_ptr<Options>& options) {
    CLI::App* command = app.add_subcommand(name, help);
    add_remote_options(*command, options->server);
    return command;
}

} // namespace

void add_start(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = add(app, "start", "Start an execution on a server", options);
    command->add_option("MACHINE", options->subject, "State machine, by name or ARN")->required();
    command->add_option("--input", options->input, "Input: JSON, @FILE, or - for standard input");
    command->add_option("--name", options->name, "Name of the execution; a UUID if not given");
    command->add_flag("--wait", options->is_waiting, "Wait for the end and print the output");
    set_action(*command, exit_code, [options] { return start(*options); });
}

void add_list(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        add(app, "list", "List a machine's executions, newest first, or all machines", options);
    command->add_option("MACHINE", options->subject, "State machine, by name or ARN");
    command->add_option("--status", options->status, "Only those that are so")
        ->check(CLI::IsMember(
            {"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"}));
    command->add_option("--limit", options->limit, "How many at most")->check(CLI::PositiveNumber);
    command->add_flag("--json", options->is_json, "As the API answers");
    set_action(*command, exit_code, [options] { return list(*options); });
}

void add_describe(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = add(app, "describe", "Describe an execution", options);
    command->add_option("EXECUTION", options->subject, "By ARN, or as MACHINE:NAME")->required();
    command->add_flag("--json", options->is_json, "As the API answers");
    set_action(*command, exit_code, [options] { return describe(*options); });
}

void add_history(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = add(app, "history", "Show the history of an execution", options);
    command->add_option("EXECUTION", options->subject, "By ARN, or as MACHINE:NAME")->required();
    command->add_flag("--json", options->is_json, "All pages in one, as the API answers");
    set_action(*command, exit_code, [options] { return history(*options); });
}

} // namespace gradus::cli
