// The server's half: results and errors of query and ec2 as AWS writes them.
#include "aws/protocol/xml.hpp"

#include "aws/protocol/scalars.hpp"

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
    void close(std::string_view name) { out.append("</").append(name).append(">"); }
    void text_element(std::string_view name, std::string_view text) {
        open(name);
        append_escaped(out, text);
        close(name);
    }

    void members(const Shape& shape, const Value& value, std::size_t depth) {
        if (!value.is_object() || depth > protocol_depth_max) return;
        for (const StructureMember& member : shape.members) {
            const Value* inner = value.find(member.name);
            if (inner != nullptr && !inner->is_null())
                element(member.wire_name(), member.ref, *inner, depth + 1);
        }
    }

    std::string out;

private:
    void element(std::string_view name, const ShapeRef& ref, const Value& value,
                 std::size_t depth) {
        const Shape& shape = *ref.shape;
        if (shape.type == ShapeType::list) return list(name, ref, value, depth);
        if (shape.type == ShapeType::map) return map(name, ref, value, depth);
        if (shape.type == ShapeType::structure) {
            open(name);
            members(shape, value, depth);
            close(name);
            return;
        }
        // A value of another type than the model's is the simulated service's mistake, and is left
        // out.
        const Result<std::string> text = scalar_text(ref, value, TimestampFormat::iso8601);
        if (text) text_element(name, *text);
    }

    void list(std::string_view name, const ShapeRef& ref, const Value& value, std::size_t depth) {
        if (!value.is_array()) return;
        const ShapeRef& item = ref.shape->element;
        std::string_view item_name = dialect_ == XmlDialect::ec2 ? "item" : "member";
        if (!item.location_name.empty()) item_name = item.location_name;
        if (ref.flattened) {
            const std::string_view flat = item.location_name.empty() ? name : item_name;
            for (const Value& each : value.as_array())
                element(flat, item, each, depth + 1);
            return;
        }
        open(name);
        for (const Value& each : value.as_array())
            element(item_name, item, each, depth + 1);
        close(name);
    }

    void map(std::string_view name, const ShapeRef& ref, const Value& value, std::size_t depth) {
        if (!value.is_object()) return;
        const Shape& shape = *ref.shape;
        const std::string_view key =
            shape.key.location_name.empty() ? "key" : std::string_view(shape.key.location_name);
        const std::string_view inner = shape.value.location_name.empty()
                                           ? "value"
                                           : std::string_view(shape.value.location_name);
        const std::string_view entry = ref.flattened ? name : "entry";
        if (!ref.flattened) open(name);
        for (const Member& member : value.as_object()) {
            open(entry);
            text_element(key, member.name());
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
    writer.out = std::string(declaration) + root_tag("ErrorResponse", model) + "<Error>";
    const bool is_sender = error.fault == ServiceError::Fault::sender;
    writer.text_element("Type", is_sender ? "Sender" : "Receiver");
    writer.text_element("Code", error.code);
    writer.text_element("Message", error.message);
    if (const Shape* shape = model.find_shape(error.shape)) writer.members(*shape, error.detail, 0);
    writer.out += "</Error>";
    writer.text_element("RequestId", request_id);
    writer.close("ErrorResponse");
    return std::move(writer.out);
}

} // namespace gradus::aws
