#include "states/query/jsonata/evaluator.hpp"

#include <cmath>

namespace gradus::jsonata {

// The operand as a value; null when it is undefined or no plain value, which `storage` tells. What
// isn't walked to is kept in `storage`.
const Value* Evaluator::operand(const Node& node, const Item& input, Frame* frame, Item& storage) {
    if (node.walkable) {
        bool found = false;
        const Value* value = walk(node, input, frame, found);
        if (found) return value;
    }
    storage = evaluate(node, input, frame);
    return storage.value();
}

bool Evaluator::operands(const Node& node, const Item& input, Frame* frame, Item& left, Item& right,
                         const Value*& left_value, const Value*& right_value) {
    const Node& left_node = this->node(node.a);
    const Node& right_node = this->node(node.b);
    left_value = operand(left_node, input, frame, left);
    if (left.is_failed()) return false;
    if (left_value != nullptr && left.is_undefined() && !right_node.walkable) {
        // Evaluating the right side might bind the variable anew that was walked through.
        left = Item(*left_value);
        left_value = left.value();
    }
    right_value = operand(right_node, input, frame, right);
    return !right.is_failed();
}

Item Evaluator::arithmetic(const Node& node, const Item& input, Frame* frame) {
    Item left;
    Item right;
    const Value* a = nullptr;
    const Value* b = nullptr;
    if (!operands(node, input, frame, left, right, a, b)) return Item::failed();
    if (a != nullptr ? !a->is_number() : left.is_defined())
        return fail("T2001", node.position, node.operator_text, a != nullptr ? *a : to_value(left));
    if (b != nullptr ? !b->is_number() : right.is_defined())
        return fail("T2002", node.position, node.operator_text,
                    b != nullptr ? *b : to_value(right));
    if (a == nullptr || b == nullptr) return Item();
    const double x = double_of(*a);
    const double y = double_of(*b);
    if (!std::isfinite(x) || !std::isfinite(y)) return fail("D1001", node.position);
    if (node.kind == NodeKind::add) return number(x + y);
    if (node.kind == NodeKind::subtract) return number(x - y);
    if (node.kind == NodeKind::multiply) return number(x * y);
    if (node.kind == NodeKind::divide) return number(x / y);
    return number(std::fmod(x, y));
}

Item Evaluator::negation(const Node& node, const Item& input, Frame* frame) {
    Item storage;
    const Value* value = operand(this->node(node.a), input, frame, storage);
    if (storage.is_failed()) return storage;
    if (value == nullptr && !storage.is_defined()) return Item();
    if (value == nullptr || !value->is_number())
        return fail("D1002", node.position, "-", value != nullptr ? *value : to_value(storage));
    return number(-value->as_double());
}

int compare_text(std::string_view a, std::string_view b) {
    const std::size_t shorter = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < shorter; ++i) {
        if (a[i] == b[i]) continue;
        // Bytes of UTF-8 order like code points. UTF-16 units differ from that in one case only:
        // U+10000 and above (lead bytes F0…) stand before U+E000…U+FFFF (EE, EF).
        const auto x = static_cast<unsigned char>(a[i]);
        const auto y = static_cast<unsigned char>(b[i]);
        if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0)) return x >= 0xf0 ? -1 : 1;
        return x < y ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

Item Evaluator::comparison(const Node& node, const Item& input, Frame* frame) {
    Item left;
    Item right;
    const Value* a = nullptr;
    const Value* b = nullptr;
    if (!operands(node, input, frame, left, right, a, b)) return Item::failed();
    const auto is_comparable = [](const Value* value, const Item& storage) {
        return value != nullptr ? value->is_number() || value->is_string() : !storage.is_defined();
    };
    const bool left_fits = is_comparable(a, left);
    if (!left_fits || !is_comparable(b, right)) {
        const Value wrong = left_fits ? (b != nullptr ? *b : to_value(right))
                                      : (a != nullptr ? *a : to_value(left));
        return fail("T2010", node.position, node.operator_text, wrong);
    }
    if (a == nullptr || b == nullptr) return Item();
    if (a->is_string() != b->is_string())
        return fail("T2009", node.position, node.operator_text, *a, *b);
    int order = 0;
    if (a->is_string()) {
        order = compare_text(a->as_string(), b->as_string());
    } else {
        const double x = double_of(*a);
        const double y = double_of(*b);
        order = x < y ? -1 : x > y ? 1 : 0;
    }
    if (node.kind == NodeKind::less) return Item(Value(order < 0));
    if (node.kind == NodeKind::less_equal) return Item(Value(order <= 0));
    if (node.kind == NodeKind::greater) return Item(Value(order > 0));
    return Item(Value(order >= 0));
}

// Nothing equals nothing: with undefined on either side both = and != are false.
Item Evaluator::equality(const Node& node, const Item& input, Frame* frame) {
    Item left;
    Item right;
    const Value* a = nullptr;
    const Value* b = nullptr;
    if (!operands(node, input, frame, left, right, a, b)) return Item::failed();
    if (a != nullptr && b != nullptr)
        return Item(Value((*a == *b) == (node.kind == NodeKind::equal)));
    if (a != nullptr && left.is_undefined()) left = Item(*a);
    if (b != nullptr && right.is_undefined()) right = Item(*b);
    if (!left.is_defined() || !right.is_defined()) return Item(Value(false));
    return Item(Value(equal(left, right) == (node.kind == NodeKind::equal)));
}

Item Evaluator::concatenation(const Node& node, const Item& input, Frame* frame) {
    std::string out;
    if (!append_parts(node, input, frame, out)) return Item::failed();
    return text(std::move(out));
}

// a & b & c is one text and not two. As deep as the expression, which is bounded.
bool Evaluator::append_parts(const Node& node, const Item& input, Frame* frame, std::string& out) {
    for (const Index index : {node.a, node.b}) {
        const Node& part = this->node(index);
        if (part.kind == NodeKind::concatenate && part.plain) {
            if (!append_parts(part, input, frame, out)) return false;
            continue;
        }
        Item storage;
        const Value* value = operand(part, input, frame, storage);
        if (storage.is_failed()) return false;
        if (value == nullptr && !storage.is_defined()) continue;
        if (value != nullptr && value->is_string()) {
            out += value->as_string();
            continue;
        }
        const Item item = value != nullptr ? Item::refer(*value) : storage;
        if (is_out_of_range(item)) {
            fail("D3001", node.position);
            return false;
        }
        append_string_of(out, item);
    }
    return true;
}

Item Evaluator::logical(const Node& node, const Item& input, Frame* frame) {
    Item storage;
    const auto holds = [&](Index index) {
        const Value* value = operand(this->node(index), input, frame, storage);
        if (value == nullptr) return truth(storage);
        return value->is_boolean() ? value->as_boolean() : truth(Item::refer(*value));
    };
    const bool left = holds(node.a);
    if (storage.is_failed()) return storage;
    if (left == (node.kind == NodeKind::logical_or)) return Item(Value(left));
    storage = Item();
    const bool right = holds(node.b);
    if (storage.is_failed()) return storage;
    return Item(Value(right));
}

Item Evaluator::containment(const Node& node, const Item& input, Frame* frame) {
    const Item left = evaluate(this->node(node.a), input, frame);
    if (left.is_failed()) return left;
    const Item right = evaluate(this->node(node.b), input, frame);
    if (right.is_failed()) return right;
    if (left.is_undefined() || right.is_undefined()) return Item(Value(false));
    const Elements elements(right);
    if (!take_steps(elements.size())) return Item::failed();
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (equal(left, elements.peek(i))) return Item(Value(true));
    }
    return Item(Value(false));
}

} // namespace gradus::jsonata
