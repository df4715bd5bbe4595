#include "states/query/jsonata/evaluator.hpp"
#include "states/query/jsonata/lexer.hpp"

#include <algorithm>
#include <unordered_set>

namespace gradus::jsonata {

namespace {

// Names of the members of an object or of all objects of an array, each once.
bool collect_keys(Call& call, const Item& item, std::vector<Value>& keys,
                  std::unordered_set<std::string>& known) {
    const auto add = [&](const Value& key) {
        if (known.insert(std::string(key.as_string())).second) keys.push_back(key);
    };
    if (item.is_array()) {
        const Elements elements(item);
        if (!call.evaluator.take_steps(elements.size())) return false;
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (!collect_keys(call, elements.peek(i), keys, known)) return false;
        }
    } else if (const auto* record = item.as<Record>(ObjectKind::record)) {
        for (const auto& member : record->members)
            add(member.first);
    } else if (item.is_json_object()) {
        for (const Member& member : item.value()->as_object())
            add(member.key);
    }
    return true;
}

Item keys(Call& call) {
    std::vector<Value> found;
    std::unordered_set<std::string> known;
    if (!collect_keys(call, call[0], found, known)) return Item::failed();
    if (!call.evaluator.take_elements(found.size())) return Item::failed();
    Collector out(call.evaluator.heap());
    for (Value& key : found)
        out.push(Item(std::move(key)));
    return out.finish_collapsed();
}

bool look_up_all(Call& call, const Item& item, std::string_view name, Collector& out) {
    if (item.is_array()) {
        const Elements elements(item);
        if (!call.evaluator.take_elements(elements.size())) return false;
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (!look_up_all(call, elements.peek(i), name, out)) return false;
        }
    } else if (const auto* record = item.as<Record>(ObjectKind::record)) {
        if (const Item* found = record->find(name)) out.push_flat(*found);
    } else if (const Value* value = item.value()) {
        if (const Value* found = value->find(name)) out.push_flat(*found);
    }
    return true;
}

Item lookup(Call& call) {
    if (call[1].is_undefined()) return Item();
    const std::string_view name = call[1].value()->as_string();
    if (!call[0].is_array()) {
        if (const auto* record = call[0].as<Record>(ObjectKind::record)) {
            const Item* found = record->find(name);
            return found != nullptr ? *found : Item();
        }
        const Value* value = call[0].value();
        const Value* found = value != nullptr ? value->find(name) : nullptr;
        return found != nullptr ? Item(*found) : Item();
    }
    Collector out(call.evaluator.heap());
    if (!look_up_all(call, call[0], name, out)) return Item::failed();
    return out.finish_collapsed();
}

bool spread_into(Call& call, const Item& item, Collector& out) {
    if (item.is_array()) {
        const Elements elements(item);
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (!spread_into(call, elements.peek(i), out)) return false;
        }
        return true;
    }
    if (!item.is_json_object()) {
        out.push(item);
        return call.evaluator.take_elements(1);
    }
    const Value object = to_value(item);
    if (!call.evaluator.take_elements(object.size())) return false;
    for (const Member& member : object.as_object()) {
        ObjectBuilder one(1);
        one.append(member.key, member.value);
        out.push(Item(one.build()));
    }
    return true;
}

Item spread(Call& call) {
    if (!call[0].is_array() && !call[0].is_json_object()) return call[0];
    Collector out(call.evaluator.heap());
    if (!spread_into(call, call[0], out)) return Item::failed();
    return out.finish_collapsed();
}

Item merge(Call& call) {
    if (call[0].is_undefined()) return Item();
    const Elements elements(call[0]);
    std::vector<std::pair<Value, Item>> members;
    bool plain = true;
    ObjectBuilder builder;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Item element = elements.peek(i);
        plain = plain && element.value() != nullptr;
        const Value object = to_value(element);
        if (!object.is_object()) continue;
        if (!call.evaluator.take_elements(object.size())) return Item::failed();
        for (const Member& member : object.as_object())
            builder.put(member.key, member.value);
    }
    if (plain) return Item(builder.build());
    // With functions among the members.
    auto* record = call.evaluator.heap().make<Record>(ObjectKind::record);
    Item result(record);
    const auto put = [&](const Value& key, Item item) {
        record->depth = std::max(record->depth, depth_of(item) + 1);
        for (auto& member : record->members) {
            if (member.first == key) {
                member.second = std::move(item);
                return;
            }
        }
        record->members.emplace_back(key, std::move(item));
    };
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Item element = elements.at(i);
        if (const auto* source = element.as<Record>(ObjectKind::record)) {
            for (const auto& [key, item] : source->members)
                put(key, item);
        } else if (element.value() != nullptr && element.value()->is_object()) {
            for (const Member& member : element.value()->as_object())
                put(member.key, Item(member.value));
        }
    }
    return result;
}

Item exists(Call& call) { return Item(Value(call[0].is_defined())); }

Item boolean(Call& call) {
    if (call[0].is_undefined()) return Item();
    return Item(Value(Evaluator::truth(call[0])));
}

Item negated(Call& call) {
    if (call[0].is_undefined()) return Item();
    return Item(Value(!Evaluator::truth(call[0])));
}

Item type_name(Call& call) {
    switch (type_of(call[0])) {
    case type::array: return Item(Value("array"));
    case type::string: return Item(Value("string"));
    case type::number: return Item(Value("number"));
    case type::boolean: return Item(Value("boolean"));
    case type::null: return Item(Value("null"));
    case type::object: return Item(Value("object"));
    case type::function: return Item(Value("function"));
    default: return Item();
    }
}

Item error(Call& call) {
    std::string message = "$error() function evaluated";
    if (call[0].is_defined()) message = string_of(call[0]);
    return call.evaluator.fail_with("D3137", std::move(message), call.position);
}

Item assertion(Call& call) {
    if (Evaluator::truth(call[0])) return Item();
    std::string message = "$assert() statement failed";
    if (call[1].is_defined()) message = string_of(call[1]);
    return call.evaluator.fail_with("D3141", std::move(message), call.position);
}

Item clone(Call& call) { return call[0]; }

Item eval(Call& call) {
    if (call[0].is_undefined()) return Item();
    Item input(call[1].is_defined() ? call[1] : call.input);
    if (call[1].is_defined() && input.is_array()) input.add_flags(Item::whole_input);
    return call.evaluator.evaluate_text(*call[0].value(), input, call.frame, call.position);
}

constexpr BuiltinEntry object_table[] = {
    {"keys", signature_of("<x-:a<s>>"), keys, 1},
    {"lookup", signature_of("<x-s:x>"), lookup, 2},
    {"spread", signature_of("<x-:a<o>>"), spread, 1},
    {"merge", signature_of("<a<o>:o>"), merge, 1},
    {"exists", signature_of("<x:b>"), exists, 1},
    {"boolean", signature_of("<x-:b>"), boolean, 1},
    {"not", signature_of("<x-:b>"), negated, 1},
    {"type", signature_of("<x:s>"), type_name, 1},
    {"error", signature_of("<s?:x>"), error, 1},
    {"assert", signature_of("<bs?:x>"), assertion, 2},
    {"clone", signature_of("<(oa)-:o>"), clone, 1},
    {"eval", signature_of("<sx?:x>"), eval, 2, Availability::standard_only},
};

} // namespace

std::span<const BuiltinEntry> object_functions() { return object_table; }

} // namespace gradus::jsonata
