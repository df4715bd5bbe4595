#include "engine/integrations/activity_tasks.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// API reference, "GetActivityTask": the connection is held for so long.
constexpr std::chrono::seconds poll_time{60};

/// Tasks that wait with all their data; of others the store has them. Ours.
constexpr std::size_t requests_kept_max = 10'000;

} // namespace

void ActivityTasks::start(const TaskRequest& request) {
    Queue& queue = queues_[request.task.resource->arn];
    const bool is_kept = requests_kept_ < requests_kept_max;
    push(queue, {.key = {request.execution, request.task.command},
                 .request = is_kept ? std::make_unique<TaskRequest>(request) : nullptr});
    serve_poll(queue);
}

void ActivityTasks::wait(const std::string& activity_arn, ExecutionKey execution,
                         CommandId command) {
    if (is_under_way(execution, command)) return;
    Queue& queue = queues_[activity_arn];
    push(queue, {.key = {execution, command}});
    serve_poll(queue);
}

void ActivityTasks::push(Queue& queue, Task task) {
    if (task.request != nullptr) ++requests_kept_;
    places_[task.key] = {&queue, ++tasks_};
    queue.tasks.emplace(tasks_, std::move(task));
}

ActivityTasks::Task ActivityTasks::pop(Queue& queue) {
    Task task = std::move(queue.tasks.begin()->second);
    queue.tasks.erase(queue.tasks.begin());
    places_.erase(task.key);
    if (task.request != nullptr) --requests_kept_;
    return task;
}

std::optional<TaskRequest> ActivityTasks::take(Queue& queue) {
    while (!queue.tasks.empty()) {
        const Task task = pop(queue);
        if (task.request != nullptr) return std::move(*task.request);
        if (auto found = find_(task.key.first, task.key.second)) return found;
    }
    return std::nullopt;
}

void ActivityTasks::serve_poll(Queue& queue) {
    if (queue.polls.empty()) return;
    const auto request = take(queue);
    if (!request) return;
    const Poll poll = std::move(queue.polls.front());
    queue.polls.pop_front();
    loop_.cancel(poll.timer);
    give(*request, poll.worker_name, poll.done);
}

void ActivityTasks::give(const TaskRequest& request, const std::optional<std::string>& worker_name,
                         const Done& done) {
    answer_(request.execution, TaskStarted{request.task.command, worker_name});
    done(Given{request.task.task_token, request.task.parameters});
}

void ActivityTasks::cancel(ExecutionKey execution, CommandId command) {
    const auto found = places_.find({execution, command});
    if (found == places_.end()) return;
    const auto [queue, number] = found->second;
    const auto task = queue->tasks.find(number);
    if (task->second.request != nullptr) --requests_kept_;
    queue->tasks.erase(task);
    places_.erase(found);
}

ActivityTasks::PollId ActivityTasks::poll(const std::string& activity_arn,
                                          std::optional<std::string> worker_name, Done done) {
    Queue& queue = queues_[activity_arn];
    const PollId id = ++polls_;
    if (const auto request = take(queue)) {
        give(*request, worker_name, done);
        return id;
    }
    const TimerId timer =
        loop_.schedule(poll_time, [this, activity_arn, id] { end_poll(activity_arn, id); });
    queue.polls.push_back({id, std::move(worker_name), std::move(done), timer});
    return id;
}

void ActivityTasks::end_poll(const std::string& activity_arn, PollId id) {
    std::list<Poll>& polls = queues_[activity_arn].polls;
    const auto found = std::ranges::find(polls, id, &Poll::id);
    if (found == polls.end()) return;
    const Done done = std::move(found->done);
    polls.erase(found);
    done(std::nullopt);
}

std::size_t ActivityTasks::polls(const std::string& activity_arn) const {
    const auto found = queues_.find(activity_arn);
    return found == queues_.end() ? 0 : found->second.polls.size();
}

void ActivityTasks::give_up(PollId id) {
    for (auto& [arn, queue] : queues_) {
        const auto found = std::ranges::find(queue.polls, id, &Poll::id);
        if (found == queue.polls.end()) continue;
        loop_.cancel(found->timer);
        queue.polls.erase(found);
        return;
    }
}

void ActivityTasks::forget(const std::string& activity_arn) {
    const auto found = queues_.find(activity_arn);
    if (found == queues_.end()) return;
    const std::list<Poll> polls = std::move(found->second.polls);
    found->second.polls.clear();
    for (const Poll& poll : polls) {
        loop_.cancel(poll.timer);
        poll.done(std::nullopt);
    }
}

} // namespace gradus
