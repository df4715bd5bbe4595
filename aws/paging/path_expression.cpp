#include "aws/paging/path_expression.hpp"

#include "aws/paging/path_node.hpp"
#include "states/base/base.hpp"

#include <algorithm>

namespace gradus::aws {

namespace {

using Kind = PathKind;
using Node = PathExpression::Node;

Value search(const Node& node, const Value& data);

Value element_at(const Value& array, std::int64_t index) {
    if (!array.is_array()) return {};
    const auto size = static_cast<std::int64_t>(array.size());
    if (index < 0) index += size;
    if (index < 0 || index >= size) return {};
    return array.as_array()[static_cast<std::size_t>(index)];
}

Value flattened(const Value& array) {
    if (!array.is_array()) return {};
    Array out;
    for (const Value& element : array.as_array()) {
        if (!element.is_array()) {
            out.push_back(element);
            continue;
        }
        for (const Value& inner : element.as_array())
            out.push_back(inner);
    }
    return Value(std::move(out));
}

Value values_of(const Value& object) {
    if (!object.is_object()) return {};
    Array out;
    for (const Member& member : object.as_object())
        out.push_back(member.value);
    return Value(std::move(out));
}

Value projected(const Node& node, const Value& data) {
    const Value array = search(*node.left, data);
    if (!array.is_array()) return {};
    Array out;
    for (const Value& element : array.as_array()) {
        if (node.condition != nullptr && !is_truthy(search(*node.condition, element))) continue;
        Value found = search(*node.right, element);
        if (!found.is_null()) out.push_back(std::move(found));
    }
    return Value(std::move(out));
}

// Only numbers have an order.
Value compared(Kind kind, const Value& left, const Value& right) {
    if (kind == Kind::equal) return left == right;
    if (kind == Kind::not_equal) return left != right;
    if (!left.is_number() || !right.is_number()) return {};
    const double a = left.as_double();
    const double b = right.as_double();
    if (kind == Kind::less) return a < b;
    if (kind == Kind::less_or_equal) return a <= b;
    return kind == Kind::greater ? a > b : a >= b;
}

Value length_of(const Value& value) {
    if (value.is_string()) return code_point_count(value.as_string());
    if (value.is_array() || value.is_object()) return value.size();
    return {};
}

Value contains(const Value& whole, const Value& part) {
    if (whole.is_string())
        return part.is_string() &&
               whole.as_string().find(part.as_string()) != std::string_view::npos;
    if (!whole.is_array()) return {};
    const auto elements = whole.as_array();
    return std::find(elements.begin(), elements.end(), part) != elements.end();
}

Value search(const Node& node, const Value& data) {
    switch (node.kind) {
    case Kind::current: return data;
    case Kind::field: return data[node.name];
    case Kind::literal: return node.value;
    case Kind::index: return element_at(search(*node.left, data), node.number);
    case Kind::sub: return search(*node.right, search(*node.left, data));
    case Kind::values: return values_of(search(*node.left, data));
    case Kind::flatten: return flattened(search(*node.left, data));
    case Kind::projection:
    case Kind::filter: return projected(node, data);
    case Kind::equal:
    case Kind::not_equal:
    case Kind::less:
    case Kind::less_or_equal:
    case Kind::greater:
    case Kind::greater_or_equal:
        return compared(node.kind, search(*node.left, data), search(*node.right, data));
    case Kind::logical_or: {
        Value left = search(*node.left, data);
        return is_truthy(left) ? left : search(*node.right, data);
    }
    case Kind::logical_and: {
        Value left = search(*node.left, data);
        return is_truthy(left) ? search(*node.right, data) : left;
    }
    case Kind::logical_not: return !is_truthy(search(*node.left, data));
    case Kind::length: return length_of(search(*node.left, data));
    case Kind::contains: return contains(search(*node.left, data), search(*node.right, data));
    }
    GRADUS_UNREACHABLE();
}

} // namespace

bool is_truthy(const Value& value) {
    if (value.is_null()) return false;
    if (value.is_boolean()) return value.as_boolean();
    if (value.is_number()) return true;
    return value.size() > 0;
}

Result<PathExpression> PathExpression::compile(std::string_view text) {
    GRADUS_TRY(PathNodePtr root, parse_path(text));
    return PathExpression(std::string(text), std::move(root));
}

Value PathExpression::search(const Value& data) const { return aws::search(*root_, data); }

} // namespace gradus::aws
