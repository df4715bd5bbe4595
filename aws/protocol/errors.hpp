#pragma once
// Errors in answers, of every protocol. Inside of aws/protocol.

#include "aws/http/message.hpp"
#include "aws/model/service_model.hpp"
#include "aws/protocol/service_error.hpp"

#include <string>

namespace gradus::aws {

/// The request id in the headers of an answer; empty when there is none.
std::string request_id_of_headers(const HttpHeaders& headers);

/// Reads the error of an answer with an error status. A body that can't be read leaves a code made
/// of the status ("Http503") and the body's first bytes as the message.
ServiceError read_error(const ServiceModel& model, const Operation& operation,
                        const HttpResponse& response);

} // namespace gradus::aws
