#include "aws/protocol/client_side.hpp"

#include "aws/protocol/cbor.hpp"
#include "aws/protocol/errors.hpp"
#include "aws/protocol/event_stream.hpp"
#include "aws/protocol/form.hpp"
#include "aws/protocol/json.hpp"
#include "aws/protocol/rest.hpp"
#include "aws/protocol/rpc_v2_cbor.hpp"
#include "aws/protocol/scalars.hpp"
#include "aws/protocol/xml.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"

#include <algorithm>

namespace gradus::aws {

namespace {

constexpr std::string_view form_content_type = "application/x-www-form-urlencoded; charset=utf-8";
constexpr std::size_t host_label_bytes_max = 63; // RFC 1123

// Tokens that make a repeated call harmless are drawn when the caller gives none.
Value with_idempotency_tokens(const Operation& operation, Value params, Random& random) {
    for (const StructureMember& member : operation.input.shape->members)
        if (member.ref.idempotency_token && params.find(member.name) == nullptr)
            params = std::move(params).with(member.name, random.next_uuid());
    return params;
}

bool is_host_label(std::string_view text) {
    if (text.empty() || text.size() > host_label_bytes_max) return false;
    for (const char c : text) {
        const bool is_allowed =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        if (!is_allowed) return false;
    }
    return true;
}

// "foo-{Name}." with the members of `params` filled in.
Result<std::string> host_prefix(const Operation& operation, const Value& params) {
    std::string out;
    std::string_view rest = operation.host_prefix;
    while (!rest.empty()) {
        const std::size_t open = rest.find('{');
        const std::size_t close = rest.find('}', open);
        out += rest.substr(0, open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        const std::string name(rest.substr(open + 1, close - open - 1));
        const Value* label = params.find(name);
        if (label == nullptr || !label->is_string() || !is_host_label(label->as_string()))
            return Error{ErrorCode::invalid_argument,
                         name + ": expected a host label (letters, digits, '-'; at most 63)"};
        out += label->as_string();
        rest.remove_prefix(close + 1);
    }
    return out;
}

Result<void> write_json(const ServiceModel& model, const Operation& operation, const Value& params,
                        RequestParts& out) {
    const ServiceMetadata& metadata = model.metadata();
    set_header(out.headers, "Content-Type", "application/x-amz-json-" + metadata.json_version);
    set_header(out.headers, "X-Amz-Target", metadata.target_prefix + '.' + operation.name);
    if (metadata.query_compatible) set_header(out.headers, "x-amzn-query-mode", "true");
    GRADUS_TRY(const Value body, to_json_body(operation.input, params));
    out.body = to_json(body);
    return {};
}

Result<void> write_form_request(const ServiceModel& model, const Operation& operation,
                                const Value& params, FormDialect dialect, RequestParts& out) {
    set_header(out.headers, "Content-Type", std::string(form_content_type));
    GRADUS_TRY(out.body, write_form(model, operation, params, dialect));
    return {};
}

Result<void> write_rest_request(const Operation& operation, const Value& params, RestFormat format,
                                RequestParts& out) {
    GRADUS_TRY(out.uri, write_rest_uri(operation, params));
    RestMessage message;
    GRADUS_CHECK(
        write_rest_message(format, MessageKind::request, operation.input, params, message));
    out.headers = std::move(message.headers);
    out.body = std::move(message.body);
    if (operation.needs_content_md5 && find_header(out.headers, "Content-MD5") == nullptr)
        set_header(out.headers, "Content-MD5", base64_encode(hash(HashAlgorithm::md5, out.body)));
    return {};
}

Result<ServiceOutput> read_rest_answer(const Operation& operation, const HttpResponse& response,
                                       RestFormat format) {
    ServiceOutput out;
    out.request_id = request_id_of_headers(response.headers);
    GRADUS_TRY(Value output, read_rest_message(format, MessageKind::response, operation.output,
                                               response.headers, response.body));
    out.output = with_status(operation.output, std::move(output), response.status);
    return out;
}

ServiceError malformed(const Error& error, const HttpResponse& response) {
    ServiceError out;
    out.code = "MalformedResponse";
    out.message = error.message;
    out.http_status = response.status;
    out.fault = ServiceError::Fault::receiver;
    out.request_id = request_id_of_headers(response.headers);
    return out;
}

Result<ServiceOutput> read_output(const ServiceModel& model, const Operation& operation,
                                  const HttpResponse& response) {
    ServiceOutput out;
    switch (model.metadata().protocol) {
    case Protocol::json: {
        out.request_id = request_id_of_headers(response.headers);
        if (response.body.empty() || operation.output.shape == nullptr) return out;
        const Result<Value, JsonError> body = parse_json(response.body);
        if (!body) return Error{ErrorCode::syntax, "not JSON: " + body.error().message};
        GRADUS_TRY(out.output, from_json_body(operation.output, *body));
        return out;
    }
    case Protocol::query:
    case Protocol::ec2: {
        GRADUS_TRY(XmlAnswer answer, read_xml_answer(operation, response.body));
        out.output = std::move(answer.output);
        out.request_id = std::move(answer.request_id);
        if (out.request_id.empty()) out.request_id = request_id_of_headers(response.headers);
        return out;
    }
    case Protocol::rest_json: return read_rest_answer(operation, response, RestFormat::json);
    case Protocol::rest_xml: return read_rest_answer(operation, response, RestFormat::xml);
    case Protocol::smithy_rpc_v2_cbor: {
        out.request_id = request_id_of_headers(response.headers);
        GRADUS_TRY(out.output, from_cbor_body(operation.output, response.body));
        return out;
    }
    }
    GRADUS_UNREACHABLE();
}

// S3 may begin its answer before it knows that it fails; then the error stands in the body of a
// 200, and the call is to be tried again like a 500 (AWS, S3 API reference, "CopyObject").
bool is_late_error(const ServiceModel& model, const Operation& operation,
                   const HttpResponse& response) {
    if (model.metadata().service_id != "S3" || operation.output.shape == nullptr) return false;
    const StructureMember* payload =
        operation.output.shape->find_member(operation.output.shape->payload);
    if (payload != nullptr && is_scalar(payload->ref.shape->type)) return false;
    const std::string_view body = response.body;
    const std::size_t declaration_end = body.starts_with("<?") ? body.find("?>") + 2 : 0;
    const std::size_t root = body.find('<', std::min(declaration_end, body.size()));
    return root != std::string_view::npos && body.substr(root).starts_with("<Error>");
}

} // namespace

Result<RequestParts> serialise_request(const ServiceModel& model, const Operation& operation,
                                       const Value& params, Random& random) {
    RequestParts out;
    out.method = operation.method;
    out.uri = operation.request_uri;
    Value complete = params.is_null() ? Value::object() : params;
    if (!complete.is_object())
        return Error{ErrorCode::invalid_argument, "expected an object as parameters"};
    if (complete.depth() > limits::json_depth_max)
        return Error{ErrorCode::limit, "the parameters are nested too deeply"};
    if (operation.input.shape != nullptr)
        complete = with_idempotency_tokens(operation, std::move(complete), random);
    if (event_stream_of(operation.input) != nullptr)
        return Error{ErrorCode::unsupported, "a stream of events can't be sent"};
    GRADUS_TRY(out.host_prefix, host_prefix(operation, complete));
    switch (model.metadata().protocol) {
    case Protocol::json: GRADUS_CHECK(write_json(model, operation, complete, out)); return out;
    case Protocol::query:
        GRADUS_CHECK(write_form_request(model, operation, complete, FormDialect::query, out));
        return out;
    case Protocol::ec2:
        GRADUS_CHECK(write_form_request(model, operation, complete, FormDialect::ec2, out));
        return out;
    case Protocol::rest_json:
        GRADUS_CHECK(write_rest_request(operation, complete, RestFormat::json, out));
        return out;
    case Protocol::rest_xml:
        GRADUS_CHECK(write_rest_request(operation, complete, RestFormat::xml, out));
        return out;
    case Protocol::smithy_rpc_v2_cbor:
        GRADUS_CHECK(write_rpc_request(model, operation, complete, out));
        return out;
    }
    GRADUS_UNREACHABLE();
}

Result<ServiceOutput, ServiceError> parse_response(const ServiceModel& model,
                                                   const Operation& operation,
                                                   const HttpResponse& response) {
    // Redirects aren't followed: no service of these protocols answers with one on purpose.
    if (response.status >= 300) return read_error(model, operation, response);
    if (is_late_error(model, operation, response)) {
        ServiceError late = read_error(model, operation, response);
        late.http_status = 500;
        return late;
    }
    if (const StructureMember* stream = event_stream_of(operation.output)) {
        Result<Value, ServiceError> events = read_event_stream(model, operation, *stream, response);
        const std::string id = request_id_of_headers(response.headers);
        if (events) return ServiceOutput{std::move(*events), id};
        ServiceError error = std::move(events).error();
        error.request_id = id;
        return error;
    }
    Result<ServiceOutput> output = read_output(model, operation, response);
    if (!output) return malformed(output.error(), response);
    return std::move(*output);
}

} // namespace gradus::aws
