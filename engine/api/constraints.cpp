#include "engine/api/constraints.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradus::api {
namespace {

enum class Kind : std::uint8_t { text, integer, number, boolean, list, structure };

/// One member of whatever operation has it. Bounds are of characters, elements, or the number.
struct Rule {
    std::string_view name;
    Kind kind;
    std::int64_t least = 0;
    std::int64_t most = INT64_MAX;
    std::string_view operation = {}; // empty: in all of them
};
constexpr std::int64_t megabyte = 1'048'576;
constexpr auto rules = std::to_array<Rule>({
    {"activityArn", Kind::text, 1, 256},
    {"cause", Kind::text, 0, 32'768},
    {"clientToken", Kind::text, 1, 64},
    {"context", Kind::text, 0, megabyte},
    {"definition", Kind::text, 1, megabyte, "CreateStateMachine"},
    {"definition", Kind::text, 1, megabyte, "UpdateStateMachine"},
    {"definition", Kind::text, 0, megabyte},
    {"description", Kind::text, 0, 256},
    {"encryptionConfiguration", Kind::structure},
    {"error", Kind::text, 0, 256},
    {"executionArn", Kind::text, 1, 2000},
    {"includeExecutionData", Kind::boolean},
    {"includedData", Kind::text},
    {"input", Kind::text, 0, 262'144},
    {"inspectionLevel", Kind::text},
    {"loggingConfiguration", Kind::structure},
    {"mapRunArn", Kind::text, 1, 2000},
    {"maxConcurrency", Kind::integer, 0},
    {"maxResults", Kind::integer, 0, 100, "ValidateStateMachineDefinition"},
    {"maxResults", Kind::integer, 0, 1000},
    {"mock", Kind::structure},
    // Names of machines and activities have their own error, InvalidName.
    {"name", Kind::text, 0, INT64_MAX},
    {"nextToken", Kind::text, 1, 3096, "ListExecutions"},
    {"nextToken", Kind::text, 1, 1024},
    {"output", Kind::text, 0, 262'144},
    {"publish", Kind::boolean},
    {"redriveFilter", Kind::text},
    {"resourceArn", Kind::text, 1, 256},
    {"reverseOrder", Kind::boolean},
    {"revisionId", Kind::text},
    {"roleArn", Kind::text, 1, 256},
    {"routingConfiguration", Kind::list, 1, 2},
    {"severity", Kind::text},
    {"stateMachineAliasArn", Kind::text, 1, 256},
    {"stateMachineArn", Kind::text, 1, 2000, "ListExecutions"},
    {"stateMachineArn", Kind::text, 1, 256},
    {"stateMachineVersionArn", Kind::text, 1, 2000},
    {"stateName", Kind::text, 1, 80},
    {"statusFilter", Kind::text},
    {"tagKeys", Kind::list},
    {"tags", Kind::list},
    {"taskToken", Kind::text, 1, 2048},
    {"toleratedFailureCount", Kind::integer, 0},
    {"toleratedFailurePercentage", Kind::number, 0, 100},
    {"traceHeader", Kind::text, 0, 256},
    {"tracingConfiguration", Kind::structure},
    {"type", Kind::text},
    {"variables", Kind::text, 0, megabyte},
    {"versionDescription", Kind::text, 0, 256},
    {"workerName", Kind::text, 1, 80},
    // Within lists.
    {"key", Kind::text, 1, 128},
    {"value", Kind::text, 0, 256},
    {"weight", Kind::integer, 0, 100},
});

struct Required {
    std::string_view operation;
    std::array<std::string_view, 3> names;
};
constexpr auto required = std::to_array<Required>({
    {"CreateActivity", {"name"}},
    {"CreateStateMachine", {"name", "definition", "roleArn"}},
    {"CreateStateMachineAlias", {"name", "routingConfiguration"}},
    {"DeleteActivity", {"activityArn"}},
    {"DeleteStateMachine", {"stateMachineArn"}},
    {"DeleteStateMachineAlias", {"stateMachineAliasArn"}},
    {"DeleteStateMachineVersion", {"stateMachineVersionArn"}},
    {"DescribeActivity", {"activityArn"}},
    {"DescribeExecution", {"executionArn"}},
    {"DescribeMapRun", {"mapRunArn"}},
    {"DescribeStateMachine", {"stateMachineArn"}},
    {"DescribeStateMachineAlias", {"stateMachineAliasArn"}},
    {"DescribeStateMachineForExecution", {"executionArn"}},
    {"GetActivityTask", {"activityArn"}},
    {"GetExecutionHistory", {"executionArn"}},
    {"ListMapRuns", {"executionArn"}},
    {"ListStateMachineAliases", {"stateMachineArn"}},
    {"ListStateMachineVersions", {"stateMachineArn"}},
    {"ListTagsForResource", {"resourceArn"}},
    {"PublishStateMachineVersion", {"stateMachineArn"}},
    {"RedriveExecution", {"executionArn"}},
    {"SendTaskFailure", {"taskToken"}},
    {"SendTaskHeartbeat", {"taskToken"}},
    {"SendTaskSuccess", {"taskToken", "output"}},
    {"StartExecution", {"stateMachineArn"}},
    {"StartSyncExecution", {"stateMachineArn"}},
    {"StopExecution", {"executionArn"}},
    {"TagResource", {"resourceArn", "tags"}},
    {"TestState", {"definition"}},
    {"UntagResource", {"resourceArn", "tagKeys"}},
    {"UpdateMapRun", {"mapRunArn"}},
    {"UpdateStateMachine", {"stateMachineArn"}},
    {"UpdateStateMachineAlias", {"stateMachineAliasArn"}},
    {"ValidateStateMachineDefinition", {"definition"}},
});

struct Words {
    std::string_view member;
    std::array<std::string_view, 6> words;
};
constexpr auto enumerations = std::to_array<Words>({
    {"type", {"STANDARD", "EXPRESS"}},
    {"includedData", {"ALL_DATA", "METADATA_ONLY"}},
    {"inspectionLevel", {"INFO", "DEBUG", "TRACE"}},
    {"severity", {"ERROR", "WARNING"}},
    {"redriveFilter", {"REDRIVEN", "NOT_REDRIVEN"}},
    {"statusFilter", {"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"}},
});

const Rule* find_rule(std::string_view operation, std::string_view name) {
    const auto found = std::ranges::find_if(rules, [&](const Rule& rule) {
        return rule.name == name && (rule.operation.empty() || rule.operation == operation);
    });
    return found == rules.end() ? nullptr : &*found;
}

bool is_of_kind(Kind kind, const Value& value) {
    std::int64_t ignored = 0;
    switch (kind) {
    case Kind::text: return value.is_string();
    case Kind::integer: return value.to_integer(ignored);
    case Kind::number: return value.is_number();
    case Kind::boolean: return value.is_boolean();
    case Kind::list: return value.is_array();
    case Kind::structure: return value.is_object();
    }
    GRADUS_UNREACHABLE();
}

/// As AWS prints a value: structures and lists in the way of Java (recorded).
std::string printed(std::string_view member, const Value& value) {
    if (value.is_string()) return std::string(value.as_string());
    if (!value.is_array()) return to_json(value);
    std::string out;
    for (const Value& item : value.as_array()) {
        if (!out.empty()) out += ", ";
        if (!item.is_object()) {
            out += printed("", item);
            continue;
        }
        out += member == "tags" ? "Tag(" : "RoutingConfigurationListItem(";
        std::string members;
        for (const Member& inner : item.as_object()) {
            members += (members.empty() ? "" : ", ") + std::string(inner.name()) + "=" +
                       printed(inner.name(), inner.value);
        }
        out += members + ")";
    }
    return "[" + out + "]";
}

class Check {
public:
    explicit Check(std::string_view operation) : operation_(operation) {}

    void member(std::string_view name, const std::string& path, const Value& value) {
        const Rule* known = find_rule(operation_, name);
        if (known == nullptr || value.is_null() || !is_of_kind(known->kind, value)) return;
        bounds(*known, path, value);
        words(name, path, value);
        if (!value.is_array()) return;
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (!value[i].is_object()) continue;
            for (const Member& inner : value[i].as_object()) {
                const std::string place = path + "." + std::to_string(i + 1) + ".member.";
                member(inner.name(), place + std::string(inner.name()), inner.value);
            }
        }
    }
    void missing(std::string_view name) {
        faults_.push_back("Value null at '" + std::string(name) +
                          "' failed to satisfy constraint: Member must not be null");
    }
    Result<void, StatesError> result() const {
        if (faults_.empty()) return {};
        std::string message = std::to_string(faults_.size()) + " validation error" +
                              (faults_.size() == 1 ? "" : "s") + " detected: ";
        for (std::size_t i = 0; i < faults_.size(); ++i)
            message += (i == 0 ? "" : "; ") + faults_[i];
        return StatesError{"ValidationException", message};
    }

private:
    void fault(const std::string& path, const Value& value, const std::string& constraint) {
        faults_.push_back("Value '" + printed(path, value) + "' at '" + path +
                          "' failed to satisfy constraint: Member must " + constraint);
    }
    void bounds(const Rule& known, const std::string& path, const Value& value) {
        double size = 0;
        std::string what = "length";
        if (value.is_string()) {
            size = static_cast<double>(code_point_count(value.as_string()));
        } else if (value.is_array()) {
            size = static_cast<double>(value.size());
        } else if (value.is_number()) {
            size = value.as_double();
            what = "value";
        } else {
            return;
        }
        if (size < static_cast<double>(known.least))
            fault(path, value,
                  "have " + what + " greater than or equal to " + std::to_string(known.least));
        if (size > static_cast<double>(known.most))
            fault(path, value,
                  "have " + what + " less than or equal to " + std::to_string(known.most));
    }
    void words(std::string_view name, const std::string& path, const Value& value) {
        const auto found = std::ranges::find(enumerations, name, &Words::member);
        if (found == enumerations.end()) return;
        if (std::ranges::find(found->words, value.as_string()) != found->words.end()) return;
        std::string list;
        for (const std::string_view word : found->words) {
            if (!word.empty()) list += (list.empty() ? "" : ", ") + std::string(word);
        }
        fault(path, value, "satisfy enum value set: [" + list + "]");
    }

    std::string_view operation_;
    std::vector<std::string> faults_;
};

/// AWS refuses a JSON value of the wrong type before it looks at constraints.
std::optional<StatesError> wrong_type(std::string_view operation, const Value& input) {
    for (const Member& given : input.as_object()) {
        const Rule* known = find_rule(operation, given.name());
        if (known == nullptr || given.value.is_null() || is_of_kind(known->kind, given.value))
            continue;
        static constexpr auto names = std::to_array<std::string_view>(
            {"a string", "an integer", "a number", "a boolean", "a list", "an object"});
        return StatesError{"SerializationException",
                           "Expected " + std::string(names[static_cast<std::size_t>(known->kind)]) +
                               " at '" + std::string(given.name()) + "' but found " +
                               to_json(given.value).substr(0, 80)};
    }
    return std::nullopt;
}

} // namespace

Result<void, StatesError> check_constraints(std::string_view operation, const Value& input) {
    if (!input.is_object())
        return StatesError{"SerializationException", "Expected an object as the request"};
    if (auto wrong = wrong_type(operation, input)) return std::move(*wrong);
    Check check(operation);
    const auto needed = std::ranges::find(required, operation, &Required::operation);
    if (needed != required.end()) {
        for (const std::string_view name : needed->names) {
            if (!name.empty() && input[name].is_null()) check.missing(name);
        }
    }
    for (const Member& given : input.as_object())
        check.member(given.name(), std::string(given.name()), given.value);
    return check.result();
}

} // namespace gradus::api
