// Choice: entered → exited to the first rule that matches, or to Default. Never waits.
#include "gradus/json.hpp"
#include "states/machine.hpp"
#include "states/program/compiler.hpp"

#include <array>

namespace gradus {
namespace {

constexpr auto rule_fields = std::to_array<Field>({
    {.name = "Condition", .language = FieldLanguage::jsonata, .presence = Presence::required},
    {.name = "Next", .kind = FieldKind::text, .presence = Presence::required},
    {.name = "Output", .language = FieldLanguage::jsonata},
    {.name = "Assign", .kind = FieldKind::object},
    {.name = "Comment", .kind = FieldKind::text},
});

void read_condition(Compiler& compiler, const FieldReader& rule, ChoiceBranch& choice) {
    DiagnosticSink& sink = compiler.sink();
    if (rule.language() == QueryLanguage::jsonpath) {
        auto compiled = choice::compile(rule.object());
        if (compiled) {
            choice.condition = std::move(*compiled);
        } else {
            for (const choice::RuleFault& fault : compiled.error())
                sink.error(rule.pointer() + fault.pointer, fault.message, fault.hint);
        }
        if (!rule.has("Next"))
            sink.error(rule.pointer(), "The field 'Next' is required but was missing");
        return;
    }
    rule.check({rule_fields});
    const Value* condition = rule.object().find("Condition");
    if (condition != nullptr && !condition->is_boolean() &&
        !JsonataTemplate::is_expression(*condition)) {
        sink.error(rule.child("Condition"),
                   "Expected a boolean or a JSONata expression but found " + to_json(*condition));
        return;
    }
    if (auto compiled = rule.jsonata("Condition")) choice.condition = std::move(*compiled);
}

/// A faulty rule still leads somewhere, so that its target isn't called unreachable.
ChoiceBranch read_rule(Compiler& compiler, const FieldReader& rule) {
    ChoiceBranch choice;
    read_condition(compiler, rule, choice);
    choice.assign = rule.payload("Assign");
    choice.output = rule.jsonata("Output");
    if (const auto next = compiler.transition(rule, "Next")) choice.next = *next;
    return choice;
}

Result<bool, Fault> is_chosen(const DataView& view, const ChoiceBranch& choice, std::size_t number,
                              const Value& input) {
    if (const auto* rule = std::get_if<choice::Rule>(&choice.condition)) {
        return evaluate_rule(view, *rule, input);
    }
    const auto& query = std::get<JsonataTemplate>(choice.condition);
    const std::string field = "Choices[" + std::to_string(number) + "]/Condition";
    GRADUS_TRY(Value value, evaluate_jsonata(view, query, field, view.branch().input, {}));
    if (value.is_boolean()) return value.as_boolean();
    return view.evaluation_fault(unexpected_type(query, field, "boolean", value));
}

} // namespace

ChoiceState read_choice(Compiler& compiler, const FieldReader& reader) {
    ChoiceState state;
    const Value* choices = reader.object().find("Choices");
    if (choices != nullptr && choices->is_array()) {
        const std::string at = reader.child("Choices");
        if (choices->size() == 0) compiler.sink().error(at, "Value cannot be empty");
        for (std::size_t i = 0; i < choices->size(); ++i) {
            const Value& json = (*choices)[i];
            const std::string rule_at = pointer_child(at, i);
            if (!json.is_object()) {
                compiler.sink().error(rule_at, "Expected value of type an object but found " +
                                                   to_json(json));
                state.choices.emplace_back(); // keeps the numbers of those that follow
                continue;
            }
            const FieldReader rule(json, rule_at, reader.language(), compiler.sink());
            state.choices.push_back(read_rule(compiler, rule));
        }
    }
    state.default_next = compiler.transition(reader, "Default");
    return state;
}

void enter_choice(Machine& machine, BranchId id) {
    const DataView view = machine.data(machine.branch(id));
    const auto& state = std::get<ChoiceState>(view.state().detail);
    auto input = effective_input(view);
    if (!input) return machine.fail(id, std::move(input).error());
    for (std::size_t i = 0; i < state.choices.size(); ++i) {
        const auto chosen = is_chosen(view, state.choices[i], i, *input);
        if (!chosen) return machine.fail(id, chosen.error());
        if (!*chosen) continue;
        auto leaving = leave_without_result(view, &state.choices[i]);
        if (!leaving) return machine.fail(id, std::move(leaving).error());
        return machine.leave(id, std::move(*leaving), state.choices[i].next);
    }
    if (!state.default_next) {
        // Not recorded; AWS's words as its users quote them.
        return machine.fail(id, view.fault(errors::no_choice_matched,
                                           "Failed to transition out of the state. The state does "
                                           "not point to a next state."));
    }
    auto leaving = leave_without_result(view, nullptr);
    if (!leaving) return machine.fail(id, std::move(leaving).error());
    machine.leave(id, std::move(*leaving), state.default_next);
}

} // namespace gradus
