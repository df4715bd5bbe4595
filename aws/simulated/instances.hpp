#pragma once
// The life of instances: launch, running, end. RunInstances, CreateFleet and Auto Scaling launch
// through here and differ in how they tell of failures. Inside of aws/simulated.

#include "aws/simulated/world.hpp"

namespace gradus::simulated {

/// What is to be launched. Empty fields are left to the service.
struct LaunchSpec {
    std::string type;
    std::string zone;
    std::string subnet_id;
    std::string image_id;
    std::string user_data; // base64
    std::string key_name;
    std::string profile_arn;
    std::vector<std::string> security_group_ids;
    Purchase purchase = Purchase::on_demand;
    std::string max_price;
    std::string launch_template_id;
    std::string client_token;
    std::string reservation_id;
    std::string group;
    Tags tags;
};

/// Adds what a launch template's data says to fields that are still empty.
void apply_template(LaunchSpec& spec, const Value& data);

/// Everything about the request that can be wrong whatever the market does: type, image, network.
/// Fills in zone, subnet and image.
Result<void, aws::ServiceError> check_spec(World& world, Region& region, LaunchSpec& spec);

/// Whether `count` more could run now: offer, quota, price, capacity. The error is RunInstances'.
Result<void, aws::ServiceError> check_supply(World& world, Region& region, const LaunchSpec& spec,
                                             std::int64_t count);

/// The same error as fleets and groups tell of it.
aws::ServiceError fleet_error(const aws::ServiceError& error, Purchase purchase);

/// Launches one; the caller has checked. The reference is valid until the next launch.
Instance& launch(World& world, Region& region, const LaunchSpec& spec);

/// Why an instance ends, in the words of DescribeInstances' StateReason.
struct EndReason {
    std::string_view code;
    std::string_view message;
};
inline constexpr EndReason ended_by_user{"Client.UserInitiatedShutdown",
                                         "Client.UserInitiatedShutdown: User initiated shutdown"};
inline constexpr EndReason ended_by_market{
    "Server.SpotInstanceTermination", "Server.SpotInstanceTermination: Spot instance termination"};

/// Ends an instance that is pending or running; others are left alone.
void end_instance(World& world, Region& region, std::uint64_t number, EndReason reason);

std::string_view to_string(InstanceState state);
bool is_alive(const Instance& instance); // pending or running

/// vCPUs of one kind of purchase in use that count against a quota.
std::int64_t vcpus_in_use(const World& world, const Region& region, Purchase purchase,
                          std::string_view quota_code);

} // namespace gradus::simulated
