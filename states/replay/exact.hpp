#pragma once
// The quick way through a recording: its own inputs, its own definition, event by event.

#include "gradus/replay.hpp"
#include "states/step.hpp"

#include <memory>
#include <optional>

namespace gradus {

/// The first place where a fold doesn't give what was recorded.
struct FirstDifference {
    std::size_t input = 0; // index
    std::size_t event = 0; // index in the input's history
    std::optional<HistoryEvent> expected;
    std::optional<HistoryEvent> actual;
};

/// Folds inputs one by one, as they are read, and compares each event: to the letter but for the
/// proof in task tokens.
class ExactFold {
public:
    /// Borrows the program. Compares up to the event with the id `until`; 0: all.
    explicit ExactFold(const Program& program, std::uint64_t until = 0)
        : program_(program), until_(until) {}

    /// Takes the next input. Nothing may be taken after a difference, or when it is done.
    std::optional<FirstDifference> take(const RecordedInput& entry);

    bool is_done() const { return is_done_; }        // the event `until` was reached
    std::uint64_t events() const { return events_; } // that are equal
    const ExecutionState& state() const { return state_; }

private:
    const Program& program_;
    std::uint64_t until_;
    ExecutionState state_;
    Effects effects_;
    std::size_t inputs_ = 0;
    std::uint64_t events_ = 0;
    bool is_done_ = false;
};

struct ExactResult {
    std::optional<FirstDifference> difference;
    std::uint64_t events = 0; // that are equal
    Outcome outcome;
};

/// All inputs of a recording through an ExactFold.
ExactResult fold_exactly(const Program& program, const Recording& recording, std::uint64_t until);

/// The difference with everything that a reader wants to know, but place, source and explanation.
Divergence describe(const FirstDifference& difference, const Program& program,
                    const Recording& recording);

} // namespace gradus
