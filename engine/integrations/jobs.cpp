#include "engine/integrations/jobs.hpp"

#include "gradus/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gradus {
namespace {

using From = JobArgument::From;
using Names = std::string_view;

// --- Amazon ECS
// -----------------------------------------------------------------------------------

/// Recorded: a task that couldn't be started fails, whatever its containers say. That every
/// container's exit code counts is assumed; which are essential only the task definition knows.
JobVerdict judge_ecs_task(const Value& task) {
    if (task["LastStatus"].is_null()) return JobVerdict::unknown;
    if (task["LastStatus"] != Value("STOPPED")) return JobVerdict::running;
    const Value& code = task["StopCode"];
    if (!code.is_null() && code != Value("EssentialContainerExited")) return JobVerdict::failed;
    const Value& containers = task["Containers"];
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const Value& exit_code = containers[i]["ExitCode"];
        if (!exit_code.is_null() && exit_code != Value(0)) return JobVerdict::failed;
    }
    return JobVerdict::succeeded;
}

/// RunTask answers 200 also when it started nothing. That .sync fails then, by this name, isn't
/// recorded; it is what histories show.
Result<Value, Failure> started_ecs_task(Value response) {
    if (response["Tasks"].size() == 0) return Failure{"AmazonECS.Unknown", to_json(response)};
    return response;
}

constexpr auto ecs_describe = std::to_array<JobArgument>(
    {{"Cluster", From::request, "Cluster"}, {"Tasks", From::response_listed, "Tasks.0.TaskArn"}});
constexpr auto ecs_stop =
    std::to_array<JobArgument>({{"Cluster", From::request, "Cluster"},
                                {"Task", From::response, "Tasks.0.TaskArn"},
                                {"Reason", From::literal, "The execution was stopped"}});

// --- jobs and runs
// --------------------------------------------------------------------------------

constexpr auto upper_succeeded = std::to_array<Names>({"SUCCEEDED"});
constexpr auto completed = std::to_array<Names>({"Completed"});
constexpr auto failed_or_stopped = std::to_array<Names>({"Failed", "Stopped"});

constexpr auto batch_describe =
    std::to_array<JobArgument>({{"Jobs", From::response_listed, "JobId"}});
constexpr auto batch_stop = std::to_array<JobArgument>(
    {{"JobId", From::response, "JobId"}, {"Reason", From::literal, "The execution was stopped"}});
constexpr auto upper_failed = std::to_array<Names>({"FAILED"});

constexpr auto glue_describe = std::to_array<JobArgument>(
    {{"JobName", From::request, "JobName"}, {"RunId", From::response, "JobRunId"}});
constexpr auto glue_stop = std::to_array<JobArgument>(
    {{"JobName", From::request, "JobName"}, {"JobRunIds", From::response_listed, "JobRunId"}});
constexpr auto glue_failed =
    std::to_array<Names>({"FAILED", "TIMEOUT", "STOPPED", "ERROR", "EXPIRED"});

constexpr auto databrew_run = std::to_array<JobArgument>(
    {{"Name", From::request, "Name"}, {"RunId", From::response, "RunId"}});
constexpr auto databrew_failed = std::to_array<Names>({"FAILED", "STOPPED", "TIMEOUT"});

constexpr auto mediaconvert_job = std::to_array<JobArgument>({{"Id", From::response, "Job.Id"}});
constexpr auto mediaconvert_succeeded = std::to_array<Names>({"COMPLETE"});
constexpr auto mediaconvert_failed = std::to_array<Names>({"CANCELED", "ERROR"});

constexpr auto athena_query =
    std::to_array<JobArgument>({{"QueryExecutionId", From::response, "QueryExecutionId"}});
constexpr auto athena_failed = std::to_array<Names>({"FAILED", "CANCELLED"});

constexpr auto build_describe =
    std::to_array<JobArgument>({{"Ids", From::response_listed, "Build.Id"}});
constexpr auto build_stop = std::to_array<JobArgument>({{"Id", From::response, "Build.Id"}});
constexpr auto build_batch_describe =
    std::to_array<JobArgument>({{"Ids", From::response_listed, "BuildBatch.Id"}});
constexpr auto build_batch_stop =
    std::to_array<JobArgument>({{"Id", From::response, "BuildBatch.Id"}});
constexpr auto build_failed = std::to_array<Names>({"FAILED", "FAULT", "TIMED_OUT", "STOPPED"});

constexpr auto customization_job =
    std::to_array<JobArgument>({{"JobIdentifier", From::response, "JobArn"}});

constexpr auto training_job =
    std::to_array<JobArgument>({{"TrainingJobName", From::request, "TrainingJobName"}});
constexpr auto transform_job =
    std::to_array<JobArgument>({{"TransformJobName", From::request, "TransformJobName"}});
constexpr auto processing_job =
    std::to_array<JobArgument>({{"ProcessingJobName", From::request, "ProcessingJobName"}});
constexpr auto tuning_job = std::to_array<JobArgument>(
    {{"HyperParameterTuningJobName", From::request, "HyperParameterTuningJobName"}});
constexpr auto labeling_job =
    std::to_array<JobArgument>({{"LabelingJobName", From::request, "LabelingJobName"}});

// --- clusters and applications
// --------------------------------------------------------------------

constexpr auto emr_created =
    std::to_array<JobArgument>({{"ClusterId", From::response, "ClusterId"}});
constexpr auto emr_terminate =
    std::to_array<JobArgument>({{"JobFlowIds", From::response_listed, "ClusterId"}});
constexpr auto emr_cluster =
    std::to_array<JobArgument>({{"ClusterId", From::request, "ClusterId"}});
constexpr auto emr_step = std::to_array<JobArgument>(
    {{"ClusterId", From::request, "ClusterId"}, {"StepId", From::response, "StepId"}});
constexpr auto emr_step_stop = std::to_array<JobArgument>(
    {{"ClusterId", From::request, "ClusterId"}, {"StepIds", From::response_listed, "StepId"}});
// A cluster that ends with its last step never waits.
constexpr auto emr_ready = std::to_array<Names>({"WAITING", "TERMINATED"});
constexpr auto emr_ended_badly = std::to_array<Names>({"TERMINATED_WITH_ERRORS"});
constexpr auto emr_ended = std::to_array<Names>({"TERMINATED", "TERMINATED_WITH_ERRORS"});
constexpr auto upper_completed = std::to_array<Names>({"COMPLETED"});
constexpr auto emr_step_failed = std::to_array<Names>({"CANCELLED", "FAILED", "INTERRUPTED"});

constexpr auto emr_containers_run = std::to_array<JobArgument>(
    {{"Id", From::response, "Id"}, {"VirtualClusterId", From::response, "VirtualClusterId"}});
constexpr auto failed_or_cancelled = std::to_array<Names>({"FAILED", "CANCELLED"});
constexpr auto virtual_cluster = std::to_array<JobArgument>({{"Id", From::request, "Id"}});
constexpr auto terminated = std::to_array<Names>({"TERMINATED"});
constexpr auto arrested = std::to_array<Names>({"ARRESTED"});

constexpr auto serverless_run = std::to_array<JobArgument>(
    {{"ApplicationId", From::request, "ApplicationId"}, {"JobRunId", From::response, "JobRunId"}});
constexpr auto serverless_success = std::to_array<Names>({"SUCCESS"});
constexpr auto serverless_ended = std::to_array<Names>({"CANCELLED", "SUCCESS", "FAILED"});
constexpr auto application_created =
    std::to_array<JobArgument>({{"ApplicationId", From::response, "ApplicationId"}});
constexpr auto application =
    std::to_array<JobArgument>({{"ApplicationId", From::request, "ApplicationId"}});
constexpr auto created = std::to_array<Names>({"CREATED", "STARTED"});
constexpr auto started = std::to_array<Names>({"STARTED"});
constexpr auto stopped = std::to_array<Names>({"STOPPED"});

constexpr auto eks_cluster = std::to_array<JobArgument>({{"Name", From::request, "Name"}});
constexpr auto eks_nodegroup =
    std::to_array<JobArgument>({{"ClusterName", From::request, "ClusterName"},
                                {"NodegroupName", From::request, "NodegroupName"}});
constexpr auto eks_profile =
    std::to_array<JobArgument>({{"ClusterName", From::request, "ClusterName"},
                                {"FargateProfileName", From::request, "FargateProfileName"}});
constexpr auto active = std::to_array<Names>({"ACTIVE"});
constexpr auto eks_failed = std::to_array<Names>({"FAILED", "CREATE_FAILED", "DELETE_FAILED"});
constexpr Names eks_gone = "EKS.ResourceNotFoundException";

constexpr auto table = std::to_array<JobKind>({
    {.service = "ecs",
     .action = "runTask",
     .describe = "DescribeTasks",
     .describe_arguments = ecs_describe,
     .output = "Tasks.0",
     .status = "Tasks.0.LastStatus",
     .stop = "StopTask",
     .stop_arguments = ecs_stop,
     .judge = judge_ecs_task,
     .started = started_ecs_task},
    {.service = "batch",
     .action = "submitJob",
     .describe = "DescribeJobs",
     .describe_arguments = batch_describe,
     .output = "Jobs.0",
     .status = "Jobs.0.Status",
     .succeeded = upper_succeeded,
     .failed = upper_failed,
     .stop = "TerminateJob",
     .stop_arguments = batch_stop},
    {.service = "glue",
     .action = "startJobRun",
     .describe = "GetJobRun",
     .describe_arguments = glue_describe,
     .output = "JobRun",
     .status = "JobRun.JobRunState",
     .succeeded = upper_succeeded,
     .failed = glue_failed,
     .stop = "BatchStopJobRun",
     .stop_arguments = glue_stop},
    {.service = "databrew",
     .action = "startJobRun",
     .describe = "DescribeJobRun",
     .describe_arguments = databrew_run,
     .status = "State",
     .succeeded = upper_succeeded,
     .failed = databrew_failed,
     .stop = "StopJobRun",
     .stop_arguments = databrew_run},
    {.service = "mediaconvert",
     .action = "createJob",
     .describe = "GetJob",
     .describe_arguments = mediaconvert_job,
     .status = "Job.Status",
     .succeeded = mediaconvert_succeeded,
     .failed = mediaconvert_failed,
     .stop = "CancelJob",
     .stop_arguments = mediaconvert_job},
    {.service = "athena",
     .action = "startQueryExecution",
     .describe = "GetQueryExecution",
     .describe_arguments = athena_query,
     .status = "QueryExecution.Status.State",
     .succeeded = upper_succeeded,
     .failed = athena_failed,
     .stop = "StopQueryExecution",
     .stop_arguments = athena_query},
    {.service = "codebuild",
     .action = "startBuild",
     .describe = "BatchGetBuilds",
     .describe_arguments = build_describe,
     .output = "Builds.0",
     .wrapper = "Build",
     .status = "Builds.0.BuildStatus",
     .succeeded = upper_succeeded,
     .failed = build_failed,
     .stop = "StopBuild",
     .stop_arguments = build_stop},
    {.service = "codebuild",
     .action = "startBuildBatch",
     .describe = "BatchGetBuildBatches",
     .describe_arguments = build_batch_describe,
     .output = "BuildBatches.0",
     .wrapper = "BuildBatch",
     .status = "BuildBatches.0.BuildBatchStatus",
     .succeeded = upper_succeeded,
     .failed = build_failed,
     .stop = "StopBuildBatch",
     .stop_arguments = build_batch_stop},
    {.service = "bedrock",
     .action = "createModelCustomizationJob",
     .describe = "GetModelCustomizationJob",
     .describe_arguments = customization_job,
     .status = "Status",
     .succeeded = completed,
     .failed = failed_or_stopped,
     .stop = "StopModelCustomizationJob",
     .stop_arguments = customization_job},
    {.service = "sagemaker",
     .action = "createTrainingJob",
     .describe = "DescribeTrainingJob",
     .describe_arguments = training_job,
     .status = "TrainingJobStatus",
     .succeeded = completed,
     .failed = failed_or_stopped,
     .stop = "StopTrainingJob",
     .stop_arguments = training_job},
    {.service = "sagemaker",
     .action = "createTransformJob",
     .describe = "DescribeTransformJob",
     .describe_arguments = transform_job,
     .status = "TransformJobStatus",
     .succeeded = completed,
     .failed = failed_or_stopped,
     .stop = "StopTransformJob",
     .stop_arguments = transform_job},
    {.service = "sagemaker",
     .action = "createProcessingJob",
     .describe = "DescribeProcessingJob",
     .describe_arguments = processing_job,
     .status = "ProcessingJobStatus",
     .succeeded = completed,
     .failed = failed_or_stopped,
     .stop = "StopProcessingJob",
     .stop_arguments = processing_job},
    {.service = "sagemaker",
     .action = "createHyperParameterTuningJob",
     .describe = "DescribeHyperParameterTuningJob",
     .describe_arguments = tuning_job,
     .status = "HyperParameterTuningJobStatus",
     .succeeded = completed,
     .failed = failed_or_stopped,
     .stop = "StopHyperParameterTuningJob",
     .stop_arguments = tuning_job},
    {.service = "sagemaker",
     .action = "createLabelingJob",
     .describe = "DescribeLabelingJob",
     .describe_arguments = labeling_job,
     .status = "LabelingJobStatus",
     .succeeded = completed,
     .failed = failed_or_stopped,
     .stop = "StopLabelingJob",
     .stop_arguments = labeling_job},
    {.service = "elasticmapreduce",
     .action = "createCluster",
     .describe = "DescribeCluster",
     .describe_arguments = emr_created,
     .kept = "ClusterId",
     .status = "Cluster.Status.State",
     .succeeded = emr_ready,
     .failed = emr_ended_badly,
     .stop = "TerminateJobFlows",
     .stop_arguments = emr_terminate},
    {.service = "elasticmapreduce",
     .action = "terminateCluster",
     .describe = "DescribeCluster",
     .describe_arguments = emr_cluster,
     .status = "Cluster.Status.State",
     .succeeded = emr_ended},
    {.service = "elasticmapreduce",
     .action = "addStep",
     .describe = "DescribeStep",
     .describe_arguments = emr_step,
     .kept = "StepId",
     .status = "Step.Status.State",
     .succeeded = upper_completed,
     .failed = emr_step_failed,
     .stop = "CancelSteps",
     .stop_arguments = emr_step_stop},
    {.service = "emr-containers",
     .action = "startJobRun",
     .describe = "DescribeJobRun",
     .describe_arguments = emr_containers_run,
     .output = "JobRun",
     .status = "JobRun.State",
     .succeeded = upper_completed,
     .failed = failed_or_cancelled,
     .stop = "CancelJobRun",
     .stop_arguments = emr_containers_run},
    {.service = "emr-containers",
     .action = "deleteVirtualCluster",
     .describe = "DescribeVirtualCluster",
     .describe_arguments = virtual_cluster,
     .output = "VirtualCluster",
     .status = "VirtualCluster.State",
     .succeeded = terminated,
     .failed = arrested},
    {.service = "emr-serverless",
     .action = "startJobRun",
     .describe = "GetJobRun",
     .describe_arguments = serverless_run,
     .output = "JobRun",
     .status = "JobRun.State",
     .succeeded = serverless_success,
     .failed = failed_or_cancelled,
     .stop = "CancelJobRun",
     .stop_arguments = serverless_run},
    {.service = "emr-serverless",
     .action = "cancelJobRun",
     .describe = "GetJobRun",
     .describe_arguments = serverless_run,
     .output = "JobRun",
     .status = "JobRun.State",
     .succeeded = serverless_ended},
    {.service = "emr-serverless",
     .action = "createApplication",
     .describe = "GetApplication",
     .describe_arguments = application_created,
     .output = "Application",
     .status = "Application.State",
     .succeeded = created,
     .failed = terminated},
    {.service = "emr-serverless",
     .action = "startApplication",
     .describe = "GetApplication",
     .describe_arguments = application,
     .output = "Application",
     .status = "Application.State",
     .succeeded = started,
     .failed = terminated},
    {.service = "emr-serverless",
     .action = "stopApplication",
     .describe = "GetApplication",
     .describe_arguments = application,
     .output = "Application",
     .status = "Application.State",
     .succeeded = stopped,
     .failed = terminated},
    {.service = "emr-serverless",
     .action = "deleteApplication",
     .describe = "GetApplication",
     .describe_arguments = application,
     .output = "Application",
     .status = "Application.State",
     .succeeded = terminated},
    {.service = "eks",
     .action = "createCluster",
     .describe = "DescribeCluster",
     .describe_arguments = eks_cluster,
     .status = "Cluster.Status",
     .succeeded = active,
     .failed = eks_failed},
    {.service = "eks",
     .action = "deleteCluster",
     .describe = "DescribeCluster",
     .describe_arguments = eks_cluster,
     .status = "Cluster.Status",
     .failed = eks_failed,
     .gone = eks_gone},
    {.service = "eks",
     .action = "createNodegroup",
     .describe = "DescribeNodegroup",
     .describe_arguments = eks_nodegroup,
     .status = "Nodegroup.Status",
     .succeeded = active,
     .failed = eks_failed},
    {.service = "eks",
     .action = "deleteNodegroup",
     .describe = "DescribeNodegroup",
     .describe_arguments = eks_nodegroup,
     .status = "Nodegroup.Status",
     .failed = eks_failed,
     .gone = eks_gone},
    {.service = "eks",
     .action = "createFargateProfile",
     .describe = "DescribeFargateProfile",
     .describe_arguments = eks_profile,
     .status = "FargateProfile.Status",
     .succeeded = active,
     .failed = eks_failed},
    {.service = "eks",
     .action = "deleteFargateProfile",
     .describe = "DescribeFargateProfile",
     .describe_arguments = eks_profile,
     .status = "FargateProfile.Status",
     .failed = eks_failed,
     .gone = eks_gone},
});

/// "Tasks.0.TaskArn"; null when it leads nowhere.
Value at_path(const Value& root, std::string_view path) {
    Value at = root;
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        const std::string_view step = path.substr(0, dot);
        path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
        const Value next = error == std::errc() ? at[index] : at[step];
        at = next;
    }
    return at;
}

bool is_among(std::span<const std::string_view> statuses, const Value& status) {
    return status.is_string() && std::ranges::find(statuses, status.as_string()) != statuses.end();
}

} // namespace

std::span<const JobKind> job_kinds() { return table; }

const JobKind* find_job(const Resource& resource) {
    const bool is_job =
        resource.kind == ResourceKind::optimised && resource.pattern == IntegrationPattern::run_job;
    if (!is_job) return nullptr;
    const auto found = std::ranges::find_if(table, [&](const JobKind& kind) {
        return kind.service == resource.service && kind.action == resource.action;
    });
    return found == table.end() ? nullptr : &*found;
}

Value job_arguments(std::span<const JobArgument> arguments, const Value& request,
                    const Value& response) {
    ObjectBuilder out(arguments.size());
    for (const JobArgument& argument : arguments) {
        if (argument.from == From::literal) {
            out.append(argument.member, argument.path);
            continue;
        }
        const bool is_of_request =
            argument.from == From::request || argument.from == From::request_listed;
        const Value value = at_path(is_of_request ? request : response, argument.path);
        if (value.is_null()) continue;
        const bool is_listed =
            argument.from == From::request_listed || argument.from == From::response_listed;
        out.append(argument.member, is_listed ? Value::array({value}) : value);
    }
    return out.build();
}

JobVerdict job_verdict(const JobKind& kind, const Value& description) {
    if (kind.judge != nullptr) return kind.judge(at_path(description, kind.output));
    const Value status = at_path(description, kind.status);
    if (status.is_null()) return JobVerdict::unknown;
    if (is_among(kind.succeeded, status)) return JobVerdict::succeeded;
    return is_among(kind.failed, status) ? JobVerdict::failed : JobVerdict::running;
}

Value job_output(const JobKind& kind, const Value& description, const Value& response) {
    Value output = at_path(description, kind.output);
    if (!kind.wrapper.empty()) output = Value::object({{kind.wrapper, output}});
    if (!kind.kept.empty()) output = std::move(output).with(kind.kept, response[kind.kept]);
    return output;
}

} // namespace gradus
