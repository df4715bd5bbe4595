// Paths that bind variables on the way (@, #) or look back (%): their contexts carry a frame each.

#include "states/query/jsonata/evaluator.hpp"

#include <algorithm>
#include <unordered_map>

namespace gradus::jsonata {

namespace {

// What a path inside a step bound goes on to be visible outside, under the same names.
void merge_frame(Frame& into, Frame& from) {
    for (std::size_t i = 0; i < from.slot_count; ++i) {
        const Item& item = from.slots()[i];
        if (item.is_undefined() && !item.has(bound_flag)) continue;
        const auto& names = into.scope->names;
        const auto found = std::find(names.begin(), names.end(), from.scope->names[i]);
        if (found != names.end()) into.bind(static_cast<std::size_t>(found - names.begin()), item);
    }
}

} // namespace

Ref<Frame> Evaluator::copy_frame(Frame& frame) {
    Ref<Frame> copy = make_frame(heap_, *frame.scope, frame.parent.get());
    for (std::size_t i = 0; i < frame.slot_count; ++i)
        copy->slots()[i] = frame.slots()[i];
    return copy;
}

Item Evaluator::tuple_step(const Node& path, const Node& step, Item stream, const Item& input,
                           Frame* frame) {
    const Scope& scope = *path.scope;
    if (step.kind == NodeKind::sort && !stream.is_defined())
        return tuple_stages(step, tuple_sort(step, input, frame, scope));
    if (!stream.is_defined()) {
        auto* made = heap_.make<Tuples>(ObjectKind::tuples);
        stream = Item(made);
        const bool is_variable = step.kind == NodeKind::variable ||
                                 step.kind == NodeKind::context || step.kind == NodeKind::root;
        const bool starts = &step == &child(path, 0);
        if (input.has(Item::whole_input) || (starts && (is_variable || !input.is_array()))) {
            made->tuples.push_back({input, make_frame(heap_, scope, frame)});
        } else {
            const Elements elements(input);
            for (std::size_t i = 0; i < elements.size(); ++i)
                made->tuples.push_back({elements.at(i), make_frame(heap_, scope, frame)});
        }
    }
    if (step.kind == NodeKind::sort)
        return tuple_stages(step, tuple_sort(step, stream, frame, scope));
    auto* out = heap_.make<Tuples>(ObjectKind::tuples);
    Item result(out);
    const auto* in = stream.as<Tuples>(ObjectKind::tuples);
    if (!take_steps(in->tuples.size())) return Item::failed();
    for (const Tuple& tuple : in->tuples) {
        // Stages come after all contexts were gone through, so only what is below them runs here.
        Item found = evaluate_inner(step, tuple.at, tuple.frame.get());
        if (found.is_failed()) return found;
        if (const auto* inner = found.as<Tuples>(ObjectKind::tuples)) {
            if (!take_elements(inner->tuples.size())) return Item::failed();
            for (const Tuple& each : inner->tuples) {
                Tuple next{each.at, copy_frame(*tuple.frame)};
                merge_frame(*next.frame, *each.frame);
                out->tuples.push_back(std::move(next));
            }
            continue;
        }
        found = normalised(std::move(found));
        if (step.group != none) found = group(node(step.group), found, tuple.frame.get());
        if (found.is_failed()) return found;
        const Elements elements(found);
        if (!take_elements(elements.size())) return Item::failed();
        for (std::size_t i = 0; i < elements.size(); ++i) {
            Tuple next{elements.at(i), copy_frame(*tuple.frame)};
            if (step.focus >= 0) {
                next.frame->bind(static_cast<std::size_t>(step.focus), next.at);
                next.at = tuple.at;
            }
            if (step.index >= 0)
                next.frame->bind(static_cast<std::size_t>(step.index), Item(Value(i)));
            if (step.ancestor >= 0)
                next.frame->bind(static_cast<std::size_t>(step.ancestor), tuple.at);
            out->tuples.push_back(std::move(next));
        }
    }
    return tuple_stages(step, std::move(result));
}

Item Evaluator::tuple_stages(const Node& step, Item stream) {
    for (std::size_t i = 0; i < step.predicates.size && !stream.is_failed(); ++i) {
        const NodeStage& stage = program_->stages[step.predicates.first + i];
        if (stage.filter != none) {
            stream = tuple_filter(node(stage.filter), stream);
            continue;
        }
        std::size_t number = 0;
        for (Tuple& tuple : stream.as<Tuples>(ObjectKind::tuples)->tuples)
            tuple.frame->bind(static_cast<std::size_t>(stage.slot), Item(Value(number++)));
    }
    return stream;
}

Item Evaluator::tuple_filter(const Node& predicate, const Item& stream) {
    auto* out = heap_.make<Tuples>(ObjectKind::tuples);
    Item kept(out);
    const auto& tuples = stream.as<Tuples>(ObjectKind::tuples)->tuples;
    if (!take_steps(tuples.size())) return Item::failed();
    for (std::size_t i = 0; i < tuples.size(); ++i) {
        const Item result = evaluate(predicate, tuples[i].at, tuples[i].frame.get());
        if (result.is_failed()) return result;
        switch (chooses(result, i, tuples.size())) {
        case Chosen::failed: return Item::failed();
        case Chosen::no: break;
        case Chosen::yes: out->tuples.push_back(tuples[i]);
        }
    }
    return kept;
}

// Sorts a stream, or begins one with what was sorted.
Item Evaluator::tuple_sort(const Node& step, const Item& input, Frame* frame, const Scope& scope) {
    auto* out = heap_.make<Tuples>(ObjectKind::tuples);
    Item result(out);
    const auto* stream = input.as<Tuples>(ObjectKind::tuples);
    if (stream == nullptr) {
        const Item ordered = sorted(step, input, frame);
        if (ordered.is_failed()) return ordered;
        const Elements elements(ordered);
        for (std::size_t i = 0; i < elements.size(); ++i) {
            out->tuples.push_back({elements.at(i), make_frame(heap_, scope, frame)});
            if (step.index >= 0)
                out->tuples.back().frame->bind(static_cast<std::size_t>(step.index),
                                               Item(Value(i)));
        }
        return result;
    }
    // The terms see the frame of their tuple, so the keys are made here and sorted by position.
    struct Entry {
        std::size_t place = 0;
        std::vector<Item> keys;
    };
    std::vector<Entry> entries(stream->tuples.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].place = i;
        for (std::size_t term = 0; term < step.children.size; ++term) {
            Item key =
                evaluate(child(step, term), stream->tuples[i].at, stream->tuples[i].frame.get());
            if (key.is_failed()) return key;
            entries[i].keys.push_back(std::move(key));
        }
    }
    const auto must_swap = [&](const Entry& a, const Entry& b) {
        return keys_must_swap(step, a.keys, b.keys);
    };
    std::vector<Entry> spare(entries.size());
    if (!merge_sort(entries, spare, 0, entries.size(), must_swap)) return Item::failed();
    for (const Entry& entry : entries)
        out->tuples.push_back(stream->tuples[entry.place]);
    return result;
}

// The tuples of one group become one: each variable the values of all, strung together.
Item Evaluator::group_tuples(const Node& node, const Item& stream, const Scope& scope,
                             Frame* frame) {
    if (node.kind == NodeKind::constant) return Item(node.value);
    struct Entry {
        Value key;
        std::size_t pair = 0;
        std::vector<const Tuple*> tuples;
    };
    std::vector<Entry> entries;
    std::unordered_map<std::string, std::size_t> places;
    const auto& tuples = stream.as<Tuples>(ObjectKind::tuples)->tuples;
    const Tuple no_tuple{Item(), make_frame(heap_, scope, frame)};
    const std::size_t size = std::max<std::size_t>(tuples.size(), 1);
    for (std::size_t i = 0; i < size; ++i) {
        const Tuple& tuple = tuples.empty() ? no_tuple : tuples[i];
        for (std::size_t pair = 0; pair * 2 < node.children.size; ++pair) {
            const Item key = evaluate(child(node, pair * 2), tuple.at, tuple.frame.get());
            if (key.is_failed()) return key;
            if (key.is_undefined()) continue;
            if (!key.is_string()) return fail("T1003", node.position, {}, to_value(key));
            const auto [place, is_new] =
                places.try_emplace(std::string(key.value()->as_string()), entries.size());
            if (is_new) entries.push_back({*key.value(), pair, {}});
            Entry& entry = entries[place->second];
            if (entry.pair != pair) return fail("D1009", node.position, {}, *key.value());
            entry.tuples.push_back(&tuple);
        }
    }
    std::vector<std::pair<Value, Item>> members;
    for (Entry& entry : entries) {
        const Ref<Frame> merged = make_frame(heap_, scope, frame);
        Collector at(heap_);
        for (const Tuple* tuple : entry.tuples)
            at.push_flat(tuple->at);
        for (std::size_t slot = 0; slot < scope.slot_count(); ++slot) {
            Collector values(heap_);
            for (const Tuple* tuple : entry.tuples) {
                const Item& item = tuple->frame->slots()[slot];
                if (item.is_undefined()) continue;
                if (entry.tuples.size() == 1)
                    values.push(item);
                else
                    values.push_flat(item);
            }
            Item value = values.finish_collapsed();
            value.set_flags(0);
            if (value.is_defined()) merged->bind(slot, std::move(value));
        }
        Item context = entry.tuples.size() == 1 ? entry.tuples.front()->at : at.finish_collapsed();
        context.set_flags(0);
        Item value = evaluate(child(node, entry.pair * 2 + 1), context, merged.get());
        if (value.is_failed()) return value;
        members.emplace_back(std::move(entry.key), std::move(value));
    }
    return make_object(std::move(members));
}

} // namespace gradus::jsonata
