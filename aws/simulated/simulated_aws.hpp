#pragma once
// A small AWS as a function from HTTP request to HTTP response over virtual time: EC2 with a spot
// market, Auto Scaling, ECS, Parameter Store, EventBridge, S3, Service Quotas, STS and CloudWatch,
// in several regions, signatures checked. Pure: the caller brings the time and carries the bytes,
// so the same object serves tests, weeks of market in seconds, and a loopback port for any client.
// One thread at a time.

#include "aws/simulated/ledger.hpp"
#include "aws/simulated/options.hpp"

#include "aws/http/message.hpp"
#include "aws/protocol/service_error.hpp"

#include "gradus/result.hpp"
#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::simulated {

/// An event that matched a rule with a target outside of this world, a state machine mostly.
struct Delivery {
    std::string target_arn; // "arn:aws:states:us-west-2:123456789012:stateMachine:LaunchInstance"
    std::string region;     // of the rule
    std::string role_arn;   // may be empty
    Value input;            // what the target gets, transformed if the rule says so
    std::string event_id;
    std::string rule_arn;
    Timestamp at{};
};

/// Implements the operations of Step Functions for a region.
using StatesBackend = std::function<Result<Value, aws::ServiceError>(
    const std::string& region, const std::string& operation, const Value& input)>;

/// A failure that somebody asked for: the next `count` matching calls are answered with `error`.
struct InjectedFailure {
    std::string service;   // "ssm"; empty: any
    std::string operation; // "PutParameter"; empty: any
    std::string region;    // empty: any
    aws::ServiceError error;
    std::int64_t count = 1;
};

/// Things in the world that go wrong from now on.
struct Faults {
    std::vector<std::string> images_not_pullable;    // container images; tasks with them stop
    std::vector<std::string> regions_without_agents; // new instances never register there
    double agent_failure_chance = 0;                 // of each new instance, in any region
};

struct World;

class SimulatedAws {
public:
    /// `start` is the time of the world's first moment; nothing happens before it.
    SimulatedAws(WorldOptions options, Timestamp start);
    ~SimulatedAws();
    SimulatedAws(const SimulatedAws&) = delete;
    SimulatedAws& operator=(const SimulatedAws&) = delete;

    /// Lets the world happen up to `now`, then answers. `now` must not go back; a time before the
    /// last one counts as the last one. Any bytes give an answer.
    aws::HttpResponse handle(const aws::HttpRequest& request, Timestamp now);

    /// Lets the world happen up to `now`: instances start and end, groups act, tasks run, events
    /// travel.
    void advance(Timestamp now);
    /// When something will happen by itself; nothing when the world is at rest.
    std::optional<Timestamp> next_change() const;
    Timestamp now() const;

    /// Deliveries since the last call, in order of time.
    std::vector<Delivery> take_deliveries();

    /// Answers the calls of service `states` from now on. Without one they are answered as if
    /// nothing existed.
    void set_states_backend(StatesBackend backend);

    /// Publishes an event on a region's default bus, as an AWS service does.
    void publish(const std::string& region, std::string_view source, std::string_view detail_type,
                 Value detail, std::vector<std::string> resources = {});

    const Ledger& ledger() const;
    /// Calls answered so far by "service:Operation", errors included.
    const std::map<std::string, std::int64_t>& call_counts() const;

    Faults& faults();
    void inject(InjectedFailure failure);
    /// Interrupts a spot instance now, or after the notice. False when there is no such instance.
    bool interrupt(std::string_view instance_id);
    /// To be called after changing a market that the world uses (ScriptedMarket::add).
    void market_changed();

private:
    std::unique_ptr<World> world_;
};

} // namespace gradus::simulated
