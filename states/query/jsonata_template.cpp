#include "states/query/jsonata_template.hpp"

#include "gradus/json.hpp"

#include <algorithm>
#include <array>

namespace gradus {

/// One place of a template: constant, an expression, or a container with something computed inside.
struct JsonataTemplate::Node {
    enum class Kind { constant, expression, array, object };
    Kind kind = Kind::constant;
    Value constant; // also the member names of an object, as an array
    std::optional<jsonata::Expression> expression;
    std::vector<std::string> variables; // names of the expression's free variables
    std::string text;                   // the expression, trimmed, for messages
    std::vector<Node> children;
};

struct JsonataTemplate::Content {
    Node root;
    StatesReferences references;
    std::vector<std::string> states_fields;
    std::vector<std::string> variables;
};

namespace {

using Node = JsonataTemplate::Node;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const std::size_t from = text.find_first_not_of(space);
    if (from == std::string_view::npos) return "";
    return text.substr(from, text.find_last_not_of(space) - from + 1);
}

struct Builder {
    std::vector<templates::TemplateFault> faults;
    StatesReferences references;
    std::vector<std::string> states_fields;
    std::vector<std::string> variables;

    Node build(const Value& json, const std::string& pointer) {
        if (JsonataTemplate::is_expression(json)) return build_expression(json, pointer);
        if (JsonataTemplate::is_half_expression(json)) {
            faults.push_back(
                {pointer, "", "A JSONata expression must start with '{%' and end with '%}'"});
        }
        Node node;
        if (json.is_array()) {
            node.kind = Node::Kind::array;
            for (std::size_t i = 0; i < json.size(); ++i) {
                node.children.push_back(build(json[i], pointer_child(pointer, i)));
            }
        } else if (json.is_object()) {
            node.kind = Node::Kind::object;
            Array names;
            for (const Member& member : json.as_object()) {
                names.push_back(member.key);
                node.children.push_back(build(member.value, pointer_child(pointer, member.name())));
            }
            node.constant = Value(std::move(names));
        }
        const bool is_constant = std::ranges::all_of(
            node.children, [](const Node& child) { return child.kind == Node::Kind::constant; });
        if (!is_constant) return node;
        return Node{.kind = Node::Kind::constant, .constant = json};
    }

    Node build_expression(const Value& json, const std::string& pointer) {
        const std::string_view written = json.as_string();
        Node node{.kind = Node::Kind::expression};
        node.text = trimmed(written.substr(2, written.size() - 4));
        auto compiled = jsonata::compile(node.text, jsonata::Dialect::step_functions);
        if (!compiled) {
            faults.push_back({pointer, "",
                              "The JSONata expression '" + node.text + "' can't be parsed. " +
                                  compiled.error().text()});
            return node;
        }
        // AWS: there is no input document, so `$`, `$$` and bare names mean nothing at the top.
        if (compiled->input_use().any()) {
            faults.push_back(
                {pointer, "",
                 "The JSONata expression '" + node.text +
                     "' uses the input document, which Step Functions doesn't provide; use "
                     "$states.input"});
        }
        for (const auto& reference : compiled->free_variables()) {
            note_reference(reference);
            if (std::ranges::find(node.variables, reference[0]) == node.variables.end()) {
                node.variables.push_back(reference[0]);
            }
        }
        node.expression = std::move(*compiled);
        return node;
    }

    static void note(std::vector<std::string>& names, const std::string& name) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }

    void note_reference(const std::vector<std::string>& reference) {
        if (reference[0] != "states") return note(variables, reference[0]);
        references.any = true;
        const bool is_whole = reference.size() == 1;
        if (!is_whole) note(states_fields, reference[1]);
        references.input |= is_whole || reference[1] == "input";
        references.context |= is_whole || reference[1] == "context";
        references.result |= is_whole || reference[1] == "result";
        references.error_output |= is_whole || reference[1] == "errorOutput";
    }
};

/// Where a node is, as messages name it: "Output/lines[0]". Its text is made only for an error.
struct Location {
    const Location* parent = nullptr;
    std::string_view name;            // of the field or of a member
    std::optional<std::size_t> index; // of an element

    std::string text() const {
        if (parent == nullptr) return std::string(name);
        if (index) return parent->text() + "[" + std::to_string(*index) + "]";
        return parent->text() + "/" + std::string(name);
    }
};

struct Evaluator {
    const JsonataData& data;

    Result<Value, QueryEvaluationError> evaluate(const Node& node, const Location& location) const {
        switch (node.kind) {
        case Node::Kind::constant: return node.constant;
        case Node::Kind::expression: return evaluate_expression(node, location);
        case Node::Kind::array: {
            Array elements;
            elements.reserve(node.children.size());
            for (std::size_t i = 0; i < node.children.size(); ++i) {
                auto element =
                    evaluate(node.children[i], {.parent = &location, .name = {}, .index = i});
                if (!element) return element;
                elements.push_back(std::move(*element));
            }
            return Value(std::move(elements));
        }
        case Node::Kind::object: {
            ObjectBuilder object(node.children.size());
            for (std::size_t i = 0; i < node.children.size(); ++i) {
                const Value& name = node.constant[i];
                auto member =
                    evaluate(node.children[i], {.parent = &location, .name = name.as_string()});
                if (!member) return member;
                object.append(name, std::move(*member));
            }
            return object.build();
        }
        }
        GRADUS_UNREACHABLE();
    }

    Result<Value, QueryEvaluationError> evaluate_expression(const Node& node,
                                                            const Location& location) const {
        constexpr std::size_t usual = 8;
        std::array<jsonata::Binding, usual> few;
        std::vector<jsonata::Binding> many;
        if (node.variables.size() > usual) many.resize(node.variables.size());
        const std::span<jsonata::Binding> room =
            node.variables.size() > usual ? std::span(many) : std::span(few);
        std::size_t bound = 0;
        for (const std::string& name : node.variables) {
            const Value* value = name == "states" ? data.states : data.variables->find(name);
            if (value != nullptr) room[bound++] = {name, *value};
        }
        const auto outcome =
            jsonata::evaluate(*node.expression, {.input = nullptr,
                                                 .variables = room.first(bound),
                                                 .now_milliseconds = data.now_milliseconds,
                                                 .random = data.random});
        if (!outcome) {
            return error(node, location.text(),
                         "threw an error during evaluation. " + outcome.error().text());
        }
        switch (outcome->kind) {
        case jsonata::Outcome::Kind::undefined:
            return error(node, location.text(), "returned nothing (undefined).");
        case jsonata::Outcome::Kind::function:
            return error(node, location.text(), "returned an unsupported result type.");
        case jsonata::Outcome::Kind::value: return outcome->value;
        }
        GRADUS_UNREACHABLE();
    }

    // All four forms are recorded.
    static QueryEvaluationError error(const Node& node, const std::string& location,
                                      std::string_view what) {
        return {"The JSONata expression '" + node.text + "' specified for the field '" + location +
                    "' " + std::string(what),
                location};
    }
};

std::string_view type_name(const Value& value) {
    switch (value.kind()) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return "boolean";
    case Value::Kind::integer:
    case Value::Kind::real:
    case Value::Kind::decimal: return "number";
    case Value::Kind::string: return "string";
    case Value::Kind::array: return "array";
    case Value::Kind::object: return "object";
    }
    GRADUS_UNREACHABLE();
}

} // namespace

bool JsonataTemplate::is_expression(const Value& json) {
    if (!json.is_string()) return false;
    const std::string_view text = json.as_string();
    return text.size() >= 4 && text.starts_with("{%") && text.ends_with("%}");
}

bool JsonataTemplate::is_half_expression(const Value& json) {
    if (!json.is_string() || is_expression(json)) return false;
    return json.as_string().starts_with("{%") || json.as_string().ends_with("%}");
}

Result<JsonataTemplate, std::vector<templates::TemplateFault>>
JsonataTemplate::compile(const Value& json) {
    Builder builder;
    auto content = std::make_shared<Content>();
    content->root = builder.build(json, "");
    if (!builder.faults.empty()) return std::move(builder.faults);
    content->references = builder.references;
    content->states_fields = std::move(builder.states_fields);
    content->variables = std::move(builder.variables);
    return JsonataTemplate(std::move(content));
}

const Value* JsonataTemplate::constant() const {
    return content_->root.kind == Node::Kind::constant ? &content_->root.constant : nullptr;
}

const StatesReferences& JsonataTemplate::references() const { return content_->references; }

const std::vector<std::string>& JsonataTemplate::states_fields() const {
    return content_->states_fields;
}

const std::vector<std::string>& JsonataTemplate::variables_referenced() const {
    return content_->variables;
}

Result<Value, QueryEvaluationError> evaluate(const JsonataTemplate& compiled,
                                             std::string_view field, const JsonataData& data) {
    const Node& root = compiled.content_->root;
    if (root.kind == Node::Kind::constant) return root.constant;
    return Evaluator{data}.evaluate(root, {.name = field});
}

QueryEvaluationError unexpected_type(const JsonataTemplate& compiled, std::string_view field,
                                     std::string_view expected, const Value& found) {
    const std::string tail = "an unexpected result type. Expected '" + std::string(expected) +
                             "', but was '" + std::string(type_name(found)) +
                             "' for value: " + to_json(found);
    return compiled.result_type_error(field, tail);
}

QueryEvaluationError JsonataTemplate::result_type_error(std::string_view field,
                                                        const std::string& tail) const {
    const Node& root = content_->root;
    if (root.kind == Node::Kind::expression) {
        return Evaluator::error(root, std::string(field), "returned " + tail);
    }
    return {"The field '" + std::string(field) + "' has " + tail, std::string(field)};
}

} // namespace gradus
