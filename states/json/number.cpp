#include "states/json/number.hpp"

#include "gradus/assert.hpp"
#include "gradus/json.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace gradus {

std::optional<std::int64_t> canonical_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.size() > 1 && digits[0] == '0') return std::nullopt;
    if (text == "-0") return std::nullopt;
    return number;
}

double parse_double(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    // from_chars leaves the number alone when it is out of range; strtod says which way.
    if (error == std::errc::result_out_of_range)
        return std::strtod(std::string(text).c_str(), nullptr);
    return number;
}

// ECMAScript's Number::toString: the shortest digits that read back, plain between 1e-7 and 1e21.
std::string number_text(double number) {
    GRADUS_ASSERT(std::isfinite(number));
    if (number == 0) return "0";
    char buffer[32];
    const auto scientific = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(number),
                                          std::chars_format::scientific);
    const std::string_view text(buffer, static_cast<std::size_t>(scientific.ptr - buffer));
    const std::size_t e = text.find('e');
    std::string digits(text.substr(0, 1));
    if (e > 2) digits += text.substr(2, e - 2);
    int exponent = 0;
    const std::string_view exponent_text = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
    std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);

    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1; // digits before the decimal point
    std::string out = number < 0 ? "-" : "";
    if (count <= point && point <= 21) {
        out += digits + std::string(static_cast<std::size_t>(point - count), '0');
    } else if (0 < point && point <= 21) {
        out += digits.substr(0, static_cast<std::size_t>(point)) + "." +
               digits.substr(static_cast<std::size_t>(point));
    } else if (-6 < point && point <= 0) {
        out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    } else {
        out += digits.substr(0, 1);
        if (count > 1) out += "." + digits.substr(1);
        out += exponent < 0 ? "e-" : "e+";
        out += std::to_string(std::abs(exponent));
    }
    return out;
}

} // namespace gradus
