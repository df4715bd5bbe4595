#include "states/query/choice_rule.hpp"

#include "states/query/choice_test.hpp"

#include <algorithm>
#include <utility>

namespace gradus::choice {

namespace {

RuleError invalid_path(const path::Path& path) {
    return {"Invalid path '" + path.text() +
                "': The choice state's condition path references an invalid value.",
            path.text()};
}

/// Order of UTF-16 code units, as Java compares strings. It differs from the order of UTF-8 bytes
/// where a four-byte sequence meets U+E000…U+FFFF, which lead with EE and EF.
int compare_code_units(std::string_view a, std::string_view b) {
    auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (in_a == a.end() || in_b == b.end())
        return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
    auto byte_a = static_cast<unsigned char>(*in_a);
    auto byte_b = static_cast<unsigned char>(*in_b);
    bool is_less = byte_a < byte_b;
    bool is_reversed = byte_a >= 0xee && byte_b >= 0xee && (byte_a >= 0xf0) != (byte_b >= 0xf0);
    return is_less != is_reversed ? -1 : 1;
}

template <class T>
bool holds(Relation relation, const T& a, const T& b) {
    switch (relation) {
    case Relation::equal: return a == b;
    case Relation::less: return a < b;
    case Relation::less_equal: return a <= b;
    case Relation::greater: return a > b;
    case Relation::greater_equal: return a >= b;
    }
    GRADUS_UNREACHABLE();
}

/// Values of another type than the operator's never match; neither side is converted.
bool compares_with_literal(const Test& test, const Value& value) {
    switch (test.type) {
    case ComparedType::string:
        return value.is_string() &&
               holds(test.relation, compare_code_units(value.as_string(), test.operand.text), 0);
    case ComparedType::number:
        return value.is_number() && holds(test.relation, value.as_double(), test.operand.number);
    case ComparedType::boolean:
        return value.is_boolean() && value.as_boolean() == test.operand.boolean;
    case ComparedType::timestamp: {
        if (!value.is_string()) return false;
        auto instant = parse_rfc3339(value.as_string());
        return instant && holds(test.relation, *instant, test.operand.instant);
    }
    }
    GRADUS_UNREACHABLE();
}

bool compares_with_value(const Test& test, const Value& value, const Value& operand) {
    switch (test.type) {
    case ComparedType::string:
        return value.is_string() && operand.is_string() &&
               holds(test.relation, compare_code_units(value.as_string(), operand.as_string()), 0);
    case ComparedType::number:
        return value.is_number() && operand.is_number() &&
               holds(test.relation, value.as_double(), operand.as_double());
    case ComparedType::boolean:
        return value.is_boolean() && operand.is_boolean() &&
               value.as_boolean() == operand.as_boolean();
    case ComparedType::timestamp: {
        if (!value.is_string() || !operand.is_string()) return false;
        auto a = parse_rfc3339(value.as_string());
        auto b = parse_rfc3339(operand.as_string());
        return a && b && holds(test.relation, *a, *b);
    }
    }
    GRADUS_UNREACHABLE();
}

bool has_property(Property property, const Value& value) {
    switch (property) {
    case Property::null: return value.is_null();
    case Property::present: return true;
    case Property::number: return value.is_number();
    case Property::string: return value.is_string();
    case Property::boolean: return value.is_boolean();
    case Property::timestamp: return value.is_string() && parse_rfc3339(value.as_string());
    }
    GRADUS_UNREACHABLE();
}

bool ends_with_open_backslash(std::string_view pattern) {
    std::size_t last_other = pattern.find_last_not_of('\\');
    std::size_t backslashes =
        last_other == std::string_view::npos ? pattern.size() : pattern.size() - last_other - 1;
    return backslashes % 2 == 1;
}

Result<bool, RuleError> evaluate_data_test(const Test& test, const Scope& scope) {
    Value storage;
    const Value* value = path::find(*test.variable, scope, storage);
    bool asks_presence = test.kind == Test::Kind::property && test.property == Property::present;
    if (asks_presence) return (value != nullptr) == test.operand.boolean;
    if (value == nullptr) return invalid_path(*test.variable);
    if (test.kind == Test::Kind::property)
        return has_property(test.property, *value) == test.operand.boolean;
    if (test.kind == Test::Kind::pattern) {
        if (ends_with_open_backslash(test.operand.text))
            return RuleError{"The StringMatches pattern '" + test.operand.text +
                                 "' ends with an open backslash",
                             {}};
        return value->is_string() && string_matches(value->as_string(), test.operand.text);
    }
    if (!test.operand_path) return compares_with_literal(test, *value);
    Value operand_storage;
    const Value* operand = path::find(*test.operand_path, scope, operand_storage);
    if (operand == nullptr) return invalid_path(*test.operand_path);
    return compares_with_value(test, *value, *operand);
}

/// Left to right, stopping at the first child that decides. Recursion is bounded by nesting_max.
Result<bool, RuleError> evaluate_test(const Test& test, const Scope& scope) {
    if (test.kind == Test::Kind::negation) {
        GRADUS_TRY(bool inner, evaluate_test(test.children.front(), scope));
        return !inner;
    }
    if (test.kind != Test::Kind::all && test.kind != Test::Kind::any)
        return evaluate_data_test(test, scope);
    bool decisive = test.kind == Test::Kind::any;
    for (const Test& child : test.children) {
        GRADUS_TRY(bool matches, evaluate_test(child, scope));
        if (matches == decisive) return decisive;
    }
    return !decisive;
}

void collect_variables(const Test& test, std::vector<std::string>& names) {
    for (const auto* path : {&test.variable, &test.operand_path}) {
        if (!*path) continue;
        for (std::string& name : (*path)->variables_referenced())
            if (std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(std::move(name));
    }
    for (const Test& child : test.children)
        collect_variables(child, names);
}

} // namespace

/// Greedy with one point of return, the last star: what matched before it needs no second look.
bool string_matches(std::string_view text, std::string_view pattern) {
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t after_star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size() || p < pattern.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            star_text = t;
            if (p == pattern.size()) return true;
            continue;
        }
        std::size_t literal = p + (p + 1 < pattern.size() && pattern[p] == '\\' ? 1 : 0);
        if (t < text.size() && literal < pattern.size() && text[t] == pattern[literal]) {
            p = literal + 1;
            ++t;
            continue;
        }
        if (after_star == std::string_view::npos || star_text >= text.size()) return false;
        t = ++star_text;
        p = after_star;
    }
    return true;
}

std::vector<std::string> Rule::variables_referenced() const {
    std::vector<std::string> names;
    collect_variables(*test_, names);
    return names;
}

Result<bool, RuleError> evaluate(const Rule& rule, const Scope& scope) {
    return evaluate_test(rule.test(), scope);
}

} // namespace gradus::choice
