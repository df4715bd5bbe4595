#include "states/query/intrinsics/call.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace gradus::intrinsics {

namespace {

using Integer32 = std::numeric_limits<std::int32_t>;

bool is_beyond_32_bits(std::int64_t number) {
    return number < Integer32::min() || number > Integer32::max();
}

} // namespace

std::optional<std::int64_t> rounded(const Value& number) {
    if (!number.is_number()) return {};
    std::int64_t exact = 0;
    if (number.to_integer(exact)) return exact;
    double whole = std::floor(number.as_double() + 0.5);
    if (!(std::abs(whole) < 9.2e18)) return {};
    return static_cast<std::int64_t>(whole);
}

/// At least the first argument and below the second. A seed (any number) makes the draw repeatable.
FunctionResult math_random(Arguments arguments, Random& random) {
    auto start = rounded(arguments[0]);
    auto end = rounded(arguments[1]);
    if (!start || !end) return refuse("The start and the end must be numbers");
    if (*start >= *end) return refuse("The start must be less than the end");
    auto range = static_cast<std::uint64_t>(*end) - static_cast<std::uint64_t>(*start);
    std::uint64_t draw = 0;
    if (arguments.size() == 3) {
        if (!arguments[2].is_number()) return refuse("The seed must be a number");
        Random seeded{fnv1a(to_json(arguments[2])), 0};
        draw = seeded.next_below(range);
    } else {
        draw = random.next_below(range);
    }
    return Value(static_cast<std::int64_t>(static_cast<std::uint64_t>(*start) + draw));
}

/// Each operand is rounded first (recorded: 1.5 + 1.51 is 4). AWS, "Intrinsic functions": 32 bits.
FunctionResult math_add(Arguments arguments, Random&) {
    auto a = rounded(arguments[0]);
    auto b = rounded(arguments[1]);
    if (!a || !b) return refuse("The arguments must be numbers");
    if (is_beyond_32_bits(*a) || is_beyond_32_bits(*b) || is_beyond_32_bits(*a + *b))
        return refuse("The numbers and their sum must be within -2147483648 and 2147483647");
    return Value(*a + *b);
}

FunctionResult uuid(Arguments, Random& random) { return Value(random.next_uuid()); }

} // namespace gradus::intrinsics
