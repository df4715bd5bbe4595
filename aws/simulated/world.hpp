#pragma once
// The whole condition of a simulated AWS and its agenda: what will happen by itself, ordered by
// time, then by the order in which it was decided. Services are functions over it. Inside of
// aws/simulated.

#include "aws/simulated/auto_scaling_state.hpp"
#include "aws/simulated/ec2_state.hpp"
#include "aws/simulated/ecs_state.hpp"
#include "aws/simulated/events_state.hpp"
#include "aws/simulated/s3_state.hpp"

#include "aws/model/models.hpp"

#include <functional>
#include <map>
#include <set>
#include <utility>

namespace gradus::simulated {

struct Parameter {
    std::string name;
    std::string type = "String";
    std::string value;
    std::string data_type = "text";
    std::string description;
    std::int64_t version = 1;
    Timestamp modified{};
};

struct MetricPoint {
    Timestamp at{};
    double sum = 0;
    double samples = 1;
    double minimum = 0;
    double maximum = 0;
};

struct CloudWatchState {
    std::map<std::string, std::vector<MetricPoint>> metrics; // by namespace, name and dimensions
    std::map<std::string, Value> alarms;                     // as described
};

struct Region {
    std::string name;
    double price_ratio = 1.0;
    Ec2State ec2;
    AutoScalingState auto_scaling;
    EcsState ecs;
    std::map<std::string, Parameter> parameters;
    EventsState events;
    CloudWatchState cloudwatch;
};

struct World {
    using Action = std::function<void(World&)>;

    WorldOptions options;
    std::shared_ptr<const Market> market;
    Random random;
    Timestamp now{};
    std::uint64_t decided = 0; // entries ever put on the agenda
    std::map<std::pair<Timestamp, std::uint64_t>, Action> agenda;
    std::map<std::string, Region, std::less<>> regions;
    Buckets buckets;
    std::uint64_t instance_count = 0;
    Ledger ledger;
    std::vector<Delivery> deliveries;
    std::map<std::string, std::int64_t> call_counts;
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> call_rates; // second, calls in it
    std::map<std::string, std::string> session_secrets; // of keys that AssumeRole gave out
    std::vector<InjectedFailure> injected;
    Faults faults;
    StatesBackend states_backend;
    aws::ModelCache models;

    /// Puts an action on the agenda; a time that is past means now.
    void at(Timestamp when, Action action);
    void after(DelayRange delay, Action action);
    std::chrono::milliseconds draw(DelayRange range);
    void advance(Timestamp until);

    /// "i-0123456789abcdef0": a prefix and hexadecimal digits.
    std::string new_id(std::string_view prefix, std::size_t digits = 17);
    std::string arn(std::string_view service, const Region& region, std::string_view rest) const;

    Region* find_region(std::string_view name);
    const InstanceType* find_type(std::string_view name) const;
    Instance* find_instance(Region& region, std::string_view id);
    /// The only instance and group look-ups that agenda entries may keep: by name, as things end.
    Group* find_group(Region& region, const std::string& name);
};

Zone* find_zone(Region& region, std::string_view name);
Zone* find_subnet(Region& region, std::string_view subnet_id);
/// Where a type is sold.
bool is_offered(const InstanceType& type, std::string_view zone);
double on_demand_price(const World& world, const Region& region, std::string_view type);

/// Makes the regions as they are on the first day: zones, default network, images, default buses.
void found_regions(World& world);

} // namespace gradus::simulated
