#pragma once
// Every limit that a workflow can meet, each with its source. Limits of one module only stand
// there.

#include <cstddef>
#include <cstdint>

namespace gradus::limits {

/// Deepest nesting of a JSON text or value that is accepted. Ours; recursion is safe below it.
inline constexpr std::size_t json_depth_max = 512;

/// Errors, and warnings, that compile reports of one definition. Ours: finding the place of each
/// takes time, and nobody reads more.
inline constexpr std::size_t diagnostics_max = 1'000;

/// Input, output and each state's data, as UTF-8 JSON text. AWS, "Service quotas".
inline constexpr std::size_t payload_bytes_max = 262'144;

/// A definition's text, in characters. AWS API reference, "CreateStateMachine".
inline constexpr std::size_t definition_characters_max = 1'048'576;

/// Events in the history of a standard execution. AWS, "Service quotas".
inline constexpr std::size_t history_events_max = 25'000;

/// Variables: one value, one Assign, and all of an execution. AWS, "Passing data with variables".
inline constexpr std::size_t variable_bytes_max = 262'144;
inline constexpr std::size_t assign_bytes_max = 262'144;
inline constexpr std::size_t variables_bytes_max = 10'485'760;

/// Names of states, variables and executions, in characters. AWS, API reference.
inline constexpr std::size_t name_characters_max = 80;

/// A standard execution, from its beginning to its end: a year. AWS, "Service quotas".
inline constexpr std::int64_t standard_seconds_max = 365LL * 24 * 60 * 60;

/// An express execution, from its beginning to its end. AWS, "Service quotas".
inline constexpr std::int64_t express_seconds_max = 300;

/// Largest TimeoutSeconds, HeartbeatSeconds and Wait Seconds. States language, "Task State".
inline constexpr std::int64_t timeout_seconds_max = 99'999'999;

/// Longest wait, in seconds from now (recorded: 24,856 days are refused, 24,855 are not).
inline constexpr std::int64_t wait_seconds_max = 2'147'483'647;

/// Iterations of an inline Map that run at once when MaxConcurrency is 0. AWS, "Map state".
inline constexpr std::size_t inline_map_concurrency_max = 40;

/// Child executions of a Map Run that run at once. AWS, "Service quotas".
inline constexpr std::size_t distributed_map_concurrency_max = 10'000;

/// Largest MaxItems and MaxItemsPerBatch. AWS, "ItemReader (Map)".
inline constexpr std::int64_t items_max = 100'000'000;

/// Characters of an ItemsPointer and of a Label. AWS, "ItemReader (Map)", "Map state".
inline constexpr std::size_t items_pointer_characters_max = 2000;
inline constexpr std::size_t label_characters_max = 40;

/// Bytes of an object before that which ItemsPointer names, and of the first row of a CSV file.
/// AWS, "ItemReader (Map)".
inline constexpr std::size_t items_pointer_bytes_max = 16'000'000;
inline constexpr std::size_t csv_header_bytes_max = 10'240;

/// One file of a ResultWriter. AWS, "ResultWriter (Map)".
inline constexpr std::size_t result_file_bytes_max = 5'000'000'000;

/// Redrives of an execution end where its history is this long. AWS, "RedriveExecution".
inline constexpr std::size_t redrivable_history_events_max = 24'999;

/// Tags of a resource, aliases and versions of a state machine. AWS, "Service quotas".
inline constexpr std::size_t tags_max = 50;
inline constexpr std::size_t aliases_max = 100;
inline constexpr std::size_t versions_max = 1000;

/// State machines and activities of an account, and requests that wait for tasks of one activity.
/// AWS, "Service quotas".
inline constexpr std::size_t state_machines_max = 100'000;
inline constexpr std::size_t activities_max = 100'000;
inline constexpr std::size_t activity_pollers_max = 1000;

/// Transitions that one call of step makes before it asks to be called again. Ours.
inline constexpr std::size_t transitions_per_step_max = 100'000;

} // namespace gradus::limits
