#pragma once
// Tasks that start a job and wait for its end (.sync), services' own jobs all but executions. AWS
// is told of ends by events; here the job is looked at again and again, by timers of the loop.

#include "engine/integrations/jobs.hpp"
#include "engine/integrations/service_calls.hpp"

#include <map>

namespace gradus {

/// The wait before a job is looked at first, doubled each time up to the maximum. Ours.
inline constexpr std::chrono::milliseconds job_poll_min{1'000};
inline constexpr std::chrono::milliseconds job_poll_max{30'000};
/// How often in a row the service may not know a job that it has started: lists of jobs follow
/// their start with some delay. Ours.
inline constexpr int job_unknown_max = 10;

class JobIntegration final : public Integration {
public:
    /// Whether a command still waits for its answer: a token may have answered it (recorded).
    using IsOpen = std::function<bool(ExecutionKey, CommandId)>;

    JobIntegration(EventLoop& loop, aws::Client& client, AnswerSink answer, IsOpen is_open,
                   std::shared_ptr<aws::ModelCache> services = nullptr)
        : loop_(loop),
          client_(client),
          answer_(std::move(answer)),
          is_open_(std::move(is_open)),
          calls_(std::move(services)) {}

    static bool handles(const Resource& resource) { return find_job(resource) != nullptr; }
    void start(const TaskRequest& request) override;
    bool is_under_way(ExecutionKey execution, CommandId command) const override {
        return jobs_.contains({execution, command});
    }
    /// Stops the job, as soon as it has started (AWS, "Run a Job").
    void cancel(ExecutionKey execution, CommandId command) override;
    ServiceCalls& calls() { return calls_; }

private:
    using Key = std::pair<ExecutionKey, CommandId>;
    struct Job {
        TaskRequest request;
        const JobKind* kind = nullptr;
        Value response; // of the start call
        Value last;     // description; null before there was one
        std::chrono::milliseconds wait = job_poll_min;
        int unknown = 0; // times in a row
        bool has_started = false;
        bool is_cancelled = false;
        aws::CallId call = 0;
        TimerId timer = 0;
    };

    void started(const Key& key, const ServiceCall& call, const aws::CallResult& result);
    void look_later(const Key& key);
    void look(const Key& key);
    void looked(const Key& key, const ServiceCall& call, const aws::CallResult& result);
    void end(const Key& key, Event answer);
    void stop(const Job& job);

    EventLoop& loop_;
    aws::Client& client_;
    AnswerSink answer_;
    IsOpen is_open_;
    ServiceCalls calls_;
    std::map<Key, Job> jobs_;
};

} // namespace gradus
