#include "tools/gradus/replay/replayed_run.hpp"

#include "tools/gradus/command.hpp"

#include <algorithm>
#include <filesystem>

namespace gradus::cli {
namespace {

namespace fs = std::filesystem;

struct NamedFile {
    std::string path;
    bool is_in_folder = false;
};

std::vector<NamedFile> files_of(const std::vector<std::string>& paths) {
    std::vector<NamedFile> files;
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            files.push_back({path, false});
            continue;
        }
        const std::size_t before = files.size();
        for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
            if (entry.is_regular_file(error)) files.push_back({entry.path().string(), true});
        }
        std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end(),
                  [](const NamedFile& a, const NamedFile& b) { return a.path < b.path; });
    }
    return files;
}

/// What a person reads where a file holds neither of both formats.
std::string unusable_reason(const std::string& path, const std::string& message) {
    return message.starts_with(path + ": ") ? message.substr(path.size() + 2) : message;
}

class RunReader {
public:
    explicit RunReader(const std::string& execution_arn) : execution_arn_(execution_arn) {}

    void add(const NamedFile& file) {
        const auto text = read_file(file.path);
        if (!text) return give_up(file.path, text.error().message);
        if (is_recording(*text)) {
            auto recording = read_recording(*text);
            if (!recording) return give_up(file.path, recording.error().message);
            RecordedHistory history = recorded_history(*recording);
            out_.runs.push_back({file.path, std::move(*recording), std::move(history)});
            return;
        }
        auto history = read_foreign_history({{file.path, *text}}, execution_arn_);
        if (history) {
            if (!file.is_in_folder) pages_.push_back({file.path, *text});
            out_.runs.push_back({file.path, {}, std::move(*history)});
        } else if (file.is_in_folder) {
            give_up(file.path, history.error().message);
        } else {
            pages_.push_back({file.path, *text});
            has_lone_page_ = true;
        }
    }

    RecordedRuns take() && {
        if (has_lone_page_) join_pages();
        return std::move(out_);
    }

private:
    void give_up(const std::string& path, const std::string& message) {
        out_.unusable.push_back({path, unusable_reason(path, message)});
    }

    void join_pages() {
        std::erase_if(out_.runs, [&](const RecordedRun& run) {
            return std::ranges::any_of(pages_,
                                       [&](const NamedText& one) { return one.name == run.name; });
        });
        auto history = read_foreign_history(pages_, execution_arn_);
        if (history)
            out_.runs.push_back({pages_[0].name, {}, std::move(*history)});
        else
            give_up(pages_[0].name, history.error().message);
    }

    std::string execution_arn_;
    std::vector<NamedText> pages_; // histories that aren't in a folder
    bool has_lone_page_ = false;
    RecordedRuns out_;
};

} // namespace

Result<RecordedRuns> read_runs(const std::vector<std::string>& paths,
                               const std::string& execution_arn) {
    const std::vector<NamedFile> files = files_of(paths);
    if (files.empty())
        return Error{ErrorCode::not_found,
                     paths[0] + ": expected recordings, found an empty folder"};
    RunReader reader(execution_arn);
    for (const NamedFile& file : files)
        reader.add(file);
    return std::move(reader).take();
}

ReplayVerdict ReplayedRun::verdict() const {
    const bool went_on = report.recorded.status != ExecutionStatus::running;
    if (!report.unanswered.empty() && went_on && report.replayed.status == ExecutionStatus::running)
        return ReplayVerdict::stuck;
    return report.is_equal() ? ReplayVerdict::equal : ReplayVerdict::differs;
}

Result<ReplayedRun> replay_run(const RecordedRun& run, const ReplayDefinition& definition,
                               const ReplayOptions& options) {
    ReplayedRun out{run.name, definition, {}, run.history.events.size()};
    const bool has_own = definition.text.empty();
    if (has_own && !run.recording)
        return Error{ErrorCode::invalid_argument,
                     run.name + ": a history doesn't hold its definition; name it by --definition"};
    if (has_own) {
        out.definition = {"the recording's definition", run.recording->definition};
        if (!run.recording->definition.empty() && run.name != "-")
            out.definition.name = run.name + " (definition)";
    }
    Result<ReplayReport> report = [&] {
        if (!run.recording) return replay(run.history, out.definition.text, options);
        if (has_own && options.answers.empty()) return replay(*run.recording, options);
        return replay(*run.recording, out.definition.text, options);
    }();
    if (!report) {
        const std::string& message = report.error().message;
        return Error{report.error().code,
                     message.starts_with(run.name) ? message : run.name + ": " + message};
    }
    out.report = std::move(*report);
    return out;
}

Result<Timeline> timeline_of(const RecordedRun& run, const ReplayedRun& replayed) {
    if (replayed.report.timeline) return *replayed.report.timeline;
    if (run.recording) return make_timeline(*run.recording);
    return Error{ErrorCode::internal, run.name + ": this replay made no run to look at"};
}

} // namespace gradus::cli
