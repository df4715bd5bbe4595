#pragma once
// states:startExecution in its four patterns, answered by the engine that runs the parent.

#include "engine/integrations/integration.hpp"

#include <map>
#include <string>

namespace gradus {

/// What the integration needs of the engine. Errors are {code, message} of the API.
struct ChildExecutions {
    struct Refused {
        std::string code;
        std::string message;
    };
    /// Gives the execution's ARN. `asked_before`: an execution that began since then, with this
    /// name and input, is the one that is asked for.
    std::function<std::variant<std::string, Refused>(const std::string& machine_arn,
                                                     const std::string& name, const Value& input,
                                                     std::optional<Timestamp> asked_before)>
        start;
    std::function<std::optional<ExecutionRecord>(const std::string& execution_arn)> find;
    std::function<void(const std::string& execution_arn)> stop;
};

class StartExecutionIntegration final : public Integration {
public:
    StartExecutionIntegration(EventLoop& loop, ChildExecutions children, AnswerSink answer)
        : loop_(loop), children_(std::move(children)), answer_(std::move(answer)) {}

    static bool handles(const Resource& resource) {
        return resource.kind == ResourceKind::optimised && resource.service == "states";
    }
    void start(const TaskRequest& request) override;
    bool waits_for(const std::string& execution_arn) const {
        return waiting_.contains(execution_arn);
    }
    /// A parent that gives up stops its child (AWS, "Run a Job").
    void cancel(ExecutionKey execution, CommandId command) override;
    /// An execution ended; if a parent waits for it, the parent is answered.
    void child_completed(const ExecutionRecord& child);

private:
    void wait_for(const std::string& execution_arn, const TaskRequest& request);

    struct Waiting {
        ExecutionKey execution{};
        CommandId command{};
        IntegrationPattern pattern = IntegrationPattern::run_job;
    };

    EventLoop& loop_;
    ChildExecutions children_;
    AnswerSink answer_;
    std::map<std::string, Waiting> waiting_; // by the child's ARN
};

} // namespace gradus
