#pragma once
// The shared files of the AWS tools, ~/.aws/config and ~/.aws/credentials, from text to settings
// (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"). Pure.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::aws {

enum class SharedFileKind {
    config,      // sections [default], [profile x], [sso-session x], [services x]
    credentials, // sections [x]
};

/// Settings by section. All values are strings; nested settings ("s3 =" with indented lines) are
/// objects of strings.
struct SharedFile {
    Value profiles = Value::object();
    Value sso_sessions = Value::object();
    Value services = Value::object();
};

/// The words of a section's name or of a command, with quotes and backslashes as in a shell;
/// nothing when a quote isn't closed.
std::optional<std::vector<std::string>> split_words(std::string_view text);

/// Fails with syntax and the line.
Result<SharedFile> parse_shared_file(std::string_view text, SharedFileKind kind);

} // namespace gradus::aws
