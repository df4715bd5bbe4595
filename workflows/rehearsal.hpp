#pragma once
// The whole system on virtual time: simulated AWS, engine and service on one loop, with a record of
// every attempt and every hour of use. The demo, the runs on recorded markets and the tests of
// faults are all rehearsals; what they run is what runs against a real account.

#include "engine/sim/simulated_world.hpp"
#include "gradus/virtual_loop.hpp"
#include "workflows/capacity/scorecard.hpp"
#include "workflows/service.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gradus::workflows {

struct RehearsalOptions {
    simulated::WorldOptions world;
    Settings settings;
    Timestamp start{std::chrono::milliseconds(1'767'225'600'000)}; // 2026-01-01T00:00:00Z
    // Told of every note of the handlers, besides the records.
    Notes notes;
    bool keeps_ended_histories = true;
};

class Rehearsal {
public:
    explicit Rehearsal(RehearsalOptions options);
    ~Rehearsal();
    Rehearsal(const Rehearsal&) = delete;
    Rehearsal& operator=(const Rehearsal&) = delete;

    VirtualLoop& loop() { return loop_; }
    simulated::SimulatedAws& aws() { return world_->aws(); }
    SimulatedWorld& world() { return *world_; }
    aws::Client& client() { return world_->client(); }
    Engine& engine() { return *engine_; }
    Service& service() { return *service_; }
    const Settings& settings() const { return service_->settings(); }
    Timestamp now() const { return timestamp_of(loop_.now_epoch_milliseconds()); }

    /// Runs until the work is done.
    Outcome await(Task<Outcome> work);
    /// Lets time pass.
    void run_for(std::chrono::milliseconds span);
    /// True when it came true within the limit.
    bool run_until(const std::function<bool()>& is_true, std::chrono::milliseconds limit);

    /// Disables with teardown and waits until every region is empty, two hours at most.
    Outcome tear_down();

    /// An event on a region's bus, as an AWS service or another program puts it there.
    void publish(const std::string& region, std::string_view source, std::string_view detail_type,
                 Value detail);

    /// Parameter of the hub, by its name without the prefix; empty when there is none.
    std::string parameter(const std::string& name);
    /// Executions of a workflow ("launch-instance") in all regions, newest first.
    std::vector<ExecutionSummary> executions(const std::string& machine,
                                             std::optional<ExecutionStatus> status = {});

    /// Instances that have not ended.
    std::vector<simulated::LedgerEntry> alive() const;
    std::vector<capacity::InstanceRecord> instances() const;
    const std::vector<capacity::AttemptRecord>& attempts() const { return attempts_; }
    capacity::Scorecard scorecard(capacity::Demand demand) const;
    /// API calls that the system made, all services.
    std::int64_t calls() const;

private:
    void record(const Note& note);
    void record(const ExecutionSummary& execution);

    VirtualLoop loop_;
    std::unique_ptr<SimulatedWorld> world_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Service> service_;
    Notes listener_;
    std::vector<capacity::AttemptRecord> attempts_;
    std::map<std::string, Timestamp> useful_from_; // by instance
};

} // namespace gradus::workflows
