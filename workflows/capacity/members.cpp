#include "workflows/capacity/members.hpp"

#include "states/base/base.hpp"

#include <charconv>
#include <cmath>

namespace gradus::capacity {

std::string text_of(const Value& value, std::string_view fallback) {
    return value.is_string() ? std::string(value.as_string()) : std::string(fallback);
}

std::string text_of(const Value& object, std::string_view member, std::string_view fallback) {
    return text_of(object[member], fallback);
}

std::optional<double> number_of(const Value& value) {
    if (value.is_number()) return value.as_double();
    if (!value.is_string()) return std::nullopt;
    const std::string_view text = value.as_string();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (!std::isfinite(number)) return std::nullopt;
    return number;
}

std::int64_t integer_of(const Value& value, std::int64_t fallback) {
    std::int64_t number = 0;
    return value.is_number() && value.to_integer(number) ? number : fallback;
}

bool flag_of(const Value& value) { return value.is_boolean() && value.as_boolean(); }

std::vector<std::string> texts_of(const Value& list) {
    std::vector<std::string> out;
    if (!list.is_array()) return out;
    for (const Value& element : list.as_array()) {
        if (element.is_string()) out.emplace_back(element.as_string());
    }
    return out;
}

Value list_of(const std::vector<std::string>& texts) {
    return Value(Array(texts.begin(), texts.end()));
}

std::optional<Timestamp> time_of(const Value& value) {
    if (value.is_number()) {
        const double seconds = value.as_double();
        if (!(std::abs(seconds) < 1e12)) return std::nullopt;
        return timestamp_of(static_cast<std::int64_t>(std::llround(seconds * 1000)));
    }
    if (!value.is_string()) return std::nullopt;
    const auto instant = parse_rfc3339(value.as_string());
    if (!instant) return std::nullopt;
    return timestamp_of(instant->seconds * 1000 + instant->nanoseconds / 1'000'000);
}

std::string time_text(Timestamp at) { return format_iso8601(epoch_milliseconds(at)); }

} // namespace gradus::capacity
