#pragma once
// What the simulated EC2 of one region keeps. Inside of aws/simulated.

#include "aws/simulated/call.hpp"

#include <cstdint>
#include <map>
#include <set>

namespace gradus::simulated {

struct Zone {
    std::string name;      // "us-west-2a"
    std::string id;        // "usw2-az1"
    std::string subnet_id; // the default subnet's; made from the name, thus always the same
};

enum class InstanceState { pending, running, shutting_down, terminated };

struct Instance {
    std::string id;
    std::uint64_t number = 0; // order of launch
    Pool pool;
    Purchase purchase = Purchase::on_demand;
    std::string image_id;
    std::string architecture;
    std::string subnet_id;
    std::vector<std::string> security_group_ids;
    std::string user_data; // decoded
    std::string key_name;
    std::string profile_arn;
    std::string client_token;
    std::string reservation_id;
    std::string launch_template_id;
    std::string private_ip;
    std::string public_ip;
    std::string spot_request_id; // empty for on-demand
    std::string max_price;
    std::string group; // Auto Scaling group; empty: none
    Tags tags;
    InstanceState state = InstanceState::pending;
    std::string state_reason_code;
    std::string state_reason_message;
    Timestamp launched{};
    std::optional<Timestamp> running_at;
    std::optional<Timestamp> ended_at;        // when it stopped counting and billing
    std::optional<Timestamp> interruption_at; // warned of; ends then
    bool is_rebalance_signalled = false;
    std::size_t ledger_index = 0;
};

struct LaunchTemplate {
    std::string id;
    std::string name;
    std::vector<Value> versions; // LaunchTemplateData; version n is element n - 1
    std::int64_t default_version = 1;
    Timestamp created{};
    Tags tags;
};

struct Image {
    std::string id;
    std::string name;
    std::string architecture;
};

/// What a client token was used for.
struct TokenUse {
    std::string params;                   // as JSON text
    Value answer;                         // CreateFleet
    std::vector<std::uint64_t> instances; // RunInstances
};

struct Ec2State {
    std::vector<Zone> zones;
    std::string vpc_id;
    std::string security_group_id;
    std::vector<Image> images;
    std::map<std::string, LaunchTemplate> launch_templates; // by id
    std::map<std::uint64_t, Instance> instances;            // by number
    std::map<std::string, std::uint64_t, std::less<>> instance_numbers;
    std::map<std::string, TokenUse> client_tokens; // "RunInstances:token"
    std::map<std::string, Tags> other_tags;        // of resources that keep none themselves
    std::set<Pool> watched_pools;                  // whose market changes are on the agenda
};

} // namespace gradus::simulated
