#pragma once
// A date and time picture taken apart; shared by formatting and parsing.

#include "states/query/jsonata/format_number.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gradus::jsonata {

struct DatePart {
    char component = '\0'; // '\0' for a literal
    std::string literal;
    std::optional<PictureCase> names;
    std::optional<IntegerPicture> integer;
    std::optional<std::size_t> width_min;
    std::optional<std::size_t> width_max;
    std::size_t year_digits = 0; // of Y: how many to show, 0 for all
    char second_modifier = '\0';
};

Result<std::vector<DatePart>, Error> analyse_date_picture(std::string_view picture);

inline constexpr std::string_view month_names[] = {"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
inline constexpr std::string_view day_names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                 "Friday", "Saturday", "Sunday"};

inline constexpr std::int64_t milliseconds_per_day = 86'400'000;

/// The value of a component (Y, M, D, d, F, W, w, X, x, H, h, m, s, f; P is 0 or 1) at a time.
std::int64_t date_component(std::int64_t milliseconds, char component);

} // namespace gradus::jsonata
