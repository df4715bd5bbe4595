#pragma once
// What the Step Functions API says of a definition. For the server, the command line and whoever
// calls CreateStateMachine's checks without a server. Pure; any thread.

#include "gradus/diagnostics.hpp"
#include "gradus/program.hpp"
#include "gradus/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// Members of ValidateStateMachineDefinition's request.
struct ValidateOptions {
    WorkflowType type = WorkflowType::standard;
    Severity severity = Severity::error; // the least that is returned
    std::size_t results_max = 0;         // 0: as many as there may be, which is 100
    ServiceCheck service_check;          // as in CompileOptions
};

/// The response of ValidateStateMachineDefinition: {"result": "OK" | "FAIL", "diagnostics":
/// [{"severity", "code", "message", "location"?}], "truncated"}.
Value validate_state_machine_definition(std::string_view definition,
                                        const ValidateOptions& options = {});

/// The message of CreateStateMachine's and UpdateStateMachine's error InvalidDefinition, with all
/// errors of a definition: "Invalid State Machine Definition: 'CODE: MESSAGE at /States/A'".
std::string invalid_definition_message(std::string_view definition,
                                       const std::vector<Diagnostic>& diagnostics);

/// The message of StartExecution's error InvalidExecutionInput: "Invalid State Machine Execution
/// Input: '…'". Nothing when the input is JSON.
std::optional<std::string> invalid_execution_input_message(std::string_view input);

} // namespace gradus
