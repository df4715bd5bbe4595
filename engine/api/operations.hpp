#pragma once
// The Step Functions API by name. API reference; its 37 operations are listed in docs/serve.md.

#include "engine/api/call.hpp"

namespace gradus::api {

/// Whether the answer to an operation is a promise, which may be given only once the engine's
/// store has everything that the operation did. (Two that start executions see to that themselves.)
enum class Effect : std::uint8_t { reads, changes };
/// `reads` of one that doesn't exist.
Effect effect_of(std::string_view operation);

/// Checks the request and runs the operation. `done` is called once: at once, but for
/// GetActivityTask, StartExecution and StartSyncExecution, which wait.
void call_operation(const Call& call, Completion done);

} // namespace gradus::api
