#include "gradus/assert.hpp"
#include "states/json/block.hpp"

#include <algorithm>
#include <bit>

namespace gradus {

Member* ObjectBuilder::find_member(std::string_view name) {
    constexpr std::size_t indexed_from = 16;
    if (members_.size() <= indexed_from) {
        for (Member& member : members_) {
            if (member.name() == name) return &member;
        }
        return nullptr;
    }
    if (index_.size() < members_.size() * 2) {
        index_.assign(std::bit_ceil(members_.size() * 4), 0);
        for (std::size_t i = 0; i < members_.size(); ++i) {
            std::size_t slot = index_start(members_[i].name(), index_.size());
            while (index_[slot] != 0)
                slot = (slot + 1) & (index_.size() - 1);
            index_[slot] = static_cast<std::uint32_t>(i + 1);
        }
    }
    std::size_t slot = index_start(name, index_.size());
    while (index_[slot] != 0) {
        Member& member = members_[index_[slot] - 1];
        if (member.name() == name) return &member;
        slot = (slot + 1) & (index_.size() - 1);
    }
    return nullptr;
}

ObjectBuilder& ObjectBuilder::put(Value name, Value value) {
    if (Member* member = find_member(name.as_string())) {
        member->value = std::move(value);
        return *this;
    }
    return append(std::move(name), std::move(value));
}

ObjectBuilder& ObjectBuilder::append(Value name, Value value) {
    GRADUS_ASSERT(name.is_string());
    members_.push_back({std::move(name), std::move(value)});
    if (!index_.empty() && index_.size() >= members_.size() * 2) {
        std::size_t slot = index_start(members_.back().name(), index_.size());
        while (index_[slot] != 0)
            slot = (slot + 1) & (index_.size() - 1);
        index_[slot] = static_cast<std::uint32_t>(members_.size());
    } else {
        index_.clear();
    }
    return *this;
}

const Value* ObjectBuilder::find(std::string_view name) const {
    for (const Member& member : members_) {
        if (member.name() == name) return &member.value;
    }
    return nullptr;
}

Value ObjectBuilder::build() {
    Value::Block* block = Value::Block::allocate(members_.size() * sizeof(Member));
    block->size = block->capacity = static_cast<std::uint32_t>(members_.size());
    for (const Member& member : members_)
        block->depth = std::max(block->depth, member.value.depth());
    ++block->depth;
    std::uninitialized_move(members_.begin(), members_.end(), block->members());
    block->build_index();
    members_.clear();
    index_.clear();
    Value object;
    object.set_block(Value::Kind::object, block);
    return object;
}

} // namespace gradus
