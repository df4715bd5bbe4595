// Definition text to Program. Sources of the rules: States language specification; AWS, "State
// machine structure"; messages as recorded from CreateStateMachine and
// ValidateStateMachineDefinition.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/base/base.hpp"
#include "states/program/compiler.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

constexpr std::array<std::string_view, 8> state_type_names = {
    "Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"}; // in StateType's order

std::optional<QueryLanguage> written_language(const FieldReader& reader) {
    const auto written = reader.one_of("QueryLanguage", {"JSONPath", "JSONata"});
    if (!written) return std::nullopt;
    return *written == "JSONata" ? QueryLanguage::jsonata : QueryLanguage::jsonpath;
}

constexpr auto machine_fields = std::to_array<Field>({
    {.name = "Comment", .kind = FieldKind::text},
    {.name = "States", .kind = FieldKind::object, .presence = Presence::required},
    {.name = "StartAt", .kind = FieldKind::text, .presence = Presence::required},
    {.name = "Version", .kind = FieldKind::text},
    {.name = "TimeoutSeconds", .kind = FieldKind::integer},
    {.name = "QueryLanguage", .kind = FieldKind::text},
});
constexpr auto scope_fields = std::to_array<Field>({
    {.name = "Comment", .kind = FieldKind::text},
    {.name = "States", .kind = FieldKind::object, .presence = Presence::required},
    {.name = "StartAt", .kind = FieldKind::text, .presence = Presence::required},
    {.name = "ProcessorConfig", .kind = FieldKind::object},
});

bool has_transition(StateType type) {
    return type != StateType::choice && type != StateType::succeed && type != StateType::fail;
}

} // namespace

std::optional<StateType> state_type_named(std::string_view name) {
    for (const StateType type :
         {StateType::task, StateType::wait, StateType::pass, StateType::succeed, StateType::fail,
          StateType::choice, StateType::parallel, StateType::map}) {
        if (state_type_name(type) == name) return type;
    }
    return std::nullopt;
}

std::string_view state_type_name(StateType type) {
    return state_type_names[static_cast<std::size_t>(type)];
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
    GRADUS_ASSERT(definition.is_object());
    collect_names(definition, "");
    const FieldReader reader(definition, "", QueryLanguage::jsonpath, sink_);
    reader.check({machine_fields});
    reader.one_of("Version", {"1.0"});
    program_->timeout_seconds = reader.integer("TimeoutSeconds", 1, limits::timeout_seconds_max);
    program_->language = written_language(reader).value_or(QueryLanguage::jsonpath);
    OpenScope scope;
    program_->scopes.emplace_back();
    compile_states(definition, "", scope);
    return program_;
}

void Compiler::collect_names(const Value& machine, const std::string& pointer) {
    const Value* states = machine.find("States");
    if (states == nullptr || !states->is_object()) return;
    const std::string states_pointer = pointer_child(pointer, "States");
    for (const Member& member : states->as_object()) {
        const std::string at = pointer_child(states_pointer, member.name());
        all_names_.emplace(member.name(), at);
        for (const std::string_view processor : {"ItemProcessor", "Iterator"}) {
            if (const Value* inner = member.value.find(processor))
                collect_names(*inner, pointer_child(at, processor));
        }
        const Value* branches = member.value.find("Branches");
        if (branches == nullptr || !branches->is_array()) continue;
        for (std::size_t i = 0; i < branches->size(); ++i)
            collect_names((*branches)[i], pointer_child(pointer_child(at, "Branches"), i));
    }
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
        scope.graph.states.push_back(index);
        const std::string at = pointer_child(states_pointer, member.name());
        sources_.push_back({at, &member.value});
        if (code_point_count(member.name()) > limits::name_characters_max) {
            sink_.error(at, "State name is longer than 80 characters");
        }
        const auto first = all_names_.find(member.name());
        GRADUS_ASSERT(first != all_names_.end());
        if (first->second != at) {
            sink_.error_with_code("DUPLICATE_STATE_NAME", at,
                                  "State name is already used at " + first->second,
                                  "names must be unique in the whole definition");
        }
    }
    const FieldReader reader(machine, pointer, program_->language, sink_);
    scope.graph.pointer = states_pointer;
    scope.graph.start = target(reader, "StartAt");
    if (scope.graph.start) {
        program_->scopes[static_cast<std::size_t>(scope.index)].start_at = *scope.graph.start;
    }
    std::size_t number = 0;
    for (const Member& member : states->as_object()) {
        const StateIndex index = scope.graph.states[number++];
        compile_state(member.value, pointer_child(states_pointer, member.name()), index);
        scope_ = &scope; // a nested scope may have been opened and closed
    }
    graphs_.push_back(std::move(scope.graph));
}

QueryLanguage Compiler::state_language(const Value& json, const std::string& pointer) {
    const FieldReader reader(json, pointer, program_->language, sink_);
    const auto language = written_language(reader);
    if (!language) return program_->language;
    if (*language == QueryLanguage::jsonpath && program_->language == QueryLanguage::jsonata) {
        sink_.error(pointer, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole "
                             "state machine");
    }
    return *language;
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
        type_name->is_string() ? state_type_named(type_name->as_string()) : std::nullopt;
    if (!type) {
        sink_.error(pointer_child(pointer, "Type"), wanted_values("Type", state_type_names));
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
    const auto found = target(reader, field);
    if (found) scope_->graph.transitions.emplace_back(current_, *found);
    return found;
}

std::optional<StateIndex> Compiler::target(const FieldReader& reader, std::string_view field) {
    const auto name = reader.text(field);
    if (!name) return std::nullopt;
    const auto found = scope_->names.find(*name);
    if (found != scope_->names.end()) return found->second;
    scope_->graph.is_complete = false;
    if (const auto elsewhere = all_names_.find(*name); elsewhere != all_names_.end()) {
        sink_.error_with_code("TRANSITION_LEAVES_SCOPE", reader.child(field),
                              "The '" + std::string(field) + "' target " + *name +
                                  " is in another scope, at " + elsewhere->second,
                              "a transition stays in its own States object");
        return std::nullopt;
    }
    std::vector<std::string_view> names;
    if (sink_.wants_hints()) {
        for (const auto& [known, index] : scope_->names)
            names.push_back(known);
    }
    sink_.error_with_code("MISSING_TRANSITION_TARGET", reader.child(field),
                          "Missing '" + std::string(field) + "' target: " + *name,
                          did_you_mean(*name, names));
    return std::nullopt;
}

void Compiler::check(const ServiceCheck& service_check) {
    const CompiledStates states{*program_, sources_};
    for (const ScopeGraph& graph : graphs_) {
        check_scope(graph, states, sink_);
        check_known_inputs(graph, states, sink_);
    }
    check_error_handling(states, sink_);
    check_states_fields(states, sink_);
    check_variables(states, sink_);
    check_parameters(states, sink_);
    if (service_check) check_services(states, service_check, sink_);
    check_maps(states, sink_);
    check_habits(states, sink_);
}

} // namespace gradus
