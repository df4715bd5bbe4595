// gradus validate FILE…: every fault with its place, for people, for programs, for editors.
#include "gradus/validate.hpp"
#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/sarif.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::vector<std::string> files;
    std::vector<std::string> defines;
    std::string format = "text";
    std::string type = "standard";
    std::string severity = "warning";
    bool must_list_codes = false;
};

std::size_t count_of(const CheckedFile& file, Severity severity) {
    return static_cast<std::size_t>(
        std::ranges::count(file.diagnostics, severity, &Diagnostic::severity));
}

/// The faulty line with a mark under the fault.
void print_line(const Diagnostic& diagnostic, const std::string& text) {
    const TextPosition at = place_of(diagnostic, text);
    std::size_t start = 0;
    for (std::size_t line = 1; line < at.line; ++line)
        start = text.find('\n', start) + 1;
    const std::string line = text.substr(start, text.find('\n', start) - start);
    std::string mark;
    for (std::size_t i = 0; i + 1 < at.column && i < line.size(); ++i) {
        const bool begins_character = (static_cast<unsigned char>(line[i]) & 0xC0U) != 0x80;
        if (begins_character) mark += line[i] == '\t' ? '\t' : ' ';
    }
    std::fprintf(stderr, "%s\n%s^\n", line.c_str(), mark.c_str());
}

void print_text(const CheckedFile& file) {
    constexpr std::size_t line_bytes_max = 200; // longer lines say nothing on a terminal
    const bool is_terminal = isatty(STDERR_FILENO) == 1;
    for (const Diagnostic& diagnostic : file.diagnostics) {
        std::fprintf(stderr, "%s\n", describe(diagnostic, file.path, file.text).c_str());
        if (is_terminal && place_of(diagnostic, file.text).column <= line_bytes_max)
            print_line(diagnostic, file.text);
    }
    if (count_of(file, Severity::error) > 0) return;
    const std::size_t warnings = count_of(file, Severity::warning);
    std::printf("%s: valid", file.path.c_str());
    if (warnings > 0) std::printf(", %zu %s", warnings, warnings == 1 ? "warning" : "warnings");
    std::printf("\n");
}

/// The API's response for each file, with the file's name and the places that the API leaves out.
Value json_of(const CheckedFile& file) {
    Array list;
    for (const Diagnostic& diagnostic : file.diagnostics) {
        const TextPosition at = place_of(diagnostic, file.text);
        const bool is_error = diagnostic.severity == Severity::error;
        list.push_back(Value::object({{"severity", is_error ? "ERROR" : "WARNING"},
                                      {"code", diagnostic.code},
                                      {"message", diagnostic.message},
                                      {"pointer", diagnostic.pointer},
                                      {"line", at.line},
                                      {"column", at.column},
                                      {"hint", diagnostic.hint}}));
    }
    return Value::object({{"file", file.path},
                          {"result", count_of(file, Severity::error) > 0 ? "FAIL" : "OK"},
                          {"diagnostics", Value(std::move(list))}});
}

void print(const std::vector<CheckedFile>& files, const std::string& format) {
    if (format == "text") {
        for (const CheckedFile& file : files)
            print_text(file);
        return;
    }
    Value document;
    if (format == "sarif") {
        document = sarif_log(files);
    } else {
        Array list;
        for (const CheckedFile& file : files)
            list.push_back(json_of(file));
        document = Value(std::move(list));
    }
    std::printf("%s\n", to_pretty_json(document).c_str());
}

void list_codes() {
    for (const DiagnosticCode& code : diagnostic_codes()) {
        std::printf("%-7s %-26s  %s\n", code.severity == Severity::error ? "error" : "warning",
                    std::string(code.name).c_str(), std::string(code.summary).c_str());
    }
}

int validate(const Options& options) {
    if (options.must_list_codes) {
        list_codes();
        return success;
    }
    const auto defines = read_pairs(options.defines, "--define");
    if (!defines) {
        complain(defines.error().message);
        return usage;
    }
    const WorkflowType type =
        options.type == "express" ? WorkflowType::express : WorkflowType::standard;
    const CompileOptions compile_with = compile_options(type);
    int exit_code = success;
    std::vector<CheckedFile> files;
    for (const std::string& path : options.files) {
        auto text = read_definition(path, *defines);
        if (!text) {
            complain(text.error().message);
            exit_code = usage;
            continue;
        }
        auto diagnostics = compile(*text, compile_with).diagnostics;
        if (has_errors(diagnostics)) exit_code = usage;
        if (options.severity == "error") {
            std::erase_if(diagnostics,
                          [](const Diagnostic& d) { return d.severity != Severity::error; });
        }
        files.push_back({path, std::move(*text), std::move(diagnostics)});
    }
    print(files, options.format);
    return exit_code;
}

} // namespace

void add_validate(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("validate", "Check workflow files and show every fault");
    auto* files =
        command->add_option("FILE", options->files, "Workflow files; - is standard input");
    command->add_option("--define", options->defines, "Fill ${NAME} in the files: NAME=VALUE");
    command->add_option("--format", options->format, "text, json or sarif")
        ->check(CLI::IsMember({"text", "json", "sarif"}));
    command->add_option("--type", options->type, "Kind of workflow: standard or express")
        ->check(CLI::IsMember({"standard", "express"}));
    command->add_option("--severity", options->severity, "Show error only, or warning too")
        ->check(CLI::IsMember({"error", "warning"}));
    auto* codes = command->add_flag("--list-codes", options->must_list_codes,
                                    "Show all kinds of faults, and check nothing");
    command->callback([options, files, codes, &exit_code] {
        if (files->empty() && codes->empty()) throw CLI::RequiredError("FILE");
        exit_code = validate(*options);
    });
}

} // namespace gradus::cli
