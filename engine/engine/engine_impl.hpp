#pragma once
// The inside of an Engine: one shard, its store, and the choice of who carries out which task.
// Included by the files of this folder that implement it: engine.cpp (the façade), dispatcher.cpp
// (what the shard asks for), executions.cpp (what others ask for), turns.cpp (the loop).

#include "engine/api/operations.hpp"
#include "engine/api/registry_json.hpp"
#include "engine/engine/local_states_client.hpp"
#include "engine/engine/no_aws.hpp"
#include "engine/integrations/activity_tasks.hpp"
#include "engine/integrations/aws_call.hpp"
#include "engine/integrations/command.hpp"
#include "engine/integrations/http_integration.hpp"
#include "engine/integrations/job_integration.hpp"
#include "engine/integrations/map_children.hpp"
#include "engine/integrations/map_io.hpp"
#include "engine/integrations/native.hpp"
#include "engine/integrations/s3_object_store.hpp"
#include "engine/integrations/start_execution.hpp"
#include "engine/shard/shard.hpp"
#include "engine/shard/task_tokens.hpp"
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "states/program/program.hpp"

#include <algorithm>
#include <map>

namespace gradus {

inline ExecutionSummary summary_of(const ExecutionRecord& record) {
    return {.identity = record.identity,
            .input = record.input,
            .status = record.status,
            .output = record.output,
            .failure = record.failure,
            .started_at = record.started_at,
            .stopped_at = record.stopped_at,
            .number = static_cast<std::uint64_t>(record.key),
            .redrives = record.redrives,
            .redriven_at = record.redriven_at,
            .history_size = record.history_size};
}

/// The secret of task tokens is the store's, so that tokens outlive the process. And a seed that is
/// given draws differently each time that the store is opened: what was drawn before is still
/// there.
inline EngineOptions with_what_is_kept(EngineOptions options, const Store& store) {
    const std::string secret = store.meta("token_secret");
    if (secret.empty()) return options;
    options.token_secret = secret;
    const std::string openings = store.meta("openings");
    constexpr std::uint64_t apart = 0x9e3779b97f4a7c15;
    options.seed += apart * (std::stoull("0" + openings) - 1);
    return options;
}

class Engine::Impl final : public Dispatcher {
public:
    Impl(EventLoop& loop, aws::Client* aws, EngineOptions options, std::shared_ptr<Store> store)
        : loop_(loop),
          is_recovered_(store == nullptr),
          store_(store != nullptr
                     ? std::move(store)
                     : make_memory_store(options.keeps_ended_histories ? EndedHistories::keep
                                                                       : EndedHistories::drop)),
          options_(with_what_is_kept(std::move(options), *store_)),
          random_{.seed = options_.seed},
          api_random_{.seed = ~options_.seed},
          no_aws_(loop),
          aws_(loop, aws != nullptr ? *aws : no_aws_,
               [this](const std::string& region, const std::string& operation, const Value& input,
                      ApiCompletion done) {
                   facade_->call(region, operation, input, std::move(done));
               }),
          shard_(*store_, *this,
                 {.token_secret = options_.token_secret, .residents_max = options_.residents_max}),
          native_(loop, aws_, sink()),
          activities_(loop, sink(),
                      [this](ExecutionKey execution, CommandId command) {
                          return find_task(execution, command);
                      }),
          commands_(sink()),
          mocks_(sink()),
          children_(loop, child_executions(), sink()),
          aws_calls_(aws_, sink(), options_.services),
          jobs_(
              loop, aws_, sink(),
              [this](ExecutionKey execution, CommandId command) {
                  return shard_.has_open(execution, command);
              },
              options_.services),
          http_(loop, sink()),
          has_aws_(aws != nullptr),
          buckets_(aws_),
          map_children_(sink(),
                        [this](ExecutionKey child) {
                            shard_.submit(child, StopRequested{});
                            wake();
                        }),
          map_io_([this](const Value& arguments,
                         std::string& reason) { return object_store_for(arguments, reason); },
                  sink()) {
        store_->on_committed([this](std::uint64_t lsn) { committed(lsn); });
        store_->on_failed([this](const Error& error) { failed(error); });
    }

    // --- whoever watches: observers.cpp ---

    void recorded(const ExecutionIdentity& identity, std::uint64_t redrives,
                  const std::vector<HistoryEvent>& events) override;
    bool observes_history() const override;

    // --- what the shard asks for: dispatcher.cpp ---

    void schedule(ExecutionKey execution, const ExecutionIdentity& identity,
                  const ScheduleTask& task, const TaskPast& past) override;
    void read_items(ExecutionKey execution, const ReadItems& command) override;
    void start_child(ExecutionKey execution, std::shared_ptr<const Program> program,
                     const StartChild& command, const TaskPast& past) override;
    void write_objects(ExecutionKey execution, const WriteObjects& command) override;
    void cancel(ExecutionKey execution, CommandId command) override;
    void completed(ExecutionKey execution, const ExecutionState& state, Timestamp at) override;
    Result<std::shared_ptr<const Program>> program_of(const ExecutionIdentity& identity) override;
    bool is_wanted_again(const OpenCommandRecord& task) override;
    void troubled(ExecutionKey execution, const Error& error) override;

    // --- the loop: turns.cpp ---

    using Safe = std::function<void(const Result<void>&)>;

    /// Ticks soon.
    void wake();
    /// Ticks at once, so that whoever asked finds what came of it; but soon while effects of other
    /// executions are being carried out.
    void tick_now();
    /// Calls once all that was asked for so far is safe, at once if it is; or with an error when
    /// the store couldn't keep it.
    void when_safe(Safe done);
    /// The answer to a request, held back until it is safe to give it; or until it is sure that
    /// what it says was there to be read.
    ApiCompletion once_safe(ApiCompletion done);
    ApiCompletion once_read(ApiCompletion done);
    StatesError unavailable() const;
    Timestamp now() const { return timestamp_of(loop_.now_epoch_milliseconds()); }

    Result<void> recover();

    // --- what others ask for: executions.cpp ---

    std::vector<ExecutionSummary> find(const ExecutionQuery& query) const;
    Result<Recording> recording(const std::string& arn) const;
    std::string add_machine(StateMachine given);
    struct StartRequest {
        std::string target_arn; // of a machine, a version or an alias
        std::string name;       // empty: a UUID
        Value input;
        std::string trace_header;
        // When it is asked again after a restart: the time of the first time.
        std::optional<Timestamp> asked_before;
    };
    Result<std::string, StatesError> start(StartRequest request);
    Result<void, StatesError> stop(const std::string& arn, Failure failure);
    void delete_when_stopped(const std::string& machine_arn);
    Result<void, StatesError> redrive(const std::string& arn);
    Result<void, StatesError> update_map_run(const MapRunUpdated& update);
    Result<void, StatesError> answer(const std::string& token,
                                     const std::function<Event(CommandId)>& event);
    Result<void, StatesError> heartbeat(const std::string& token);

    Engine* facade_ = nullptr; // set once the façade exists, before anything runs
    EventLoop& loop_;
    bool is_recovered_; // what was in the store is here; nothing may be started before
    std::shared_ptr<Store> store_;
    EngineOptions options_;
    Random random_; // of executions
    // Of revisions and routes: executions draw the same, whatever the API was asked before.
    Random api_random_;
    NoAws no_aws_;
    LocalStatesClient aws_;
    Shard shard_;
    NativeIntegration native_;
    ActivityTasks activities_;
    CommandIntegration commands_;
    MockIntegration mocks_;
    StartExecutionIntegration children_;
    AwsCallIntegration aws_calls_;
    JobIntegration jobs_;
    HttpIntegration http_;
    FolderStore folders_;
    bool has_aws_;
    S3ObjectStore buckets_;
    MapChildren map_children_;
    MapIo map_io_;
    api::Registry registry_;
    std::map<std::string, std::vector<std::function<void(const ExecutionSummary&)>>>
        waiting_; // for the end of an execution
    std::vector<std::function<void(const ExecutionSummary&)>> observers_;
    std::vector<std::function<void(const ExecutionIdentity&, const HistoryEvent&)>>
        history_observers_;
    std::vector<std::function<void(const Value&)>> log_observers_;
    std::vector<std::function<void(const Value&)>> status_observers_;
    std::vector<std::function<void(const Error&)>> trouble_observers_;
    std::optional<Error> failure_; // of the store, until it works again

private:
    void log(const ExecutionIdentity& identity, std::uint64_t redrives,
             const std::vector<HistoryEvent>& events);
    void tell_begun(const ExecutionIdentity& identity);
    void tell_status(const ExecutionSummary& execution);

    struct Waiting {
        std::uint64_t lsn = 0;
        Safe done;
    };

    AnswerSink sink() {
        return [this](ExecutionKey execution, Event event) {
            shard_.submit(execution, std::move(event));
            wake();
        };
    }
    std::optional<TaskRequest> find_task(ExecutionKey execution, CommandId command);
    ChildExecutions child_executions();
    ObjectStore* object_store_for(const Value& arguments, std::string& reason);
    Integration* integration_for(const TaskRequest& request);
    void announce(const ExecutionRecord& record);
    void finish_deletion(const std::string& machine_arn);
    void stop_running(const std::string& machine_arn, ExecutionKey below);

    void tick();
    void settle();
    void arm();
    void answer_safe();
    void committed(std::uint64_t lsn);
    void failed(const Error& error);
    void go_on_later(const Error& error);
    void go_on();

    struct OpenTaskName {
        ExecutionKey execution{};
        CommandId command{};
    };
    /// The open task that a token answers.
    Result<OpenTaskName, StatesError> open_task(const std::string& token);
    Result<ExecutionKey, StatesError> find_execution(const std::string& arn) const;
    Result<bool, StatesError> is_started(const std::string& arn, const StartRequest& request);

    bool is_waking_ = false;
    bool is_busy_ = false; // the shard moves, or effects are being carried out
    std::optional<Timestamp> armed_for_;
    TimerId alarm_ = 0;
    std::vector<Safe> asked_;         // until the next tick puts what they wait for into a batch
    std::deque<Waiting> uncommitted_; // in the order of their batches
};

} // namespace gradus
