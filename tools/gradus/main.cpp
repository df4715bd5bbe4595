// The gradus program: parses the command line and runs one command.
#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace gradus::cli {

void set_action(CLI::App& command, int& exit_code, std::function<Result<int>()> action,
                ExitCode on_error) {
    command.callback([&exit_code, action = std::move(action), on_error] {
        const auto code = action();
        if (!code) complain(code.error().message);
        exit_code = code ? *code : static_cast<int>(on_error);
    });
}

} // namespace gradus::cli

int main(int argc, char** argv) {
    CLI::App app(
        "Runs workflows written in Amazon States Language, and keeps GPU spot capacity with them");
    app.name("gradus");
    app.require_subcommand(1);
    int exit_code = gradus::cli::success;
    gradus::cli::add_run(app, exit_code);
    gradus::cli::add_eval(app, exit_code);
    gradus::cli::add_graph(app, exit_code);
    gradus::cli::add_mock_from(app, exit_code);
    gradus::cli::add_record(app, exit_code);
    gradus::cli::add_replay(app, exit_code);
    gradus::cli::add_serve(app, exit_code);
    gradus::cli::add_simulate(app, exit_code);
    gradus::cli::add_test_state(app, exit_code);
    gradus::cli::add_validate(app, exit_code);
    gradus::cli::add_fmt(app, exit_code);
    gradus::cli::add_execution_control(app, exit_code);
    gradus::cli::add_start(app, exit_code);
    gradus::cli::add_list(app, exit_code);
    gradus::cli::add_describe(app, exit_code);
    gradus::cli::add_history(app, exit_code);
    gradus::cli::add_spot(app, exit_code);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? gradus::cli::success : gradus::cli::usage;
    } catch (const std::exception& error) {
        gradus::cli::complain(error.what());
        return gradus::cli::usage;
    }
    std::fflush(stdout);
    if (std::ferror(stdout) == 0) return exit_code;
    gradus::cli::complain("standard output can't be written");
    return gradus::cli::usage;
}
