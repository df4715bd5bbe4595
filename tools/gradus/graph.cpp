// gradus graph FILE: a workflow as a picture, with the way an execution took.
#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/graph/model.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::string file;
    std::string history;
    std::string output = "-";
    std::string format;
    std::vector<std::string> defines;
    bool is_express = false;
};

/// By the option, or by the ending of the output's name.
Result<std::string> format_of(const Options& options) {
    if (!options.format.empty()) return options.format;
    const std::string ending = std::filesystem::path(options.output).extension().string();
    if (ending == ".svg" || ending == ".png" || ending == ".dot") return ending.substr(1);
    if (ending == ".gv") return std::string("dot");
    if (ending == ".mermaid" || ending == ".mmd") return std::string("mermaid");
    if (options.output == "-") return std::string("dot");
    return Error{ErrorCode::invalid_argument,
                 "expected an output that ends with .svg, .png, .dot or .mermaid, but found '" +
                     options.output + "'; or name the format with --format"};
}

/// Graphviz lays the picture out. The text goes through a file, so that no shell sees it.
Result<std::string> lay_out(const std::string& dot, const std::string& format) {
    namespace fs = std::filesystem;
    std::string folder = (fs::temp_directory_path() / "gradus-graph-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr)
        return Error{ErrorCode::io, "can't make a folder for the picture"};
    const std::string source = folder + "/graph.dot";
    const std::string picture = folder + "/graph." + format;
    Result<std::string> result =
        Error{ErrorCode::not_found,
              "Graphviz's program 'dot' failed; is the package graphviz installed?"};
    if (write_file(source, dot)) {
        const std::string command = "dot -T" + format + " -o '" + picture + "' '" + source + "'";
        if (std::system(command.c_str()) == 0) result = read_file(picture);
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return result;
}

Result<Value> read_history(const std::string& file) {
    GRADUS_TRY(Value history, read_json_argument(file == "-" ? file : "@" + file));
    const Value& events = history.is_array() ? history : history["events"];
    if (!events.is_array()) {
        return Error{ErrorCode::invalid_argument,
                     file + " is no history: expected {\"events\": […]}, as "
                            "get-execution-history prints it"};
    }
    for (const Value& event : events.as_array()) {
        if (event.is_object() && event["type"].is_string() && event["id"].is_number()) continue;
        return Error{ErrorCode::invalid_argument,
                     file + " is no history: expected events with an id and a type, found " +
                         to_json(event)};
    }
    return history;
}

Result<int> draw(const Options& options) {
    GRADUS_TRY(const auto defines, read_pairs(options.defines, "--define"));
    GRADUS_TRY(const std::string format, format_of(options));
    const auto loaded = load_definition(
        options.file, defines, options.is_express ? WorkflowType::express : WorkflowType::standard);
    if (!loaded) return static_cast<int>(usage);
    graph::Machine machine = graph::read_machine(*parse_json(loaded->text));
    if (!options.history.empty()) {
        GRADUS_TRY(const Value history, read_history(options.history));
        graph::mark_history(machine, history);
    }
    std::string picture = format == "mermaid" ? graph::to_mermaid(machine) : graph::to_dot(machine);
    if (format == "svg" || format == "png") {
        GRADUS_TRY(picture, lay_out(picture, format));
    }
    GRADUS_CHECK(write_file(options.output, picture));
    return static_cast<int>(success);
}

} // namespace

void add_graph(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("graph", "Draw a workflow file");
    command->add_option("FILE", options->file, "Workflow file; - is standard input")->required();
    command->add_option("--history", options->history,
                        "Show the way of this history, as GetExecutionHistory gives it");
    command->add_option("-o,--output", options->output,
                        "Picture: NAME.svg, .png, .dot or .mermaid; - is standard output");
    command->add_option("--format", options->format, "Whatever the output's name says")
        ->check(CLI::IsMember({"svg", "png", "dot", "mermaid"}));
    command->add_option("--define", options->defines, "Fill ${NAME} in the file: NAME=VALUE");
    command->add_flag("--express", options->is_express, "Read as an Express workflow");
    set_action(*command, exit_code, [options] { return draw(*options); });
}

} // namespace gradus::cli
