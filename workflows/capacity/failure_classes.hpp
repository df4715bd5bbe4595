#pragma once
// What a failed launch means and what to do about it, whoever carried the news: API errors, Auto
// Scaling activities (which never raise), CreateFleet's errorSet and ECS failures (which answer
// 200), SDK causes of Step Functions, command lines, Terraform and CloudFormation.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::capacity {

enum class FailureClass : std::uint8_t {
    capacity,     // there is none in this pool now
    price,        // our maximum price is too low for it
    not_offered,  // the type isn't sold in this place
    quota,        // the account's limit
    image,        // AMI or container image
    network,      // subnet, security group, placement group
    parameter,    // anything else that we asked for wrongly
    auth,         // not allowed, or not who we say
    throttle,     // too many calls
    server,       // AWS failed; also lost connections and time-outs
    later,        // consistency: the thing isn't there yet, or busy
    interruption, // the market took the instance back
    none,         // no error (a dry run)
    unknown,
};

enum class FailureAction : std::uint8_t {
    next_pool, // leave this pool for a while, at once
    replace,   // an instance is lost: find another
    stop,      // a person must change something
    back_off,  // the same call again, later and later
    retry,     // the same call again soon
    proceed,   // nothing to do
};

std::string_view to_string(FailureClass kind);
std::string_view to_string(FailureAction action);

struct Classified {
    FailureClass kind = FailureClass::unknown;
    FailureAction action = FailureAction::retry;
    std::string code;                   // as AWS names it; empty: recognised by its words
    std::chrono::seconds exclusion{};   // of the pool, the first time; 0: none
    std::vector<std::string> try_zones; // where AWS says that there is capacity

    friend bool operator==(const Classified&, const Classified&) = default;
};

/// An error with its code. The words decide where a code has several meanings.
Classified classify(std::string_view code, std::string_view message);

/// Any text that carries an error: the first cause in it counts, the rest is cascade.
Classified classify_text(std::string_view text);

/// `reason` of an entry in the `failures` of ECS: "RESOURCE:GPU", "AGENT"…
Classified classify_ecs_failure(std::string_view reason);
/// Why a task stopped: `stopCode`, `stoppedReason`.
Classified classify_stopped_task(std::string_view stop_code, std::string_view reason);

/// What a region answered, or that it didn't: names made by failure_name, States.Timeout, others.
/// Here everything leads to the next pool; how long this one rests depends on why.
Classified classify_answer(std::string_view error, std::string_view cause);

/// The name under which a worker tells the hub: "Capacity.Insufficient", "Capacity.Quota"…
std::string failure_name(FailureClass kind);

} // namespace gradus::capacity
