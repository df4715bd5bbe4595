#pragma once
// Tasks that call AWS: every modelled operation as aws-sdk:SERVICE:ACTION, the optimised calls as
// rows of a table, and functions by their ARN. AWS, "AWS SDK service integrations", "Optimized
// integrations"; recorded executions for names and texts of errors.

#include "engine/integrations/service_calls.hpp"

#include <map>

namespace gradus {

class AwsCallIntegration final : public Integration {
public:
    AwsCallIntegration(aws::Client& client, AnswerSink answer,
                       std::shared_ptr<aws::ModelCache> services)
        : client_(client), answer_(std::move(answer)), calls_(std::move(services)) {}

    static bool handles(const Resource& resource);
    void start(const TaskRequest& request) override;
    bool is_under_way(ExecutionKey execution, CommandId command) const override {
        return open_.contains({execution, command});
    }
    void cancel(ExecutionKey execution, CommandId command) override;

private:
    aws::Client& client_;
    AnswerSink answer_;
    ServiceCalls calls_;
    std::map<std::pair<ExecutionKey, CommandId>, aws::CallId> open_;
};

/// The answer to a task's first call. One that goes on until a job ends or a token returns is
/// submitted with it, or failed to be (the kind of the failure is assumed).
Event answer_of(const TaskRequest& request, Result<Value, Failure> output);

} // namespace gradus
