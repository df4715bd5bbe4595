#include "aws/protocol/server_side.hpp"

#include "aws/protocol/form.hpp"
#include "aws/protocol/json.hpp"
#include "aws/protocol/rest.hpp"
#include "aws/protocol/rpc_v2_cbor.hpp"
#include "aws/protocol/xml.hpp"
#include "aws/uri_encoding.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

namespace gradus::aws {

namespace {

ServiceError error(std::string code, std::string message) {
    ServiceError out;
    out.code = std::move(code);
    out.message = std::move(message);
    return out;
}

Result<ReceivedCall, ServiceError> parse_json_request(const ServiceModel& model,
                                                      const HttpRequest& request) {
    const std::string* target = find_header(request.headers, "X-Amz-Target");
    const std::string prefix = model.metadata().target_prefix + '.';
    if (target == nullptr || !target->starts_with(prefix))
        return error("UnknownOperationException", "");
    ReceivedCall call;
    call.operation = model.find_operation(std::string_view(*target).substr(prefix.size()));
    if (call.operation == nullptr) return error("UnknownOperationException", "");
    if (request.body.empty()) return call;
    const Result<Value, JsonError> body = parse_json(request.body);
    if (!body || !body->is_object())
        return error("SerializationException",
                     body ? "Start of structure or map expected" : body.error().message);
    Result<Value> params = from_json_body(call.operation->input, *body);
    if (!params) return error("SerializationException", params.error().message);
    call.params = std::move(*params);
    return call;
}

// The body of a POST, or the query string of a GET (presigned URLs).
std::string_view form_of(const HttpRequest& request) {
    return request.method == "POST" ? request.body : split_target(request.target).query;
}

Result<ReceivedCall, ServiceError>
parse_form_request(const ServiceModel& model, const HttpRequest& request, FormDialect dialect) {
    const std::string_view form = form_of(request);
    const std::string action = form_action(form);
    if (action.empty())
        return error("MissingAction", "The request must contain the parameter Action");
    ReceivedCall call;
    call.operation = model.find_operation(action);
    if (call.operation == nullptr)
        return error("InvalidAction",
                     "The action " + action + " is not valid for this web service.");
    Result<ReceivedForm> received = read_form(*call.operation, form, dialect);
    if (!received)
        return error(dialect == FormDialect::ec2 ? "InvalidParameterValue" : "MalformedInput",
                     received.error().message);
    // EC2 is strict; services of the query protocol pass over what they don't know.
    if (dialect == FormDialect::ec2 && !received->unknown.empty())
        return error("UnknownParameter",
                     "The parameter " + received->unknown + " is not recognized");
    call.params = std::move(received->params);
    return call;
}

Result<ReceivedCall, ServiceError>
parse_rest_request(const ServiceModel& model, const HttpRequest& request, RestFormat format) {
    const bool is_json = format == RestFormat::json;
    const auto unreadable = [is_json](const Error& found) {
        return is_json ? error("SerializationException", found.message)
                       : error("InvalidRequest", found.message);
    };
    Result<RestRoute> route = find_rest_route(model, request);
    if (!route) return unreadable(route.error());
    if (route->operation == nullptr) {
        ServiceError out =
            is_json ? error("UnknownOperationException", "")
                    : error("MethodNotAllowed", "The specified method is not allowed against this "
                                                "resource.");
        out.http_status = is_json ? 404 : 405;
        return out;
    }
    ReceivedCall call;
    call.operation = route->operation;
    call.params = std::move(route->params);
    Result<Value> message = read_rest_message(format, MessageKind::request, call.operation->input,
                                              request.headers, request.body);
    if (!message && !is_json && message.error().code == ErrorCode::syntax)
        return error("MalformedXML",
                     "The XML you provided was not well-formed or did not validate against our "
                     "published schema");
    if (!message) return unreadable(message.error());
    for (const Member& member : message->as_object())
        call.params = std::move(call.params).with(member.name(), member.value);
    return call;
}

// The status of an answer: the member that says it, or the operation's own. A part of something is
// 206 (RFC 9110, section 15.3.7).
int rest_status(const Operation& operation, const Value& output, const HttpHeaders& headers) {
    if (operation.output.shape != nullptr)
        for (const StructureMember& member : operation.output.shape->members)
            if (member.ref.location == Location::status_code && output[member.name].is_integer())
                return static_cast<int>(output[member.name].as_integer());
    return find_header(headers, "Content-Range") != nullptr ? 206 : operation.http_status;
}

Result<HttpResponse> rest_answer(const Operation& operation, const Value& output,
                                 RestFormat format) {
    RestMessage message;
    GRADUS_CHECK(
        write_rest_message(format, MessageKind::response, operation.output, output, message));
    HttpResponse out;
    out.status = rest_status(operation, output, message.headers);
    out.headers = std::move(message.headers);
    out.body = std::move(message.body);
    return out;
}

HttpResponse xml_answer(std::string body) {
    HttpResponse out;
    out.headers = {{"Content-Type", "text/xml;charset=UTF-8"}};
    out.body = std::move(body);
    return out;
}

HttpResponse json_answer(const ServiceModel& model, const Value& body) {
    HttpResponse out;
    out.headers = {{"Content-Type", "application/x-amz-json-" + model.metadata().json_version}};
    out.body = to_json(body);
    return out;
}

// The members of a modelled error in their names on the wire; those of an unknown one as they are.
Value error_members(const ServiceModel& model, const ServiceError& error) {
    ShapeRef ref;
    ref.shape = model.find_shape(error.shape.empty() ? error.code : error.shape);
    if (ref.shape == nullptr || !error.detail.is_object()) return error.detail;
    Value detail = error.detail;
    for (const StructureMember& member : ref.shape->members)
        if (member.ref.location != Location::body) detail = detail.without(member.name);
    Result<Value> written = to_json_body(ref, detail);
    if (!written) return error.detail;
    return std::move(*written);
}

HttpResponse json_error(const ServiceModel& model, const ServiceError& error) {
    ObjectBuilder body;
    body.put("__type", Value(error.shape.empty() ? error.code : error.shape));
    body.put("message", Value(error.message));
    const Value members = error_members(model, error);
    if (members.is_object())
        for (const Member& member : members.as_object())
            body.put(member.key, member.value);
    return json_answer(model, body.build());
}

// Services that moved away from query send the code that they had there.
void add_query_error(const ServiceModel& model, const ServiceError& error, HttpResponse& out) {
    if (!model.metadata().query_compatible) return;
    const bool is_sender = error.fault == ServiceError::Fault::sender;
    out.headers.push_back(
        {"x-amzn-query-error", error.code + (is_sender ? ";Sender" : ";Receiver")});
}

// Members of a modelled error that the protocol puts into headers.
void add_error_headers(const ServiceModel& model, const ServiceError& error, HttpResponse& out) {
    const Shape* shape = model.find_shape(error.shape.empty() ? error.code : error.shape);
    if (shape == nullptr || !error.detail.is_object()) return;
    HttpHeaders headers;
    if (!write_rest_headers(*shape, error.detail, headers)) return;
    out.headers.insert(out.headers.end(), headers.begin(), headers.end());
}

// S3 has no element around its errors, and a second id (AWS, S3 API reference, "Error Responses").
bool is_s3(const ServiceModel& model) { return model.metadata().service_id == "S3"; }

// Writes the ids that an answer has in its headers.
void add_request_id(const ServiceModel& model, std::string_view request_id, HttpResponse& out) {
    if (!is_s3(model)) return out.headers.push_back({"x-amzn-RequestId", std::string(request_id)});
    out.headers.push_back({"x-amz-request-id", std::string(request_id)});
    out.headers.push_back({"x-amz-id-2", base64_encode(request_id)});
}

} // namespace

Result<ReceivedCall, ServiceError> parse_request(const ServiceModel& model,
                                                 const HttpRequest& request) {
    switch (model.metadata().protocol) {
    case Protocol::json: return parse_json_request(model, request);
    case Protocol::query: return parse_form_request(model, request, FormDialect::query);
    case Protocol::ec2: return parse_form_request(model, request, FormDialect::ec2);
    case Protocol::rest_json: return parse_rest_request(model, request, RestFormat::json);
    case Protocol::rest_xml: return parse_rest_request(model, request, RestFormat::xml);
    case Protocol::smithy_rpc_v2_cbor: return parse_rpc_request(model, request);
    }
    GRADUS_UNREACHABLE();
}

HttpResponse serialise_output(const ServiceModel& model, const Operation& operation,
                              const Value& output, std::string_view request_id) {
    // The simulated service made a result that its model doesn't know.
    const auto refuse = [&](const Error& found) {
        ServiceError fault = error("InternalFailure", found.message);
        fault.http_status = 500;
        return serialise_error(model, fault, request_id);
    };
    HttpResponse out;
    switch (model.metadata().protocol) {
    case Protocol::json: {
        const Result<Value> body = to_json_body(operation.output, output);
        if (!body) return refuse(body.error());
        out = json_answer(model, body->is_null() ? Value::object() : *body);
        break;
    }
    case Protocol::query:
        out = xml_answer(write_xml_answer(model, operation, output, request_id, XmlDialect::query));
        break;
    case Protocol::ec2:
        out = xml_answer(write_xml_answer(model, operation, output, request_id, XmlDialect::ec2));
        break;
    case Protocol::rest_json:
    case Protocol::rest_xml: {
        const bool is_json = model.metadata().protocol == Protocol::rest_json;
        Result<HttpResponse> answer =
            rest_answer(operation, output, is_json ? RestFormat::json : RestFormat::xml);
        if (!answer) return refuse(answer.error());
        out = std::move(*answer);
        break;
    }
    case Protocol::smithy_rpc_v2_cbor: {
        Result<HttpResponse> answer = write_rpc_answer(operation, output);
        if (!answer) return refuse(answer.error());
        out = std::move(*answer);
        break;
    }
    }
    add_request_id(model, request_id, out);
    return out;
}

HttpResponse serialise_error(const ServiceModel& model, const ServiceError& error,
                             std::string_view request_id) {
    const std::string id = request_id.empty() ? error.request_id : std::string(request_id);
    HttpResponse out;
    switch (model.metadata().protocol) {
    case Protocol::query:
        out = xml_answer(write_xml_error(model, error, id, XmlDialect::query));
        break;
    case Protocol::ec2: out = xml_answer(write_xml_error(model, error, id, XmlDialect::ec2)); break;
    case Protocol::rest_xml:
        out = xml_answer(write_xml_error(model, error, id, XmlDialect::rest));
        add_error_headers(model, error, out);
        break;
    case Protocol::rest_json:
        out = json_error(model, error);
        set_header(out.headers, "Content-Type", "application/json");
        out.headers.push_back({"x-amzn-ErrorType", error.shape.empty() ? error.code : error.shape});
        add_error_headers(model, error, out);
        break;
    case Protocol::json:
        out = json_error(model, error);
        add_query_error(model, error, out);
        break;
    case Protocol::smithy_rpc_v2_cbor:
        out = write_rpc_error(model, error);
        add_query_error(model, error, out);
        break;
    }
    out.status = error.http_status;
    add_request_id(model, id, out);
    return out;
}

} // namespace gradus::aws
