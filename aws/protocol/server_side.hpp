#pragma once
// The server's half of the protocols, for the simulated AWS: a request to the call it means, a
// result or an error to the answer. Pure. Values are those of client_side.hpp.

#include "aws/http/message.hpp"
#include "aws/model/service_model.hpp"
#include "aws/protocol/service_error.hpp"

#include <string>

namespace gradus::aws {

/// A call as the server received it; `operation` lives as long as the model.
struct ReceivedCall {
    const Operation* operation = nullptr;
    Value params = Value::object();
};

/// Finds the operation and reads its parameters. Unknown operations and values that can't be read
/// give the error that AWS answers with; unknown members do so for ec2 only, json and query pass
/// over them. Required members are not checked: validate() does.
Result<ReceivedCall, ServiceError> parse_request(const ServiceModel& model,
                                                 const HttpRequest& request);

/// The answer for a result. Members that the model doesn't know are the caller's mistake: json and
/// the rest protocols answer with InternalFailure, the others leave them out.
HttpResponse serialise_output(const ServiceModel& model, const Operation& operation,
                              const Value& output, std::string_view request_id);

/// The answer for an error; `error.detail` members follow code and message where the protocol has
/// room for them. `error.request_id` is taken when `request_id` is empty.
HttpResponse serialise_error(const ServiceModel& model, const ServiceError& error,
                             std::string_view request_id);

} // namespace gradus::aws
