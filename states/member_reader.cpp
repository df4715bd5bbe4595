#include "states/member_reader.hpp"

#include "gradus/limits.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <charconv>

namespace gradus {
namespace {

/// Levels that our formats put around a payload, with room for more.
constexpr std::size_t levels_around = 16;

/// A value as messages quote it.
std::string quoted(const Value& value) {
    constexpr std::size_t longest = 60;
    std::string text = to_json(value);
    if (text.size() <= longest) return text;
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
        --end; // not in the middle of a character
    text.resize(end);
    return text + "…";
}

std::optional<std::uint64_t> unsigned_integer(std::string_view digits) {
    std::uint64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, code] = std::from_chars(digits.data(), end, number);
    if (code != std::errc() || stopped != end) return std::nullopt;
    return number;
}

std::string at(const std::string& pointer) { return pointer.empty() ? "" : " at " + pointer; }

} // namespace

MemberReader::MemberReader(const Value& object, std::string pointer, std::optional<Error>& error)
    : object_(object), pointer_(std::move(pointer)), error_(error) {
    if (object.is_object()) return;
    fail("expected an object" + at(pointer_) + ", found " + quoted(object));
    object_ = Value::object();
}

void MemberReader::fail(const std::string& message) {
    if (!error_) error_ = Error{ErrorCode::syntax, message};
}

void MemberReader::expected(std::string_view what, std::string_view name) {
    const Value* found = object_.find(name);
    fail("expected " + std::string(what) + at(place(name)) + ", found " +
         (found == nullptr ? "nothing" : quoted(*found)));
}

const Value* MemberReader::find(std::string_view name) {
    const Members members = object_.as_object();
    for (std::size_t i = 0; i < members.size() && i < 64; ++i) {
        if (members[i].name() != name) continue;
        asked_ |= std::uint64_t{1} << i;
        return &members[i].value;
    }
    return nullptr;
}

Value MemberReader::value(std::string_view name) {
    if (const Value* found = find(name)) return *found;
    expected("a value", name);
    return {};
}

std::string MemberReader::text(std::string_view name) {
    const Value* found = find(name);
    if (found != nullptr && found->is_string()) return std::string(found->as_string());
    expected("a text", name);
    return {};
}

std::uint64_t MemberReader::count(std::string_view name) {
    if (const Value* found = find(name); found != nullptr && found->is_number()) {
        if (const auto count = unsigned_integer(to_json(*found))) return *count;
    }
    expected("an integer that isn't negative", name);
    return 0;
}

std::uint64_t MemberReader::digits(std::string_view name) {
    if (const Value* found = find(name); found != nullptr && found->is_string()) {
        if (const auto count = unsigned_integer(found->as_string())) return *count;
    }
    expected("a text of digits", name);
    return 0;
}

std::int64_t MemberReader::integer(std::string_view name) {
    const Value* found = find(name);
    if (found != nullptr && found->is_integer()) return found->as_integer();
    expected("an integer", name);
    return 0;
}

double MemberReader::number(std::string_view name) {
    const Value* found = find(name);
    if (found != nullptr && found->is_number()) return found->as_double();
    expected("a number", name);
    return 0;
}

bool MemberReader::boolean(std::string_view name) {
    const Value* found = find(name);
    if (found != nullptr && found->is_boolean()) return found->as_boolean();
    expected("true or false", name);
    return false;
}

Timestamp MemberReader::time(std::string_view name) {
    const Value* found = find(name);
    const auto instant =
        found != nullptr && found->is_string() ? parse_rfc3339(found->as_string()) : std::nullopt;
    if (instant) return timestamp_of(instant->seconds * 1000 + instant->nanoseconds / 1'000'000);
    expected("a time such as \"2026-01-02T03:04:05.678Z\"", name);
    return {};
}

std::size_t MemberReader::one_of(std::string_view name,
                                 const std::vector<std::string_view>& names) {
    if (const Value* found = find(name); found != nullptr && found->is_string()) {
        const auto same = std::ranges::find(names, found->as_string());
        if (same != names.end()) return static_cast<std::size_t>(same - names.begin());
    }
    std::string list;
    for (const std::string_view one : names)
        list += (list.empty() ? "" : ", ") + std::string(one);
    expected("one of " + list, name);
    return 0;
}

std::vector<std::string> MemberReader::texts(std::string_view name) {
    const Value* found = find(name);
    std::vector<std::string> out;
    if (found != nullptr && found->is_array()) {
        for (const Value& element : found->as_array()) {
            if (element.is_string()) out.emplace_back(element.as_string());
        }
        if (out.size() == found->size()) return out;
    }
    expected("an array of texts", name);
    return {};
}

MemberReader MemberReader::object(std::string_view name) {
    const Value* found = find(name);
    if (found == nullptr) expected("an object", name);
    return {found == nullptr ? Value::object() : *found, place(name), error_};
}

Value MemberReader::payload(std::string_view name) {
    const std::string as_text = std::string(name) + "Text";
    if (!has(as_text)) return value(name);
    if (has(name)) expected("nothing beside " + as_text, name);
    auto parsed = parse_json(text(as_text));
    if (parsed) return std::move(*parsed);
    expected("a text that is JSON", as_text);
    return {};
}

std::optional<std::string> MemberReader::optional_text(std::string_view name) {
    if (!has(name)) return std::nullopt;
    return text(name);
}

std::optional<std::uint64_t> MemberReader::optional_count(std::string_view name) {
    if (!has(name)) return std::nullopt;
    return count(name);
}

void MemberReader::finish() {
    const Members members = object_.as_object();
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i < 64 && (asked_ >> i & 1U) != 0) continue;
        return fail("expected no member" + at(place(members[i].name())) + ", found " +
                    quoted(members[i].value));
    }
}

void append_payload(ObjectBuilder& out, std::string_view name, const Value& payload) {
    if (payload.depth() + levels_around <= limits::json_depth_max)
        out.append(name, payload);
    else
        out.append(std::string(name) + "Text", to_json(payload));
}

Value count_value(std::uint64_t count) { return Value::number(std::to_string(count)); }

std::string valid_utf8(std::string_view text) {
    if (is_valid_utf8(text)) return std::string(text);
    std::string out;
    for (std::size_t offset = 0; offset < text.size();)
        append_utf8(out, next_code_point(text, offset));
    return out;
}

} // namespace gradus
