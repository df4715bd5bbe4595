#include "gradus/assert.hpp"
#include "gradus/json.hpp"
#include "states/json/block.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gradus {
namespace {

/// Bytes of each character in a JSON text: "\\n" has two, "\\u001f" six.
constexpr auto printed_bytes = [] {
    std::array<std::uint8_t, 256> bytes{};
    bytes.fill(1);
    for (std::size_t control = 0; control < 0x20; ++control)
        bytes[control] = 6;
    for (const char escaped : {'"', '\\', '\b', '\f', '\n', '\r', '\t'})
        bytes[static_cast<unsigned char>(escaped)] = 2;
    return bytes;
}();

std::size_t text_size(std::string_view text) {
    std::size_t size = 2;
    for (const char c : text)
        size += printed_bytes[static_cast<unsigned char>(c)];
    return size;
}

std::size_t integer_size(std::int64_t number) {
    char buffer[24];
    return static_cast<std::size_t>(std::to_chars(buffer, buffer + sizeof buffer, number).ptr -
                                    buffer);
}

std::size_t scalar_size(const Value& value) {
    switch (value.kind()) {
    case Value::Kind::null: return 4;
    case Value::Kind::boolean: return value.as_boolean() ? 4 : 5;
    case Value::Kind::integer: return integer_size(value.as_integer());
    case Value::Kind::real: return number_text(value.as_double()).size();
    case Value::Kind::decimal: return value.as_decimal_text().size();
    case Value::Kind::string: return text_size(value.as_string());
    case Value::Kind::array:
    case Value::Kind::object: break;
    }
    GRADUS_UNREACHABLE();
}

std::size_t container_size(const Value& value, std::size_t enough) {
    std::size_t size = value.size() == 0 ? 2 : 1 + value.size(); // brackets and commas
    if (value.is_array()) {
        for (const Value& element : value.as_array()) {
            if (size > enough) return size;
            size += json_size(element, enough - size);
        }
    } else {
        for (const Member& member : value.as_object()) {
            if (size > enough) return size;
            size += json_size(member.key) + 1;
            if (size > enough) return size;
            size += json_size(member.value, enough - size);
        }
    }
    return size;
}

} // namespace

std::size_t json_size(const Value& value, std::size_t enough) {
    if (!value.is_counted()) return scalar_size(value);
    auto& known = value.block()->json_bytes;
    if (const std::uint32_t bytes = known.load(std::memory_order_relaxed); bytes != 0) return bytes;
    const bool is_container = value.is_array() || value.is_object();
    const std::size_t size = is_container ? container_size(value, enough) : scalar_size(value);
    if (size <= std::min<std::size_t>(enough, UINT32_MAX)) // otherwise it isn't all
        known.store(static_cast<std::uint32_t>(size), std::memory_order_relaxed);
    return size;
}

} // namespace gradus
