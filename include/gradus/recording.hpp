#pragma once
// An execution as it was: its definition, the inputs that came in, and the history that followed
// from each. Text of one JSON object a line, for people and for every later version of gradus
// (docs/recording.md). Plain values; reading and writing files is the caller's business.

#include "gradus/event.hpp"
#include "gradus/history.hpp"
#include "gradus/program.hpp"
#include "gradus/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// The format that recording_text writes. Reading takes this one and all before it.
inline constexpr std::uint64_t recording_version = 1;

/// One input, and the history events that followed from it.
struct RecordedInput {
    Input input;
    std::vector<HistoryEvent> history;

    friend bool operator==(const RecordedInput&, const RecordedInput&) = default;
};

struct Recording {
    std::string engine_version;                        // of the gradus that ran it
    std::string definition;                            // its text, as it was written
    std::vector<RecordedInput> inputs;                 // the first is ExecutionStarted
    ExecutionStatus status = ExecutionStatus::running; // when it was recorded

    friend bool operator==(const Recording&, const Recording&) = default;
};

/// The start that a recording has as its first input. The recording must be one that was read or
/// made by make_recording.
const ExecutionStarted& start_of(const Recording& recording);

/// Puts a recording together from what a store keeps: the inputs in their order and the history in
/// its. Which events belong to which input is found by running the program; an error when the first
/// input isn't ExecutionStarted.
Result<Recording> make_recording(const Program& program, std::string definition,
                                 std::vector<Input> inputs, std::vector<HistoryEvent> history);

/// The recording as text; the token secret isn't part of it.
std::string recording_text(const Recording& recording);

/// Whether a text begins as recordings do. Other formats that replay takes are foreign histories.
bool is_recording(std::string_view text);
/// Reads what recording_text wrote, of this format or an earlier one. Errors name the line and the
/// place in it: "line 3: expected a text at /input/event, found 7". A text that was cut off is one.
Result<Recording> read_recording(std::string_view text);

} // namespace gradus
