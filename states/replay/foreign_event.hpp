#pragma once
// One event of a foreign history: from the spellings that the AWS CLI, the SDKs and CloudWatch Logs
// use to a RecordedEvent.

#include "gradus/recorded_history.hpp"

namespace gradus {

struct ForeignEvent {
    RecordedEvent event;
    std::string execution_arn; // of log records
    std::string state_machine_version_arn;
    std::string state_machine_alias_arn;
};

/// What makes a history unusable, and where.
inline Error unusable(const std::string& place, const std::string& message) {
    return {ErrorCode::syntax, place + ": " + message};
}

/// `place` names the text and where in it the event stands, for messages.
Result<ForeignEvent> read_foreign_event(const Value& value, const std::string& place);

} // namespace gradus
