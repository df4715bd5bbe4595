// From a definition's text to diagnostics, and from these to the API's answers. Recorded:
// ValidateStateMachineDefinition's responses and CreateStateMachine's InvalidDefinition.
#include "gradus/validate.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/base/base.hpp"
#include "states/program/compiler.hpp"

#include <algorithm>
#include <charconv>

namespace gradus {
namespace {

// API reference, "ValidateStateMachineDefinition".
constexpr std::size_t results_limit = 100;

constexpr std::string_view not_an_object = "Definition must be a valid JSON object";

struct Step {
    std::size_t number = 0; // of the member or element
    bool is_element = false;
    std::string_view name;
    const Value* value = nullptr;
};

/// The way from the root that a pointer names, as far as it exists.
std::vector<Step> steps_of(const Value& root, std::string_view pointer) {
    std::vector<Step> steps;
    const Value* at = &root;
    while (!pointer.empty() && at != nullptr) {
        const std::size_t end = pointer.find('/', 1);
        const std::string_view token = pointer.substr(0, end);
        pointer.remove_prefix(token.size());
        const Value* next = find_pointer(*at, token);
        if (next == nullptr) break;
        Step step{.is_element = at->is_array(), .value = next};
        if (at->is_object()) {
            for (const Member& member : at->as_object()) {
                if (&member.value == next) {
                    step.name = member.name();
                    break;
                }
                ++step.number;
            }
        } else {
            std::from_chars(token.data() + 1, token.data() + token.size(), step.number);
        }
        steps.push_back(step);
        at = next;
    }
    return steps;
}

/// In the order of the text; what is said of a value goes before what is said of its members.
void sort_by_place(const Value& root, std::vector<Diagnostic>& diagnostics) {
    std::vector<std::pair<std::vector<std::size_t>, std::size_t>> keys;
    keys.reserve(diagnostics.size());
    for (const Diagnostic& diagnostic : diagnostics) {
        const auto steps = steps_of(root, diagnostic.pointer);
        std::vector<std::size_t> key(steps.size());
        std::ranges::transform(steps, key.begin(), &Step::number);
        keys.emplace_back(std::move(key), keys.size());
    }
    std::ranges::sort(keys);
    std::vector<Diagnostic> sorted;
    sorted.reserve(diagnostics.size());
    for (const auto& [key, index] : keys)
        sorted.push_back(std::move(diagnostics[index]));
    diagnostics = std::move(sorted);
}

std::vector<Diagnostic> json_fault(std::string_view definition, const JsonError& error) {
    // A text that AWS's parser takes and ours doesn't is described in our words.
    const auto fault = find_json_fault(definition);
    Diagnostic diagnostic{.code = "INVALID_JSON_DESCRIPTION",
                          .message = fault ? fault->message : error.message};
    diagnostic.offset = fault ? fault->offset : error.offset;
    return {std::move(diagnostic)};
}

/// "/States/A/Branches[0]/States/B/Next". The form of nested places is not recorded; the language's
/// other messages write indices so.
std::string location_of(const Value& root, const std::string& pointer) {
    std::string location;
    for (const Step& step : steps_of(root, pointer)) {
        if (step.is_element) {
            location += "[" + std::to_string(step.number) + "]";
        } else {
            location += '/';
            location += step.name;
        }
    }
    return location.empty() ? "/" : location;
}

struct ApiDiagnostic {
    std::string message;
    std::string location; // empty: none
};

class ApiWording {
public:
    explicit ApiWording(std::string_view definition) : definition_(definition) {
        if (auto root = parse_json(definition)) root_ = std::move(*root);
    }

    ApiDiagnostic operator()(const Diagnostic& diagnostic) const {
        if (diagnostic.is_json_fault()) {
            const auto fault = find_json_fault(definition_);
            const std::string location = json_source_location(
                definition_, fault ? fault->stopped : position_of(definition_, diagnostic.offset));
            return {diagnostic.message + "\n at " + location, location};
        }
        if (diagnostic.message == not_an_object) return {diagnostic.message, ""}; // recorded
        return {diagnostic.message, location_of(root_, diagnostic.pointer)};
    }

private:
    std::string_view definition_;
    Value root_;
};

} // namespace

Compiled compile(std::string_view definition, const CompileOptions& options) {
    DiagnosticSink sink;
    // API reference, "CreateStateMachine": 1,048,576 characters at most.
    if (definition.size() > limits::definition_characters_max &&
        code_point_count(definition) > limits::definition_characters_max) {
        sink.error("", "Definition is longer than 1,048,576 characters");
        return {nullptr, sink.take()};
    }
    if (definition.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        sink.error("", std::string(not_an_object)); // recorded for an empty text
        return {nullptr, sink.take()};
    }
    auto parsed = parse_json_strictly(definition);
    if (!parsed) return {nullptr, json_fault(definition, parsed.error())};
    if (!parsed->value.is_object()) {
        sink.error("", std::string(not_an_object));
        return {nullptr, sink.take()};
    }
    for (const std::string& pointer : parsed->repeated_members) {
        const auto steps = steps_of(parsed->value, pointer);
        GRADUS_ASSERT(!steps.empty());
        sink.error_with_code("INVALID_JSON_DESCRIPTION", pointer,
                             "Duplicate field '" + std::string(steps.back().name) + "'",
                             "only the last one would count");
    }
    Compiler compiler(options.type, to_hex(hash(HashAlgorithm::sha256, definition)), sink);
    auto program = compiler.compile_machine(parsed->value);
    compiler.check(options.service_check);
    const bool is_faulty = sink.has_errors();
    auto diagnostics = sink.take();
    sort_by_place(parsed->value, diagnostics);
    if (is_faulty) return {nullptr, std::move(diagnostics)};
    return {std::move(program), std::move(diagnostics)};
}

Value validate_state_machine_definition(std::string_view definition,
                                        const ValidateOptions& options) {
    const Compiled compiled = compile(definition, {options.type, options.service_check});
    const ApiWording wording(definition);
    const std::size_t most =
        options.results_max == 0 ? results_limit : std::min(options.results_max, results_limit);
    Array shown;
    bool is_truncated = false;
    for (const Diagnostic& diagnostic : compiled.diagnostics) {
        if (options.severity == Severity::error && diagnostic.severity != Severity::error) continue;
        if (shown.size() == most) {
            is_truncated = true;
            break;
        }
        ApiDiagnostic said = wording(diagnostic);
        ObjectBuilder object;
        const bool is_error = diagnostic.severity == Severity::error;
        object.append(Value("severity"), Value(is_error ? "ERROR" : "WARNING"));
        object.append(Value("code"), Value(diagnostic.code));
        object.append(Value("message"), Value(said.message));
        if (!said.location.empty()) object.append(Value("location"), Value(said.location));
        shown.push_back(object.build());
    }
    return Value::object({{"result", compiled.program == nullptr ? "FAIL" : "OK"},
                          {"diagnostics", Value(std::move(shown))},
                          {"truncated", is_truncated}});
}

std::optional<std::string> invalid_execution_input_message(std::string_view input) {
    // Both forms are recorded: the parser's words without their place, and these for no text.
    std::string reason = "Invalid execution input.";
    if (input.find_first_not_of(" \t\r\n") != std::string_view::npos) {
        const auto parsed = parse_json(input);
        if (parsed) return std::nullopt;
        const auto fault = find_json_fault(input);
        reason = fault ? fault->message : parsed.error().message;
    }
    return "Invalid State Machine Execution Input: '" + reason + "'";
}

std::string invalid_definition_message(std::string_view definition,
                                       const std::vector<Diagnostic>& diagnostics) {
    const ApiWording wording(definition);
    std::string list;
    for (const Diagnostic& diagnostic : diagnostics) {
        if (diagnostic.severity != Severity::error) continue;
        const ApiDiagnostic said = wording(diagnostic);
        if (!list.empty()) list += ", ";
        list += diagnostic.code + ": " + said.message;
        // The parser's messages end with their place already.
        if (!said.location.empty() && !diagnostic.is_json_fault()) list += " at " + said.location;
    }
    return "Invalid State Machine Definition: '" + list + "'";
}

} // namespace gradus
