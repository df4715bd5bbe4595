#include "aws/protocol/server_side.hpp"

#include "aws/protocol/form.hpp"
#include "aws/protocol/json.hpp"
#include "aws/protocol/xml.hpp"

#include "gradus/json.hpp"

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
    if (request.method == "POST") return request.body;
    const std::string_view target = request.target;
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
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

ServiceError not_built(const ServiceModel& model) {
    ServiceError out =
        error("NotImplemented", "protocol " + std::string(to_string(model.metadata().protocol)) +
                                    " is not built yet");
    out.http_status = 501;
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

HttpResponse json_error(const ServiceModel& model, const ServiceError& error) {
    ObjectBuilder body;
    body.put("__type", Value(error.shape.empty() ? error.code : error.shape));
    body.put("message", Value(error.message));
    if (error.detail.is_object())
        for (const Member& member : error.detail.as_object())
            body.put(member.key, member.value);
    HttpResponse out = json_answer(model, body.build());
    if (!model.metadata().query_compatible) return out;
    const bool is_sender = error.fault == ServiceError::Fault::sender;
    out.headers.push_back(
        {"x-amzn-query-error", error.code + (is_sender ? ";Sender" : ";Receiver")});
    return out;
}

} // namespace

Result<ReceivedCall, ServiceError> parse_request(const ServiceModel& model,
                                                 const HttpRequest& request) {
    switch (model.metadata().protocol) {
    case Protocol::json: return parse_json_request(model, request);
    case Protocol::query: return parse_form_request(model, request, FormDialect::query);
    case Protocol::ec2: return parse_form_request(model, request, FormDialect::ec2);
    case Protocol::rest_json:
    case Protocol::rest_xml:
    case Protocol::smithy_rpc_v2_cbor: return not_built(model);
    }
    GRADUS_UNREACHABLE();
}

HttpResponse serialise_output(const ServiceModel& model, const Operation& operation,
                              const Value& output, std::string_view request_id) {
    HttpResponse out;
    switch (model.metadata().protocol) {
    case Protocol::json: {
        const Result<Value> body = to_json_body(operation.output, output);
        if (!body) {
            // The simulated service made a result that its model doesn't know.
            ServiceError fault = error("InternalFailure", body.error().message);
            fault.http_status = 500;
            return serialise_error(model, fault, request_id);
        }
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
    case Protocol::rest_xml:
    case Protocol::smithy_rpc_v2_cbor: return serialise_error(model, not_built(model), request_id);
    }
    out.headers.push_back({"x-amzn-RequestId", std::string(request_id)});
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
    case Protocol::ec2:
    case Protocol::rest_xml:
        out = xml_answer(write_xml_error(model, error, id, XmlDialect::ec2));
        break;
    case Protocol::json:
    case Protocol::rest_json:
    case Protocol::smithy_rpc_v2_cbor: out = json_error(model, error); break;
    }
    out.status = error.http_status;
    out.headers.push_back({"x-amzn-RequestId", id});
    return out;
}

} // namespace gradus::aws
