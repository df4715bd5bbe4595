// What others ask for: executions started, stopped and taken up again, and answers to their tasks.
#include "engine/engine/engine_impl.hpp"

namespace gradus {
namespace {

StatesError does_not_exist(const std::string& arn) {
    return {"ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"};
}

} // namespace

std::vector<ExecutionSummary> Engine::Impl::find(const ExecutionQuery& query) const {
    std::vector<ExecutionSummary> out;
    for (const ExecutionRecord& record : store_->list(query))
        out.push_back(summary_of(record));
    return out;
}

Result<Recording> Engine::Impl::recording(const std::string& arn) const {
    const auto key = store_->find_key(arn);
    if (!key) return Error{ErrorCode::not_found, "there is no execution " + arn};
    GRADUS_TRY(StoredInputs stored, store_->inputs(*key));
    std::vector<HistoryEvent> history = store_->history(*key);
    if (stored.inputs.empty() || history.size() != stored.history_events)
        return Error{ErrorCode::not_found, "the history of " + arn + " isn't kept"};
    const auto& identity = std::get<ExecutionStarted>(stored.inputs[0].event).identity;
    const auto revision = registry_.revisions.find(identity.revision_id);
    if (revision == registry_.revisions.end() || revision->second->settings.definition.empty())
        return Error{ErrorCode::not_found, "the text of the definition of " + arn + " isn't kept"};
    const auto program = api::program_of(*revision->second);
    if (!program) return Error{ErrorCode::unsupported, program.error().message};
    return make_recording(**program, revision->second->settings.definition,
                          std::move(stored.inputs), std::move(history));
}

std::string Engine::Impl::add_machine(StateMachine given) {
    GRADUS_ASSERT(is_recovered_);
    if (given.region.empty()) given.region = options_.region;
    const std::string arn = "arn:aws:states:" + given.region + ":" + options_.account_id +
                            ":stateMachine:" + given.name;
    api::Machine& machine = registry_.machines[arn];
    const bool is_initial = machine.current == nullptr;
    if (is_initial) machine.created_at = now();
    machine.arn = arn;
    machine.name = given.name;
    machine.type = given.type;
    api::Settings settings = api::default_settings(std::move(given.definition), options_.role_arn);
    const bool is_known = !is_initial && !settings.definition.empty() &&
                          machine.current->settings == settings &&
                          machine.current->type == given.type;
    if (is_known) return arn;
    machine.current = registry_.add({.id = api_random_.next_uuid(),
                                     .type = given.type,
                                     .is_initial = is_initial,
                                     .settings = std::move(settings),
                                     .made_at = now(),
                                     .program = std::move(given.program)});
    registry_.changed_machines.insert(arn);
    wake();
    return arn;
}

Result<std::string, StatesError> Engine::Impl::start(StartRequest request) {
    GRADUS_ASSERT(is_recovered_);
    if (failure_) return unavailable();
    GRADUS_TRY(const api::StartTarget target,
               registry_.find_target(request.target_arn, api_random_.next_unit()));
    const api::Machine& machine = *target.machine;
    GRADUS_TRY(const api::StatesArn parts, api::parse_arn(machine.arn));
    const bool is_named = !request.name.empty(); // else by a name that nobody had
    if (!is_named) request.name = random_.next_uuid();
    const bool is_express = machine.type == WorkflowType::express;
    std::string arn =
        parts.prefix + (is_express ? "express:" : "execution:") + machine.name + ":" + request.name;
    if (is_express) arn += ":" + random_.next_uuid();
    GRADUS_TRY(std::shared_ptr<const Program> program, api::program_of(*target.revision));
    if (is_named) {
        GRADUS_TRY(const bool exists, is_started(arn, request));
        if (exists) return arn;
    }
    ExecutionStarted started;
    started.identity = {.execution_arn = arn,
                        .execution_name = request.name,
                        .state_machine_arn = machine.arn,
                        .state_machine_name = machine.name,
                        .role_arn = target.revision->settings.role_arn,
                        .region = parts.region(),
                        .type = machine.type,
                        .state_machine_version_arn = target.version_arn,
                        .state_machine_alias_arn = target.alias_arn,
                        .revision_id = target.revision->id,
                        .trace_header = std::move(request.trace_header)};
    started.input = std::move(request.input);
    started.seed = random_.next();
    started.history_events_max = options_.history_events_max;
    started.seconds_max = options_.execution_seconds_max;
    shard_.create(std::move(program), std::move(started));
    tick_now();
    return arn;
}

/// Whether what is to be started goes on already. Fails when the name is taken by another.
Result<bool, StatesError> Engine::Impl::is_started(const std::string& arn,
                                                   const StartRequest& request) {
    const StatesError taken("ExecutionAlreadyExists", "Execution Already Exists: '" + arn + "'");
    if (const Value* input = shard_.find_starting(arn)) {
        if (*input == request.input) return true;
        return taken;
    }
    const auto existing = store_->find_by_arn(arn);
    if (!existing) return false;
    // The same name and input, still running: the same execution. And so is one that has ended,
    // when whoever asks had asked before it began.
    const bool is_own = request.asked_before && existing->started_at >= *request.asked_before;
    const bool is_running = existing->status == ExecutionStatus::running;
    if ((is_running || is_own) && existing->input == request.input) return true;
    return taken;
}

StatesError Engine::Impl::unavailable() const {
    return {"ServiceUnavailable", "Nothing can be kept: " + failure_->message};
}

Result<ExecutionKey, StatesError> Engine::Impl::find_execution(const std::string& arn) const {
    if (failure_) return unavailable();
    if (const auto key = store_->find_key(arn)) return *key;
    return does_not_exist(arn);
}

Result<void, StatesError> Engine::Impl::stop(const std::string& arn, Failure failure) {
    GRADUS_TRY(const ExecutionKey key, find_execution(arn));
    shard_.submit(key, StopRequested{std::move(failure)});
    tick_now();
    return {};
}

void Engine::Impl::delete_when_stopped(const std::string& machine_arn) {
    // Those that were started a moment ago are found then, too.
    when_safe([this, machine_arn](const Result<void>& safe) {
        if (!safe) return;
        const ExecutionQuery running{
            .state_machine_arn = machine_arn, .status = ExecutionStatus::running, .limit = 1};
        if (store_->list(running).empty()) return finish_deletion(machine_arn);
        stop_running(machine_arn, ExecutionKey{UINT64_MAX});
    });
}

/// The newest first, some at a time.
void Engine::Impl::stop_running(const std::string& machine_arn, ExecutionKey below) {
    loop_.schedule(std::chrono::milliseconds(0), [this, machine_arn, below] {
        constexpr std::size_t at_a_time = 1'000;
        const auto running = store_->list({.state_machine_arn = machine_arn,
                                           .status = ExecutionStatus::running,
                                           .below = below,
                                           .limit = at_a_time});
        for (const ExecutionRecord& record : running)
            shard_.submit(record.key, StopRequested{});
        if (running.size() == at_a_time) stop_running(machine_arn, running.back().key);
        tick_now();
    });
}

Result<void, StatesError> Engine::Impl::redrive(const std::string& arn) {
    GRADUS_TRY(const ExecutionKey key, find_execution(arn));
    if (!shard_.can_redrive(key)) {
        const auto record = store_->find(key);
        const auto status = record ? record->status : ExecutionStatus::running;
        return StatesError{"ExecutionNotRedrivable",
                           "Execution is " + std::string(execution_status_name(status)) +
                               " and cannot be redriven"};
    }
    shard_.submit(key, RedriveRequested{});
    tick_now();
    return {};
}

Result<void, StatesError> Engine::Impl::update_map_run(const MapRunUpdated& update) {
    const auto record = store_->find_map_run(update.map_run_arn);
    if (!record) {
        return StatesError{"ResourceNotFound", "Resource not found: '" + update.map_run_arn + "'"};
    }
    if (record->status != MapRunStatus::running) {
        return StatesError{"ValidationException", "Map Run is completed and cannot be updated: '" +
                                                      update.map_run_arn + "'"};
    }
    GRADUS_TRY(const ExecutionKey key, find_execution(record->execution_arn));
    shard_.submit(key, update);
    tick_now();
    return {};
}

Result<Engine::Impl::OpenTaskName, StatesError> Engine::Impl::open_task(const std::string& token) {
    const auto content = read_task_token(options_.token_secret, token);
    if (!content) return StatesError{"InvalidToken", "Invalid Token: 'Invalid token'"};
    if (failure_) return unavailable();
    const auto key = store_->find_key(content->execution_arn);
    if (!key) return StatesError{"TaskDoesNotExist", "Task does not exist"};
    if (!shard_.has_open(*key, content->command)) {
        return StatesError{"TaskTimedOut",
                           "Task Timed Out: 'Provided task does not exist anymore'"};
    }
    return OpenTaskName{*key, content->command};
}

Result<void, StatesError> Engine::Impl::answer(const std::string& token,
                                               const std::function<Event(CommandId)>& event) {
    GRADUS_TRY(const OpenTaskName task, open_task(token));
    shard_.submit(task.execution, event(task.command));
    tick_now();
    return {};
}

Result<void, StatesError> Engine::Impl::heartbeat(const std::string& token) {
    GRADUS_TRY(const OpenTaskName task, open_task(token));
    shard_.heartbeat(task.execution, task.command, now());
    return {};
}

} // namespace gradus
