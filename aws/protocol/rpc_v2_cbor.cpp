#include "aws/protocol/rpc_v2_cbor.hpp"

#include "aws/protocol/cbor.hpp"
#include "aws/uri_encoding.hpp"

namespace gradus::aws {

namespace {

constexpr std::string_view protocol_name = "rpc-v2-cbor";
constexpr std::string_view content_type = "application/cbor";

std::string service_path(const ServiceModel& model) {
    return "/service/" + model.metadata().target_prefix + "/operation/";
}

ServiceError refusal(std::string code, std::string message, int status) {
    ServiceError out;
    out.code = std::move(code);
    out.message = std::move(message);
    out.http_status = status;
    return out;
}

HttpResponse answer_of(std::string body) {
    HttpResponse out;
    out.headers = {{"smithy-protocol", std::string(protocol_name)}};
    if (!body.empty()) out.headers.push_back({"Content-Type", std::string(content_type)});
    out.body = std::move(body);
    return out;
}

// What an error that no model knows has in its body.
const ShapeRef& text_ref() {
    static const Shape text{.type = ShapeType::string, .name = "String"};
    static const ShapeRef ref{.shape = &text};
    return ref;
}

} // namespace

Result<void> write_rpc_request(const ServiceModel& model, const Operation& operation,
                               const Value& params, RequestParts& out) {
    out.method = "POST";
    out.uri = service_path(model) + operation.name;
    set_header(out.headers, "smithy-protocol", std::string(protocol_name));
    set_header(out.headers, "Accept", std::string(content_type));
    if (model.metadata().query_compatible) set_header(out.headers, "x-amzn-query-mode", "true");
    if (operation.input.shape == nullptr) return {};
    set_header(out.headers, "Content-Type", std::string(content_type));
    GRADUS_TRY(out.body, to_cbor_body(operation.input, params));
    return {};
}

Result<ReceivedCall, ServiceError> parse_rpc_request(const ServiceModel& model,
                                                     const HttpRequest& request) {
    const std::string* protocol = find_header(request.headers, "smithy-protocol");
    const std::string_view path = split_target(request.target).path;
    // A service may be called through a path of its host.
    const std::size_t at = path.rfind(service_path(model));
    const bool is_call = request.method == "POST" && protocol != nullptr &&
                         *protocol == protocol_name && at != std::string_view::npos;
    ReceivedCall call;
    if (is_call)
        call.operation = model.find_operation(path.substr(at + service_path(model).size()));
    if (call.operation == nullptr) return refusal("UnknownOperationException", "", 404);
    Result<Value> params = from_cbor_body(call.operation->input, request.body);
    if (params && !params->is_object())
        return refusal("SerializationException", "expected a map", 400);
    if (!params) return refusal("SerializationException", params.error().message, 400);
    call.params = std::move(*params);
    return call;
}

Result<HttpResponse> write_rpc_answer(const Operation& operation, const Value& output) {
    GRADUS_TRY(std::string body, to_cbor_body(operation.output, output));
    return answer_of(std::move(body));
}

HttpResponse write_rpc_error(const ServiceModel& model, const ServiceError& error) {
    const std::string& name = error.shape.empty() ? error.code : error.shape;
    const Shape* known = model.find_shape(name);
    // The modelled members with the two that every error has.
    Shape shape{.type = ShapeType::structure, .name = name};
    if (known != nullptr) shape.members = known->members;
    Value members = known != nullptr && error.detail.is_object() ? error.detail : Value::object();
    const auto add = [&](std::string_view member, const std::string& text) {
        if (members.find(member) != nullptr) return;
        members = std::move(members).with(member, text);
        if (shape.find_member(member) == nullptr)
            shape.members.push_back({std::string(member), text_ref()});
    };
    add("__type", name);
    add("message", error.message);
    ShapeRef ref;
    ref.shape = &shape;
    Result<std::string> body = to_cbor_body(ref, members);
    if (!body) {
        shape.members = {{"__type", text_ref()}, {"message", text_ref()}};
        body =
            to_cbor_body(ref, Value::object({{"__type", name}, {"message", Value(error.message)}}));
    }
    return answer_of(std::move(*body));
}

} // namespace gradus::aws
