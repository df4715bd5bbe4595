#include "engine/integrations/casing.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <cmath>

namespace gradus {
namespace {

/// Whether a member is the whole body of a message, in bytes: an object of S3.
bool is_body(const aws::Shape& shape, const aws::StructureMember& member) {
    return member.name == shape.payload && member.ref.shape->type == aws::ShapeType::blob;
}

/// Direction of a translation.
struct ToModel {
    /// Recorded: aws-sdk:s3:putObject writes the JSON text of Body, texts in quotes, too.
    static Value body(const Value& value) { return Value(to_json(value)); }
    static const aws::StructureMember* find(const aws::Shape& shape, std::string_view name) {
        for (const aws::StructureMember& member : shape.members) {
            if (member.name == name || task_name(member.name) == name) return &member;
        }
        return nullptr;
    }
    static std::string name(const aws::StructureMember& member) { return member.name; }
    static Value timestamp(const Value& value) {
        if (!value.is_string()) return value;
        const auto instant = parse_rfc3339(value.as_string());
        if (!instant) return value;
        if (instant->nanoseconds == 0) return Value(instant->seconds);
        return Value(static_cast<double>(instant->seconds) + instant->nanoseconds / 1e9);
    }
};

struct ToTask {
    /// Recorded for texts. Other bytes aren't recorded; base64 keeps them.
    static Value body(const Value& value) {
        if (!value.is_string() || is_valid_utf8(value.as_string())) return value;
        return Value(base64_encode(value.as_string()));
    }
    static const aws::StructureMember* find(const aws::Shape& shape, std::string_view name) {
        return shape.find_member(name);
    }
    static std::string name(const aws::StructureMember& member) { return task_name(member.name); }
    static Value timestamp(const Value& value) {
        if (!value.is_number()) return value;
        return Value(format_iso8601(std::llround(value.as_double() * 1000)));
    }
};

// Depth is that of the value, which the parser has bounded.
template <class Direction>
Value translate(const aws::ShapeRef& ref, const Value& value) {
    if (ref.shape == nullptr) return value;
    const aws::Shape& shape = *ref.shape;
    if (shape.type == aws::ShapeType::timestamp) return Direction::timestamp(value);
    if (shape.type == aws::ShapeType::structure && value.is_object()) {
        ObjectBuilder out(value.size());
        for (const Member& member : value.as_object()) {
            const aws::StructureMember* known = Direction::find(shape, member.name());
            if (known == nullptr)
                out.put(member.key, member.value);
            else if (is_body(shape, *known))
                out.put(Direction::name(*known), Direction::body(member.value));
            else
                out.put(Direction::name(*known), translate<Direction>(known->ref, member.value));
        }
        return out.build();
    }
    if (shape.type == aws::ShapeType::list && value.is_array()) {
        Array out;
        for (const Value& element : value.as_array())
            out.push_back(translate<Direction>(shape.element, element));
        return Value(std::move(out));
    }
    if (shape.type == aws::ShapeType::map && value.is_object()) {
        ObjectBuilder out(value.size());
        for (const Member& member : value.as_object()) {
            out.append(member.key, translate<Direction>(shape.value, member.value));
        }
        return out.build();
    }
    return value;
}

} // namespace

std::string task_name(std::string_view name) {
    std::string out(name);
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z')
        out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
}

Value to_model_names(const aws::ShapeRef& shape, const Value& parameters) {
    return translate<ToModel>(shape, parameters);
}

Value to_task_names(const aws::ShapeRef& shape, const Value& result) {
    return translate<ToTask>(shape, result);
}

} // namespace gradus
