#include "gradus/diagnostics.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

constexpr auto codes = std::to_array<DiagnosticCode>({
    // The first two are recorded, the third is known from AWS's messages; the others are ours.
    {"INVALID_JSON_DESCRIPTION", Severity::error,
     "the text is no JSON, or one object has two members of the same name"},
    {"SCHEMA_VALIDATION_FAILED", Severity::error,
     "a field is missing, unknown, of the wrong kind, out of its range, or its path, expression or "
     "ARN is wrong"},
    {"MISSING_TRANSITION_TARGET", Severity::error,
     "a transition names no state, or no transition leads to a state"},
    {"DUPLICATE_STATE_NAME", Severity::error, "two states of the definition have the same name"},
    {"TRANSITION_LEAVES_SCOPE", Severity::error,
     "a transition leads into or out of a branch of a Parallel or the processor of a Map"},
    {"MISSING_TERMINAL_STATE", Severity::error,
     "no state of the definition, branch or processor ends it"},
    {"NOT_SUPPORTED", Severity::error, "AWS would run it, gradus can't yet"},
    {"UNREACHABLE_STATE", Severity::warning,
     "only states that are never reached lead to this state"},
    {"UNASSIGNED_VARIABLE", Severity::warning,
     "a variable is read that may have no value when the state is entered"},
    {"UNKNOWN_STATES_FIELD", Severity::warning, "$states has no such field"},
    {"UNKNOWN_ERROR_NAME", Severity::warning,
     "the name begins with States. but is none of the errors that exist"},
    {"RESERVED_ERROR_NAME", Severity::warning,
     "an error of your own begins with States., like those of the service"},
    {"UNCATCHABLE_ERROR", Severity::warning, "no Retry or Catch can see this error"},
    {"SHADOWED_ERROR_NAME", Severity::warning,
     "an earlier retrier or catcher takes this error already"},
    {"CHOICE_WITHOUT_DEFAULT", Severity::warning,
     "the execution fails when no rule of the Choice matches"},
    {"TASK_TOKEN_WITHOUT_TIMEOUT", Severity::warning,
     "a task token that is never sent back keeps the execution for up to a year"},
    {"HEARTBEAT_WITHOUT_EFFECT", Severity::warning,
     "nobody can send heartbeats for this kind of task"},
    {"PATH_NEVER_MATCHES", Severity::warning,
     "a path finds nothing in the input, which is written in the definition"},
    {"UNSUITABLE_CALL", Severity::warning,
     "a task calls a service with a field or type that it doesn't know, or can't be checked"},
    {"DISCARDED_FIELD", Severity::warning, "a field has no effect beside another one"},
});

} // namespace

std::span<const DiagnosticCode> diagnostic_codes() { return codes; }

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
    return std::ranges::any_of(diagnostics,
                               [](const Diagnostic& d) { return d.severity == Severity::error; });
}

TextPosition place_of(const Diagnostic& diagnostic, std::string_view text) {
    return diagnostic.is_json_fault() ? position_of(text, diagnostic.offset)
                                      : locate(text, diagnostic.pointer);
}

std::string describe(const Diagnostic& diagnostic, std::string_view file_name,
                     std::string_view text) {
    const TextPosition at = place_of(diagnostic, text);
    std::string out(file_name);
    out += ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
    out += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
    out += diagnostic.message;
    if (!diagnostic.is_json_fault()) {
        out += " [" + (diagnostic.pointer.empty() ? "/" : diagnostic.pointer) + "]";
    }
    if (!diagnostic.hint.empty()) out += "\n  hint: " + diagnostic.hint;
    return out;
}

} // namespace gradus
