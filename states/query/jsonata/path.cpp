// Paths: each step is evaluated for every member of what the step before it gave, and the results
// are strung together. See "Processing model" in the language's documentation.

#include "states/query/jsonata/evaluator.hpp"

#include <cmath>
#include <deque>
#include <unordered_map>

namespace gradus::jsonata {

// The results of a step for the members of its input. While there is only one, it is kept as it is,
// because an array that the last step gives for a single member is the result, not flattened.
class Evaluator::StepCollector {
public:
    explicit StepCollector(Evaluator& evaluator) : evaluator_(evaluator), rest_(evaluator.heap_) {}

    bool push(Item item) {
        if (item.is_undefined()) return true;
        item.own();
        if (count_++ == 0) {
            only_ = std::move(item);
            return true;
        }
        if (count_ == 2) {
            if (!take(only_)) return false;
            rest_.push_flat(only_);
        }
        if (!take(item)) return false;
        rest_.push_flat(item);
        return true;
    }

    Item finish(bool last) {
        if (count_ == 0) return Item();
        if (count_ > 1) return rest_.finish();
        if (!only_.is_array()) {
            only_.add_flags(Item::collapsed);
            return std::move(only_);
        }
        if (last && !only_.has(Item::sequence)) return std::move(only_);
        if (only_.has(Item::constructed)) return as_array(evaluator_.heap_, only_, Item::sequence);
        only_.set_flags(Item::sequence);
        return std::move(only_);
    }

private:
    bool take(const Item& item) { return evaluator_.take_elements(Elements(item).size()); }

    Evaluator& evaluator_;
    Item only_;
    Collector rest_;
    std::size_t count_ = 0;
};

Item Evaluator::path(const Node& node, const Item& input, Frame* frame) {
    return path_steps(node, 0, Item(), input, frame);
}

Item Evaluator::path_steps(const Node& node, std::size_t from, Item current, const Item& input,
                           Frame* frame) {
    const std::size_t count = node.children.size;
    Item stream;
    bool tuples = false;
    for (std::size_t i = from; i < count; ++i) {
        const Node& step = child(node, i);
        const bool starts = i == 0;
        const bool is_variable = step.kind == NodeKind::variable ||
                                 step.kind == NodeKind::context || step.kind == NodeKind::root;
        const bool whole = starts && (!input.is_array() || is_variable);
        const Item& step_input = starts ? input : current;
        if (step.tuple) tuples = true;
        if (starts && step.constructed) {
            // A first step that binds was resolved inside the path's own frame.
            Ref<Frame> own;
            if (tuples) own = make_frame(heap_, *node.scope, frame);
            current = evaluate(step, input, own ? own.get() : frame);
        } else if (tuples) {
            stream = tuple_step(node, step, std::move(stream),
                                whole && !starts ? current : step_input, frame);
            if (stream.is_failed()) return stream;
            continue;
        } else {
            current = this->step(step, step_input, whole || step_input.has(Item::whole_input),
                                 i + 1 == count, frame);
        }
        if (!current.is_defined()) {
            if (current.is_failed()) return current;
            break;
        }
    }
    // A first step that makes an array binds nothing: where no other follows there are no tuples.
    if (stream.is_undefined()) tuples = false;
    if (tuples && node.group != none)
        return group_tuples(this->node(node.group), stream, *node.scope, frame);
    if (tuples && node.tuple) return stream;
    if (tuples) {
        Collector at(heap_);
        for (const Tuple& tuple : stream.as<Tuples>(ObjectKind::tuples)->tuples)
            at.push(tuple.at);
        current = at.finish();
    }
    if (node.keep_singleton && current.is_defined()) {
        if (current.is_array() && current.has(Item::constructed) && !current.has(Item::sequence))
            current = as_array(heap_, std::move(current), Item::sequence);
        else if (current.has(Item::collapsed))
            current = as_array(heap_, std::move(current), Item::sequence);
        current.add_flags(Item::keep_singleton);
    }
    if (node.group == none) return current;
    // The path ended before anything was bound, but its group looks for the frame of a tuple.
    Ref<Frame> unbound;
    if (node.scope != nullptr) unbound = make_frame(heap_, *node.scope, frame);
    return group(this->node(node.group), current, unbound ? unbound.get() : frame);
}

// `whole`: the input is one context, even if it is an array.
Item Evaluator::step(const Node& step, const Item& input, bool whole, bool last, Frame* frame) {
    if (step.kind == NodeKind::sort) {
        Item result = sorted(step, input, frame);
        for (std::size_t i = 0; i < step.predicates.size && !result.is_failed(); ++i) {
            const NodeStage& stage = program_->stages[step.predicates.first + i];
            result = filter(node(stage.filter), result, frame);
        }
        return result;
    }
    StepCollector results(*this);
    if (whole) {
        if (!step_of_one(step, input, frame, results)) return Item::failed();
        return results.finish(last);
    }
    const Elements elements(input);
    if (!take_steps(elements.size())) return Item::failed();
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Item element = elements.peek(i);
        if (!step_of_one(step, element, frame, results)) return Item::failed();
    }
    return results.finish(last);
}

bool Evaluator::step_of_one(const Node& step, const Item& element, Frame* frame,
                            StepCollector& results) {
    if (step.kind == NodeKind::name && element.value() != nullptr && element.value()->is_object()) {
        const Value* value = element.value()->find_key(step.value);
        if (value == nullptr) return true;
        if (step.plain) return results.push(Item::refer(*value));
    }
    // Stages are applied here and not by evaluate(), which would collapse their result first.
    if (step.predicates.size == 0) {
        Item result = evaluate(step, element, frame);
        if (result.is_failed()) return false;
        return results.push(std::move(result));
    }
    if (!enter(step.position)) return false;
    Item result = evaluate_inner(step, element, frame);
    --depth_;
    if (result.is_failed()) return false;
    result = normalised(std::move(result));
    for (std::size_t i = 0; i < step.predicates.size && result.is_defined(); ++i) {
        const NodeStage& stage = program_->stages[step.predicates.first + i];
        result = filter(node(stage.filter), result, frame);
        if (result.is_failed()) return false;
    }
    result.set_flags(result.flags() & ~Item::collapsed);
    return results.push(std::move(result));
}

// --- names --------------------------------------------------------------------------------------

Item Evaluator::name(const Node& node, const Item& input) {
    const std::string_view wanted = node.value.as_string();
    if (const Value* value = input.value()) {
        if (value->is_object()) {
            const Value* found = value->find(wanted);
            return found != nullptr ? Item(*found) : Item();
        }
        if (!value->is_array()) return Item();
        Collector out(heap_);
        look_up(*value, wanted, out);
        if (!take_elements(out.size())) return Item::failed();
        return out.finish();
    }
    if (const auto* record = input.as<Record>(ObjectKind::record)) {
        const Item* found = record->find(wanted);
        return found != nullptr ? *found : Item();
    }
    if (!input.is_object_of(ObjectKind::list)) return Item();
    Collector out(heap_);
    const Elements elements(input);
    if (!take_steps(elements.size())) return Item::failed();
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Item element = elements.peek(i);
        if (const Value* value = element.value()) {
            look_up(*value, wanted, out);
        } else {
            Item found = name(node, element);
            if (found.is_failed()) return found;
            found.set_flags(0);
            if (found.is_defined()) out.push_flat(found);
        }
    }
    if (!take_elements(out.size())) return Item::failed();
    return out.finish();
}

void Evaluator::look_up(const Value& value, std::string_view wanted, Collector& out) {
    if (value.is_array()) {
        for (const Value& element : value.as_array())
            look_up(element, wanted, out);
    } else if (const Value* found = value.find(wanted)) {
        out.push_flat(*found);
    }
}

Item Evaluator::wildcard(const Item& input) {
    Collector out(heap_);
    if (const auto* record = input.as<Record>(ObjectKind::record)) {
        for (const auto& [key, item] : record->members) {
            if (!flatten(item, out)) return Item::failed();
        }
    } else if (input.is_json_object()) {
        for (const Member& member : input.value()->as_object()) {
            if (!flatten(Item::refer(member.value), out)) return Item::failed();
        }
    } else if (input.is_array()) {
        const Elements elements(input);
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (!flatten(elements.peek(i), out)) return Item::failed();
        }
    }
    return out.finish();
}

bool Evaluator::flatten(const Item& item, Collector& out) {
    if (!item.is_array()) {
        if (!take_elements(1)) return false;
        out.push(item);
        return true;
    }
    const Elements elements(item);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (!flatten(elements.peek(i), out)) return false;
    }
    return true;
}

Item Evaluator::descendants(const Item& input) {
    Collector out(heap_);
    if (input.is_defined() && !descend(input, out)) return Item::failed();
    return out.finish();
}

bool Evaluator::descend(const Item& item, Collector& out) {
    if (!take_elements(1)) return false;
    if (item.is_array()) {
        const Elements elements(item);
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (!descend(elements.peek(i), out)) return false;
        }
        return true;
    }
    out.push(item);
    if (const auto* record = item.as<Record>(ObjectKind::record)) {
        for (const auto& [key, member] : record->members) {
            if (!descend(member, out)) return false;
        }
    } else if (item.is_json_object()) {
        for (const Member& member : item.value()->as_object()) {
            if (!descend(Item::refer(member.value), out)) return false;
        }
    }
    return true;
}

// --- predicates ---------------------------------------------------------------------------------

Item Evaluator::filter(const Node& predicate, const Item& input, Frame* frame) {
    if (input.is_object_of(ObjectKind::tuples)) return tuple_filter(predicate, input);
    const Elements elements(input);
    if (predicate.kind == NodeKind::constant && predicate.value.is_number()) {
        const double index = std::floor(predicate.value.as_double());
        const double position = index < 0 ? index + static_cast<double>(elements.size()) : index;
        if (position < 0 || position >= static_cast<double>(elements.size())) return Item();
        Item item = elements.at(static_cast<std::size_t>(position));
        if (!item.is_array()) item.add_flags(Item::collapsed);
        return item;
    }
    if (!take_steps(elements.size())) return Item::failed();
    Collector out(heap_);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Item element = elements.peek(i);
        const Item result = evaluate(predicate, element, frame);
        if (result.is_failed()) return result;
        switch (chooses(result, i, elements.size())) {
        case Chosen::failed: return Item::failed();
        case Chosen::no: break;
        case Chosen::yes: out.push(element);
        }
    }
    if (!take_elements(out.size())) return Item::failed();
    return out.finish();
}

// A number, or an array of nothing but numbers, chooses by position; anything else by its truth.
Evaluator::Chosen Evaluator::chooses(const Item& result, std::size_t index, std::size_t size) {
    const Value* value = result.value();
    if (value != nullptr && value->is_boolean())
        return value->as_boolean() ? Chosen::yes : Chosen::no;
    if (result.is_undefined()) return Chosen::no;
    const auto means = [&](double number) {
        double position = std::floor(number);
        if (position < 0) position += static_cast<double>(size);
        return position == static_cast<double>(index);
    };
    if (value != nullptr && value->is_number())
        return means(value->as_double()) ? Chosen::yes : Chosen::no;
    if (!result.is_array()) return truth(result) ? Chosen::yes : Chosen::no;
    const Elements elements(result);
    if (!take_steps(elements.size())) return Chosen::failed;
    bool chosen = false;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Item element = elements.peek(i);
        if (!element.is_number()) return truth(result) ? Chosen::yes : Chosen::no;
        chosen = chosen || means(element.value()->as_double());
    }
    return chosen ? Chosen::yes : Chosen::no;
}

// --- order-by -----------------------------------------------------------------------------------

namespace {

struct Keyed {
    Item item;
    std::vector<Item> keys;
};

} // namespace

Item Evaluator::sorted(const Node& step, const Item& input, Frame* frame) {
    const Elements elements(input);
    if (elements.size() < 2) return input;
    if (!take_steps(elements.size() * step.children.size)) return Item::failed();
    std::vector<Keyed> keyed(elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
        keyed[i].item = elements.at(i);
        keyed[i].keys.reserve(step.children.size);
        for (std::size_t term = 0; term < step.children.size; ++term) {
            Item key = evaluate(child(step, term), keyed[i].item, frame);
            if (key.is_failed()) return key;
            keyed[i].keys.push_back(std::move(key));
        }
    }
    const auto must_swap = [&](const Keyed& a, const Keyed& b) {
        return keys_must_swap(step, a.keys, b.keys);
    };
    std::vector<Keyed> spare(keyed.size());
    if (!merge_sort(keyed, spare, 0, keyed.size(), must_swap)) return Item::failed();
    if (!take_elements(keyed.size())) return Item::failed();
    Collector out(heap_);
    for (Keyed& entry : keyed)
        out.push(std::move(entry.item));
    return out.finish();
}

// Whether b must go before a (1 or 0; -1 after a failure). Undefined goes last whatever the
// direction.
int Evaluator::keys_must_swap(const Node& step, std::span<const Item> a, std::span<const Item> b) {
    const auto sortable = [](const Item& key) { return key.is_string() || key.is_number(); };
    for (std::size_t term = 0; term < step.children.size; ++term) {
        const Item& x = a[term];
        const Item& y = b[term];
        if (!x.is_defined() && !y.is_defined()) continue;
        if (!x.is_defined()) return 1;
        if (!y.is_defined()) return 0;
        if (!sortable(x) || !sortable(y)) {
            fail("T2008", step.position, {}, to_value(sortable(x) ? y : x));
            return -1;
        }
        if (x.is_string() != y.is_string()) {
            fail("T2007", step.position, {}, *x.value(), *y.value());
            return -1;
        }
        int order = 0;
        if (x.is_string()) {
            order = compare_text(x.value()->as_string(), y.value()->as_string());
        } else {
            const double left = double_of(*x.value());
            const double right = double_of(*y.value());
            order = left < right ? -1 : left > right ? 1 : 0;
        }
        if (order != 0) return (order > 0) != child(step, term).descending ? 1 : 0;
    }
    return 0;
}

// --- group-by -----------------------------------------------------------------------------------

struct Evaluator::GroupEntry {
    Value key;
    std::size_t pair = 0;
    Collector members;
};

Item Evaluator::group(const Node& node, const Item& input, Frame* frame) {
    if (node.kind == NodeKind::constant) return Item(node.value);
    const Elements elements(input);
    const std::size_t size = std::max<std::size_t>(elements.size(), 1);
    if (!take_steps(size)) return Item::failed();
    std::deque<GroupEntry> entries; // they stay where they are, and so do the texts of their keys
    std::unordered_map<std::string_view, GroupEntry*> places;
    for (std::size_t i = 0; i < size; ++i) {
        const Item element = elements.size() == 0 ? Item() : elements.peek(i);
        for (std::size_t pair = 0; pair * 2 < node.children.size; ++pair) {
            Item storage;
            const Value* key = operand(child(node, pair * 2), element, frame, storage);
            if (storage.is_failed()) return storage;
            if (key == nullptr && !storage.is_defined()) continue;
            if (key == nullptr || !key->is_string())
                return fail("T1003", node.position, {}, key != nullptr ? *key : to_value(storage));
            const auto known = places.find(key->as_string());
            if (known == places.end()) {
                GroupEntry& entry = entries.emplace_back(GroupEntry{*key, pair, Collector(heap_)});
                places.emplace(entry.key.as_string(), &entry);
                entry.members.push(element);
                continue;
            }
            if (known->second->pair != pair) return fail("D1009", node.position, {}, *key);
            // Members are strung together as $append does it.
            known->second->members.push_flat(element);
        }
    }
    if (!take_elements(size)) return Item::failed();
    std::vector<std::pair<Value, Item>> members;
    for (GroupEntry& entry : entries) {
        const Item context = entry.members.finish_collapsed();
        Item value = evaluate(child(node, entry.pair * 2 + 1), context, frame);
        if (value.is_failed()) return value;
        members.emplace_back(std::move(entry.key), std::move(value));
    }
    return make_object(std::move(members));
}

} // namespace gradus::jsonata
