#include "states/query/template.hpp"

#include "states/query/template_node.hpp"

#include <algorithm>
#include <utility>

namespace gradus::templates {

namespace {

void add_new(std::vector<std::string>& names, std::vector<std::string> more) {
    for (std::string& name : more)
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
}

void collect_variables(const Node& node, std::vector<std::string>& names) {
    if (node.expression) add_new(names, node.expression->variables_referenced());
    for (const Node& child : node.children)
        collect_variables(child, names);
}

/// Recursion is bounded by limits::json_depth_max, which every parsed template keeps.
Result<Value, TemplateError> evaluate_node(const Node& node, const Scope& scope) {
    switch (node.kind) {
    case Node::Kind::constant: return node.constant;
    case Node::Kind::expression: return evaluate(*node.expression, node.source_key, scope);
    case Node::Kind::array: {
        Array elements;
        elements.reserve(node.children.size());
        for (const Node& child : node.children) {
            GRADUS_TRY(Value element, evaluate_node(child, scope));
            elements.push_back(std::move(element));
        }
        return Value(std::move(elements));
    }
    case Node::Kind::object: {
        ObjectBuilder object(node.children.size());
        for (const Node& child : node.children) {
            GRADUS_TRY(Value member, evaluate_node(child, scope));
            object.append(child.name, std::move(member));
        }
        return object.build();
    }
    }
    GRADUS_UNREACHABLE();
}

} // namespace

const std::string& Expression::text() const {
    return path() != nullptr ? path()->text() : call()->text();
}

std::vector<std::string> Expression::variables_referenced() const {
    return path() != nullptr ? path()->variables_referenced() : call()->variables_referenced();
}

Result<Expression, path::SyntaxError> parse_expression(std::string_view text) {
    if (intrinsics::looks_like_call(text)) {
        GRADUS_TRY(intrinsics::Call call, intrinsics::parse(text));
        return Expression(std::move(call));
    }
    GRADUS_TRY(path::Path path, path::parse(text));
    return Expression(std::move(path));
}

Result<Value, TemplateError> evaluate(const Expression& expression, std::string_view field,
                                      const Scope& scope) {
    TemplateError failure{TemplateErrorKind::path, std::string(), std::string(), std::string()};
    if (const path::Path* path = expression.path()) {
        auto value = path::evaluate(*path, scope);
        if (value) return std::move(*value);
        failure.message = value.error().fault == path::PathFault::over_limit
                              ? value.error().message
                              : path::field_not_found_message(*path, field, scope);
    } else {
        auto value = intrinsics::evaluate(*expression.call(), scope);
        if (value) return std::move(*value);
        if (value.error().fault == intrinsics::IntrinsicFault::intrinsic)
            failure.kind = TemplateErrorKind::intrinsic;
        failure.message = std::move(value).error().message;
    }
    failure.key = field;
    failure.expression = expression.text();
    return failure;
}

const Value* Template::constant() const {
    return node_->kind == Node::Kind::constant ? &node_->constant : nullptr;
}

std::vector<std::string> Template::variables_referenced() const {
    std::vector<std::string> names;
    collect_variables(*node_, names);
    return names;
}

Result<Value, TemplateError> evaluate(const Template& compiled, const Scope& scope) {
    return evaluate_node(compiled.node(), scope);
}

} // namespace gradus::templates
