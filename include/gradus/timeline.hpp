#pragma once
// A run that replay made, to be looked at event by event, forwards and backwards. Each look folds
// the run anew up to there: a history of 25,000 events takes some tens of milliseconds. For one
// thread.

#include "gradus/event.hpp"
#include "gradus/history.hpp"
#include "gradus/program.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// Something that an execution waits for.
struct WaitingFor {
    std::string state;
    std::string branch;
    std::string what;             // "the task's answer", "a timer"…
    std::optional<Timestamp> due; // of timers
};

/// How things stand right after one event.
struct TimelineView {
    HistoryEvent event;
    std::string state;  // at work; empty: none yet
    std::string branch; // "Each, iteration 3"; empty: the execution itself
    ExecutionStatus status = ExecutionStatus::running;
    Value input;     // of the state, as it came in
    Value variables; // of the branch
    Value context;   // the context object, `$$` or $states.context; null before the first state
    std::vector<WaitingFor> waiting;
};

class Timeline {
public:
    class Impl;
    explicit Timeline(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

    const std::vector<HistoryEvent>& history() const;
    /// After the event at this index of the history, which must exist.
    TimelineView at(std::size_t index) const;

private:
    std::shared_ptr<const Impl> impl_;
};

} // namespace gradus
