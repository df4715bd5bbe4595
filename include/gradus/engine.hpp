#pragma once
// Executions that run: definitions, handlers and AWS brought together on one loop. Everything is
// called on the loop's thread; nothing blocks, except programs bound with bind_command.
//
// An Engine borrows its loop and its AWS client, which must outlive it. It works the same on the
// machine's clock and on virtual time.

#include "gradus/command.hpp"
#include "gradus/event_loop.hpp"
#include "gradus/handler.hpp"
#include "gradus/history.hpp"
#include "gradus/program.hpp"
#include "gradus/states_error.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

struct StateMachine {
    std::string name;
    std::shared_ptr<const Program> program;
    std::string region; // empty: the engine's
    WorkflowType type = WorkflowType::standard;
};

struct ExecutionSummary {
    ExecutionIdentity identity;
    Value input;
    ExecutionStatus status = ExecutionStatus::running;
    Value output;
    Failure failure;
    Timestamp started_at;
    std::optional<Timestamp> stopped_at;
};

struct EngineOptions {
    std::string account_id = "123456789012";
    std::string region = "us-east-1";
    std::string role_arn = "arn:aws:iam::123456789012:role/gradus";
    std::uint64_t seed = 1; // of ids and of what executions draw
    std::string token_secret = "gradus";
    std::uint64_t history_events_max = limits::history_events_max; // 0: no limit
    // False: the history of an execution goes when it ends; for runs of weeks that nobody looks
    // into.
    bool keeps_ended_histories = true;
};

class Engine {
public:
    /// `aws` may be null: then tasks that call AWS fail with a message that says so.
    Engine(EventLoop& loop, aws::Client* aws, EngineOptions options = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Adds or replaces; running executions keep the program they began with. Returns its ARN.
    std::string add_state_machine(StateMachine machine);
    /// Tasks whose Resource is an activity of this name, in any region, are answered by the
    /// handler.
    void bind_activity(std::string name, Handler handler);
    /// Tasks with exactly this Resource are answered by a local program: the task's parameters on
    /// its standard input, the result on its standard output, both JSON. A failure is exit code 1
    /// with
    /// {"Error", "Cause"} on standard output, or any other code.
    void bind_command(std::string resource, std::string command_line);
    /// Readers and writers of distributed Maps find this bucket's objects in a folder of this
    /// machine. Other buckets are those of AWS, or "file://FOLDER".
    void bind_bucket(std::string bucket, std::string folder);
    /// Answers by state name, in the form of Step Functions Local: {"STATE": {"0": {"Return": …},
    /// "1-2":
    /// {"Throw": {"Error", "Cause"}}}}. Other states go their usual way.
    void use_mocks(Value responses_by_state);

    /// Empty names become UUIDs. Returns the execution's ARN.
    Result<std::string, StatesError> start_execution(const std::string& state_machine_arn,
                                                     std::string name, Value input);
    Result<void, StatesError> stop_execution(const std::string& execution_arn, Failure failure);
    Result<void, StatesError> send_task_success(const std::string& token, Value output);
    Result<void, StatesError> send_task_failure(const std::string& token, Failure failure);
    Result<void, StatesError> send_task_heartbeat(const std::string& token);

    std::optional<ExecutionSummary> describe(const std::string& execution_arn) const;
    std::vector<HistoryEvent> history(const std::string& execution_arn) const;
    /// Newest first; of all state machines when the ARN is empty.
    std::vector<ExecutionSummary> list(const std::string& state_machine_arn,
                                       std::optional<ExecutionStatus> status = {}) const;
    std::vector<std::string> state_machine_arns() const;

    /// The child executions of a Map Run, newest first.
    std::vector<ExecutionSummary> children(const std::string& map_run_arn,
                                           std::optional<ExecutionStatus> status = {}) const;
    std::optional<MapRunRecord> describe_map_run(const std::string& map_run_arn) const;
    /// The Map Runs of an execution, newest first.
    std::vector<MapRunRecord> map_runs(const std::string& execution_arn) const;
    /// Changes the limits of a Map Run that goes on.
    Result<void, StatesError> update_map_run(const MapRunUpdated& update);

    /// An operation of the Step Functions API by name, members as in the API ("StartExecution").
    Result<Value, StatesError> call(const std::string& region, const std::string& operation,
                                    const Value& input);

    /// Told of each execution that ends, once its end is safe in the store.
    void on_completed(std::function<void(const ExecutionSummary&)> observer);
    /// Told of each history event, in order, once it is safe in the store.
    void on_history(std::function<void(const ExecutionIdentity&, const HistoryEvent&)> observer);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gradus
