// gradus record: takes executions out of a store, as recordings that replay anywhere.
#include "gradus/archive.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/recordings.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::vector<std::string> executions;
    std::string store;
    std::string out = "-";
    bool is_all = false;
};

Result<void> check(const Options& options) {
    if (options.is_all != options.executions.empty())
        return Error{ErrorCode::invalid_argument,
                     options.is_all ? "expected either --all or executions, found both"
                                    : "expected --all or the ARNs of executions, found neither"};
    return {};
}

/// The executions, and into a folder their children.
Result<void> write_some(Archive& archive, std::vector<std::string> arns, RecordingWriter& writer) {
    while (!arns.empty()) {
        const std::string arn = std::move(arns.back());
        arns.pop_back();
        GRADUS_TRY(const Recording recording, archive.recording(arn));
        GRADUS_CHECK(writer.write(recording));
        if (!writer.is_folder()) continue;
        GRADUS_TRY(const std::vector<std::string> children, archive.children(arn));
        arns.insert(arns.end(), children.begin(), children.end());
    }
    return {};
}

Result<int> record(const Options& options) {
    GRADUS_CHECK(check(options));
    GRADUS_TRY(Archive archive, Archive::open(options.store));
    GRADUS_TRY(RecordingWriter writer, RecordingWriter::open(options.out));
    if (options.is_all) {
        GRADUS_CHECK(
            archive.visit([&](const Recording& recording) { return writer.write(recording); }));
    } else {
        GRADUS_CHECK(write_some(archive, options.executions, writer));
    }
    return static_cast<int>(success);
}

} // namespace

void add_record(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("record", "Take executions out of a store, to be replayed anywhere");
    command->add_option("EXECUTION", options->executions, "ARNs of executions");
    command->add_option("--store", options->store, "The file of gradus serve --store")->required();
    command->add_flag("--all", options->is_all, "All executions of the store");
    command->add_option("-o,--output", options->out,
                        "Where to: a file; a folder, for several and for children of distributed "
                        "Maps; or - for standard output");
    set_action(*command, exit_code, [options] { return record(*options); });
}

} // namespace gradus::cli
