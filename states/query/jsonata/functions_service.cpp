// What AWS Step Functions adds to the language: "Transforming data with JSONata in Step Functions",
// section "JSONata functions provided by Step Functions". Also $random, which both have.

#include "states/query/jsonata/evaluator.hpp"
#include "states/query/jsonata/lexer.hpp"

#include <cmath>
#include <initializer_list>

namespace gradus::jsonata {

namespace {

// AWS rounds numbers down where it wants integers.
double whole_at(const Call& call, std::size_t i) {
    return std::floor(call[i].value()->as_double());
}

Item refuse(Call& call, std::string message) {
    return call.evaluator.fail_with("D3137", std::move(message), call.position);
}

Item random_number(Call& call) { return Item(Value(call.evaluator.random().next_unit())); }

Item seeded_random_number(Call& call) {
    if (call[0].is_undefined()) return random_number(call);
    Random random;
    random.seed = static_cast<std::uint64_t>(
        static_cast<std::int64_t>(std::fmax(-9e18, std::fmin(9e18, whole_at(call, 0)))));
    return Item(Value(random.next_unit()));
}

Item uuid(Call& call) { return Item(Value(call.evaluator.random().next_uuid())); }

Item partition(Call& call) {
    if (call[0].is_undefined() || call[1].is_undefined()) return Item();
    const double size = whole_at(call, 1);
    if (size < 1) return refuse(call, "The chunk size of $partition() must be a positive number");
    const Elements elements(call[0]);
    Array chunks;
    Array chunk;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        chunk.push_back(to_value(elements.peek(i)));
        if (static_cast<double>(chunk.size()) < size && i + 1 < elements.size()) continue;
        chunks.emplace_back(std::exchange(chunk, {}));
    }
    if (!call.evaluator.take_elements(elements.size())) return Item::failed();
    return call.evaluator.array(std::move(chunks));
}

// Both ends belong to it. One number alone isn't an array, as with sequences.
Item range(Call& call) {
    if (call[0].is_undefined() || call[1].is_undefined() || call[2].is_undefined()) return Item();
    const double first = whole_at(call, 0);
    const double last = whole_at(call, 1);
    const double step = whole_at(call, 2);
    if (step == 0) return refuse(call, "The step of $range() must not be 0");
    const double size = std::floor((last - first) / step) + 1;
    if (size < 1) return Item();
    if (size > 1e7 || !call.evaluator.take_elements(static_cast<std::uint64_t>(size)))
        return call.evaluator.out_of("Too many array elements were made");
    Array values;
    values.reserve(static_cast<std::size_t>(size));
    for (double i = 0; i < size; ++i)
        values.push_back(number_value(first + i * step));
    Item result(Value(std::move(values)));
    result.add_flags(Item::sequence);
    return normalised(std::move(result));
}

Item hash_of(Call& call) {
    if (call[0].is_undefined() || call[1].is_undefined()) return Item();
    const std::string_view name = call[1].value()->as_string();
    constexpr std::pair<std::string_view, HashAlgorithm> algorithms[] = {
        {"MD5", HashAlgorithm::md5},        {"SHA-1", HashAlgorithm::sha1},
        {"SHA-256", HashAlgorithm::sha256}, {"SHA-384", HashAlgorithm::sha384},
        {"SHA-512", HashAlgorithm::sha512},
    };
    for (const auto& [known, algorithm] : algorithms) {
        if (name == known) return Item(Value(to_hex(hash(algorithm, string_of(call[0])))));
    }
    return refuse(call, "The hashing algorithm of $hash() must be one of MD5, SHA-1, SHA-256, "
                        "SHA-384, SHA-512");
}

Item parse(Call& call) {
    if (call[0].is_undefined()) return Item();
    auto parsed = parse_json(call[0].value()->as_string());
    if (parsed) return Item(std::move(*parsed));
    return refuse(call, "The argument of $parse() is not JSON: " + parsed.error().message);
}

/// Calls the language's own function with these arguments rounded down. AWS, "Transforming data
/// with JSONata in Step Functions": functions that need integers round down what isn't one. Only
/// functions whose results show the difference are listed below.
Item with_integers(Call& call, NativeFunction original, std::initializer_list<std::size_t> at) {
    for (const std::size_t i : at) {
        const Value* number = call[i].is_defined() ? call[i].value() : nullptr;
        if (number == nullptr || !number->is_number() || number->is_integer()) continue;
        call[i] = Item(number_value(whole_at(call, i)));
    }
    return original(call);
}

NativeFunction original(std::string_view name) {
    return find_builtin(name, Dialect::standard)->function;
}

Item substring(Call& call) {
    static const NativeFunction function = original("substring");
    return with_integers(call, function, {1, 2});
}

Item pad(Call& call) {
    static const NativeFunction function = original("pad");
    return with_integers(call, function, {1});
}

Item match(Call& call) {
    static const NativeFunction function = original("match");
    return with_integers(call, function, {2});
}

Item replace(Call& call) {
    static const NativeFunction function = original("replace");
    return with_integers(call, function, {3});
}

Item format_base(Call& call) {
    static const NativeFunction function = original("formatBase");
    return with_integers(call, function, {1});
}

constexpr auto added = Availability::step_functions_only;

constexpr BuiltinEntry service_table[] = {
    {"random", signature_of("<:n>"), random_number, 0, Availability::standard_only},
    {"random", signature_of("<n?:n>"), seeded_random_number, 1, added},
    {"uuid", signature_of("<:s>"), uuid, 0, added},
    {"partition", signature_of("<an:a>"), partition, 2, added},
    {"range", signature_of("<nnn:a>"), range, 3, added},
    {"hash", signature_of("<xs:s>"), hash_of, 2, added},
    {"parse", signature_of("<s-:x>"), parse, 1, added},
    {"substring", signature_of("<s-nn?:s>"), substring, 3, added},
    {"pad", signature_of("<s-ns?:s>"), pad, 2, added},
    {"match", signature_of("<s-f<s:o>n?:a<o>>"), match, 3, added},
    {"replace", signature_of("<s-(sf)(sf)n?:s>"), replace, 4, added},
    {"formatBase", signature_of("<n-n?:s>"), format_base, 2, added},
};

} // namespace

std::span<const BuiltinEntry> service_functions() { return service_table; }

} // namespace gradus::jsonata
