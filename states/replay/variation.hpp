#pragma once
// Finds out what of a turn's results can't be known from a recording: it is what comes out
// otherwise when the draws, the clock, the names or the secret are others. So nothing has to be
// said about single functions, and what only looks like a random number is still compared.

#include "states/replay/turn.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gradus {

/// What a recording doesn't tell.
struct Unknowns {
    bool draws = true;
    bool clock = false;
    bool identity = false;
    bool tokens = true;
};

/// The same turn under other circumstances.
struct Variant {
    std::string why; // "drawn at random"
    ExecutionState after;
    std::vector<HistoryEvent> history;
};

/// Applies the turn to copies of `before`, each with something unknown changed.
std::vector<Variant> vary(const Program& program, const ExecutionState& before, const Turn& turn,
                          const Unknowns& unknowns);

/// Why the value at `pointer` differs between a result and its variants; empty: it doesn't.
/// `variants` are the same result of each variant, or null where it has none.
std::string why_it_varies(const Value& result, const std::vector<const Value*>& variants,
                          const std::vector<std::string>& reasons, const std::string& pointer);

} // namespace gradus
