#pragma once
// Faults of a definition, as data. Text positions are found only when somebody prints them.

#include <string>
#include <string_view>
#include <vector>

namespace gradus {

enum class Severity { error, warning };

struct Diagnostic {
    Severity severity = Severity::error;
    std::string code;    // SCHEMA_VALIDATION_FAILED, INVALID_JSON_DESCRIPTION, as AWS has them
    std::string message; // AWS's words where they are recorded
    std::string pointer; // JSON pointer of the faulty value; empty for the whole text
    std::string hint;    // how to mend it; may be empty
    // Offset of a fault that makes the text no JSON at all; `pointer` means nothing then.
    std::size_t offset = static_cast<std::size_t>(-1);

    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// "file:3:14: error: message [/States/A/Next]", with the hint in a line of its own.
std::string describe(const Diagnostic& diagnostic, std::string_view file_name,
                     std::string_view text);

} // namespace gradus
