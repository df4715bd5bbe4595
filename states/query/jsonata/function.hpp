#pragma once
// What lives on the Heap of an evaluation besides lists: frames of variables and functions.

#include "states/query/jsonata/item.hpp"
#include "states/query/jsonata/program.hpp"

#include <span>
#include <vector>

namespace gradus::jsonata {

/// Marks a slot that holds undefined because it was bound to it; other undefined slots are unbound.
inline constexpr std::uint8_t bound_flag = 64;

struct Frame : Object {
    Frame(const Scope& its_scope, Frame* its_parent);
    ~Frame();
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    Item* slots() noexcept { return reinterpret_cast<Item*>(this + 1); }
    void bind(std::size_t slot, Item item) noexcept {
        item.own();
        if (item.is_undefined()) item.set_flags(bound_flag);
        slots()[slot] = std::move(item);
    }

    /// The same for an argument that may be an alias, which lives at least as long as the call.
    /// When a closure captures the frame, it is made the frame's own.
    void bind_argument(std::size_t slot, Item&& item) noexcept {
        if (item.is_undefined()) item.set_flags(bound_flag);
        slots()[slot] = std::move(item);
    }
    /// Called when a closure begins to refer to the frame.
    void capture() noexcept {
        for (Frame* frame = this; frame != nullptr && !frame->captured;
             frame = frame->parent.get()) {
            frame->captured = true;
            for (std::size_t i = 0; i < frame->slot_count; ++i)
                frame->slots()[i].own();
        }
    }

    Ref<Frame> parent;
    const Scope* scope;
    bool captured = false;
    std::uint32_t slot_count;
};

Ref<Frame> make_frame(Heap& heap, const Scope& scope, Frame* parent);

/// One context of a path that binds variables, and these.
struct Tuple {
    Item at;
    Ref<Frame> frame;
};

struct Tuples : Object {
    std::vector<Tuple> tuples;
};

struct Lambda : Object {
    const Program* program = nullptr;
    const Node* node = nullptr; // a lambda or a transform
    Item input;
    Ref<Frame> frame;
};

class Evaluator;

/// What a function of the language gets. Missing arguments are undefined; there are always as many
/// as the signature has parameters.
struct Call {
    Evaluator& evaluator;
    Item* arguments;
    std::size_t count;
    const Item& input;
    Frame* frame;
    std::uint32_t position;

    Item& operator[](std::size_t i) const { return arguments[i]; }
};

/// An argument whose type the signature has checked.
inline std::string_view text_at(const Call& call, std::size_t i) {
    return call[i].value()->as_string();
}
inline double number_at(const Call& call, std::size_t i) { return double_of(*call[i].value()); }

using NativeFunction = Item (*)(Call& call);

enum class Availability : std::uint8_t { everywhere, standard_only, step_functions_only };

struct BuiltinEntry {
    std::string_view name;
    Signature signature;
    NativeFunction function;
    std::uint8_t arity; // parameters it declares to higher-order functions
    Availability availability = Availability::everywhere;
};

struct Builtin : Object {
    const BuiltinEntry* entry = nullptr;
};

struct Partial : Object {
    Item function;
    std::vector<Item> arguments;
    std::vector<bool> open; // true: filled by the next argument of the call
};

struct Chain : Object {
    Item first;
    Item second;
};

struct RegexFunction : Object {
    const Regex* regex = nullptr;
};

/// The `next` of a match.
struct NextMatch : Object {
    Item regex;
    Value text;
    std::size_t from = 0; // bytes
};

/// Drops what an object refers to.
void empty(Object* object);

/// Functions of the language by name; null when there is none in this dialect.
const BuiltinEntry* find_builtin(std::string_view name, Dialect dialect);
std::int32_t builtin_number(std::string_view name, Dialect dialect);
const BuiltinEntry& builtin_at(std::int32_t number);

// Each file of functions ends in its table.
std::span<const BuiltinEntry> string_functions();
std::span<const BuiltinEntry> matching_functions();
std::span<const BuiltinEntry> number_functions();
std::span<const BuiltinEntry> array_functions();
std::span<const BuiltinEntry> object_functions();
std::span<const BuiltinEntry> higher_order_functions();
std::span<const BuiltinEntry> time_functions();
std::span<const BuiltinEntry> service_functions();

} // namespace gradus::jsonata
