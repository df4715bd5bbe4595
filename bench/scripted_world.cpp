#include "bench/scripted_world.hpp"

#include "gradus/assert.hpp"

#include <algorithm>
#include <string_view>

namespace gradus::bench {

void ScriptedWorld::run(const Value& input) {
    state_ = ExecutionState();
    effects_.clear();
    timers_.clear();
    due_.clear();
    flaky_calls_ = 0;

    Timestamp now = timestamp_of(1'750'000'000'000);
    ExecutionStarted started;
    started.identity.execution_arn = "arn:aws:states:us-east-1:123456789012:execution:bench:one";
    started.identity.execution_name = "one";
    started.identity.state_machine_arn = "arn:aws:states:us-east-1:123456789012:stateMachine:bench";
    started.identity.state_machine_name = "bench";
    started.identity.role_arn = "arn:aws:iam::123456789012:role/bench";
    started.input = input;
    started.history_events_max = 0; // two workloads pass the limit of standard executions
    answers_.assign(1, std::move(started));

    std::size_t carried_out = 0;
    while (state_.status == ExecutionStatus::running) {
        if (answers_.empty()) {
            GRADUS_ASSERT(!timers_.empty());
            const auto [due, command] = timers_.begin()->first;
            now = std::max(now, due);
            answers_.emplace_back(TimerFired{command});
            timers_.erase(timers_.begin());
            due_.erase(command);
        }
        const Input next{now, std::move(answers_.front())};
        answers_.pop_front();
        step(program_, state_, next, effects_);
        for (; carried_out < effects_.commands.size(); ++carried_out)
            carry_out(effects_.commands[carried_out]);
    }
}

void ScriptedWorld::carry_out(const Command& command) {
    if (const auto* task = std::get_if<ScheduleTask>(&command)) {
        answer(*task);
    } else if (const auto* timer = std::get_if<StartTimer>(&command)) {
        timers_.try_emplace({timer->due, timer->command}, TimerFired{timer->command});
        due_.emplace(timer->command, timer->due);
    } else if (const auto* cancelled = std::get_if<CancelCommand>(&command)) {
        const auto timer_due = due_.find(cancelled->command);
        if (timer_due == due_.end()) return;
        timers_.erase({timer_due->second, timer_due->first});
        due_.erase(timer_due);
    } else if (std::holds_alternative<ContinueLater>(command)) {
        answers_.emplace_back(Continued{});
    }
}

// The functions that the workloads call: noop, flaky2 (fails twice), alwaysfail.
void ScriptedWorld::answer(const ScheduleTask& task) {
    const std::string_view function = task.resource->action;
    if (function == "alwaysfail") {
        answers_.emplace_back(TaskFailed{task.command, {"Broken", std::nullopt}});
    } else if (function == "flaky2" && ++flaky_calls_ <= 2) {
        answers_.emplace_back(TaskFailed{task.command, {"Flaky", std::nullopt}});
    } else {
        answers_.emplace_back(TaskSucceeded{task.command, Value::object()});
    }
}

} // namespace gradus::bench
