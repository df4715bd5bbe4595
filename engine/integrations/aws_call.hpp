#pragma once
// Tasks that call AWS: every modelled operation as aws-sdk:SERVICE:ACTION, and the optimised calls
// as rows of a table. AWS, "AWS SDK service integrations", "Optimized integrations"; recorded
// executions for names and texts of errors.

#include "aws/model/models.hpp"
#include "engine/integrations/integration.hpp"
#include "gradus/aws/client.hpp"

#include <map>

namespace gradus {

class AwsCallIntegration final : public Integration {
public:
    AwsCallIntegration(aws::Client& client, AnswerSink answer)
        : client_(client), answer_(std::move(answer)) {}

    static bool handles(const Resource& resource);
    void start(const TaskRequest& request) override;
    void cancel(ExecutionKey execution, CommandId command) override;

private:
    struct Plan;
    void finish(const TaskRequest& request, const Plan& plan, const aws::CallResult& result);

    aws::Client& client_;
    AnswerSink answer_;
    aws::ModelCache models_;
    std::map<std::pair<ExecutionKey, CommandId>, aws::CallId> calls_;
};

/// "Auto Scaling" → "AutoScaling", "EC2" → "Ec2", "DynamoDB" → "DynamoDb": the prefix of SDK
/// errors.
std::string sdk_client_name(std::string_view service_id);
/// "MSG (Service: S3, Status Code: 404, Request ID: ID, Extended Request ID: ID)": an error of a
/// service as the second Java SDK words it; the last part for S3 only.
std::string sdk_cause(std::string_view client_name, const aws::CallError& error);

} // namespace gradus
