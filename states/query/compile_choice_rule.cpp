#include "states/query/choice_test.hpp"

#include "gradus/json.hpp"
#include "states/base/closest_name.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace gradus::choice {

namespace {

struct TypeName {
    std::string_view name;
    ComparedType type;
};
constexpr std::array type_names = {
    TypeName{"String", ComparedType::string}, TypeName{"Numeric", ComparedType::number},
    TypeName{"Boolean", ComparedType::boolean}, TypeName{"Timestamp", ComparedType::timestamp}};

struct RelationName {
    std::string_view name;
    Relation relation;
};
constexpr std::array relation_names = {RelationName{"Equals", Relation::equal},
                                       RelationName{"LessThan", Relation::less},
                                       RelationName{"LessThanEquals", Relation::less_equal},
                                       RelationName{"GreaterThan", Relation::greater},
                                       RelationName{"GreaterThanEquals", Relation::greater_equal}};

struct PropertyName {
    std::string_view name;
    Property property;
};
constexpr std::array property_names = {
    PropertyName{"IsNull", Property::null},       PropertyName{"IsPresent", Property::present},
    PropertyName{"IsNumeric", Property::number},  PropertyName{"IsString", Property::string},
    PropertyName{"IsBoolean", Property::boolean}, PropertyName{"IsTimestamp", Property::timestamp}};

template <class Table>
auto* named(const Table& table, std::string_view name) {
    auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.name == name; });
    return found != table.end() ? &*found : nullptr;
}

struct Operator {
    Test::Kind kind = Test::Kind::comparison;
    ComparedType type = ComparedType::string;
    Relation relation = Relation::equal;
    Property property = Property::null;
    bool has_path_operand = false;
};

/// The 39 operators: "String|Numeric|Timestamp" with each relation, "BooleanEquals", all of them
/// with "Path" behind; "StringMatches"; "Is…".
std::optional<Operator> operator_named(std::string_view name) {
    Operator found;
    if (name == "StringMatches") {
        found.kind = Test::Kind::pattern;
        return found;
    }
    if (const auto* row = named(property_names, name)) {
        found.kind = Test::Kind::property;
        found.property = row->property;
        return found;
    }
    auto type = std::find_if(type_names.begin(), type_names.end(),
                             [&](const TypeName& row) { return name.starts_with(row.name); });
    if (type == type_names.end()) return {};
    name.remove_prefix(type->name.size());
    found.type = type->type;
    if (name.ends_with("Path")) {
        found.has_path_operand = true;
        name.remove_suffix(4);
    }
    const auto* relation = named(relation_names, name);
    if (relation == nullptr) return {};
    found.relation = relation->relation;
    if (found.type == ComparedType::boolean && found.relation != Relation::equal) return {};
    return found;
}

class Compiler {
public:
    /// `depth` is 0 for the rule itself.
    Test compile(const Value& json, const std::string& pointer, std::size_t depth);
    std::vector<RuleFault>& faults() { return faults_; }

private:
    void compile_children(Test& test, const Value& json, const std::string& pointer,
                          std::size_t depth);
    void compile_data_test(Test& test, const Member& operation, const Operator& found,
                           const Value& json, const std::string& pointer);
    std::optional<path::Path> compile_path(const Value& text, const std::string& pointer);
    void compile_literal(Test& test, const Value& operand, const std::string& pointer);
    void fault(const std::string& pointer, std::string message, std::string hint = {}) {
        faults_.push_back({pointer, std::move(message), std::move(hint)});
    }

    std::vector<RuleFault> faults_;
};

bool is_boolean_operator(std::string_view name) {
    return name == "And" || name == "Or" || name == "Not";
}

/// Members that belong to the state, save that nested rules lead nowhere.
bool is_skipped(std::string_view name) {
    return name == "Variable" || name == "Comment" || name == "Next" || name == "Assign";
}

/// The operator that was probably meant.
std::string hint_for(std::string_view name) {
    std::vector<std::string> names = {"And", "Or", "Not", "StringMatches", "Variable", "Next"};
    for (const PropertyName& row : property_names)
        names.emplace_back(row.name);
    for (const TypeName& type : type_names) {
        for (const RelationName& relation : relation_names) {
            std::string full = std::string(type.name) + std::string(relation.name);
            if (!operator_named(full)) continue;
            names.push_back(full + "Path");
            names.push_back(std::move(full));
        }
    }
    const std::string_view closest = closest_name(name, {names.begin(), names.end()});
    return closest.empty() ? "" : "did you mean '" + std::string(closest) + "'?";
}

Test Compiler::compile(const Value& json, const std::string& pointer, std::size_t depth) {
    Test test;
    if (depth > nesting_max) {
        fault(pointer, "Rules may nest " + std::to_string(nesting_max) + " levels deep at most");
        return test;
    }
    if (!json.is_object()) {
        fault(pointer, "A choice rule must be an object");
        return test;
    }
    const Member* operation = nullptr;
    for (const Member& member : json.as_object()) {
        bool is_operator =
            is_boolean_operator(member.name()) || operator_named(member.name()).has_value();
        if (!is_operator) {
            if (!is_skipped(member.name()))
                fault(pointer_child(pointer, member.name()),
                      "Field '" + std::string(member.name()) + "' is not supported",
                      hint_for(member.name()));
            continue;
        }
        if (operation != nullptr) {
            fault(pointer, "A choice rule must have exactly one operator, found '" +
                               std::string(operation->name()) + "' and '" +
                               std::string(member.name()) + "'");
            return test;
        }
        operation = &member;
    }
    if (depth > 0)
        for (std::string_view name : {"Next", "Assign"})
            if (json.find(name) != nullptr)
                fault(pointer_child(pointer, name),
                      "Field '" + std::string(name) + "' is not supported in a nested choice rule");
    if (operation == nullptr) {
        fault(pointer, "A choice rule must have an operator");
        return test;
    }
    if (auto found = operator_named(operation->name())) {
        compile_data_test(test, *operation, *found, json, pointer);
        return test;
    }
    if (json.find("Variable") != nullptr)
        fault(pointer_child(pointer, "Variable"),
              "Field 'Variable' is not supported beside '" + std::string(operation->name()) + "'");
    test.kind = operation->name() == "And"  ? Test::Kind::all
                : operation->name() == "Or" ? Test::Kind::any
                                            : Test::Kind::negation;
    compile_children(test, operation->value, pointer_child(pointer, operation->name()), depth);
    return test;
}

void Compiler::compile_children(Test& test, const Value& json, const std::string& pointer,
                                std::size_t depth) {
    if (test.kind == Test::Kind::negation) {
        test.children.push_back(compile(json, pointer, depth + 1));
        return;
    }
    if (!json.is_array() || json.size() == 0) {
        fault(pointer, "Expected a non-empty array of choice rules");
        return;
    }
    std::size_t index = 0;
    for (const Value& child : json.as_array())
        test.children.push_back(compile(child, pointer_child(pointer, index++), depth + 1));
}

void Compiler::compile_data_test(Test& test, const Member& operation, const Operator& found,
                                 const Value& json, const std::string& pointer) {
    test.kind = found.kind;
    test.type = found.type;
    test.relation = found.relation;
    test.property = found.property;
    if (const Value* variable = json.find("Variable"))
        test.variable = compile_path(*variable, pointer_child(pointer, "Variable"));
    else
        fault(pointer, "The field 'Variable' is required but was missing");
    std::string operand_pointer = pointer_child(pointer, operation.name());
    if (found.has_path_operand)
        test.operand_path = compile_path(operation.value, operand_pointer);
    else
        compile_literal(test, operation.value, operand_pointer);
}

std::optional<path::Path> Compiler::compile_path(const Value& text, const std::string& pointer) {
    if (!text.is_string()) {
        fault(pointer, "Expected value of type String");
        return {};
    }
    auto path = path::parse(text.as_string());
    if (path) return std::move(*path);
    fault(pointer, "Value is not a valid JSONPath: " + path.error().message);
    return {};
}

void Compiler::compile_literal(Test& test, const Value& operand, const std::string& pointer) {
    bool wants_boolean = test.kind == Test::Kind::property || test.type == ComparedType::boolean;
    if (wants_boolean) {
        if (operand.is_boolean())
            test.operand.boolean = operand.as_boolean();
        else
            fault(pointer, "Expected value of type Boolean");
        return;
    }
    if (test.type == ComparedType::number) {
        if (operand.is_number())
            test.operand.number = operand.as_double();
        else
            fault(pointer, "Expected value of type Number");
        return;
    }
    if (!operand.is_string()) {
        fault(pointer, "Expected value of type String");
        return;
    }
    test.operand.text = operand.as_string();
    if (test.type != ComparedType::timestamp) return;
    if (auto instant = parse_rfc3339(test.operand.text))
        test.operand.instant = *instant;
    else
        fault(pointer, "String does not match RFC3339 timestamp");
}

} // namespace

Result<Rule, std::vector<RuleFault>> compile(const Value& json) {
    Compiler compiler;
    Test test = compiler.compile(json, "", 0);
    if (!compiler.faults().empty()) return std::move(compiler.faults());
    return Rule(std::make_shared<const Test>(std::move(test)));
}

} // namespace gradus::choice
