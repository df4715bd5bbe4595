// Cases of kind "validation": a definition, and what CreateStateMachine or
// ValidateStateMachineDefinition said of it.
#include "gradus/json.hpp"
#include "gradus/program.hpp"
#include "tools/conformance/runner.hpp"

#include <algorithm>
#include <optional>

namespace gradus::conformance {
namespace {

std::string location_of(const Diagnostic& diagnostic) {
    return diagnostic.pointer.empty() ? "/" : diagnostic.pointer;
}

std::optional<std::string> run_case(const Value& the_case) {
    const Value& expected = the_case["expected"];
    const Value* text = the_case.find("definition_text");
    const std::string definition = text != nullptr && text->is_string()
                                       ? std::string(text->as_string())
                                       : to_json(the_case["definition"]);
    const Value& type = the_case["request"]["type"];
    const CompileOptions options{type == Value("EXPRESS") ? WorkflowType::express
                                                          : WorkflowType::standard};
    const Compiled compiled = compile(definition, options);
    const auto fault =
        std::ranges::find(compiled.diagnostics, Severity::error, &Diagnostic::severity);
    const bool is_accepted = fault == compiled.diagnostics.end();

    const bool wants_accepted =
        expected["accepted"] == Value(true) || expected["result"] == Value("OK");
    if (wants_accepted != is_accepted) {
        return std::string("expected ") + (wants_accepted ? "acceptance" : "a fault") + ", found " +
               (is_accepted ? "acceptance" : fault->message);
    }
    if (wants_accepted) return std::nullopt;
    if (expected["diagnostics"].is_array()) {
        const Value& wanted = expected["diagnostics"][0];
        if (wanted["code"] != Value(fault->code) || wanted["message"] != Value(fault->message)) {
            return "expected " + to_json(wanted) + ", found " + fault->code + ": " + fault->message;
        }
        return std::nullopt;
    }
    const std::string found = "Invalid State Machine Definition: '" + fault->code + ": " +
                              fault->message + " at " + location_of(*fault) + "'";
    if (expected["response"]["message"] == Value(found)) return std::nullopt;
    return "expected " + to_json(expected["response"]["message"]) + ", found " + found;
}

} // namespace

void run_validation_file(const CorpusFile& file, const Report& report) {
    for (const Value& the_case : file.document.as_array()) {
        CaseResult result{.id = std::string(the_case["id"].as_string())};
        if (file.list_only || the_case["suspect"] == Value(true)) {
            result.outcome = Outcome::skipped;
            result.detail = "suspect";
        } else if (auto found = run_case(the_case)) {
            result.outcome = Outcome::failed;
            result.detail = std::move(*found);
        }
        report(std::move(result));
    }
}

} // namespace gradus::conformance
