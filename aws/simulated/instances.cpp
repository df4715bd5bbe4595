#include "aws/simulated/instances.hpp"

#include "aws/simulated/auto_scaling.hpp"
#include "aws/simulated/ecs_agent.hpp"
#include "aws/simulated/event_delivery.hpp"
#include "aws/simulated/interruptions.hpp"
#include "aws/simulated/quotas.hpp"

#include <algorithm>
#include <cmath>

namespace gradus::simulated {

namespace {

using aws::ServiceError;
using std::chrono::hours;

// How long DescribeInstances still shows what was terminated (AWS: "for approximately an hour").
constexpr hours terminated_visible{1};

std::string join(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts)
        out += (out.empty() ? "" : ", ") + part;
    return out;
}

void emit_state(World& world, Region& region, const Instance& instance) {
    emit_event(world, region, "aws.ec2", "EC2 Instance State-change Notification",
               Value::object({{"instance-id", Value(instance.id)},
                              {"state", Value(to_string(instance.state))}}),
               {world.arn("ec2", region, "instance/" + instance.id)});
}

void start_running(World& world, Region& region, std::uint64_t number) {
    const auto found = region.ec2.instances.find(number);
    if (found == region.ec2.instances.end()) return;
    Instance& instance = found->second;
    if (instance.state != InstanceState::pending) return;
    instance.state = InstanceState::running;
    instance.running_at = world.now;
    world.ledger.entries()[instance.ledger_index].running = world.now;
    emit_state(world, region, instance);
    agent_instance_running(world, region, instance);
    group_instance_running(world, region, instance);
}

std::string new_address(World& world, std::string_view network) {
    const std::uint64_t host = world.random.next_below(254 * 254);
    return std::string(network) + std::to_string(host / 254 + 1) + '.' +
           std::to_string(host % 254 + 1);
}

// Zones of the region where one more could be had now, other than `zone`.
std::vector<std::string> other_zones(const World& world, const Region& region,
                                     const LaunchSpec& spec) {
    std::vector<std::string> out;
    const InstanceType* type = world.find_type(spec.type);
    for (const Zone& zone : region.ec2.zones) {
        if (zone.name == spec.zone || type == nullptr || !is_offered(*type, zone.name)) continue;
        const Pool pool{region.name, zone.name, spec.type};
        const bool has_room = spec.purchase == Purchase::on_demand ||
                              world.market->capacity(pool, world.now) > spot_running(region, pool);
        if (has_room) out.push_back(zone.name);
    }
    return out;
}

// The recorded texts, see the classification of errors: capacity.
ServiceError no_capacity(const World& world, const Region& region, const LaunchSpec& spec) {
    const std::vector<std::string> others = other_zones(world, region, spec);
    if (spec.purchase == Purchase::spot && others.empty())
        return fault("InsufficientInstanceCapacity",
                     "There is no Spot capacity available that matches your request.", 500);
    std::string message = "We currently do not have sufficient " + spec.type +
                          " capacity in the Availability Zone you requested (" + spec.zone +
                          "). Our system will be working on provisioning additional capacity.";
    if (!others.empty())
        message += " You can currently get " + spec.type +
                   " capacity by not specifying an Availability Zone in your request or choosing " +
                   join(others) + ".";
    return fault("InsufficientInstanceCapacity", std::move(message), 500);
}

Result<void, ServiceError> check_quota(const World& world, const Region& region,
                                       const InstanceType& type, const LaunchSpec& spec,
                                       std::int64_t count) {
    const std::string_view code = quota_code(spec.type, spec.purchase);
    const auto limit = static_cast<std::int64_t>(quota_value(world, code));
    const std::int64_t used = vcpus_in_use(world, region, spec.purchase, code);
    if (used + count * type.vcpus <= limit) return {};
    if (spec.purchase == Purchase::spot)
        return fault("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded");
    return fault("VcpuLimitExceeded",
                 "You have requested more vCPU capacity than your current vCPU limit of " +
                     std::to_string(limit) +
                     " allows for the instance bucket that the specified instance type belongs "
                     "to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an "
                     "adjustment to this limit.");
}

// "0.918000", as EC2 writes prices into messages.
std::string price_text(double usd) {
    const auto micros = static_cast<std::int64_t>(std::llround(usd * 1'000'000));
    std::string fraction = std::to_string(micros % 1'000'000);
    return std::to_string(micros / 1'000'000) + '.' + std::string(6 - fraction.size(), '0') +
           fraction;
}

Result<void, ServiceError> check_spot_price(const World& world, const Region& region,
                                            const LaunchSpec& spec) {
    if (spec.max_price.empty()) return {};
    const Pool pool{region.name, spec.zone, spec.type};
    const double price =
        world.market->price(pool, world.now, on_demand_price(world, region, spec.type));
    if (real(Value(spec.max_price), 0) >= price) return {};
    return fault("SpotMaxPriceTooLow",
                 "Your Spot request price of " + spec.max_price +
                     " is lower than the minimum required Spot request fulfillment price of " +
                     price_text(price) + ".");
}

Result<void, ServiceError> check_capacity(World& world, const Region& region,
                                          const LaunchSpec& spec, std::int64_t count) {
    const Pool pool{region.name, spec.zone, spec.type};
    const std::int64_t capacity = world.market->capacity(pool, world.now);
    if (spec.purchase == Purchase::spot) {
        if (spot_running(region, pool) + count <= capacity) return {};
        return no_capacity(world, region, spec);
    }
    const bool is_scarce = world.options.on_demand == OnDemandSupply::tight && capacity == 0;
    if (is_scarce && world.random.next_unit() < 0.5) return no_capacity(world, region, spec);
    return {};
}

std::size_t enter_in_ledger(World& world, const Region& region, const Instance& instance) {
    LedgerEntry entry;
    entry.instance_id = instance.id;
    entry.region = region.name;
    entry.zone = instance.pool.zone;
    entry.type = instance.pool.type;
    entry.purchase = instance.purchase;
    entry.group = instance.group;
    const auto owner = instance.tags.find(world.options.owner_tag);
    if (owner != instance.tags.end()) entry.owner = owner->second;
    entry.launched = world.now;
    entry.on_demand_usd_per_hour = on_demand_price(world, region, instance.pool.type);
    entry.usd_per_hour =
        instance.purchase == Purchase::spot
            ? world.market->price(instance.pool, world.now, entry.on_demand_usd_per_hour)
            : entry.on_demand_usd_per_hour;
    world.ledger.entries().push_back(std::move(entry));
    return world.ledger.entries().size() - 1;
}

std::string decoded(const std::string& user_data) {
    return base64_decode(user_data).value_or(user_data);
}

} // namespace

std::string_view to_string(InstanceState state) {
    switch (state) {
    case InstanceState::pending: return "pending";
    case InstanceState::running: return "running";
    case InstanceState::shutting_down: return "shutting-down";
    case InstanceState::terminated: return "terminated";
    }
    GRADUS_UNREACHABLE();
}

bool is_alive(const Instance& instance) {
    return instance.state == InstanceState::pending || instance.state == InstanceState::running;
}

std::int64_t vcpus_in_use(const World& world, const Region& region, Purchase purchase,
                          std::string_view code) {
    std::int64_t total = 0;
    for (const auto& [number, instance] : region.ec2.instances) {
        const bool counts = is_alive(instance) && instance.purchase == purchase &&
                            quota_code(instance.pool.type, purchase) == code;
        const InstanceType* type = counts ? world.find_type(instance.pool.type) : nullptr;
        if (type != nullptr) total += type->vcpus;
    }
    return total;
}

ServiceError fleet_error(const ServiceError& error, Purchase purchase) {
    if (error.code == "Unsupported")
        return fault("UnfulfillableCapacity", "Unable to fulfill capacity due to your request "
                                              "configuration. Please adjust your request and try "
                                              "again.");
    if (error.code == "InsufficientInstanceCapacity" && purchase == Purchase::spot)
        return fault(error.code, "There is no Spot capacity available that matches your request.");
    return error;
}

void apply_template(LaunchSpec& spec, const Value& data) {
    const auto fill = [](std::string& field, const Value& value) {
        if (field.empty()) field = text(value);
    };
    fill(spec.type, data["InstanceType"]);
    fill(spec.image_id, data["ImageId"]);
    fill(spec.user_data, data["UserData"]);
    fill(spec.key_name, data["KeyName"]);
    fill(spec.profile_arn, data["IamInstanceProfile"]["Arn"]);
    fill(spec.profile_arn, data["IamInstanceProfile"]["Name"]);
    fill(spec.zone, data["Placement"]["AvailabilityZone"]);
    const Value& interfaces = data["NetworkInterfaces"];
    if (interfaces.is_array() && interfaces.size() > 0) {
        fill(spec.subnet_id, interfaces[0]["SubnetId"]);
        if (spec.security_group_ids.empty())
            spec.security_group_ids = texts(interfaces[0]["Groups"]);
    }
    if (spec.security_group_ids.empty()) spec.security_group_ids = texts(data["SecurityGroupIds"]);
    const Value& market = data["InstanceMarketOptions"];
    if (text(market["MarketType"]) == "spot") {
        spec.purchase = Purchase::spot;
        fill(spec.max_price, market["SpotOptions"]["MaxPrice"]);
    }
    // What the request says about a tag goes before the template.
    spec.tags.merge(specified_tags(data["TagSpecifications"], "instance"));
}

Result<void, ServiceError> check_spec(World& world, Region& region, LaunchSpec& spec) {
    const InstanceType* type = world.find_type(spec.type);
    if (type == nullptr)
        return fault("InvalidParameterValue",
                     "Invalid value '" + spec.type + "' for InstanceType.");
    if (!spec.subnet_id.empty()) {
        const Zone* zone = find_subnet(region, spec.subnet_id);
        if (zone == nullptr)
            return fault("InvalidSubnetID.NotFound",
                         "The subnet ID '" + spec.subnet_id + "' does not exist");
        if (!spec.zone.empty() && spec.zone != zone->name)
            return fault("InvalidParameterValue", "The subnet '" + spec.subnet_id +
                                                      "' is not in Availability Zone " + spec.zone);
        spec.zone = zone->name;
    }
    if (!spec.zone.empty() && find_zone(region, spec.zone) == nullptr)
        return fault("InvalidParameterValue", "Invalid availability zone: [" + spec.zone + "]");
    for (const std::string& group : spec.security_group_ids)
        if (group != region.ec2.security_group_id)
            return fault("InvalidGroup.NotFound", "The security group '" + group +
                                                      "' does not exist in VPC '" +
                                                      region.ec2.vpc_id + "'");
    if (spec.image_id.empty()) {
        for (const Image& image : region.ec2.images)
            if (spec.image_id.empty() && image.architecture == type->architecture)
                spec.image_id = image.id;
        return {};
    }
    for (const Image& image : region.ec2.images) {
        if (image.id != spec.image_id) continue;
        if (image.architecture == type->architecture) return {};
        return fault("InvalidParameterValue",
                     "The architecture '" + type->architecture +
                         "' of the specified instance type does not match the architecture '" +
                         image.architecture + "' of the specified AMI.");
    }
    return fault("InvalidAMIID.NotFound", "The image id '[" + spec.image_id + "]' does not exist");
}

Result<void, ServiceError> check_supply(World& world, Region& region, const LaunchSpec& spec,
                                        std::int64_t count) {
    const InstanceType* type = world.find_type(spec.type);
    GRADUS_ASSERT(type != nullptr);
    if (!is_offered(*type, spec.zone)) {
        const std::string others = join(type->only_zones);
        return fault("Unsupported",
                     "Your requested instance type (" + spec.type +
                         ") is not supported in your requested Availability Zone (" + spec.zone +
                         "). Please retry your request by not specifying an Availability Zone or "
                         "choosing " +
                         others + ".");
    }
    GRADUS_CHECK(check_quota(world, region, *type, spec, count));
    if (spec.purchase == Purchase::spot) GRADUS_CHECK(check_spot_price(world, region, spec));
    return check_capacity(world, region, spec, count);
}

Instance& launch(World& world, Region& region, const LaunchSpec& spec) {
    const Zone* zone = find_zone(region, spec.zone);
    const InstanceType* type = world.find_type(spec.type);
    GRADUS_ASSERT(zone != nullptr);
    GRADUS_ASSERT(type != nullptr);
    Instance instance;
    instance.number = ++world.instance_count;
    instance.id = world.new_id("i-");
    instance.pool = {region.name, zone->name, spec.type};
    instance.purchase = spec.purchase;
    instance.image_id = spec.image_id;
    instance.architecture = type->architecture;
    instance.subnet_id = zone->subnet_id;
    instance.security_group_ids = spec.security_group_ids;
    if (instance.security_group_ids.empty())
        instance.security_group_ids.push_back(region.ec2.security_group_id);
    instance.user_data = decoded(spec.user_data);
    instance.key_name = spec.key_name;
    instance.profile_arn = spec.profile_arn;
    instance.client_token = spec.client_token;
    instance.reservation_id =
        spec.reservation_id.empty() ? world.new_id("r-") : spec.reservation_id;
    instance.launch_template_id = spec.launch_template_id;
    instance.private_ip = new_address(world, "172.31.");
    instance.public_ip = new_address(world, "198.51.");
    if (spec.purchase == Purchase::spot) instance.spot_request_id = world.new_id("sir-", 8);
    instance.max_price = spec.max_price;
    instance.group = spec.group;
    instance.tags = spec.tags;
    instance.launched = world.now;
    instance.ledger_index = enter_in_ledger(world, region, instance);

    const std::uint64_t number = instance.number;
    region.ec2.instance_numbers.emplace(instance.id, number);
    Instance& kept = region.ec2.instances.emplace(number, std::move(instance)).first->second;
    emit_state(world, region, kept);
    world.after(world.options.delays.pending_to_running,
                [&region, number](World& later) { start_running(later, region, number); });
    if (kept.purchase == Purchase::spot) watch_pool(world, region, kept.pool);
    return kept;
}

void end_instance(World& world, Region& region, std::uint64_t number, EndReason reason) {
    const auto found = region.ec2.instances.find(number);
    if (found == region.ec2.instances.end() || !is_alive(found->second)) return;
    Instance& instance = found->second;
    instance.state = InstanceState::shutting_down;
    instance.ended_at = world.now;
    instance.state_reason_code = reason.code;
    instance.state_reason_message = reason.message;
    LedgerEntry& entry = world.ledger.entries()[instance.ledger_index];
    entry.terminated = world.now;
    entry.end_reason = reason.code;
    emit_state(world, region, instance);
    agent_instance_ended(world, region, instance);
    group_instance_ended(world, region, instance);
    world.after(world.options.delays.shutting_down, [&region, number](World& later) {
        const auto gone = region.ec2.instances.find(number);
        if (gone == region.ec2.instances.end()) return;
        gone->second.state = InstanceState::terminated;
        emit_state(later, region, gone->second);
        later.at(later.now + terminated_visible, [&region, number](World&) {
            const auto forgotten = region.ec2.instances.find(number);
            if (forgotten == region.ec2.instances.end()) return;
            region.ec2.instance_numbers.erase(forgotten->second.id);
            region.ec2.instances.erase(forgotten);
        });
    });
}

} // namespace gradus::simulated
