#include "aws/simulated/json_dialect.hpp"

#include "aws/protocol/json.hpp"
#include "aws/simulated/call.hpp"

#include "gradus/json.hpp"

namespace gradus::simulated {

namespace {

aws::HttpResponse answer_of(const Value& body, std::string_view request_id) {
    aws::HttpResponse out;
    out.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                   {"x-amzn-RequestId", std::string(request_id)}};
    out.body = to_json(body);
    return out;
}

} // namespace

bool is_json_dialect(const aws::ServiceModel& model, const aws::HttpRequest& request) {
    return model.metadata().protocol == aws::Protocol::query &&
           aws::find_header(request.headers, "X-Amz-Target") != nullptr;
}

Result<aws::ReceivedCall, aws::ServiceError> parse_json_dialect(const aws::ServiceModel& model,
                                                                const aws::HttpRequest& request) {
    const std::string* target = aws::find_header(request.headers, "X-Amz-Target");
    GRADUS_ASSERT(target != nullptr);
    aws::ReceivedCall call;
    // "GraniteServiceVersion20100801.PutMetricData"; without a dot all of it is the operation.
    call.operation = model.find_operation(std::string_view(*target).substr(target->rfind('.') + 1));
    if (call.operation == nullptr) return fault("UnknownOperationException", "");
    if (request.body.empty()) return call;
    const Result<Value, JsonError> body = parse_json(request.body);
    if (!body || !body->is_object())
        return fault("SerializationException",
                     body ? "Start of structure or map expected" : body.error().message);
    Result<Value> params = aws::from_json_body(call.operation->input, *body);
    if (!params) return fault("SerializationException", params.error().message);
    if (params->is_object()) call.params = std::move(*params);
    return call;
}

aws::HttpResponse serialise_json_dialect(const aws::Operation& operation, const Value& output,
                                         std::string_view request_id) {
    const Result<Value> body = aws::to_json_body(operation.output, output);
    if (!body)
        return serialise_json_dialect_error(fault("InternalFailure", body.error().message, 500),
                                            request_id);
    return answer_of(body->is_null() ? Value::object() : *body, request_id);
}

aws::HttpResponse serialise_json_dialect_error(const aws::ServiceError& error,
                                               std::string_view request_id) {
    aws::HttpResponse out =
        answer_of(Value::object({{"__type", Value(error.code)}, {"message", Value(error.message)}}),
                  request_id);
    out.status = error.http_status;
    const bool is_sender = error.fault == aws::ServiceError::Fault::sender;
    out.headers.push_back(
        {"x-amzn-query-error", error.code + (is_sender ? ";Sender" : ";Receiver")});
    return out;
}

} // namespace gradus::simulated
