#include "aws/protocol/rest.hpp"

#include "aws/protocol/json.hpp"
#include "aws/protocol/scalars.hpp"
#include "aws/protocol/xml.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::aws {

namespace {

bool stands_in_body(const StructureMember& member, MessageKind kind) {
    switch (member.ref.location) {
    case Location::body: return true;
    case Location::uri:
    case Location::querystring: return kind == MessageKind::response;
    case Location::header:
    case Location::headers:
    case Location::status_code: return false;
    }
    GRADUS_UNREACHABLE();
}

bool has_body(const Shape& shape, MessageKind kind) {
    return std::ranges::any_of(shape.members, [kind](const StructureMember& member) {
        return stands_in_body(member, kind);
    });
}

// The members of a value that stand in the body.
Result<Value> body_members(const Shape& shape, MessageKind kind, const Value& value) {
    ObjectBuilder out(value.size());
    for (const Member& given : value.as_object()) {
        const StructureMember* member = shape.find_member(given.name());
        if (member == nullptr)
            return Error{ErrorCode::invalid_argument,
                         "unknown member '" + std::string(given.name()) + "'"};
        if (!given.value.is_null() && stands_in_body(*member, kind))
            out.append(given.key, given.value);
    }
    return out.build();
}

bool is_bytes(const Shape& shape) {
    return shape.type == ShapeType::blob || shape.type == ShapeType::string;
}

// Shapes that stand inline in a model have no name of their own, but one with a dot.
std::string root_name(const ShapeRef& ref, std::string_view fallback) {
    if (!ref.location_name.empty()) return ref.location_name;
    const bool is_named = ref.shape->name.find('.') == std::string::npos;
    return is_named ? ref.shape->name : std::string(fallback);
}

void set_content_type(RestMessage& out, std::string_view type) {
    if (find_header(out.headers, "Content-Type") == nullptr)
        set_header(out.headers, "Content-Type", std::string(type));
}

// The one member that stands in the body of an unwrapped document.
const StructureMember* only_member(const ShapeRef& ref, MessageKind kind) {
    const auto found =
        std::ranges::find_if(ref.shape->members, [kind](const StructureMember& member) {
            return stands_in_body(member, kind);
        });
    return found == ref.shape->members.end() ? nullptr : &*found;
}

Result<void> write_document(RestFormat format, const ShapeRef& ref, std::string_view root,
                            const Value& value, RestMessage& out) {
    if (format == RestFormat::json) {
        GRADUS_TRY(const Value body, to_json_body(ref, value));
        out.body = to_json(body);
        set_content_type(out, "application/json");
        return {};
    }
    GRADUS_TRY(out.body, write_xml_document(ref, root, value));
    set_content_type(out, "application/xml");
    return {};
}

// A member that is the whole body.
Result<void> write_payload(RestFormat format, const StructureMember& member, const Value* value,
                           RestMessage& out) {
    const Shape& shape = *member.ref.shape;
    const bool is_given = value != nullptr && !value->is_null();
    if (is_bytes(shape)) {
        const bool is_blob = shape.type == ShapeType::blob;
        if (is_given || (is_blob && format == RestFormat::json))
            set_content_type(out, is_blob ? "application/octet-stream" : "text/plain");
        if (!is_given) return {};
        if (!value->is_string()) return expected_but_found("a string", *value);
        out.body = value->as_string();
        return {};
    }
    if (is_given)
        return write_document(format, member.ref, root_name(member.ref, member.name), *value, out);
    // "AWS restJson1 protocol": a structure that isn't there is an empty one, a union is nothing.
    const bool writes_empty =
        format == RestFormat::json && shape.type == ShapeType::structure && !shape.is_union;
    if (writes_empty) return write_document(format, member.ref, "", Value::object(), out);
    return {};
}

Result<Value> read_document(RestFormat format, const ShapeRef& ref, std::string_view body) {
    if (format == RestFormat::xml) return read_xml_document(ref, body);
    const Result<Value, JsonError> parsed = parse_json(body);
    if (!parsed) return Error{ErrorCode::syntax, "not JSON: " + parsed.error().message};
    return from_json_body(ref, *parsed);
}

Result<void> read_payload(RestFormat format, const StructureMember& member, std::string_view body,
                          ObjectBuilder& out) {
    const std::string_view name = member.name;
    if (is_bytes(*member.ref.shape)) {
        // A stream may be empty; anything else that is empty isn't there.
        if (!body.empty() || member.ref.streaming) out.put(name, Value(body));
        return {};
    }
    if (body.empty()) return {};
    GRADUS_TRY(Value value, read_document(format, member.ref, body));
    if (!value.is_null()) out.put(name, std::move(value));
    return {};
}

} // namespace

Result<void> write_rest_message(RestFormat format, MessageKind kind, const ShapeRef& ref,
                                const Value& value, RestMessage& out) {
    if (ref.shape == nullptr) return {};
    if (!value.is_object()) return expected_but_found("an object", value);
    const Shape& shape = *ref.shape;
    GRADUS_CHECK(write_rest_headers(shape, value, out.headers));
    GRADUS_TRY(const Value members, body_members(shape, kind, value));
    if (!shape.payload.empty()) {
        const StructureMember* payload = shape.find_member(shape.payload);
        if (payload == nullptr) return Error{ErrorCode::syntax, "the model has no such payload"};
        return write_payload(format, *payload, members.find(payload->name), out);
    }
    if (!has_body(shape, kind)) return {};
    const bool is_document = format == RestFormat::json || kind == MessageKind::response;
    if (members.size() == 0 && !is_document) return {};
    if (const StructureMember* only = ref.unwrapped ? only_member(ref, kind) : nullptr) {
        const Value* given = members.find(only->name);
        return write_document(format, only->ref, only->wire_name(),
                              given != nullptr ? *given : Value(""), out);
    }
    return write_document(format, ref, root_name(ref, "Response"), members, out);
}

Value with_status(const ShapeRef& ref, Value output, int status) {
    if (ref.shape == nullptr) return output;
    for (const StructureMember& member : ref.shape->members)
        if (member.ref.location == Location::status_code)
            output = std::move(output).with(member.name, Value(status));
    return output;
}

Result<Value> read_rest_message(RestFormat format, MessageKind kind, const ShapeRef& ref,
                                const HttpHeaders& headers, std::string_view body) {
    if (ref.shape == nullptr) return Value::object();
    const Shape& shape = *ref.shape;
    ObjectBuilder out;
    GRADUS_CHECK(read_rest_headers(shape, kind, headers, out));
    if (const StructureMember* payload = shape.find_member(shape.payload)) {
        GRADUS_CHECK(read_payload(format, *payload, body, out));
        return out.build();
    }
    if (body.empty() || !has_body(shape, kind)) return out.build();
    if (const StructureMember* only = ref.unwrapped ? only_member(ref, kind) : nullptr) {
        GRADUS_TRY(Value value, read_document(format, only->ref, body));
        if (value != Value("")) out.put(std::string_view(only->name), std::move(value));
        return out.build();
    }
    GRADUS_TRY(const Value document, read_document(format, ref, body));
    if (!document.is_object()) return out.build();
    for (const Member& member : document.as_object())
        if (stands_in_body(*shape.find_member(member.name()), kind))
            out.put(member.key, member.value);
    return out.build();
}

} // namespace gradus::aws
