#pragma once
// Tasks of activities, handed to whoever asks for one with GetActivityTask. AWS, "Activities".

#include "engine/integrations/integration.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace gradus {

class ActivityTasks final : public Integration {
public:
    struct Given {
        std::string task_token;
        Value input;
    };
    using PollId = std::uint64_t;
    using Done = std::function<void(std::optional<Given>)>;

    /// Finds a task by its execution and command; nothing when nobody waits for it any more.
    using Find = std::function<std::optional<TaskRequest>(ExecutionKey, CommandId)>;

    ActivityTasks(EventLoop& loop, AnswerSink answer, Find find)
        : loop_(loop), answer_(std::move(answer)), find_(std::move(find)) {}

    /// The task waits until somebody asks.
    void start(const TaskRequest& request) override;
    /// The same for one of before a restart, which is looked up when somebody asks.
    void wait(const std::string& activity_arn, ExecutionKey execution, CommandId command);
    bool is_under_way(ExecutionKey execution, CommandId command) const override {
        return places_.contains({execution, command});
    }
    void cancel(ExecutionKey execution, CommandId command) override;

    /// Asks for the oldest task of this activity. `done` is called once: at once when there is one,
    /// else when one comes, or with nothing after 60 seconds.
    PollId poll(const std::string& activity_arn, std::optional<std::string> worker_name, Done done);
    /// How many wait for a task of this activity.
    std::size_t polls(const std::string& activity_arn) const;
    /// Whoever asked has gone: `done` won't be called, and no task is lost to it.
    void give_up(PollId poll);
    /// The activity is gone: those who ask are answered with nothing.
    void forget(const std::string& activity_arn);

private:
    struct Poll {
        PollId id = 0;
        std::optional<std::string> worker_name;
        Done done;
        TimerId timer = 0;
    };
    using Key = std::pair<ExecutionKey, CommandId>;
    struct Task {
        Key key;
        std::unique_ptr<TaskRequest> request; // null: to be looked up
    };
    struct Queue {
        std::map<std::uint64_t, Task> tasks; // by number, in the order of their coming
        std::list<Poll> polls;
    };
    struct Place {
        Queue* queue = nullptr;
        std::uint64_t number = 0;
    };

    void push(Queue& queue, Task task);
    Task pop(Queue& queue);
    /// The oldest task that is still wanted.
    std::optional<TaskRequest> take(Queue& queue);
    void serve_poll(Queue& queue);
    void give(const TaskRequest& request, const std::optional<std::string>& worker_name,
              const Done& done);
    void end_poll(const std::string& activity_arn, PollId id);

    EventLoop& loop_;
    AnswerSink answer_;
    Find find_;
    std::map<std::string, Queue> queues_; // by activity; they stay where they are
    std::map<Key, Place> places_;         // of all tasks that wait
    std::uint64_t tasks_ = 0;             // that ever waited
    std::size_t requests_kept_ = 0;
    PollId polls_ = 0;
};

} // namespace gradus
