#pragma once
// What an expression computes with: a Value, nothing, a list that may hold functions, or a
// function. Lists carry JSONata's marks (is it a sequence, must it stay an array). Inside this
// folder only, and within one evaluation: the heap objects belong to its Heap and aren't shared
// between threads.

#include "gradus/value.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

namespace gradus::jsonata {

class Heap;

enum class ObjectKind : std::uint8_t {
    list,
    range,  // consecutive integers, not written out
    record, // an object with functions in it
    tuples, // the stream of a path with @, # or %
    frame,  // variables
    lambda, // these and all that follow are functions
    builtin,
    partial,
    chain, // f ~> g
    regex,
    next_match,
};

/// Head of everything on the Heap.
struct Object {
    Heap* heap = nullptr;
    Object* previous = nullptr;
    Object* next = nullptr;
    std::uint32_t references = 0;
    ObjectKind kind = ObjectKind::list;
};

inline void release(Object* object) noexcept;

template <class T>
class Ref {
public:
    Ref() = default;
    Ref(T* object) noexcept : object_(object) {
        if (object_ != nullptr) ++object_->references;
    }
    Ref(const Ref& other) noexcept : Ref(other.object_) {}
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_ != nullptr) release(object_);
    }

    T* get() const noexcept { return object_; }
    T* operator->() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

private:
    T* object_ = nullptr;
};

class Item {
public:
    enum class Tag : std::uint8_t {
        undefined,
        failed,    // the evaluator holds the error
        tail_call, // the evaluator holds the call that is to be made
        value,
        reference, // a Value that somebody else keeps alive; copying makes it one's own
        object,
    };
    static constexpr std::uint8_t sequence = 1; // made by a path: of one member it is the member
    static constexpr std::uint8_t keep_singleton = 2; // … but not this one
    static constexpr std::uint8_t constructed = 4;    // by [ ] as a step: isn't flattened
    static constexpr std::uint8_t whole_input = 8; // an array as the input document: not iterated
    static constexpr std::uint8_t collapsed = 32;  // was the only member of a sequence just made

    Item() noexcept : object_(nullptr), tag_(Tag::undefined) {}
    explicit Item(Value value) noexcept : value_(std::move(value)), tag_(Tag::value) {}
    explicit Item(Object* object, std::uint8_t flags = 0) noexcept
        : object_(object), tag_(Tag::object), flags_(flags) {
        ++object_->references;
    }
    Item(const Item& other) noexcept : tag_(other.tag_), flags_(other.flags_) { copy(other); }
    Item(Item&& other) noexcept : tag_(other.tag_), flags_(other.flags_) { take(other); }
    Item& operator=(const Item& other) noexcept {
        Item copy(other);
        *this = std::move(copy);
        return *this;
    }
    Item& operator=(Item&& other) noexcept {
        if (this == &other) return *this;
        clear();
        tag_ = other.tag_;
        flags_ = other.flags_;
        take(other);
        return *this;
    }
    ~Item() { clear(); }

    static Item failed() noexcept { return Item(Tag::failed); }
    static Item tail_call() noexcept { return Item(Tag::tail_call); }
    /// An alias: only as a context or operand, while the value surely lives.
    static Item refer(const Value& value, std::uint8_t flags = 0) noexcept {
        Item item(Tag::reference);
        item.reference_ = &value;
        item.flags_ = flags;
        return item;
    }
    /// An alias of a value, a copy of anything else.
    static Item refer(const Item& item) noexcept {
        const Value* value = item.value();
        return value != nullptr ? refer(*value, item.flags_) : item;
    }

    Tag tag() const noexcept { return tag_; }
    bool is_undefined() const noexcept { return tag_ == Tag::undefined; }
    bool is_failed() const noexcept { return tag_ == Tag::failed; }
    bool is_tail_call() const noexcept { return tag_ == Tag::tail_call; }
    bool is_defined() const noexcept { return tag_ >= Tag::value; }
    const Value* value() const noexcept {
        if (tag_ == Tag::value) return &value_;
        return tag_ == Tag::reference ? reference_ : nullptr;
    }
    Object* object() const noexcept { return tag_ == Tag::object ? object_ : nullptr; }
    bool is_object_of(ObjectKind kind) const noexcept {
        return tag_ == Tag::object && object_->kind == kind;
    }
    template <class T>
    T* as(ObjectKind kind) const noexcept {
        return is_object_of(kind) ? static_cast<T*>(object_) : nullptr;
    }
    bool is_array() const noexcept {
        if (const Value* held = value()) return held->is_array();
        return tag_ == Tag::object && object_->kind <= ObjectKind::range;
    }
    bool is_function() const noexcept {
        return tag_ == Tag::object && object_->kind >= ObjectKind::lambda;
    }
    bool is_string() const noexcept {
        const Value* held = value();
        return held != nullptr && held->is_string();
    }
    bool is_number() const noexcept {
        const Value* held = value();
        return held != nullptr && held->is_number();
    }
    bool is_json_object() const noexcept {
        if (const Value* held = value()) return held->is_object();
        return is_object_of(ObjectKind::record);
    }

    std::uint8_t flags() const noexcept { return flags_; }
    bool has(std::uint8_t flag) const noexcept { return (flags_ & flag) != 0; }
    void set_flags(int flags) noexcept { flags_ = static_cast<std::uint8_t>(flags); }
    void add_flags(std::uint8_t flags) noexcept {
        flags_ = static_cast<std::uint8_t>(flags_ | flags);
    }
    /// Turns an alias into a copy of what it refers to.
    void own() noexcept {
        if (tag_ != Tag::reference) return;
        const Value* referred = reference_;
        new (&value_) Value(*referred);
        tag_ = Tag::value;
    }

private:
    explicit Item(Tag tag) noexcept : object_(nullptr), tag_(tag) {}
    void copy(const Item& other) noexcept {
        switch (other.tag_) {
        case Tag::value: new (&value_) Value(other.value_); break;
        case Tag::reference:
            new (&value_) Value(*other.reference_);
            tag_ = Tag::value;
            break;
        case Tag::object:
            object_ = other.object_;
            ++object_->references;
            break;
        case Tag::undefined:
        case Tag::failed:
        case Tag::tail_call: object_ = nullptr; break;
        }
    }
    // Moves the bytes and forgets them in the other: a Value doesn't refer to itself, so this is
    // what its move constructor and destructor come to, without two calls for each element of a
    // list.
    void take(Item& other) noexcept {
        std::memcpy(static_cast<void*>(&value_), static_cast<const void*>(&other.value_),
                    sizeof(Value));
        other.tag_ = Tag::undefined;
    }
    void clear() noexcept {
        if (tag_ == Tag::value)
            value_.~Value();
        else if (tag_ == Tag::object)
            release(object_);
        tag_ = Tag::undefined;
    }

    union {
        Value value_;
        const Value* reference_;
        Object* object_;
    };
    Tag tag_;
    std::uint8_t flags_ = 0;
};

struct List : Object {
    std::vector<Item> items;
    /// Levels of nesting of what is no Value, to bound it. Values are bounded by themselves.
    std::uint32_t depth = 1;
    void add(Item item);
};

struct Range : Object {
    std::int64_t first = 0;
    std::size_t size = 0;
};

struct Record : Object {
    std::vector<std::pair<Value, Item>> members;
    std::uint32_t depth = 1;
    const Item* find(std::string_view name) const;
};

/// Owns what one evaluation makes. Things are freed as soon as nobody refers to them, and rings of
/// closures at the end. Freeing is a loop, so that a long chain doesn't use up the stack.
class Heap {
public:
    Heap() = default;
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;
    ~Heap();

    template <class T>
    T* make(ObjectKind kind) {
        T* object = new T;
        adopt(object, kind);
        return object;
    }
    void adopt(Object* object, ObjectKind kind) noexcept;
    void bury(Object* object) noexcept;

    /// Frames are made and freed at each call, so their memory is kept.
    void* frame_memory(std::size_t slots);

private:
    static constexpr std::size_t pooled_slots_max = 8;
    void free(Object* object) noexcept;

    Object* first_ = nullptr;
    Object* graves_ = nullptr; // linked by `next`
    bool digging_ = false;
    bool closing_ = false;
    void* pool_[pooled_slots_max + 1] = {};
};

inline void release(Object* object) noexcept {
    if (--object->references == 0) object->heap->bury(object);
}

/// The members of anything: those of an array, or the thing itself; none of undefined. The item
/// must outlive this.
class Elements {
public:
    explicit Elements(const Item& item) noexcept;
    std::size_t size() const noexcept { return size_; }
    /// An alias where possible: good as long as the item is.
    Item peek(std::size_t index) const {
        if (values_ != nullptr) return Item::refer(values_[index]);
        if (items_ != nullptr) return Item::refer(items_[index]);
        return Item(Value(first_ + static_cast<std::int64_t>(index)));
    }
    Item at(std::size_t index) const {
        Item item = peek(index);
        item.own();
        return item;
    }
    /// All elements where they are plain values that lie in a row, else null.
    const Value* values() const noexcept { return values_; }

private:
    std::size_t size_ = 0;
    const Value* values_ = nullptr;
    const Item* items_ = nullptr;
    std::int64_t first_ = 0;
};

/// Builds the result of a path step or of a function: nothing, one item or a list, without a list
/// for fewer than two.
class Collector {
public:
    explicit Collector(Heap& heap) noexcept : heap_(heap) {}
    void push(Item item);
    /// Pushes the members of an array that isn't `constructed`, else the item.
    void push_flat(const Item& item);
    void push_flat(const Value& value);
    std::size_t size() const noexcept;
    /// As a sequence: undefined, the only item, or a list. An only item that is an array is put in
    /// a list of its own, so that it isn't taken for its members.
    Item finish();
    /// As a result: of one item the item, even an array.
    Item finish_collapsed();

private:
    Heap& heap_;
    Item single_;
    Ref<List> list_;
};

/// Undefined for an empty sequence, its only member for one of one, unless that must stay an array.
Item normalised(Item item);
/// Makes [x] of x, with the given flags; arrays get the flags.
Item as_array(Heap& heap, Item item, std::uint8_t flags);

/// The Value of an item; functions become empty strings, as in $string. Undefined becomes null.
Value to_value(const Item& item);
/// Whether there is a function in it.
bool holds_function(const Item& item);
/// Levels of nesting.
std::uint32_t depth_of(const Item& item);

/// The double of a number. Short decimals are exact as a quotient of two doubles, so they needn't
/// be parsed with all the care of from_chars.
inline double double_of(const Value& number) noexcept {
    if (number.kind() != Value::Kind::decimal) return number.as_double();
    const std::string_view text = number.as_decimal_text();
    constexpr double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    constexpr std::size_t digits_max = 13;
    if (text.size() > digits_max) return number.as_double();
    const bool negative = text.front() == '-';
    std::int64_t digits = 0;
    std::size_t fraction = 0;
    for (std::size_t i = negative ? 1 : 0; i < text.size(); ++i) {
        if (text[i] == '.') {
            fraction = text.size() - i - 1;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') return number.as_double();
        digits = digits * 10 + (text[i] - '0');
    }
    const double result = static_cast<double>(digits) / powers[fraction];
    return negative ? -result : result;
}

/// An integer where the number is one that a double holds exactly.
inline Value number_value(double number) noexcept {
    if (number >= -9007199254740992.0 && number <= 9007199254740992.0) {
        const auto integer = static_cast<std::int64_t>(number);
        if (static_cast<double>(integer) == number) return Value(integer);
    }
    return Value(number);
}

} // namespace gradus::jsonata
