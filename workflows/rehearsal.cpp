#include "workflows/rehearsal.hpp"

#include "workflows/capacity/catalogue.hpp"
#include "workflows/capacity/members.hpp"

namespace gradus::workflows {

using capacity::text_of;

Rehearsal::Rehearsal(RehearsalOptions options)
    : loop_(epoch_milliseconds(options.start)), listener_(std::move(options.notes)) {
    EngineOptions engine_options;
    engine_options.seed = options.world.seed;
    engine_options.region = options.settings.hub_region;
    engine_options.keeps_ended_histories = options.keeps_ended_histories;
    engine_options.account_id = options.settings.account_id;
    world_ = std::make_unique<SimulatedWorld>(loop_, std::move(options.world));
    engine_ = std::make_unique<Engine>(loop_, &world_->client(), engine_options);
    world_->connect(*engine_);
    engine_->on_completed([this](const ExecutionSummary& execution) { record(execution); });
    auto service = Service::make(*engine_, world_->client(), std::move(options.settings),
                                 [this](const Note& note) { record(note); });
    service_ = std::move(service.value()); // our own definitions: a fault there is the programmer's
}

Rehearsal::~Rehearsal() = default;

Outcome Rehearsal::await(Task<Outcome> work) {
    work.start(std::noop_coroutine());
    loop_.run_until([&] { return work.is_done(); });
    return work.take();
}

void Rehearsal::run_for(std::chrono::milliseconds span) {
    loop_.run_to(loop_.now_epoch_milliseconds() + span.count());
}

bool Rehearsal::run_until(const std::function<bool()>& is_true, std::chrono::milliseconds limit) {
    bool is_over = false;
    const TimerId timer = loop_.schedule(limit, [&is_over] { is_over = true; });
    loop_.run_until([&] { return is_over || is_true(); });
    if (!is_over) loop_.cancel(timer);
    return is_true();
}

Outcome Rehearsal::tear_down() {
    const Outcome begun = await(service_->disable(Teardown::yes));
    if (!begun) return begun;
    run_until([this] { return executions("teardown", ExecutionStatus::running).empty(); },
              std::chrono::hours(2));
    return begun;
}

void Rehearsal::publish(const std::string& region, std::string_view source,
                        std::string_view detail_type, Value detail) {
    world_->aws().publish(region, source, detail_type, std::move(detail));
    parameter("status"); // any call: the loop learns of what is on its way
}

std::string Rehearsal::parameter(const std::string& name) {
    Value input = Value::object({{"Name", "/" + settings().prefix + "/" + name}});
    aws::Call request{"ssm", "GetParameter", std::move(input), settings().hub_region};
    const Outcome found = await(ask(client(), std::move(request), {"ParameterNotFound"}));
    return found ? text_of((*found)["Parameter"]["Value"]) : std::string();
}

std::vector<ExecutionSummary> Rehearsal::executions(const std::string& machine,
                                                    std::optional<ExecutionStatus> status) {
    std::vector<ExecutionSummary> out;
    std::vector<std::string> regions = settings().regions;
    if (machine == "orchestrator") regions = {settings().hub_region};
    for (const std::string& region : regions) {
        for (ExecutionSummary& one :
             engine_->list(service_->machine_arn(region, machine), status)) {
            out.push_back(std::move(one));
        }
    }
    return out;
}

void Rehearsal::record(const Note& note) {
    if (note.kind == "success sent") {
        const Value& instances = note.data["output"]["instances"];
        if (instances.is_array()) {
            for (const Value& instance : instances.as_array()) {
                useful_from_.emplace(text_of(instance["instanceId"]), note.at);
            }
        }
    }
    // What no worker answered: the event was lost, or the worker.
    if (note.kind == "failed" && text_of(note.data["error"]).starts_with("States.")) {
        attempts_.push_back({note.at, note.at, text_of(note.data["region"]), false,
                             text_of(note.data["error"]) + ": no answer"});
    }
    if (listener_) listener_(note);
}

void Rehearsal::record(const ExecutionSummary& execution) {
    if (execution.identity.state_machine_name != settings().prefix + "-launch-instance") return;
    const bool succeeded = execution.status == ExecutionStatus::succeeded;
    // One that found its request obsolete attempted nothing.
    if (succeeded && text_of(execution.output["outcome"]) != "launched") return;
    attempts_.push_back({execution.started_at, execution.stopped_at, execution.identity.region,
                         succeeded,
                         succeeded ? ""
                                   : execution.failure.error.value_or("Stopped") + ": " +
                                         execution.failure.cause.value_or("")});
}

std::vector<simulated::LedgerEntry> Rehearsal::alive() const {
    std::vector<simulated::LedgerEntry> out;
    for (const simulated::LedgerEntry& entry : world_->aws().ledger().entries()) {
        if (!entry.terminated) out.push_back(entry);
    }
    return out;
}

std::vector<capacity::InstanceRecord> Rehearsal::instances() const {
    std::vector<capacity::InstanceRecord> out;
    for (const simulated::LedgerEntry& entry : world_->aws().ledger().entries()) {
        const auto market = entry.purchase == simulated::Purchase::spot
                                ? capacity::Market::spot
                                : capacity::Market::on_demand;
        capacity::InstanceRecord record{.id = entry.instance_id,
                                        .pool = {market, entry.zone, entry.type},
                                        .launched = entry.launched,
                                        .ended = entry.terminated,
                                        .end_reason = entry.end_reason,
                                        .usd_per_hour = entry.usd_per_hour,
                                        .on_demand_usd_per_hour = entry.on_demand_usd_per_hour};
        const auto useful = useful_from_.find(entry.instance_id);
        if (useful != useful_from_.end()) record.useful_from = useful->second;
        out.push_back(std::move(record));
    }
    return out;
}

capacity::Scorecard Rehearsal::scorecard(capacity::Demand demand) const {
    const capacity::GpuType* type = capacity::find_gpu_type(settings().types.front());
    return capacity::score(instances(), attempts_, demand,
                           type != nullptr ? type->on_demand_usd : 0);
}

std::int64_t Rehearsal::calls() const {
    std::int64_t total = 0;
    for (const auto& [operation, count] : world_->aws().call_counts())
        total += count;
    return total;
}

} // namespace gradus::workflows
