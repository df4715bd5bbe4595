#include "states/base/base.hpp"

#include <cstring>

namespace gradus {
namespace {

constexpr char32_t replacement = 0xfffd;

/// How many bytes a sequence has by its first byte; 0 when no sequence begins so.
std::size_t sequence_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return 2;
    if (first >= 0xe0 && first <= 0xef) return 3;
    if (first >= 0xf0 && first <= 0xf4) return 4;
    return 0;
}

/// Decodes the sequence at `offset`; false when it is malformed (also overlong or a surrogate).
bool decode(std::string_view text, std::size_t offset, std::size_t& length, char32_t& code_point) {
    const auto first = static_cast<unsigned char>(text[offset]);
    length = sequence_length(first);
    if (length == 0 || offset + length > text.size()) return false;
    if (length == 1) {
        code_point = first;
        return true;
    }
    code_point = first & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
        const auto byte = static_cast<unsigned char>(text[offset + k]);
        if ((byte & 0xc0U) != 0x80U) return false;
        code_point = (code_point << 6U) | (byte & 0x3fU);
    }
    if (length == 3 && code_point < 0x800) return false;
    if (length == 4 && (code_point < 0x10000 || code_point > 0x10ffff)) return false;
    return code_point < 0xd800 || code_point > 0xdfff;
}

} // namespace

char32_t next_code_point(std::string_view text, std::size_t& offset) {
    std::size_t length = 0;
    char32_t code_point = 0;
    if (!decode(text, offset, length, code_point)) {
        ++offset;
        return replacement;
    }
    offset += length;
    return code_point;
}

void append_utf8(std::string& out, char32_t code_point) {
    const auto put = [&out](char32_t bits) { out += static_cast<char>(bits); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xc0U | (code_point >> 6U));
        put(0x80U | (code_point & 0x3fU));
    } else if (code_point < 0x10000) {
        put(0xe0U | (code_point >> 12U));
        put(0x80U | ((code_point >> 6U) & 0x3fU));
        put(0x80U | (code_point & 0x3fU));
    } else {
        put(0xf0U | (code_point >> 18U));
        put(0x80U | ((code_point >> 12U) & 0x3fU));
        put(0x80U | ((code_point >> 6U) & 0x3fU));
        put(0x80U | (code_point & 0x3fU));
    }
}

std::size_t code_point_count(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++count;
    }
    return count;
}

bool is_valid_utf8(std::string_view text) {
    std::size_t offset = 0;
    while (offset < text.size()) {
        // Most texts are ASCII: eight bytes at a time.
        std::uint64_t eight = 0;
        if (text.size() - offset >= sizeof eight) {
            std::memcpy(&eight, text.data() + offset, sizeof eight);
            if ((eight & 0x8080808080808080U) == 0) {
                offset += sizeof eight;
                continue;
            }
        }
        std::size_t length = 0;
        char32_t code_point = 0;
        if (!decode(text, offset, length, code_point)) return false;
        offset += length;
    }
    return true;
}

} // namespace gradus
