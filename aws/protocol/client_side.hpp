#pragma once
// The client's half of the protocols: parameters to a request, an answer to its result. Pure; one
// switch on the protocol, one file for each behind it.
//
// Values: time stamps are epoch seconds (a text in ISO 8601 is taken, too), blobs are text whose
// bytes are meant, the numbers that JSON can't say are "NaN", "Infinity" and "-Infinity". A blob
// received that isn't UTF-8 stays in base64, but for one that is the whole body (an object of S3):
// its value has its bytes, whatever they are. A union with a member that the model doesn't know is
// {"SDK_UNKNOWN_MEMBER": {"name": …}}, as in the SDKs. A stream of events that an answer is made of
// is the list of its events, read when it has ended.

#include "aws/http/message.hpp"
#include "aws/model/service_model.hpp"
#include "aws/protocol/service_error.hpp"

#include "states/base/base.hpp"

#include <string>

namespace gradus::aws {

/// A request without its destination: no scheme, no host, no signature.
struct RequestParts {
    std::string method = "POST";
    std::string uri = "/"; // path, and '?' with the query string if there is one
    HttpHeaders headers;
    std::string body;
    std::string host_prefix; // to put before the endpoint's host; empty: nothing
};

/// Fails with `unsupported` for requests with event streams, `invalid_argument` when a value can't
/// be written (`params` that passed validate() can). Missing idempotency tokens are drawn from
/// `random`.
Result<RequestParts> serialise_request(const ServiceModel& model, const Operation& operation,
                                       const Value& params, Random& random);

struct ServiceOutput {
    Value output = Value::object();
    std::string request_id;
};

/// The result or the error in an answer. An answer that can't be read gives an error with the code
/// "Http503" (its status) when that is an error too, and "MalformedResponse" otherwise.
Result<ServiceOutput, ServiceError>
parse_response(const ServiceModel& model, const Operation& operation, const HttpResponse& response);

} // namespace gradus::aws
