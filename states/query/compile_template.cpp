#include "states/query/template_node.hpp"

#include "gradus/json.hpp"

#include <algorithm>
#include <utility>

namespace gradus::templates {

namespace {

constexpr std::string_view dynamic_suffix = ".$";

class Compiler {
public:
    Node compile(const Value& json, const std::string& pointer);
    std::vector<TemplateFault>& faults() { return faults_; }

private:
    Node compile_object(const Value& json, const std::string& pointer);
    Node compile_array(const Value& json, const std::string& pointer);
    Node compile_dynamic(const Member& member, const std::string& pointer);

    std::vector<TemplateFault> faults_;
};

Node constant(const Value& json) {
    Node node;
    node.constant = json;
    return node;
}

bool is_constant(const Node& node) { return node.kind == Node::Kind::constant; }

/// Texts under plain names and inside arrays are literals, whatever they look like.
Node Compiler::compile(const Value& json, const std::string& pointer) {
    if (json.is_object()) return compile_object(json, pointer);
    if (json.is_array()) return compile_array(json, pointer);
    return constant(json);
}

Node Compiler::compile_array(const Value& json, const std::string& pointer) {
    Node node;
    node.kind = Node::Kind::array;
    node.children.reserve(json.size());
    std::size_t index = 0;
    for (const Value& element : json.as_array())
        node.children.push_back(compile(element, pointer_child(pointer, index++)));
    if (std::all_of(node.children.begin(), node.children.end(), is_constant)) return constant(json);
    return node;
}

Node Compiler::compile_object(const Value& json, const std::string& pointer) {
    Node node;
    node.kind = Node::Kind::object;
    node.children.reserve(json.size());
    for (const Member& member : json.as_object()) {
        if (member.name().ends_with(dynamic_suffix)) {
            Node child = compile_dynamic(member, pointer);
            if (json.find(child.name.as_string()) != nullptr)
                faults_.push_back({pointer, std::string(member.name()),
                                   "The fields '" + std::string(child.name.as_string()) +
                                       "' and '" + std::string(member.name()) +
                                       "' must not both be present"});
            node.children.push_back(std::move(child));
        } else {
            Node child = compile(member.value, pointer_child(pointer, member.name()));
            child.name = member.key;
            node.children.push_back(std::move(child));
        }
    }
    if (std::all_of(node.children.begin(), node.children.end(), is_constant)) return constant(json);
    return node;
}

Node Compiler::compile_dynamic(const Member& member, const std::string& pointer) {
    std::string_view key = member.name();
    Node node;
    node.kind = Node::Kind::expression;
    node.name = Value(key.substr(0, key.size() - dynamic_suffix.size()));
    node.source_key = key;
    std::string hint = "write '" + std::string(node.name.as_string()) + "' for a literal value";
    if (member.value.is_string()) {
        auto expression = parse_expression(member.value.as_string());
        if (expression) {
            node.expression = std::move(*expression);
            return node;
        }
        hint =
            expression.error().message + ", at offset " + std::to_string(expression.error().offset);
    }
    faults_.push_back({pointer, std::string(key),
                       "The value for the field '" + std::string(key) +
                           "' must be a valid JSONPath or a valid intrinsic function call",
                       std::move(hint)});
    return node;
}

} // namespace

Result<Template, std::vector<TemplateFault>> compile(const Value& json) {
    Compiler compiler;
    Node node = compiler.compile(json, "");
    if (!compiler.faults().empty()) return std::move(compiler.faults());
    return Template(std::make_shared<const Node>(std::move(node)));
}

} // namespace gradus::templates
