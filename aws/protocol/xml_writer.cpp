// Results and errors of query and ec2 as AWS writes them, and the documents of rest-xml.
#include "aws/protocol/xml.hpp"

#include "aws/protocol/scalars.hpp"

#include "states/base/base.hpp"

#include <optional>

namespace gradus::aws {

namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\r': out += "&#xD;"; break;
        default: out += c;
        }
    }
}

class XmlWriter {
public:
    explicit XmlWriter(XmlDialect dialect) : dialect_(dialect) {}

    void open(std::string_view name) { out.append("<").append(name).append(">"); }
    // With namespace and attributes, which rest-xml alone has.
    void open(std::string_view name, const ShapeRef& ref, const Value& value) {
        if (dialect_ != XmlDialect::rest) return open(name);
        out.append("<").append(name);
        if (const XmlNamespace& space = ref.xml_namespace; !space.uri.empty())
            attribute(space.prefix.empty() ? "xmlns" : "xmlns:" + space.prefix, space.uri);
        if (value.is_object() && ref.shape->type == ShapeType::structure) {
            for (const StructureMember& member : ref.shape->members) {
                const Value* given = member.ref.xml_attribute ? value.find(member.name) : nullptr;
                if (given != nullptr && !given->is_null())
                    attribute(member.wire_name(), scalar(member.ref, *given).value_or(""));
            }
        }
        out += '>';
    }
    void close(std::string_view name) { out.append("</").append(name).append(">"); }
    void text_element(std::string_view name, std::string_view text) {
        open(name);
        append_escaped(out, text);
        close(name);
    }

    void members(const Shape& shape, const Value& value, std::size_t depth) {
        if (!value.is_object() || depth > protocol_depth_max) return;
        for (const StructureMember& member : shape.members) {
            const bool is_attribute = dialect_ == XmlDialect::rest && member.ref.xml_attribute;
            const Value* inner = is_attribute ? nullptr : value.find(member.name);
            if (inner != nullptr && !inner->is_null())
                element(member.wire_name(), member.ref, *inner, depth + 1);
        }
    }

    void element(std::string_view name, const ShapeRef& ref, const Value& value,
                 std::size_t depth) {
        const Shape& shape = *ref.shape;
        if (shape.type == ShapeType::list) return list(name, ref, value, depth);
        if (shape.type == ShapeType::map) return map(name, ref, value, depth);
        if (shape.type == ShapeType::structure) {
            if (!value.is_object()) return mistake(expected_but_found("an object", value));
            open(name, ref, value);
            members(shape, value, depth);
            close(name);
            return;
        }
        const std::optional<std::string> text = scalar(ref, value);
        if (!text) return;
        open(name, ref, value);
        append_escaped(out, *text);
        close(name);
    }

    std::string out;
    // The first value of another type than the model's. It is left out: in an answer it is the
    // simulated service's mistake.
    std::optional<Error> error;

private:
    void mistake(Error found) {
        if (!error) error = std::move(found);
    }

    std::optional<std::string> scalar(const ShapeRef& ref, const Value& value) {
        Result<std::string> text = scalar_text(ref, value, TimestampFormat::iso8601);
        if (text) return std::move(*text);
        mistake(std::move(text).error());
        return std::nullopt;
    }

    void attribute(std::string_view name, std::string_view text) {
        out.append(" ").append(name).append("=\"");
        append_escaped(out, text);
        out += '"';
    }

    void list(std::string_view name, const ShapeRef& ref, const Value& value, std::size_t depth) {
        if (!value.is_array()) return mistake(expected_but_found("an array", value));
        const ShapeRef& item = ref.shape->element;
        std::string_view item_name = dialect_ == XmlDialect::ec2 ? "item" : "member";
        if (!item.location_name.empty()) item_name = item.location_name;
        if (ref.flattened) {
            const std::string_view flat = item.location_name.empty() ? name : item_name;
            for (const Value& each : value.as_array())
                element(flat, item, each, depth + 1);
            return;
        }
        open(name, ref, value);
        for (const Value& each : value.as_array())
            element(item_name, item, each, depth + 1);
        close(name);
    }

    void map(std::string_view name, const ShapeRef& ref, const Value& value, std::size_t depth) {
        if (!value.is_object()) return mistake(expected_but_found("an object", value));
        const Shape& shape = *ref.shape;
        const std::string_view key =
            shape.key.location_name.empty() ? "key" : std::string_view(shape.key.location_name);
        const std::string_view inner = shape.value.location_name.empty()
                                           ? "value"
                                           : std::string_view(shape.value.location_name);
        const std::string_view entry = ref.flattened ? name : "entry";
        if (!ref.flattened) open(name, ref, value);
        for (const Member& member : value.as_object()) {
            ref.flattened ? open(entry, ref, value) : open(entry);
            element(key, shape.key, member.key, depth + 1);
            element(inner, shape.value, member.value, depth + 1);
            close(entry);
        }
        if (!ref.flattened) close(name);
    }

    XmlDialect dialect_;
};

// "http://ec2.amazonaws.com/doc/2016-11-15/": EC2 answers with a final slash that its model lacks.
std::string root_tag(std::string_view name, const ServiceModel& model) {
    std::string out = "<" + std::string(name);
    const std::string& space = model.metadata().xml_namespace;
    if (space.empty()) return out + '>';
    out += " xmlns=\"" + space;
    if (space.back() != '/') out += '/';
    return out + "\">";
}

} // namespace

std::string write_xml_answer(const ServiceModel& model, const Operation& operation,
                             const Value& output, std::string_view request_id, XmlDialect dialect) {
    XmlWriter writer(dialect);
    const std::string root = operation.name + "Response";
    writer.out = std::string(declaration) + root_tag(root, model);
    if (dialect == XmlDialect::ec2) {
        writer.text_element("requestId", request_id);
        if (operation.output.shape != nullptr)
            writer.members(*operation.output.shape, output, 0);
        else
            writer.text_element("return", "true");
        writer.close(root);
        return std::move(writer.out);
    }
    const std::string wrapper =
        operation.result_wrapper.empty() ? operation.name + "Result" : operation.result_wrapper;
    if (operation.output.shape != nullptr) {
        writer.open(wrapper);
        writer.members(*operation.output.shape, output, 0);
        writer.close(wrapper);
    }
    writer.open("ResponseMetadata");
    writer.text_element("RequestId", request_id);
    writer.close("ResponseMetadata");
    writer.close(root);
    return std::move(writer.out);
}

Result<std::string> write_xml_document(const ShapeRef& ref, std::string_view root,
                                       const Value& value) {
    XmlWriter writer(XmlDialect::rest);
    ShapeRef whole = ref;
    whole.flattened = false;
    writer.element(root, whole, value, 0);
    if (writer.error) return std::move(*writer.error);
    return std::move(writer.out);
}

std::string write_xml_error(const ServiceModel& model, const ServiceError& error,
                            std::string_view request_id, XmlDialect dialect) {
    XmlWriter writer(dialect);
    if (dialect == XmlDialect::ec2) {
        writer.out = std::string(declaration) + "<Response><Errors><Error>";
        writer.text_element("Code", error.code);
        writer.text_element("Message", error.message);
        writer.out += "</Error></Errors>";
        writer.text_element("RequestID", request_id);
        writer.close("Response");
        return std::move(writer.out);
    }
    const auto modelled_members = [&] {
        if (const Shape* shape = model.find_shape(error.shape))
            writer.members(*shape, error.detail, 0);
    };
    // S3 has nothing around the error, and a second id (AWS, S3 API reference, "Error Responses").
    if (dialect == XmlDialect::rest && model.metadata().service_id == "S3") {
        writer.out = std::string(declaration) + "<Error>";
        writer.text_element("Code", error.code);
        writer.text_element("Message", error.message);
        modelled_members();
        writer.text_element("RequestId", request_id);
        writer.text_element("HostId", base64_encode(request_id));
        writer.close("Error");
        return std::move(writer.out);
    }
    writer.out = std::string(declaration) + root_tag("ErrorResponse", model) + "<Error>";
    const bool is_sender = error.fault == ServiceError::Fault::sender;
    writer.text_element("Type", is_sender ? "Sender" : "Receiver");
    writer.text_element("Code", error.code);
    writer.text_element("Message", error.message);
    modelled_members();
    writer.out += "</Error>";
    writer.text_element("RequestId", request_id);
    writer.close("ErrorResponse");
    return std::move(writer.out);
}

} // namespace gradus::aws
