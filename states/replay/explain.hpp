#pragma once
// Says of a difference which field of the definition made it, whether the recording contradicts
// itself, and what happened in a sentence.

#include "gradus/replay.hpp"
#include "states/replay/definition_map.hpp"

#include <string_view>

namespace gradus {

struct ExplanationSources {
    const DefinitionMap* definition = nullptr;
    std::string_view text; // of the definition
    const RecordedHistory* history = nullptr;
    bool knows_draws = false; // the run drew what the recorded one drew
};

/// Where another recorded event says something else about the data of this one: a sentence; else
/// empty.
std::string contradiction(const RecordedEvent& event, const RecordedHistory& history);

/// Fills in pointer, position, source and explanation; what it needs to know else must be there.
void explain(Divergence& divergence, const ExplanationSources& sources);

} // namespace gradus
