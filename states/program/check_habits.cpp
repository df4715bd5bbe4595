// What AWS accepts but goes wrong sooner or later. Warnings only; the rules are ours.
#include "gradus/json.hpp"
#include "states/program/checks.hpp"

namespace gradus {
namespace {

void check_choice(const StateSource& source, DiagnosticSink& sink) {
    if (source.json->find("Default") != nullptr) return;
    sink.warn("CHOICE_WITHOUT_DEFAULT", source.pointer,
              "When no rule matches, the execution fails with States.NoChoiceMatched",
              "add Default");
}

void check_task(const TaskState& task, const StateSource& source, DiagnosticSink& sink) {
    if (task.resource == nullptr) return;
    const Resource& resource = *task.resource;
    const bool waits_for_token = resource.pattern == IntegrationPattern::wait_for_task_token;
    if (waits_for_token && !task.timeout && !task.heartbeat) {
        sink.warn("TASK_TOKEN_WITHOUT_TIMEOUT", source.pointer,
                  "A token that is never sent back keeps this execution for up to a year",
                  "set TimeoutSeconds or HeartbeatSeconds");
    }
    // AWS, "Task state": heartbeats come from activities and from those who hold a token.
    const bool can_beat = resource.kind == ResourceKind::activity ||
                          resource.pattern != IntegrationPattern::request_response;
    if (task.heartbeat && !can_beat) {
        sink.warn("HEARTBEAT_WITHOUT_EFFECT", pointer_child(source.pointer, task.heartbeat->name),
                  "Nobody can send heartbeats for " + resource.arn,
                  "use TimeoutSeconds, or a resource with .waitForTaskToken");
    }
}

/// States language, "Errors": names that begin with "States." are the service's own.
void check_fail(const FailState& fail, const StateSource& source, DiagnosticSink& sink) {
    if (!fail.error) return;
    const auto* name = std::get_if<std::string>(&fail.error->content);
    if (name == nullptr || !name->starts_with("States.")) return;
    sink.warn("RESERVED_ERROR_NAME", pointer_child(source.pointer, "Error"),
              "'" + *name + "' looks like an error of the service",
              "choose a name without 'States.'");
}

/// A field that does nothing because the whole result or document is thrown away.
void check_discarded(const StateSource& source, DiagnosticSink& sink) {
    const Value* result_path = source.json->find("ResultPath");
    const bool is_discarded = result_path != nullptr && result_path->is_null();
    if (is_discarded && source.json->find("ResultSelector") != nullptr) {
        sink.warn("DISCARDED_FIELD", pointer_child(source.pointer, "ResultSelector"),
                  "ResultSelector has no effect beside \"ResultPath\": null");
    }
    if (is_discarded && source.json->find("Result") != nullptr &&
        source.json->find("Assign") == nullptr) {
        sink.warn("DISCARDED_FIELD", pointer_child(source.pointer, "Result"),
                  "Result has no effect beside \"ResultPath\": null");
    }
}

} // namespace

void check_habits(const CompiledStates& states, DiagnosticSink& sink) {
    for (std::size_t i = 0; i < states.program.states.size(); ++i) {
        const State& state = states.program.states[i];
        const StateSource& source = states.sources[i];
        if (state.type == StateType::choice) check_choice(source, sink);
        if (const auto* task = std::get_if<TaskState>(&state.detail))
            check_task(*task, source, sink);
        if (const auto* fail = std::get_if<FailState>(&state.detail))
            check_fail(*fail, source, sink);
        if (state.language == QueryLanguage::jsonpath) check_discarded(source, sink);
    }
}

} // namespace gradus
