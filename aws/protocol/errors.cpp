#include "aws/protocol/errors.hpp"

#include "aws/protocol/cbor.hpp"
#include "aws/protocol/json.hpp"
#include "aws/protocol/rest.hpp"
#include "aws/protocol/xml.hpp"

#include "gradus/json.hpp"

namespace gradus::aws {

namespace {

constexpr std::size_t quoted_bytes_max = 500;

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

// "aws.namespace#FooError:http://uri/" means FooError (Smithy, "AWS JSON 1.1 protocol", "Operation
// error serialization").
std::string bare_code(std::string code) {
    if (const std::size_t colon = code.find(':'); colon != std::string::npos) code.resize(colon);
    if (const std::size_t hash = code.rfind('#'); hash != std::string::npos)
        code.erase(0, hash + 1);
    return code;
}

// A document as far as it can be read without knowing which error it is.
Value untyped_body(Protocol protocol, const HttpResponse& response) {
    if (protocol == Protocol::smithy_rpc_v2_cbor) {
        const Result<Value> parsed = read_any_cbor(response.body);
        return parsed ? *parsed : Value();
    }
    const Result<Value, JsonError> parsed = parse_json(response.body);
    return parsed ? *parsed : Value();
}

// The same for JSON and CBOR, whose errors name their type in the document.
ServiceError read_document_error(const ServiceModel& model, const Operation& operation,
                                 const HttpResponse& response) {
    ServiceError out;
    const Protocol protocol = model.metadata().protocol;
    const Value body = untyped_body(protocol, response);
    std::string code = text_of(body, "__type");
    if (const std::string* header = find_header(response.headers, "x-amzn-errortype");
        code.empty() && header != nullptr)
        code = *header;
    if (code.empty()) code = text_of(body, "code");
    if (code.empty()) code = text_of(body, "Code");
    out.code = bare_code(std::move(code));
    out.shape = out.code;
    out.message = text_of(body, "message");
    if (out.message.empty()) out.message = text_of(body, "Message");
    if (const Shape* shape = model.find_error(operation, out.code); shape && body.is_object()) {
        ShapeRef ref;
        ref.shape = shape;
        Result<Value> detail = protocol == Protocol::smithy_rpc_v2_cbor
                                   ? from_cbor_body(ref, response.body)
                                   : from_json_body(ref, body);
        if (detail) out.detail = std::move(*detail);
    }
    // Services that moved away from query send their old code here: "Customized;Sender".
    const std::string* query_error = find_header(response.headers, "x-amzn-query-error");
    if (query_error != nullptr && model.metadata().query_compatible) {
        const std::size_t end = query_error->find(';');
        if (end != std::string::npos) {
            out.code = query_error->substr(0, end);
            if (query_error->substr(end + 1) == "Receiver")
                out.fault = ServiceError::Fault::receiver;
        }
    }
    return out;
}

// Members of the modelled exception that don't stand in the body; what can't be read is left out.
void add_rest_members(const ServiceModel& model, const Operation& operation,
                      const HttpResponse& response, ServiceError& error) {
    const Shape* shape = model.find_error(operation, error.code);
    if (shape == nullptr) return;
    ObjectBuilder members;
    if (!read_rest_headers(*shape, MessageKind::request, response.headers, members)) return;
    ShapeRef ref;
    ref.shape = shape;
    const Value found = with_status(ref, members.build(), response.status);
    for (const Member& member : found.as_object())
        error.detail = std::move(error.detail).with(member.name(), member.value);
}

// An answer to HEAD has no body that could name its error. Where the operation has one modelled
// error, a 404 means that (AWS, S3 API reference, "HeadObject", "HeadBucket").
void name_error_without_body(const Operation& operation, const HttpResponse& response,
                             ServiceError& error) {
    const bool is_bare = operation.method == "HEAD" && response.body.empty();
    if (!is_bare || response.status != 404 || operation.errors.size() != 1) return;
    error.code = operation.errors.front()->name;
    error.shape = error.code;
    error.message = "Not Found";
}

} // namespace

std::string request_id_of_headers(const HttpHeaders& headers) {
    for (const std::string_view name : {"x-amzn-requestid", "x-amz-request-id"})
        if (const std::string* value = find_header(headers, name)) return *value;
    return "";
}

ServiceError read_error(const ServiceModel& model, const Operation& operation,
                        const HttpResponse& response) {
    ServiceError out;
    if (response.status >= 500) out.fault = ServiceError::Fault::receiver;
    switch (model.metadata().protocol) {
    case Protocol::json:
    case Protocol::smithy_rpc_v2_cbor: out = read_document_error(model, operation, response); break;
    case Protocol::rest_json:
        out = read_document_error(model, operation, response);
        add_rest_members(model, operation, response, out);
        break;
    case Protocol::query:
    case Protocol::ec2:
        if (Result<ServiceError> read = read_xml_error(model, operation, response.body))
            out = std::move(*read);
        break;
    case Protocol::rest_xml:
        if (Result<ServiceError> read = read_xml_error(model, operation, response.body))
            out = std::move(*read);
        name_error_without_body(operation, response, out);
        add_rest_members(model, operation, response, out);
        break;
    }
    out.http_status = response.status;
    if (out.request_id.empty()) out.request_id = request_id_of_headers(response.headers);
    if (out.code.empty()) {
        // A proxy or load balancer answered, or the service broke down.
        out.code = "Http" + std::to_string(response.status);
        if (out.message.empty()) out.message = response.body.substr(0, quoted_bytes_max);
    }
    return out;
}

} // namespace gradus::aws
