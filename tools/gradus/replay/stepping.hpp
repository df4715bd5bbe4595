#pragma once
// gradus replay --step: a run, looked at event by event, forwards and backwards.

#include "gradus/timeline.hpp"

#include <iosfwd>
#include <string>

namespace gradus::cli {

/// How things stand after an event: the event, the state, its input, variables, what is waited for.
std::string view_text(const TimelineView& view);

/// Reads commands, a line each, until `quit` or the end of the input. Unknown ones are answered
/// with what there is. A prompt is written where somebody sits before the terminal.
void step_through(const Timeline& timeline, std::istream& in, std::ostream& out, bool has_prompt);

} // namespace gradus::cli
