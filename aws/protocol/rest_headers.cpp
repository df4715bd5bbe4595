#include "aws/protocol/rest.hpp"

#include "aws/protocol/scalars.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>

namespace gradus::aws {

namespace {

// RFC 9110, section 5.6.2: what a header's name is made of.
bool is_token(std::string_view text) {
    static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

Result<void> add_header(HttpHeaders& out, const std::string& name, std::string value) {
    const bool ends_its_line =
        std::ranges::any_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    if (ends_its_line || !is_token(name))
        return Error{ErrorCode::invalid_argument, "expected what a header can hold"};
    set_header(out, name, std::move(value));
    return {};
}

// An element of a list that holds the list's own signs stands in quotes.
std::string quoted_if_needed(std::string text) {
    if (text.find_first_of(",\"") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

Result<std::string> list_text(const ShapeRef& element, const Value& value) {
    if (!value.is_array()) return expected_but_found("an array", value);
    const bool is_text = element.shape->type == ShapeType::string;
    std::string out;
    for (const Value& item : value.as_array()) {
        GRADUS_TRY(std::string text, scalar_text(element, item, TimestampFormat::rfc822));
        if (!out.empty()) out += ", ";
        out += is_text ? quoted_if_needed(std::move(text)) : text;
    }
    return out;
}

Result<std::string> header_text(const ShapeRef& ref, const Value& value) {
    if (ref.json_value) return base64_encode(to_json(value));
    if (ref.shape->type == ShapeType::list) return list_text(ref.shape->element, value);
    if (!is_scalar(ref.shape->type))
        return Error{ErrorCode::unsupported, "a structure can't stand in a header"};
    return scalar_text(ref, value, TimestampFormat::rfc822);
}

Result<void> write_prefixed(const StructureMember& member, const Value& map, HttpHeaders& out) {
    if (!map.is_object()) return expected_but_found("an object", map);
    for (const Member& entry : map.as_object()) {
        GRADUS_TRY(std::string text, header_text(member.ref.shape->value, entry.value));
        GRADUS_CHECK(
            add_header(out, member.ref.location_name + std::string(entry.name()), std::move(text)));
    }
    return {};
}

Result<void> write_one(const StructureMember& member, const Value& value, HttpHeaders& out) {
    if (member.ref.location == Location::headers) return write_prefixed(member, value, out);
    if (value.is_array() && value.size() == 0) return {};
    GRADUS_TRY(std::string text, header_text(member.ref, value));
    return add_header(out, member.wire_name(), std::move(text));
}

// The texts between commas, without quotes. A date has one comma of its own.
std::vector<std::string> split_list(std::string_view text, ShapeType type) {
    std::vector<std::string> out;
    std::string item;
    bool is_quoted = false;
    bool was_quoted = false;
    bool has_day = false;
    const auto end_item = [&] {
        while (!was_quoted && item.ends_with(' '))
            item.pop_back();
        out.push_back(std::exchange(item, {}));
        was_quoted = has_day = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool is_date_comma =
            c == ',' && type == ShapeType::timestamp && !has_day && item.size() == 3; // "Mon"
        if (is_quoted && c == '\\' && i + 1 < text.size())
            item += text[++i];
        else if (c == '"')
            is_quoted = !is_quoted, was_quoted = true;
        else if (is_date_comma)
            item += c, has_day = true;
        else if (c == ',' && !is_quoted)
            end_item();
        else if (c != ' ' || is_quoted || !item.empty())
            item += c;
    }
    end_item();
    return out;
}

// Bytes that aren't UTF-8 are taken as ISO-8859-1, which headers once were in (RFC 9110, section
// 5.5): a value must be text.
std::string utf8_of(const std::string& bytes) {
    if (is_valid_utf8(bytes)) return bytes;
    std::string out;
    for (const char c : bytes)
        append_utf8(out, static_cast<unsigned char>(c));
    return out;
}

Result<Value> header_value(const ShapeRef& ref, const std::string& text) {
    if (ref.json_value) {
        const std::optional<std::string> json = base64_decode(text);
        const Result<Value, JsonError> parsed = parse_json(json.value_or(""));
        if (!parsed) return Error{ErrorCode::invalid_argument, "expected JSON in base64"};
        return *parsed;
    }
    if (ref.shape->type == ShapeType::list) {
        Array out;
        for (const std::string& item : split_list(text, ref.shape->element.shape->type)) {
            GRADUS_TRY(Value value, scalar_value(ref.shape->element, item));
            out.push_back(std::move(value));
        }
        return Value(std::move(out));
    }
    if (!is_scalar(ref.shape->type))
        return Error{ErrorCode::unsupported, "a structure can't stand in a header"};
    return scalar_value(ref, text);
}

Value read_prefixed(const StructureMember& member, const HttpHeaders& headers) {
    const std::string& prefix = member.ref.location_name;
    ObjectBuilder out;
    for (const HttpHeader& header : headers) {
        const std::string_view name = header.name;
        if (name.size() <= prefix.size()) continue;
        if (equal_ignoring_case(name.substr(0, prefix.size()), prefix))
            out.put(name.substr(prefix.size()), Value(utf8_of(header.value)));
    }
    return out.build();
}

} // namespace

Result<void> write_rest_headers(const Shape& shape, const Value& value, HttpHeaders& out) {
    for (const Member& given : value.as_object()) {
        const StructureMember* member = shape.find_member(given.name());
        if (member == nullptr || given.value.is_null()) continue;
        const Location place = member->ref.location;
        if (place != Location::header && place != Location::headers) continue;
        if (Result<void> written = write_one(*member, given.value, out); !written)
            return at(member->name, std::move(written).error());
    }
    return {};
}

Result<void> read_rest_headers(const Shape& shape, MessageKind kind, const HttpHeaders& headers,
                               ObjectBuilder& out) {
    for (const StructureMember& member : shape.members) {
        if (member.ref.location == Location::headers) {
            Value map = read_prefixed(member, headers);
            if (map.size() > 0 || kind == MessageKind::response)
                out.put(std::string_view(member.name), std::move(map));
        }
        if (member.ref.location != Location::header) continue;
        const std::string* text = find_header(headers, member.wire_name());
        if (text == nullptr) continue;
        Result<Value> value = header_value(member.ref, utf8_of(*text));
        // Objects of S3 have whatever their owners gave as Expires.
        const bool is_foreign =
            kind == MessageKind::response && member.ref.shape->type == ShapeType::timestamp;
        if (!value && is_foreign) continue;
        if (!value) return at(member.name, std::move(value).error());
        out.put(std::string_view(member.name), std::move(*value));
    }
    return {};
}

} // namespace gradus::aws
