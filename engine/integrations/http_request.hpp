#pragma once
// The requests and answers of http:invoke and apigateway:invoke as data. AWS, "Call HTTPS APIs in
// Step Functions workflows", "Create API Gateway REST APIs with Step Functions"; results recorded
// for API Gateway.

#include "aws/http/transport.hpp"
#include "engine/integrations/http_connections.hpp"
#include "gradus/failure.hpp"

#include <string>
#include <string_view>

namespace gradus {

/// Bytes that an HTTP task asks for at most. AWS, "Call HTTPS APIs".
inline constexpr std::size_t http_range_bytes_max = 262'144;

/// A token of RFC 9110, section 5.6.2.
bool is_header_name(std::string_view name);
/// One line: what ends a header would begin another.
bool is_header_value(std::string_view value);

/// A request to an absolute URL, which may have a query of its own. Only https, but for this
/// machine. Fails with what is wrong.
Result<aws::HttpRequest, Failure> request_to(std::string_view url, std::string_view error);
/// Adds to the query of a request; values are texts, numbers, or arrays of them.
void add_query(aws::HttpRequest& request, std::string_view name, const Value& value);

/// The request of an http:invoke task. A token of OAuth isn't in it yet.
Result<aws::HttpRequest, Failure> http_task_request(const Value& parameters,
                                                    const HttpConnection& connection,
                                                    std::string_view region);
/// The request of an apigateway:invoke task.
Result<aws::HttpRequest, Failure> api_gateway_request(const Value& parameters);

/// {"Headers", "ResponseBody", "StatusCode", "StatusText"}; an answer that isn't 2xx is a failure
/// whose error is `error_prefix` and the status.
Result<Value, Failure> http_output(const aws::HttpResponse& response,
                                   std::string_view error_prefix);

} // namespace gradus
