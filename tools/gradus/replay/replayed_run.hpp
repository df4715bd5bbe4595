#pragma once
// A recorded execution that was read from files, and what came of running it again.

#include "gradus/replay.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gradus::cli {

/// One recorded execution: a recording of gradus, or a history that AWS wrote.
struct RecordedRun {
    std::string name;                   // the file, or the first of several pages
    std::optional<Recording> recording; // of gradus; else
    RecordedHistory history;
};

/// A path that no recorded execution could be made of.
struct UnusableRun {
    std::string name;
    std::string reason;
};

struct RecordedRuns {
    std::vector<RecordedRun> runs;
    std::vector<UnusableRun> unusable;
};

/// Reads files, and all files of folders in the order of their names. Which format a file has is
/// found from its content. Histories that don't begin with their first event are pages of one
/// execution, together with the other histories that were named; in a folder each file is an
/// execution. An error when there is nothing to read.
Result<RecordedRuns> read_runs(const std::vector<std::string>& paths,
                               const std::string& execution_arn);

/// A definition to run with; the one that a recording holds when `text` is empty.
struct ReplayDefinition {
    std::string name; // its file
    std::string text;
};

enum class ReplayVerdict : std::uint8_t { equal, differs, stuck };

struct ReplayedRun {
    std::string name;
    ReplayDefinition definition; // what positions point into
    ReplayReport report;
    std::uint64_t events = 0; // of the recording

    /// Stuck: a task has no answer in the recording, so this run couldn't go on.
    ReplayVerdict verdict() const;
};

/// Runs it again, by its own definition to the letter when there is no other and no change of
/// answers. An error names the run.
Result<ReplayedRun> replay_run(const RecordedRun& run, const ReplayDefinition& definition,
                               const ReplayOptions& options);

/// A timeline to look at; of an own recording that is equal it is made anew.
Result<Timeline> timeline_of(const RecordedRun& run, const ReplayedRun& replayed);

} // namespace gradus::cli
