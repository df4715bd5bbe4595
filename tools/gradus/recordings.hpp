#pragma once
// Recordings as files: one, or a folder with one for each execution.

#include "gradus/recording.hpp"

#include <string>
#include <vector>

namespace gradus::cli {

class RecordingWriter {
public:
    /// `out` is a file, "-" for standard output, or a folder: one that is there, or that ends with
    /// a slash and is made.
    /// `redactions`: JSONPaths to what is masked (gradus/redact.hpp).
    static Result<RecordingWriter> open(const std::string& out,
                                        const std::vector<std::string>& redactions);

    bool is_folder() const { return is_folder_; }
    /// In a folder, to a file of the execution's name; else to the file, which must stay the only
    /// one.
    Result<void> write(const Recording& recording);
    /// Fails when a redaction named nothing in whatever was written.
    Result<void> finish() const;

private:
    RecordingWriter(std::string out, bool is_folder, const std::vector<std::string>& redactions)
        : out_(std::move(out)),
          is_folder_(is_folder),
          redactions_(redactions),
          unmatched_(redactions) {}
    Result<void> write_as_it_is(const Recording& recording);

    std::string out_;
    bool is_folder_ = false;
    bool is_written_ = false;
    std::vector<std::string> redactions_;
    std::vector<std::string> unmatched_; // so far
};

inline constexpr const char* redact_help =
    "Mask what this JSONPath names in inputs and answers ($.customer.name, $..password); may be "
    "repeated";

/// "MACHINE~NAME.jsonl", of a Map Run's child "MACHINE~LABEL~NAME.jsonl": no name of AWS has a
/// tilde.
std::string recording_file_name(const std::string& execution_arn);

} // namespace gradus::cli
