// Cases of kind "validation": a definition, and what CreateStateMachine or
// ValidateStateMachineDefinition said of it.
#include "gradus/json.hpp"
#include "gradus/program.hpp"
#include "gradus/validate.hpp"
#include "tools/conformance/asl_cases.hpp"
#include "tools/conformance/resource_words.hpp"

#include <optional>

namespace gradus::conformance {
namespace {

std::optional<std::string> differing(const Value& wanted, const Value& found) {
    if (wanted == found) return std::nullopt;
    return "expected " + to_json(wanted) + ", found " + to_json(found);
}

std::optional<std::string> run_case(const Value& the_case) {
    const Value& expected = the_case["expected"];
    const Value* text = the_case.find("definition_text");
    const std::string definition = text != nullptr && text->is_string()
                                       ? std::string(text->as_string())
                                       : to_json(with_resource_arns(the_case["definition"], {}));
    const WorkflowType type = the_case["request"]["type"] == Value("EXPRESS")
                                  ? WorkflowType::express
                                  : WorkflowType::standard;
    if (the_case["operation"] == Value("validate_state_machine_definition")) {
        const Value found = validate_state_machine_definition(definition, {.type = type});
        for (const char* member : {"result", "diagnostics", "truncated"}) {
            if (auto difference = differing(expected[member], found[member])) return difference;
        }
        return std::nullopt;
    }
    const Compiled compiled = compile(definition, {type});
    const Value message = compiled.program != nullptr
                              ? Value()
                              : Value(invalid_definition_message(definition, compiled.diagnostics));
    return differing(
        expected["accepted"] == Value(true) ? Value() : expected["response"]["message"], message);
}

} // namespace

void run_validation_file(const CorpusFile& file, const Report& report) {
    run_asl_cases(file, report, "", [](const Value& the_case, CaseResult& result) {
        auto found = run_case(the_case);
        if (!found) return;
        result.outcome = Outcome::failed;
        result.detail = std::move(*found);
    });
}

} // namespace gradus::conformance
