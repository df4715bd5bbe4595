// fn:format-number of XPath and XQuery Functions 3.1, section 4.7, as far as JSONata takes it over.

#include "states/query/jsonata/format_number.hpp"

#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace gradus::jsonata {

namespace {

using Text = std::u32string;

Text wide(std::string_view text) {
    Text out;
    for (std::size_t at = 0; at < text.size();)
        out.push_back(next_code_point(text, at));
    return out;
}

std::string narrow(const Text& text) {
    std::string out;
    for (const char32_t c : text)
        append_utf8(out, c);
    return out;
}

struct Symbols {
    Text decimal = U".";
    Text grouping = U",";
    Text exponent = U"e";
    Text minus = U"-";
    Text percent = U"%";
    Text per_mille = U"\u2030";
    Text zero = U"0";
    Text digit = U"#";
    Text separator = U";";

    explicit Symbols(const Value& options) {
        const std::pair<std::string_view, Text*> names[] = {
            {"decimal-separator", &decimal},
            {"grouping-separator", &grouping},
            {"exponent-separator", &exponent},
            {"minus-sign", &minus},
            {"percent", &percent},
            {"per-mille", &per_mille},
            {"zero-digit", &zero},
            {"digit", &digit},
            {"pattern-separator", &separator},
        };
        for (const auto& [name, symbol] : names) {
            const Value* value = options.find(name);
            if (value != nullptr && value->is_string() && value->size() > 0)
                *symbol = wide(value->as_string());
        }
    }
    bool is_digit(char32_t c) const { return c >= zero[0] && c < zero[0] + 10; }
    bool is_any_digit(char32_t c) const { return is_digit(c) || digit == Text(1, c); }
    bool is_active(char32_t c) const {
        const Text one(1, c);
        return is_any_digit(c) || one == decimal || one == grouping || one == exponent;
    }
};

struct SubPicture {
    Text whole, prefix, suffix, active, integer, fraction, exponent;
    bool has_exponent = false;
    // What it asks for.
    std::vector<std::size_t> integer_groups;
    std::vector<std::size_t> fraction_groups;
    std::size_t regular_group = 0;
    std::size_t integer_min = 0;
    std::size_t scaling = 0;
    std::size_t fraction_min = 0;
    std::size_t fraction_max = 0;
    std::size_t exponent_min = 0;
};

SubPicture split(const Text& picture, const Symbols& symbols) {
    SubPicture sub;
    sub.whole = picture;
    const auto is_body = [&](char32_t c) {
        return symbols.is_active(c) && symbols.exponent != Text(1, c);
    };
    const auto first = std::find_if(picture.begin(), picture.end(), is_body);
    const auto last = std::find_if(picture.rbegin(), picture.rend(), is_body).base();
    sub.active = picture;
    if (first < last) {
        sub.prefix = Text(picture.begin(), first);
        sub.active = Text(first, last);
        sub.suffix = Text(last, picture.end());
    }
    Text mantissa = sub.active;
    if (const auto at = sub.active.find(symbols.exponent); at != Text::npos) {
        mantissa = sub.active.substr(0, at);
        sub.exponent = sub.active.substr(at + symbols.exponent.size());
        sub.has_exponent = true;
    } else if (sub.suffix.starts_with(symbols.exponent)) {
        sub.has_exponent = true; // one without digits, which is refused
    }
    const auto point = mantissa.find(symbols.decimal);
    sub.integer = mantissa.substr(0, point);
    if (point != Text::npos) sub.fraction = mantissa.substr(point + symbols.decimal.size());
    return sub;
}

std::size_t occurrences(const Text& text, const Text& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != Text::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

// Where several rules are broken, the last of them names the fault, as in the reference.
std::string_view fault_of(const SubPicture& sub, const Symbols& symbols) {
    std::string_view fault;
    const auto digit = [&](char32_t c) { return symbols.is_digit(c); };
    const auto any_digit = [&](char32_t c) { return symbols.is_any_digit(c); };
    const std::size_t percents = occurrences(sub.whole, symbols.percent);
    const std::size_t per_milles = occurrences(sub.whole, symbols.per_mille);
    if (occurrences(sub.whole, symbols.decimal) > 1) fault = "D3081";
    if (percents > 1) fault = "D3082";
    if (per_milles > 1) fault = "D3083";
    if (percents > 0 && per_milles > 0) fault = "D3084";
    const Text mantissa = sub.integer + sub.fraction;
    if (std::none_of(mantissa.begin(), mantissa.end(), any_digit)) fault = "D3085";
    if (!std::all_of(sub.active.begin(), sub.active.end(),
                     [&](char32_t c) { return symbols.is_active(c); }))
        fault = "D3086";
    if (const auto point = sub.whole.find(symbols.decimal); point != Text::npos) {
        const Text before = sub.whole.substr(0, point);
        const Text after = sub.whole.substr(point + symbols.decimal.size());
        if (before.ends_with(symbols.grouping) || after.starts_with(symbols.grouping))
            fault = "D3087";
    } else if (sub.integer.ends_with(symbols.grouping)) {
        fault = "D3088";
    }
    if (sub.whole.find(symbols.grouping + symbols.grouping) != Text::npos) fault = "D3089";
    const auto optional = sub.integer.find(symbols.digit);
    if (optional != Text::npos &&
        std::any_of(sub.integer.begin(),
                    sub.integer.begin() + static_cast<std::ptrdiff_t>(optional), digit))
        fault = "D3090";
    const auto last_optional = sub.fraction.rfind(symbols.digit);
    if (last_optional != Text::npos &&
        std::any_of(sub.fraction.begin() + static_cast<std::ptrdiff_t>(last_optional),
                    sub.fraction.end(), digit))
        fault = "D3091";
    if (!sub.has_exponent) return fault;
    if (!sub.exponent.empty() && percents + per_milles > 0) fault = "D3092";
    const bool digits_only = std::all_of(sub.exponent.begin(), sub.exponent.end(), digit);
    if (sub.exponent.empty() || !digits_only) fault = "D3093";
    return fault;
}

std::size_t regular_distance(const std::vector<std::size_t>& positions) {
    std::size_t factor = 0;
    for (const std::size_t position : positions)
        factor = std::gcd(factor, position);
    for (std::size_t i = 1; i <= positions.size(); ++i) {
        if (std::find(positions.begin(), positions.end(), i * factor) == positions.end()) return 0;
    }
    return factor;
}

void analyse(SubPicture& sub, const Symbols& symbols) {
    const auto digits = [&](const Text& text) {
        return static_cast<std::size_t>(std::count_if(
            text.begin(), text.end(), [&](char32_t c) { return symbols.is_digit(c); }));
    };
    const auto any_digits = [&](const Text& text) {
        return static_cast<std::size_t>(std::count_if(
            text.begin(), text.end(), [&](char32_t c) { return symbols.is_any_digit(c); }));
    };
    for (auto at = sub.integer.find(symbols.grouping); at != Text::npos;
         at = sub.integer.find(symbols.grouping, at + 1))
        sub.integer_groups.push_back(any_digits(sub.integer.substr(at)));
    for (auto at = sub.fraction.find(symbols.grouping); at != Text::npos;
         at = sub.fraction.find(symbols.grouping, at + 1))
        sub.fraction_groups.push_back(any_digits(sub.fraction.substr(0, at)));
    sub.regular_group = regular_distance(sub.integer_groups);
    sub.integer_min = sub.scaling = digits(sub.integer);
    sub.fraction_min = digits(sub.fraction);
    sub.fraction_max = any_digits(sub.fraction);
    if (sub.integer_min == 0 && sub.fraction_max == 0) {
        if (sub.has_exponent)
            sub.fraction_min = sub.fraction_max = 1;
        else
            sub.integer_min = 1;
    }
    if (sub.has_exponent && sub.integer_min == 0 && sub.integer.find(symbols.digit) != Text::npos)
        sub.integer_min = 1;
    if (sub.integer_min == 0 && sub.fraction_min == 0) sub.fraction_min = 1;
    sub.exponent_min = digits(sub.exponent);
}

Text digits_of(double number, std::size_t places, const Symbols& symbols) {
    char buffer[800];
    const auto written =
        std::to_chars(buffer, buffer + sizeof buffer, std::abs(number), std::chars_format::fixed,
                      static_cast<int>(std::min<std::size_t>(places, 400)));
    Text out;
    for (const char* c = buffer; c != written.ptr; ++c)
        out.push_back(*c == '.' ? U'.' : symbols.zero[0] + static_cast<char32_t>(*c - '0'));
    return out;
}

struct Digits {
    Text integer;
    Text fraction;
};

Digits laid_out(double mantissa, const SubPicture& sub, const Symbols& symbols) {
    Digits out;
    out.integer = digits_of(mantissa, sub.fraction_max, symbols);
    if (const auto point = out.integer.find(U'.'); point != Text::npos) {
        out.fraction = out.integer.substr(point + 1);
        out.integer.resize(point);
    }
    const char32_t zero = symbols.zero[0];
    out.integer.erase(0, std::min(out.integer.find_first_not_of(zero), out.integer.size()));
    out.fraction.resize(out.fraction.find_last_not_of(zero) + 1);
    if (out.integer.size() < sub.integer_min)
        out.integer.insert(0, sub.integer_min - out.integer.size(), zero);
    if (out.fraction.size() < sub.fraction_min) out.fraction.resize(sub.fraction_min, zero);
    const std::size_t size = out.integer.size();
    if (sub.regular_group > 0) {
        for (std::size_t at = sub.regular_group; at < size; at += sub.regular_group)
            out.integer.insert(size - at, symbols.grouping);
    } else {
        // From the right, so that what is inserted doesn't move the places still to come.
        std::vector<std::size_t> positions = sub.integer_groups;
        std::sort(positions.begin(), positions.end());
        for (const std::size_t position : positions) {
            if (position < size) out.integer.insert(size - position, symbols.grouping);
        }
    }
    std::size_t inserted = 0;
    for (const std::size_t position : sub.fraction_groups) {
        if (position >= out.fraction.size() - inserted) continue;
        out.fraction.insert(position + inserted, symbols.grouping);
        inserted += symbols.grouping.size();
    }
    return out;
}

} // namespace

Result<std::string, Error> format_number(double number, std::string_view picture,
                                         const Value& options) {
    const Symbols symbols(options);
    const Text whole = wide(picture);
    std::vector<SubPicture> subs;
    for (std::size_t from = 0; from <= whole.size();) {
        const auto to = std::min(whole.find(symbols.separator, from), whole.size());
        subs.push_back(split(whole.substr(from, to - from), symbols));
        from = to + symbols.separator.size();
    }
    if (subs.size() > 2) return make_error("D3080", 0);
    for (SubPicture& sub : subs) {
        const std::string_view fault = fault_of(sub, symbols);
        if (!fault.empty()) return make_error(fault, 0);
        analyse(sub, symbols);
    }
    if (subs.size() == 1) {
        subs.push_back(subs.front());
        subs.back().prefix.insert(0, symbols.minus);
    }
    const SubPicture& sub = subs[number < 0 ? 1 : 0];
    double mantissa = std::abs(number);
    if (sub.whole.find(symbols.percent) != Text::npos)
        mantissa *= 100;
    else if (sub.whole.find(symbols.per_mille) != Text::npos)
        mantissa *= 1000;
    int exponent = 0;
    if (sub.exponent_min > 0 && mantissa > 0 && std::isfinite(mantissa)) {
        const double most = std::pow(10.0, static_cast<double>(sub.scaling));
        const double least = std::pow(10.0, static_cast<double>(sub.scaling) - 1);
        for (; mantissa < least; --exponent)
            mantissa *= 10;
        for (; mantissa > most; ++exponent)
            mantissa /= 10;
    }
    mantissa =
        rounded_half_even(mantissa, static_cast<int>(std::min<std::size_t>(sub.fraction_max, 300)));
    const Digits digits = laid_out(mantissa, sub, symbols);
    Text out = sub.prefix + digits.integer;
    if (!digits.fraction.empty()) out += symbols.decimal + digits.fraction;
    if (sub.exponent_min > 0) {
        Text power = digits_of(exponent, 0, symbols);
        if (power.size() < sub.exponent_min)
            power.insert(0, sub.exponent_min - power.size(), symbols.zero[0]);
        out += symbols.exponent + (exponent < 0 ? symbols.minus : Text()) + power;
    }
    return narrow(out + sub.suffix);
}

double rounded_half_even(double number, int places) {
    // Shifted in its decimal text, so that 4.485 at two places isn't disturbed by binary fractions.
    const auto shifted = [](double value, int by) {
        std::string text = number_text(value);
        int exponent = by;
        if (const auto e = text.find('e'); e != std::string::npos) {
            int written = 0;
            const char* digits = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
            std::from_chars(digits, text.data() + text.size(), written);
            exponent += written;
            text.resize(e);
        }
        text += 'e' + std::to_string(exponent);
        double out = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
        if (read.ec != std::errc()) out = exponent > 0 ? HUGE_VAL : 0;
        return out;
    };
    if (!std::isfinite(number)) return number;
    // Away from a tie both roundings agree, and a quotient of exact doubles is exact enough.
    constexpr double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    if (places > 0 && places <= 6 && std::abs(number) * powers[places] < 1e11) {
        const double estimate = number * powers[places];
        const double nearest = std::nearbyint(estimate);
        if (std::abs(std::abs(estimate - nearest) - 0.5) > 1e-3 * 0.5)
            return nearest == 0 ? 0 : nearest / powers[places];
    }
    const double scaled = places != 0 ? shifted(number, places) : number;
    if (!std::isfinite(scaled)) return number;
    double rounded = std::floor(scaled + 0.5);
    if (std::abs(scaled) >= 4503599627370496.0) rounded = scaled;
    if (std::abs(rounded - scaled) == 0.5 && std::fmod(std::abs(rounded), 2) == 1) rounded -= 1;
    const double result = places != 0 ? shifted(rounded, -places) : rounded;
    return result == 0 ? 0 : result;
}

} // namespace gradus::jsonata
