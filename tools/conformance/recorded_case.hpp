#pragma once
// The recorded execution of a case as replay takes it: the recorder's changes are undone as far as
// the case itself says how.

#include "gradus/recorded_history.hpp"

#include <string>

namespace gradus::conformance {

struct RecordedCase {
    RecordedHistory history;
    std::string definition;
};

/// "16-08-2024, 15:53:06": waits are compared with the time of the recording.
Timestamp recorded_at(const Value& the_case);

/// An error says why the case can't be replayed.
Result<RecordedCase> recorded_case(const Value& the_case);

} // namespace gradus::conformance
