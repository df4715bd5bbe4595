#include "states/query/jsonata/evaluator.hpp"
#include "states/query/jsonata/format_datetime.hpp"
#include "states/query/jsonata/lexer.hpp"

#include <cmath>

namespace gradus::jsonata {

namespace {

// ±100,000,000 days: the times that JavaScript's Date has.
constexpr double milliseconds_max = 8.64e15;

std::string_view text_or_empty(const Call& call, std::size_t i) {
    const Value* value = call[i].value();
    return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

Item fail_here(Call& call, Error error) {
    error.position = call.position;
    return call.evaluator.fail(std::move(error));
}

Item formatted(Call& call, double milliseconds, std::size_t picture) {
    if (std::abs(milliseconds) > milliseconds_max)
        return call.evaluator.fail("D1001", call.position, {}, number_value(milliseconds));
    auto text = format_datetime(static_cast<std::int64_t>(milliseconds),
                                text_or_empty(call, picture), text_or_empty(call, picture + 1));
    if (text) return call.evaluator.text(std::move(*text));
    return fail_here(call, std::move(text).error());
}

Item now(Call& call) {
    return formatted(call, static_cast<double>(call.evaluator.bindings().now_milliseconds), 0);
}

Item millis(Call& call) { return Item(Value(call.evaluator.bindings().now_milliseconds)); }

Item from_millis(Call& call) {
    if (call[0].is_undefined()) return Item();
    return formatted(call, call[0].value()->as_double(), 1);
}

Item to_millis(Call& call) {
    if (call[0].is_undefined()) return Item();
    const std::string_view text = call[0].value()->as_string();
    if (call[1].is_undefined()) {
        if (const auto time = parse_iso_datetime(text)) return Item(Value(*time));
        return call.evaluator.fail("D3110", call.position, "toMillis", *call[0].value());
    }
    const std::int64_t present = call.evaluator.bindings().now_milliseconds;
    auto time = parse_datetime(text, text_or_empty(call, 1), present);
    if (!time) return fail_here(call, std::move(time).error());
    return *time ? Item(Value(**time)) : Item();
}

constexpr BuiltinEntry time_table[] = {
    {"now", signature_of("<s?s?:s>"), now, 2},
    {"millis", signature_of("<:n>"), millis, 0},
    {"fromMillis", signature_of("<n-s?s?:s>"), from_millis, 3},
    {"toMillis", signature_of("<s-s?:n>"), to_millis, 2},
};

} // namespace

std::span<const BuiltinEntry> time_functions() { return time_table; }

} // namespace gradus::jsonata
