#include "states/query/intrinsics/call.hpp"

#include "states/base/base.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

namespace gradus::intrinsics {

namespace {

Refusal not_an_array(std::string_view which) {
    return refuse("The " + std::string(which) + " argument must be an array");
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t more) {
    return (hash ^ more) * 0x9e3779b97f4a7c15ULL + (hash >> 29);
}

/// Equal values have equal hashes, whatever way their numbers and the order of members are written.
std::uint64_t hash_of(const Value& value) {
    if (value.is_number()) {
        double number = value.as_double() == 0 ? 0.0 : value.as_double();
        return mixed(1, std::hash<double>()(number));
    }
    if (value.is_string()) return mixed(2, fnv1a(value.as_string()));
    if (value.is_array()) {
        std::uint64_t hash = 3;
        for (const Value& element : value.as_array())
            hash = mixed(hash, hash_of(element));
        return hash;
    }
    if (value.is_object()) {
        std::uint64_t sum = 4;
        for (const Member& member : value.as_object())
            sum += mixed(fnv1a(member.name()), hash_of(member.value));
        return mixed(4, sum);
    }
    return value.is_boolean() ? (value.as_boolean() ? 5 : 6) : 7;
}

} // namespace

FunctionResult array(Arguments arguments, Random&) { return Value::array(arguments); }

/// Chunks of `size` elements; a fraction of the size is cut off.
FunctionResult array_partition(Arguments arguments, Random&) {
    if (!arguments[0].is_array()) return not_an_array("first");
    if (!arguments[1].is_number()) return refuse("The chunk size must be a number");
    double size = std::floor(arguments[1].as_double());
    if (!(size >= 1)) return refuse("The chunk size must be a positive integer");
    std::span<const Value> elements = arguments[0].as_array();
    Array chunks;
    while (!elements.empty()) {
        std::size_t count = elements.size();
        if (size < static_cast<double>(count)) count = static_cast<std::size_t>(size);
        chunks.push_back(Value::array(elements.first(count)));
        elements = elements.subspan(count);
    }
    return Value(std::move(chunks));
}

FunctionResult array_contains(Arguments arguments, Random&) {
    if (!arguments[0].is_array()) return not_an_array("first");
    std::span<const Value> elements = arguments[0].as_array();
    return Value(std::find(elements.begin(), elements.end(), arguments[1]) != elements.end());
}

FunctionResult array_range(Arguments arguments, Random&) {
    auto first = rounded(arguments[0]);
    auto last = rounded(arguments[1]);
    auto step = rounded(arguments[2]);
    if (!first || !last || !step) return refuse("The arguments must be integers");
    if (*step == 0) return refuse("The step must not be 0");
    // As unsigned numbers, which may wrap on the way.
    bool is_up = *step > 0;
    Array items;
    if (is_up ? *first > *last : *first < *last) return Value(std::move(items));
    auto low = static_cast<std::uint64_t>(is_up ? *first : *last);
    auto high = static_cast<std::uint64_t>(is_up ? *last : *first);
    auto stride = is_up ? static_cast<std::uint64_t>(*step) : 0 - static_cast<std::uint64_t>(*step);
    std::uint64_t count = (high - low) / stride + 1;
    if (count > array_range_items_max || count == 0)
        return refuse("The range has more than " + std::to_string(array_range_items_max) +
                      " items");
    items.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i)
        items.emplace_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(*first) +
                                                     i * static_cast<std::uint64_t>(*step)));
    return Value(std::move(items));
}

FunctionResult array_get_item(Arguments arguments, Random&) {
    if (!arguments[0].is_array()) return not_an_array("first");
    auto index = rounded(arguments[1]);
    if (!index) return refuse("The index must be an integer");
    if (*index < 0 || static_cast<std::uint64_t>(*index) >= arguments[0].size())
        return refuse("The index " + std::to_string(*index) + " is out of the array's range");
    return arguments[0][static_cast<std::size_t>(*index)];
}

FunctionResult array_length(Arguments arguments, Random&) {
    if (!arguments[0].is_array()) return not_an_array("first");
    return Value(arguments[0].size());
}

/// First occurrences, in their order.
FunctionResult array_unique(Arguments arguments, Random&) {
    if (!arguments[0].is_array()) return not_an_array("first");
    std::unordered_multimap<std::uint64_t, const Value*> seen;
    Array unique;
    for (const Value& element : arguments[0].as_array()) {
        std::uint64_t hash = hash_of(element);
        auto [begin, end] = seen.equal_range(hash);
        if (std::any_of(begin, end, [&](const auto& other) { return *other.second == element; }))
            continue;
        seen.emplace(hash, &element);
        unique.push_back(element);
    }
    return Value(std::move(unique));
}

} // namespace gradus::intrinsics
