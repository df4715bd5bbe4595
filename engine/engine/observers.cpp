// Whoever watches executions: histories, logs, and changes of status.
#include "engine/api/status_event.hpp"
#include "engine/engine/engine_impl.hpp"
#include "gradus/log_record.hpp"

namespace gradus {

bool Engine::Impl::observes_history() const {
    return !history_observers_.empty() || !log_observers_.empty() || !status_observers_.empty();
}

void Engine::Impl::recorded(const ExecutionIdentity& identity, std::uint64_t redrives,
                            const std::vector<HistoryEvent>& events) {
    for (const HistoryEvent& event : events) {
        for (const auto& observer : history_observers_)
            observer(identity, event);
    }
    if (!log_observers_.empty()) log(identity, redrives, events);
    if (status_observers_.empty()) return;
    for (const HistoryEvent& event : events) {
        if (event.type == HistoryEventType::execution_started ||
            event.type == HistoryEventType::execution_redriven)
            tell_begun(identity);
    }
}

/// As the machine's loggingConfiguration says, which is that of the revision that runs.
void Engine::Impl::log(const ExecutionIdentity& identity, std::uint64_t redrives,
                       const std::vector<HistoryEvent>& events) {
    const auto revision = registry_.revisions.find(identity.revision_id);
    if (revision == registry_.revisions.end()) return;
    const Value& logging = revision->second->settings.logging;
    const Value& name = logging["level"];
    const auto level = name.is_string() ? log_level_named(name.as_string()) : std::nullopt;
    if (!level || level == LogLevel::off) return;
    const bool includes_data = logging["includeExecutionData"] == Value(true);
    for (const HistoryEvent& event : events) {
        if (!is_logged(event.type, *level)) continue;
        const Value record = log_record(event, identity, redrives, includes_data);
        for (const auto& observer : log_observers_)
            observer(record);
    }
}

void Engine::Impl::tell_begun(const ExecutionIdentity& identity) {
    const auto record = store_->find_by_arn(identity.execution_arn);
    if (!record) return;
    ExecutionSummary begun = summary_of(*record);
    // It may have ended in the same batch; that is told next.
    begun.status = ExecutionStatus::running;
    begun.stopped_at.reset();
    begun.output = {};
    begun.failure = {};
    tell_status(begun);
}

void Engine::Impl::tell_status(const ExecutionSummary& execution) {
    if (execution.identity.type != WorkflowType::standard) return; // as AWS
    const Value event =
        api::status_event(execution, options_.account_id, api_random_.next_uuid(), now());
    for (const auto& observer : status_observers_)
        observer(event);
}

} // namespace gradus
