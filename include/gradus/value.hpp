#pragma once
// The only JSON value of the project: immutable, 16 bytes, copied by counting references. Short
// strings lie inline. Objects keep the order in which their members were put.
//
// Copies may be read from several threads at once; one Value object may be written by one thread
// only, like any value. Reading never allocates.

#include "gradus/assert.hpp"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gradus {

class Value;
struct Member;

using Array = std::vector<Value>;
using Members = std::span<const Member>;

std::size_t json_size(const Value& value, std::size_t enough); // gradus/json.hpp

class Value {
public:
    enum class Kind : std::uint8_t {
        null,
        boolean,
        integer, // exact, 64 bits
        real,    // the result of arithmetic; always finite
        decimal, // a number kept as its source text, because an integer can't hold it
        string,
        array,
        object,
    };

    Value() noexcept { set_word(Kind::null, 0); }
    Value(std::nullptr_t) noexcept : Value() {}
    template <class T>
    requires std::is_arithmetic_v<T> Value(T number)
    noexcept {
        if constexpr (std::is_same_v<T, bool>) {
            set_word(Kind::boolean, number ? 1 : 0);
        } else if constexpr (std::is_integral_v<T>) {
            if (std::in_range<std::int64_t>(number))
                set_word(Kind::integer, static_cast<std::uint64_t>(number));
            else
                set_word(Kind::real, std::bit_cast<std::uint64_t>(static_cast<double>(number)));
        } else {
            set_word(Kind::real, std::bit_cast<std::uint64_t>(static_cast<double>(number)));
        }
    }
    Value(std::string_view text);
    Value(const char* text) : Value(std::string_view(text)) {}
    Value(const std::string& text) : Value(std::string_view(text)) {}
    Value(Array elements);

    Value(const Value& other) noexcept : words_{other.words_[0], other.words_[1]} { retain(); }
    Value(Value&& other) noexcept : words_{other.words_[0], other.words_[1]} {
        other.set_word(Kind::null, 0);
    }
    Value& operator=(const Value& other) noexcept {
        Value copy(other); // first, so that assigning to itself is safe
        std::swap(words_, copy.words_);
        return *this;
    }
    Value& operator=(Value&& other) noexcept {
        Value taken(std::move(other));
        std::swap(words_, taken.words_);
        return *this;
    }
    ~Value() { release(); }

    /// `{"a": 1}` is Value::object({{"a", 1}}).
    static Value object(std::initializer_list<std::pair<std::string_view, Value>> members = {});
    static Value array(std::initializer_list<Value> elements = {});
    static Value array(std::span<const Value> elements);
    /// A number with exactly this text, which must be a JSON number. Becomes an integer when its
    /// canonical text is the same.
    static Value number(std::string_view text);

    Kind kind() const noexcept { return static_cast<Kind>(tag() & kind_mask); }
    bool is_null() const noexcept { return kind() == Kind::null; }
    bool is_boolean() const noexcept { return kind() == Kind::boolean; }
    bool is_integer() const noexcept { return kind() == Kind::integer; }
    bool is_number() const noexcept {
        return kind() == Kind::integer || kind() == Kind::real || kind() == Kind::decimal;
    }
    bool is_string() const noexcept { return kind() == Kind::string; }
    bool is_array() const noexcept { return kind() == Kind::array; }
    bool is_object() const noexcept { return kind() == Kind::object; }

    /// Each as_… asserts the kind. Views and spans live as long as this very object (short strings
    /// lie inside it), so they can't be taken from a temporary.
    bool as_boolean() const;
    std::int64_t as_integer() const;
    /// Any number as a double; a decimal beyond the range of a double is infinite.
    double as_double() const;
    std::string_view as_string() const&;
    std::string_view as_string() const&& = delete;
    std::span<const Value> as_array() const&;
    std::span<const Value> as_array() const&& = delete;
    Members as_object() const&;
    Members as_object() const&& = delete;
    /// The source text of a decimal.
    std::string_view as_decimal_text() const&;
    std::string_view as_decimal_text() const&& = delete;
    /// The exact integer that a number stands for (also 2.0 or 1e3), if it is one and fits.
    bool to_integer(std::int64_t& out) const;

    /// Members of an object, elements of an array, bytes of a string; 0 for others.
    std::size_t size() const noexcept;
    /// The value of a member; null when this isn't an object or has no such member.
    const Value* find(std::string_view name) const&;
    const Value* find(std::string_view name) const&& = delete;
    /// The same by a string that is a Value already: quicker, for names known beforehand.
    const Value* find_key(const Value& key) const&;
    const Value* find_key(const Value& key) const&& = delete;
    /// A member's value or a null value, for chains of optional members.
    const Value& operator[](std::string_view name) const&;
    const Value& operator[](std::string_view name) const&& = delete;
    const Value& operator[](std::size_t index) const&;
    const Value& operator[](std::size_t index) const&& = delete;
    /// Levels of nesting: 0 for scalars, 1 for [] and {}.
    std::uint32_t depth() const noexcept;

    /// This object with one member set, at its place or at the end. The rvalue form changes the
    /// block in place when nobody else holds it.
    Value with(std::string_view name, Value value) const&;
    Value with(std::string_view name, Value value) &&;
    Value without(std::string_view name) const;
    /// This array with one more element.
    Value with_element(Value element) const&;
    Value with_element(Value element) &&;
    /// This array with the element at `index`, which must exist, replaced.
    Value with_element_at(std::size_t index, Value element) const;

    /// JSON equality: numbers by value, objects without regard to order.
    friend bool operator==(const Value& a, const Value& b) noexcept;
    /// True when both are the very same data, found without looking inside; never true for unequal
    /// ones.
    bool is_same(const Value& other) const noexcept;

private:
    friend class ObjectBuilder;
    friend std::size_t json_size(const Value& value, std::size_t enough);
    // What every block begins with, here so that copying and reading need no call. The rest is the
    // business of states/json.
    struct Head {
        std::atomic<std::uint32_t> references{1};
        std::uint32_t size = 0; // bytes, elements or members
    };
    struct Block;
    static constexpr std::size_t contents_offset = 32; // of the bytes, elements or members
    static constexpr std::uint8_t kind_mask = 0x0f;
    static constexpr std::uint8_t counted_flag = 0x10; // the first word points to a Head
    static constexpr std::size_t inline_bytes_max = 14;

    std::uint8_t tag() const noexcept { return static_cast<std::uint8_t>(words_[1] >> 56U); }
    bool is_counted() const noexcept { return (tag() & counted_flag) != 0; }
    void set_word(Kind kind, std::uint64_t word) noexcept {
        words_[0] = word;
        words_[1] = static_cast<std::uint64_t>(kind) << 56U;
    }
    void set_text(Kind kind, std::string_view text);
    std::string_view text() const noexcept {
        if (is_counted()) return {static_cast<const char*>(contents()), head()->size};
        return {reinterpret_cast<const char*>(words_), (words_[1] >> 48U) & 0xffU};
    }
    Head* head() const noexcept { return std::bit_cast<Head*>(words_[0]); }
    const void* contents() const noexcept {
        return reinterpret_cast<const std::byte*>(head()) + contents_offset;
    }
    Block* block() const noexcept;
    void set_block(Kind kind, Block* block) noexcept;
    void retain() const noexcept {
        if (is_counted()) head()->references.fetch_add(1, std::memory_order_relaxed);
    }
    void release() noexcept {
        if (is_counted() && drop_reference(*head())) destroy();
    }
    /// Whether that was the last one. Nobody else can add to a count of one, so it needs no
    /// expensive exchange.
    static bool drop_reference(Head& head) noexcept {
        return head.references.load(std::memory_order_acquire) == 1 ||
               head.references.fetch_sub(1, std::memory_order_acq_rel) == 1;
    }
    void destroy() noexcept;
    static void destroy(Block* block) noexcept;

    // Inline strings: bytes 0…13 are text, 14 its length, 15 the tag; bytes that aren't used are
    // zero, so that equal texts have equal words. Others: a word, then zeros and the tag.
    std::uint64_t words_[2];
};

/// One member of an object.
struct Member {
    Value key; // always a string
    Value value;

    std::string_view name() const& { return key.as_string(); }
};

inline bool Value::as_boolean() const {
    GRADUS_ASSERT(is_boolean());
    return words_[0] != 0;
}

inline std::int64_t Value::as_integer() const {
    GRADUS_ASSERT(is_integer());
    return static_cast<std::int64_t>(words_[0]);
}

inline std::string_view Value::as_string() const& {
    GRADUS_ASSERT(is_string());
    return text();
}

inline std::span<const Value> Value::as_array() const& {
    GRADUS_ASSERT(is_array());
    return {static_cast<const Value*>(contents()), head()->size};
}

inline Members Value::as_object() const& {
    GRADUS_ASSERT(is_object());
    return {static_cast<const Member*>(contents()), head()->size};
}

inline std::size_t Value::size() const noexcept {
    if (is_array() || is_object()) return head()->size;
    return is_string() ? text().size() : 0;
}

// Values that aren't counted are the same when their bits are, counted ones when they share a
// block.
inline bool Value::is_same(const Value& other) const noexcept {
    return words_[0] == other.words_[0] && words_[1] == other.words_[1];
}

/// Makes an object member by member. A name that is put twice keeps its first place and its last
/// value.
class ObjectBuilder {
public:
    ObjectBuilder() = default;
    explicit ObjectBuilder(std::size_t expected_members) { reserve(expected_members); }
    ObjectBuilder(const ObjectBuilder&) = delete;
    ObjectBuilder(ObjectBuilder&&) = default;
    ObjectBuilder& operator=(const ObjectBuilder&) = delete;
    ObjectBuilder& operator=(ObjectBuilder&&) = default;
    ~ObjectBuilder() = default;

    /// The name must be a string; one that is a Value already is shared and not copied.
    ObjectBuilder& put(Value name, Value value);
    /// Adds without looking for an equal name: only where the caller knows that there is none.
    ObjectBuilder& append(Value name, Value value);
    const Value* find(std::string_view name) const { return object_.find(name); }
    std::size_t size() const { return object_.size(); }
    /// The object; the builder is empty afterwards.
    Value build();

private:
    void reserve(std::size_t members);

    Value object_; // null, or an object that nobody else holds, with room for more members
};

} // namespace gradus
