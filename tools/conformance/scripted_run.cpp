#include "tools/conformance/scripted_run.hpp"

#include "gradus/json.hpp"

namespace gradus::conformance {
namespace {

/// Recorded payloads: objects were parsed, everything else is still JSON text.
Value payload(const Value& recorded) {
    if (!recorded.is_string()) return recorded;
    auto parsed = parse_json(recorded.as_string());
    return parsed ? *parsed : recorded;
}

std::optional<std::string> text(const Value& recorded) {
    if (recorded.is_null()) return std::nullopt;
    return recorded.is_string() ? std::string(recorded.as_string()) : to_json(recorded);
}

} // namespace

ScriptedRun::ScriptedRun(std::shared_ptr<const Program> program, const Value& task_replay)
    : program_(std::move(program)) {
    if (!task_replay.is_array()) return;
    for (const Value& attempt : task_replay.as_array()) {
        attempts_[std::string(attempt["state"].as_string())].push_back(attempt);
    }
}

void ScriptedRun::run(const ExecutionStarted& start, Timestamp at) {
    now_ = at;
    apply(start);
    while (state_.status == ExecutionStatus::running) {
        if (!pending_.empty()) {
            const Event event = std::move(pending_.front());
            pending_.erase(pending_.begin());
            apply(event);
        } else if (!timers_.empty()) {
            const auto [due, command] = *timers_.begin();
            timers_.erase(timers_.begin());
            now_ = std::max(now_, due);
            apply(TimerFired{command});
        } else {
            return;
        }
    }
}

void ScriptedRun::apply(const Event& event) {
    Effects effects;
    step(*program_, state_, {now_, event}, effects);
    for (HistoryEvent& noted : effects.history)
        history_.push_back(std::move(noted));
    for (const Command& command : effects.commands) {
        if (const auto* task = std::get_if<ScheduleTask>(&command)) {
            answer(*task);
        } else if (const auto* timer = std::get_if<StartTimer>(&command)) {
            timers_.emplace(timer->due, timer->command);
        } else if (const auto* cancelled = std::get_if<CancelCommand>(&command)) {
            std::erase_if(timers_,
                          [&](const auto& entry) { return entry.second == cancelled->command; });
        } else if (std::holds_alternative<ContinueLater>(command)) {
            pending_.emplace_back(Continued{});
        }
    }
}

void ScriptedRun::answer(const ScheduleTask& task) {
    const std::string name(task.state_name.as_string());
    const std::size_t number = used_[name]++;
    const auto& attempts = attempts_[name];
    if (number >= attempts.size()) return; // no answer was recorded: the task waits
    for (const Value& outcome : attempts[number]["outcome"].as_array())
        answer_with(task.command, outcome);
}

void ScriptedRun::answer_with(CommandId command, const Value& outcome) {
    const std::string_view type = outcome["type"].as_string();
    const Value& details = outcome["details"];
    if (type == "ActivityStarted") {
        pending_.emplace_back(TaskStarted{command, text(details["workerName"])});
    } else if (type == "TaskSubmitted") {
        pending_.emplace_back(TaskSubmitted{command, payload(details["output"])});
    } else if (type.ends_with("Succeeded")) {
        pending_.emplace_back(TaskSucceeded{command, payload(details["output"])});
    } else if (type.ends_with("Failed")) {
        const auto kind = type.ends_with("ScheduleFailed") ? TaskFailureKind::schedule_failed
                          : type.ends_with("StartFailed")  ? TaskFailureKind::start_failed
                          : type.ends_with("SubmitFailed") ? TaskFailureKind::submit_failed
                                                           : TaskFailureKind::failed;
        pending_.emplace_back(
            TaskFailed{command, {text(details["error"]), text(details["cause"])}, kind});
    }
    // …TimedOut: the timers see to it. …Started of other tasks: written when they are scheduled.
}

} // namespace gradus::conformance
