// Jobs that a task waits for: looked at by timers, on virtual time.
#include "engine/integrations/job_integration.hpp"

#include "tests/support/scripted_aws.hpp"

namespace gradus {
namespace {

const char* const run_task = "arn:aws:states:::ecs:runTask.sync";
const char* const run_parameters =
    R"("TimeoutSeconds": 3600, "Parameters": {"Cluster": "gpu", "TaskDefinition": "train"})";

struct World {
    VirtualLoop loop{1'700'000'000'000};
    ScriptedAws aws{loop};
    Engine engine{loop, &aws};
    std::string arn;

    World() { aws.answer("RunTask", R"({"tasks": [{"taskArn": "t1", "lastStatus": "PENDING"}]})"); }

    ExecutionSummary run() {
        TaskRun task(run_task, run_parameters);
        const ExecutionSummary summary = task.finish(loop, engine);
        arn = task.arn;
        return summary;
    }
};

TEST(Job, gives_its_description_once_it_has_ended) {
    World world;
    world.aws.answer("DescribeTasks", R"({"tasks": [{"taskArn": "t1", "lastStatus": "RUNNING"}]})");
    world.aws.answer("DescribeTasks",
                     R"({"tasks": [{"taskArn": "t1", "lastStatus": "STOPPED",
                         "stopCode": "EssentialContainerExited", "stoppedAt": 1700000003,
                         "containers": [{"name": "c", "exitCode": 0}]}]})");

    const auto summary = world.run();

    EXPECT_EQ(summary.status, ExecutionStatus::succeeded);
    EXPECT_EQ(
        to_json(summary.output),
        R"({"Attachments":[],"Attributes":[],"Containers":[{"ExitCode":0,"GpuIds":[],)"
        R"("ManagedAgents":[],"Name":"c","NetworkBindings":[],"NetworkInterfaces":[],"NeuronDeviceIds":[]}],)"
        R"("InferenceAccelerators":[],"LastStatus":"STOPPED",)"
        R"("StopCode":"EssentialContainerExited","StoppedAt":1700000003000,"Tags":[],)"
        R"("TaskArn":"t1"})");
    EXPECT_EQ(to_json(world.aws.input_of("DescribeTasks")), R"({"cluster":"gpu","tasks":["t1"]})");
    EXPECT_EQ(event_types(world.engine, world.arn),
              (std::vector<std::string>{"ExecutionStarted", "TaskStateEntered", "TaskScheduled",
                                        "TaskStarted", "TaskSubmitted", "TaskSucceeded",
                                        "TaskStateExited", "ExecutionSucceeded"}));
    // 10 ms for each call, waits of 1 s and 2 s.
    EXPECT_EQ(world.loop.now_epoch_milliseconds(), 1'700'000'003'030);
}

TEST(Job, that_fails_is_described_in_the_cause) {
    World world;
    world.aws.answer("DescribeTasks",
                     R"({"tasks": [{"taskArn": "t1", "lastStatus": "STOPPED",
                         "stopCode": "TaskFailedToStart", "stoppedReason": "no image"}]})");

    const auto summary = world.run();

    EXPECT_EQ(summary.failure.error, "States.TaskFailed");
    const Value cause = *parse_json(*summary.failure.cause);
    EXPECT_EQ(cause["StopCode"], Value("TaskFailedToStart"));
    EXPECT_EQ(cause["StoppedReason"], Value("no image"));
    EXPECT_EQ(event_types(world.engine, world.arn)[5], "TaskFailed");
}

TEST(Job, fails_when_one_of_its_containers_does) {
    World world;
    world.aws.answer("DescribeTasks",
                     R"({"tasks": [{"lastStatus": "STOPPED", "stopCode": "EssentialContainerExited",
                         "containers": [{"exitCode": 0}, {"exitCode": 3}]}]})");

    EXPECT_EQ(world.run().failure.error, "States.TaskFailed");
}

TEST(Job, that_was_never_started_is_not_submitted) {
    VirtualLoop loop(1'700'000'000'000);
    ScriptedAws aws(loop);
    aws.answer("RunTask", R"({"tasks": [], "failures": [{"reason": "RESOURCE:GPU"}]})");
    Engine engine(loop, &aws);
    TaskRun task(run_task, run_parameters);

    const auto summary = task.finish(loop, engine);

    EXPECT_EQ(summary.failure.error, "AmazonECS.Unknown");
    const Value cause = *parse_json(*summary.failure.cause);
    EXPECT_EQ(cause["Failures"][0]["Reason"], Value("RESOURCE:GPU"));
    EXPECT_EQ(event_types(engine, task.arn)[4], "TaskSubmitFailed");
}

TEST(Job, is_started_with_a_token_of_its_own_attempt) {
    World world;
    world.aws.answer("DescribeTasks", R"({"tasks": [{"lastStatus": "STOPPED"}]})");
    world.run();
    World again;
    again.aws.answer("DescribeTasks", R"({"tasks": [{"lastStatus": "STOPPED"}]})");
    again.run();

    const Value token = world.aws.input_of("RunTask", "clientToken");

    EXPECT_EQ(token.size(), 36U);
    EXPECT_EQ(token, again.aws.input_of("RunTask", "clientToken"));
}

TEST(Job, is_stopped_with_its_execution) {
    World world;
    world.aws.answer("DescribeTasks", R"({"tasks": [{"taskArn": "t1", "lastStatus": "RUNNING"}]})");
    TaskRun task(run_task, run_parameters);
    task.start(world.engine);
    world.loop.run_until([&] { return world.aws.count("DescribeTasks") == 2; });

    ASSERT_TRUE(world.engine.stop_execution(task.arn, {}));
    world.loop.run_until([&] { return world.aws.count("StopTask") == 1; });

    EXPECT_EQ(to_json(world.aws.input_of("StopTask")),
              R"({"cluster":"gpu","task":"t1","reason":"The execution was stopped"})");
    EXPECT_EQ(world.engine.describe(task.arn)->status, ExecutionStatus::aborted);
}

TEST(Job, that_is_given_up_while_it_starts_is_stopped_as_soon_as_it_has_started) {
    World world;
    TaskRun task(run_task, run_parameters);
    task.start(world.engine);
    world.loop.run_until([&] { return world.aws.count("RunTask") == 1; });

    ASSERT_TRUE(world.engine.stop_execution(task.arn, {}));
    world.loop.run_until([&] { return world.aws.count("StopTask") == 1; });

    EXPECT_EQ(world.aws.count("DescribeTasks"), 0U);
}

TEST(Job, that_a_token_has_answered_is_not_looked_at_any_more) {
    World world;
    world.aws.answer("DescribeTasks", R"({"tasks": [{"taskArn": "t1", "lastStatus": "RUNNING"}]})");
    TaskRun task(run_task, R"("TimeoutSeconds": 3600, "Parameters": {"TaskDefinition": "train",
        "Overrides": {"ContainerOverrides": [{"Command": ["run"],
            "Environment": [{"Name": "TOKEN", "Value.$": "$$.Task.Token"}]}]}})");
    task.start(world.engine);
    world.loop.run_until([&] { return world.aws.count("DescribeTasks") == 1; });
    const Value overrides = world.aws.input_of("RunTask", "overrides");
    const Value& token = overrides["containerOverrides"][0]["environment"][0]["value"];

    ASSERT_TRUE(world.engine.send_task_success(std::string(token.as_string()), Value(1)));
    world.loop.run_until([] { return false; });

    EXPECT_EQ(world.engine.describe(task.arn)->output, Value(1));
    EXPECT_EQ(world.aws.count("DescribeTasks"), 1U);
}

TEST(Job, goes_on_when_the_service_is_out_of_order_for_a_while) {
    World world;
    world.aws.refuse("DescribeTasks", service_error("ServiceUnavailable", "later", 503));
    world.aws.answer("DescribeTasks", R"({"tasks": [{"lastStatus": "STOPPED"}]})");

    EXPECT_EQ(world.run().status, ExecutionStatus::succeeded);
}

TEST(Job, fails_when_it_may_not_be_looked_at) {
    World world;
    world.aws.refuse("DescribeTasks", service_error("AccessDeniedException", "no"));

    EXPECT_EQ(world.run().failure.error, "ECS.AccessDeniedException");
}

TEST(Job, that_the_service_never_finds_fails) {
    World world;
    world.aws.answer("DescribeTasks", R"({"failures": [{"arn": "t1", "reason": "MISSING"}]})");

    const auto summary = world.run();

    EXPECT_EQ(summary.failure.error, "States.TaskFailed");
    EXPECT_EQ(world.aws.count("DescribeTasks"), 10U);
}

TEST(Job, of_deleting_is_done_once_the_service_knows_nothing_any_more) {
    VirtualLoop loop(1'700'000'000'000);
    ScriptedAws aws(loop);
    std::vector<Event> answers;
    JobIntegration jobs(
        loop, aws, [&](ExecutionKey, Event event) { answers.push_back(std::move(event)); },
        [](ExecutionKey, CommandId) { return true; });
    const auto model = aws::ServiceModel::load(*parse_json(R"({
        "metadata": {"apiVersion": "2017-11-01", "endpointPrefix": "eks", "protocol": "rest-json",
                     "serviceId": "EKS"},
        "shapes": {"ResourceNotFoundException": {"type": "structure", "exception": true}},
        "operations": {
            "DeleteCluster": {"http": {"method": "DELETE", "requestUri": "/clusters/{name}"},
                "input": {"type": "structure", "members": {"name": {"type": "string",
                    "location": "uri", "locationName": "name"}}}},
            "DescribeCluster": {"http": {"method": "GET", "requestUri": "/clusters/{name}"},
                "input": {"type": "structure", "members": {"name": {"type": "string",
                    "location": "uri", "locationName": "name"}}}}}})"));
    ASSERT_TRUE(model);
    jobs.calls().put_model("eks", *model);
    aws.answer("DeleteCluster", R"({"cluster": {"status": "DELETING"}})");
    aws.answer("DescribeCluster", R"({"Cluster": {"Status": "DELETING"}})");
    aws.refuse("DescribeCluster", service_error("ResourceNotFoundException", "No cluster", 404));
    TaskRequest request;
    request.task.resource = std::make_shared<const Resource>(
        *parse_resource("arn:aws:states:::eks:deleteCluster.sync"));
    request.task.parameters = Value::object({{"Name", "c"}});

    jobs.start(request);
    loop.run_until([&] { return answers.size() == 2; });

    EXPECT_TRUE(std::holds_alternative<TaskSubmitted>(answers[0]));
    const auto* succeeded = std::get_if<TaskSucceeded>(&answers[1]);
    ASSERT_NE(succeeded, nullptr);
    EXPECT_EQ(to_json(succeeded->output), R"({"Cluster":{"Status":"DELETING"}})");
    EXPECT_EQ(to_json(aws.input_of("DescribeCluster")), R"({"name":"c"})");
}

// --- rows of the table
// ----------------------------------------------------------------------------

const JobKind& kind_of(const std::string& resource) {
    const auto parsed = parse_resource("arn:aws:states:::" + resource + ".sync");
    GRADUS_ASSERT(parsed.has_value());
    const JobKind* kind = find_job(*parsed);
    GRADUS_ASSERT(kind != nullptr);
    return *kind;
}

JobVerdict verdict(const std::string& resource, const std::string& description) {
    return job_verdict(kind_of(resource), *parse_json(description));
}

TEST(JobKinds, know_what_their_states_mean) {
    using enum JobVerdict;
    EXPECT_EQ(verdict("batch:submitJob", R"({"Jobs": []})"), unknown);
    EXPECT_EQ(verdict("batch:submitJob", R"({"Jobs": [{"Status": "RUNNABLE"}]})"), running);
    EXPECT_EQ(verdict("batch:submitJob", R"({"Jobs": [{"Status": "SUCCEEDED"}]})"), succeeded);
    EXPECT_EQ(verdict("batch:submitJob", R"({"Jobs": [{"Status": "FAILED"}]})"), failed);
    EXPECT_EQ(verdict("glue:startJobRun", R"({"JobRun": {"JobRunState": "STOPPING"}})"), running);
    EXPECT_EQ(verdict("glue:startJobRun", R"({"JobRun": {"JobRunState": "TIMEOUT"}})"), failed);
    EXPECT_EQ(verdict("athena:startQueryExecution",
                      R"({"QueryExecution": {"Status": {"State": "QUEUED"}}})"),
              running);
    EXPECT_EQ(verdict("codebuild:startBuild", R"({"Builds": [{"BuildStatus": "FAULT"}]})"), failed);
    EXPECT_EQ(verdict("sagemaker:createTrainingJob", R"({"TrainingJobStatus": "Stopped"})"),
              failed);
    EXPECT_EQ(verdict("elasticmapreduce:createCluster",
                      R"({"Cluster": {"Status": {"State": "WAITING"}}})"),
              succeeded);
    EXPECT_EQ(verdict("elasticmapreduce:terminateCluster",
                      R"({"Cluster": {"Status": {"State": "TERMINATED_WITH_ERRORS"}}})"),
              succeeded);
    EXPECT_EQ(verdict("eks:createCluster", R"({"Cluster": {"Status": "CREATING"}})"), running);
}

TEST(JobKinds, find_the_job_in_the_answer_to_its_start) {
    const auto arguments = [](const std::string& resource, const std::string& request,
                              const std::string& response) {
        return to_json(job_arguments(kind_of(resource).describe_arguments, *parse_json(request),
                                     *parse_json(response)));
    };
    EXPECT_EQ(arguments("batch:submitJob", "{}", R"({"JobId": "j"})"), R"({"Jobs":["j"]})");
    EXPECT_EQ(arguments("glue:startJobRun", R"({"JobName": "n"})", R"({"JobRunId": "r"})"),
              R"({"JobName":"n","RunId":"r"})");
    EXPECT_EQ(arguments("codebuild:startBuild", "{}", R"({"Build": {"Id": "b"}})"),
              R"({"Ids":["b"]})");
    EXPECT_EQ(arguments("emr-serverless:startJobRun", R"({"ApplicationId": "a"})",
                        R"({"JobRunId": "r"})"),
              R"({"ApplicationId":"a","JobRunId":"r"})");
}

TEST(JobKinds, give_what_the_service_documents) {
    const auto output = [](const std::string& resource, const std::string& description,
                           const std::string& response) {
        return to_json(
            job_output(kind_of(resource), *parse_json(description), *parse_json(response)));
    };
    EXPECT_EQ(output("glue:startJobRun", R"({"JobRun": {"Id": "r"}})", "{}"), R"({"Id":"r"})");
    EXPECT_EQ(output("codebuild:startBuild", R"({"Builds": [{"Id": "b"}]})", "{}"),
              R"({"Build":{"Id":"b"}})");
    EXPECT_EQ(output("elasticmapreduce:addStep", R"({"Step": {"Id": "s"}})", R"({"StepId": "s"})"),
              R"({"Step":{"Id":"s"},"StepId":"s"})");
}

TEST(JobKinds, are_all_that_resources_may_wait_for) {
    for (const JobKind& kind : job_kinds()) {
        const std::string name = std::string(kind.service) + ":" + std::string(kind.action);
        const auto resource = parse_resource("arn:aws:states:::" + name + ".sync");
        ASSERT_TRUE(resource) << name;
        EXPECT_NE(find_optimised_call(*resource), nullptr) << name;
    }
}

} // namespace
} // namespace gradus
