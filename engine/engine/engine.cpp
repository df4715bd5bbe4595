// The façade of gradus/engine.hpp.
#include "engine/engine/engine_impl.hpp"

namespace gradus {

Engine::Engine(EventLoop& loop, aws::Client* aws, EngineOptions options,
               std::shared_ptr<Store> store)
    : impl_(std::make_unique<Impl>(loop, aws, std::move(options), std::move(store))) {
    impl_->facade_ = this;
}
Engine::~Engine() = default;

Result<void> Engine::recover() { return impl_->recover(); }

std::string Engine::add_state_machine(StateMachine machine) {
    return impl_->add_machine(std::move(machine));
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

Result<void> Engine::use_http(aws::Transport& transport, const Value& connections) {
    GRADUS_TRY(HttpConnections read, HttpConnections::read(connections));
    impl_->http_.use(transport, std::move(read));
    return {};
}

void Engine::use_mocks(Value responses_by_state) {
    impl_->mocks_.use(std::move(responses_by_state));
}

Result<std::string, StatesError> Engine::start_execution(const std::string& state_machine_arn,
                                                         std::string name, Value input,
                                                         std::string trace_header) {
    return impl_->start({.target_arn = state_machine_arn,
                         .name = std::move(name),
                         .input = std::move(input),
                         .trace_header = std::move(trace_header)});
}

Result<void, StatesError> Engine::redrive_execution(const std::string& execution_arn) {
    return impl_->redrive(execution_arn);
}

void Engine::delete_when_stopped(const std::string& state_machine_arn) {
    impl_->delete_when_stopped(state_machine_arn);
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
    const auto record = impl_->store_->find_by_arn(execution_arn);
    if (!record) return std::nullopt;
    return summary_of(*record);
}

std::vector<HistoryEvent> Engine::history(const std::string& execution_arn, std::uint64_t first,
                                          std::size_t limit) const {
    const auto key = impl_->store_->find_key(execution_arn);
    if (!key) return {};
    return impl_->store_->history(*key, first, limit);
}

Result<Recording> Engine::recording(const std::string& execution_arn) const {
    return impl_->recording(execution_arn);
}

std::vector<ExecutionSummary> Engine::find_executions(const ExecutionFilter& filter) const {
    return impl_->find({.state_machine_arn = filter.state_machine_arn,
                        .qualified_arn = filter.qualified_arn,
                        .map_run_arn = filter.map_run_arn,
                        .status = filter.status,
                        .is_redriven = filter.is_redriven,
                        .below = static_cast<ExecutionKey>(filter.below),
                        .limit = filter.limit});
}

std::vector<ExecutionSummary> Engine::list(const std::string& state_machine_arn,
                                           std::optional<ExecutionStatus> status) const {
    return impl_->find({.state_machine_arn = state_machine_arn, .status = status});
}

std::vector<ExecutionSummary> Engine::children(const std::string& map_run_arn,
                                               std::optional<ExecutionStatus> status) const {
    return impl_->find({.map_run_arn = map_run_arn, .status = status});
}

std::optional<MapRunRecord> Engine::describe_map_run(const std::string& map_run_arn) const {
    return impl_->store_->find_map_run(map_run_arn);
}

std::vector<MapRunRecord> Engine::map_runs(const std::string& execution_arn) const {
    return impl_->store_->map_runs(execution_arn);
}

Result<void, StatesError> Engine::update_map_run(const MapRunUpdated& update) {
    return impl_->update_map_run(update);
}

void Engine::call(const std::string& region, const std::string& operation, const Value& input,
                  ApiCompletion done) {
    const bool is_promise = api::effect_of(operation) == api::Effect::changes;
    if (is_promise && impl_->failure_) return done(impl_->unavailable());
    api::call_operation(
        {*this, impl_->registry_, impl_->activities_, impl_->api_random_, impl_->options_,
         operation, region.empty() ? impl_->options_.region : region, input, impl_->now()},
        is_promise ? impl_->once_safe(std::move(done)) : impl_->once_read(std::move(done)));
}

void Engine::when_safe(std::function<void(const Result<void>&)> done) {
    impl_->when_safe(std::move(done));
}

void Engine::when_completed(const std::string& execution_arn,
                            std::function<void(const ExecutionSummary&)> done) {
    const bool is_starting = impl_->shard_.find_starting(execution_arn) != nullptr;
    const auto record = is_starting ? std::nullopt : impl_->store_->find_by_arn(execution_arn);
    if (record && record->status != ExecutionStatus::running) return done(summary_of(*record));
    impl_->waiting_[execution_arn].push_back(std::move(done));
}

void Engine::on_completed(std::function<void(const ExecutionSummary&)> observer) {
    impl_->observers_.push_back(std::move(observer));
}

void Engine::on_trouble(std::function<void(const Error&)> observer) {
    impl_->trouble_observers_.push_back(std::move(observer));
}

void Engine::on_history(
    std::function<void(const ExecutionIdentity&, const HistoryEvent&)> observer) {
    impl_->history_observers_.push_back(std::move(observer));
}

void Engine::on_log(std::function<void(const Value& record)> observer) {
    impl_->log_observers_.push_back(std::move(observer));
}

void Engine::on_status_change(std::function<void(const Value& event)> observer) {
    impl_->status_observers_.push_back(std::move(observer));
}

} // namespace gradus
