#include "aws/protocol/scalars.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace gradus::aws {

namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> weekdays = {"Thu", "Fri", "Sat", "Sun",
                                                      "Mon", "Tue", "Wed"}; // from 1970-01-01
constexpr std::int64_t day_seconds = 86'400;

std::optional<Value> number_of(std::string_view text) {
    Result<Value, JsonError> parsed = parse_json(text);
    if (!parsed || !parsed->is_number()) return std::nullopt;
    return *parsed;
}

bool is_special_number(std::string_view text) {
    return text == "NaN" || text == "Infinity" || text == "-Infinity";
}

Value epoch_value(const Instant& instant) {
    if (instant.nanoseconds == 0) return instant.seconds;
    // The fraction counts upwards, also before 1970.
    if (instant.seconds < 0)
        return static_cast<double>(instant.seconds) + instant.nanoseconds / 1e9;
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), "%09d", instant.nanoseconds);
    std::string text = std::to_string(instant.seconds) + '.' + fraction.data();
    while (text.back() == '0')
        text.pop_back();
    return Value::number(text);
}

// "Tue, 29 Apr 2014 18:30:38 GMT", with or without a fraction (RFC 7231, section 7.1.1.1).
std::optional<Instant> parse_http_date(std::string_view text) {
    const std::size_t comma = text.find(", ");
    if (comma == std::string_view::npos) return std::nullopt;
    text.remove_prefix(comma + 2);
    const std::size_t month_at = text.find(' ') + 1;
    if (month_at == 0 || month_at + 8 >= text.size()) return std::nullopt;
    unsigned month = 0;
    for (unsigned i = 0; i < months.size(); ++i)
        if (text.substr(month_at, 3) == months[i]) month = i + 1;
    if (month == 0 || !text.ends_with(" GMT")) return std::nullopt;
    std::string day(text.substr(0, month_at - 1));
    if (day.size() == 1) day.insert(0, 1, '0');
    std::string rfc3339(text.substr(month_at + 4, 4));
    rfc3339.append(month < 10 ? "-0" : "-").append(std::to_string(month)).append("-").append(day);
    rfc3339.append("T").append(text.substr(month_at + 9, text.size() - 4 - month_at - 9));
    return parse_rfc3339(rfc3339 + "Z");
}

struct Split {
    std::int64_t days;
    std::int64_t seconds; // of the day
};

Split split_days(std::int64_t epoch_seconds) {
    Split out{epoch_seconds / day_seconds, epoch_seconds % day_seconds};
    if (out.seconds >= 0) return out;
    return {out.days - 1, out.seconds + day_seconds};
}

std::string http_date(std::int64_t epoch_seconds) {
    const Split split = split_days(epoch_seconds);
    const CivilDate date = civil_from_days(split.days);
    const auto weekday = static_cast<std::size_t>((split.days % 7 + 7) % 7);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  weekdays[weekday].data(), date.day, months[date.month - 1].data(),
                  static_cast<int>(date.year), static_cast<int>(split.seconds / 3600),
                  static_cast<int>(split.seconds / 60 % 60), static_cast<int>(split.seconds % 60));
    return text.data();
}

// The exact decimal text of a number.
std::string number_text_of(const Value& value) {
    std::int64_t integer = 0;
    if (value.is_integer()) return std::to_string(value.as_integer());
    if (value.to_integer(integer)) return std::to_string(integer);
    return to_json(value);
}

} // namespace

bool is_scalar(ShapeType type) {
    return type != ShapeType::structure && type != ShapeType::list && type != ShapeType::map;
}

std::string_view kind_name(const Value& value) {
    switch (value.kind()) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return "boolean";
    case Value::Kind::integer: return "integer";
    case Value::Kind::real:
    case Value::Kind::decimal: return "number";
    case Value::Kind::string: return "string";
    case Value::Kind::array: return "array";
    case Value::Kind::object: return "object";
    }
    GRADUS_UNREACHABLE();
}

Value unknown_union_member(std::string_view name) {
    return Value::object({{"SDK_UNKNOWN_MEMBER", Value::object({{"name", name}})}});
}

Error at(std::string_view where, Error error) {
    error.message = std::string(where) + ": " + error.message;
    return error;
}

Error expected_but_found(std::string_view expected, const Value& found) {
    return {ErrorCode::invalid_argument,
            "expected " + std::string(expected) + ", found " + std::string(kind_name(found))};
}

std::optional<Value> read_timestamp(const Value& value) {
    if (value.is_number()) return value;
    if (!value.is_string()) return std::nullopt;
    const std::string_view text = value.as_string();
    if (const std::optional<Instant> instant = parse_rfc3339(text)) return epoch_value(*instant);
    if (std::optional<Value> number = number_of(text)) return number;
    if (const std::optional<Instant> instant = parse_http_date(text)) return epoch_value(*instant);
    return std::nullopt;
}

std::string timestamp_text(const Value& epoch_seconds, TimestampFormat format) {
    const double seconds = epoch_seconds.as_double();
    switch (format) {
    case TimestampFormat::unspecified:
    case TimestampFormat::unix_seconds: return number_text_of(epoch_seconds);
    case TimestampFormat::iso8601:
        return format_iso8601(static_cast<std::int64_t>(std::llround(seconds * 1000)));
    case TimestampFormat::rfc822: return http_date(static_cast<std::int64_t>(std::floor(seconds)));
    }
    GRADUS_UNREACHABLE();
}

Value blob_value(std::string_view base64) {
    const std::optional<std::string> bytes = base64_decode(base64);
    if (!bytes || !is_valid_utf8(*bytes)) return base64;
    return *bytes;
}

Result<std::string> scalar_text(const ShapeRef& ref, const Value& value, TimestampFormat fallback) {
    switch (ref.shape->type) {
    case ShapeType::string:
    case ShapeType::character:
        if (value.is_string()) return std::string(value.as_string());
        return expected_but_found("a string", value);
    case ShapeType::blob:
        if (value.is_string()) return base64_encode(value.as_string());
        return expected_but_found("a string", value);
    case ShapeType::boolean:
        if (value.is_boolean()) return std::string(value.as_boolean() ? "true" : "false");
        return expected_but_found("a boolean", value);
    case ShapeType::integer:
    case ShapeType::real:
        if (value.is_number()) return number_text_of(value);
        if (value.is_string() && is_special_number(value.as_string()))
            return std::string(value.as_string());
        return expected_but_found("a number", value);
    case ShapeType::timestamp:
        if (const std::optional<Value> epoch = read_timestamp(value)) {
            const TimestampFormat own = ref.timestamp_format;
            return timestamp_text(*epoch, own == TimestampFormat::unspecified ? fallback : own);
        }
        return expected_but_found("a time stamp", value);
    case ShapeType::document: return to_json(value);
    case ShapeType::structure:
    case ShapeType::list:
    case ShapeType::map: break;
    }
    GRADUS_UNREACHABLE();
}

Result<Value> scalar_value(const ShapeRef& ref, std::string_view text) {
    const auto fault = [text](std::string_view expected) {
        return Error{ErrorCode::invalid_argument,
                     "expected " + std::string(expected) + ", found '" + std::string(text) + "'"};
    };
    switch (ref.shape->type) {
    case ShapeType::string:
    case ShapeType::character: return Value(text);
    case ShapeType::blob: return blob_value(text);
    case ShapeType::boolean:
        if (text == "true" || text == "True") return Value(true);
        if (text == "false" || text == "False") return Value(false);
        return fault("true or false");
    case ShapeType::integer:
        if (const std::optional<Value> number = number_of(text)) return *number;
        return fault("an integer");
    case ShapeType::real:
        if (is_special_number(text)) return Value(text);
        if (const std::optional<Value> number = number_of(text)) return *number;
        return fault("a number");
    case ShapeType::timestamp:
        if (const std::optional<Value> epoch = read_timestamp(Value(text))) return *epoch;
        return fault("a time stamp");
    case ShapeType::document:
        if (const Result<Value, JsonError> parsed = parse_json(text)) return *parsed;
        return fault("JSON");
    case ShapeType::structure:
    case ShapeType::list:
    case ShapeType::map: break;
    }
    GRADUS_UNREACHABLE();
}

} // namespace gradus::aws
