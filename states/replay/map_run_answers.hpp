#pragma once
// What a distributed Map heard: pages of items, ends of children, written results. A history
// doesn't show it; a recording of gradus has it among its inputs.

#include "states/execution_state.hpp"
#include "states/replay/script.hpp"

#include <optional>

namespace gradus {

/// The next thing that a Map Run hears; nothing: the recording has no more. `reads` counts the
/// pages that it got. Where nothing is known, children succeed without output, or the run fails as
/// it was recorded.
std::optional<Event> map_run_answer(const RecordedMapRun& recorded, const MapRun& run,
                                    std::size_t& reads);

/// Adds what the inputs of a recording tell about Map Runs to the script of its history. The
/// recording's own program gives the places; nothing is added from where it leads elsewhere.
void add_map_run_answers(Script& script, const Program& program, const Recording& recording,
                         LaneTable& lanes);

} // namespace gradus
