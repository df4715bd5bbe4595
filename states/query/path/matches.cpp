#include "states/query/path/matches.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace gradus::path {

namespace {

using StepsLeft = std::span<const Step>;

class Collector {
public:
    Collector(std::vector<Value>& found, std::size_t& visits) : found_(found), visits_(visits) {}

    /// False once the limit is passed; everything returns then.
    bool visit(const Value& node, StepsLeft steps);

private:
    bool apply(const NameStep& step, const Value& node, StepsLeft rest);
    bool apply(const NamesStep& step, const Value& node, StepsLeft rest);
    bool apply(const IndexStep& step, const Value& node, StepsLeft rest);
    bool apply(const IndicesStep& step, const Value& node, StepsLeft rest);
    bool apply(const SliceStep& step, const Value& node, StepsLeft rest);
    bool apply(const WildcardStep& step, const Value& node, StepsLeft rest);
    bool apply(const DescentStep& step, const Value& node, StepsLeft rest);
    bool apply(const FilterStep& step, const Value& node, StepsLeft rest);

    bool visit_element(const Value& node, std::int64_t index, StepsLeft rest);
    bool visit_children(const Value& node, StepsLeft rest);
    bool passes(const Filter& filter, const Value& node);
    bool compares(const Filter& filter, const Value& node);
    std::optional<Value> operand_value(const Operand& operand, const Value& node);

    std::vector<Value>& found_;
    std::size_t& visits_;
};

bool Collector::visit(const Value& node, StepsLeft steps) {
    if (++visits_ > visits_max) return false;
    if (steps.empty()) {
        found_.push_back(node);
        return true;
    }
    return std::visit([&](const auto& step) { return apply(step, node, steps.subspan(1)); },
                      steps.front());
}

bool Collector::apply(const NameStep& step, const Value& node, StepsLeft rest) {
    const Value* member = node.find_key(step.name);
    return member == nullptr || visit(*member, rest);
}

/// At the end of a path the named members come as one object (Jayway, PropertyPathToken).
bool Collector::apply(const NamesStep& step, const Value& node, StepsLeft rest) {
    if (!node.is_object()) return true;
    ObjectBuilder merged;
    for (const std::string& name : step.names) {
        const Value* member = node.find(name);
        if (member == nullptr) continue;
        if (rest.empty())
            merged.put(name, *member);
        else if (!visit(*member, rest))
            return false;
    }
    return !rest.empty() || visit(merged.build(), rest);
}

bool Collector::apply(const IndexStep& step, const Value& node, StepsLeft rest) {
    return visit_element(node, step.index, rest);
}

bool Collector::apply(const IndicesStep& step, const Value& node, StepsLeft rest) {
    return std::all_of(step.indices.begin(), step.indices.end(),
                       [&](std::int64_t index) { return visit_element(node, index, rest); });
}

bool Collector::apply(const SliceStep& step, const Value& node, StepsLeft rest) {
    if (!node.is_array()) return true;
    auto size = static_cast<std::int64_t>(node.size());
    auto bound = [size](std::int64_t index) {
        return std::clamp<std::int64_t>(index < 0 ? index + size : index, 0, size);
    };
    std::int64_t to = step.to ? bound(*step.to) : size;
    for (std::int64_t i = step.from ? bound(*step.from) : 0; i < to; ++i)
        if (!visit_element(node, i, rest)) return false;
    return true;
}

bool Collector::apply(const WildcardStep&, const Value& node, StepsLeft rest) {
    return visit_children(node, rest);
}

/// The following step is tried on every object and array below, from the top down. A filter tests
/// each of them itself, so that one node can't be found through its array as well.
bool Collector::apply(const DescentStep& step, const Value& node, StepsLeft rest) {
    if (!node.is_object() && !node.is_array()) return true;
    if (++visits_ > visits_max) return false;
    if (const auto* filter = std::get_if<FilterStep>(&rest.front())) {
        if (passes(*filter->filter, node) && !visit(node, rest.subspan(1))) return false;
    } else if (!visit(node, rest)) {
        return false;
    }
    if (node.is_object()) {
        for (const Member& member : node.as_object())
            if (!apply(step, member.value, rest)) return false;
    } else {
        for (const Value& element : node.as_array())
            if (!apply(step, element, rest)) return false;
    }
    return true;
}

/// An object is tested itself, an array's elements one by one. Scalars never match: AWS documents
/// that `@` stands for objects only.
bool Collector::apply(const FilterStep& step, const Value& node, StepsLeft rest) {
    if (node.is_object()) return !passes(*step.filter, node) || visit(node, rest);
    if (!node.is_array()) return true;
    for (const Value& element : node.as_array()) {
        if (!element.is_object() && !element.is_array()) continue;
        if (passes(*step.filter, element) && !visit(element, rest)) return false;
        if (visits_ > visits_max) return false;
    }
    return true;
}

bool Collector::visit_element(const Value& node, std::int64_t index, StepsLeft rest) {
    if (!node.is_array()) return true;
    auto size = static_cast<std::int64_t>(node.size());
    if (index < 0) index += size;
    if (index < 0 || index >= size) return true;
    return visit(node[static_cast<std::size_t>(index)], rest);
}

bool Collector::visit_children(const Value& node, StepsLeft rest) {
    if (node.is_object()) {
        for (const Member& member : node.as_object())
            if (!visit(member.value, rest)) return false;
    } else if (node.is_array()) {
        for (const Value& element : node.as_array())
            if (!visit(element, rest)) return false;
    }
    return true;
}

bool Collector::passes(const Filter& filter, const Value& node) {
    auto passes_child = [&](const Filter& child) { return passes(child, node); };
    switch (filter.kind) {
    case Filter::Kind::all:
        return std::all_of(filter.children.begin(), filter.children.end(), passes_child);
    case Filter::Kind::any:
        return std::any_of(filter.children.begin(), filter.children.end(), passes_child);
    case Filter::Kind::negation: return !passes(filter.children.front(), node);
    case Filter::Kind::exists: return operand_value(filter.left, node).has_value();
    case Filter::Kind::comparison: return compares(filter, node);
    }
    GRADUS_UNREACHABLE();
}

/// Nothing when a path finds nothing.
std::optional<Value> Collector::operand_value(const Operand& operand, const Value& node) {
    if (!operand.is_path) return operand.literal;
    std::vector<Value> found;
    if (!Collector(found, visits_).visit(node, operand.steps) || found.empty()) return {};
    if (!operand.is_definite) return Value(std::move(found));
    return std::move(found.front());
}

std::optional<double> number_in(std::string_view text) {
    double number = 0;
    auto [after, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc{} || after != text.data() + text.size()) return {};
    return number;
}

/// Jayway compares a number with a string that holds one by its value.
bool are_equal(const Value& a, const Value& b) {
    if (a.is_number() && b.is_string()) return number_in(b.as_string()) == a.as_double();
    if (a.is_string() && b.is_number()) return number_in(a.as_string()) == b.as_double();
    return a == b;
}

template <class T>
bool is_ordered(const T& a, const T& b, Comparison comparison) {
    switch (comparison) {
    case Comparison::less: return a < b;
    case Comparison::less_equal: return a <= b;
    case Comparison::greater: return a > b;
    case Comparison::greater_equal: return a >= b;
    case Comparison::equal:
    case Comparison::not_equal: break;
    }
    GRADUS_UNREACHABLE();
}

/// A missing value is equal to nothing, and in no order with anything.
bool Collector::compares(const Filter& filter, const Value& node) {
    std::optional<Value> left = operand_value(filter.left, node);
    std::optional<Value> right = operand_value(filter.right, node);
    bool is_equal = left && right && are_equal(*left, *right);
    if (filter.comparison == Comparison::equal) return is_equal;
    if (filter.comparison == Comparison::not_equal) return !is_equal;
    if (!left || !right) return false;
    if (left->is_number() && right->is_number())
        return is_ordered(left->as_double(), right->as_double(), filter.comparison);
    if (left->is_string() && right->is_string())
        return is_ordered(left->as_string(), right->as_string(), filter.comparison);
    return false;
}

} // namespace

Collected collect_matches(const Value& document, const Steps& steps, std::vector<Value>& found) {
    std::size_t visits = 0;
    return Collector(found, visits).visit(document, steps) ? Collected::all : Collected::gave_up;
}

} // namespace gradus::path
