#pragma once
// Faults of a definition, as data. Text positions are found only when somebody prints them.

#include "gradus/json.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

enum class Severity { error, warning };

struct Diagnostic {
    Severity severity = Severity::error;
    std::string code;    // one of diagnostic_codes()
    std::string message; // AWS's words where they are recorded
    std::string pointer; // JSON pointer of the faulty value; empty for the whole text
    std::string hint;    // how to mend it; may be empty
    // Offset of a fault that makes the text no JSON at all; `pointer` means nothing then.
    std::size_t offset = static_cast<std::size_t>(-1);

    bool is_json_fault() const { return offset != static_cast<std::size_t>(-1); }

    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// A kind of fault, and what it means in a line.
struct DiagnosticCode {
    std::string_view name;
    Severity severity = Severity::error;
    std::string_view summary;
};
/// Every kind there is, errors first.
std::span<const DiagnosticCode> diagnostic_codes();

/// Where in its text a diagnostic points to.
TextPosition place_of(const Diagnostic& diagnostic, std::string_view text);
/// "file:3:14: error: message [/States/A/Next]", with the hint in a line of its own.
std::string describe(const Diagnostic& diagnostic, std::string_view file_name,
                     std::string_view text);

} // namespace gradus
