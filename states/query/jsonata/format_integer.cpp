// Integers as digits with separators, letters, Roman numerals and English words: fn:format-integer
// of XPath and XQuery Functions 3.1, section 4.6, and the way back.

#include "states/query/jsonata/format_number.hpp"

#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <span>

namespace gradus::jsonata {

namespace {

constexpr std::string_view few[] = {"Zero",    "One",     "Two",       "Three",    "Four",
                                    "Five",    "Six",     "Seven",     "Eight",    "Nine",
                                    "Ten",     "Eleven",  "Twelve",    "Thirteen", "Fourteen",
                                    "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"};
constexpr std::string_view ordinals[] = {
    "Zeroth",     "First",     "Second",    "Third",       "Fourth",     "Fifth",     "Sixth",
    "Seventh",    "Eighth",    "Ninth",     "Tenth",       "Eleventh",   "Twelfth",   "Thirteenth",
    "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"};
constexpr std::string_view decades[] = {"Twenty", "Thirty",  "Forty",  "Fifty",
                                        "Sixty",  "Seventy", "Eighty", "Ninety"};
constexpr std::string_view magnitudes[] = {"Thousand", "Million", "Billion", "Trillion"};

struct RomanPart {
    int value;
    std::string_view letters;
};
constexpr RomanPart roman_parts[] = {
    {1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
    {40, "xl"},  {10, "x"},   {9, "ix"},  {5, "v"},    {4, "iv"},  {1, "i"},
};

// First code points of Unicode's groups of ten decimal digits.
constexpr char32_t digit_groups[] = {0x30,   0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6,
                                     0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0,
                                     0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
                                     0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900,
                                     0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

enum class Joined { no, yes };
enum class Form { cardinal, ordinal };

// `joined`: something stands before it, so "and" or a comma is due.
std::string words_of(double number, Joined joined, Form form) {
    const bool after = joined == Joined::yes;
    const bool ordinal = form == Form::ordinal;
    std::string out;
    if (number <= 19) {
        const auto index = static_cast<std::size_t>(number);
        out = after ? " and " : "";
        return out += ordinal ? ordinals[index] : few[index];
    }
    if (number < 100) {
        const double rest = std::fmod(number, 10);
        out = after ? " and " : "";
        out += decades[static_cast<std::size_t>(number / 10) - 2];
        if (rest > 0) return out + "-" + words_of(rest, Joined::no, form);
        if (ordinal) out.replace(out.size() - 1, 1, "ieth");
        return out;
    }
    double rest = 0;
    out = after ? ", " : "";
    if (number < 1000) {
        rest = std::fmod(number, 100);
        out += few[static_cast<std::size_t>(number / 100)];
        out += " Hundred";
    } else {
        auto magnitude = static_cast<std::size_t>(std::floor(std::log10(number) / 3));
        magnitude = std::min(magnitude, std::size(magnitudes));
        const double factor = std::pow(10.0, static_cast<double>(magnitude * 3));
        const double lead = std::floor(number / factor);
        rest = number - lead * factor;
        out += words_of(lead, Joined::no, Form::cardinal) + " ";
        out += magnitudes[magnitude - 1];
    }
    if (rest > 0) return out + words_of(rest, Joined::yes, form);
    return ordinal ? out + "th" : out;
}

std::string roman_of(double number) {
    std::string out;
    constexpr double roman_max = 1e6; // thousands are written out one by one
    if (number > roman_max) return out;
    for (const RomanPart& part : roman_parts) {
        for (; number >= part.value; number -= part.value)
            out += part.letters;
    }
    return out;
}

std::string letters_of(double number) {
    std::string out;
    for (; number > 0; number = std::floor((number - 1) / 26))
        out.insert(out.begin(),
                   static_cast<char>('a' + static_cast<int>(std::fmod(number - 1, 26))));
    return out;
}

std::string cased(std::string text, PictureCase letter_case) {
    if (letter_case == PictureCase::title) return text;
    return change_case(text,
                       letter_case == PictureCase::upper ? LetterCase::upper : LetterCase::lower);
}

std::string decimal_of(double number, const IntegerPicture& picture) {
    char buffer[400];
    const auto written =
        std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed, 0);
    std::string digits(buffer, written.ptr);
    if (digits.size() < picture.mandatory_digits)
        digits.insert(0, picture.mandatory_digits - digits.size(), '0');
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::size_t right = digits.size() - i;
        for (const auto& separator : picture.separators) {
            const bool here = picture.regular_separator > 0 ? right % picture.regular_separator == 0
                                                            : right == separator.position;
            if (i == 0 || !here) continue;
            out += separator.text;
            if (picture.regular_separator > 0) break;
        }
        append_utf8(out, picture.zero + static_cast<char32_t>(digits[i] - '0'));
    }
    if (!picture.ordinal) return out;
    const char last = digits.back();
    const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
    if (teen || last == '0' || last > '3') return out + "th";
    return out + (last == '1' ? "st" : last == '2' ? "nd" : "rd");
}

double value_of_word(const std::string& word) {
    for (std::size_t i = 0; i < std::size(few); ++i) {
        if (word == change_case(few[i], LetterCase::lower) ||
            word == change_case(ordinals[i], LetterCase::lower))
            return static_cast<double>(i);
    }
    for (std::size_t i = 0; i < std::size(decades); ++i) {
        const std::string decade = change_case(decades[i], LetterCase::lower);
        if (word == decade || word == decade.substr(0, decade.size() - 1) + "ieth")
            return static_cast<double>(i + 2) * 10;
    }
    if (word == "hundred" || word == "hundredth") return 100;
    for (std::size_t i = 0; i < std::size(magnitudes); ++i) {
        const std::string magnitude = change_case(magnitudes[i], LetterCase::lower);
        if (word == magnitude || word == magnitude + "th")
            return std::pow(10.0, static_cast<double>(i + 1) * 3);
    }
    return std::nan("");
}

double number_of_words(std::string_view text) {
    const std::string lower = change_case(text, LetterCase::lower);
    std::vector<double> parts{0};
    for (std::size_t at = 0; at < lower.size();) {
        const std::size_t begin = lower.find_first_not_of(" ,-", at);
        if (begin == std::string::npos) break;
        at = std::min(lower.find_first_of(" ,-", begin), lower.size());
        const std::string word = lower.substr(begin, at - begin);
        if (word == "and") continue;
        const double value = value_of_word(word);
        if (value >= 100) {
            parts.back() *= value;
            continue;
        }
        if (parts.back() >= 1000) parts.push_back(0);
        parts.back() += value;
    }
    return std::accumulate(parts.begin(), parts.end(), 0.0);
}

double number_of_roman(std::string_view text) {
    const auto value_of = [](char letter) {
        for (const RomanPart& part : roman_parts) {
            if (part.letters.size() == 1 && part.letters[0] == (letter | 0x20)) return part.value;
        }
        return 0;
    };
    double total = 0;
    int largest = 1;
    for (std::size_t i = text.size(); i-- > 0;) {
        const int value = value_of(text[i]);
        if (value < largest) {
            total -= value;
        } else {
            largest = value;
            total += value;
        }
    }
    return total;
}

double number_of_letters(std::string_view text) {
    double total = 0;
    for (const char letter : text)
        total = total * 26 + ((letter | 0x20) - 'a' + 1);
    return total;
}

double number_of_digits(std::string_view text, const IntegerPicture& picture) {
    double total = 0;
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (c >= picture.zero && c < picture.zero + 10) {
            total = total * 10 + static_cast<double>(c - picture.zero);
            any = true;
            continue;
        }
        std::string character;
        append_utf8(character, c);
        const bool separates =
            std::any_of(picture.separators.begin(), picture.separators.end(),
                        [&](const IntegerPicture::Separator& s) { return s.text == character; });
        if (!separates) break;
    }
    return any ? total : std::nan("");
}

} // namespace

Result<IntegerPicture, Error> analyse_integer_picture(std::string_view text) {
    IntegerPicture picture;
    std::string_view primary = text;
    if (const auto semicolon = text.rfind(';'); semicolon != std::string_view::npos) {
        primary = text.substr(0, semicolon);
        picture.ordinal = text.substr(semicolon + 1).starts_with('o');
    }
    const auto with = [&](IntegerStyle style, PictureCase letter_case) {
        picture.style = style;
        picture.letter_case = letter_case;
        return picture;
    };
    if (primary == "A") return with(IntegerStyle::letters, PictureCase::upper);
    if (primary == "a") return with(IntegerStyle::letters, PictureCase::lower);
    if (primary == "I") return with(IntegerStyle::roman, PictureCase::upper);
    if (primary == "i") return with(IntegerStyle::roman, PictureCase::lower);
    if (primary == "W") return with(IntegerStyle::words, PictureCase::upper);
    if (primary == "w") return with(IntegerStyle::words, PictureCase::lower);
    if (primary == "Ww") return with(IntegerStyle::words, PictureCase::title);
    std::u32string characters;
    for (std::size_t at = 0; at < primary.size();)
        characters.push_back(next_code_point(primary, at));
    std::size_t position = 0;
    for (auto c = characters.rbegin(); c != characters.rend(); ++c) {
        const auto* group = std::find_if(std::begin(digit_groups), std::end(digit_groups),
                                         [&](char32_t g) { return *c >= g && *c < g + 10; });
        if (group != std::end(digit_groups)) {
            if (picture.mandatory_digits > 0 && picture.zero != *group)
                return make_error("D3131", 0);
            picture.zero = *group;
            ++picture.mandatory_digits;
            ++position;
        } else if (*c == U'#') {
            ++picture.optional_digits;
            ++position;
        } else {
            std::string separator;
            append_utf8(separator, *c);
            picture.separators.push_back({position, std::move(separator)});
        }
    }
    if (picture.mandatory_digits == 0) {
        picture.token = primary;
        return with(IntegerStyle::sequence, PictureCase::lower);
    }
    std::size_t factor = 0;
    bool regular = !picture.separators.empty();
    for (const auto& separator : picture.separators) {
        factor = std::gcd(factor, separator.position);
        regular = regular && separator.text == picture.separators.front().text;
    }
    for (std::size_t i = 1; i <= picture.separators.size(); ++i) {
        regular = regular && std::any_of(picture.separators.begin(), picture.separators.end(),
                                         [&](const auto& s) { return s.position == i * factor; });
    }
    picture.regular_separator = regular ? factor : 0;
    return picture;
}

Result<std::string, Error> format_integer(double number, const IntegerPicture& picture) {
    number = std::floor(number);
    const bool negative = number < 0;
    number = std::abs(number);
    std::string out;
    switch (picture.style) {
    case IntegerStyle::letters: out = cased(letters_of(number), picture.letter_case); break;
    case IntegerStyle::roman: out = cased(roman_of(number), picture.letter_case); break;
    case IntegerStyle::words:
        out = cased(words_of(number, Joined::no, picture.ordinal ? Form::ordinal : Form::cardinal),
                    picture.letter_case);
        break;
    case IntegerStyle::decimal: out = decimal_of(number, picture); break;
    case IntegerStyle::sequence: return make_error("D3130", 0, {}, Value(picture.token));
    }
    return negative ? "-" + out : out;
}

Result<std::string, Error> format_integer(double number, std::string_view picture) {
    GRADUS_TRY(const IntegerPicture analysed, analyse_integer_picture(picture));
    return format_integer(number, analysed);
}

// Nothing but words of numbers, so that a month may follow.
static std::string words_pattern() {
    std::string out = "(?i:";
    for (const auto& words : {std::span(few), std::span(ordinals)}) {
        for (const std::string_view word : words)
            out.append(word) += '|';
    }
    for (const std::string_view word : decades)
        (out.append(word) += '|').append(word.substr(0, word.size() - 1)) += "ieth|";
    for (const std::string_view word : magnitudes)
        (out.append(word) += '|').append(word) += "th|";
    return out + "hundred|hundredth|and|[-, ])+";
}

std::string integer_pattern(const IntegerPicture& picture) {
    const bool upper = picture.letter_case == PictureCase::upper;
    switch (picture.style) {
    case IntegerStyle::letters: return upper ? "[A-Z]+" : "[a-z]+";
    case IntegerStyle::roman: return upper ? "[IVXLCDM]+" : "[ivxlcdm]+";
    case IntegerStyle::words: return words_pattern();
    case IntegerStyle::decimal: break;
    case IntegerStyle::sequence: return "[^\\s\\S]";
    }
    std::string digits = "[0-9]";
    digits += picture.parse_width > 0 ? "{" + std::to_string(picture.parse_width) + "}" : "+";
    return picture.ordinal ? digits + "(?:th|st|nd|rd)" : digits;
}

double integer_of_text(std::string_view text, const IntegerPicture& picture) {
    switch (picture.style) {
    case IntegerStyle::letters: return number_of_letters(text);
    case IntegerStyle::roman: return number_of_roman(text);
    case IntegerStyle::words: return number_of_words(text);
    case IntegerStyle::decimal:
    case IntegerStyle::sequence: break;
    }
    return number_of_digits(text, picture);
}

Result<std::optional<double>, Error> parse_integer(std::string_view text,
                                                   std::string_view picture) {
    GRADUS_TRY(const IntegerPicture analysed, analyse_integer_picture(picture));
    if (analysed.style == IntegerStyle::sequence)
        return make_error("D3130", 0, {}, Value(analysed.token));
    const double number = integer_of_text(text, analysed);
    if (std::isnan(number)) return std::optional<double>();
    return std::optional<double>(number);
}

} // namespace gradus::jsonata
