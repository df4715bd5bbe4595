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

struct ExactResult {
    std::optional<FirstDifference> difference;
    std::uint64_t events = 0; // that are equal
    Outcome outcome;
};

/// Folds the inputs and compares, to the letter but for the proof in task tokens, up to the event
/// with the id `until`; 0: all.
ExactResult fold_exactly(const Program& program, const Recording& recording, std::uint64_t until);

/// The difference with everything that a reader wants to know, but place, source and explanation.
Divergence describe(const FirstDifference& difference, const Program& program,
                    const Recording& recording);

} // namespace gradus
