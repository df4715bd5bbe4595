// |pattern|update,delete|: a copy of the input in which what the pattern finds is changed. Values
// can't be changed in place, so every object of the copy is made anew, found objects are known by
// where their members lie, and the tree is put together again with what became of them.

#include "states/query/jsonata/evaluator.hpp"

#include <unordered_map>
#include <unordered_set>

namespace gradus::jsonata {

namespace {

using Changes = std::unordered_map<const Member*, Value>;

Value fresh_copy(const Value& value) {
    if (value.is_array()) {
        Array elements;
        elements.reserve(value.size());
        for (const Value& element : value.as_array())
            elements.push_back(fresh_copy(element));
        return Value(std::move(elements));
    }
    if (!value.is_object()) return value;
    ObjectBuilder builder(value.size());
    for (const Member& member : value.as_object())
        builder.append(member.key, fresh_copy(member.value));
    return builder.build();
}

void note_objects(const Value& value, std::unordered_set<const Member*>& objects) {
    if (value.is_array()) {
        for (const Value& element : value.as_array())
            note_objects(element, objects);
    } else if (value.is_object()) {
        objects.insert(value.as_object().data());
        for (const Member& member : value.as_object())
            note_objects(member.value, objects);
    }
}

/// Puts the tree together again. An update may hold the very object that it is for, or two may hold
/// each other: such a tree would never end.
class Rebuilder {
public:
    Rebuilder(Evaluator& evaluator, const Changes& changes)
        : evaluator_(evaluator), changes_(changes) {}

    Value rebuild(const Value& value) {
        if (is_broken_ || !(value.is_array() || value.is_object())) return value;
        if (!evaluator_.take_steps(1) || !evaluator_.allow_depth(++depth_)) is_broken_ = true;
        Value out = is_broken_ ? value : rebuild_inside(value);
        --depth_;
        return out;
    }
    /// A limit was passed; the evaluator has the error.
    bool is_broken() const { return is_broken_; }

private:
    Value rebuild_inside(const Value& value) {
        if (value.is_array()) {
            Array elements;
            elements.reserve(value.size());
            for (const Value& element : value.as_array())
                elements.push_back(rebuild(element));
            return Value(std::move(elements));
        }
        const Member* const place = value.as_object().data();
        const auto found = changes_.find(place);
        if (found == changes_.end()) return rebuild_members(value);
        if (!open_.insert(place).second) {
            is_broken_ = !evaluator_.allow_depth(UINT32_MAX); // the error of depth
            return value;
        }
        Value out = rebuild_members(found->second);
        open_.erase(place);
        return out;
    }
    Value rebuild_members(const Value& object) {
        ObjectBuilder builder(object.size());
        for (const Member& member : object.as_object())
            builder.append(member.key, rebuild(member.value));
        return builder.build();
    }

    Evaluator& evaluator_;
    const Changes& changes_;
    std::unordered_set<const Member*> open_; // objects whose members are being rebuilt
    std::uint32_t depth_ = 0;
    bool is_broken_ = false;
};

} // namespace

Item Evaluator::transform(const Lambda& lambda, const Item& subject) {
    if (subject.is_undefined()) return Item();
    const Node& node = *lambda.node;
    const Value copy = fresh_copy(to_value(subject));
    std::unordered_set<const Member*> objects;
    note_objects(copy, objects);
    if (!take_elements(objects.size()) || !take_steps(objects.size())) return Item::failed();
    const Item found = evaluate(this->node(node.a), Item::refer(copy), lambda.frame.get());
    if (found.is_failed()) return found;
    Changes changes;
    const Elements matches(found);
    for (std::size_t i = 0; i < matches.size(); ++i) {
        const Item match = matches.peek(i);
        const Value* original = match.value();
        const bool is_object = original != nullptr && original->is_object();
        const Member* place = is_object ? original->as_object().data() : nullptr;
        const bool ours = is_object && objects.contains(place);
        Rebuilder rebuilder(*this, changes);
        const Value current =
            changes.empty() || original == nullptr ? to_value(match) : rebuilder.rebuild(*original);
        if (rebuilder.is_broken()) return Item::failed();
        const Item update = evaluate(this->node(node.b), Item::refer(current), lambda.frame.get());
        if (update.is_failed()) return update;
        Value next = ours && changes.contains(place) ? changes.at(place)
                     : is_object                     ? *original
                                                     : Value();
        if (update.is_defined()) {
            if (!update.is_json_object()) {
                return fail("T2011", this->node(node.b).position, {}, to_value(update));
            }
            const Value members = to_value(update);
            if (ours) {
                for (const Member& member : members.as_object())
                    next = std::move(next).with(member.name(), member.value);
            }
        }
        if (node.c != none) {
            const Item deletions =
                evaluate(this->node(node.c), Item::refer(current), lambda.frame.get());
            if (deletions.is_failed()) return deletions;
            const Elements names(deletions);
            for (std::size_t k = 0; k < names.size(); ++k) {
                if (names.peek(k).is_string()) continue;
                return fail("T2012", this->node(node.c).position, {}, to_value(deletions));
            }
            for (std::size_t k = 0; ours && k < names.size(); ++k)
                next = next.without(names.peek(k).value()->as_string());
        }
        if (ours) changes.insert_or_assign(place, std::move(next));
    }
    if (changes.empty()) return Item(copy);
    Rebuilder rebuilder(*this, changes);
    Value result = rebuilder.rebuild(copy);
    if (rebuilder.is_broken() || !allow_depth(result.depth())) return Item::failed();
    return Item(std::move(result));
}

} // namespace gradus::jsonata
