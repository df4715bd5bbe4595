#pragma once
// Errors of services in the words of tasks: those of SDK integrations as the second Java SDK has
// them, those of optimised calls as the first. Names and texts recorded; used by every integration
// that calls AWS.

#include "aws/model/service_model.hpp"
#include "gradus/aws/client.hpp"
#include "gradus/failure.hpp"

#include <string>
#include <string_view>

namespace gradus {

/// How the errors of one service are named in optimised calls.
struct ServiceNames {
    std::string_view prefix;     // "DynamoDB"
    std::string_view unmodelled; // "AmazonDynamoDBException": what the service's model doesn't know
    std::string_view in_causes;  // "AmazonDynamoDBv2"
};

/// The operation whose call failed.
struct CalledOperation {
    const aws::ServiceModel& model;
    const aws::Operation& operation;
};

/// "DynamoDB.ResourceNotFoundException", "MSG (Service: AmazonDynamoDBv2; Status Code: 400; Error
/// Code: …; Request ID: ID; Proxy: null)".
Failure optimised_failure(const ServiceNames& names, const CalledOperation& called,
                          const aws::CallError& error);
/// "S3.NoSuchKeyException", with sdk_cause.
Failure sdk_failure(const CalledOperation& called, const aws::CallError& error);

/// "Auto Scaling" → "AutoScaling", "EC2" → "Ec2", "DynamoDB" → "DynamoDb": the prefix of SDK
/// errors.
std::string sdk_client_name(std::string_view service_id);
/// "MSG (Service: S3, Status Code: 404, Request ID: ID, Extended Request ID: ID)": an error of a
/// service as the second Java SDK words it; the last part for S3 only.
std::string sdk_cause(std::string_view client_name, const aws::CallError& error);

} // namespace gradus
