#include "states/query/jsonata/format_datetime.hpp"

#include "states/query/jsonata/datetime_picture.hpp"
#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gradus::jsonata {

namespace {

constexpr std::string_view iso_picture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";
constexpr std::string_view integer_components = "YMDdFWwXxHhmsf";

std::string_view default_presentation(char component) {
    switch (component) {
    case 'F':
    case 'P':
    case 'C':
    case 'E': return "n";
    case 'm':
    case 's': return "01";
    case 'Z':
    case 'z': return "01:01";
    default: return integer_components.find(component) != std::string_view::npos ? "1" : "";
    }
}

std::optional<std::size_t> width_of(std::string_view text) {
    std::size_t width = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), width);
    if (read.ec != std::errc() || width > 1000) return {};
    return width;
}

void read_width(std::string_view text, DatePart& part) {
    const std::size_t dash = text.find('-');
    part.width_min = width_of(text.substr(0, dash));
    if (dash != std::string_view::npos) part.width_max = width_of(text.substr(dash + 1));
}

Result<DatePart, Error> read_marker(std::string_view text) {
    std::string marker;
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') marker += c;
    }
    DatePart part;
    part.component = marker.empty() ? '?' : marker[0];
    std::string presentation = marker.empty() ? marker : marker.substr(1);
    if (const auto comma = presentation.rfind(','); comma != std::string::npos) {
        read_width(std::string_view(presentation).substr(comma + 1), part);
        presentation.resize(comma);
    }
    if (presentation.size() > 1 &&
        std::string_view("atco").find(presentation.back()) != std::string_view::npos) {
        part.second_modifier = presentation.back();
        presentation.pop_back();
    }
    const std::string_view by_default = default_presentation(part.component);
    if (presentation.empty()) presentation = by_default;
    if (by_default.empty()) return make_error("D3132", 0, {}, Value(marker.substr(0, 1)));
    if (presentation[0] == 'n') {
        part.names = PictureCase::lower;
    } else if (presentation[0] == 'N') {
        part.names = presentation.substr(1, 1) == "n" ? PictureCase::title : PictureCase::upper;
    } else if (part.component == 'Z' || part.component == 'z') {
        GRADUS_TRY(part.integer, analyse_integer_picture(presentation));
    } else if (integer_components.find(part.component) != std::string_view::npos) {
        if (part.second_modifier != '\0') presentation += std::string(";") + part.second_modifier;
        GRADUS_TRY(part.integer, analyse_integer_picture(presentation));
        auto& integer = *part.integer;
        integer.mandatory_digits = std::max(integer.mandatory_digits, part.width_min.value_or(0));
        if (part.component == 'Y') {
            const std::size_t digits = integer.mandatory_digits + integer.optional_digits;
            if (part.width_max) {
                part.year_digits = *part.width_max;
                integer.mandatory_digits = *part.width_max;
            } else if (digits >= 2) {
                part.year_digits = digits;
            }
        }
    }
    return part;
}

// The Monday of the week that has the month's first Thursday.
std::int64_t first_week(std::int64_t year, unsigned month) {
    const std::int64_t first = days_from_civil(year, month, 1);
    const std::int64_t weekday = ((first + 3) % 7 + 7) % 7; // Monday is 0
    return weekday > 3 ? first + 7 - weekday : first - weekday;
}

struct Month {
    std::int64_t year;
    unsigned month;
    Month next() const { return month == 12 ? Month{year + 1, 1} : Month{year, month + 1}; }
    Month previous() const { return month == 1 ? Month{year - 1, 12} : Month{year, month - 1}; }
};

// The month whose weeks a day belongs to.
Month iso_month(std::int64_t day, Month month) {
    if (day < first_week(month.year, month.month)) return month.previous();
    const Month next = month.next();
    return day >= first_week(next.year, next.month) ? next : month;
}

std::int64_t iso_year(std::int64_t day, std::int64_t year) {
    if (day < first_week(year, 1)) return year - 1;
    return day >= first_week(year + 1, 1) ? year + 1 : year;
}

std::string letter_cased(std::string_view text, PictureCase letter_case) {
    if (letter_case == PictureCase::title) return std::string(text);
    return change_case(text,
                       letter_case == PictureCase::upper ? LetterCase::upper : LetterCase::lower);
}

struct Offset {
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    bool negative = false;
    std::int64_t in_minutes() const { return (negative ? -1 : 1) * (hours * 60 + minutes); }
};

Offset offset_of(std::string_view timezone) {
    Offset offset;
    if (timezone.starts_with('+')) timezone.remove_prefix(1);
    std::int64_t number = 0;
    std::from_chars(timezone.data(), timezone.data() + timezone.size(), number);
    offset.negative = number < 0;
    number = std::abs(number) % 10'000;
    offset.hours = number / 100;
    offset.minutes = number % 100;
    return offset;
}

Result<std::string, Error> format_offset(const DatePart& part, const Offset& offset) {
    if (offset.in_minutes() == 0 && part.second_modifier == 't') return std::string("Z");
    const auto& picture = *part.integer;
    std::string text = part.component == 'z' ? "GMT" : "";
    text += offset.negative ? '-' : '+';
    const auto both = static_cast<double>(offset.hours * 100 + offset.minutes);
    if (picture.regular_separator > 0 || picture.mandatory_digits == 3 ||
        picture.mandatory_digits == 4) {
        GRADUS_TRY(const std::string digits, format_integer(both, picture));
        return text + digits;
    }
    if (picture.mandatory_digits > 4)
        return make_error("D3134", 0, {}, Value(picture.mandatory_digits));
    GRADUS_TRY(const std::string hours, format_integer(static_cast<double>(offset.hours), picture));
    text += hours;
    if (offset.minutes != 0) {
        text += ':';
        if (offset.minutes < 10) text += '0';
        text += std::to_string(offset.minutes);
    }
    return text;
}

Result<std::string, Error> format_part(const DatePart& part, std::int64_t local,
                                       const Offset& offset) {
    if (part.component == '\0') return part.literal;
    if (part.component == 'Z' || part.component == 'z') {
        if (!part.integer) return make_error("D3133", 0, {}, Value(std::string(1, part.component)));
        return format_offset(part, offset);
    }
    if (part.component == 'C' || part.component == 'E') return std::string("ISO");
    std::int64_t value = date_component(local, part.component);
    if (part.component == 'P') {
        return letter_cased(value == 0 ? "am" : "pm", part.names.value_or(PictureCase::lower));
    }
    if (part.names) {
        std::string name;
        if (part.component == 'M' || part.component == 'x')
            name = month_names[value - 1];
        else if (part.component == 'F')
            name = day_names[value - 1];
        else
            return make_error("D3133", 0, {}, Value(std::string(1, part.component)));
        name = letter_cased(name, *part.names);
        if (part.width_max && name.size() > *part.width_max) name.resize(*part.width_max);
        return name;
    }
    if (part.year_digits > 0 && part.year_digits < 10) {
        std::int64_t power = 1;
        for (std::size_t i = 0; i < part.year_digits; ++i)
            power *= 10;
        value %= power;
    }
    return format_integer(static_cast<double>(value), *part.integer);
}

} // namespace

Result<std::vector<DatePart>, Error> analyse_date_picture(std::string_view picture) {
    std::vector<DatePart> parts;
    std::string literal;
    const auto flush = [&] {
        if (literal.empty()) return;
        DatePart part;
        part.literal = std::exchange(literal, {});
        parts.push_back(std::move(part));
    };
    for (std::size_t i = 0; i < picture.size(); ++i) {
        const std::string_view pair = picture.substr(i, 2);
        if (pair == "[[" || pair == "]]") {
            literal += picture[i++];
            continue;
        }
        if (picture[i] != '[') {
            literal += picture[i];
            continue;
        }
        const std::size_t end = picture.find(']', i);
        if (end == std::string_view::npos) return make_error("D3135", 0);
        flush();
        GRADUS_TRY(DatePart part, read_marker(picture.substr(i + 1, end - i - 1)));
        // Of two numbers side by side the first must have a known width to be read back.
        if (part.integer && !parts.empty() && parts.back().integer)
            parts.back().integer->parse_width = parts.back().integer->mandatory_digits;
        parts.push_back(std::move(part));
        i = end;
    }
    flush();
    return parts;
}

std::int64_t date_component(std::int64_t milliseconds, char component) {
    const std::int64_t day =
        (milliseconds -
         ((milliseconds % milliseconds_per_day) + milliseconds_per_day) % milliseconds_per_day) /
        milliseconds_per_day;
    const std::int64_t time = milliseconds - day * milliseconds_per_day;
    const CivilDate date = civil_from_days(day);
    const Month month{date.year, date.month};
    const std::int64_t hour = time / 3'600'000;
    switch (component) {
    case 'Y': return date.year;
    case 'M': return date.month;
    case 'D': return date.day;
    case 'd': return day - days_from_civil(date.year, 1, 1) + 1;
    case 'F': return ((day + 3) % 7 + 7) % 7 + 1;
    case 'W': return (day - first_week(iso_year(day, date.year), 1)) / 7 + 1;
    case 'X': return iso_year(day, date.year);
    case 'w': {
        const Month owner = iso_month(day, month);
        return (day - first_week(owner.year, owner.month)) / 7 + 1;
    }
    case 'x': return iso_month(day, month).month;
    case 'H': return hour;
    case 'h': return hour % 12 == 0 ? 12 : hour % 12;
    case 'P': return hour / 12;
    case 'm': return time / 60'000 % 60;
    case 's': return time / 1000 % 60;
    case 'f': return time % 1000;
    default: return 0;
    }
}

Result<std::string, Error> format_datetime(std::int64_t milliseconds, std::string_view picture,
                                           std::string_view timezone) {
    GRADUS_TRY(const auto parts, analyse_date_picture(picture.empty() ? iso_picture : picture));
    const Offset offset = offset_of(timezone);
    const std::int64_t local = milliseconds + offset.in_minutes() * 60'000;
    std::string out;
    for (const DatePart& part : parts) {
        GRADUS_TRY(const std::string text, format_part(part, local, offset));
        out += text;
    }
    return out;
}

} // namespace gradus::jsonata
