#include "states/data_flow.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"

namespace gradus {
namespace {

/// What the paths of one field see. The context object is made only when a path asks for it.
class BranchScope final : public Scope {
public:
    BranchScope(const DataView& view, const Value& input, const Extras& extras)
        : view_(view), input_(input), extras_(extras) {}

    const Value* input() const override { return &input_; }
    const Value& context() const override {
        if (!context_) context_ = view_.context(extras_);
        return *context_;
    }
    const Value* variable(std::string_view name) const override {
        return view_.variables().find(name);
    }
    Random& random() const override { return view_.random(); }

private:
    const DataView& view_;
    const Value& input_;
    const Extras& extras_;
    mutable std::optional<Value> context_;
};

Value states_object(const DataView& view, const StatesReferences& references, const Value& input,
                    const Extras& extras) {
    if (!references.any) return {};
    ObjectBuilder states(4);
    if (references.input) states.append("input", input);
    if (references.context) states.append("context", view.context(extras));
    if (references.result && extras.result != nullptr) states.append("result", *extras.result);
    if (references.error_output && extras.error_output != nullptr) {
        states.append("errorOutput", *extras.error_output);
    }
    return states.build();
}

Fault template_fault(const DataView& view, const templates::TemplateError& error) {
    const bool is_path = error.kind == templates::TemplateErrorKind::path;
    return view.fault(is_path ? errors::runtime : errors::intrinsic, error.message);
}

Result<Value, Fault> apply_output_path(const DataView& view, Value document) {
    const auto& output_path = view.state().flow.output_path;
    if (!output_path) return document;
    if (!output_path->path) return Value::object();
    return evaluate_path(view, *output_path->path, document);
}

Result<Value, Fault> apply_result_path(const DataView& view,
                                       const std::optional<PathOrDiscard>& result_path,
                                       Value result) {
    if (!result_path) return result;
    if (!result_path->path) return view.branch().input;
    if (result_path->path->is_root()) return result;
    auto combined = path::set(*result_path->path, view.branch().input, std::move(result));
    if (combined) return std::move(*combined);
    return view.fault(errors::result_path, combined.error().message);
}

/// New variables, checked against their limits.
Result<Value, Fault> evaluate_assign(const DataView& view, const std::optional<Payload>& assign,
                                     const Value& input, const Extras& extras,
                                     const std::string& owner = "") {
    if (!assign) return Value();
    GRADUS_TRY(Value assigned, evaluate_payload(view, *assign, owner + "Assign", input, extras));
    if (!assigned.is_object() || assigned.size() == 0) return Value();
    // AWS, "Passing data between states with variables", limits. The wording isn't recorded.
    if (json_size(assigned, limits::assign_bytes_max) > limits::assign_bytes_max) {
        return view.runtime_fault("The variables of one Assign exceed the limit of 256 KiB.");
    }
    return assigned;
}

/// "Choices[1]/": where the fields of a rule are, as its Condition is named (assumed, not
/// recorded).
std::string owner_of(const DataView& view, const ChoiceBranch& choice) {
    const auto& choices = std::get<ChoiceState>(view.state().detail).choices;
    return "Choices[" + std::to_string(&choice - choices.data()) + "]/";
}

} // namespace

Result<Value, Fault> evaluate_jsonata(const DataView& view, const JsonataTemplate& query,
                                      std::string_view field, const Value& input,
                                      const Extras& extras) {
    if (const Value* constant = query.constant()) return *constant;
    const Value states = states_object(view, query.references(), input, extras);
    auto value = evaluate(query, field,
                          JsonataData{.variables = &view.variables(),
                                      .states = &states,
                                      .now_milliseconds = epoch_milliseconds(view.now()),
                                      .random = &view.random()});
    if (value) return std::move(*value);
    return view.evaluation_fault(value.error());
}

Result<Value, Fault> evaluate_payload(const DataView& view, const Payload& payload,
                                      std::string_view field, const Value& input,
                                      const Extras& extras) {
    if (const auto* jsonata = std::get_if<JsonataTemplate>(&payload)) {
        return evaluate_jsonata(view, *jsonata, field, input, extras);
    }
    const auto& compiled = std::get<templates::Template>(payload);
    if (const Value* constant = compiled.constant()) return *constant;
    auto value = templates::evaluate(compiled, BranchScope(view, input, extras));
    if (value) return std::move(*value);
    return template_fault(view, value.error());
}

Result<Value, Fault> evaluate_path(const DataView& view, const path::Path& path,
                                   const Value& input) {
    if (path.is_root() && path.root() == path::Root::input) return input;
    const Extras extras;
    auto value = path::evaluate(path, BranchScope(view, input, extras));
    if (value) return std::move(*value);
    return view.runtime_fault(path::invalid_path_message(path, value.error()));
}

Result<Value, Fault> evaluate_text(const DataView& view, const TextField& field,
                                   const Value& input) {
    const Extras extras;
    if (const auto* text = std::get_if<std::string>(&field.content)) return Value(*text);
    if (const auto* expression = std::get_if<templates::Expression>(&field.content)) {
        auto value = templates::evaluate(*expression, field.name, BranchScope(view, input, extras));
        if (value) return std::move(*value);
        return template_fault(view, value.error());
    }
    const auto& query = std::get<JsonataTemplate>(field.content);
    GRADUS_TRY(Value value, evaluate_jsonata(view, query, field.name, input, extras));
    if (value.is_string()) return value;
    return view.evaluation_fault(unexpected_type(query, field.name, "string", value));
}

std::string shown(const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : to_json(value);
}

Result<bool, Fault> evaluate_rule(const DataView& view, const choice::Rule& rule,
                                  const Value& input) {
    const Extras extras;
    const auto matched = choice::evaluate(rule, BranchScope(view, input, extras));
    if (matched) return *matched;
    return view.runtime_fault(matched.error().message);
}

Result<Value, Fault> effective_input(const DataView& view) {
    const auto& input_path = view.state().flow.input_path;
    Value input = view.branch().input;
    if (input_path && !input_path->path) {
        input = Value::object();
    } else if (input_path) {
        GRADUS_TRY(input, evaluate_path(view, *input_path->path, view.branch().input));
    }
    view.keep(&Inspection::after_input_path, input);
    return input;
}

Result<Value, Fault> effective_arguments(const DataView& view, Value input, const Extras& extras) {
    Value arguments;
    if (const auto& payload = view.state().flow.arguments) {
        const bool is_jsonata = view.state().language == QueryLanguage::jsonata;
        GRADUS_TRY(arguments,
                   evaluate_payload(view, *payload, is_jsonata ? "Arguments" : "Parameters", input,
                                    extras));
    } else {
        arguments = std::move(input);
    }
    view.keep(&Inspection::after_arguments, arguments);
    return arguments;
}

Result<Leaving, Fault> leave_with_result(const DataView& view, Value result) {
    const DataFlow& flow = view.state().flow;
    const Extras extras{.result = &result};
    if (view.state().language == QueryLanguage::jsonata) {
        const Value& input = view.branch().input;
        GRADUS_TRY(Value assigned, evaluate_assign(view, flow.assign, input, extras));
        if (!flow.output) return Leaving{std::move(result), std::move(assigned)};
        GRADUS_TRY(Value output, evaluate_jsonata(view, *flow.output, "Output", input, extras));
        return Leaving{std::move(output), std::move(assigned)};
    }
    Value selected = result;
    if (flow.result_selector) {
        GRADUS_TRY(selected, evaluate_payload(view, *flow.result_selector, "ResultSelector", result,
                                              Extras{}));
    }
    view.keep(&Inspection::after_result_selector, selected);
    GRADUS_TRY(Value document, apply_result_path(view, flow.result_path, std::move(selected)));
    view.keep(&Inspection::after_result_path, document);
    GRADUS_TRY(Value assigned, evaluate_assign(view, flow.assign, result, Extras{}));
    GRADUS_TRY(Value output, apply_output_path(view, std::move(document)));
    return Leaving{std::move(output), std::move(assigned)};
}

Result<Leaving, Fault> leave_without_result(const DataView& view, const ChoiceBranch* choice) {
    const DataFlow& flow = view.state().flow;
    // States language, "Assign" and "Output" of a Choice Rule: those of the rule that matched
    // replace the state's own.
    const auto& assign = choice != nullptr ? choice->assign : flow.assign;
    const std::string owner = choice != nullptr ? owner_of(view, *choice) : "";
    if (view.state().language == QueryLanguage::jsonata) {
        const Value& input = view.branch().input;
        const auto& query = choice != nullptr ? choice->output : flow.output;
        GRADUS_TRY(Value assigned, evaluate_assign(view, assign, input, Extras{}, owner));
        if (!query) return Leaving{input, std::move(assigned)};
        GRADUS_TRY(Value output, evaluate_jsonata(view, *query, owner + "Output", input, Extras{}));
        return Leaving{std::move(output), std::move(assigned)};
    }
    GRADUS_TRY(Value input, effective_input(view));
    GRADUS_TRY(Value assigned, evaluate_assign(view, assign, input, Extras{}));
    GRADUS_TRY(Value output, apply_output_path(view, std::move(input)));
    return Leaving{std::move(output), std::move(assigned)};
}

Result<Leaving, Fault> leave_by_catcher(const DataView& view, std::size_t number,
                                        const Value& error_output) {
    const Catcher& catcher = view.state().catchers[number];
    const std::string owner = "Catch[" + std::to_string(number) + "]/";
    if (view.state().language == QueryLanguage::jsonata) {
        const Value& input = view.branch().input;
        const Extras extras{.error_output = &error_output};
        GRADUS_TRY(Value assigned, evaluate_assign(view, catcher.assign, input, extras, owner));
        if (!catcher.output) return Leaving{error_output, std::move(assigned), true};
        GRADUS_TRY(Value output,
                   evaluate_jsonata(view, *catcher.output, owner + "Output", input, extras));
        return Leaving{std::move(output), std::move(assigned), true};
    }
    GRADUS_TRY(Value assigned, evaluate_assign(view, catcher.assign, error_output, Extras{}));
    GRADUS_TRY(Value output, apply_result_path(view, catcher.result_path, error_output));
    return Leaving{std::move(output), std::move(assigned), true};
}

} // namespace gradus
