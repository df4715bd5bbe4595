#pragma once
// What replay found, for people and for programs. docs/replay.md

#include "tools/gradus/replay/replayed_run.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gradus::cli {

/// "2 Pass…" no longer than a line, cut where it must be.
std::string short_json(const Value& value);
/// "PassStateExited of 'Sum'", "ExecutionSucceeded".
std::string event_title(const RecordedEvent& event);
/// "flows/order.asl.json:12:17"; empty where no field of the definition made it.
std::string place_in_definition(const ReplayedRun& run, const Divergence& divergence);

/// All that was found of one run, as a compiler would say it.
std::string text_report(const ReplayedRun& run);
Value json_report(const ReplayedRun& run);

/// A table of several runs with a line that counts.
std::string summary_table(const std::vector<ReplayedRun>& runs,
                          const std::vector<UnusableRun>& unusable);
/// JUnit's XML: a test case for each recording.
std::string junit_report(const std::vector<ReplayedRun>& runs,
                         const std::vector<UnusableRun>& unusable);
/// A page that needs nothing else: the table, then each run's report.
std::string html_report(const std::vector<ReplayedRun>& runs,
                        const std::vector<UnusableRun>& unusable);

} // namespace gradus::cli
