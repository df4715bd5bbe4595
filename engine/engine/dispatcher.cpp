// What the shard asks for: tasks to whoever is for them, children, the news of what has ended.
#include "engine/engine/engine_impl.hpp"

namespace gradus {
namespace {

/// What a task comes to that nobody here carries out.
TaskFailed no_handler(const TaskRequest& request) {
    const Resource& resource = *request.task.resource;
    // What AWS says of an activity that was never created or is gone. There, the task isn't
    // even noted as scheduled; here that is written before anybody looks for the activity.
    if (resource.kind == ResourceKind::activity) {
        return {request.task.command,
                {"States.Runtime", "The activity ARN does not exist."},
                TaskFailureKind::schedule_failed};
    }
    return task_failed(request, "Gradus.NoHandler",
                       "Nothing answers " + resource.arn +
                           " here; bind it with --bind, or mock its state");
}

} // namespace

void Engine::Impl::schedule(ExecutionKey execution, const ExecutionIdentity& identity,
                            const ScheduleTask& task, const TaskPast& past) {
    const TaskRequest request{execution, identity, task, past};
    Integration* integration = integration_for(request);
    if (integration == nullptr) {
        shard_.submit(execution, no_handler(request));
        return wake();
    }
    const bool is_again = past.issued_at.has_value();
    if (is_again && integration->is_under_way(execution, task.command)) return;
    integration->start(request);
}

/// In this order: a mock of the state, a bound program, then whoever the resource is for.
Integration* Engine::Impl::integration_for(const TaskRequest& request) {
    const Resource& resource = *request.task.resource;
    if (mocks_.handles(request)) return &mocks_;
    if (commands_.handles(resource)) return &commands_;
    if (native_.handles(resource)) return &native_;
    if (registry_.activities.contains(resource.arn)) return &activities_;
    if (StartExecutionIntegration::handles(resource)) return &children_;
    if (JobIntegration::handles(resource)) return &jobs_;
    if (http_.handles(resource)) return &http_;
    // Without AWS, the hint that a function can be bound helps more than a call that fails.
    if (resource.kind == ResourceKind::lambda_function && !has_aws_) return nullptr;
    if (AwsCallIntegration::handles(resource)) return &aws_calls_;
    return nullptr;
}

bool Engine::Impl::is_wanted_again(const OpenCommandRecord& task) {
    const auto resource = parse_resource(task.resource);
    if (!resource) return true;
    const bool is_for_workers = registry_.activities.contains(resource->arn) &&
                                !commands_.handles(*resource) && !native_.handles(*resource);
    switch (task.progress) {
    case TaskProgress::scheduled:
        if (is_for_workers) activities_.wait(resource->arn, task.execution, task.command);
        return !is_for_workers;
    case TaskProgress::started: return !is_for_workers; // a worker has it, with a token
    case TaskProgress::submitted:
        return resource->pattern != IntegrationPattern::wait_for_task_token;
    }
    GRADUS_UNREACHABLE();
}

std::optional<TaskRequest> Engine::Impl::find_task(ExecutionKey execution, CommandId command) {
    auto found = shard_.find_task(execution, command);
    if (!found) return std::nullopt;
    return TaskRequest{execution, std::move(found->identity), std::move(found->task),
                       std::move(found->past)};
}

void Engine::Impl::read_items(ExecutionKey execution, const ReadItems& command) {
    map_io_.read(execution, command);
}

void Engine::Impl::write_objects(ExecutionKey execution, const WriteObjects& command) {
    map_io_.write(execution, command);
}

ObjectStore* Engine::Impl::object_store_for(const Value& arguments, std::string& reason) {
    if (folders_.handles(arguments)) return &folders_;
    if (has_aws_) return &buckets_;
    const Value& bucket = arguments["Bucket"];
    reason = "Nothing holds the bucket " +
             (bucket.is_string() ? std::string(bucket.as_string()) : to_json(bucket)) +
             " here; bind it to a folder with --bucket, name it file://FOLDER, or give an AWS";
    return nullptr;
}

void Engine::Impl::start_child(ExecutionKey execution, std::shared_ptr<const Program> program,
                               const StartChild& command, const TaskPast& past) {
    const auto known = store_->find_by_arn(command.start.identity.execution_arn);
    // After a restart, it may have begun already.
    const bool is_begun = known && past.issued_at &&
                          known->redriven_at.value_or(known->started_at) >= *past.issued_at;
    if (is_begun) {
        map_children_.started(execution, command, known->key);
        if (known->status == ExecutionStatus::running) return;
        return map_children_.completed(known->key, {known->status, known->output, known->failure});
    }
    ExecutionKey child{};
    if (known && command.is_redrive && shard_.can_redrive(known->key)) {
        child = known->key;
        shard_.submit(child, RedriveRequested{});
    } else {
        child = shard_.create(std::move(program), command.start);
    }
    map_children_.started(execution, command, child);
    wake();
}

ChildExecutions Engine::Impl::child_executions() {
    return {
        .start = [this](const std::string& machine, const std::string& name, const Value& input,
                        std::optional<Timestamp> issued_at)
            -> std::variant<std::string, ChildExecutions::Refused> {
            auto arn = start(
                {.target_arn = machine, .name = name, .input = input, .asked_before = issued_at});
            if (!arn) return ChildExecutions::Refused{arn.error().code, arn.error().message};
            return std::move(*arn);
        },
        .find = [this](const std::string& arn) { return store_->find_by_arn(arn); },
        .stop =
            [this](const std::string& arn) {
                const auto stopped = stop(arn, {});
                static_cast<void>(stopped); // it may have ended meanwhile
            }};
}

void Engine::Impl::cancel(ExecutionKey execution, CommandId command) {
    map_children_.cancel(execution, command);
    children_.cancel(execution, command);
    aws_calls_.cancel(execution, command);
    jobs_.cancel(execution, command);
    http_.cancel(execution, command);
    native_.cancel(execution, command);
    activities_.cancel(execution, command);
}

namespace {

/// What the store would say; nothing where only the store knows all of it.
std::optional<ExecutionRecord> record_of(ExecutionKey key, const ExecutionState& state,
                                         Timestamp at) {
    if (state.redrives > 0) return std::nullopt;
    return ExecutionRecord{.key = key,
                           .identity = state.identity,
                           .input = state.input,
                           .started_at = state.started_at,
                           .stopped_at = at,
                           .status = state.status,
                           .output = state.output,
                           .failure = state.failure,
                           .history_size = state.history_events};
}

} // namespace

void Engine::Impl::completed(ExecutionKey execution, const ExecutionState& state, Timestamp at) {
    map_children_.completed(execution, {state.status, state.output, state.failure});
    const std::string arn = state.identity.execution_arn;
    const bool is_awaited = !observers_.empty() || !status_observers_.empty() ||
                            waiting_.contains(arn) || children_.waits_for(arn);
    if (is_awaited) {
        auto record = record_of(execution, state, at);
        if (!record) record = store_->find(execution);
        if (record) announce(*record);
    }
    finish_deletion(std::string(state.identity.state_machine_arn));
}

void Engine::Impl::announce(const ExecutionRecord& record) {
    children_.child_completed(record);
    for (const auto& observer : observers_)
        observer(summary_of(record));
    if (!status_observers_.empty()) tell_status(summary_of(record));
    const auto waiting = waiting_.extract(record.identity.execution_arn);
    if (waiting.empty()) return;
    for (const auto& done : waiting.mapped())
        done(summary_of(record));
}

/// A machine that is being deleted is gone once nothing of it runs.
void Engine::Impl::finish_deletion(const std::string& machine_arn) {
    const auto machine = registry_.machines.find(machine_arn);
    if (machine == registry_.machines.end() || !machine->second.is_deleting) return;
    const auto running = store_->list(
        {.state_machine_arn = machine_arn, .status = ExecutionStatus::running, .limit = 1});
    if (!running.empty()) return;
    registry_.machines.erase(machine);
    registry_.changed_machines.insert(machine_arn);
    wake();
}

Result<std::shared_ptr<const Program>> Engine::Impl::program_of(const ExecutionIdentity& identity) {
    const auto found = registry_.revisions.find(identity.revision_id);
    if (found != registry_.revisions.end()) {
        auto program = api::program_of(*found->second);
        if (program) return std::move(*program);
        return Error{ErrorCode::unsupported, program.error().message};
    }
    return Error{ErrorCode::not_found, "its definition, revision " + identity.revision_id + " of " +
                                           identity.state_machine_arn + ", is gone"};
}

void Engine::Impl::troubled(ExecutionKey execution, const Error& error) {
    const auto record = store_->find(execution);
    const std::string name = record ? record->identity.execution_arn
                                    : std::to_string(static_cast<std::uint64_t>(execution));
    for (const auto& observer : trouble_observers_)
        observer({error.code, "Execution " + name + " can't go on: " + error.message});
}

} // namespace gradus
