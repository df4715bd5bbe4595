#include "engine/integrations/casing.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

/// Whether a member is the whole body of a message, in bytes: an object of S3.
bool is_body(const aws::Shape& shape, const aws::StructureMember& member) {
    return member.name == shape.payload && member.ref.shape->type == aws::ShapeType::blob;
}

/// Direction of a translation.
struct ToModel {
    CallStyle style;

    /// Recorded: aws-sdk:s3:putObject writes the JSON text of Body, texts in quotes, too;
    /// lambda:invoke takes a text for JSON.
    Value body(const Value& value) const {
        if (style != CallStyle::sdk && value.is_string()) return value;
        return Value(to_json(value));
    }
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
    static Value finished(const aws::Shape&, Value object) { return object; }
};

struct ToTask {
    CallStyle style;

    /// Recorded for texts. Other bytes aren't recorded; base64 keeps them.
    static Value body(const Value& value) {
        if (!value.is_string() || is_valid_utf8(value.as_string())) return value;
        return Value(base64_encode(value.as_string()));
    }
    static const aws::StructureMember* find(const aws::Shape& shape, std::string_view name) {
        return shape.find_member(name);
    }
    static std::string name(const aws::StructureMember& member) { return task_name(member.name); }
    Value timestamp(const Value& value) const {
        if (!value.is_number()) return value;
        const std::int64_t milliseconds = std::llround(value.as_double() * 1000);
        if (style != CallStyle::sdk) return Value(milliseconds);
        return Value(format_iso8601(milliseconds));
    }
    Value finished(const aws::Shape& shape, Value object) const {
        if (style == CallStyle::sdk) return object;
        if (style == CallStyle::optimised_with_lists) {
            for (const aws::StructureMember& member : shape.members) {
                const std::string task_member = task_name(member.name);
                const bool is_list = member.ref.shape->type == aws::ShapeType::list;
                if (is_list && object.find(task_member) == nullptr)
                    object = std::move(object).with(task_member, Value::array({}));
            }
        }
        return sorted_by_name(object);
    }
};

// Depth is that of the value, which the parser has bounded.
template <class Direction>
Value translate(const Direction& direction, const aws::ShapeRef& ref, const Value& value) {
    if (ref.shape == nullptr) return value;
    const aws::Shape& shape = *ref.shape;
    if (shape.type == aws::ShapeType::timestamp) return direction.timestamp(value);
    if (shape.type == aws::ShapeType::structure && value.is_object()) {
        ObjectBuilder out(value.size());
        for (const Member& member : value.as_object()) {
            const aws::StructureMember* known = direction.find(shape, member.name());
            if (known == nullptr)
                out.put(member.key, member.value);
            else if (is_body(shape, *known))
                out.put(direction.name(*known), direction.body(member.value));
            else
                out.put(direction.name(*known), translate(direction, known->ref, member.value));
        }
        return direction.finished(shape, out.build());
    }
    if (shape.type == aws::ShapeType::list && value.is_array()) {
        Array out;
        for (const Value& element : value.as_array())
            out.push_back(translate(direction, shape.element, element));
        return Value(std::move(out));
    }
    if (shape.type == aws::ShapeType::map && value.is_object()) {
        ObjectBuilder out(value.size());
        for (const Member& member : value.as_object()) {
            out.append(member.key, translate(direction, shape.value, member.value));
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

Value to_model_names(const aws::ShapeRef& shape, const Value& parameters, CallStyle style) {
    return translate(ToModel{style}, shape, parameters);
}

Value to_task_names(const aws::ShapeRef& shape, const Value& result, CallStyle style) {
    return translate(ToTask{style}, shape, result);
}

Value sorted_by_name(const Value& object) {
    std::vector<Member> members(object.as_object().begin(), object.as_object().end());
    std::ranges::stable_sort(members, {}, [](const Member& member) { return member.name(); });
    ObjectBuilder out(members.size());
    for (Member& member : members)
        out.append(std::move(member.key), std::move(member.value));
    return out.build();
}

} // namespace gradus
