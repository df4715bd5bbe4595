#pragma once
// Inputs as JSON that a person can read, and back: what a journal keeps on disk and what recordings
// hold. Every alternative of Event has its form; docs/recording.md shows each.
//
//   {"at": "2026-01-02T03:04:05.678Z", "event": "TaskSucceeded", "command": 3, "output": {"ok":
//   true}}

#include "gradus/event.hpp"

namespace gradus {

/// Whether an execution's token secret is written with its start. Whoever has it can answer the
/// execution's tasks, so it leaves the machine in no recording.
enum class TokenSecrets : std::uint8_t { leave_out, write };

/// Texts that aren't UTF-8 (of a program's output, in a cause) are made so.
Value input_json(const Input& input, TokenSecrets secrets = TokenSecrets::leave_out);

/// Reads what input_json made, and nothing else: unknown members are errors. `pointer` is where
/// the value stands in its text, for messages. A secret that was left out reads as empty.
Result<Input> read_input_json(const Value& value, const std::string& pointer = "");

/// Alone, for stores that keep it beside an execution.
Value identity_json(const ExecutionIdentity& identity);
Result<ExecutionIdentity> read_identity_json(const Value& value, const std::string& pointer = "");

} // namespace gradus
