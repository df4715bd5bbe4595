#pragma once
// An event bus in this process: EventBridge's rules, patterns and targets for programs that run
// workflows without it. And a client that gives PutEvents of certain sources to such a bus and
// passes everything else on. Nothing is kept: an event that nobody is there for is gone, as on the
// real one.

#include "aws/events/pattern.hpp"
#include "gradus/aws/client.hpp"
#include "gradus/event_loop.hpp"
#include "gradus/result.hpp"
#include "states/base/base.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gradus {

/// Buses that one event may pass through, so that rules that feed each other come to rest.
inline constexpr int event_hops_max = 5;

class EventBus {
public:
    struct Rule {
        std::string region;
        std::string name;
        aws::EventPattern pattern;
        std::string target_arn; // a state machine, or the bus of a region
        std::string input_path; // "$.detail"; empty: the whole event
    };
    /// Starts an execution: ARN of the state machine, name, input.
    using Start = std::function<void(const std::string& arn, const std::string& name, Value input)>;

    EventBus(EventLoop& loop, std::string account_id, std::uint64_t seed, Start start)
        : loop_(loop),
          account_id_(std::move(account_id)),
          random_{.seed = seed},
          start_(std::move(start)) {}

    void add_rule(Rule rule) { rules_.push_back(std::move(rule)); }
    /// Puts an event on the default bus of a region; targets start with the loop's next turn.
    /// Returns the event's id.
    std::string publish(const std::string& region, const std::string& source,
                        const std::string& detail_type, Value detail);

private:
    void offer(const std::string& region, const Value& event, int hops);

    EventLoop& loop_;
    std::string account_id_;
    Random random_;
    Start start_;
    std::vector<Rule> rules_;
};

/// PutEvents whose entries all have the bus's source go there; every other call to the other
/// client.
class LocalEventsClient final : public aws::Client {
public:
    /// Borrows all.
    LocalEventsClient(EventLoop& loop, aws::Client& others, EventBus& bus, std::string source)
        : loop_(loop), others_(others), bus_(bus), source_(std::move(source)) {}

    aws::CallId call(aws::Call call, aws::CallCompletion done) override;
    void cancel(aws::CallId id) override;

private:
    // Ids of local calls are told apart by this bit; the highest one is LocalStatesClient's.
    static constexpr aws::CallId local_flag = aws::CallId{1} << 62U;
    bool is_local(const aws::Call& call) const;

    EventLoop& loop_;
    aws::Client& others_;
    EventBus& bus_;
    std::string source_;
};

} // namespace gradus
