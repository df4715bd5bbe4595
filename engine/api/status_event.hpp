#pragma once
// What EventBridge is told of an execution whose status changes.

#include "gradus/engine.hpp"

#include <string>

namespace gradus::api {

/// Why an execution can't be redriven at this time; empty: it can. AWS, "Restarting state machine
/// executions with redrive"; two of the texts are recorded.
std::string redrive_obstacle(const ExecutionSummary& execution, Timestamp now);

/// "Step Functions Execution Status Change" as recorded: unset members are null, dates are
/// milliseconds since 1970, and payloads that would make it too large are left out. `id` is the
/// event's.
Value status_event(const ExecutionSummary& execution, const std::string& account_id,
                   const std::string& id, Timestamp now);

} // namespace gradus::api
