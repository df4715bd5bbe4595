#include "gradus/diagnostics.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus {

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
    return std::ranges::any_of(diagnostics,
                               [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::string describe(const Diagnostic& diagnostic, std::string_view file_name,
                     std::string_view text) {
    const bool is_json_fault = diagnostic.offset != static_cast<std::size_t>(-1);
    const TextPosition at =
        is_json_fault ? position_of(text, diagnostic.offset) : locate(text, diagnostic.pointer);
    std::string out(file_name);
    out += ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
    out += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
    out += diagnostic.message;
    if (!is_json_fault) out += " [" + (diagnostic.pointer.empty() ? "/" : diagnostic.pointer) + "]";
    if (!diagnostic.hint.empty()) out += "\n  hint: " + diagnostic.hint;
    return out;
}

} // namespace gradus
