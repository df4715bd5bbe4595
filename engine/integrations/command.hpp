#pragma once
// Tasks answered by a local program (`--bind RESOURCE=COMMAND`) or by a mock file.

#include "engine/integrations/integration.hpp"

#include <map>
#include <string>

namespace gradus {

/// Runs programs one at a time, on the engine's thread: meant for the command line.
class CommandIntegration final : public Integration {
public:
    explicit CommandIntegration(AnswerSink answer) : answer_(std::move(answer)) {}

    void bind(std::string resource, std::string command_line) {
        commands_.insert_or_assign(std::move(resource), std::move(command_line));
    }
    bool handles(const Resource& resource) const { return commands_.contains(resource.arn); }
    void start(const TaskRequest& request) override;
    void cancel(ExecutionKey, CommandId) override {}

private:
    AnswerSink answer_;
    std::map<std::string, std::string, std::less<>> commands_;
};

/// Answers as the test case of a mock file says. AWS, "Testing with mocked service integrations".
class MockIntegration final : public Integration {
public:
    explicit MockIntegration(AnswerSink answer) : answer_(std::move(answer)) {}

    /// State name → {"0": {"Return": …}, "1-2": {"Throw": {…}}}.
    void use(Value responses_by_state) { responses_ = std::move(responses_by_state); }
    bool handles(const TaskRequest& request) const {
        return responses_.find(request.task.state_name.as_string()) != nullptr;
    }
    void start(const TaskRequest& request) override;
    void cancel(ExecutionKey, CommandId) override {}

private:
    AnswerSink answer_;
    Value responses_;
    std::map<std::pair<ExecutionKey, std::string>, std::uint64_t> invocations_;
};

} // namespace gradus
