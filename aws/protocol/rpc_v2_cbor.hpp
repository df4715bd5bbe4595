#pragma once
// The protocol smithy-rpc-v2-cbor around its bodies, both ways: where the operation stands, the
// headers, errors (Smithy, "Smithy RPC v2 CBOR protocol"). Inside of aws/protocol.

#include "aws/protocol/client_side.hpp"
#include "aws/protocol/server_side.hpp"

namespace gradus::aws {

/// Fails with invalid_argument and a path.
Result<void> write_rpc_request(const ServiceModel& model, const Operation& operation,
                               const Value& params, RequestParts& out);
/// The operation in the path of a request, and its parameters.
Result<ReceivedCall, ServiceError> parse_rpc_request(const ServiceModel& model,
                                                     const HttpRequest& request);
/// Fails with invalid_argument when the result isn't what the model says.
Result<HttpResponse> write_rpc_answer(const Operation& operation, const Value& output);
/// Members that can't be written are left out.
HttpResponse write_rpc_error(const ServiceModel& model, const ServiceError& error);

} // namespace gradus::aws
