#include "gradus/resource.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace gradus {
namespace {

/// Which actions there are, and with which patterns. AWS, "Integrating optimized services" and the
/// page of each; that eks takes tokens in every action is assumed.
struct Optimised {
    std::string_view service;
    std::string_view action;
    bool run_job;
    bool token;
};

constexpr auto optimised_actions = std::to_array<Optimised>({
    {"lambda", "invoke", false, true},
    {"sqs", "sendMessage", false, true},
    {"sns", "publish", false, true},
    {"dynamodb", "getItem", false, false},
    {"dynamodb", "putItem", false, false},
    {"dynamodb", "updateItem", false, false},
    {"dynamodb", "deleteItem", false, false},
    {"events", "putEvents", false, true},
    {"states", "startExecution", true, true},
    {"apigateway", "invoke", false, true},
    {"http", "invoke", false, false},
    {"ecs", "runTask", true, true},
    {"batch", "submitJob", true, false},
    {"glue", "startJobRun", true, false},
    {"databrew", "startJobRun", true, false},
    {"mediaconvert", "createJob", true, false},
    {"athena", "startQueryExecution", true, false},
    {"athena", "stopQueryExecution", false, false},
    {"athena", "getQueryExecution", false, false},
    {"athena", "getQueryResults", false, false},
    {"codebuild", "startBuild", true, false},
    {"codebuild", "startBuildBatch", true, false},
    {"codebuild", "stopBuild", false, false},
    {"codebuild", "stopBuildBatch", false, false},
    {"codebuild", "retryBuild", false, false},
    {"codebuild", "retryBuildBatch", false, false},
    {"codebuild", "deleteBuildBatch", false, false},
    {"codebuild", "batchDeleteBuilds", false, false},
    {"codebuild", "batchGetBuilds", false, false},
    {"codebuild", "batchGetBuildBatches", false, false},
    {"codebuild", "batchGetReports", false, false},
    {"bedrock", "invokeModel", false, true},
    {"bedrock", "createModelCustomizationJob", true, false},
    {"sagemaker", "createTrainingJob", true, false},
    {"sagemaker", "createTransformJob", true, false},
    {"sagemaker", "createProcessingJob", true, false},
    {"sagemaker", "createHyperParameterTuningJob", true, false},
    {"sagemaker", "createLabelingJob", true, false},
    {"sagemaker", "createModel", false, false},
    {"sagemaker", "createEndpoint", false, false},
    {"sagemaker", "createEndpointConfig", false, false},
    {"sagemaker", "updateEndpoint", false, false},
    {"elasticmapreduce", "createCluster", true, false},
    {"elasticmapreduce", "terminateCluster", true, false},
    {"elasticmapreduce", "addStep", true, false},
    {"elasticmapreduce", "cancelStep", false, false},
    {"elasticmapreduce", "setClusterTerminationProtection", false, false},
    {"elasticmapreduce", "modifyInstanceFleetByName", false, false},
    {"elasticmapreduce", "modifyInstanceGroupByName", false, false},
    {"emr-containers", "createVirtualCluster", false, false},
    {"emr-containers", "deleteVirtualCluster", true, false},
    {"emr-containers", "startJobRun", true, false},
    {"emr-serverless", "createApplication", true, false},
    {"emr-serverless", "startApplication", true, false},
    {"emr-serverless", "stopApplication", true, false},
    {"emr-serverless", "deleteApplication", true, false},
    {"emr-serverless", "startJobRun", true, false},
    {"emr-serverless", "cancelJobRun", true, false},
    {"eks", "call", false, true},
    {"eks", "runJob", true, true},
    {"eks", "createCluster", true, true},
    {"eks", "deleteCluster", true, true},
    {"eks", "createNodegroup", true, true},
    {"eks", "deleteNodegroup", true, true},
    {"eks", "createFargateProfile", true, true},
    {"eks", "deleteFargateProfile", true, true},
});

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

struct Suffix {
    std::string_view text;
    IntegrationPattern pattern;
};
constexpr auto suffixes = std::to_array<Suffix>({
    {".sync:2", IntegrationPattern::run_job_parsed},
    {".sync", IntegrationPattern::run_job},
    {".waitForTaskToken", IntegrationPattern::wait_for_task_token},
});

std::string_view suffix_of(IntegrationPattern pattern) {
    for (const Suffix& suffix : suffixes) {
        if (suffix.pattern == pattern) return suffix.text;
    }
    return "";
}

bool is_known(const Resource& resource) {
    const bool is_job = resource.pattern == IntegrationPattern::run_job ||
                        resource.pattern == IntegrationPattern::run_job_parsed;
    const bool is_token = resource.pattern == IntegrationPattern::wait_for_task_token;
    if (resource.kind == ResourceKind::aws_sdk) return !is_job && !resource.action.empty();
    // Only executions of one's own have an output that is JSON.
    if (resource.pattern == IntegrationPattern::run_job_parsed && resource.service != "states")
        return false;
    return std::ranges::any_of(optimised_actions, [&](const Optimised& known) {
        return known.service == resource.service && known.action == resource.action &&
               (!is_job || known.run_job) && (!is_token || known.token);
    });
}

/// The part behind "arn:PARTITION:states:::".
std::optional<Resource> parse_integration(std::string_view rest, std::string_view arn) {
    Resource resource;
    resource.arn = arn;
    for (const Suffix& suffix : suffixes) {
        if (!rest.ends_with(suffix.text)) continue;
        resource.pattern = suffix.pattern;
        rest.remove_suffix(suffix.text.size());
        break;
    }
    const auto parts = split(rest, ':');
    if (parts.size() == 3 && parts[0] == "aws-sdk") {
        resource.kind = ResourceKind::aws_sdk;
        resource.service = parts[1];
        resource.action = parts[2];
    } else if (parts.size() == 2) {
        resource.kind = ResourceKind::optimised;
        resource.service = parts[0];
        resource.action = parts[1];
    } else {
        return std::nullopt;
    }
    if (resource.service.empty() || !is_known(resource)) return std::nullopt;
    return resource;
}

} // namespace

std::string Resource::history_resource() const { return action + std::string(suffix_of(pattern)); }

std::string Resource::history_resource_type() const {
    return kind == ResourceKind::aws_sdk ? "aws-sdk:" + service : service;
}

bool Resource::has_token() const {
    // AWS, "Get a task token from the Context object"; .sync tasks have one too (recorded).
    return kind != ResourceKind::lambda_function && kind != ResourceKind::activity &&
           pattern != IntegrationPattern::request_response;
}

std::optional<Resource> parse_resource(std::string_view arn) {
    const auto parts = split(arn, ':');
    // arn : partition : service : region : account : …
    if (parts.size() < 6 || parts[0] != "arn" || parts[1].empty()) return std::nullopt;
    if (parts[2] == "states" && parts[3].empty() && parts[4].empty()) {
        const auto offset = static_cast<std::size_t>(parts[5].data() - arn.data());
        return parse_integration(arn.substr(offset), arn);
    }
    if (parts.size() < 7 || parts[6].empty()) return std::nullopt;
    Resource resource;
    resource.arn = arn;
    resource.action = parts[6];
    if (parts[2] == "lambda" && parts[5] == "function" && parts.size() <= 8) {
        resource.kind = ResourceKind::lambda_function;
        return resource;
    }
    if (parts[2] == "states" && parts[5] == "activity" && parts.size() == 7) {
        resource.kind = ResourceKind::activity;
        return resource;
    }
    return std::nullopt;
}

} // namespace gradus
