#include "states/replay/masks.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <vector>

namespace gradus {
namespace {

// Shorter ones stand everywhere and tell nothing. Ours.
constexpr std::size_t text_characters_min = 4;
constexpr std::size_t number_digits_min = 5;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// Letters as x and X, digits as 0, marks as they are; anything else counts as a letter.
std::string plain_mask(std::string_view text) {
    std::string out;
    bool has_letter = false;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const bool is_ascii = next_code_point(text, at) < 0x80;
        const bool is_mark = is_ascii && !is_digit(c) && !is_lower(c) && !is_upper(c);
        has_letter = has_letter || !is_mark;
        out += is_mark ? c : is_ascii && is_digit(c) ? '0' : is_ascii && is_upper(c) ? 'X' : 'x';
    }
    if (!has_letter) std::ranges::fill(out, '*');
    return out;
}

/// Its digits as 1, but for those of the exponent.
std::string plain_number(std::string text) {
    for (char& c : text) {
        if (c == 'e' || c == 'E') break;
        if (is_digit(c)) c = '1';
    }
    return text;
}

/// The number-th variant of a mask: its last characters count. Empty: there are no more.
std::string variant(std::string mask, std::uint64_t number) {
    const std::size_t end =
        std::min(mask.find_first_of("eE", mask.find_first_of("0123456789")), mask.size());
    constexpr std::string_view digits = "123456789";
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvw";
    const bool is_number = !mask.empty() && (is_digit(mask[0]) || mask[0] == '-');
    for (std::size_t at = is_number ? end : mask.size(); at-- > 0 && number > 0;) {
        const char c = mask[at];
        if (c != 'x' && c != 'X' && !is_digit(c) && c != '*') continue;
        const std::string_view among = is_digit(c) ? digits : letters;
        mask[at] = among[number % among.size()];
        if (c == 'X') mask[at] = static_cast<char>(mask[at] - 'a' + 'A');
        number /= among.size();
    }
    return number > 0 ? std::string() : mask;
}

std::size_t digits_in(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, is_digit));
}

} // namespace

bool Masks::is_telling(std::string_view text) {
    return code_point_count(text) >= text_characters_min;
}

std::string Masks::mask_of(const std::string& text, bool is_number) {
    auto& known = is_number ? numbers_ : texts_;
    if (const auto found = known.find(text); found != known.end()) return found->second;
    if (text.empty() || used_.contains(text)) return text; // a mask already
    const std::string plain = is_number ? plain_number(text) : plain_mask(text);
    std::string mask = plain;
    for (std::uint64_t number = 1; mask == text || used_.contains(mask); ++number) {
        std::string next = variant(plain, number);
        if (next.empty()) break; // more values than masks of this length
        mask = std::move(next);
    }
    used_.insert(mask);
    known.emplace(text, mask);
    return mask;
}

Value Masks::of(const Value& value) {
    if (value.is_string()) {
        ++count_;
        return mask_of(std::string(value.as_string()), false);
    }
    if (value.is_number()) {
        ++count_;
        return Value::number(mask_of(to_json(value), true));
    }
    if (value.is_array()) {
        Array out;
        out.reserve(value.size());
        for (const Value& element : value.as_array())
            out.push_back(of(element));
        return Value(std::move(out));
    }
    if (!value.is_object()) return value;
    ObjectBuilder out(value.size());
    for (const Member& member : value.as_object())
        out.append(member.key, of(member.value));
    return out.build();
}

std::string Masks::wherever(std::string text) {
    std::vector<const std::pair<const std::string, std::string>*> telling;
    for (const auto& entry : texts_) {
        if (is_telling(entry.first)) telling.push_back(&entry);
    }
    // What is part of another must not spoil it.
    std::ranges::stable_sort(telling, std::ranges::greater{},
                             [](const auto* entry) { return entry->first.size(); });
    for (const auto* entry : telling) {
        for (std::size_t at = text.find(entry->first); at != std::string::npos;
             at = text.find(entry->first, at + entry->second.size())) {
            text.replace(at, entry->first.size(), entry->second);
            ++count_;
        }
    }
    return text;
}

Value Masks::wherever(const Value& value) {
    if (value.is_string()) return wherever(std::string(value.as_string()));
    if (value.is_number()) {
        const std::string text = to_json(value);
        const auto found = numbers_.find(text);
        if (found == numbers_.end() || digits_in(text) < number_digits_min) return value;
        ++count_;
        return Value::number(found->second);
    }
    if (value.is_array()) {
        Array out;
        out.reserve(value.size());
        for (const Value& element : value.as_array())
            out.push_back(wherever(element));
        return Value(std::move(out));
    }
    if (!value.is_object()) return value;
    ObjectBuilder out(value.size());
    for (const Member& member : value.as_object())
        out.append(member.key, wherever(member.value));
    return out.build();
}

} // namespace gradus
