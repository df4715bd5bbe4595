#pragma once
// What the commands of the gradus program share. Each command is one file with one function that
// adds itself to the parser; it leaves its exit code behind when it ran.

#include "gradus/diagnostics.hpp"
#include "gradus/event.hpp"
#include "gradus/history.hpp"
#include "gradus/program.hpp"
#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace gradus::cli {

/// 0: it worked. 1: the workflow failed. 2: wrong usage or definition. 3: a replay differs.
enum ExitCode { success = 0, failure = 1, usage = 2, differs = 3 };

void add_describe(CLI::App& app, int& exit_code);
void add_eval(CLI::App& app, int& exit_code);
/// deploy, stop, redrive and the send-task-… commands.
void add_execution_control(CLI::App& app, int& exit_code);
void add_graph(CLI::App& app, int& exit_code);
void add_history(CLI::App& app, int& exit_code);
void add_list(CLI::App& app, int& exit_code);
void add_mock_from(CLI::App& app, int& exit_code);
void add_record(CLI::App& app, int& exit_code);
void add_replay(CLI::App& app, int& exit_code);
void add_run(CLI::App& app, int& exit_code);
void add_serve(CLI::App& app, int& exit_code);
void add_simulate(CLI::App& app, int& exit_code);
void add_start(CLI::App& app, int& exit_code);
void add_test_state(CLI::App& app, int& exit_code);
void add_validate(CLI::App& app, int& exit_code);
void add_fmt(CLI::App& app, int& exit_code);
void add_spot(CLI::App& app, int& exit_code);
void add_spot_control(CLI::App& spot, int& exit_code);

/// What a command does when it was named: its exit code, or an error, which is printed and ends
/// with `on_error`.
void set_action(CLI::App& command, int& exit_code, std::function<Result<int>()> action,
                ExitCode on_error = usage);

/// "gradus: " and the text on standard error.
void complain(const std::string& text);

/// What an event in the API's form is about: the names, errors, resources and places in its
/// details, each after a space.
std::string about_event(const Value& event);
/// One line of the log on standard error: the event's own time, execution, type and what it is
/// about.
void log_history(const ExecutionIdentity& identity, const HistoryEvent& event);

/// A file's bytes; "-" is standard input.
Result<std::string> read_file(const std::string& path);
/// Writes a file; "-" is standard output. If that fails, what was there before is still there.
Result<void> write_file(const std::string& path, const std::string& text);
/// JSON given as a text, as @FILE, or as "-" for standard input.
Result<Value> read_json_argument(const std::string& argument);

/// "NAME=VALUE" pairs, for --define and --bind.
Result<std::map<std::string, std::string>> read_pairs(const std::vector<std::string>& pairs,
                                                      const std::string& option);

/// A file's text with ${NAME} filled in.
Result<std::string> read_definition(const std::string& path,
                                    const std::map<std::string, std::string>& defines);

/// The name that a machine gets from its file: "greet" from "flows/greet.asl.json".
std::string machine_name(const std::string& file);

/// How definitions are compiled here: with the calls of their tasks held against the models of all
/// AWS services.
CompileOptions compile_options(WorkflowType type);

struct LoadedDefinition {
    std::string text; // with ${NAME} filled in
    Compiled compiled;
};
/// Reads, fills and compiles; every fault is printed. Nothing when there are errors.
std::optional<LoadedDefinition> load_definition(const std::string& path,
                                                const std::map<std::string, std::string>& defines,
                                                WorkflowType type);

} // namespace gradus::cli
