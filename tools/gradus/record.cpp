// gradus record: takes executions out of a store, as recordings that replay anywhere, and masks
// what others shouldn't see.
#include "gradus/archive.hpp"
#include "tools/gradus/command.hpp"
#include "tools/gradus/recordings.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace gradus::cli {
namespace {

struct Options {
    std::vector<std::string> subjects; // ARNs with a store, else files
    std::vector<std::string> redactions;
    std::string store;
    std::string out = "-";
    bool is_all = false;
};

Result<void> check(const Options& options) {
    const auto wrong = [](const char* message) {
        return Error{ErrorCode::invalid_argument, message};
    };
    if (options.store.empty() && options.is_all) return wrong("--all expects --store");
    if (options.store.empty() && options.subjects.empty())
        return wrong("expected recordings, or --store FILE with --all or the ARNs of executions");
    if (options.is_all && !options.subjects.empty())
        return wrong("expected either --all or executions, found both");
    if (!options.is_all && options.subjects.empty())
        return wrong("expected --all or the ARNs of executions, found neither");
    return {};
}

Result<void> rewrite(const std::vector<std::string>& files, RecordingWriter& writer) {
    for (const std::string& file : files) {
        GRADUS_TRY(const std::string text, read_file(file));
        const auto recording = read_recording(text);
        if (!recording)
            return Error{recording.error().code, file + ": " + recording.error().message};
        GRADUS_CHECK(writer.write(*recording));
    }
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

Result<void> take_out(const Options& options, RecordingWriter& writer) {
    GRADUS_TRY(Archive archive, Archive::open(options.store));
    if (!options.is_all) return write_some(archive, options.subjects, writer);
    return archive.visit([&](const Recording& recording) { return writer.write(recording); });
}

Result<int> record(const Options& options) {
    GRADUS_CHECK(check(options));
    GRADUS_TRY(RecordingWriter writer, RecordingWriter::open(options.out, options.redactions));
    if (options.store.empty()) {
        GRADUS_CHECK(rewrite(options.subjects, writer));
    } else {
        GRADUS_CHECK(take_out(options, writer));
    }
    GRADUS_CHECK(writer.finish());
    return static_cast<int>(success);
}

} // namespace

void add_record(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("record", "Take executions out of a store, to be replayed anywhere");
    command->add_option("EXECUTION", options->subjects,
                        "ARNs of executions; without --store, files of recordings");
    command->add_option("--store", options->store, "The file of gradus serve --store");
    command->add_option("--redact", options->redactions, redact_help);
    command->add_flag("--all", options->is_all, "All executions of the store");
    command->add_option("-o,--output", options->out,
                        "Where to: a file; a folder, for several and for children of distributed "
                        "Maps; or - for standard output");
    set_action(*command, exit_code, [options] { return record(*options); });
}

} // namespace gradus::cli
