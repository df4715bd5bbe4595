#pragma once
// A definition, validated and compiled. Programs never change; an execution keeps the one it began
// with. They may be used from any number of threads.

#include "gradus/diagnostics.hpp"
#include "gradus/service_check.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

struct Program; // its inside is the business of states/

/// Standard executions have a durable history and the long patterns; express ones live five
/// minutes.
enum class WorkflowType : std::uint8_t { standard, express };

struct CompileOptions {
    WorkflowType type = WorkflowType::standard;
    ServiceCheck service_check; // empty: calls of services aren't checked
};

struct Compiled {
    std::shared_ptr<const Program> program; // null when there are errors
    std::vector<Diagnostic> diagnostics; // in document order; up to limits::diagnostics_max errors
                                         // and as many warnings
};

/// Never throws and doesn't stop at the first fault.
Compiled compile(std::string_view definition, const CompileOptions& options = {});

/// Names of the variables that each state reads, in order; states that read none are left out. What
/// DescribeStateMachine calls variableReferences.
std::map<std::string, std::vector<std::string>> variable_references(const Program& program);

} // namespace gradus
