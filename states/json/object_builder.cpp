#include "gradus/assert.hpp"
#include "states/json/block.hpp"

#include <algorithm>
#include <memory>
#include <new>

namespace gradus {

// Members are put into the very block that the object will have; a larger one takes over what the
// last one held.
void ObjectBuilder::reserve(std::size_t members) {
    Value larger;
    larger.set_block(Value::Kind::object, Value::Block::allocate(members * sizeof(Member)));
    Value::Block* block = larger.block();
    block->capacity = static_cast<std::uint32_t>(members);
    block->depth = 1;
    if (!object_.is_null()) {
        Value::Block* old = object_.block();
        std::uninitialized_move_n(old->members(), old->size, block->members());
        block->size = old->size;
        block->index_slots = old->index_slots;
        block->index = std::move(old->index);
    }
    object_ = std::move(larger);
}

ObjectBuilder& ObjectBuilder::put(Value name, Value value) {
    if (!object_.is_null()) {
        Value::Block* block = object_.block();
        const std::uint32_t number = block->find_key(name);
        if (number < block->size) {
            block->members()[number].value = std::move(value);
            return *this;
        }
    }
    return append(std::move(name), std::move(value));
}

ObjectBuilder& ObjectBuilder::append(Value name, Value value) {
    GRADUS_ASSERT(name.is_string());
    constexpr std::size_t first_members = 4;
    if (object_.is_null()) reserve(first_members);
    if (size() == object_.block()->capacity) reserve(std::max(first_members, size() * 2));
    Value::Block* block = object_.block();
    new (&block->members()[block->size]) Member{std::move(name), std::move(value)};
    ++block->size;
    block->index_member(block->size - 1);
    return *this;
}

Value ObjectBuilder::build() {
    if (object_.is_null()) reserve(0);
    // A little room may stay; much of it is given back.
    if (object_.block()->capacity - size() > size() / 4 + 1) reserve(size());
    Value::Block* block = object_.block();
    for (const Member& member : object_.as_object())
        block->depth = std::max(block->depth, member.value.depth() + 1);
    return std::move(object_);
}

} // namespace gradus
