// Reading the forms of query and ec2 requests, on the server's side: the flat names become a tree
// first, then the tree is read along the shapes.
#include "aws/protocol/form.hpp"

#include "aws/protocol/scalars.hpp"
#include "aws/uri_encoding.hpp"

#include <charconv>
#include <map>
#include <memory>
#include <optional>

namespace gradus::aws {

namespace {

constexpr std::size_t parameters_max = 20'000; // ours; AWS refuses bodies above 1 MB
constexpr std::size_t name_levels_max = 64;

struct Node {
    std::optional<std::string> value;
    std::map<std::string, Node, std::less<>> children;
    bool used = false;
};

std::string with_first_upper(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

Result<void> put(Node& root, const QueryParameter& parameter) {
    Node* node = &root;
    std::string_view rest = parameter.name;
    for (std::size_t level = 0;; ++level) {
        if (level == name_levels_max)
            return Error{ErrorCode::limit, "the name '" + parameter.name + "' has too many levels"};
        const std::size_t dot = rest.find('.');
        node = &node->children[std::string(rest.substr(0, dot))];
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    node->value = parameter.value;
    return {};
}

// The numbered children in the order of their numbers.
std::map<std::size_t, Node*> numbered(Node& node) {
    std::map<std::size_t, Node*> out;
    for (auto& [name, child] : node.children) {
        std::size_t number = 0;
        const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (fault == std::errc() && end == name.data() + name.size()) out.emplace(number, &child);
    }
    return out;
}

class FormReader {
public:
    explicit FormReader(FormDialect dialect) : dialect_(dialect) {}

    Result<Value> read(const ShapeRef& ref, Node& node, const std::string& path) {
        node.used = true;
        switch (ref.shape->type) {
        case ShapeType::structure: return structure(*ref.shape, node, path);
        case ShapeType::list: return list(ref, node, path);
        case ShapeType::map: return map(ref, node, path);
        case ShapeType::string:
        case ShapeType::character:
        case ShapeType::boolean:
        case ShapeType::integer:
        case ShapeType::real:
        case ShapeType::blob:
        case ShapeType::timestamp:
        case ShapeType::document: break;
        }
        Result<Value> value = scalar_value(ref, node.value.value_or(""));
        if (value) return value;
        Error error = std::move(value).error();
        error.message = path + ": " + error.message;
        return error;
    }

    Result<Value> structure(const Shape& shape, Node& node, const std::string& path) {
        ObjectBuilder out;
        for (const StructureMember& member : shape.members) {
            Node* child = find(node, member);
            if (child == nullptr) continue;
            GRADUS_TRY(Value value, read(member.ref, *child,
                                         path.empty() ? member.name : path + '.' + member.name));
            out.append(Value(member.name), std::move(value));
        }
        return out.build();
    }

private:
    Node* find(Node& node, const StructureMember& member) const {
        std::string name = member.wire_name();
        if (dialect_ == FormDialect::ec2)
            name = member.ref.query_name.empty() ? with_first_upper(name) : member.ref.query_name;
        if (const auto found = node.children.find(name); found != node.children.end())
            return &found->second;
        const bool is_flat_list = dialect_ == FormDialect::query && member.ref.flattened &&
                                  member.ref.shape->type == ShapeType::list;
        if (!is_flat_list) return nullptr;
        // A flattened list is named by its elements.
        const auto found = node.children.find(member.ref.shape->element.location_name);
        return found == node.children.end() ? nullptr : &found->second;
    }

    Result<Value> list(const ShapeRef& ref, Node& node, const std::string& path) {
        const ShapeRef& element = ref.shape->element;
        Node* numbers = &node;
        if (dialect_ == FormDialect::query && !ref.flattened) {
            const std::string name =
                element.location_name.empty() ? "member" : element.location_name;
            const auto found = node.children.find(name);
            if (found == node.children.end()) return Value::array();
            numbers = &found->second;
            numbers->used = true;
        }
        Array out;
        for (const auto& [number, child] : numbered(*numbers)) {
            GRADUS_TRY(Value value, read(element, *child, path + '.' + std::to_string(number)));
            out.push_back(std::move(value));
        }
        return Value(std::move(out));
    }

    Result<Value> map(const ShapeRef& ref, Node& node, const std::string& path) {
        const Shape& shape = *ref.shape;
        Node* entries = &node;
        if (!ref.flattened) {
            const auto found = node.children.find("entry");
            if (found == node.children.end()) return Value::object();
            entries = &found->second;
            entries->used = true;
        }
        ObjectBuilder out;
        for (const auto& [number, child] : numbered(*entries)) {
            child->used = true;
            const std::string where = path + '.' + std::to_string(number);
            const auto key = child->children.find(
                shape.key.location_name.empty() ? "key" : shape.key.location_name);
            const auto value = child->children.find(
                shape.value.location_name.empty() ? "value" : shape.value.location_name);
            if (key == child->children.end() || value == child->children.end())
                return Error{ErrorCode::invalid_argument, where + ": expected a key and a value"};
            key->second.used = true;
            GRADUS_TRY(Value inner, read(shape.value, value->second, where));
            out.put(std::string_view(key->second.value.value_or("")), std::move(inner));
        }
        return out.build();
    }

    FormDialect dialect_;
};

// The full name of the first parameter that nothing read; empty: none.
std::string first_unused(const Node& node, const std::string& prefix) {
    for (const auto& [name, child] : node.children) {
        std::string full = prefix.empty() ? name : prefix + '.';
        if (!prefix.empty()) full += name;
        if (!child.used) return full;
        if (std::string inner = first_unused(child, full); !inner.empty()) return inner;
    }
    return "";
}

} // namespace

std::string form_action(std::string_view form) {
    for (QueryParameter& parameter : parse_query(form, Plus::space))
        if (parameter.name == "Action") return std::move(parameter.value);
    return "";
}

Result<ReceivedForm> read_form(const Operation& operation, std::string_view form,
                               FormDialect dialect) {
    const std::vector<QueryParameter> parameters = parse_query(form, Plus::space);
    if (parameters.size() > parameters_max)
        return Error{ErrorCode::limit,
                     "more than " + std::to_string(parameters_max) + " parameters"};
    ReceivedForm out;
    Node root;
    for (const QueryParameter& parameter : parameters) {
        if (parameter.name == "Action")
            out.action = parameter.value;
        else if (parameter.name != "Version" && !parameter.name.starts_with("X-Amz-"))
            GRADUS_CHECK(put(root, parameter));
    }
    if (operation.input.shape != nullptr) {
        GRADUS_TRY(out.params, FormReader(dialect).structure(*operation.input.shape, root, ""));
    }
    out.unknown = first_unused(root, "");
    return out;
}

} // namespace gradus::aws
