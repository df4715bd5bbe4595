#include "states/query/jsonata/evaluator.hpp"
#include "states/query/jsonata/format_number.hpp"
#include "states/query/jsonata/lexer.hpp"

#include <charconv>
#include <cmath>

namespace gradus::jsonata {

namespace {

// Decimal as in JSON, or 0x, 0o, 0b.
std::optional<double> number_of_text(std::string_view text) {
    const auto digit_of = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        const char lower = static_cast<char>(c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
    };
    if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) != 'e') {
        const char letter = static_cast<char>(text[1] | 0x20);
        const int radix = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
        double number = 0;
        bool whole = radix > 0;
        for (const char c : text.substr(2)) {
            whole = whole && digit_of(c) < radix;
            number = number * radix + digit_of(c);
        }
        if (whole) return number;
    }
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const std::size_t from = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at;
        return at > from;
    };
    if (!digits()) return {};
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!digits()) return {};
    }
    if (at < text.size() && (text[at] | 0x20) == 'e') {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (!digits()) return {};
    }
    if (at != text.size()) return {};
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec == std::errc()) return number;
    const std::size_t exponent = text.find_first_of("eE");
    const bool tiny = exponent != std::string_view::npos && text[exponent + 1] == '-';
    if (tiny) return 0.0;
    return {};
}

Item number(Call& call) {
    const Value* value = call[0].value();
    if (value == nullptr) return Item();
    if (value->is_number()) return call[0];
    if (value->is_boolean()) return Item(Value(value->as_boolean() ? 1 : 0));
    if (value->is_string()) {
        if (const auto number = number_of_text(value->as_string()))
            return Item(number_value(*number));
    }
    return call.evaluator.fail("D3030", call.position, "number", *value);
}

Item absolute(Call& call) {
    if (call[0].is_undefined()) return Item();
    return Item(number_value(std::abs(number_at(call, 0))));
}

Item floor(Call& call) {
    if (call[0].is_undefined()) return Item();
    return call.evaluator.number(std::floor(number_at(call, 0)));
}

Item ceil(Call& call) {
    if (call[0].is_undefined()) return Item();
    return call.evaluator.number(std::ceil(number_at(call, 0)));
}

Item round(Call& call) {
    if (call[0].is_undefined()) return Item();
    const double places = call[1].is_defined() ? std::floor(number_at(call, 1)) : 0;
    const double bounded = std::fmax(-400, std::fmin(400, places));
    return call.evaluator.number(rounded_half_even(number_at(call, 0), static_cast<int>(bounded)));
}

Item power(Call& call) {
    if (call[0].is_undefined()) return Item();
    if (call[1].is_undefined()) return Item();
    const double result = std::pow(number_at(call, 0), number_at(call, 1));
    if (std::isfinite(result)) return Item(number_value(result));
    return call.evaluator.fail("D3061", call.position, "power", *call[0].value(), *call[1].value());
}

Item square_root(Call& call) {
    if (call[0].is_undefined()) return Item();
    if (number_at(call, 0) < 0)
        return call.evaluator.fail("D3060", call.position, "sqrt", *call[0].value());
    return Item(number_value(std::sqrt(number_at(call, 0))));
}

template <class Step>
Item fold(Call& call, double start, Step step) {
    const Elements elements(call[0]);
    if (!call.evaluator.take_steps(elements.size())) return Item::failed();
    double result = start;
    if (const Value* values = elements.values()) {
        for (std::size_t i = 0; i < elements.size(); ++i)
            result = step(result, double_of(values[i]));
        return call.evaluator.number(result);
    }
    for (std::size_t i = 0; i < elements.size(); ++i)
        result = step(result, double_of(*elements.peek(i).value()));
    return call.evaluator.number(result);
}

bool has_none(const Call& call) { return call[0].is_undefined() || Elements(call[0]).size() == 0; }

Item sum(Call& call) {
    if (call[0].is_undefined()) return Item();
    return fold(call, 0, [](double a, double b) { return a + b; });
}

Item count(Call& call) {
    return Item(Value(call[0].is_undefined() ? std::size_t{0} : Elements(call[0]).size()));
}

Item maximum(Call& call) {
    if (has_none(call)) return Item();
    return fold(call, -HUGE_VAL, [](double a, double b) { return std::fmax(a, b); });
}

Item minimum(Call& call) {
    if (has_none(call)) return Item();
    return fold(call, HUGE_VAL, [](double a, double b) { return std::fmin(a, b); });
}

Item average(Call& call) {
    if (has_none(call)) return Item();
    const Item total = sum(call);
    if (total.is_failed()) return total;
    const auto size = static_cast<double>(Elements(call[0]).size());
    return Item(number_value(total.value()->as_double() / size));
}

constexpr BuiltinEntry number_table[] = {
    {"number", signature_of("<(nsb)-:n>"), number, 1},
    {"abs", signature_of("<n-:n>"), absolute, 1},
    {"floor", signature_of("<n-:n>"), floor, 1},
    {"ceil", signature_of("<n-:n>"), ceil, 1},
    {"round", signature_of("<n-n?:n>"), round, 2},
    {"power", signature_of("<n-n:n>"), power, 2},
    {"sqrt", signature_of("<n-:n>"), square_root, 1},
    {"sum", signature_of("<a<n>:n>"), sum, 1},
    {"count", signature_of("<a:n>"), count, 1},
    {"max", signature_of("<a<n>:n>"), maximum, 1},
    {"min", signature_of("<a<n>:n>"), minimum, 1},
    {"average", signature_of("<a<n>:n>"), average, 1},
};

} // namespace

std::span<const BuiltinEntry> number_functions() { return number_table; }

} // namespace gradus::jsonata
