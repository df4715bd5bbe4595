// gradus validate FILE…: every fault with its place.
#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::vector<std::string> files;
    std::vector<std::string> defines;
    bool is_express = false;
};

int validate(const Options& options) {
    const auto defines = read_pairs(options.defines, "--define");
    if (!defines) {
        complain(defines.error().message);
        return usage;
    }
    int exit_code = success;
    for (const std::string& file : options.files) {
        const auto loaded = load_definition(
            file, *defines, options.is_express ? WorkflowType::express : WorkflowType::standard);
        if (!loaded) {
            exit_code = usage;
            continue;
        }
        const auto warnings = loaded->compiled.diagnostics.size();
        std::printf("%s: valid%s\n", file.c_str(),
                    warnings == 0 ? "" : (", " + std::to_string(warnings) + " warnings").c_str());
    }
    return exit_code;
}

} // namespace

void add_validate(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("validate", "Check workflow files and show every fault");
    command->add_option("FILE", options->files, "Workflow files; - is standard input")->required();
    command->add_option("--define", options->defines, "Fill ${NAME} in the files: NAME=VALUE");
    command->add_flag("--express", options->is_express, "Check as an Express workflow");
    command->callback([options, &exit_code] { exit_code = validate(*options); });
}

} // namespace gradus::cli
