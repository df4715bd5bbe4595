#include "aws/model/service_model.hpp"

#include "gradus/json.hpp"

#include <optional>
#include <utility>

namespace gradus::aws {

namespace {

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

bool flag_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_boolean() && member->as_boolean();
}

Error fault(std::string what, std::string_view pointer) {
    return {ErrorCode::syntax, std::move(what) + " at " + std::string(pointer) + " of the model"};
}

std::optional<ShapeType> shape_type(std::string_view type) {
    static constexpr std::pair<std::string_view, ShapeType> names[] = {
        {"structure", ShapeType::structure},
        {"list", ShapeType::list},
        {"map", ShapeType::map},
        {"string", ShapeType::string},
        {"character", ShapeType::character},
        {"boolean", ShapeType::boolean},
        {"integer", ShapeType::integer},
        {"long", ShapeType::integer},
        {"short", ShapeType::integer},
        {"byte", ShapeType::integer},
        {"biginteger", ShapeType::integer},
        {"float", ShapeType::real},
        {"double", ShapeType::real},
        {"bigdecimal", ShapeType::real},
        {"blob", ShapeType::blob},
        {"timestamp", ShapeType::timestamp}};
    for (const auto& [name, value] : names)
        if (name == type) return value;
    return std::nullopt;
}

std::optional<Protocol> protocol_named(std::string_view name) {
    static constexpr std::pair<std::string_view, Protocol> names[] = {
        {"json", Protocol::json},         {"query", Protocol::query},
        {"ec2", Protocol::ec2},           {"rest-json", Protocol::rest_json},
        {"rest-xml", Protocol::rest_xml}, {"smithy-rpc-v2-cbor", Protocol::smithy_rpc_v2_cbor}};
    for (const auto& [text, value] : names)
        if (text == name) return value;
    return std::nullopt;
}

Location location_named(std::string_view name) {
    if (name == "header") return Location::header;
    if (name == "headers") return Location::headers;
    if (name == "uri") return Location::uri;
    if (name == "querystring") return Location::querystring;
    if (name == "statusCode") return Location::status_code;
    return Location::body;
}

// Takes the traits that `source` has; what it doesn't have stays.
void apply_traits(const Value& source, ShapeRef& ref) {
    if (!source.is_object()) return;
    if (std::string name = text_of(source, "locationName"); !name.empty())
        ref.location_name = std::move(name);
    if (std::string name = text_of(source, "queryName"); !name.empty())
        ref.query_name = std::move(name);
    if (const Value* space = source.find("xmlNamespace")) {
        ref.xml_namespace.uri =
            space->is_string() ? std::string(space->as_string()) : text_of(*space, "uri");
        ref.xml_namespace.prefix = text_of(*space, "prefix");
    }
    const std::string format = text_of(source, "timestampFormat");
    if (format == "iso8601") ref.timestamp_format = TimestampFormat::iso8601;
    if (format == "rfc822") ref.timestamp_format = TimestampFormat::rfc822;
    if (format == "unixTimestamp") ref.timestamp_format = TimestampFormat::unix_seconds;
    if (const std::string place = text_of(source, "location"); !place.empty())
        ref.location = location_named(place);
    ref.flattened = ref.flattened || flag_of(source, "flattened");
    ref.xml_attribute = ref.xml_attribute || flag_of(source, "xmlAttribute");
    ref.idempotency_token = ref.idempotency_token || flag_of(source, "idempotencyToken");
    ref.host_label = ref.host_label || flag_of(source, "hostLabel");
    ref.json_value = ref.json_value || flag_of(source, "jsonvalue");
    ref.streaming = ref.streaming || flag_of(source, "streaming");
}

} // namespace

std::string_view to_string(Protocol protocol) {
    switch (protocol) {
    case Protocol::json: return "json";
    case Protocol::query: return "query";
    case Protocol::ec2: return "ec2";
    case Protocol::rest_json: return "rest-json";
    case Protocol::rest_xml: return "rest-xml";
    case Protocol::smithy_rpc_v2_cbor: return "smithy-rpc-v2-cbor";
    }
    GRADUS_UNREACHABLE();
}

const StructureMember* Shape::find_member(std::string_view member) const {
    for (const StructureMember& candidate : members)
        if (candidate.name == member) return &candidate;
    return nullptr;
}

const StructureMember* Shape::find_member_by_wire_name(std::string_view wire_name) const {
    for (const StructureMember& candidate : members)
        if (candidate.wire_name() == wire_name) return &candidate;
    return nullptr;
}

// Reads in two passes: names first, so that shapes can refer to one another in any order and in
// circles. Nesting of inline shapes is bounded by the depth limit of JSON.
class ModelReader {
public:
    explicit ModelReader(ServiceModel& model) : model_(model) {}

    Result<void> read(const Value& document) {
        if (!document.is_object()) return fault("expected an object", "/");
        GRADUS_CHECK(read_metadata(document["metadata"]));
        const Value& shapes = document["shapes"];
        if (shapes.is_object()) {
            named_ = &shapes;
            for (const Member& member : shapes.as_object()) {
                Shape& shape = model_.shapes_.emplace_back();
                shape.name = member.name();
                model_.shape_index_.emplace(shape.name, &shape);
            }
            for (const Member& member : shapes.as_object())
                GRADUS_CHECK(read_shape(member.value, *model_.shape_index_.at(member.name()),
                                        pointer_child("/shapes", member.name())));
        }
        const Value& operations = document["operations"];
        if (!operations.is_object()) return fault("expected an object", "/operations");
        for (const Member& member : operations.as_object())
            GRADUS_CHECK(read_operation(member.name(), member.value));
        model_.endpoint_rules_ = document["endpointRules"];
        model_.pagination_ = document["pagination"];
        model_.waiters_ = document["waiters"];
        return {};
    }

private:
    Result<void> read_metadata(const Value& source) {
        if (!source.is_object()) return fault("expected an object", "/metadata");
        ServiceMetadata& metadata = model_.metadata_;
        const std::string protocol = text_of(source, "protocol");
        const std::optional<Protocol> known = protocol_named(protocol);
        if (!known) return fault("unknown protocol '" + protocol + "'", "/metadata/protocol");
        metadata.protocol = *known;
        metadata.service_id = text_of(source, "serviceId");
        metadata.endpoint_prefix = text_of(source, "endpointPrefix");
        metadata.signing_name = text_of(source, "signingName");
        if (metadata.signing_name.empty()) metadata.signing_name = metadata.endpoint_prefix;
        metadata.api_version = text_of(source, "apiVersion");
        metadata.json_version = text_of(source, "jsonVersion");
        if (metadata.json_version.empty()) metadata.json_version = "1.0";
        metadata.target_prefix = text_of(source, "targetPrefix");
        metadata.xml_namespace = text_of(source, "xmlNamespace");
        metadata.signature_version = text_of(source, "signatureVersion");
        if (metadata.signature_version.empty()) metadata.signature_version = "v4";
        metadata.query_compatible = source.find("awsQueryCompatible") != nullptr;
        return {};
    }

    Result<void> read_operation(std::string_view name, const Value& source) {
        const std::string pointer = pointer_child("/operations", name);
        if (!source.is_object()) return fault("expected an object", pointer);
        Operation& operation = model_.operations_.emplace_back();
        operation.name = name;
        model_.operation_index_.emplace(operation.name, &operation);
        if (const Value* http = source.find("http")) {
            if (std::string method = text_of(*http, "method"); !method.empty())
                operation.method = std::move(method);
            if (std::string uri = text_of(*http, "requestUri"); !uri.empty())
                operation.request_uri = std::move(uri);
            if (const Value* status = http->find("responseCode"); status && status->is_integer())
                operation.http_status = static_cast<int>(status->as_integer());
        }
        operation.needs_content_md5 = flag_of(source, "httpChecksumRequired") ||
                                      flag_of(source["httpChecksum"], "requestChecksumRequired");
        if (const Value* endpoint = source.find("endpoint"))
            operation.host_prefix = text_of(*endpoint, "hostPrefix");
        operation.needs_no_signature = text_of(source, "authtype") == "none";
        if (const Value* input = source.find("input")) {
            GRADUS_TRY(operation.input,
                       read_ref(*input, operation.name + ".input", pointer + "/input"));
            set_payload(*input);
            read_endpoint_members(*input, operation);
        }
        if (const Value& fixed = source["staticContextParams"]; fixed.is_object())
            for (const Member& parameter : fixed.as_object())
                operation.endpoint_parameters.push_back(
                    {std::string(parameter.name()), "", parameter.value["value"]});
        if (const Value* output = source.find("output")) {
            GRADUS_TRY(operation.output,
                       read_ref(*output, operation.name + ".output", pointer + "/output"));
            operation.result_wrapper = text_of(*output, "resultWrapper");
            set_payload(*output);
            operation.output.unwrapped =
                model_.metadata_.service_id == "S3" && operation.name == "GetBucketLocation";
        }
        if (const Value* errors = source.find("errors"); errors != nullptr && errors->is_array()) {
            for (const Value& error : errors->as_array())
                if (const Shape* shape = model_.find_shape(text_of(error, "shape")))
                    operation.errors.push_back(shape);
        }
        return {};
    }

    // Which members of the input the endpoint rules see (Smithy 2.0, "contextParam trait").
    void read_endpoint_members(const Value& use, Operation& operation) {
        const std::string target = text_of(use, "shape");
        const Value& shape = target.empty() ? use : (*named_)[target];
        const Value& members = shape["members"];
        if (!members.is_object()) return;
        for (const Member& member : members.as_object())
            if (std::string name = text_of(member.value["contextParam"], "name"); !name.empty())
                operation.endpoint_parameters.push_back(
                    {std::move(name), std::string(member.name()), Value()});
    }

    // Older models name the payload where a shape is used.
    void set_payload(const Value& use) {
        const std::string payload = text_of(use, "payload");
        const auto named = model_.shape_index_.find(text_of(use, "shape"));
        if (!payload.empty() && named != model_.shape_index_.end())
            named->second->payload = payload;
    }

    // A use of a named shape, or a shape inline.
    Result<ShapeRef> read_ref(const Value& source, std::string name, const std::string& pointer) {
        if (!source.is_object()) return fault("expected an object", pointer);
        ShapeRef ref;
        if (source.find("shape") == nullptr || !source["shape"].is_string()) {
            Shape& shape = model_.shapes_.emplace_back();
            shape.name = std::move(name);
            GRADUS_CHECK(read_shape(source, shape, pointer));
            ref.shape = &shape;
            apply_traits(source, ref);
            return ref;
        }
        const std::string target = text_of(source, "shape");
        ref.shape = model_.find_shape(target);
        if (ref.shape == nullptr) return fault("unknown shape '" + target + "'", pointer);
        apply_traits((*named_)[target], ref);
        apply_traits(source, ref);
        return ref;
    }

    Result<void> read_shape(const Value& source, Shape& shape, const std::string& pointer) {
        if (!source.is_object()) return fault("expected an object", pointer);
        std::string type = text_of(source, "type");
        if (type.empty()) type = source.find("members") != nullptr ? "structure" : "string";
        const std::optional<ShapeType> known = shape_type(type);
        if (!known) return fault("unknown type '" + type + "'", pointer + "/type");
        shape.type = flag_of(source, "document") ? ShapeType::document : *known;
        shape.is_union = flag_of(source, "union");
        shape.is_exception = flag_of(source, "exception");
        shape.is_event_stream = flag_of(source, "eventstream");
        shape.payload = text_of(source, "payload");
        if (const Value* error = source.find("error"); error != nullptr && error->is_object()) {
            shape.error_code = text_of(*error, "code");
            if (const Value* status = error->find("httpStatusCode");
                status != nullptr && status->is_integer())
                shape.error_http_status = static_cast<int>(status->as_integer());
        }
        if (const Value* names = source.find("enum"); names != nullptr && names->is_array())
            for (const Value& item : names->as_array())
                if (item.is_string()) shape.enumeration.emplace_back(item.as_string());
        if (const Value* min = source.find("min"); min != nullptr && min->is_number())
            shape.min = min->as_double();
        if (const Value* max = source.find("max"); max != nullptr && max->is_number())
            shape.max = max->as_double();
        if (shape.type == ShapeType::structure) return read_members(source, shape, pointer);
        if (shape.type == ShapeType::list) {
            GRADUS_TRY(shape.element,
                       read_ref(source["member"], shape.name + ".member", pointer + "/member"));
        }
        if (shape.type == ShapeType::map) {
            GRADUS_TRY(shape.key, read_ref(source["key"], shape.name + ".key", pointer + "/key"));
            GRADUS_TRY(shape.value,
                       read_ref(source["value"], shape.name + ".value", pointer + "/value"));
        }
        return {};
    }

    Result<void> read_members(const Value& source, Shape& shape, const std::string& pointer) {
        const Value& members = source["members"];
        if (!members.is_object()) return {};
        shape.members.reserve(members.size());
        for (const Member& member : members.as_object()) {
            StructureMember out;
            out.name = member.name();
            GRADUS_TRY(out.ref, read_ref(member.value, shape.name + '.' + out.name,
                                         pointer_child(pointer + "/members", member.name())));
            shape.members.push_back(std::move(out));
        }
        const Value& required = source["required"];
        if (!required.is_array()) return {};
        for (const Value& name : required.as_array())
            for (StructureMember& member : shape.members)
                if (name.is_string() && name.as_string() == member.name) member.required = true;
        return {};
    }

    ServiceModel& model_;
    const Value* named_ = nullptr;
};

Result<std::shared_ptr<const ServiceModel>> ServiceModel::load(const Value& document) {
    std::shared_ptr<ServiceModel> model(new ServiceModel);
    GRADUS_CHECK(ModelReader(*model).read(document));
    return std::shared_ptr<const ServiceModel>(std::move(model));
}

const Operation* ServiceModel::find_operation(std::string_view name) const {
    const auto found = operation_index_.find(name);
    return found == operation_index_.end() ? nullptr : found->second;
}

const Shape* ServiceModel::find_shape(std::string_view name) const {
    const auto found = shape_index_.find(name);
    return found == shape_index_.end() ? nullptr : found->second;
}

const Shape* ServiceModel::find_error(const Operation& operation, std::string_view code) const {
    for (const Shape* shape : operation.errors)
        if (shape->error_code == code || shape->name == code) return shape;
    const Shape* named = find_shape(code);
    if (named != nullptr && named->is_exception) return named;
    for (const Shape& shape : shapes_)
        if (shape.is_exception && !shape.error_code.empty() && shape.error_code == code)
            return &shape;
    return nullptr;
}

} // namespace gradus::aws
