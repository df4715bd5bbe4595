#include "aws/protocol/json.hpp"

#include "aws/protocol/scalars.hpp"

#include "states/base/base.hpp"

#include <string>

namespace gradus::aws {

namespace {

enum class Direction { to_wire, from_wire };

Error too_deep() {
    return {ErrorCode::limit, "nested deeper than " + std::to_string(protocol_depth_max)};
}

Result<Value> scalar_to_wire(const ShapeRef& ref, const Value& value) {
    const ShapeType type = ref.shape->type;
    if (type == ShapeType::blob) {
        if (!value.is_string()) return expected_but_found("a string", value);
        return Value(base64_encode(value.as_string()));
    }
    if (type != ShapeType::timestamp) return value;
    const std::optional<Value> epoch = read_timestamp(value);
    if (!epoch) return expected_but_found("a time stamp", value);
    const bool is_text = ref.timestamp_format == TimestampFormat::iso8601 ||
                         ref.timestamp_format == TimestampFormat::rfc822;
    if (is_text) return Value(timestamp_text(*epoch, ref.timestamp_format));
    return *epoch;
}

Result<Value> scalar_from_wire(const ShapeRef& ref, const Value& value) {
    const ShapeType type = ref.shape->type;
    if (type == ShapeType::blob && value.is_string()) return blob_value(value.as_string());
    if (type != ShapeType::timestamp) return value;
    const std::optional<Value> epoch = read_timestamp(value);
    if (!epoch) return expected_but_found("a time stamp", value);
    return *epoch;
}

class Walk {
public:
    explicit Walk(Direction direction) : direction_(direction) {}

    Result<Value> run(const ShapeRef& ref, const Value& value, std::size_t depth) {
        if (depth > protocol_depth_max) return too_deep();
        if (value.is_null()) return value;
        switch (ref.shape->type) {
        case ShapeType::structure: return structure(*ref.shape, value, depth);
        case ShapeType::list: return list(*ref.shape, value, depth);
        case ShapeType::map: return map(*ref.shape, value, depth);
        case ShapeType::document: return value;
        case ShapeType::string:
        case ShapeType::character:
        case ShapeType::boolean:
        case ShapeType::integer:
        case ShapeType::real:
        case ShapeType::blob:
        case ShapeType::timestamp: break;
        }
        return direction_ == Direction::to_wire ? scalar_to_wire(ref, value)
                                                : scalar_from_wire(ref, value);
    }

private:
    Result<Value> structure(const Shape& shape, const Value& value, std::size_t depth) {
        if (!value.is_object()) return expected_but_found("an object", value);
        const bool writes = direction_ == Direction::to_wire;
        ObjectBuilder out(value.size());
        std::string_view unknown;
        for (const Member& given : value.as_object()) {
            if (given.value.is_null()) continue;
            const StructureMember* member = writes ? shape.find_member(given.name())
                                                   : shape.find_member_by_wire_name(given.name());
            if (member == nullptr) {
                if (!writes) {
                    // Some services name the shape beside the members ("AWS restJson1 protocol").
                    if (given.name() != "__type") unknown = given.name();
                    continue;
                }
                return Error{ErrorCode::invalid_argument,
                             "unknown member '" + std::string(given.name()) + "'"};
            }
            Result<Value> inner = run(member->ref, given.value, depth + 1);
            if (!inner) return at(member->name, std::move(inner).error());
            out.put(writes ? member->wire_name() : member->name, std::move(*inner));
        }
        if (shape.is_union && out.size() == 0 && !unknown.empty())
            return unknown_union_member(unknown);
        return out.build();
    }

    Result<Value> list(const Shape& shape, const Value& value, std::size_t depth) {
        if (!value.is_array()) return expected_but_found("an array", value);
        Array out;
        out.reserve(value.size());
        for (const Value& element : value.as_array()) {
            GRADUS_TRY(Value inner, run(shape.element, element, depth + 1));
            out.push_back(std::move(inner));
        }
        return Value(std::move(out));
    }

    Result<Value> map(const Shape& shape, const Value& value, std::size_t depth) {
        if (!value.is_object()) return expected_but_found("an object", value);
        ObjectBuilder out(value.size());
        for (const Member& entry : value.as_object()) {
            Result<Value> inner = run(shape.value, entry.value, depth + 1);
            if (!inner) return at(entry.name(), std::move(inner).error());
            out.put(entry.key, std::move(*inner));
        }
        return out.build();
    }

    Direction direction_;
};

} // namespace

Result<Value> to_json_body(const ShapeRef& ref, const Value& value) {
    if (ref.shape == nullptr) return Value::object();
    return Walk(Direction::to_wire).run(ref, value, 0);
}

Result<Value> from_json_body(const ShapeRef& ref, const Value& body) {
    if (ref.shape == nullptr) return Value::object();
    return Walk(Direction::from_wire).run(ref, body, 0);
}

} // namespace gradus::aws
