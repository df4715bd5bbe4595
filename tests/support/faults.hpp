#pragma once
// What compile says of a definition, in a form that tests can write out.

#include "gradus/program.hpp"

#include <string>
#include <vector>

namespace gradus {

using Faults = std::vector<std::string>;

/// "pointer: message" of each diagnostic; of warnings "warning CODE pointer: message".
inline Faults faults(std::string_view definition, WorkflowType type = WorkflowType::standard) {
    Faults out;
    for (const Diagnostic& fault : compile(definition, {type}).diagnostics) {
        const std::string at = fault.pointer.empty() ? "/" : fault.pointer;
        const bool is_error = fault.severity == Severity::error;
        out.push_back((is_error ? "" : "warning " + fault.code + " ") + at + ": " + fault.message);
    }
    return out;
}

/// The same of a definition with the single state A, whose fields these are.
inline Faults state_faults(const std::string& fields, WorkflowType type = WorkflowType::standard) {
    return faults(R"({"StartAt": "A", "States": {"A": {)" + fields + "}}}", type);
}

/// A JSONata machine with the single state A.
inline Faults jsonata_faults(const std::string& fields) {
    return faults(R"({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {)" + fields +
                  "}}}");
}

/// The hints of all diagnostics.
inline std::vector<std::string> hints(std::string_view definition) {
    std::vector<std::string> out;
    for (const Diagnostic& fault : compile(definition).diagnostics)
        out.push_back(fault.hint);
    return out;
}

} // namespace gradus
