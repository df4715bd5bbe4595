#pragma once
// One call of a service for a task: from the task's parameters to aws::Call, and from its answer to
// what the task gets. No I/O; AwsCallIntegration makes the calls.

#include "aws/model/models.hpp"
#include "engine/integrations/casing.hpp"
#include "engine/integrations/integration.hpp"
#include "engine/integrations/optimised_calls.hpp"
#include "engine/integrations/sdk_actions.hpp"
#include "gradus/aws/client.hpp"

#include <memory>

namespace gradus {

/// Which operation it is. Holds what it points to.
struct ServiceCall {
    std::shared_ptr<const aws::ServiceModel> model;
    const aws::Operation* operation = nullptr;
    const OptimisedCall* optimised = nullptr; // null: aws-sdk

    CallStyle style() const;
};

class ServiceCalls {
public:
    /// Null: the services that are built in.
    explicit ServiceCalls(std::shared_ptr<aws::ModelCache> models)
        : models_(models ? std::move(models) : std::make_shared<aws::ModelCache>()) {}

    /// What a task's resource asks for. Fails when no model knows it.
    Result<ServiceCall, Failure> find(const Resource& resource);
    /// Another operation of the same service, for jobs: an optimised call's describe and stop.
    Result<ServiceCall, Failure> find(const OptimisedCall& job, std::string_view operation);
    /// Puts a model of the caller's before the built-in one.
    void put_model(std::string_view service, std::shared_ptr<const aws::ServiceModel> model) {
        models_->put(service, std::move(model));
    }

private:
    using FindAction = Result<ServiceAction> (*)(aws::ModelCache&, std::string_view service,
                                                 std::string_view action);
    Result<ServiceCall, Failure> find_operation(FindAction find_action_of, std::string_view service,
                                                std::string_view operation);
    std::shared_ptr<aws::ModelCache> models_;
};

/// The same for the same attempt of the same task, so that what is asked again after a crash is
/// done once; in the form that every service takes, that of a UUID.
std::string idempotency_token(const TaskRequest& request);
/// The call, made as the task's role. Parameters in the names of tasks.
aws::Call call_of(const TaskRequest& request, const ServiceCall& call, const Value& parameters);
/// The task's parameters as the service gets them, still in the names of tasks.
Value service_parameters(const TaskRequest& request, const ServiceCall& call);
/// What the task gets of an answer: metadata, with optimised calls; for a function by its ARN, what
/// it returned.
Result<Value, Failure> task_output(const TaskRequest& request, const ServiceCall& call,
                                   const aws::CallResult& result);
/// Output in the names of tasks, nothing added; or the error in the words of tasks.
Result<Value, Failure> plain_output(const TaskRequest& request, const ServiceCall& call,
                                    const aws::CallResult& result);
/// SdkHttpMetadata and SdkResponseMetadata, which optimised calls carry beside their result.
Value with_metadata(Value result, const aws::CallOutput& output);

} // namespace gradus
