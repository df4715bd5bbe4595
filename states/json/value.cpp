#include "gradus/value.hpp"

#include "gradus/assert.hpp"
#include "states/base/base.hpp"
#include "states/json/block.hpp"
#include "states/json/number.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <new>

namespace gradus {

static_assert(sizeof(Value) == 16);
static_assert(std::endian::native == std::endian::little, "the inline layout is little-endian");

namespace {

const Value null_value;

std::size_t checked_size(std::size_t size) {
    GRADUS_ASSERT(size < UINT32_MAX);
    return size;
}

std::uint32_t deepest(std::span<const Value> elements) {
    std::uint32_t depth = 0;
    for (const Value& element : elements)
        depth = std::max(depth, element.depth());
    return depth + 1;
}

} // namespace

// --- blocks -------------------------------------------------------------------------------------

Value::Block* Value::Block::allocate(std::size_t bytes) {
    static_assert(sizeof(Block) == contents_offset);
    void* memory = ::operator new(sizeof(Block) + bytes);
    return new (memory) Block;
}

void Value::Block::deallocate(Block* block) noexcept {
    block->~Block();
    ::operator delete(block);
}

std::size_t index_start(std::string_view name, std::size_t slots) {
    return static_cast<std::size_t>(fnv1a(name)) & (slots - 1);
}

void Value::Block::build_index() {
    if (size <= indexed_from) return;
    index_slots = std::bit_ceil(size) * 2;
    index = std::make_unique<std::uint32_t[]>(index_slots);
    for (std::uint32_t number = 0; number < size; ++number)
        index[free_slot(members()[number].name())] = number + 1;
}

void Value::Block::index_member(std::uint32_t number) {
    if (size <= indexed_from) return;
    if (index_slots < static_cast<std::size_t>(size) * 2)
        build_index();
    else
        index[free_slot(members()[number].name())] = number + 1;
}

std::size_t Value::Block::free_slot(std::string_view name) const {
    std::size_t slot = index_start(name, index_slots);
    while (index[slot] != 0)
        slot = (slot + 1) & (index_slots - 1);
    return slot;
}

std::uint32_t Value::Block::find_member(std::string_view name) {
    if (index_slots == 0) {
        for (std::uint32_t i = 0; i < size; ++i) {
            if (members()[i].name() == name) return i;
        }
        return size;
    }
    std::size_t slot = index_start(name, index_slots);
    while (index[slot] != 0) {
        const std::uint32_t number = index[slot] - 1;
        if (members()[number].name() == name) return number;
        slot = (slot + 1) & (index_slots - 1);
    }
    return size;
}

std::uint32_t Value::Block::find_key(const Value& key) {
    if (index_slots != 0 || key.is_counted()) return find_member(key.as_string());
    const Member* const first = members();
    std::uint32_t number = 0;
    while (number < size && !first[number].key.is_same(key))
        ++number;
    return number;
}

// --- life ---------------------------------------------------------------------------------------

void Value::set_text(Kind kind, std::string_view text) {
    if (text.size() <= inline_bytes_max) {
        set_word(kind, 0);
        words_[1] |= static_cast<std::uint64_t>(text.size()) << 48U;
        if (!text.empty()) std::memcpy(words_, text.data(), text.size()); // data() may be null
        return;
    }
    Block* block = Block::allocate(text.size());
    block->size = static_cast<std::uint32_t>(checked_size(text.size()));
    std::memcpy(block->text(), text.data(), text.size());
    set_block(kind, block);
}

Value::Value(std::string_view text) { set_text(Kind::string, text); }

Value::Value(Array elements) {
    Block* block = Block::allocate(elements.size() * sizeof(Value));
    block->size = block->capacity = static_cast<std::uint32_t>(checked_size(elements.size()));
    block->depth = deepest(elements);
    std::uninitialized_move(elements.begin(), elements.end(), block->elements());
    set_block(Kind::array, block);
}

Value Value::array(std::span<const Value> elements) {
    Block* block = Block::allocate(elements.size() * sizeof(Value));
    block->size = block->capacity = static_cast<std::uint32_t>(checked_size(elements.size()));
    block->depth = deepest(elements);
    std::uninitialized_copy(elements.begin(), elements.end(), block->elements());
    Value result;
    result.set_block(Kind::array, block);
    return result;
}

Value Value::array(std::initializer_list<Value> elements) {
    return array(std::span(elements.begin(), elements.size()));
}

Value Value::object(std::initializer_list<std::pair<std::string_view, Value>> members) {
    ObjectBuilder builder(members.size());
    for (const auto& [name, value] : members)
        builder.put(name, value);
    return builder.build();
}

Value Value::number(std::string_view text) {
    if (const auto integer = canonical_integer(text)) return Value(*integer);
    Value value;
    value.set_text(Kind::decimal, text);
    return value;
}

void Value::set_block(Kind kind, Block* block) noexcept {
    set_word(kind, std::bit_cast<std::uint64_t>(static_cast<Head*>(block)));
    words_[1] |= static_cast<std::uint64_t>(counted_flag) << 56U;
}

void Value::destroy() noexcept {
    Block* held = block();
    if (kind() == Kind::string || kind() == Kind::decimal) {
        Block::deallocate(held);
    } else {
        // Members are pairs of Values, so both containers are a row of Values here.
        held->capacity = kind() == Kind::object ? held->size * 2 : held->size;
        destroy(held);
    }
}

// Values nest as deep as their maker liked, so containers are taken apart with a list and not by
// recursion. `capacity` of a dying block says how many Values it holds.
void Value::destroy(Block* block) noexcept {
    std::vector<Block*> dying;
    while (true) {
        Value* values = block->elements();
        for (std::uint32_t i = 0; i < block->capacity; ++i) {
            Value& child = values[i];
            const bool is_container = child.kind() == Kind::array || child.kind() == Kind::object;
            if (!child.is_counted() || !is_container) {
                child.release();
                continue;
            }
            Block* held = child.block();
            if (!drop_reference(*held)) continue;
            held->capacity = child.kind() == Kind::object ? held->size * 2 : held->size;
            dying.push_back(held);
        }
        Block::deallocate(block);
        if (dying.empty()) return;
        block = dying.back();
        dying.pop_back();
    }
}

// --- reading ------------------------------------------------------------------------------------

double Value::as_double() const {
    GRADUS_ASSERT(is_number());
    if (kind() == Kind::integer) return static_cast<double>(as_integer());
    if (kind() == Kind::real) return std::bit_cast<double>(words_[0]);
    return parse_double(text());
}

bool Value::to_integer(std::int64_t& out) const {
    if (is_integer()) {
        out = as_integer();
        return true;
    }
    if (!is_number()) return false;
    const double number = as_double();
    // 2^63 itself doesn't fit; the comparison is written so that NaN fails too.
    if (!(number >= -0x1p63 && number < 0x1p63) || std::trunc(number) != number) return false;
    out = static_cast<std::int64_t>(number);
    return true;
}

std::string_view Value::as_decimal_text() const& {
    GRADUS_ASSERT(kind() == Kind::decimal);
    return text();
}

const Value* Value::find(std::string_view name) const& {
    if (!is_object()) return nullptr;
    Block* held = block();
    const std::uint32_t number = held->find_member(name);
    return number == held->size ? nullptr : &held->members()[number].value;
}

const Value* Value::find_key(const Value& key) const& {
    if (!is_object()) return nullptr;
    Block* held = block();
    const std::uint32_t number = held->find_key(key);
    return number == held->size ? nullptr : &held->members()[number].value;
}

const Value& Value::operator[](std::string_view name) const& {
    const Value* value = find(name);
    return value != nullptr ? *value : null_value;
}

const Value& Value::operator[](std::size_t index) const& {
    const auto elements = as_array();
    return index < elements.size() ? elements[index] : null_value;
}

std::uint32_t Value::depth() const noexcept {
    return is_array() || is_object() ? block()->depth : 0;
}

// Depth is bounded by json_depth_max wherever values are made from outside, so recursion is safe.
bool operator==(const Value& a, const Value& b) noexcept {
    if (a.is_same(b)) return true;
    if (a.is_number() && b.is_number()) {
        if (a.is_integer() && b.is_integer()) return a.as_integer() == b.as_integer();
        return a.as_double() == b.as_double();
    }
    if (a.kind() != b.kind() || a.size() != b.size()) return false;
    if (a.is_string()) return a.text() == b.text();
    if (a.is_array()) {
        const auto x = a.as_array();
        const auto y = b.as_array();
        return std::equal(x.begin(), x.end(), y.begin());
    }
    if (a.is_object()) {
        return std::ranges::all_of(a.as_object(), [&b](const Member& member) {
            const Value* other = b.find_key(member.key);
            return other != nullptr && *other == member.value;
        });
    }
    return false;
}

// --- changing -----------------------------------------------------------------------------------

Value Value::with(std::string_view name, Value value) const& {
    GRADUS_ASSERT(is_object());
    ObjectBuilder builder(size() + 1);
    for (const Member& member : as_object())
        builder.append(member.key, member.value);
    builder.put(name, std::move(value));
    return builder.build();
}

Value Value::with(std::string_view name, Value value) && {
    GRADUS_ASSERT(is_object());
    Block* held = block();
    if (!held->is_unique()) return static_cast<const Value&>(*this).with(name, std::move(value));
    const std::uint32_t number = held->find_member(name);
    const std::uint32_t depth = std::max(held->depth, value.depth() + 1);
    held->changed();
    if (number < held->size) {
        held->members()[number].value = std::move(value);
    } else if (held->size < held->capacity) {
        new (&held->members()[held->size]) Member{Value(name), std::move(value)};
        ++held->size;
        held->index_member(held->size - 1);
    } else {
        return static_cast<const Value&>(*this).with(name, std::move(value));
    }
    held->depth = depth;
    return std::move(*this);
}

Value Value::without(std::string_view name) const {
    GRADUS_ASSERT(is_object());
    ObjectBuilder builder(size());
    for (const Member& member : as_object()) {
        if (member.name() != name) builder.append(member.key, member.value);
    }
    return builder.build();
}

Value Value::with_element(Value element) const& {
    Array elements(as_array().begin(), as_array().end());
    elements.push_back(std::move(element));
    return Value(std::move(elements));
}

Value Value::with_element(Value element) && {
    GRADUS_ASSERT(is_array());
    Block* held = block();
    if (held->is_unique() && held->size < held->capacity) {
        held->changed();
        held->depth = std::max(held->depth, element.depth() + 1);
        new (&held->elements()[held->size++]) Value(std::move(element));
        return std::move(*this);
    }
    // Room for as many again, so that appending one by one costs constant time each.
    const std::size_t capacity = std::max<std::size_t>(4, checked_size(size() * 2));
    Block* grown = Block::allocate(capacity * sizeof(Value));
    grown->capacity = static_cast<std::uint32_t>(capacity);
    grown->depth = std::max(held->depth, element.depth() + 1);
    const auto old = static_cast<const Value&>(*this).as_array();
    std::uninitialized_copy(old.begin(), old.end(), grown->elements());
    new (&grown->elements()[old.size()]) Value(std::move(element));
    grown->size = static_cast<std::uint32_t>(old.size() + 1);
    Value result;
    result.set_block(Kind::array, grown);
    return result;
}

Value Value::with_element_at(std::size_t index, Value element) const {
    Array elements(as_array().begin(), as_array().end());
    GRADUS_ASSERT(index < elements.size());
    elements[index] = std::move(element);
    return Value(std::move(elements));
}

} // namespace gradus
