#include "states/query/jsonata/evaluator.hpp"
#include "states/query/jsonata/lexer.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace gradus::jsonata {

namespace {

bool is_plain(const Item& item) {
    return item.value() != nullptr || item.is_object_of(ObjectKind::range) || !holds_function(item);
}

// An array of items: of values where they are plain, so that it is shared cheaply later.
Item array_of(Call& call, std::vector<Item> items) {
    if (std::all_of(items.begin(), items.end(), is_plain)) {
        Array values;
        values.reserve(items.size());
        for (const Item& item : items)
            values.push_back(to_value(item));
        return call.evaluator.array(std::move(values));
    }
    std::uint32_t depth = 0;
    for (const Item& item : items)
        depth = std::max(depth, depth_of(item));
    if (!call.evaluator.allow_depth(depth + 1)) return Item::failed();
    auto* list = call.evaluator.heap().make<List>(ObjectKind::list);
    list->items = std::move(items);
    list->depth = depth + 1;
    return Item(list);
}

Item as_array_if_single(Call& call) {
    if (call[0].is_array()) return call[0];
    return array_of(call, {call[0]});
}

Item append(Call& call) {
    if (call[0].is_undefined()) return call[1];
    if (call[1].is_undefined()) return call[0];
    const Elements left(call[0]);
    const Elements right(call[1]);
    // The first array is often that of the last call, so its copy is charged less than new members.
    if (!call.evaluator.take_elements(left.size() / 4 + right.size())) return Item::failed();
    if (left.values() != nullptr && right.values() != nullptr) {
        Array values;
        values.reserve(left.size() + right.size());
        values.insert(values.end(), left.values(), left.values() + left.size());
        values.insert(values.end(), right.values(), right.values() + right.size());
        const Value joined(std::move(values));
        if (!call.evaluator.allow_depth(joined.depth())) return Item::failed();
        return Item(joined);
    }
    std::vector<Item> items;
    items.reserve(left.size() + right.size());
    for (const Elements* part : {&left, &right}) {
        for (std::size_t i = 0; i < part->size(); ++i)
            items.push_back(part->at(i));
    }
    return array_of(call, std::move(items));
}

Item reverse(Call& call) {
    if (call[0].is_undefined()) return Item();
    const Elements elements(call[0]);
    if (elements.size() < 2) return as_array_if_single(call);
    std::vector<Item> items;
    items.reserve(elements.size());
    for (std::size_t i = elements.size(); i-- > 0;)
        items.push_back(elements.at(i));
    return array_of(call, std::move(items));
}

Item shuffle(Call& call) {
    if (call[0].is_undefined()) return Item();
    const Elements elements(call[0]);
    if (elements.size() < 2) return as_array_if_single(call);
    std::vector<Item> items;
    for (std::size_t i = 0; i < elements.size(); ++i)
        items.push_back(elements.at(i));
    Random& random = call.evaluator.random();
    for (std::size_t i = items.size() - 1; i > 0; --i)
        std::swap(items[i], items[static_cast<std::size_t>(random.next_below(i + 1))]);
    return array_of(call, std::move(items));
}

// Scalars are found again by their text; containers are compared one by one.
Item distinct(Call& call) {
    if (call[0].is_undefined() || !call[0].is_array()) return call[0];
    const Elements elements(call[0]);
    if (elements.size() < 2) return call[0];
    std::vector<Item> kept;
    std::vector<std::size_t> containers;
    std::unordered_set<std::string> scalars;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        Item element = elements.at(i);
        const Value* value = element.value();
        if (value != nullptr && !value->is_array() && !value->is_object()) {
            std::string text =
                value->is_number() ? number_text(value->as_double()) : to_json(*value);
            if (!scalars.insert(std::move(text)).second) continue;
        } else {
            if (!call.evaluator.take_steps(containers.size())) return Item::failed();
            const bool known =
                std::any_of(containers.begin(), containers.end(),
                            [&](std::size_t k) { return Evaluator::equal(kept[k], element); });
            if (known) continue;
            containers.push_back(kept.size());
        }
        kept.push_back(std::move(element));
    }
    Item result = array_of(call, std::move(kept));
    result.set_flags(call[0].flags() & Item::sequence);
    return result;
}

Item zip(Call& call) {
    std::size_t size = std::numeric_limits<std::size_t>::max();
    for (std::size_t k = 0; k < call.count; ++k)
        size = std::min(size, Elements(call[k]).size());
    if (call.count == 0) size = 0;
    std::vector<Item> rows;
    for (std::size_t i = 0; i < size; ++i) {
        std::vector<Item> row;
        for (std::size_t k = 0; k < call.count; ++k)
            row.push_back(Elements(call[k]).at(i));
        rows.push_back(array_of(call, std::move(row)));
        if (rows.back().is_failed()) return Item::failed();
    }
    return array_of(call, std::move(rows));
}

Item sort_naturally(Call& call, std::vector<Item> items) {
    const auto all = [&](auto predicate) {
        return std::all_of(items.begin(), items.end(), predicate);
    };
    if (all([](const Item& item) { return item.is_number(); })) {
        std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
            return a.value()->as_double() < b.value()->as_double();
        });
    } else if (all([](const Item& item) { return item.is_string(); })) {
        std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
            return compare_text(a.value()->as_string(), b.value()->as_string()) < 0;
        });
    } else {
        return call.evaluator.fail("D3070", call.position, "sort");
    }
    return array_of(call, std::move(items));
}

Item sort(Call& call) {
    if (call[0].is_undefined()) return Item();
    const Elements elements(call[0]);
    if (elements.size() < 2) return as_array_if_single(call);
    std::vector<Item> items;
    items.reserve(elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i)
        items.push_back(elements.at(i));
    if (call[1].is_undefined()) return sort_naturally(call, std::move(items));
    const auto must_swap = [&](const Item& a, const Item& b) {
        Item arguments[2] = {Item::refer(a), Item::refer(b)};
        const Item swap =
            call.evaluator.call(call[1], arguments, 2, Item(), call.frame, call.position);
        if (swap.is_failed()) return -1;
        return Evaluator::truth(swap) ? 1 : 0;
    };
    std::vector<Item> spare(items.size());
    if (!merge_sort(items, spare, 0, items.size(), must_swap)) return Item::failed();
    return array_of(call, std::move(items));
}

constexpr BuiltinEntry array_table[] = {
    {"append", signature_of("<xx:a>"), append, 2},
    {"reverse", signature_of("<a:a>"), reverse, 1},
    {"shuffle", signature_of("<a:a>"), shuffle, 1},
    {"distinct", signature_of("<x:x>"), distinct, 1},
    {"zip", signature_of("<a+>"), zip, 0},
    {"sort", signature_of("<af?:a>"), sort, 2},
};

} // namespace

std::span<const BuiltinEntry> array_functions() { return array_table; }

} // namespace gradus::jsonata
