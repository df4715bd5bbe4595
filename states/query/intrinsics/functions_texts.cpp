#include "states/query/intrinsics/call.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <utility>

namespace gradus::intrinsics {

namespace {

bool is_too_long(std::string_view data) { return code_point_count(data) > data_characters_max; }

Refusal too_long() {
    return refuse("The data has more than " + std::to_string(data_characters_max) + " characters");
}

std::optional<HashAlgorithm> algorithm_named(std::string_view name) {
    if (name == "MD5") return HashAlgorithm::md5;
    if (name == "SHA-1") return HashAlgorithm::sha1;
    if (name == "SHA-256") return HashAlgorithm::sha256;
    if (name == "SHA-384") return HashAlgorithm::sha384;
    if (name == "SHA-512") return HashAlgorithm::sha512;
    return {};
}

/// -0 has no sign in what AWS makes of it (recorded: "-0" gives 0).
bool is_minus_zero(const Value& value) {
    return value.is_number() && !value.is_integer() && value.as_double() == 0;
}

} // namespace

FunctionResult base64_encode_text(Arguments arguments, Random&) {
    if (!arguments[0].is_string()) return refuse("The argument must be a string");
    if (is_too_long(arguments[0].as_string())) return too_long();
    return Value(base64_encode(arguments[0].as_string()));
}

FunctionResult base64_decode_text(Arguments arguments, Random&) {
    if (!arguments[0].is_string()) return refuse("The argument must be a string");
    if (is_too_long(arguments[0].as_string())) return too_long();
    auto bytes = base64_decode(arguments[0].as_string());
    if (!bytes) return refuse("The argument is not Base64");
    if (!is_valid_utf8(*bytes)) return refuse("The decoded data is not UTF-8 text");
    return Value(*bytes);
}

/// Data other than strings is hashed as its JSON text.
FunctionResult hash_data(Arguments arguments, Random&) {
    if (!arguments[1].is_string()) return refuse("The algorithm must be a string");
    auto algorithm = algorithm_named(arguments[1].as_string());
    if (!algorithm)
        return refuse("The algorithm must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512");
    std::string json;
    if (!arguments[0].is_string()) json = to_json(arguments[0]);
    std::string_view data = arguments[0].is_string() ? arguments[0].as_string() : json;
    if (is_too_long(data)) return too_long();
    return Value(to_hex(hash(*algorithm, data)));
}

/// AWS, "Intrinsic functions": only the shallow mode is there, so the third argument must be false.
FunctionResult json_merge(Arguments arguments, Random&) {
    if (!arguments[0].is_object() || !arguments[1].is_object())
        return refuse("The first two arguments must be JSON objects");
    if (!arguments[2].is_boolean()) return refuse("The third argument must be a boolean");
    if (arguments[2].as_boolean()) return refuse("Deep merging is not supported");
    ObjectBuilder merged(arguments[0].size() + arguments[1].size());
    for (const Member& member : arguments[0].as_object())
        merged.append(member.key, member.value);
    for (const Member& member : arguments[1].as_object())
        merged.put(member.key, member.value);
    return merged.build();
}

/// Blank text is null (recorded).
FunctionResult string_to_json(Arguments arguments, Random&) {
    if (!arguments[0].is_string()) return refuse("The argument must be a string");
    std::string_view text = arguments[0].as_string();
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Value();
    auto value = parse_json(text);
    if (!value) return refuse("The argument is not JSON: " + value.error().message);
    if (is_minus_zero(*value) && text.find_first_of(".eE") == std::string_view::npos)
        return Value(0);
    return std::move(*value);
}

FunctionResult json_to_string(Arguments arguments, Random&) { return Value(to_json(arguments[0])); }

/// Each character of the second argument separates; empty parts are left out (recorded).
FunctionResult string_split(Arguments arguments, Random&) {
    if (!arguments[0].is_string() || !arguments[1].is_string())
        return refuse("The arguments must be strings");
    std::string_view text = arguments[0].as_string();
    std::string_view separator_text = arguments[1].as_string();
    std::u32string separators;
    for (std::size_t i = 0; i < separator_text.size();)
        separators += next_code_point(separator_text, i);
    std::sort(separators.begin(), separators.end());
    Array parts;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t here = i;
        char32_t c = next_code_point(text, i);
        if (!std::binary_search(separators.begin(), separators.end(), c)) continue;
        if (here > begin) parts.emplace_back(text.substr(begin, here - begin));
        begin = i;
    }
    if (begin < text.size()) parts.emplace_back(text.substr(begin));
    return Value(std::move(parts));
}

} // namespace gradus::intrinsics
