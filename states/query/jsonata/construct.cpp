// What makes new values: [ ], { } and the range operator, and the bounds on what they make.

#include "states/query/jsonata/evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace gradus::jsonata {

Item Evaluator::array(Array values) {
    if (!take_elements(values.size())) return Item::failed();
    return made(Value(std::move(values)));
}

Item Evaluator::made(Value value) {
    if (!allow_depth(value.depth())) return Item::failed();
    return Item(std::move(value));
}

Item Evaluator::number(double number) {
    if (!std::isfinite(number)) made_infinite_ = true;
    return Item(number_value(number));
}

bool Evaluator::is_out_of_range(const Item& item) const {
    if (!made_infinite_) return false;
    if (item.is_number()) return !std::isfinite(item.value()->as_double());
    if (item.is_object_of(ObjectKind::range)) return false;
    if (item.is_array()) {
        const Elements elements(item);
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (is_out_of_range(elements.peek(i))) return true;
        }
        return false;
    }
    if (const auto* record = item.as<Record>(ObjectKind::record)) {
        return std::any_of(record->members.begin(), record->members.end(),
                           [&](const auto& member) { return is_out_of_range(member.second); });
    }
    if (!item.is_json_object()) return false;
    const Members members = item.value()->as_object();
    return std::any_of(members.begin(), members.end(), [&](const Member& member) {
        return is_out_of_range(Item::refer(member.value));
    });
}

// Elements that are themselves made by [ ] stay arrays, all others are put in one by one.
Item Evaluator::array_constructor(const Node& node, const Item& input, Frame* frame) {
    const std::uint8_t flags = node.constructed ? Item::constructed : 0;
    if (node.children.size == 1 && child(node, 0).kind == NodeKind::range) {
        Item only = evaluate_inner(child(node, 0), input, frame);
        if (only.is_object_of(ObjectKind::range) || only.is_failed()) {
            only.set_flags(flags);
            return only;
        }
    }
    std::vector<Item> items;
    bool plain = true;
    for (std::size_t i = 0; i < node.children.size; ++i) {
        const Node& part = child(node, i);
        Item item = evaluate(part, input, frame);
        if (item.is_failed()) return item;
        if (item.is_undefined()) continue;
        const bool nested = part.kind == NodeKind::array ||
                            (part.kind == NodeKind::constant && part.value.is_array());
        if (!nested && item.is_array()) {
            const Elements elements(item);
            if (!take_elements(elements.size())) return Item::failed();
            for (std::size_t k = 0; k < elements.size(); ++k) {
                items.push_back(elements.at(k));
                plain = plain && items.back().value() != nullptr;
            }
        } else {
            plain = plain && item.value() != nullptr;
            items.push_back(std::move(item));
        }
    }
    if (!plain) {
        std::uint32_t depth = 0;
        plain = true;
        for (Item& item : items) {
            depth = std::max(depth, depth_of(item));
            plain = plain && !holds_function(item);
        }
        if (!allow_depth(depth + 1)) return Item::failed();
        if (!plain) {
            auto* list = heap_.make<List>(ObjectKind::list);
            list->items = std::move(items);
            list->depth = depth + 1;
            return Item(list, flags);
        }
    }
    Array values;
    values.reserve(items.size());
    for (const Item& item : items)
        values.push_back(to_value(item));
    Item result = array(std::move(values));
    result.set_flags(flags);
    return result;
}

Item Evaluator::range(const Node& node, const Item& input, Frame* frame) {
    Item left_storage;
    Item right_storage;
    const Value* left = nullptr;
    const Value* right = nullptr;
    if (!operands(node, input, frame, left_storage, right_storage, left, right))
        return Item::failed();
    const auto is_integer = [](const Value* value, const Item& storage, std::int64_t& out) {
        if (value == nullptr) return !storage.is_defined();
        return value->is_number() && value->to_integer(out);
    };
    std::int64_t first = 0;
    std::int64_t last = 0;
    if (!is_integer(left, left_storage, first))
        return fail("T2003", node.position, "..", to_value(left_storage));
    if (!is_integer(right, right_storage, last))
        return fail("T2004", node.position, "..", to_value(right_storage));
    if (left == nullptr || right == nullptr || first > last) return Item();
    // The reference's bound, so that an expression means the same everywhere.
    constexpr std::uint64_t range_max = 10'000'000;
    const std::uint64_t size = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    if (size >= range_max)
        return fail("D2014", node.position, {}, Value(static_cast<double>(size) + 1));
    auto* made = heap_.make<Range>(ObjectKind::range);
    made->first = first;
    made->size = size + 1;
    return Item(made, Item::sequence);
}

// {…} groups the members of an array that is its context, so for a single one it's simply an
// object.
Item Evaluator::object_constructor(const Node& node, const Item& input, Frame* frame) {
    if (!input.is_array() || input.has(Item::whole_input)) return pairs_of_one(node, input, frame);
    return group(node, input, frame);
}

Item Evaluator::pairs_of_one(const Node& node, const Item& input, Frame* frame) {
    ObjectBuilder builder(node.children.size / 2);
    std::vector<std::pair<Value, Item>> others; // with functions or lists, which a Value can't hold
    for (std::size_t i = 0; i + 1 < node.children.size; i += 2) {
        Item storage;
        const Value* key = operand(child(node, i), input, frame, storage);
        if (storage.is_failed()) return storage;
        if (key == nullptr && !storage.is_defined()) continue;
        if (key == nullptr || !key->is_string())
            return fail("T1003", node.position, {}, key != nullptr ? *key : to_value(storage));
        const auto is_key = [&](const auto& member) { return member.first == *key; };
        if (builder.find(key->as_string()) != nullptr ||
            std::any_of(others.begin(), others.end(), is_key))
            return fail("D1009", node.position, {}, *key);
        const Value name(*key); // evaluating the value may end what the key was found in
        Item value = evaluate(child(node, i + 1), input, frame);
        if (value.is_failed()) return value;
        if (value.is_undefined()) continue;
        if (others.empty() && !holds_function(value)) {
            const Value* plain = value.value();
            builder.append(name, plain != nullptr ? *plain : to_value(value));
            continue;
        }
        others.emplace_back(name, std::move(value));
    }
    if (!take_elements(builder.size() + others.size())) return Item::failed();
    Value object = builder.build();
    if (others.empty()) return made(std::move(object));
    std::vector<std::pair<Value, Item>> members;
    for (const Member& member : object.as_object())
        members.emplace_back(member.key, Item(member.value));
    std::move(others.begin(), others.end(), std::back_inserter(members));
    return make_object(std::move(members));
}

Item Evaluator::make_object(std::vector<std::pair<Value, Item>> members) {
    std::uint32_t depth = 0;
    bool plain = true;
    for (const auto& [key, item] : members) {
        depth = std::max(depth, depth_of(item));
        plain = plain && (item.value() != nullptr || !holds_function(item));
    }
    if (!allow_depth(depth + 1) || !take_elements(members.size())) return Item::failed();
    if (plain) {
        ObjectBuilder builder(members.size());
        for (auto& [key, item] : members) {
            if (item.is_undefined()) continue;
            builder.append(std::move(key), to_value(item));
        }
        return made(builder.build());
    }
    auto* record = heap_.make<Record>(ObjectKind::record);
    record->depth = depth + 1;
    for (auto& member : members) {
        if (member.second.is_defined()) record->members.push_back(std::move(member));
    }
    return Item(record);
}

} // namespace gradus::jsonata
