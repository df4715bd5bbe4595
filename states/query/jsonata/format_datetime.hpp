#pragma once
// Time stamps by picture strings, after fn:format-dateTime of XPath and XQuery Functions 3.1,
// section 9.8, as far as JSONata takes it over. Times are milliseconds since 1970-01-01T00:00:00Z.

#include "states/query/jsonata/jsonata.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradus::jsonata {

/// An empty picture means ISO 8601. `timezone` is "+0530" or empty for UTC.
Result<std::string, Error> format_datetime(std::int64_t milliseconds, std::string_view picture,
                                           std::string_view timezone);
/// Nothing when the text doesn't fit. What the picture leaves out before its first component is
/// taken from `now`.
Result<std::optional<std::int64_t>, Error>
parse_datetime(std::string_view text, std::string_view picture, std::int64_t now);
/// ISO 8601: year alone, date, or date and time. Nothing when it isn't.
std::optional<std::int64_t> parse_iso_datetime(std::string_view text);

} // namespace gradus::jsonata
