#include "states/query/jsonata/evaluator.hpp"
#include "states/query/jsonata/lexer.hpp"

#include <algorithm>

namespace gradus::jsonata {

namespace {

enum class Over { elements, members };

/// Calls the function argument with a member, its index or name, and the whole, as many as it
/// takes.
class Caller {
public:
    Caller(Call& call, const Item& function, Over over = Over::elements)
        : call_(call),
          function_(function),
          wanted_(std::clamp<std::size_t>(call.evaluator.arity(function), 1, 3)) {
        if (wanted_ < 3) return;
        const bool wraps = over == Over::elements && !call[0].is_array();
        whole_ = wraps ? as_array(call.evaluator.heap(), call[0], 0) : Item::refer(call[0]);
    }

    Item operator()(const Item& member, Item place) {
        Item arguments[3] = {Item::refer(member), Item(), Item()};
        if (wanted_ > 1) arguments[1] = std::move(place);
        if (wanted_ > 2) arguments[2] = Item::refer(whole_);
        if (!call_.evaluator.take_steps()) return Item::failed();
        return call_.evaluator.call(function_, arguments, wanted_, Item(), call_.frame,
                                    call_.position);
    }

private:
    Call& call_;
    const Item& function_;
    std::size_t wanted_;
    Item whole_;
};

Item map(Call& call) {
    if (call[0].is_undefined()) return Item();
    const Elements elements(call[0]);
    Caller caller(call, call[1]);
    Collector out(call.evaluator.heap());
    for (std::size_t i = 0; i < elements.size(); ++i) {
        Item result = caller(elements.peek(i), Item(Value(i)));
        if (result.is_failed()) return result;
        if (result.is_undefined()) continue;
        if (!call.evaluator.take_elements(1)) return Item::failed();
        out.push(std::move(result));
    }
    return out.finish_collapsed();
}

Item filter(Call& call) {
    if (call[0].is_undefined()) return Item();
    const Elements elements(call[0]);
    Caller caller(call, call[1]);
    Collector out(call.evaluator.heap());
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Item element = elements.peek(i);
        const Item result = caller(element, Item(Value(i)));
        if (result.is_failed()) return result;
        if (!Evaluator::truth(result)) continue;
        if (!call.evaluator.take_elements(1)) return Item::failed();
        out.push(element);
    }
    return out.finish_collapsed();
}

Item single(Call& call) {
    if (call[0].is_undefined()) return Item();
    const Elements elements(call[0]);
    Caller caller(call, call[1]);
    Item found;
    std::size_t count = 0;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        bool chosen = true;
        if (call[1].is_defined()) {
            const Item result = caller(elements.peek(i), Item(Value(i)));
            if (result.is_failed()) return result;
            chosen = Evaluator::truth(result);
        }
        if (!chosen) continue;
        if (++count > 1) return call.evaluator.fail("D3138", call.position, "single");
        found = elements.at(i);
    }
    if (count == 0) return call.evaluator.fail("D3139", call.position, "single");
    return found;
}

Item reduce(Call& call) {
    if (call[0].is_undefined()) return Item();
    const std::size_t arity = call.evaluator.arity(call[1]);
    if (arity < 2) return call.evaluator.fail("D3050", call.position, "reduce");
    const Elements elements(call[0]);
    std::size_t i = 0;
    Item result = call[2];
    if (result.is_undefined() && elements.size() > 0) result = elements.at(i++);
    for (; i < elements.size(); ++i) {
        Item arguments[4] = {std::move(result), elements.peek(i), Item(), Item()};
        if (arity > 2) arguments[2] = Item(Value(i));
        if (arity > 3) arguments[3] = Item::refer(call[0]);
        if (!call.evaluator.take_steps()) return Item::failed();
        result = call.evaluator.call(call[1], arguments, std::min<std::size_t>(arity, 4), Item(),
                                     call.frame, call.position);
        if (result.is_failed()) return result;
    }
    return result;
}

// Goes through the members of an object; `use` gets name, member and result, and is false to stop.
template <class Use>
Item for_members(Call& call, Use use) {
    Caller caller(call, call[1], Over::members);
    const auto one = [&](const Value& key, const Item& member) {
        Item result = caller(member, Item(key));
        return !result.is_failed() && use(key, member, std::move(result));
    };
    if (const auto* record = call[0].as<Record>(ObjectKind::record)) {
        for (const auto& [key, member] : record->members) {
            if (!one(key, member)) return Item::failed();
        }
    } else if (const Value* value = call[0].value()) {
        if (!value->is_object()) return Item();
        for (const Member& member : value->as_object()) {
            if (!one(member.key, Item::refer(member.value))) return Item::failed();
        }
    }
    return Item();
}

Item each(Call& call) {
    if (call[0].is_undefined()) return Item();
    Collector out(call.evaluator.heap());
    const Item state = for_members(call, [&](const Value&, const Item&, Item result) {
        if (result.is_defined()) out.push(std::move(result));
        return call.evaluator.take_elements(1);
    });
    return state.is_failed() ? state : out.finish_collapsed();
}

Item sift(Call& call) {
    if (call[0].is_undefined()) return Item();
    std::vector<std::pair<Value, Item>> kept;
    const Item state =
        for_members(call, [&](const Value& key, const Item& member, const Item& result) {
            if (Evaluator::truth(result)) kept.emplace_back(key, member);
            return call.evaluator.take_elements(1);
        });
    if (state.is_failed()) return state;
    if (kept.empty()) return Item();
    return call.evaluator.make_object(std::move(kept));
}

constexpr BuiltinEntry higher_order_table[] = {
    {"map", signature_of("<af>"), map, 2},        {"filter", signature_of("<af>"), filter, 2},
    {"single", signature_of("<af?>"), single, 2}, {"reduce", signature_of("<afj?:j>"), reduce, 3},
    {"each", signature_of("<o-f:a>"), each, 2},   {"sift", signature_of("<o-f?:o>"), sift, 2},
};

} // namespace

std::span<const BuiltinEntry> higher_order_functions() { return higher_order_table; }

} // namespace gradus::jsonata
