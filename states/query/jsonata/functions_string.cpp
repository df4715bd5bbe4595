#include "states/query/jsonata/evaluator.hpp"
#include "states/query/jsonata/format_number.hpp"
#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/text.hpp"

#include <cmath>
#include <limits>

namespace gradus::jsonata {

namespace {

Item string(Call& call) {
    if (call[0].is_undefined()) return Item();
    if (call[0].is_string()) return call[0];
    const bool pretty = call[1].is_defined() && Evaluator::truth(call[1]);
    return call.evaluator.text(string_of(call[0], pretty));
}

Item substring(Call& call) {
    if (call[0].is_undefined()) return Item();
    const std::string_view text = text_at(call, 0);
    const auto size = static_cast<double>(code_point_count(text));
    double start = call[1].is_defined() ? number_at(call, 1) : 0;
    if (size + start < 0) start = 0;
    double end = std::numeric_limits<double>::infinity();
    if (call[2].is_defined()) {
        const double length = number_at(call, 2);
        if (length <= 0) return Item(Value(""));
        end = start >= 0 ? start + length : size + start + length;
    }
    return call.evaluator.text(std::string(slice_characters(text, start, end)));
}

Item substring_before(Call& call) {
    if (call[0].is_undefined() || call[1].is_undefined()) return call[0];
    const std::string_view text = text_at(call, 0);
    const std::size_t found = text.find(text_at(call, 1));
    if (found == std::string_view::npos) return call[0];
    return call.evaluator.text(std::string(text.substr(0, found)));
}

Item substring_after(Call& call) {
    if (call[0].is_undefined() || call[1].is_undefined()) return call[0];
    const std::string_view text = text_at(call, 0);
    const std::size_t found = text.find(text_at(call, 1));
    if (found == std::string_view::npos) return call[0];
    return call.evaluator.text(std::string(text.substr(found + text_at(call, 1).size())));
}

Item lowercase(Call& call) {
    if (call[0].is_undefined()) return Item();
    return call.evaluator.text(change_case(text_at(call, 0), LetterCase::lower));
}

Item uppercase(Call& call) {
    if (call[0].is_undefined()) return Item();
    return call.evaluator.text(change_case(text_at(call, 0), LetterCase::upper));
}

Item length(Call& call) {
    if (call[0].is_undefined()) return Item();
    return Item(Value(code_point_count(text_at(call, 0))));
}

Item trim(Call& call) {
    if (call[0].is_undefined()) return Item();
    std::string out;
    bool space = false;
    for (const char c : text_at(call, 0)) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            space = true;
            continue;
        }
        if (space && !out.empty()) out += ' ';
        space = false;
        out += c;
    }
    return call.evaluator.text(std::move(out));
}

Item pad(Call& call) {
    if (call[0].is_undefined()) return Item();
    const std::string_view text = text_at(call, 0);
    const double width = call[1].is_defined() ? std::trunc(number_at(call, 1)) : 0;
    std::string_view filler = call[2].is_defined() ? text_at(call, 2) : std::string_view(" ");
    if (filler.empty()) filler = " ";
    const double missing = std::abs(width) - static_cast<double>(code_point_count(text));
    if (missing <= 0) return call[0];
    const double filler_size = static_cast<double>(code_point_count(filler));
    const double bytes = missing / filler_size * static_cast<double>(filler.size());
    if (bytes > 1e9 || !call.evaluator.take_text(static_cast<std::uint64_t>(bytes)))
        return call.evaluator.out_of("Too much text was made");
    std::string padding;
    const auto wanted = static_cast<std::size_t>(missing);
    for (std::size_t made = 0; made < wanted; made += static_cast<std::size_t>(filler_size))
        padding += filler;
    padding.resize(byte_of_character(padding, wanted));
    std::string out(text);
    return call.evaluator.text(width > 0 ? out + padding : padding + out);
}

Item join(Call& call) {
    if (call[0].is_undefined()) return Item();
    const std::string_view separator = call[1].is_defined() ? text_at(call, 1) : std::string_view();
    const Elements elements(call[0]);
    std::string out;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (i > 0) out += separator;
        const Item element = elements.peek(i);
        if (element.is_string()) out += element.value()->as_string();
    }
    return call.evaluator.text(std::move(out));
}

// --- encodings ----------------------------------------------------------------------------------

Item base64_of(Call& call) {
    if (call[0].is_undefined()) return Item();
    return call.evaluator.text(base64_encode(text_at(call, 0)));
}

Item from_base64(Call& call) {
    if (call[0].is_undefined()) return Item();
    auto decoded = base64_decode(text_at(call, 0));
    if (!decoded) return call.evaluator.fail_with("D3137", "The text is not base64", call.position);
    if (is_valid_utf8(*decoded)) return call.evaluator.text(std::move(*decoded));
    std::string repaired;
    for (std::size_t at = 0; at < decoded->size();)
        append_utf8(repaired, next_code_point(*decoded, at));
    return call.evaluator.text(std::move(repaired));
}

constexpr std::string_view unreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
constexpr std::string_view reserved = ";/?:@&=+$,#";

Item encode(Call& call, std::string_view also_kept) {
    if (call[0].is_undefined()) return Item();
    std::string out;
    for (const char c : text_at(call, 0)) {
        if (unreserved.find(c) != std::string_view::npos ||
            also_kept.find(c) != std::string_view::npos) {
            out += c;
        } else {
            constexpr std::string_view digits = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return call.evaluator.text(std::move(out));
}

Item encode_component(Call& call) { return encode(call, ""); }
Item encode_url(Call& call) { return encode(call, reserved); }

Item decode(Call& call, std::string_view name, std::string_view kept) {
    if (call[0].is_undefined()) return Item();
    const std::string_view text = text_at(call, 0);
    const auto digit = [&](std::size_t i) {
        constexpr std::string_view digits = "0123456789abcdef";
        if (i >= text.size()) return -1;
        const char c = text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] + 32) : text[i];
        const std::size_t found = digits.find(c);
        return found == std::string_view::npos ? -1 : static_cast<int>(found);
    };
    std::string out;
    bool good = true;
    for (std::size_t i = 0; good && i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        good = digit(i + 1) >= 0 && digit(i + 2) >= 0;
        if (!good) break;
        const auto byte = static_cast<char>(digit(i + 1) * 16 + digit(i + 2));
        if (byte >= 0 && kept.find(byte) != std::string_view::npos)
            out += text.substr(i, 3);
        else
            out += byte;
        i += 2;
    }
    if (good && is_valid_utf8(out)) return call.evaluator.text(std::move(out));
    return call.evaluator.fail("D3140", call.position, name, Value(text));
}

Item decode_component(Call& call) { return decode(call, "decodeUrlComponent", ""); }
Item decode_url(Call& call) { return decode(call, "decodeUrl", reserved); }

// --- pictures -----------------------------------------------------------------------------------

Item finish(Call& call, Result<std::string, Error> result) {
    if (result) return call.evaluator.text(std::move(*result));
    Error error = std::move(result).error();
    error.position = call.position;
    return call.evaluator.fail(std::move(error));
}

Item format_number_of(Call& call) {
    if (call[0].is_undefined()) return Item();
    const Value options = call[2].is_defined() ? to_value(call[2]) : Value();
    return finish(call, format_number(number_at(call, 0),
                                      call[1].is_defined() ? text_at(call, 1) : "", options));
}

Item format_base(Call& call) {
    if (call[0].is_undefined()) return Item();
    double number = std::nearbyint(number_at(call, 0));
    const double radix = call[1].is_defined() ? std::nearbyint(number_at(call, 1)) : 10;
    if (radix < 2 || radix > 36)
        return call.evaluator.fail("D3100", call.position, "formatBase", number_value(radix));
    const bool negative = number < 0;
    number = std::abs(number);
    std::string digits;
    do {
        const auto digit = static_cast<std::size_t>(std::fmod(number, radix));
        digits.insert(digits.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[digit]);
        number = std::floor(number / radix);
    } while (number > 0);
    return Item(Value((negative ? "-" : "") + digits));
}

Item format_integer_of(Call& call) {
    if (call[0].is_undefined()) return Item();
    return finish(call,
                  format_integer(number_at(call, 0), call[1].is_defined() ? text_at(call, 1) : ""));
}

Item parse_integer_of(Call& call) {
    if (call[0].is_undefined()) return Item();
    auto parsed = parse_integer(text_at(call, 0), call[1].is_defined() ? text_at(call, 1) : "");
    if (parsed) return *parsed ? call.evaluator.number(**parsed) : Item();
    Error error = std::move(parsed).error();
    error.position = call.position;
    return call.evaluator.fail(std::move(error));
}

constexpr BuiltinEntry string_table[] = {
    {"string", signature_of("<x-b?:s>"), string, 1},
    {"substring", signature_of("<s-nn?:s>"), substring, 3, Availability::standard_only},
    {"substringBefore", signature_of("<s-s:s>"), substring_before, 2},
    {"substringAfter", signature_of("<s-s:s>"), substring_after, 2},
    {"lowercase", signature_of("<s-:s>"), lowercase, 1},
    {"uppercase", signature_of("<s-:s>"), uppercase, 1},
    {"length", signature_of("<s-:n>"), length, 1},
    {"trim", signature_of("<s-:s>"), trim, 1},
    {"pad", signature_of("<s-ns?:s>"), pad, 2, Availability::standard_only},
    {"join", signature_of("<a<s>s?:s>"), join, 2},
    {"base64encode", signature_of("<s-:s>"), base64_of, 1},
    {"base64decode", signature_of("<s-:s>"), from_base64, 1},
    {"encodeUrlComponent", signature_of("<s-:s>"), encode_component, 1},
    {"encodeUrl", signature_of("<s-:s>"), encode_url, 1},
    {"decodeUrlComponent", signature_of("<s-:s>"), decode_component, 1},
    {"decodeUrl", signature_of("<s-:s>"), decode_url, 1},
    {"formatNumber", signature_of("<n-so?:s>"), format_number_of, 3},
    {"formatBase", signature_of("<n-n?:s>"), format_base, 2, Availability::standard_only},
    {"formatInteger", signature_of("<n-s:s>"), format_integer_of, 2},
    {"parseInteger", signature_of("<s-s:n>"), parse_integer_of, 2},
};

} // namespace

std::span<const BuiltinEntry> string_functions() { return string_table; }

} // namespace gradus::jsonata
