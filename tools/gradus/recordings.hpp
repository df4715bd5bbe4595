#pragma once
// Recordings as files: one, or a folder with one for each execution.

#include "gradus/recording.hpp"

#include <string>

namespace gradus::cli {

class RecordingWriter {
public:
    /// `out` is a file, "-" for standard output, or a folder: one that is there, or that ends with
    /// a slash and is made.
    static Result<RecordingWriter> open(const std::string& out);

    bool is_folder() const { return is_folder_; }
    /// In a folder, to a file of the execution's name; else to the file, which must stay the only
    /// one.
    Result<void> write(const Recording& recording);

private:
    RecordingWriter(std::string out, bool is_folder)
        : out_(std::move(out)), is_folder_(is_folder) {}

    std::string out_;
    bool is_folder_ = false;
    bool is_written_ = false;
};

/// "MACHINE~NAME.jsonl", of a Map Run's child "MACHINE~LABEL~NAME.jsonl": no name of AWS has a
/// tilde.
std::string recording_file_name(const std::string& execution_arn);

} // namespace gradus::cli
