// Writing the forms of query and ec2 requests. Sources: Smithy, "AWS query protocol" and "AWS EC2
// query protocol".
#include "aws/protocol/form.hpp"

#include "aws/protocol/scalars.hpp"
#include "aws/uri_encoding.hpp"

namespace gradus::aws {

namespace {

// A request with more parameters than this is somebody's mistake; EC2 refuses far smaller ones.
constexpr std::size_t parameters_max = 100'000;

std::string with_first_upper(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

class FormWriter {
public:
    explicit FormWriter(FormDialect dialect) : dialect_(dialect) {}

    Result<void> write(const ShapeRef& ref, const Value& value, const std::string& prefix,
                       std::size_t depth) {
        if (depth > protocol_depth_max || parameters.size() > parameters_max)
            return Error{ErrorCode::limit, "the parameters are too large to send"};
        if (value.is_null()) return {};
        switch (ref.shape->type) {
        case ShapeType::structure: return structure(*ref.shape, value, prefix, depth);
        case ShapeType::list: return list(ref, value, prefix, depth);
        case ShapeType::map: return map(ref, value, prefix, depth);
        case ShapeType::string:
        case ShapeType::character:
        case ShapeType::boolean:
        case ShapeType::integer:
        case ShapeType::real:
        case ShapeType::blob:
        case ShapeType::timestamp:
        case ShapeType::document: break;
        }
        Result<std::string> text = scalar_text(ref, value, TimestampFormat::iso8601);
        if (!text) return at(prefix, std::move(text).error());
        parameters.push_back({prefix, std::move(*text)});
        return {};
    }

    std::vector<QueryParameter> parameters;

private:
    static Error at(const std::string& prefix, Error error) {
        if (!prefix.empty()) error.message = prefix + ": " + error.message;
        return error;
    }

    Result<void> structure(const Shape& shape, const Value& value, const std::string& prefix,
                           std::size_t depth) {
        if (!value.is_object()) return at(prefix, expected_but_found("an object", value));
        for (const Member& given : value.as_object()) {
            const StructureMember* member = shape.find_member(given.name());
            if (member == nullptr)
                return at(prefix, {ErrorCode::invalid_argument,
                                   "unknown member '" + std::string(given.name()) + "'"});
            const std::string name = form_name(*member);
            GRADUS_CHECK(write(member->ref, given.value,
                               prefix.empty() ? name : prefix + '.' + name, depth + 1));
        }
        return {};
    }

    Result<void> list(const ShapeRef& ref, const Value& value, const std::string& prefix,
                      std::size_t depth) {
        if (!value.is_array()) return at(prefix, expected_but_found("an array", value));
        const ShapeRef& element = ref.shape->element;
        std::string start = prefix;
        if (dialect_ == FormDialect::query) {
            if (value.size() == 0) parameters.push_back({prefix, ""});
            const std::string& name = element.location_name;
            if (!ref.flattened) {
                start += name.empty() ? ".member" : '.' + name;
            } else if (!name.empty()) {
                // A flattened list is named by its elements, in place of its own last name.
                const std::size_t dot = prefix.rfind('.');
                start = dot == std::string::npos ? name : prefix.substr(0, dot + 1) + name;
            }
        }
        std::size_t index = 0;
        for (const Value& item : value.as_array())
            GRADUS_CHECK(write(element, item, start + '.' + std::to_string(++index), depth + 1));
        return {};
    }

    Result<void> map(const ShapeRef& ref, const Value& value, const std::string& prefix,
                     std::size_t depth) {
        if (!value.is_object()) return at(prefix, expected_but_found("an object", value));
        const Shape& shape = *ref.shape;
        const std::string start = ref.flattened ? prefix : prefix + ".entry";
        const std::string key = shape.key.location_name.empty() ? "key" : shape.key.location_name;
        const std::string inner =
            shape.value.location_name.empty() ? "value" : shape.value.location_name;
        std::size_t index = 0;
        for (const Member& entry : value.as_object()) {
            const std::string number = start + '.' + std::to_string(++index) + '.';
            GRADUS_CHECK(write(shape.key, entry.key, number + key, depth + 1));
            GRADUS_CHECK(write(shape.value, entry.value, number + inner, depth + 1));
        }
        return {};
    }

    std::string form_name(const StructureMember& member) const {
        if (dialect_ == FormDialect::query) return member.wire_name();
        if (!member.ref.query_name.empty()) return member.ref.query_name;
        return with_first_upper(member.wire_name());
    }

    FormDialect dialect_;
};

} // namespace

Result<std::string> write_form(const ServiceModel& model, const Operation& operation,
                               const Value& params, FormDialect dialect) {
    FormWriter writer(dialect);
    writer.parameters = {{"Action", operation.name}, {"Version", model.metadata().api_version}};
    if (operation.input.shape != nullptr)
        GRADUS_CHECK(writer.write(operation.input, params, "", 0));
    return format_query(writer.parameters);
}

} // namespace gradus::aws
