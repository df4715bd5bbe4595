// A context object that a TestState call gives: which members it may have, and of what kind. AWS,
// "Accessing execution data from the Context object"; messages recorded.
#include "gradus/json.hpp"
#include "states/test_state/parts.hpp"

#include <algorithm>
#include <array>

namespace gradus::testing_state {
namespace {

enum class ContextKind : std::uint8_t { any, text, number };

struct ContextField {
    std::string_view object;
    std::string_view name;
    ContextKind kind = ContextKind::text;
};
constexpr auto context_fields = std::to_array<ContextField>({
    {"Execution", "Id"},
    {"Execution", "Input", ContextKind::any},
    {"Execution", "Name"},
    {"Execution", "RoleArn"},
    {"Execution", "StartTime"},
    {"Execution", "RedriveCount", ContextKind::number},
    {"Execution", "RedriveTime"},
    {"State", "EnteredTime"},
    {"State", "Name"},
    {"State", "RetryCount", ContextKind::number},
    {"StateMachine", "Id"},
    {"StateMachine", "Name"},
    {"Task", "Token"},
});

StatesError invalid(const std::string& message) {
    return refused("Invalid Context object provided: " + message);
}

StatesError not_allowed(std::string_view name) {
    return invalid("Field '" + std::string(name) + "' is not allowed");
}

/// Only tasks that wait for somebody else have a token.
bool may_have_task(const State& state) {
    const auto* task = std::get_if<TaskState>(&state.detail);
    return task != nullptr && task->resource->has_token();
}

Result<void, StatesError> check_member(std::string_view object, const Member& member) {
    const auto* const field = std::ranges::find_if(context_fields, [&](const ContextField& known) {
        return known.object == object && known.name == member.name();
    });
    if (field == context_fields.end()) return not_allowed(member.name());
    const std::string path = std::string(object) + "." + std::string(member.name());
    if (field->kind == ContextKind::text && !member.value.is_string())
        return invalid(path + " must be a string");
    if (field->kind == ContextKind::number && !member.value.is_number())
        return invalid(path + " must be a number"); // not recorded
    return {};
}

} // namespace

Result<Value, StatesError> read_context(const std::string& text, const State& state) {
    auto context = parse_json(text);
    // Not recorded.
    if (!context || !context->is_object()) return invalid("must be a JSON object");
    for (const Member& object : context->as_object()) {
        const std::string_view name = object.name();
        if (name == "Map")
            return invalid("'Map' field is not supported when mocking a Context object");
        const bool is_known =
            std::ranges::find(context_fields, name, &ContextField::object) != context_fields.end();
        if (!is_known || (name == "Task" && !may_have_task(state))) return not_allowed(name);
        // Not recorded.
        if (!object.value.is_object()) return invalid(std::string(name) + " must be an object");
        for (const Member& member : object.value.as_object())
            GRADUS_CHECK(check_member(name, member));
    }
    return std::move(*context);
}

} // namespace gradus::testing_state
