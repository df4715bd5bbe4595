#pragma once
// A history as somebody else wrote it down: AWS (the answer of GetExecutionHistory, records of an
// express workflow's log), or gradus in a recording. What replay compares its own events with.

#include "gradus/history.hpp"
#include "gradus/recording.hpp"
#include "gradus/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

struct RecordedEvent {
    std::uint64_t id = 0;
    std::uint64_t previous_event_id = 0;
    std::optional<Timestamp> at; // absent where it wasn't written down
    HistoryEventType type = HistoryEventType::execution_started;
    Value details = Value::object(); // payloads as values; members that the API has
    // Input, output or parameters were left out (histories without execution data) or cut off.
    bool lacks_data = false;

    friend bool operator==(const RecordedEvent&, const RecordedEvent&) = default;
};

struct RecordedHistory {
    std::vector<RecordedEvent> events; // the n-th has the id n
    std::string execution_arn;         // empty: not known
    std::string state_machine_version_arn;
    std::string state_machine_alias_arn;

    friend bool operator==(const RecordedHistory&, const RecordedHistory&) = default;
};

/// Events of gradus itself in the same form.
RecordedEvent recorded_event(const HistoryEvent& event);
RecordedHistory recorded_history(const Recording& recording);

/// A text, and the name that messages call it by.
struct NamedText {
    std::string name;
    std::string text;
};

/// Reads the history of one execution from one or several texts: pages of GetExecutionHistory in
/// any order and direction, as the AWS CLI and the SDKs print them, or log records of CloudWatch
/// Logs (one a line, in an array, or as messages of filter-log-events). Of log records of several
/// executions, those of `execution_arn` are taken. Errors say which text, where, and what is
/// missing: all events must be there.
Result<RecordedHistory> read_foreign_history(const std::vector<NamedText>& texts,
                                             const std::string& execution_arn = "");

} // namespace gradus
