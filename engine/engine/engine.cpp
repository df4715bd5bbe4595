// The façade of gradus/engine.hpp: one shard, its store, and the choice of who carries out which
// task.
#include "gradus/engine.hpp"

#include "engine/engine/states_api.hpp"
#include "engine/integrations/aws_call.hpp"
#include "engine/integrations/command.hpp"
#include "engine/integrations/map_children.hpp"
#include "engine/integrations/map_io.hpp"
#include "engine/integrations/native.hpp"
#include "engine/integrations/s3_object_store.hpp"
#include "engine/integrations/start_execution.hpp"
#include "engine/shard/shard.hpp"
#include "engine/shard/task_tokens.hpp"
#include "gradus/json.hpp"
#include "states/program/program.hpp"

#include <algorithm>
#include <map>

namespace gradus {
namespace {

/// Stands where there is no AWS: every call fails with a reason.
class NoAws final : public aws::Client {
public:
    explicit NoAws(EventLoop& loop) : loop_(loop) {}
    aws::CallId call(aws::Call call, aws::CallCompletion done) override {
        aws::CallError error{.kind = aws::CallError::Kind::transport,
                             .code = "NoEndpoint",
                             .message = "No AWS to call " + call.service + ":" + call.operation +
                                        "; give --simulated-aws or credentials"};
        loop_.schedule(std::chrono::milliseconds(0),
                       [done = std::move(done), error] { done(error); });
        return 0;
    }
    void cancel(aws::CallId) override {}

private:
    EventLoop& loop_;
};

ExecutionSummary summary_of(const ExecutionRecord& record) {
    return {record.identity, record.input,      record.status,    record.output,
            record.failure,  record.started_at, record.stopped_at};
}

} // namespace

class Engine::Impl final : public Dispatcher {
public:
    Impl(EventLoop& loop, aws::Client* aws, EngineOptions options)
        : loop_(loop),
          options_(std::move(options)),
          random_{.seed = options_.seed},
          no_aws_(loop),
          aws_(loop, aws != nullptr ? *aws : no_aws_,
               [this](const std::string& region, const std::string& operation, const Value& input) {
                   return call_states_api(*facade_, region, operation, input);
               }),
          store_(make_memory_store(options_.keeps_ended_histories ? EndedHistories::keep
                                                                  : EndedHistories::drop)),
          shard_(*store_, *this),
          native_(loop, aws_, sink()),
          commands_(sink()),
          mocks_(sink()),
          children_(loop, child_executions(), sink()),
          aws_calls_(aws_, sink()),
          has_aws_(aws != nullptr),
          buckets_(aws_),
          map_children_(sink(),
                        [this](ExecutionKey child) {
                            shard_.submit(child, StopRequested{});
                            wake();
                        }),
          map_io_([this](const Value& arguments,
                         std::string& reason) { return object_store_for(arguments, reason); },
                  sink()) {}

    // --- what the shard asks for ---

    void schedule(ExecutionKey execution, const ExecutionIdentity& identity,
                  const ScheduleTask& task) override {
        const TaskRequest request{execution, identity, task};
        if (Integration* integration = integration_for(request)) return integration->start(request);
        shard_.submit(execution, task_failed(request, "Gradus.NoHandler",
                                             "Nothing answers " + task.resource->arn +
                                                 " here; bind it with --bind, or mock its state"));
        wake();
    }
    void read_items(ExecutionKey execution, const ReadItems& command) override {
        map_io_.read(execution, command);
    }
    void write_objects(ExecutionKey execution, const WriteObjects& command) override {
        map_io_.write(execution, command);
    }
    void start_child(ExecutionKey execution, std::shared_ptr<const Program> program,
                     const StartChild& command) override {
        ExecutionStarted start = command.start;
        start.token_secret =
            execution_token_secret(options_.token_secret, start.identity.execution_arn);
        const ExecutionKey child = shard_.create(std::move(program), std::move(start));
        map_children_.started(execution, command, child);
        wake();
    }
    void recorded(ExecutionKey execution) override {
        if (history_observers_.empty()) return;
        const std::vector<HistoryEvent>& history = store_->history(execution);
        std::size_t& shown = shown_[execution];
        const ExecutionIdentity& identity = store_->find(execution)->identity;
        while (shown < history.size()) {
            const HistoryEvent& event = history[shown++];
            for (const auto& observer : history_observers_)
                observer(identity, event);
        }
    }
    void cancel(ExecutionKey execution, CommandId command) override {
        map_children_.cancel(execution, command);
        children_.cancel(execution, command);
        aws_calls_.cancel(execution, command);
        native_.cancel(execution, command);
    }
    void completed(ExecutionKey execution, const CompleteExecution& completion) override {
        map_children_.completed(execution, completion);
        const ExecutionRecord& record = *store_->find(execution);
        children_.child_completed(record);
        for (const auto& observer : observers_)
            observer(summary_of(record));
    }

    // --- the loop ---

    void wake() {
        if (is_waking_) return;
        is_waking_ = true;
        loop_.schedule(std::chrono::milliseconds(0), [this] {
            is_waking_ = false;
            tick();
        });
    }
    void tick() {
        is_ticking_ = true;
        if (shard_.tick(now())) wake();
        is_ticking_ = false;
        const auto due = shard_.next_due();
        if (due == armed_for_) return;
        if (armed_for_) loop_.cancel(alarm_);
        armed_for_ = due;
        if (!due) return;
        alarm_ = loop_.schedule(std::max(*due - now(), std::chrono::milliseconds(0)), [this] {
            armed_for_.reset();
            tick();
        });
    }
    Timestamp now() const { return timestamp_of(loop_.now_epoch_milliseconds()); }

    // --- operations ---

    Result<std::string, StatesError> start(const std::string& machine_arn, std::string name,
                                           Value input) {
        const auto found = machines_.find(machine_arn);
        if (found == machines_.end()) {
            return StatesError{"StateMachineDoesNotExist",
                               "State Machine Does Not Exist: '" + machine_arn + "'"};
        }
        const StateMachine& machine = found->second;
        if (name.empty()) name = random_.next_uuid();
        const bool is_express = machine.type == WorkflowType::express;
        const std::string prefix = "arn:aws:states:" + machine.region + ":" + options_.account_id;
        std::string arn =
            prefix + (is_express ? ":express:" : ":execution:") + machine.name + ":" + name;
        if (is_express) arn += ":" + random_.next_uuid();
        if (const ExecutionRecord* existing = store_->find_by_arn(arn)) {
            // The same name and input, still running: the same execution.
            if (existing->status == ExecutionStatus::running && existing->input == input)
                return arn;
            return StatesError{"ExecutionAlreadyExists", "Execution Already Exists: '" + arn + "'"};
        }
        ExecutionStarted started;
        started.identity = {.execution_arn = arn,
                            .execution_name = name,
                            .state_machine_arn = machine_arn,
                            .state_machine_name = machine.name,
                            .role_arn = options_.role_arn,
                            .region = machine.region,
                            .type = machine.type};
        started.input = std::move(input);
        started.seed = random_.next();
        started.token_secret = execution_token_secret(options_.token_secret, arn);
        started.history_events_max = options_.history_events_max;
        shard_.create(machine.program, std::move(started));
        // At once, so that whoever asked finds the execution; but not inside a tick, where effects
        // of other executions are being carried out.
        if (is_ticking_)
            wake();
        else
            tick();
        return arn;
    }

    Result<void, StatesError> stop(const std::string& arn, Failure failure) {
        const ExecutionRecord* record = store_->find_by_arn(arn);
        if (record == nullptr) {
            return StatesError{"ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"};
        }
        shard_.submit(record->key, StopRequested{std::move(failure)});
        wake();
        return {};
    }

    /// The open task that a token answers.
    Result<std::pair<ExecutionKey, CommandId>, StatesError> open_task(const std::string& token) {
        const auto content = read_task_token(options_.token_secret, token);
        if (!content) return StatesError{"InvalidToken", "Invalid Token: 'Invalid token'"};
        const ExecutionRecord* record = store_->find_by_arn(content->execution_arn);
        if (record == nullptr) return StatesError{"TaskDoesNotExist", "Task does not exist"};
        if (!shard_.has_open(record->key, content->command)) {
            return StatesError{"TaskTimedOut",
                               "Task Timed Out: 'Provided task does not exist anymore'"};
        }
        return std::pair(record->key, content->command);
    }

    Result<void, StatesError> answer(const std::string& token,
                                     const std::function<Event(CommandId)>& event) {
        GRADUS_TRY(const auto task, open_task(token));
        shard_.submit(task.first, event(task.second));
        wake();
        return {};
    }

    Result<void, StatesError> heartbeat(const std::string& token) {
        GRADUS_TRY(const auto task, open_task(token));
        shard_.heartbeat(task.first, task.second, now());
        return {};
    }

    Engine* facade_ = nullptr; // set once the façade exists, before anything runs
    EventLoop& loop_;
    EngineOptions options_;
    Random random_;
    NoAws no_aws_;
    LocalStatesClient aws_;
    std::unique_ptr<Store> store_;
    Shard shard_;
    NativeIntegration native_;
    CommandIntegration commands_;
    MockIntegration mocks_;
    StartExecutionIntegration children_;
    AwsCallIntegration aws_calls_;
    FolderStore folders_;
    bool has_aws_;
    S3ObjectStore buckets_;
    MapChildren map_children_;
    MapIo map_io_;
    std::map<std::string, StateMachine, std::less<>> machines_;
    std::vector<std::function<void(const ExecutionSummary&)>> observers_;
    std::vector<std::function<void(const ExecutionIdentity&, const HistoryEvent&)>>
        history_observers_;
    std::map<ExecutionKey, std::size_t> shown_; // history events that observers have seen

private:
    AnswerSink sink() {
        return [this](ExecutionKey execution, Event event) {
            shard_.submit(execution, std::move(event));
            wake();
        };
    }
    ChildExecutions child_executions() {
        return {
            .start = [this](const std::string& machine, const std::string& name, const Value& input)
                -> std::variant<std::string, ChildExecutions::Refused> {
                auto arn = start(machine, name, input);
                if (!arn) return ChildExecutions::Refused{arn.error().code, arn.error().message};
                return std::move(*arn);
            },
            .stop =
                [this](const std::string& arn) {
                    const auto stopped = stop(arn, {});
                    static_cast<void>(stopped); // it may have ended meanwhile
                }};
    }
    ObjectStore* object_store_for(const Value& arguments, std::string& reason) {
        if (folders_.handles(arguments)) return &folders_;
        if (has_aws_) return &buckets_;
        const Value& bucket = arguments["Bucket"];
        reason = "Nothing holds the bucket " +
                 (bucket.is_string() ? std::string(bucket.as_string()) : to_json(bucket)) +
                 " here; bind it to a folder with --bucket, name it file://FOLDER, or give an AWS";
        return nullptr;
    }
    /// In this order: a mock of the state, a bound program, then whoever the resource is for.
    Integration* integration_for(const TaskRequest& request) {
        const Resource& resource = *request.task.resource;
        if (mocks_.handles(request)) return &mocks_;
        if (commands_.handles(resource)) return &commands_;
        if (native_.handles(resource)) return &native_;
        if (StartExecutionIntegration::handles(resource)) return &children_;
        if (AwsCallIntegration::handles(resource)) return &aws_calls_;
        return nullptr;
    }

    bool is_waking_ = false;
    bool is_ticking_ = false;
    std::optional<Timestamp> armed_for_;
    TimerId alarm_ = 0;
};

Engine::Engine(EventLoop& loop, aws::Client* aws, EngineOptions options)
    : impl_(std::make_unique<Impl>(loop, aws, std::move(options))) {
    impl_->facade_ = this;
}
Engine::~Engine() = default;

std::string Engine::add_state_machine(StateMachine machine) {
    if (machine.region.empty()) machine.region = impl_->options_.region;
    std::string arn = "arn:aws:states:" + machine.region + ":" + impl_->options_.account_id +
                      ":stateMachine:" + machine.name;
    impl_->machines_.insert_or_assign(arn, std::move(machine));
    return arn;
}

void Engine::bind_activity(std::string name, Handler handler) {
    impl_->native_.bind(std::move(name), std::move(handler));
}

void Engine::bind_command(std::string resource, std::string command_line) {
    impl_->commands_.bind(std::move(resource), std::move(command_line));
}

void Engine::bind_bucket(std::string bucket, std::string folder) {
    impl_->folders_.bind(std::move(bucket), std::move(folder));
}

void Engine::use_mocks(Value responses_by_state) {
    impl_->mocks_.use(std::move(responses_by_state));
}

Result<std::string, StatesError> Engine::start_execution(const std::string& state_machine_arn,
                                                         std::string name, Value input) {
    return impl_->start(state_machine_arn, std::move(name), std::move(input));
}

Result<void, StatesError> Engine::stop_execution(const std::string& execution_arn,
                                                 Failure failure) {
    return impl_->stop(execution_arn, std::move(failure));
}

Result<void, StatesError> Engine::send_task_success(const std::string& token, Value output) {
    return impl_->answer(token, [&](CommandId command) {
        return TaskSucceeded{command, std::move(output)};
    });
}

Result<void, StatesError> Engine::send_task_failure(const std::string& token, Failure failure) {
    return impl_->answer(token, [&](CommandId command) {
        return TaskFailed{command, std::move(failure)};
    });
}

Result<void, StatesError> Engine::send_task_heartbeat(const std::string& token) {
    return impl_->heartbeat(token);
}

std::optional<ExecutionSummary> Engine::describe(const std::string& execution_arn) const {
    const ExecutionRecord* record = impl_->store_->find_by_arn(execution_arn);
    if (record == nullptr) return std::nullopt;
    return summary_of(*record);
}

std::vector<HistoryEvent> Engine::history(const std::string& execution_arn) const {
    const ExecutionRecord* record = impl_->store_->find_by_arn(execution_arn);
    if (record == nullptr) return {};
    return impl_->store_->history(record->key);
}

std::vector<ExecutionSummary> Engine::list(const std::string& state_machine_arn,
                                           std::optional<ExecutionStatus> status) const {
    std::vector<ExecutionSummary> out;
    for (const ExecutionRecord* record : impl_->store_->list(state_machine_arn, status)) {
        out.push_back(summary_of(*record));
    }
    return out;
}

std::vector<ExecutionSummary> Engine::children(const std::string& map_run_arn,
                                               std::optional<ExecutionStatus> status) const {
    std::vector<ExecutionSummary> out;
    for (const ExecutionRecord* record : impl_->store_->children(map_run_arn, status))
        out.push_back(summary_of(*record));
    return out;
}

std::optional<MapRunRecord> Engine::describe_map_run(const std::string& map_run_arn) const {
    const MapRunRecord* record = impl_->store_->find_map_run(map_run_arn);
    if (record == nullptr) return std::nullopt;
    return *record;
}

std::vector<MapRunRecord> Engine::map_runs(const std::string& execution_arn) const {
    std::vector<MapRunRecord> out;
    for (const MapRunRecord* record : impl_->store_->map_runs(execution_arn))
        out.push_back(*record);
    return out;
}

Result<void, StatesError> Engine::update_map_run(const MapRunUpdated& update) {
    const MapRunRecord* record = impl_->store_->find_map_run(update.map_run_arn);
    if (record == nullptr) {
        return StatesError{"ResourceNotFound", "Resource not found: '" + update.map_run_arn + "'"};
    }
    if (record->status != MapRunStatus::running) {
        return StatesError{"ValidationException", "Map Run is completed and cannot be updated: '" +
                                                      update.map_run_arn + "'"};
    }
    impl_->shard_.submit(impl_->store_->find_by_arn(record->execution_arn)->key, update);
    impl_->wake();
    return {};
}

std::vector<std::string> Engine::state_machine_arns() const {
    std::vector<std::string> arns;
    for (const auto& [arn, machine] : impl_->machines_)
        arns.push_back(arn);
    return arns;
}

Result<Value, StatesError> Engine::call(const std::string& region, const std::string& operation,
                                        const Value& input) {
    return call_states_api(*this, region, operation, input);
}

void Engine::on_completed(std::function<void(const ExecutionSummary&)> observer) {
    impl_->observers_.push_back(std::move(observer));
}

void Engine::on_history(
    std::function<void(const ExecutionIdentity&, const HistoryEvent&)> observer) {
    impl_->history_observers_.push_back(std::move(observer));
}

} // namespace gradus
