#pragma once
// What the kinds of conformance/asl have in common: a file is a list of cases, some of them
// suspect.

#include "tools/conformance/runner.hpp"

namespace gradus::conformance {

/// Runs each case that isn't suspect, and reports all. `run` gets a result that has passed, and
/// says otherwise; `prefix` stands before the ids.
void run_asl_cases(const CorpusFile& file, const Report& report, const std::string& prefix,
                   const std::function<void(const Value& the_case, CaseResult&)>& run);

} // namespace gradus::conformance
