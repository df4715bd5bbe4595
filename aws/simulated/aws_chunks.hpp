#pragma once
// Bodies that SDKs send to S3 in signed or summed pieces (AWS, S3 API reference, "Signature
// calculations for the Authorization header: transferring a payload in multiple chunks"). Inside of
// aws/simulated.

#include "aws/http/message.hpp"
#include "aws/protocol/service_error.hpp"

#include "gradus/result.hpp"

namespace gradus::simulated {

/// Puts the pieces of such a request's body together and takes the encoding's name out of its
/// headers; other requests stay as they are. Signatures and sums of pieces aren't checked. Fails
/// with IncompleteBody.
Result<void, aws::ServiceError> join_aws_chunks(aws::HttpRequest& request);

} // namespace gradus::simulated
