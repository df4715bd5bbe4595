// Sources: AWS, "Integrating optimized services" and the page of each; AWS, "Calling HTTPS APIs".
// "The field 'X' is required but was missing" is recorded for Credentials; that it is worded so
// here is assumed.
#include "gradus/json.hpp"
#include "states/program/checks.hpp"
#include "states/program/integration_parameters.hpp"

#include <algorithm>
#include <optional>

namespace gradus {
namespace {

/// The member of that name, or null: "X.$" counts as X, and its value isn't known yet.
struct Given {
    bool is_given = false;
    const Value* literal = nullptr;
};

Given given(const Value& parameters, std::string_view name, QueryLanguage language) {
    if (const Value* value = parameters.find(name)) {
        const bool is_computed =
            language == QueryLanguage::jsonata && JsonataTemplate::is_expression(*value);
        return {true, is_computed ? nullptr : value};
    }
    const bool is_dynamic =
        language == QueryLanguage::jsonpath && parameters.find(std::string(name) + ".$") != nullptr;
    return {is_dynamic, nullptr};
}

void check_required(const IntegrationParameters& known, const Value& parameters,
                    QueryLanguage language, const std::string& at, DiagnosticSink& sink) {
    for (const std::string_view group : known.required) {
        bool is_given = false;
        std::string names;
        for (const std::string_view name : alternatives(group)) {
            is_given |= given(parameters, name, language).is_given;
            names += (names.empty() ? "" : ", ") + std::string(name);
        }
        if (is_given) continue;
        sink.error(at, names == group ? "The field '" + names + "' is required but was missing"
                                      : "One of these fields is required: [" + names + "]");
    }
}

void check_known(const IntegrationParameters& known, const Value& parameters,
                 QueryLanguage language, const std::string& at, DiagnosticSink& sink) {
    if (known.optional.empty()) return; // the service takes more than is listed
    std::vector<std::string_view> names(known.optional.begin(), known.optional.end());
    for (const std::string_view group : known.required) {
        const auto members = alternatives(group);
        names.insert(names.end(), members.begin(), members.end());
    }
    for (const Member& member : parameters.as_object()) {
        std::string_view name = member.name();
        if (language == QueryLanguage::jsonpath && name.ends_with(".$")) name.remove_suffix(2);
        if (std::ranges::find(names, name) != names.end()) continue;
        sink.error(pointer_child(at, member.name()),
                   "The field '" + std::string(name) + "' is not supported by Step Functions",
                   did_you_mean(name, names));
    }
}

void check_values(const IntegrationParameters& known, const Value& parameters,
                  QueryLanguage language, const std::string& at, DiagnosticSink& sink) {
    for (const ParameterValues& values : known.values) {
        const Value* literal = given(parameters, values.name, language).literal;
        if (literal == nullptr) continue;
        const bool is_known =
            literal->is_string() &&
            std::ranges::find(values.values, literal->as_string()) != values.values.end();
        if (is_known) continue;
        std::string list;
        for (const std::string_view value : values.values)
            list += (list.empty() ? "" : ", ") + std::string(value);
        sink.error(pointer_child(at, values.name), "The field '" + std::string(values.name) +
                                                       "' should have one of these values: [" +
                                                       list + "]");
    }
}

} // namespace

void check_parameters(const CompiledStates& states, DiagnosticSink& sink) {
    for (std::size_t i = 0; i < states.program.states.size(); ++i) {
        const State& state = states.program.states[i];
        const auto* task = std::get_if<TaskState>(&state.detail);
        if (task == nullptr || task->resource == nullptr) continue;
        const Resource& resource = *task->resource;
        const IntegrationParameters* known = integration_parameters(resource);
        const bool is_jsonata = state.language == QueryLanguage::jsonata;
        const std::string_view field = is_jsonata ? "Arguments" : "Parameters";
        const Value* parameters = states.sources[i].json->find(field);
        // Without the field, the input is what the service gets; nothing is known of it.
        if (known == nullptr || parameters == nullptr || !parameters->is_object()) continue;
        const std::string at = pointer_child(states.sources[i].pointer, field);
        check_required(*known, *parameters, state.language, at, sink);
        check_known(*known, *parameters, state.language, at, sink);
        check_values(*known, *parameters, state.language, at, sink);
    }
}

} // namespace gradus
