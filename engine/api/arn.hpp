#pragma once
// ARNs of Step Functions' resources, taken apart. API reference, "Resource types"; the errors are
// recorded.

#include "gradus/result.hpp"
#include "gradus/states_error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gradus::api {

enum class ArnKind : std::uint8_t { state_machine, execution, express, activity, map_run };

/// "arn:PARTITION:states:REGION:ACCOUNT:TYPE:…".
struct StatesArn {
    ArnKind kind = ArnKind::state_machine;
    std::string prefix; // "arn:aws:states:us-east-1:123456789012:"
    // Of a machine or an activity its own; of executions and Map Runs the machine's.
    std::string name;
    std::string label;     // "NAME/LABEL": a distributed Map within the machine; empty: none
    std::string qualifier; // a machine's version or alias, an execution's name; empty: none

    /// "us-east-1"
    std::string region() const;
    /// Of the machine itself.
    std::string machine_arn() const { return prefix + "stateMachine:" + name; }
};

/// Fails with InvalidArn.
Result<StatesArn, StatesError> parse_arn(std::string_view text);
/// The same, and it must be one of this kind.
Result<StatesArn, StatesError> parse_arn(std::string_view text, ArnKind kind);

/// Whether a qualifier is a version: digits only.
bool is_version(std::string_view qualifier);

/// Names of machines, executions and activities: 1 to 80 characters without spaces, wildcards,
/// brackets, control and special characters (API reference, "CreateStateMachine"). Fails with
/// InvalidName.
Result<void, StatesError> check_name(std::string_view name);

} // namespace gradus::api
