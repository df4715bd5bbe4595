// Definition text to Program. Sources of the rules: States language specification; AWS, "State
// machine structure"; messages as recorded from CreateStateMachine and
// ValidateStateMachineDefinition.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/base/base.hpp"
#include "states/base/closest_name.hpp"
#include "states/program/compiler.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

constexpr auto machine_fields = std::to_array<Field>({
    {.name = "Comment", .kind = FieldKind::text},
    {.name = "StartAt", .kind = FieldKind::text, .presence = Presence::required},
    {.name = "States", .kind = FieldKind::object, .presence = Presence::required},
    {.name = "Version", .kind = FieldKind::text},
    {.name = "TimeoutSeconds", .kind = FieldKind::integer},
    {.name = "QueryLanguage", .kind = FieldKind::text},
});
constexpr auto scope_fields = std::to_array<Field>({
    {.name = "Comment", .kind = FieldKind::text},
    {.name = "StartAt", .kind = FieldKind::text, .presence = Presence::required},
    {.name = "States", .kind = FieldKind::object, .presence = Presence::required},
    {.name = "ProcessorConfig", .kind = FieldKind::object},
});

std::optional<StateType> parse_state_type(std::string_view name) {
    for (const StateType type :
         {StateType::task, StateType::wait, StateType::pass, StateType::succeed, StateType::fail,
          StateType::choice, StateType::parallel, StateType::map}) {
        if (state_type_name(type) == name) return type;
    }
    return std::nullopt;
}

bool has_transition(StateType type) {
    return type != StateType::choice && type != StateType::succeed && type != StateType::fail;
}

} // namespace

std::string_view state_type_name(StateType type) {
    constexpr std::array names = {"Task", "Wait",   "Pass",     "Succeed",
                                  "Fail", "Choice", "Parallel", "Map"};
    return names[static_cast<std::size_t>(type)];
}

std::vector<std::string> variables_referenced(const Payload& payload) {
    if (const auto* jsonata = std::get_if<JsonataTemplate>(&payload)) {
        return jsonata->variables_referenced();
    }
    return std::get<templates::Template>(payload).variables_referenced();
}

Compiler::Compiler(WorkflowType type, std::string hash, DiagnosticSink& sink)
    : program_(std::make_shared<Program>()), sink_(sink) {
    program_->type = type;
    program_->hash = std::move(hash);
}

std::shared_ptr<const Program> Compiler::compile_machine(const Value& definition) {
    if (!definition.is_object()) {
        sink_.error("", "Definition must be a valid JSON object");
        return nullptr;
    }
    const FieldReader reader(definition, "", QueryLanguage::jsonpath, sink_);
    reader.check({machine_fields});
    if (const auto version = reader.text("Version"); version && *version != "1.0") {
        sink_.error("/Version", "The field 'Version' should have one of these values: [1.0]");
    }
    program_->timeout_seconds = reader.integer("TimeoutSeconds", 1, limits::timeout_seconds_max);
    if (const auto language = reader.text("QueryLanguage")) {
        if (*language == "JSONata")
            program_->language = QueryLanguage::jsonata;
        else if (*language != "JSONPath") {
            sink_.error(
                "/QueryLanguage",
                "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]");
        }
    }
    OpenScope scope;
    program_->scopes.emplace_back();
    compile_states(definition, "", scope);
    return program_;
}

ScopeIndex Compiler::compile_scope(const Value& object, const std::string& pointer,
                                   StateIndex owner) {
    const auto index = static_cast<ScopeIndex>(program_->scopes.size());
    program_->scopes.push_back({.owner = owner});
    if (!object.is_object()) {
        sink_.error(pointer,
                    "Expected value of type an object but found " + to_json(object).substr(0, 80));
        return index;
    }
    FieldReader(object, pointer, QueryLanguage::jsonpath, sink_).check({scope_fields});
    OpenScope scope{.index = index};
    OpenScope* const outer = scope_;
    const StateIndex outer_current = current_;
    compile_states(object, pointer, scope);
    scope_ = outer;
    current_ = outer_current;
    return index;
}

void Compiler::compile_states(const Value& machine, const std::string& pointer, OpenScope& scope) {
    scope_ = &scope;
    const Value* states = machine.find("States");
    if (states == nullptr || !states->is_object()) return;
    const std::string states_pointer = pointer_child(pointer, "States");
    if (states->size() == 0) sink_.error(states_pointer, "Value cannot be empty");

    for (const Member& member : states->as_object()) {
        const auto index = static_cast<StateIndex>(program_->states.size());
        program_->states.push_back({.name = member.key, .scope = scope.index});
        scope.names.emplace(member.name(), index);
        scope.order.push_back(index);
        const std::string at = pointer_child(states_pointer, member.name());
        if (code_point_count(member.name()) > limits::name_characters_max) {
            sink_.error(at, "State name is longer than 80 characters");
        }
        const auto [first, is_new] = all_names_.emplace(member.name(), at);
        if (!is_new) sink_.error(at, "State name is already used at " + first->second);
    }
    const FieldReader reader(machine, pointer, program_->language, sink_);
    if (const auto start = transition(reader, "StartAt")) {
        program_->scopes[static_cast<std::size_t>(scope.index)].start_at = *start;
    }
    std::size_t number = 0;
    for (const Member& member : states->as_object()) {
        const StateIndex index = scope.order[number++];
        compile_state(member.value, pointer_child(states_pointer, member.name()), index);
        scope_ = &scope; // a nested scope may have been opened and closed
    }
    check_reachability(scope, states_pointer);
}

QueryLanguage Compiler::state_language(const Value& json, const std::string& pointer) {
    const Value* written = json.find("QueryLanguage");
    if (written == nullptr || !written->is_string()) return program_->language;
    if (written->as_string() == "JSONata") return QueryLanguage::jsonata;
    if (written->as_string() == "JSONPath") {
        if (program_->language == QueryLanguage::jsonata) {
            sink_.error(pointer,
                        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole "
                        "state machine");
        }
        return QueryLanguage::jsonpath;
    }
    sink_.error(pointer_child(pointer, "QueryLanguage"),
                "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]");
    return program_->language;
}

void Compiler::compile_state(const Value& json, const std::string& pointer, StateIndex index) {
    current_ = index;
    if (!json.is_object()) {
        sink_.error(pointer,
                    "Expected value of type an object but found " + to_json(json).substr(0, 80));
        return;
    }
    const Value* type_name = json.find("Type");
    if (type_name == nullptr) {
        sink_.error(pointer, "The field 'Type' is required but was missing");
        return;
    }
    const auto type =
        type_name->is_string() ? parse_state_type(type_name->as_string()) : std::nullopt;
    if (!type) {
        sink_.error(
            pointer_child(pointer, "Type"),
            "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, "
            "Choice, Parallel, Map]");
        return;
    }
    State state{.name = program_->state(index).name,
                .type = *type,
                .language = state_language(json, pointer),
                .scope = program_->state(index).scope};
    const FieldReader reader(json, pointer, state.language, sink_);
    const bool has_results =
        *type == StateType::task || *type == StateType::parallel || *type == StateType::map;
    reader.check({common_fields,
                  has_transition(*type) ? transition_fields : std::span<const Field>(),
                  *type == StateType::fail ? std::span<const Field>() : input_output_fields,
                  has_results ? result_fields : std::span<const Field>(),
                  has_results ? error_fields : std::span<const Field>(), fields_of(*type)});
    if (has_transition(*type)) {
        reader.check_exclusive({"Next", "End"}, Presence::required);
        if (reader.has("Next")) state.next = transition(reader, "Next");
        const Value* end = json.find("End");
        if (end != nullptr && end->is_boolean() && !end->as_boolean()) {
            sink_.error(reader.child("End"), "Expected true but found false", "leave 'End' out");
        }
    }
    read_flow(reader, state);
    if (has_results) {
        read_retriers(reader, state);
        read_catchers(reader, state);
    }
    switch (*type) {
    case StateType::pass: state.detail = read_pass(*this, reader); break;
    case StateType::succeed: state.detail = SucceedState{}; break;
    case StateType::fail: state.detail = read_fail(*this, reader); break;
    case StateType::wait: state.detail = read_wait(*this, reader); break;
    case StateType::choice: state.detail = read_choice(*this, reader); break;
    case StateType::task: state.detail = read_task(*this, reader); break;
    case StateType::parallel: state.detail = read_parallel(*this, reader); break;
    case StateType::map: state.detail = read_map(*this, reader); break;
    }
    program_->states[static_cast<std::size_t>(index)] = std::move(state);
}

std::optional<StateIndex> Compiler::transition(const FieldReader& reader, std::string_view field) {
    const auto target = reader.text(field);
    if (!target) return std::nullopt;
    const auto found = scope_->names.find(*target);
    if (found != scope_->names.end()) {
        scope_->reached.push_back(found->second);
        return found->second;
    }
    std::vector<std::string_view> names;
    for (const auto& [name, index] : scope_->names)
        names.push_back(name);
    const auto closest = closest_name(*target, names);
    std::string hint = closest.empty() ? "" : "did you mean '" + std::string(closest) + "'?";
    if (const auto elsewhere = all_names_.find(*target); elsewhere != all_names_.end()) {
        hint = "the state at " + elsewhere->second +
               " is in another scope; transitions can't leave theirs";
    }
    sink_.error_with_code("MISSING_TRANSITION_TARGET", reader.child(field),
                          "Missing '" + std::string(field) + "' target: " + *target,
                          std::move(hint));
    return std::nullopt;
}

void Compiler::check_reachability(const OpenScope& scope, const std::string& pointer) {
    bool has_end = false;
    for (const StateIndex index : scope.order) {
        const State& state = program_->state(index);
        has_end |= !state.next && state.type != StateType::choice;
        if (std::ranges::find(scope.reached, index) == scope.reached.end()) {
            const std::string name(state.name.as_string());
            sink_.error_with_code("MISSING_TRANSITION_TARGET", pointer_child(pointer, name),
                                  "State \"" + name + "\" is not reachable.");
        }
    }
    if (!has_end && !scope.order.empty()) {
        sink_.error(
            pointer,
            "No state ends the workflow: set \"End\": true, or add a Succeed or Fail state");
    }
}

// --- entry ---------------------------------------------------------------------------------------

Compiled compile(std::string_view definition, const CompileOptions& options) {
    DiagnosticSink sink;
    if (definition.size() > limits::definition_bytes_max) {
        sink.error("", "Definition is longer than 1 MiB: " + std::to_string(definition.size()) +
                           " bytes");
        return {nullptr, sink.take()};
    }
    if (definition.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        sink.error("", "Definition must be a valid JSON object"); // recorded for an empty text
        return {nullptr, sink.take()};
    }
    auto parsed = parse_json_strictly(definition);
    if (!parsed) {
        Diagnostic fault{.code = "INVALID_JSON_DESCRIPTION", .message = parsed.error().message};
        fault.offset = parsed.error().offset;
        return {nullptr, {std::move(fault)}};
    }
    for (const std::string& pointer : parsed->repeated_members) {
        sink.error_with_code("INVALID_JSON_DESCRIPTION", pointer, "Duplicate member");
    }
    Compiler compiler(options.type, to_hex(hash(HashAlgorithm::sha256, definition)), sink);
    auto program = compiler.compile_machine(parsed->value);
    if (program == nullptr || sink.has_errors()) return {nullptr, sink.take()};
    return {std::move(program), sink.take()};
}

} // namespace gradus
