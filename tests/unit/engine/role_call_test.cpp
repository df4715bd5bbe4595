// Tasks whose calls are made as a role of their own (Credentials).
#include "engine/integrations/aws_call.hpp"

#include "engine/sim/simulated_world.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// Refuses every call as an STS that doesn't let the role be assumed, or as one that knows no role.
class RefusingClient final : public aws::Client {
public:
    RefusingClient(EventLoop& loop, aws::CallError error) : loop_(loop), error_(std::move(error)) {}

    aws::CallId call(aws::Call call, aws::CallCompletion done) override {
        calls.push_back(std::move(call));
        return loop_.schedule(std::chrono::milliseconds(1),
                              [done = std::move(done), error = error_] { done(error); });
    }
    void cancel(aws::CallId id) override { loop_.cancel(id); }

    std::vector<aws::Call> calls;

private:
    EventLoop& loop_;
    aws::CallError error_;
};

ExecutionSummary run_as_role(VirtualLoop& loop, Engine& engine) {
    const Compiled compiled = compile(R"({"StartAt": "T", "States": {"T": {"Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity", "Parameters": {},
        "Credentials": {"RoleArn": "arn:aws:iam::999999999999:role/task"},
        "TimeoutSeconds": 60, "End": true}}})");
    EXPECT_NE(compiled.program, nullptr);
    const std::string machine =
        engine.add_state_machine({.name = "m", .program = compiled.program});
    const auto arn = engine.start_execution(machine, "e", Value::object());
    loop.run_until([&] { return engine.describe(*arn)->status != ExecutionStatus::running; });
    return *engine.describe(*arn);
}

TEST(RoleCall, is_made_with_credentials_of_the_role) {
    VirtualLoop loop(1'700'000'000'000);
    SimulatedWorld world(loop, {});
    Engine engine(loop, &world.client());

    const ExecutionSummary summary = run_as_role(loop, engine);

    ASSERT_EQ(summary.status, ExecutionStatus::succeeded) << summary.failure.cause.value_or("");
    EXPECT_EQ(summary.output["Arn"],
              Value("arn:aws:sts::123456789012:assumed-role/simulated/session"));
}

TEST(RoleCall, names_the_state_machine_to_the_trust_policy) {
    VirtualLoop loop(1'700'000'000'000);
    RefusingClient client(loop, {});
    Engine engine(loop, &client);

    run_as_role(loop, engine);

    ASSERT_EQ(client.calls.size(), 1U);
    EXPECT_EQ(client.calls[0].role_arn, "arn:aws:iam::999999999999:role/task");
    EXPECT_TRUE(client.calls[0].role_external_id.ends_with(":stateMachine:m"));
}

TEST(RoleCall, fails_in_recorded_words_when_the_role_is_denied) {
    VirtualLoop loop(1'700'000'000'000);
    RefusingClient client(loop, {.kind = aws::CallError::Kind::credentials,
                                 .code = "AccessDenied",
                                 .message = "User: u is not authorized",
                                 .http_status = 403});
    Engine engine(loop, &client);

    const ExecutionSummary summary = run_as_role(loop, engine);

    EXPECT_EQ(summary.failure.error, "States.TaskFailed");
    EXPECT_EQ(summary.failure.cause,
              "The role arn:aws:iam::123456789012:role/gradus is not authorized to assume the task "
              "state's role, arn:aws:iam::999999999999:role/task.");
}

TEST(RoleCall, fails_in_the_words_of_sts_otherwise) {
    VirtualLoop loop(1'700'000'000'000);
    RefusingClient client(loop, {.kind = aws::CallError::Kind::credentials,
                                 .code = "RegionDisabledException",
                                 .message = "STS is not activated in this region",
                                 .http_status = 403});
    Engine engine(loop, &client);

    const ExecutionSummary summary = run_as_role(loop, engine);

    EXPECT_EQ(summary.failure.error, "States.TaskFailed");
    EXPECT_EQ(summary.failure.cause,
              "RegionDisabledException: STS is not activated in this region");
}

} // namespace
} // namespace gradus
