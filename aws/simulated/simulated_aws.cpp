#include "aws/simulated/simulated_aws.hpp"

#include "aws/simulated/dispatch.hpp"
#include "aws/simulated/event_delivery.hpp"
#include "aws/simulated/interruptions.hpp"
#include "aws/simulated/world.hpp"

namespace gradus::simulated {

SimulatedAws::SimulatedAws(WorldOptions options, Timestamp start)
    : world_(std::make_unique<World>()) {
    World& world = *world_;
    world.random.seed = options.seed;
    world.market = options.market;
    if (!world.market)
        world.market = std::make_shared<GeneratedMarket>(
            GeneratedMarket::Options{.seed = options.seed, .epoch = start});
    world.options = std::move(options);
    world.now = start;
    found_regions(world);
}

SimulatedAws::~SimulatedAws() = default;

aws::HttpResponse SimulatedAws::handle(const aws::HttpRequest& request, Timestamp now) {
    world_->advance(now);
    return dispatch(*world_, request);
}

void SimulatedAws::advance(Timestamp now) { world_->advance(now); }

std::optional<Timestamp> SimulatedAws::next_change() const {
    if (world_->agenda.empty()) return std::nullopt;
    return world_->agenda.begin()->first.first;
}

Timestamp SimulatedAws::now() const { return world_->now; }

std::vector<Delivery> SimulatedAws::take_deliveries() {
    return std::exchange(world_->deliveries, {});
}

void SimulatedAws::set_states_backend(StatesBackend backend) {
    world_->states_backend = std::move(backend);
}

void SimulatedAws::publish(const std::string& region, std::string_view source,
                           std::string_view detail_type, Value detail,
                           std::vector<std::string> resources) {
    if (Region* found = world_->find_region(region))
        emit_event(*world_, *found, source, detail_type, std::move(detail), resources);
}

const Ledger& SimulatedAws::ledger() const { return world_->ledger; }

const std::map<std::string, std::int64_t>& SimulatedAws::call_counts() const {
    return world_->call_counts;
}

Faults& SimulatedAws::faults() { return world_->faults; }

void SimulatedAws::inject(InjectedFailure failure) {
    world_->injected.push_back(std::move(failure));
}

bool SimulatedAws::interrupt(std::string_view instance_id) {
    for (auto& [name, region] : world_->regions)
        if (const Instance* instance = world_->find_instance(region, instance_id))
            return interrupt_instance(*world_, region, instance->number);
    return false;
}

void SimulatedAws::market_changed() {
    for (auto& [name, region] : world_->regions) {
        const std::set<Pool> pools = std::exchange(region.ec2.watched_pools, {});
        for (const Pool& pool : pools)
            watch_pool(*world_, region, pool);
    }
}

} // namespace gradus::simulated
