// AWS, "Integrating optimized services" and the page of each. Names of errors and services are
// those of the first Java SDK, recorded for lambda, sqs, sns, dynamodb, events and states.
#include "engine/integrations/optimised_calls.hpp"

#include "engine/integrations/casing.hpp"
#include "engine/integrations/lambda_result.hpp"
#include "gradus/json.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

constexpr ServiceNames lambda{"Lambda", "AWSLambdaException", "AWSLambda"};
constexpr ServiceNames sqs{"SQS", "AmazonSQSException", "AmazonSQS"};
constexpr ServiceNames sns{"SNS", "AmazonSNSException", "AmazonSNS"};
constexpr ServiceNames dynamodb{"DynamoDB", "AmazonDynamoDBException", "AmazonDynamoDBv2"};
constexpr ServiceNames events{"EventBridge", "AmazonEventBridgeException", "AmazonEventBridge"};
constexpr ServiceNames ecs{"ECS", "AmazonECSException", "AmazonECS"};
constexpr ServiceNames batch{"Batch", "AWSBatchException", "AWSBatch"};
constexpr ServiceNames glue{"Glue", "AWSGlueException", "AWSGlue"};
constexpr ServiceNames databrew{"DataBrew", "AWSGlueDataBrewException", "AWSGlueDataBrew"};
constexpr ServiceNames athena{"Athena", "AmazonAthenaException", "AmazonAthena"};
constexpr ServiceNames codebuild{"CodeBuild", "AWSCodeBuildException", "AWSCodeBuild"};
constexpr ServiceNames mediaconvert{"MediaConvert", "AWSMediaConvertException", "AWSMediaConvert"};
constexpr ServiceNames bedrock{"Bedrock", "AmazonBedrockException", "AmazonBedrock"};
constexpr ServiceNames sagemaker{"SageMaker", "AmazonSageMakerException", "AmazonSageMaker"};
constexpr ServiceNames emr{"ElasticMapReduce", "AmazonElasticMapReduceException",
                           "AmazonElasticMapReduce"};
constexpr ServiceNames emr_containers{"EMRContainers", "AmazonEMRContainersException",
                                      "AmazonEMRContainers"};
constexpr ServiceNames emr_serverless{"EMRServerless", "AWSEMRServerlessException",
                                      "AWSEMRServerless"};
constexpr ServiceNames eks{"EKS", "AmazonEKSException", "AmazonEKS"};

// --- parameters
// -----------------------------------------------------------------------------------

/// The member as JSON text, unless it is a text already.
Value with_text(Value parameters, std::string_view member) {
    const Value* found = parameters.find(member);
    if (found == nullptr || found->is_string() || found->is_null()) return parameters;
    const std::string text = to_json(*found);
    return std::move(parameters).with(member, text);
}

Value message_body(const ExecutionIdentity&, Value parameters) {
    return with_text(std::move(parameters), "MessageBody");
}
Value message(const ExecutionIdentity&, Value parameters) {
    return with_text(std::move(parameters), "Message");
}

/// Recorded: a payload that is absent or null is {}.
Value lambda_parameters(const ExecutionIdentity&, Value parameters) {
    if (!parameters["Payload"].is_null()) return parameters;
    return std::move(parameters).with("Payload", Value::object());
}

/// EventBridge takes Detail as a text; AWS adds the execution to each entry's Resources.
Value event_entries(const ExecutionIdentity& caller, Value parameters) {
    const Value& entries = parameters["Entries"];
    if (!entries.is_array()) return parameters;
    Array out;
    for (const Value& entry : entries.as_array()) {
        Value changed = entry;
        if (entry.is_object()) {
            const Value resources =
                entry["Resources"].is_array() ? entry["Resources"] : Value::array({});
            changed = with_text(std::move(changed), "Detail")
                          .with("Resources", resources.with_element(caller.execution_arn));
        }
        out.push_back(std::move(changed));
    }
    return std::move(parameters).with("Entries", Value(std::move(out)));
}

/// Moves a member to another name, into a list when the service takes several of them.
enum class Move { as_it_is, into_list };
Value moved(Value parameters, std::string_view from, std::string_view to, Move how) {
    const Value* found = parameters.find(from);
    if (found == nullptr) return parameters;
    Value value = how == Move::into_list ? Value::array({*found}) : *found;
    return parameters.without(from).with(to, std::move(value));
}

// AWS, "Create and manage Amazon EMR clusters": one cluster and one step at a time, and clusters by
// their present name.
Value emr_clusters(const ExecutionIdentity&, Value parameters) {
    return moved(std::move(parameters), "ClusterId", "JobFlowIds", Move::into_list);
}
Value emr_step(const ExecutionIdentity&, Value parameters) {
    parameters = moved(std::move(parameters), "ClusterId", "JobFlowId", Move::as_it_is);
    return moved(std::move(parameters), "Step", "Steps", Move::into_list);
}
Value emr_step_id(const ExecutionIdentity&, Value parameters) {
    return moved(std::move(parameters), "StepId", "StepIds", Move::into_list);
}

// --- results
// --------------------------------------------------------------------------------------

Result<Value, Failure> invocation(Value result) {
    const Value payload = result["Payload"].is_string() ? result["Payload"] : Value("");
    if (result.find("FunctionError") != nullptr) return lambda_failure(payload.as_string());
    return std::move(result).with("Payload", lambda_payload(payload.as_string()));
}

Result<Value, Failure> put_events(Value result) {
    std::int64_t failed = 0;
    if (result["FailedEntryCount"].to_integer(failed) && failed > 0)
        return Failure{"EventBridge.FailedEntry", to_json(result)};
    return result;
}

Result<Value, Failure> model_answer(Value result) {
    const Value body = result["Body"];
    if (!body.is_string()) return result;
    return std::move(result).with("Body", lambda_payload(body.as_string()));
}

Result<Value, Failure> emr_cluster(Value result) {
    return sorted_by_name(moved(std::move(result), "JobFlowId", "ClusterId", Move::as_it_is));
}
Result<Value, Failure> emr_step_result(Value result) {
    const Value id = result["StepIds"][0];
    return result.without("StepIds").with("StepId", id);
}

constexpr auto table = std::to_array<OptimisedCall>({
    {"lambda", "invoke", "lambda", "Invoke", &lambda, false, lambda_parameters, invocation},
    {"sqs", "sendMessage", "sqs", "SendMessage", &sqs, false, message_body},
    {"sns", "publish", "sns", "Publish", &sns, false, message},
    {"dynamodb", "getItem", "dynamodb", "GetItem", &dynamodb},
    {"dynamodb", "putItem", "dynamodb", "PutItem", &dynamodb},
    {"dynamodb", "updateItem", "dynamodb", "UpdateItem", &dynamodb},
    {"dynamodb", "deleteItem", "dynamodb", "DeleteItem", &dynamodb},
    {"events", "putEvents", "events", "PutEvents", &events, false, event_entries, put_events},
    {"ecs", "runTask", "ecs", "RunTask", &ecs, true},
    {"batch", "submitJob", "batch", "SubmitJob", &batch},
    {"glue", "startJobRun", "glue", "StartJobRun", &glue},
    {"databrew", "startJobRun", "databrew", "StartJobRun", &databrew},
    {"mediaconvert", "createJob", "mediaconvert", "CreateJob", &mediaconvert},
    {"athena", "startQueryExecution", "athena", "StartQueryExecution", &athena},
    {"athena", "stopQueryExecution", "athena", "StopQueryExecution", &athena},
    {"athena", "getQueryExecution", "athena", "GetQueryExecution", &athena},
    {"athena", "getQueryResults", "athena", "GetQueryResults", &athena},
    {"codebuild", "startBuild", "codebuild", "StartBuild", &codebuild},
    {"codebuild", "startBuildBatch", "codebuild", "StartBuildBatch", &codebuild},
    {"codebuild", "stopBuild", "codebuild", "StopBuild", &codebuild},
    {"codebuild", "stopBuildBatch", "codebuild", "StopBuildBatch", &codebuild},
    {"codebuild", "retryBuild", "codebuild", "RetryBuild", &codebuild},
    {"codebuild", "retryBuildBatch", "codebuild", "RetryBuildBatch", &codebuild},
    {"codebuild", "deleteBuildBatch", "codebuild", "DeleteBuildBatch", &codebuild},
    {"codebuild", "batchDeleteBuilds", "codebuild", "BatchDeleteBuilds", &codebuild},
    {"codebuild", "batchGetBuilds", "codebuild", "BatchGetBuilds", &codebuild},
    {"codebuild", "batchGetBuildBatches", "codebuild", "BatchGetBuildBatches", &codebuild},
    {"codebuild", "batchGetReports", "codebuild", "BatchGetReports", &codebuild},
    {"bedrock", "invokeModel", "bedrock-runtime", "InvokeModel", &bedrock, false, nullptr,
     model_answer},
    {"bedrock", "createModelCustomizationJob", "bedrock", "CreateModelCustomizationJob", &bedrock},
    {"sagemaker", "createTrainingJob", "sagemaker", "CreateTrainingJob", &sagemaker},
    {"sagemaker", "createTransformJob", "sagemaker", "CreateTransformJob", &sagemaker},
    {"sagemaker", "createProcessingJob", "sagemaker", "CreateProcessingJob", &sagemaker},
    {"sagemaker", "createHyperParameterTuningJob", "sagemaker", "CreateHyperParameterTuningJob",
     &sagemaker},
    {"sagemaker", "createLabelingJob", "sagemaker", "CreateLabelingJob", &sagemaker},
    {"sagemaker", "createModel", "sagemaker", "CreateModel", &sagemaker},
    {"sagemaker", "createEndpoint", "sagemaker", "CreateEndpoint", &sagemaker},
    {"sagemaker", "createEndpointConfig", "sagemaker", "CreateEndpointConfig", &sagemaker},
    {"sagemaker", "updateEndpoint", "sagemaker", "UpdateEndpoint", &sagemaker},
    {"elasticmapreduce", "createCluster", "elasticmapreduce", "RunJobFlow", &emr, false, nullptr,
     emr_cluster},
    {"elasticmapreduce", "terminateCluster", "elasticmapreduce", "TerminateJobFlows", &emr, false,
     emr_clusters},
    {"elasticmapreduce", "addStep", "elasticmapreduce", "AddJobFlowSteps", &emr, false, emr_step,
     emr_step_result},
    {"elasticmapreduce", "cancelStep", "elasticmapreduce", "CancelSteps", &emr, false, emr_step_id},
    {"elasticmapreduce", "setClusterTerminationProtection", "elasticmapreduce",
     "SetTerminationProtection", &emr, false, emr_clusters},
    {"emr-containers", "createVirtualCluster", "emr-containers", "CreateVirtualCluster",
     &emr_containers},
    {"emr-containers", "deleteVirtualCluster", "emr-containers", "DeleteVirtualCluster",
     &emr_containers},
    {"emr-containers", "startJobRun", "emr-containers", "StartJobRun", &emr_containers},
    {"emr-serverless", "createApplication", "emr-serverless", "CreateApplication", &emr_serverless},
    {"emr-serverless", "startApplication", "emr-serverless", "StartApplication", &emr_serverless},
    {"emr-serverless", "stopApplication", "emr-serverless", "StopApplication", &emr_serverless},
    {"emr-serverless", "deleteApplication", "emr-serverless", "DeleteApplication", &emr_serverless},
    {"emr-serverless", "startJobRun", "emr-serverless", "StartJobRun", &emr_serverless},
    {"emr-serverless", "cancelJobRun", "emr-serverless", "CancelJobRun", &emr_serverless},
    {"eks", "createCluster", "eks", "CreateCluster", &eks},
    {"eks", "deleteCluster", "eks", "DeleteCluster", &eks},
    {"eks", "createNodegroup", "eks", "CreateNodegroup", &eks},
    {"eks", "deleteNodegroup", "eks", "DeleteNodegroup", &eks},
    {"eks", "createFargateProfile", "eks", "CreateFargateProfile", &eks},
    {"eks", "deleteFargateProfile", "eks", "DeleteFargateProfile", &eks},
});

} // namespace

std::span<const OptimisedCall> optimised_calls() { return table; }

const OptimisedCall* find_optimised_call(const Resource& resource) {
    if (resource.kind != ResourceKind::optimised && resource.kind != ResourceKind::lambda_function)
        return nullptr;
    const bool is_function = resource.kind == ResourceKind::lambda_function;
    const std::string_view service = is_function ? "lambda" : std::string_view(resource.service);
    const std::string_view action = is_function ? "invoke" : std::string_view(resource.action);
    const auto found = std::ranges::find_if(table, [&](const OptimisedCall& call) {
        return call.service == service && call.action == action;
    });
    return found == table.end() ? nullptr : &*found;
}

} // namespace gradus
