// The gradus program: parses the command line and runs one command.
#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

int main(int argc, char** argv) {
    CLI::App app(
        "Runs workflows written in Amazon States Language, and keeps GPU spot capacity with them");
    app.name("gradus");
    app.require_subcommand(1);
    int exit_code = gradus::cli::success;
    gradus::cli::add_run(app, exit_code);
    gradus::cli::add_eval(app, exit_code);
    gradus::cli::add_graph(app, exit_code);
    gradus::cli::add_simulate(app, exit_code);
    gradus::cli::add_test_state(app, exit_code);
    gradus::cli::add_validate(app, exit_code);
    gradus::cli::add_fmt(app, exit_code);
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
