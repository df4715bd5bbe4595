#pragma once
// Services of the query protocol that newer clients speak JSON with (CloudWatch): the same
// operations and shapes in bodies of JSON, the operation in X-Amz-Target, query's error codes in a
// header (Smithy, "AWS query-compatible trait"). Inside of aws/simulated.

#include "aws/protocol/server_side.hpp"

#include <string_view>

namespace gradus::simulated {

/// Whether a request to a service of another protocol is written in JSON.
bool is_json_dialect(const aws::ServiceModel& model, const aws::HttpRequest& request);

Result<aws::ReceivedCall, aws::ServiceError> parse_json_dialect(const aws::ServiceModel& model,
                                                                const aws::HttpRequest& request);
aws::HttpResponse serialise_json_dialect(const aws::Operation& operation, const Value& output,
                                         std::string_view request_id);
aws::HttpResponse serialise_json_dialect_error(const aws::ServiceError& error,
                                               std::string_view request_id);

} // namespace gradus::simulated
