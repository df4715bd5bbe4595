#pragma once
// The demonstration: the whole system from enable to an empty account, on a scripted market that
// shows what it is for, or on a recorded one, which passes in seconds.

#include "aws/simulated/market.hpp"
#include "workflows/capacity/scorecard.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gradus::workflows {

struct DemoOptions {
    std::uint64_t seed = 1;
    std::optional<simulated::Trace> trace; // nothing: the scripted market
    std::int64_t instances = 1;
    double days_max = 0;                                            // of a trace; 0: all of it
    std::function<void(const std::string&)> print;                  // of story lines; null: none
    std::function<void(double days, double availability)> progress; // after each day of a trace
};

struct DemoResult {
    capacity::Scorecard card;
    std::vector<capacity::AttemptRecord> attempts;
    Timestamp start{};
    Timestamp end{};
    std::vector<std::string> still_running; // instances, after the teardown
    std::int64_t calls = 0;                 // of APIs
    std::int64_t executions = 0;
    std::string fault; // why it couldn't be played; empty: it was
};

DemoResult play(const DemoOptions& options);

} // namespace gradus::workflows
