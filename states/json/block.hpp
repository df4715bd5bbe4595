#pragma once
// The counted memory behind a Value: one allocation that begins with this header and goes on with
// the bytes of a text, the elements of an array, or the members of an object and their hash index.
// Private to states/json.

#include "gradus/value.hpp"

#include <atomic>
#include <cstdint>
#include <memory>

namespace gradus {

struct Value::Block : Value::Head {
    std::uint32_t capacity = 0; // elements or members that fit
    std::uint32_t depth = 0;    // levels of nesting, the block itself included; 0 for texts
    // Bytes of the JSON text; 0 until somebody asked. Every state checks the size of what it hands
    // on, mostly the same blocks again and again. Threads that count at once find the same number.
    std::atomic<std::uint32_t> json_bytes{0};
    // Objects beyond `indexed_from` members: slots of an open-addressing table, kept with the
    // block. Slot i holds a member's number plus one; 0 is empty.
    std::uint32_t index_slots = 0; // a power of two, or 0
    std::unique_ptr<std::uint32_t[]> index;

    static constexpr std::size_t indexed_from = 16;

    char* text() { return reinterpret_cast<char*>(this + 1); }
    Value* elements() { return reinterpret_cast<Value*>(this + 1); }
    Member* members() { return reinterpret_cast<Member*>(this + 1); }

    /// `bytes` of room behind the header; one reference.
    static Block* allocate(std::size_t bytes);
    static void deallocate(Block* block) noexcept;

    bool is_unique() const { return references.load(std::memory_order_acquire) == 1; }
    /// Fills the index of an object from its members.
    void build_index();
    /// The number of the member with this name, or `size`.
    std::uint32_t find_member(std::string_view name);
    /// The same for a name that is a Value. Short ones are compared by their words.
    std::uint32_t find_key(const Value& key);
    /// Enters member `number` into the index, making or growing the index when it is due.
    void index_member(std::uint32_t number);
    /// Where a name that isn't in the index yet goes.
    std::size_t free_slot(std::string_view name) const;
    /// Forgets what was found out about contents that are about to change.
    void changed() { json_bytes.store(0, std::memory_order_relaxed); }
};

inline Value::Block* Value::block() const noexcept { return static_cast<Block*>(head()); }

/// One table for blocks and builders: finds the slot of `name` by its hash.
std::size_t index_start(std::string_view name, std::size_t slots);

} // namespace gradus
