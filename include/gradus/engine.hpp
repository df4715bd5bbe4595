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
#include "gradus/recording.hpp"
#include "gradus/states_error.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

namespace aws {
class ModelCache;
class Transport;
} // namespace aws
class Store; // gradus/store.hpp

struct StateMachine {
    std::string name;
    std::shared_ptr<const Program> program;
    std::string region; // empty: the engine's
    WorkflowType type = WorkflowType::standard;
    std::string definition; // as it was written, for DescribeStateMachine
};

struct ExecutionSummary {
    ExecutionIdentity identity;
    Value input;
    ExecutionStatus status = ExecutionStatus::running;
    Value output;
    Failure failure;
    Timestamp started_at;
    std::optional<Timestamp> stopped_at;
    std::uint64_t number = 0; // ascending in the order of the starts
    std::uint64_t redrives = 0;
    std::optional<Timestamp> redriven_at;
    std::uint64_t history_size = 0; // events, also when they aren't kept
};

/// What an account may have. Throttles of AWS aren't among them: a machine of one's own needs none.
struct Quotas {
    std::size_t state_machines = limits::state_machines_max;
    std::size_t activities = limits::activities_max;
    std::size_t pollers_of_an_activity = limits::activity_pollers_max;
    std::size_t versions_of_a_machine = limits::versions_max;
};

/// Which executions are asked for. What is empty or absent doesn't matter.
struct ExecutionFilter {
    std::string state_machine_arn;
    std::string qualified_arn; // the version or alias that they were started through
    std::string map_run_arn;   // the Map Run whose children they are
    std::optional<ExecutionStatus> status;
    std::optional<bool> is_redriven;
    std::uint64_t below = UINT64_MAX; // only those with smaller numbers
    std::size_t limit = SIZE_MAX;
};

struct EngineOptions {
    std::string account_id = "123456789012";
    std::string region = "us-east-1";
    std::string role_arn = "arn:aws:iam::123456789012:role/gradus";
    std::uint64_t seed = 1; // of ids and of what executions draw
    std::string token_secret = "gradus";
    std::uint64_t history_events_max = limits::history_events_max; // 0: no limit
    // How long a standard execution may take, whatever its TimeoutSeconds; 0: no limit. AWS ends it
    // after limits::standard_seconds_max, which a server wants, and a run that skips time doesn't:
    // it would find no end of waiting for a token that nobody sends.
    std::int64_t execution_seconds_max = 0;
    Quotas quotas;
    // Executions in memory at once. Others that wait are in the store only, but for their timers.
    std::size_t residents_max = 10'000;
    // The models of AWS's services (Runtime::services()). Null: those that are built in.
    std::shared_ptr<aws::ModelCache> services;
    // False: the history of an execution goes when it ends; for runs of weeks that nobody looks
    // into.
    bool keeps_ended_histories = true;
};

class Engine {
public:
    /// `aws` may be null: then tasks that call AWS fail with a message that says so. Without a
    /// store of open_store, executions live as long as the engine.
    Engine(EventLoop& loop, aws::Client* aws, EngineOptions options = {},
           std::shared_ptr<Store> store = nullptr);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// With a store: goes on with all that it holds. To be called once, when whatever answers tasks
    /// is bound and before anything is added or started. State machines and activities that were
    /// created are there again, timers fire at their time, and tasks without an answer are asked
    /// for again. Fails when the store can't be read.
    Result<void> recover();

    /// Adds or replaces; running executions keep the program they began with. With a store, the
    /// machine's definition must be given as text, too. Returns its ARN.
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
    /// HTTP tasks and calls of API Gateway go over this transport, which the engine borrows.
    /// `connections`: those of HTTP tasks by name or ARN, in the words of EventBridge's
    /// CreateConnection. Fails with invalid_argument, naming the connection and what is wrong.
    Result<void> use_http(aws::Transport& transport, const Value& connections);
    /// Answers by state name, in the form of Step Functions Local: {"STATE": {"0": {"Return": …},
    /// "1-2":
    /// {"Throw": {"Error", "Cause"}}}}. Other states go their usual way.
    void use_mocks(Value responses_by_state);

    /// Of a state machine, or of one of its versions or aliases. Empty names become UUIDs. Returns
    /// the execution's ARN.
    Result<std::string, StatesError> start_execution(const std::string& state_machine_arn,
                                                     std::string name, Value input,
                                                     std::string trace_header = {});
    Result<void, StatesError> stop_execution(const std::string& execution_arn, Failure failure);
    /// Stops everything that runs of a state machine that is being deleted, soon; once nothing
    /// does, the machine is gone.
    void delete_when_stopped(const std::string& state_machine_arn);
    /// An execution that failed, timed out or was stopped goes on where it was. AWS, "Restarting
    /// state machine executions with redrive".
    Result<void, StatesError> redrive_execution(const std::string& execution_arn);
    Result<void, StatesError> send_task_success(const std::string& token, Value output);
    Result<void, StatesError> send_task_failure(const std::string& token, Failure failure);
    Result<void, StatesError> send_task_heartbeat(const std::string& token);

    std::optional<ExecutionSummary> describe(const std::string& execution_arn) const;
    /// Those of its events with ids from `first` on, at most `limit` of them.
    std::vector<HistoryEvent> history(const std::string& execution_arn, std::uint64_t first = 1,
                                      std::size_t limit = SIZE_MAX) const;
    /// The execution as it stands, to be replayed anywhere (docs/recording.md). Fails when there is
    /// none, or when its history or the text of its definition isn't kept.
    Result<Recording> recording(const std::string& execution_arn) const;
    /// Newest first.
    std::vector<ExecutionSummary> find_executions(const ExecutionFilter& filter) const;
    /// Newest first; of all state machines when the ARN is empty.
    std::vector<ExecutionSummary> list(const std::string& state_machine_arn,
                                       std::optional<ExecutionStatus> status = {}) const;
    /// The child executions of a Map Run, newest first.
    std::vector<ExecutionSummary> children(const std::string& map_run_arn,
                                           std::optional<ExecutionStatus> status = {}) const;
    std::optional<MapRunRecord> describe_map_run(const std::string& map_run_arn) const;
    /// The Map Runs of an execution, newest first.
    std::vector<MapRunRecord> map_runs(const std::string& execution_arn) const;
    /// Changes the limits of a Map Run that goes on.
    Result<void, StatesError> update_map_run(const MapRunUpdated& update);

    /// An operation of the Step Functions API by name, members as in the API ("StartExecution").
    /// `done` is called once: when the answer is sure to hold, or what was asked for couldn't be
    /// kept (ServiceUnavailable); GetActivityTask and StartSyncExecution wait besides.
    using ApiCompletion = std::function<void(Result<Value, StatesError>)>;
    void call(const std::string& region, const std::string& operation, const Value& input,
              ApiCompletion done);

    /// Calls once, when everything that was asked for so far (executions started, tasks answered)
    /// is safe in the store: at once, with a store in memory. With an error when it couldn't be
    /// kept; it then hasn't happened.
    void when_safe(std::function<void(const Result<void>&)> done);
    /// Calls once, when this execution's end is safe in the store; at once when it has ended.
    void when_completed(const std::string& execution_arn,
                        std::function<void(const ExecutionSummary&)> done);
    /// Told of each execution that ends, once its end is safe in the store.
    void on_completed(std::function<void(const ExecutionSummary&)> observer);
    /// Told when the store fails, and of executions that can't go on after a restart. With a store
    /// that fails nothing moves; the engine tries again each second.
    void on_trouble(std::function<void(const Error&)> observer);
    /// Told of each history event, in order, once it is safe in the store.
    void on_history(std::function<void(const ExecutionIdentity&, const HistoryEvent&)> observer);
    /// Told of what machines log, by their loggingConfiguration: records as CloudWatch Logs has
    /// them (gradus/log_record.hpp), once they are safe in the store.
    void on_log(std::function<void(const Value& record)> observer);
    /// Told what EventBridge would be: a "Step Functions Execution Status Change" when a standard
    /// execution starts, is redriven or ends, once that is safe in the store.
    void on_status_change(std::function<void(const Value& event)> observer);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gradus
