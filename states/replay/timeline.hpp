#pragma once
// The inside of a Timeline: the turns of a run.

#include "gradus/recording.hpp"
#include "gradus/timeline.hpp"
#include "states/replay/lanes.hpp"
#include "states/replay/turn.hpp"

#include <memory>
#include <vector>

namespace gradus {

class Timeline::Impl {
public:
    Impl(std::shared_ptr<const Program> program, std::vector<Turn> turns)
        : program_(std::move(program)), turns_(std::move(turns)) {}

    const std::vector<HistoryEvent>& history() const;
    TimelineView at(std::size_t index) const;

private:
    struct Place {
        std::string state;
        std::string branch;
        LaneId lane = LaneId::main;
        std::size_t turn = 0;
    };
    void prepare() const;
    std::vector<WaitingFor> waiting(const ExecutionState& state,
                                    const std::map<CommandId, Timestamp>& due) const;
    LaneId lane_of(const ExecutionState& state, const Branch& branch) const;
    Branch* branch_in(const ExecutionState& state, LaneId lane) const;
    Value variables_in(const ExecutionState& state, LaneId lane) const;
    Value input_at(std::size_t index) const;

    std::shared_ptr<const Program> program_;
    std::vector<Turn> turns_;
    // Made when somebody first looks.
    mutable bool is_prepared_ = false;
    mutable std::vector<HistoryEvent> history_;
    mutable std::vector<Place> places_; // of the events
    mutable LaneTable lanes_;
};

/// The turns that a recording's inputs amount to: one for each input and for each state that a
/// branch enters.
std::vector<Turn> turns_of(const Program& program, const Recording& recording);

} // namespace gradus
