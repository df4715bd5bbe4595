#include "states/query/jsonata/datetime_picture.hpp"
#include "states/query/jsonata/format_datetime.hpp"
#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/regex.hpp"
#include "states/query/jsonata/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

namespace gradus::jsonata {

namespace {

using Components = std::map<char, std::int64_t>;

std::string escaped(std::string_view literal) {
    std::string out;
    for (const char c : literal) {
        if (std::string_view("\\^$.|?*+()[]{}/-").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string_view offset_separator(const DatePart& part) {
    const auto& separators = part.integer->separators;
    return part.integer->regular_separator > 0 ? std::string_view(separators.front().text)
                                               : std::string_view();
}

Result<std::string, Error> pattern_of(const DatePart& part) {
    if (part.component == '\0') return escaped(part.literal);
    if ((part.component == 'Z' || part.component == 'z') && part.integer) {
        std::string out = part.component == 'z' ? "GMT" : "";
        out += "[-+][0-9]+";
        if (const auto separator = offset_separator(part); !separator.empty())
            out += escaped(separator) + "[0-9]+";
        return part.second_modifier == 't' ? "Z|" + out : out;
    }
    if (part.integer) {
        if (part.integer->style == IntegerStyle::sequence)
            return make_error("D3130", 0, {}, Value(part.integer->token));
        return integer_pattern(*part.integer);
    }
    if (std::string_view("MxFP").find(part.component) != std::string_view::npos)
        return std::string("[a-zA-Z]+");
    return make_error("D3133", 0, {}, Value(std::string(1, part.component)));
}

std::optional<std::int64_t> named(std::string_view text, const DatePart& part) {
    const std::string wanted = change_case(text, LetterCase::lower);
    if (part.component == 'P') {
        if (wanted == "am") return 0;
        return wanted == "pm" ? std::optional<std::int64_t>(1) : std::nullopt;
    }
    const bool is_day = part.component == 'F';
    const std::size_t count = is_day ? 7 : 12;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string_view name = is_day ? day_names[i] : month_names[i];
        const std::size_t width = part.width_max.value_or(name.size());
        if (change_case(name.substr(0, width), LetterCase::lower) == wanted)
            return static_cast<std::int64_t>(i + 1);
    }
    return {};
}

std::int64_t offset_minutes(std::string_view text, const DatePart& part) {
    if (part.component == 'z' && text.size() > 3) text.remove_prefix(3);
    if (text.empty() || text[0] == 'Z' || text[0] == 'z') return 0;
    const bool negative = text[0] == '-';
    text.remove_prefix(1);
    const auto number = [](std::string_view digits) {
        std::int64_t value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return std::min<std::int64_t>(value, 100'000);
    };
    const std::string_view separator = offset_separator(part);
    std::int64_t minutes = 0;
    if (const auto at = text.find(separator); !separator.empty() && at != std::string_view::npos)
        minutes = number(text.substr(0, at)) * 60 + number(text.substr(at + separator.size()));
    else if (text.size() <= 2)
        minutes = number(text) * 60;
    else
        minutes = number(text.substr(0, 2)) * 60 + number(text.substr(2));
    return negative ? -minutes : minutes;
}

Result<std::optional<Components>, Error> match_parts(std::string_view text,
                                                     const std::vector<DatePart>& parts) {
    std::string pattern = "^";
    for (const DatePart& part : parts) {
        GRADUS_TRY(const std::string piece, pattern_of(part));
        pattern += "(" + piece + ")";
    }
    GRADUS_TRY(const Regex regex, Regex::compile(pattern + "$", true, false, 0));
    Regex::Match match;
    if (regex.search(text, 0, match) != Regex::Found::yes) return std::optional<Components>();
    Components components;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const DatePart& part = parts[i];
        if (part.component == '\0' || i >= match.groups.size() || !match.groups[i]) continue;
        const std::string& piece = *match.groups[i];
        if ((part.component == 'Z' || part.component == 'z') && part.integer) {
            components['Z'] = offset_minutes(piece, part);
        } else if (part.integer) {
            // Fractions of a second finer than milliseconds are cut off.
            const std::size_t digits = part.component == 'f' ? 3 : piece.size();
            const double number = integer_of_text(piece.substr(0, digits), *part.integer);
            if (!std::isfinite(number) || std::abs(number) > 1e9)
                return std::optional<Components>();
            components[part.component] = static_cast<std::int64_t>(number);
        } else {
            const auto value = named(piece, part);
            if (!value) return std::optional<Components>();
            components[part.component] = *value;
        }
    }
    return std::optional<Components>(std::move(components));
}

// True when there is one of `of`, and nothing of `all` besides.
bool only_of(const Components& components, std::string_view all, std::string_view of) {
    bool any = false;
    for (const char component : all) {
        if (!components.contains(component)) continue;
        if (of.find(component) == std::string_view::npos) return false;
        any = true;
    }
    return any;
}

} // namespace

Result<std::optional<std::int64_t>, Error>
parse_datetime(std::string_view text, std::string_view picture, std::int64_t now) {
    GRADUS_TRY(const auto parts, analyse_date_picture(picture));
    GRADUS_TRY(auto matched, match_parts(text, parts));
    if (!matched || matched->empty()) return std::optional<std::int64_t>();
    Components& values = *matched;
    constexpr std::string_view dates = "YXMxWwdD";
    constexpr std::string_view times = "PHhmsf";
    const bool by_day_of_year = !only_of(values, dates, "YMD") && only_of(values, dates, "Yd");
    const bool by_week = only_of(values, dates, "XxwF") || only_of(values, dates, "XWF");
    if (by_week) return make_error("D3136", 0);
    const bool twelve_hours = !only_of(values, times, "Hmsf") && only_of(values, times, "Phmsf");
    std::string order = by_day_of_year ? "Yd" : "YMD";
    order += twelve_hours ? "Phmsf" : "Hmsf";
    bool started = false;
    bool ended = false;
    for (const char component : order) {
        if (values.contains(component)) {
            if (ended) return make_error("D3136", 0);
            started = true;
            continue;
        }
        ended = started;
        const bool from_one = std::string_view("MDd").find(component) != std::string_view::npos;
        values[component] = !started ? date_component(now, component) : from_one ? 1 : 0;
    }
    // Of what is beyond the range of a Date the reference makes NaN; here it is no time at all.
    constexpr std::int64_t year_max = 300'000;
    constexpr std::int64_t component_max = 1'000'000'000;
    for (const auto& [component, value] : values) {
        if (value > (component == 'Y' ? year_max : component_max)) return std::nullopt;
    }
    std::int64_t day = 0;
    if (by_day_of_year) {
        day = days_from_civil(values['Y'], 1, 1) + values['d'] - 1;
    } else {
        const std::int64_t month = std::max<std::int64_t>(values['M'], 1) - 1;
        day = days_from_civil(values['Y'] + month / 12, static_cast<unsigned>(month % 12) + 1, 1) +
              values['D'] - 1;
    }
    std::int64_t hour = values['H'];
    if (twelve_hours) hour = values['h'] % 12 + (values['P'] == 1 ? 12 : 0);
    const std::int64_t minutes = hour * 60 + values['m'] - values['Z'];
    const std::int64_t time =
        day * milliseconds_per_day + minutes * 60'000 + values['s'] * 1000 + values['f'];
    constexpr std::int64_t time_max = 8'640'000'000'000'000; // ECMAScript, "Time Values"
    if (time > time_max || time < -time_max) return std::nullopt;
    return std::optional<std::int64_t>(time);
}

std::optional<std::int64_t> parse_iso_datetime(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&](std::size_t count) -> std::optional<std::int64_t> {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < count; ++i, ++at) {
            if (at >= text.size() || text[at] < '0' || text[at] > '9') return {};
            value = value * 10 + (text[at] - '0');
        }
        return value;
    };
    const auto skip = [&](char c) {
        if (at >= text.size() || text[at] != c) return false;
        ++at;
        return true;
    };
    const auto year = digits(4);
    std::optional<std::int64_t> month = 1;
    std::optional<std::int64_t> day = 1;
    if (!year) return {};
    if (skip('-')) {
        month = digits(2);
        if (month && skip('-')) day = digits(2);
    }
    if (!month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) return {};
    std::int64_t result = (days_from_civil(*year, static_cast<unsigned>(*month), 1) + *day - 1) *
                          milliseconds_per_day;
    if (skip('T')) {
        const auto hour = digits(2);
        if (!hour || !skip(':')) return {};
        const auto minute = digits(2);
        if (!minute) return {};
        std::optional<std::int64_t> second = 0;
        if (skip(':')) second = digits(2);
        if (!second || *hour > 24 || *minute > 59 || *second > 59) return {};
        result += *hour * 3'600'000 + *minute * 60'000 + *second * 1000;
        if (skip('.')) {
            std::int64_t unit = 100;
            const std::size_t from = at;
            for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
                result += (text[at] - '0') * unit;
            if (at == from) return {};
        }
    }
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
        const std::int64_t sign = text[at++] == '-' ? 1 : -1;
        const auto hours = digits(2);
        skip(':');
        const auto minutes = digits(2);
        if (!hours || !minutes) return {};
        result += sign * (*hours * 60 + *minutes) * 60'000;
    } else {
        skip('Z');
    }
    if (at != text.size()) return {};
    return result;
}

} // namespace gradus::jsonata
