#include "states/base/base.hpp"

#include <charconv>
#include <string>

namespace gradus {
namespace {

constexpr std::int64_t seconds_per_day = 86'400;

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

unsigned days_in_month(std::int64_t year, unsigned month) {
    constexpr unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/// A cursor over the fixed-width fields of a time stamp; once something didn't fit it stays failed.
class Fields {
public:
    explicit Fields(std::string_view text) : rest_(text) {}

    std::int64_t digits(std::size_t count, std::int64_t max) {
        std::int64_t number = 0;
        if (rest_.size() < count) return fail();
        for (std::size_t i = 0; i < count; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return fail();
            number = number * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return number <= max ? number : fail();
    }
    void literal(char expected) {
        if (!rest_.starts_with(expected)) {
            fail();
            return;
        }
        rest_.remove_prefix(1);
    }
    bool take(char wanted) {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Zero to nine digits as nanoseconds.
    std::int32_t fraction() {
        std::int32_t nanoseconds = 0;
        std::size_t count = 0;
        while (count < 9 && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
            nanoseconds = nanoseconds * 10 + (rest_[0] - '0');
            rest_.remove_prefix(1);
            ++count;
        }
        for (std::size_t i = count; i < 9; ++i)
            nanoseconds *= 10;
        return nanoseconds;
    }
    bool is_done() const { return !failed_ && rest_.empty(); }
    bool has_failed() const { return failed_; }

private:
    std::int64_t fail() {
        failed_ = true;
        return 0;
    }

    std::string_view rest_;
    bool failed_ = false;
};

/// Seconds east of UTC.
std::int64_t read_offset(Fields& fields) {
    if (fields.take('Z')) return 0;
    const bool is_west = fields.take('-');
    if (!is_west) fields.literal('+');
    const std::int64_t hours = fields.digits(2, 23);
    fields.literal(':');
    const std::int64_t minutes = fields.digits(2, 59);
    const std::int64_t seconds = hours * 3600 + minutes * 60;
    return is_west ? -seconds : seconds;
}

/// At least `width` characters, filled up with zeros.
void append_padded(std::string& text, std::int64_t number, std::size_t width) {
    const std::string digits = std::to_string(number < 0 ? -number : number);
    if (number < 0) text += '-';
    const std::size_t used = digits.size() + (number < 0 ? 1 : 0);
    if (used < width) text.append(width - used, '0');
    text += digits;
}

} // namespace

// Howard Hinnant's published calendar arithmetic: eras of 400 years that begin on 1 March.
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

CivilDate civil_from_days(std::int64_t days) {
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
    const unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const unsigned day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned shifted_month = (5 * day_of_year + 2) / 153;
    const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    const std::int64_t year =
        static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
    return {year, month, day};
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    Fields fields(text);
    const std::int64_t year = fields.digits(4, 9999);
    fields.literal('-');
    const auto month = static_cast<unsigned>(fields.digits(2, 12));
    fields.literal('-');
    const auto day = static_cast<unsigned>(fields.digits(2, 31));
    fields.literal('T');
    const std::int64_t hour = fields.digits(2, 23);
    fields.literal(':');
    const std::int64_t minute = fields.digits(2, 59);
    fields.literal(':');
    const std::int64_t second = fields.digits(2, 59);
    const std::int32_t nanoseconds = fields.take('.') ? fields.fraction() : 0;
    const std::int64_t offset = read_offset(fields);
    if (!fields.is_done() || month == 0 || day == 0 || day > days_in_month(year, month)) {
        return std::nullopt;
    }
    const std::int64_t days = days_from_civil(year, month, day);
    return Instant{days * seconds_per_day + hour * 3600 + minute * 60 + second - offset,
                   nanoseconds};
}

std::string format_iso8601(std::int64_t epoch_milliseconds) {
    std::int64_t seconds = epoch_milliseconds / 1000;
    std::int64_t milliseconds = epoch_milliseconds % 1000;
    if (milliseconds < 0) {
        milliseconds += 1000;
        --seconds;
    }
    std::int64_t days = seconds / seconds_per_day;
    std::int64_t of_day = seconds % seconds_per_day;
    if (of_day < 0) {
        of_day += seconds_per_day;
        --days;
    }
    const CivilDate date = civil_from_days(days);
    std::string text;
    text.reserve(sizeof "2026-01-02T03:04:05.678Z");
    append_padded(text, date.year, 4);
    text += '-';
    append_padded(text, date.month, 2);
    text += '-';
    append_padded(text, date.day, 2);
    text += 'T';
    append_padded(text, of_day / 3600, 2);
    text += ':';
    append_padded(text, of_day / 60 % 60, 2);
    text += ':';
    append_padded(text, of_day % 60, 2);
    if (milliseconds != 0) {
        text += '.';
        append_padded(text, milliseconds, 3);
        while (text.ends_with('0'))
            text.pop_back();
    }
    text += 'Z';
    return text;
}

} // namespace gradus
