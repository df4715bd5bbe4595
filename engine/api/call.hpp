#pragma once
// One call of the Step Functions API, and what its operation works with.

#include "engine/api/paging.hpp"
#include "engine/api/registry.hpp"
#include "gradus/engine.hpp"
#include "states/base/base.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gradus {
class ActivityTasks;
}

namespace gradus::api {

using Answer = Result<Value, StatesError>;
using Completion = Engine::ApiCompletion;

struct Call {
    Engine& engine;
    Registry& registry;
    ActivityTasks& activities;
    Random& random;
    const EngineOptions& options;
    std::string_view operation;
    std::string region;
    const Value& input;
    Timestamp now;

    /// A member; empty when it is absent.
    std::string text(std::string_view member) const {
        const Value& value = input[member];
        return value.is_string() ? std::string(value.as_string()) : std::string();
    }
    std::optional<std::string> optional_text(std::string_view member) const {
        const Value& value = input[member];
        if (!value.is_string()) return std::nullopt;
        return std::string(value.as_string());
    }
    bool flag(std::string_view member) const { return input[member] == Value(true); }
    Question question() const { return {operation, input, options.token_secret, now}; }
    /// "arn:aws:states:REGION:ACCOUNT:"
    std::string arn_prefix() const {
        return "arn:aws:states:" + region + ":" + options.account_id + ":";
    }
};

/// The refusal of what would be one too many. The words are ours: none are recorded.
inline StatesError over_quota(std::string code, std::string_view what, std::size_t quota) {
    return {std::move(code), "No more than " + std::to_string(quota) + " " + std::string(what) +
                                 " may exist; delete one first"};
}

/// Dates travel as epoch seconds with milliseconds.
inline Value date(Timestamp at) {
    constexpr double milliseconds = 1000;
    return Value(static_cast<double>(epoch_milliseconds(at)) / milliseconds);
}

/// {NAME: [items], "nextToken"?}
inline Value page_json(std::string_view name, Page page) {
    ObjectBuilder out;
    out.append(std::string(name), Value(std::move(page.items)));
    if (!page.next_token.is_null()) out.append("nextToken", page.next_token);
    return out.build();
}

/// The API's words for a kind of workflow.
inline std::string_view type_name(WorkflowType type) {
    return type == WorkflowType::express ? "EXPRESS" : "STANDARD";
}

// --- the operations, by file ---------------------------------------------------------------------

Answer create_state_machine(const Call& call); // state_machines.cpp
Answer update_state_machine(const Call& call);
Answer delete_state_machine(const Call& call);
Answer describe_state_machine(const Call& call);
Answer describe_state_machine_for_execution(const Call& call);
Answer list_state_machines(const Call& call);
Answer validate_definition(const Call& call);
Answer test_one_state(const Call& call);

Answer publish_version(const Call& call); // versions.cpp
Answer delete_version(const Call& call);
Answer list_versions(const Call& call);

Answer create_alias(const Call& call); // aliases.cpp
Answer update_alias(const Call& call);
Answer delete_alias(const Call& call);
Answer describe_alias(const Call& call);
Answer list_aliases(const Call& call);

Answer create_activity(const Call& call); // activities.cpp
Answer delete_activity(const Call& call);
Answer describe_activity(const Call& call);
Answer list_activities(const Call& call);
void get_activity_task(const Call& call, Completion done);
Answer send_task_success(const Call& call);
Answer send_task_failure(const Call& call);
Answer send_task_heartbeat(const Call& call);

void start_execution(const Call& call, Completion done); // executions.cpp
void start_sync_execution(const Call& call, Completion done);
Answer stop_execution(const Call& call);
Answer redrive_execution(const Call& call);
Answer describe_execution(const Call& call);
Answer list_executions(const Call& call);
Answer get_execution_history(const Call& call);

Answer describe_map_run(const Call& call); // map_runs.cpp
Answer list_map_runs(const Call& call);
Answer update_map_run(const Call& call);

Answer tag_resource(const Call& call); // tags.cpp
Answer untag_resource(const Call& call);
Answer list_tags(const Call& call);
/// The tags of a request's "tags". Fails with ValidationException or TooManyTags.
Result<Tags, StatesError> read_tags(const Value& list, const Tags& present);

/// encryptionConfiguration as Describe shows it. Fails with InvalidEncryptionConfiguration.
Result<Value, StatesError> read_encryption(const Value& given); // state_machines.cpp
/// What publishing the machine's newest revision comes to: the version that has it already, or a
/// new one. The version's ARN.
std::string publish(Machine& machine, const std::string& description, Timestamp now);
/// Whether the machine may have a version more. Fails with ServiceQuotaExceededException.
Result<void, StatesError> check_room_for_version(const Call& call, const Machine& machine);

} // namespace gradus::api
