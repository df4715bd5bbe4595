#include "aws/protocol/xml.hpp"

#include "aws/protocol/scalars.hpp"

#include <pugixml.hpp>

namespace gradus::aws {

namespace {

// White space inside of texts counts, between elements it doesn't. No DTD is read, so no entity can
// grow.
constexpr unsigned parse_options = pugi::parse_default | pugi::parse_ws_pcdata_single;

std::string_view local_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child_named(const pugi::xml_node& node, std::string_view name) {
    for (const pugi::xml_node child : node.children())
        if (child.type() == pugi::node_element && local_name(child) == name) return child;
    return {};
}

std::string text_of(const pugi::xml_node& node) {
    std::string out;
    for (const pugi::xml_node child : node.children())
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
            out += child.value();
    return out;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return text.substr(0, 0);
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Result<Value> read(const ShapeRef& ref, const pugi::xml_node& node, std::size_t depth);

Result<Value> read_scalar(const ShapeRef& ref, const std::string& text) {
    const ShapeType type = ref.shape->type;
    if (type == ShapeType::string || type == ShapeType::character) return Value(text);
    const std::string_view core = trimmed(text);
    // An empty element for a number or a time stamp says that there is none.
    if (core.empty() && type != ShapeType::blob) return Value();
    return scalar_value(ref, core);
}

// Elements that all stand for items of one list.
Result<Value> read_flat_list(const ShapeRef& ref, const pugi::xml_node& parent,
                             std::string_view name, std::size_t depth) {
    Array out;
    for (const pugi::xml_node child : parent.children()) {
        if (child.type() != pugi::node_element || local_name(child) != name) continue;
        GRADUS_TRY(Value item, read(ref.shape->element, child, depth + 1));
        out.push_back(std::move(item));
    }
    return Value(std::move(out));
}

Result<void> read_entry(const Shape& shape, const pugi::xml_node& entry, ObjectBuilder& out,
                        std::size_t depth) {
    const std::string& key = shape.key.location_name;
    const std::string& inner = shape.value.location_name;
    const pugi::xml_node key_node = child_named(entry, key.empty() ? "key" : key);
    const pugi::xml_node value_node = child_named(entry, inner.empty() ? "value" : inner);
    if (!key_node) return Error{ErrorCode::invalid_argument, "expected a key in a map's entry"};
    Value value;
    if (value_node) {
        GRADUS_TRY(value, read(shape.value, value_node, depth + 1));
    }
    out.put(std::string_view(text_of(key_node)), std::move(value));
    return {};
}

// The entries named `name` among the children; all children when it is empty.
Result<Value> read_map(const Shape& shape, const pugi::xml_node& parent, std::string_view name,
                       std::size_t depth) {
    ObjectBuilder out;
    for (const pugi::xml_node child : parent.children()) {
        if (child.type() != pugi::node_element) continue;
        if (!name.empty() && local_name(child) != name) continue;
        GRADUS_CHECK(read_entry(shape, child, out, depth));
    }
    return out.build();
}

// The member's value; null when the node holds nothing for it.
Result<Value> read_member(const StructureMember& member, const pugi::xml_node& node,
                          std::size_t depth) {
    const ShapeRef& ref = member.ref;
    if (ref.xml_attribute) {
        const pugi::xml_attribute attribute = node.attribute(member.wire_name().c_str());
        return attribute ? read_scalar(ref, attribute.value()) : Result<Value>(Value());
    }
    if (ref.flattened && ref.shape->type == ShapeType::list) {
        const std::string& element = ref.shape->element.location_name;
        const std::string& name = element.empty() ? member.wire_name() : element;
        if (!child_named(node, name)) return Value();
        return read_flat_list(ref, node, name, depth);
    }
    const pugi::xml_node child = child_named(node, member.wire_name());
    if (!child) return Value();
    if (ref.flattened && ref.shape->type == ShapeType::map)
        return read_map(*ref.shape, node, member.wire_name(), depth);
    return read(ref, child, depth + 1);
}

Result<Value> read_structure(const Shape& shape, const pugi::xml_node& node, std::size_t depth) {
    ObjectBuilder out;
    for (const StructureMember& member : shape.members) {
        Result<Value> value = read_member(member, node, depth);
        if (!value) return at(member.name, std::move(value).error());
        if (!value->is_null()) out.append(Value(member.name), std::move(*value));
    }
    if (shape.is_union && out.size() == 0)
        for (const pugi::xml_node child : node.children())
            if (child.type() == pugi::node_element) return unknown_union_member(local_name(child));
    return out.build();
}

Result<Value> read(const ShapeRef& ref, const pugi::xml_node& node, std::size_t depth) {
    if (depth > protocol_depth_max)
        return Error{ErrorCode::limit, "nested deeper than " + std::to_string(protocol_depth_max)};
    const Shape& shape = *ref.shape;
    if (shape.type == ShapeType::structure) return read_structure(shape, node, depth);
    if (shape.type == ShapeType::map) return read_map(shape, node, {}, depth);
    if (shape.type != ShapeType::list) return read_scalar(ref, text_of(node));
    Array out;
    for (const pugi::xml_node child : node.children()) {
        if (child.type() != pugi::node_element) continue;
        GRADUS_TRY(Value item, read(shape.element, child, depth + 1));
        out.push_back(std::move(item));
    }
    return Value(std::move(out));
}

Result<void> parse(pugi::xml_document& document, std::string_view body) {
    const pugi::xml_parse_result parsed =
        document.load_buffer(body.data(), body.size(), parse_options, pugi::encoding_utf8);
    if (parsed && document.document_element()) return {};
    return Error{ErrorCode::syntax, std::string("not XML: ") + parsed.description() + " at byte " +
                                        std::to_string(parsed.offset)};
}

std::string request_id_of(const pugi::xml_node& root) {
    for (const std::string_view name : {"RequestId", "RequestID", "requestId"})
        if (const pugi::xml_node node = child_named(root, name)) return text_of(node);
    if (const pugi::xml_node metadata = child_named(root, "ResponseMetadata"))
        return request_id_of(metadata);
    return "";
}

} // namespace

Result<XmlAnswer> read_xml_answer(const Operation& operation, std::string_view body) {
    XmlAnswer out;
    if (trimmed(body).empty()) return out;
    pugi::xml_document document;
    GRADUS_CHECK(parse(document, body));
    const pugi::xml_node root = document.document_element();
    out.request_id = request_id_of(root);
    if (operation.output.shape == nullptr) return out;
    // Models that don't name the wrapper mean the one that every service of the protocol uses.
    const std::string wrapper =
        operation.result_wrapper.empty() ? operation.name + "Result" : operation.result_wrapper;
    const pugi::xml_node wrapped = child_named(root, wrapper);
    GRADUS_TRY(out.output, read_structure(*operation.output.shape, wrapped ? wrapped : root, 0));
    return out;
}

Result<Value> read_xml_document(const ShapeRef& ref, std::string_view body) {
    pugi::xml_document document;
    GRADUS_CHECK(parse(document, body));
    return read(ref, document.document_element(), 0);
}

Result<ServiceError> read_xml_error(const ServiceModel& model, const Operation& operation,
                                    std::string_view body) {
    pugi::xml_document document;
    GRADUS_CHECK(parse(document, body));
    const pugi::xml_node root = document.document_element();
    ServiceError out;
    out.request_id = request_id_of(root);
    pugi::xml_node error = local_name(root) == "Error" ? root : child_named(root, "Error");
    if (!error) error = child_named(child_named(root, "Errors"), "Error");
    if (!error) return out;
    out.code = text_of(child_named(error, "Code"));
    pugi::xml_node message = child_named(error, "Message");
    if (!message) message = child_named(error, "message");
    out.message = text_of(message);
    if (text_of(child_named(error, "Type")) == "Receiver")
        out.fault = ServiceError::Fault::receiver;
    if (const Shape* shape = model.find_error(operation, out.code)) {
        out.shape = shape->name;
        GRADUS_TRY(out.detail, read_structure(*shape, error, 0));
    }
    return out;
}

} // namespace gradus::aws
