// "The field 'X' is required but was missing" is recorded for Credentials, "… has an invalid
// format" for the Headers of apigateway:invoke; that the others are worded so is assumed.
#include "gradus/json.hpp"
#include "states/program/compiler.hpp"
#include "states/program/integration_parameters.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// The member of that name, or null: "X.$" counts as X, and its value isn't known yet. A value of
/// null is as good as unknown: the service gets it and answers for itself (recorded).
struct Given {
    bool is_given = false;
    const Value* value = nullptr;
};

Given given(const Value& parameters, std::string_view name, ComputedMembers computed) {
    if (const Value* value = parameters.find(name)) {
        const bool is_unknown = value->is_null() || (computed == ComputedMembers::expressions &&
                                                     JsonataTemplate::is_expression(*value));
        return {true, is_unknown ? nullptr : value};
    }
    const bool is_dynamic = computed == ComputedMembers::dollar_names &&
                            parameters.find(std::string(name) + ".$") != nullptr;
    return {is_dynamic, nullptr};
}

struct Checker {
    const IntegrationParameters& known;
    const Value& parameters;
    ComputedMembers computed;
    std::vector<ParameterFault> faults;

    void check_required() {
        for (const std::string_view group : known.required) {
            bool is_given = false;
            std::string names;
            for (const std::string_view name : alternatives(group)) {
                is_given |= given(parameters, name, computed).is_given;
                names += (names.empty() ? "" : ", ") + std::string(name);
            }
            if (is_given) continue;
            faults.push_back({"",
                              names == group
                                  ? "The field '" + names + "' is required but was missing"
                                  : "One of these fields is required: [" + names + "]",
                              ""});
        }
    }

    void check_known() {
        if (known.optional.empty()) return; // the service takes more than is listed
        std::vector<std::string_view> names(known.optional.begin(), known.optional.end());
        for (const std::string_view group : known.required) {
            const auto members = alternatives(group);
            names.insert(names.end(), members.begin(), members.end());
        }
        for (const Member& member : parameters.as_object()) {
            std::string_view name = member.name();
            if (computed == ComputedMembers::dollar_names && name.ends_with(".$"))
                name.remove_suffix(2);
            if (std::ranges::find(names, name) != names.end()) continue;
            faults.push_back(
                {std::string(member.name()),
                 "The field '" + std::string(name) + "' is not supported by Step Functions",
                 did_you_mean(name, names)});
        }
    }

    void check_values() {
        for (const ParameterValues& values : known.values) {
            const Value* value = given(parameters, values.name, computed).value;
            if (value == nullptr) continue;
            const bool is_known =
                value->is_string() &&
                std::ranges::find(values.values, value->as_string()) != values.values.end();
            if (is_known) continue;
            faults.push_back(
                {std::string(values.name), wanted_values(values.name, values.values), ""});
        }
    }

    void check_formats() {
        for (const ParameterFormat& parameter : known.formats) {
            const Value* value = given(parameters, parameter.name, computed).value;
            if (value == nullptr || fits(parameter.format, *value)) continue;
            faults.push_back({std::string(parameter.name),
                              "The value of the field '" + std::string(parameter.name) +
                                  "' has an invalid format",
                              ""});
        }
    }

    bool fits(ValueFormat format, const Value& value) const {
        switch (format) {
        case ValueFormat::text: return value.is_string();
        case ValueFormat::array: return value.is_array();
        case ValueFormat::object: return value.is_object();
        case ValueFormat::object_of_arrays:
            return value.is_object() &&
                   std::ranges::all_of(value.as_object(), [&](const Member& member) {
                       return member.value.is_array() || is_computed(member);
                   });
        }
        GRADUS_UNREACHABLE();
    }

    bool is_computed(const Member& member) const {
        return (computed == ComputedMembers::dollar_names && member.name().ends_with(".$")) ||
               (computed == ComputedMembers::expressions &&
                JsonataTemplate::is_expression(member.value));
    }
};

} // namespace

std::vector<ParameterFault> parameter_faults(const IntegrationParameters& known,
                                             const Value& parameters, ComputedMembers computed) {
    Checker checker{known, parameters, computed, {}};
    checker.check_required();
    if (!parameters.is_object()) return std::move(checker.faults);
    checker.check_known();
    checker.check_values();
    checker.check_formats();
    return std::move(checker.faults);
}

} // namespace gradus
