#pragma once
// Signatures such as <s-nn?:s>: which types a function takes. A dash lets the context stand in for
// a missing argument, ? makes one optional, + repeats it, a<n> bounds the members of an array.

#include "states/query/jsonata/item.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gradus::jsonata {

/// Bits of a set of types.
namespace type {
inline constexpr std::uint16_t array = 1;
inline constexpr std::uint16_t string = 2;
inline constexpr std::uint16_t number = 4;
inline constexpr std::uint16_t boolean = 8;
inline constexpr std::uint16_t null = 16;
inline constexpr std::uint16_t object = 32;
inline constexpr std::uint16_t function = 64;
inline constexpr std::uint16_t missing = 128;
} // namespace type

struct Parameter {
    std::uint16_t types = 0;
    char symbol = 0;        // as written: s, n, a, f, x…; ( for a choice
    bool context = false;   // -
    bool optional = false;  // ?
    bool repeated = false;  // +
    char member_symbol = 0; // n of a<n>; 0 when any
};

struct Signature {
    static constexpr std::size_t parameters_max = 16;
    std::array<Parameter, parameters_max> parameters{};
    std::size_t size = 0;

    friend bool operator==(const Signature&, const Signature&) = delete;
};

/// What is wrong with a signature: empty, S0401 or S0402; U1001 with too many parameters.
struct SignatureFault {
    std::string_view code;
};

namespace detail {

constexpr std::uint16_t types_of(char symbol) {
    using namespace type;
    switch (symbol) {
    case 's': return string | missing;
    case 'n': return number | missing;
    case 'b': return boolean | missing;
    case 'l': return null | missing;
    case 'o': return object | missing;
    case 'a': return array | string | number | boolean | null | object | function | missing;
    case 'f': return function;
    case 'j': return array | string | number | boolean | null | object | missing;
    case 'x': return array | string | number | boolean | null | object | function | missing;
    case 'u': return string | number | boolean | null | missing;
    default: return 0;
    }
}

constexpr std::size_t closing_of(std::string_view text, std::size_t open, char opener,
                                 char closer) {
    int depth = 0;
    for (std::size_t i = open; i < text.size(); ++i) {
        if (text[i] == opener) ++depth;
        if (text[i] == closer && --depth == 0) return i;
    }
    return text.size();
}

} // namespace detail

/// `text` begins with "<". Usable at compile time, so that built-in functions cost nothing.
constexpr SignatureFault parse_signature(std::string_view text, Signature& out) {
    for (std::size_t i = 1; i < text.size() && text[i] != ':' && text[i] != '>'; ++i) {
        const char symbol = text[i];
        Parameter* last = out.size > 0 ? &out.parameters[out.size - 1] : nullptr;
        if (symbol == '-' || symbol == '?' || symbol == '+') {
            if (last == nullptr) continue;
            (symbol == '-'   ? last->context
             : symbol == '?' ? last->optional
                             : last->repeated) = true;
        } else if (symbol == '<') {
            if (last == nullptr || (last->symbol != 'a' && last->symbol != 'f')) return {"S0401"};
            const std::size_t end = detail::closing_of(text, i, '<', '>');
            if (last->symbol == 'a') last->member_symbol = text[i + 1];
            i = end;
        } else {
            if (out.size == Signature::parameters_max) return {"U1001"};
            Parameter parameter;
            parameter.symbol = symbol;
            parameter.types = detail::types_of(symbol);
            if (symbol == '(') {
                const std::size_t end = detail::closing_of(text, i, '(', ')');
                parameter.types = type::missing;
                for (std::size_t k = i + 1; k < end; ++k) {
                    if (text[k] == '<') return {"S0402"};
                    if (text[k] == 'a')
                        parameter.types |= type::array;
                    else
                        parameter.types =
                            static_cast<std::uint16_t>(parameter.types | detail::types_of(text[k]));
                }
                i = end;
            }
            if (parameter.types != 0) out.parameters[out.size++] = parameter;
        }
    }
    return {};
}

constexpr Signature signature_of(std::string_view text) {
    Signature signature;
    parse_signature(text, signature);
    return signature;
}

/// The bit of an item's type; undefined is `missing`.
std::uint16_t type_of(const Item& item);

/// How arguments fall to parameters: the number of arguments each takes, or not at all.
struct Matching {
    bool matched = false;
    std::array<std::uint8_t, Signature::parameters_max> counts{};
};
Matching match_arguments(const Signature& signature, const Item* arguments, std::size_t count);

} // namespace gradus::jsonata
