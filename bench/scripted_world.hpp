#pragma once
// Runs an execution to its end through `step` alone: tasks are answered at once, timers by setting
// the time forward. No engine, no store, no thread. The whole history is kept until the next run.

#include "states/step.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <utility>

namespace gradus::bench {

class ScriptedWorld {
public:
    explicit ScriptedWorld(const Program& program) : program_(program) {}

    /// One execution from start to end. What the last one left is thrown away first.
    void run(const Value& input);

    /// Of the last run.
    const ExecutionState& execution() const { return state_; }
    const Effects& effects() const { return effects_; }

private:
    void carry_out(const Command& command);
    void answer(const ScheduleTask& task);

    const Program& program_;
    ExecutionState state_;
    Effects effects_;
    std::deque<Event> answers_;
    std::map<std::pair<Timestamp, CommandId>, TimerFired> timers_; // by due time
    std::map<CommandId, Timestamp> due_;                           // of each timer
    std::uint64_t flaky_calls_ = 0;
};

} // namespace gradus::bench
