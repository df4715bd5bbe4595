#include "tools/gradus/recordings.hpp"

#include "gradus/redact.hpp"
#include "tools/gradus/command.hpp"

#include <algorithm>
#include <filesystem>

namespace gradus::cli {

namespace fs = std::filesystem;

std::string recording_file_name(const std::string& execution_arn) {
    // arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME; MACHINE/LABEL of a child.
    constexpr int parts_before = 6;
    std::size_t begin = 0;
    for (int i = 0; i < parts_before; ++i) {
        const std::size_t colon = execution_arn.find(':', begin);
        if (colon == std::string::npos) break;
        begin = colon + 1;
    }
    std::string name = execution_arn.substr(begin);
    std::ranges::replace_if(
        name, [](char c) { return c == ':' || c == '/'; }, '~');
    return name + ".jsonl";
}

Result<RecordingWriter> RecordingWriter::open(const std::string& out,
                                              const std::vector<std::string>& redactions) {
    std::error_code error;
    if (!out.ends_with('/') && !fs::is_directory(out, error))
        return RecordingWriter(out, false, redactions);
    fs::create_directories(out, error);
    if (error) return Error{ErrorCode::io, out + " can't be made: " + error.message()};
    return RecordingWriter(out, true, redactions);
}

Result<void> RecordingWriter::write(const Recording& recording) {
    if (redactions_.empty()) return write_as_it_is(recording);
    const std::string& arn = start_of(recording).identity.execution_arn;
    const auto redacted = redact(recording, redactions_);
    if (!redacted)
        return Error{redacted.error().code, "--redact: " + arn + ": " + redacted.error().message};
    std::erase_if(unmatched_, [&](const std::string& path) {
        return std::ranges::find(redacted->unmatched, path) == redacted->unmatched.end();
    });
    if (!is_folder_) {
        GRADUS_CHECK(finish()); // of a single one it is known before anything is written
    }
    GRADUS_CHECK(write_as_it_is(redacted->recording));
    for (const std::string& place : redacted->left_over)
        complain(arn + ": a masked text still stands in " + place +
                 ": in a name, in the definition, or in what came of that");
    return {};
}

Result<void> RecordingWriter::finish() const {
    if (unmatched_.empty()) return {};
    return Error{ErrorCode::not_found,
                 "--redact: " + unmatched_[0] + " names nothing in any input or answer"};
}

Result<void> RecordingWriter::write_as_it_is(const Recording& recording) {
    const std::string& arn = start_of(recording).identity.execution_arn;
    if (is_folder_)
        return write_file((fs::path(out_) / recording_file_name(arn)).string(),
                          recording_text(recording));
    if (is_written_)
        return Error{ErrorCode::invalid_argument,
                     "expected a folder for more than one recording, found the file " + out_};
    is_written_ = true;
    return write_file(out_, recording_text(recording));
}

} // namespace gradus::cli
