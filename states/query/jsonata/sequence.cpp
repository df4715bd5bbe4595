#include "states/query/jsonata/item.hpp"

#include "states/query/jsonata/function.hpp"

#include <algorithm>

namespace gradus::jsonata {

const Item* Record::find(std::string_view name) const {
    for (const auto& [key, item] : members) {
        if (key.as_string() == name) return &item;
    }
    return nullptr;
}

void List::add(Item item) {
    if (item.value() == nullptr) depth = std::max(depth, depth_of(item) + 1);
    items.push_back(std::move(item));
}

// --- heap ---------------------------------------------------------------------------------------

void Heap::adopt(Object* object, ObjectKind kind) noexcept {
    object->heap = this;
    object->kind = kind;
    object->next = first_;
    object->previous = nullptr;
    if (first_ != nullptr) first_->previous = object;
    first_ = object;
}

void Heap::bury(Object* object) noexcept {
    if (closing_) return;
    if (object->previous != nullptr)
        object->previous->next = object->next;
    else
        first_ = object->next;
    if (object->next != nullptr) object->next->previous = object->previous;
    object->next = graves_;
    graves_ = object;
    if (digging_) return;
    digging_ = true;
    while (graves_ != nullptr) {
        Object* dead = graves_;
        graves_ = dead->next;
        free(dead);
    }
    digging_ = false;
}

void Heap::free(Object* object) noexcept {
    switch (object->kind) {
    case ObjectKind::list: delete static_cast<List*>(object); break;
    case ObjectKind::range: delete static_cast<Range*>(object); break;
    case ObjectKind::record: delete static_cast<Record*>(object); break;
    case ObjectKind::tuples: delete static_cast<Tuples*>(object); break;
    case ObjectKind::frame: {
        auto* frame = static_cast<Frame*>(object);
        const std::size_t slots = frame->slot_count;
        frame->~Frame();
        if (slots > pooled_slots_max) {
            ::operator delete(frame);
        } else {
            *reinterpret_cast<void**>(frame) = pool_[slots];
            pool_[slots] = frame;
        }
        break;
    }
    case ObjectKind::lambda: delete static_cast<Lambda*>(object); break;
    case ObjectKind::builtin: delete static_cast<Builtin*>(object); break;
    case ObjectKind::partial: delete static_cast<Partial*>(object); break;
    case ObjectKind::chain: delete static_cast<Chain*>(object); break;
    case ObjectKind::regex: delete static_cast<RegexFunction*>(object); break;
    case ObjectKind::next_match: delete static_cast<NextMatch*>(object); break;
    }
}

void* Heap::frame_memory(std::size_t slots) {
    if (slots <= pooled_slots_max && pool_[slots] != nullptr) {
        void* memory = pool_[slots];
        pool_[slots] = *static_cast<void**>(memory);
        return memory;
    }
    return ::operator new(sizeof(Frame) + slots * sizeof(Item));
}

Heap::~Heap() {
    // What is left refers to itself in a ring. While closing, nothing is freed through a reference.
    closing_ = true;
    for (Object* object = first_; object != nullptr;) {
        Object* next = object->next;
        object->references = UINT32_MAX / 2; // the others are destroyed while this still exists
        object = next;
    }
    std::vector<Object*> rest;
    for (Object* object = first_; object != nullptr; object = object->next)
        rest.push_back(object);
    // Contents first: a destructor touches the counts of what it refers to, so memory must stay.
    for (Object* object : rest)
        empty(object);
    for (Object* object : rest)
        free(object);
    for (void* memory : pool_) {
        while (memory != nullptr) {
            void* next = *static_cast<void**>(memory);
            ::operator delete(memory);
            memory = next;
        }
    }
}

Ref<Frame> make_frame(Heap& heap, const Scope& scope, Frame* parent) {
    void* memory = heap.frame_memory(scope.slot_count());
    auto* frame = new (memory) Frame(scope, parent);
    heap.adopt(frame, ObjectKind::frame);
    return Ref<Frame>(frame);
}

Frame::Frame(const Scope& its_scope, Frame* its_parent)
    : parent(its_parent),
      scope(&its_scope),
      slot_count(static_cast<std::uint32_t>(its_scope.slot_count())) {
    Item* items = slots();
    for (std::size_t i = 0; i < slot_count; ++i)
        new (items + i) Item;
}

Frame::~Frame() {
    Item* items = slots();
    for (std::size_t i = 0; i < slot_count; ++i)
        items[i].~Item();
}

void empty(Object* object) {
    switch (object->kind) {
    case ObjectKind::list: static_cast<List*>(object)->items.clear(); break;
    case ObjectKind::range: break;
    case ObjectKind::record: static_cast<Record*>(object)->members.clear(); break;
    case ObjectKind::tuples: static_cast<Tuples*>(object)->tuples.clear(); break;
    case ObjectKind::frame: {
        auto* frame = static_cast<Frame*>(object);
        frame->parent = {};
        for (std::size_t i = 0; i < frame->slot_count; ++i)
            frame->slots()[i] = Item();
        break;
    }
    case ObjectKind::lambda: {
        auto* lambda = static_cast<Lambda*>(object);
        lambda->input = Item();
        lambda->frame = {};
        break;
    }
    case ObjectKind::builtin: break;
    case ObjectKind::partial: {
        auto* partial = static_cast<Partial*>(object);
        partial->function = Item();
        partial->arguments.clear();
        break;
    }
    case ObjectKind::chain: {
        auto* chain = static_cast<Chain*>(object);
        chain->first = Item();
        chain->second = Item();
        break;
    }
    case ObjectKind::regex: break;
    case ObjectKind::next_match: static_cast<NextMatch*>(object)->regex = Item(); break;
    }
}

// --- elements -----------------------------------------------------------------------------------

Elements::Elements(const Item& item) noexcept {
    if (const Value* value = item.value()) {
        if (value->is_array()) {
            const auto elements = value->as_array();
            size_ = elements.size();
            values_ = elements.data();
        } else {
            size_ = 1;
            values_ = value;
        }
        return;
    }
    if (const auto* list = item.as<List>(ObjectKind::list)) {
        size_ = list->items.size();
        items_ = list->items.data();
    } else if (const auto* range = item.as<Range>(ObjectKind::range)) {
        size_ = range->size;
        first_ = range->first;
    } else if (item.is_defined()) {
        size_ = 1;
        items_ = &item;
    }
}

// --- collecting ---------------------------------------------------------------------------------

void Collector::push(Item item) {
    item.own();
    item.set_flags(item.flags() & ~Item::collapsed);
    if (!list_) {
        if (single_.is_undefined()) {
            single_ = std::move(item);
            return;
        }
        list_ = heap_.make<List>(ObjectKind::list);
        list_->items.reserve(4);
        list_->add(std::move(single_));
    }
    list_->add(std::move(item));
}

void Collector::push_flat(const Value& value) {
    if (!value.is_array()) {
        push(Item(value));
        return;
    }
    for (const Value& element : value.as_array())
        push(Item(element));
}

void Collector::push_flat(const Item& item) {
    if (!item.is_array() || item.has(Item::constructed)) {
        push(item);
        return;
    }
    const Elements elements(item);
    for (std::size_t i = 0; i < elements.size(); ++i)
        push(elements.at(i));
}

std::size_t Collector::size() const noexcept {
    if (list_) return list_->items.size();
    return single_.is_undefined() ? 0 : 1;
}

Item Collector::finish() {
    if (list_) return Item(list_.get(), Item::sequence);
    if (single_.is_array()) return as_array(heap_, std::move(single_), Item::sequence);
    return finish_collapsed();
}

Item Collector::finish_collapsed() {
    if (list_) return Item(list_.get(), Item::sequence);
    single_.add_flags(Item::collapsed);
    return std::move(single_);
}

Item normalised(Item item) {
    if (!item.has(Item::sequence)) return item;
    if (!item.is_array()) return item;
    const Elements elements(item);
    if (elements.size() == 0) return Item();
    if (elements.size() > 1) return item;
    if (item.has(Item::keep_singleton)) return item;
    return elements.at(0);
}

Item as_array(Heap& heap, Item item, std::uint8_t flags) {
    auto* list = heap.make<List>(ObjectKind::list);
    Item result(list, flags);
    item.own();
    list->add(std::move(item));
    return result;
}

// --- turning into values ------------------------------------------------------------------------

Value to_value(const Item& item) {
    if (const Value* value = item.value()) return *value;
    if (const auto* record = item.as<Record>(ObjectKind::record)) {
        ObjectBuilder builder(record->members.size());
        for (const auto& [key, member] : record->members)
            builder.append(key, to_value(member));
        return builder.build();
    }
    if (item.is_array()) {
        const Elements elements(item);
        Array array;
        array.reserve(elements.size());
        for (std::size_t i = 0; i < elements.size(); ++i)
            array.push_back(to_value(elements.peek(i)));
        return Value(std::move(array));
    }
    return item.is_function() ? Value("") : Value();
}

bool holds_function(const Item& item) {
    if (item.is_function()) return true;
    if (const auto* list = item.as<List>(ObjectKind::list))
        return std::any_of(list->items.begin(), list->items.end(), holds_function);
    const auto* record = item.as<Record>(ObjectKind::record);
    return record != nullptr &&
           std::any_of(record->members.begin(), record->members.end(),
                       [](const auto& member) { return holds_function(member.second); });
}

std::uint32_t depth_of(const Item& item) {
    if (const Value* value = item.value()) return value->depth();
    if (const auto* list = item.as<List>(ObjectKind::list)) return list->depth;
    if (const auto* record = item.as<Record>(ObjectKind::record)) return record->depth;
    return item.is_object_of(ObjectKind::range) ? 1 : 0;
}

} // namespace gradus::jsonata
