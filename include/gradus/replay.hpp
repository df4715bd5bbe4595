#pragma once
// Runs a recorded execution again and compares: event for event, with the answers, times and draws
// of the recording. With another definition it says where and why the execution would now go
// another way. Pure: nothing is called, and nothing waits. docs/replay.md

#include "gradus/recorded_history.hpp"
#include "gradus/recording.hpp"
#include "gradus/timeline.hpp"
#include "gradus/value_diff.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gradus {

/// An answer instead of the recorded one.
struct AnswerOverride {
    std::string state;
    std::uint64_t attempt = 0;                     // counted from 1; 0: every one
    std::variant<Value, Failure> answer = Value(); // the output, or how the task fails
};

struct ReplayOptions {
    /// Goes on behind a difference as if it weren't there, to find those that don't come of it.
    bool finds_all = false;
    /// Differences before this event don't count: its state, variables and input are taken as they
    /// were recorded. 0: from the start.
    std::uint64_t from_event = 0;
    /// The last event to be compared; 0: all.
    std::uint64_t until_event = 0;
    std::vector<AnswerOverride> answers;
    /// Of an execution whose history has no data.
    std::optional<Value> input;
};

/// What kind of difference it is.
enum class DivergenceKind : std::uint8_t {
    other_event,   // another event than the recorded one: it goes another way
    other_details, // the same event with other details
    other_link,    // the same event after another one (previousEventId)
    missing_event, // the recording goes on, and this run doesn't
    surplus_event, // this run goes on, and the recording doesn't
};

/// Where it comes from, as far as that can be told.
enum class DivergenceSource : std::uint8_t {
    definition, // the definition makes something else of the same data
    answer,     // an answer that was given instead of the recorded one
    recording,  // the recording contradicts itself
    unknowable, // a draw, a time or a name that the recording doesn't tell
};

/// What had come in when something happened.
struct Trigger {
    std::string text;           // "the answer of Fetch, TaskSucceeded"
    std::uint64_t event_id = 0; // of the recording that shows it; 0: none does
    std::size_t input = 0;      // its number in a recording of gradus, from 1; 0: it isn't one
    bool is_given = false;      // an answer instead of the recorded one
};

struct Divergence {
    DivergenceKind kind = DivergenceKind::other_event;
    DivergenceSource source = DivergenceSource::definition;
    std::optional<RecordedEvent> expected;
    std::optional<RecordedEvent> actual;
    std::vector<ValueDifference> differences; // of the details, by pointers into them
    std::string branch;                       // "Each, iteration 3"; empty: the execution itself
    std::string state;                        // the state at work; empty: none
    std::string pointer;                      // of the field of the definition that made it
    TextPosition position;                    // where that stands in the definition's text
    Trigger trigger;
    std::string explanation; // a sentence or two
};

/// Something that replay took as it was recorded, because it can't be computed again.
struct TakenAsRecorded {
    std::uint64_t event_id = 0;
    std::string state;
    std::vector<std::string> pointers; // into the event's details
    std::string why;                   // "drawn at random", "the time of day"…
};

/// A task, or the children of a Map, that the recording has no answer for.
struct Unanswered {
    std::string state;
    std::string branch;
    std::string why;
};

/// How an execution stands.
struct Outcome {
    ExecutionStatus status = ExecutionStatus::running;
    Value output;
    Failure failure;
};

struct ReplayReport {
    std::vector<Divergence> divergences; // in the recording's order; none: equal
    std::vector<TakenAsRecorded> taken;
    std::vector<Unanswered> unanswered;
    std::uint64_t events = 0; // of the recording that were found again
    Outcome recorded;
    Outcome replayed;
    /// Of the run, where another definition or other answers made one; that of a recording's own
    /// run is made by make_timeline.
    std::optional<Timeline> timeline;

    bool is_equal() const { return divergences.empty(); }
};

/// Folds a recording's inputs through its own definition and compares every event, to the letter;
/// task tokens only by what they name. Stops at the first difference. An error when the recording's
/// definition doesn't compile.
Result<ReplayReport> replay(const Recording& recording, const ReplayOptions& options = {});

/// Runs a definition with what the recording says came from outside, and compares along the
/// branches.
Result<ReplayReport> replay(const Recording& recording, std::string_view definition,
                            const ReplayOptions& options = {});

/// The same for a history that AWS recorded. An error when the history doesn't say enough: an
/// answer whose data were left out, a start without input.
Result<ReplayReport> replay(const RecordedHistory& history, std::string_view definition,
                            const ReplayOptions& options = {});

/// The run of a recording by its own definition. An error when that doesn't compile.
Result<Timeline> make_timeline(const Recording& recording);

} // namespace gradus
