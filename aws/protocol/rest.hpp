#pragma once
// The protocols rest-json and rest-xml, both ways: which members of a structure stand in the path,
// the query string, in headers and in the body. Sources: Smithy, "HTTP bindings", "AWS restJson1
// protocol", "AWS restXml protocol". Inside of aws/protocol.
//
// A payload that is a blob stands in its value byte for byte, also when it isn't UTF-8; all other
// blobs are as in client_side.hpp.

#include "aws/http/message.hpp"
#include "aws/model/service_model.hpp"

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <string>
#include <string_view>

namespace gradus::aws {

enum class RestFormat { json, xml };
/// Path and query string are of requests only: in a response their members stand in the body.
enum class MessageKind { request, response };

struct RestMessage {
    HttpHeaders headers;
    std::string body;
};

// --- rest_message.cpp ----------------------------------------------------------------------------

/// Writes the members that stand in headers or in the body; `ref` may have no shape. Fails with
/// invalid_argument and a path.
Result<void> write_rest_message(RestFormat format, MessageKind kind, const ShapeRef& ref,
                                const Value& value, RestMessage& out);

/// Reads them. Fails with syntax (the body is neither JSON nor XML), invalid_argument, limit.
Result<Value> read_rest_message(RestFormat format, MessageKind kind, const ShapeRef& ref,
                                const HttpHeaders& headers, std::string_view body);

/// The value with the member that is the number of the answer's HTTP status, if there is one.
Value with_status(const ShapeRef& ref, Value output, int status);

// --- rest_headers.cpp ----------------------------------------------------------------------------

/// Adds the members that stand in headers to `out`. Fails with invalid_argument: also when a value
/// would end its line.
Result<void> write_rest_headers(const Shape& shape, const Value& value, HttpHeaders& out);
/// Reads them into `out`.
Result<void> read_rest_headers(const Shape& shape, MessageKind kind, const HttpHeaders& headers,
                               ObjectBuilder& out);

// --- rest_uri.cpp --------------------------------------------------------------------------------

/// Path and query string of a request. Fails with invalid_argument: a label may not be empty.
Result<std::string> write_rest_uri(const Operation& operation, const Value& params);

/// The operation that a request is for, and the parameters in its path and query string.
struct RestRoute {
    const Operation* operation = nullptr; // null: there is none
    Value params = Value::object();
};
/// Of several operations that fit, takes the one that asks for most of what the request has.
Result<RestRoute> find_rest_route(const ServiceModel& model, const HttpRequest& request);

} // namespace gradus::aws
