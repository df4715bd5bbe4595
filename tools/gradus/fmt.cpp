// gradus fmt FILE…: one layout for all definitions.
#include "gradus/format.hpp"
#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::vector<std::string> files;
    bool must_check = false;
    bool must_write = false;
};

/// The file's new text; faults are printed. A text that loses something by being read (a member
/// that occurs twice) is left alone.
std::optional<std::string> formatted(const std::string& file, const std::string& text) {
    const auto parsed = parse_json_strictly(text);
    if (parsed && parsed->repeated_members.empty()) return format_definition(parsed->value);
    for (const Diagnostic& diagnostic : compile(text).diagnostics) {
        // If it could be read, only the members that occur twice matter here.
        if (parsed && diagnostic.code != "INVALID_JSON_DESCRIPTION") continue;
        std::fprintf(stderr, "%s\n", describe(diagnostic, file, text).c_str());
    }
    return std::nullopt;
}

int format_file(const std::string& file, const Options& options) {
    const auto text = read_file(file);
    if (!text) {
        complain(text.error().message);
        return usage;
    }
    const auto result = formatted(file, *text);
    if (!result) return usage;
    if (options.must_check) {
        if (*result == *text) return success;
        std::printf("%s\n", file.c_str());
        return failure;
    }
    if (options.must_write) {
        if (*result == *text) return success;
        const auto written = write_file(file, *result);
        if (written) return success;
        complain(written.error().message);
        return usage;
    }
    std::fputs(result->c_str(), stdout);
    return success;
}

int format_files(const Options& options) {
    int exit_code = success;
    for (const std::string& file : options.files)
        exit_code = std::max(exit_code, format_file(file, options));
    return exit_code;
}

} // namespace

void add_fmt(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("fmt", "Lay out workflow files");
    command->add_option("FILE", options->files, "Workflow files; - is standard input")->required();
    auto* check = command->add_flag("--check", options->must_check,
                                    "Print the names of files that aren't laid out so");
    command->add_flag("--write", options->must_write, "Change the files")->excludes(check);
    command->callback([options, &exit_code] { exit_code = format_files(*options); });
}

} // namespace gradus::cli
