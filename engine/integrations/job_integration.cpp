#include "engine/integrations/job_integration.hpp"

#include "aws/retry.hpp"
#include "engine/integrations/aws_call.hpp"
#include "gradus/json.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// Whether looking again later may help: the client has tried for a while already.
bool is_passing(const aws::CallError& error) {
    if (error.kind == aws::CallError::Kind::transport) return true;
    return error.kind == aws::CallError::Kind::service &&
           aws::classify(error.http_status, error.code) != aws::FailureClass::permanent;
}

} // namespace

void JobIntegration::start(const TaskRequest& request) {
    const auto found = calls_.find(*request.task.resource);
    if (!found) {
        answer_(request.execution, answer_of(request, found.error()));
        return;
    }
    const ServiceCall& call = *found;
    const Key key{request.execution, request.task.command};
    Job& job = jobs_[key];
    job.request = request;
    job.kind = find_job(*request.task.resource);
    if (request.past.submitted) { // before a restart: the service has it
        job.response = *request.past.submitted;
        job.has_started = true;
        return look_later(key);
    }
    job.call = client_.call(
        call_of(request, call, service_parameters(request, call)),
        [this, key, call](const aws::CallResult& result) { started(key, call, result); });
}

void JobIntegration::started(const Key& key, const ServiceCall& call,
                             const aws::CallResult& result) {
    Job& job = jobs_.at(key);
    auto output = task_output(job.request, call, result);
    if (output && job.kind->started != nullptr) output = job.kind->started(std::move(*output));
    if (!output) return end(key, answer_of(job.request, output.error()));
    job.response = *output;
    job.has_started = true;
    if (job.is_cancelled) {
        stop(job);
        jobs_.erase(key);
        return;
    }
    look_later(key);
    answer_(key.first, answer_of(job.request, std::move(*output)));
}

void JobIntegration::look_later(const Key& key) {
    Job& job = jobs_.at(key);
    job.timer = loop_.schedule(job.wait, [this, key] { look(key); });
    job.wait = std::min(job.wait * 2, job_poll_max);
}

void JobIntegration::look(const Key& key) {
    Job& job = jobs_.at(key);
    job.timer = 0;
    if (!is_open_(key.first, key.second)) {
        jobs_.erase(key);
        return;
    }
    const auto found =
        calls_.find(*find_optimised_call(*job.request.task.resource), job.kind->describe);
    if (!found) return end(key, TaskFailed{key.second, found.error()});
    const ServiceCall& call = *found;
    const Value arguments =
        job_arguments(job.kind->describe_arguments, job.request.task.parameters, job.response);
    job.call = client_.call(
        call_of(job.request, call, arguments),
        [this, key, call](const aws::CallResult& result) { looked(key, call, result); });
}

void JobIntegration::looked(const Key& key, const ServiceCall& call,
                            const aws::CallResult& result) {
    Job& job = jobs_.at(key);
    if (!result && is_passing(result.error())) return look_later(key);
    const auto description = plain_output(job.request, call, result);
    if (!description) {
        const Failure& failure = description.error();
        if (!job.kind->gone.empty() && failure.error == job.kind->gone) {
            Value last = job.last.is_null() ? job.response : job.last;
            return end(key, TaskSucceeded{key.second, std::move(last)});
        }
        return end(key, TaskFailed{key.second, failure});
    }
    const JobVerdict verdict = job_verdict(*job.kind, *description);
    job.unknown = verdict == JobVerdict::unknown ? job.unknown + 1 : 0;
    const bool is_lost = job.unknown == job_unknown_max;
    if (verdict == JobVerdict::running || (verdict == JobVerdict::unknown && !is_lost)) {
        if (verdict == JobVerdict::running)
            job.last = job_output(*job.kind, *description, job.response);
        return look_later(key);
    }
    if (is_lost)
        return end(key, TaskFailed{key.second, {"States.TaskFailed", to_json(*description)}});
    Value output = job_output(*job.kind, *description, job.response);
    if (verdict == JobVerdict::succeeded)
        return end(key, TaskSucceeded{key.second, std::move(output)});
    // Recorded for ECS and executions.
    end(key, TaskFailed{key.second, {"States.TaskFailed", to_json(output)}});
}

void JobIntegration::end(const Key& key, Event answer) {
    jobs_.erase(key);
    answer_(key.first, std::move(answer));
}

void JobIntegration::cancel(ExecutionKey execution, CommandId command) {
    const Key key{execution, command};
    const auto found = jobs_.find(key);
    if (found == jobs_.end()) return;
    Job& job = found->second;
    if (!job.has_started) { // whether it does is known soon
        job.is_cancelled = true;
        return;
    }
    if (job.timer != 0)
        loop_.cancel(job.timer);
    else
        client_.cancel(job.call);
    stop(job);
    jobs_.erase(found);
}

void JobIntegration::stop(const Job& job) {
    if (job.kind->stop.empty()) return;
    const auto found =
        calls_.find(*find_optimised_call(*job.request.task.resource), job.kind->stop);
    if (!found) return;
    const Value arguments =
        job_arguments(job.kind->stop_arguments, job.request.task.parameters, job.response);
    // Nobody waits for it: an attempt is all that AWS promises.
    client_.call(call_of(job.request, *found, arguments), [](const aws::CallResult&) {});
}

} // namespace gradus
