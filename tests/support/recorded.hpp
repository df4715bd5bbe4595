#pragma once
// Runs an execution for tests and records it: what an engine would have written.

#include "gradus/json.hpp"
#include "gradus/recording.hpp"
#include "states/step.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace gradus::test {

class Recorder {
public:
    /// Starts at second 0.
    Recorder(std::string_view definition, std::string_view input,
             WorkflowType type = WorkflowType::standard) {
        const Compiled compiled = compile(definition, {type});
        for (const Diagnostic& fault : compiled.diagnostics) {
            if (fault.severity == Severity::error)
                ADD_FAILURE() << describe(fault, "definition", definition);
        }
        program_ = compiled.program;
        if (program_ == nullptr) return;
        recording_.engine_version = "0.1.0";
        recording_.definition = definition;
        ExecutionStarted start;
        start.identity = {.execution_arn = "arn:aws:states:us-east-1:123456789012:execution:m:e",
                          .execution_name = "e",
                          .state_machine_arn =
                              "arn:aws:states:us-east-1:123456789012:stateMachine:m",
                          .state_machine_name = "m",
                          .role_arn = "role",
                          .type = type};
        start.input = json(input);
        start.seed = 1;
        start.token_secret = "secret";
        apply(start);
    }

    static Value json(std::string_view text) {
        auto value = parse_json(text);
        if (!value) ADD_FAILURE() << value.error().message << " in " << text;
        return value ? *value : Value();
    }

    /// Moves the clock; fires nothing.
    Recorder& at_second(double seconds) {
        now_ = timestamp_of(static_cast<std::int64_t>(seconds * 1000));
        return *this;
    }
    Recorder& apply(Event event) {
        Effects effects;
        RecordedInput entry{{now_, std::move(event)}, {}};
        step(*program_, state_, entry.input, effects);
        entry.history = std::move(effects.history);
        if (auto* start = std::get_if<ExecutionStarted>(&entry.input.event))
            start->token_secret.clear();
        for (const Command& command : effects.commands) {
            if (const auto* task = std::get_if<ScheduleTask>(&command))
                tasks_[std::string(task->state_name.as_string())] = *task;
            if (const auto* timer = std::get_if<StartTimer>(&command))
                timers_[timer->command] = timer->due;
            if (const auto* child = std::get_if<StartChild>(&command))
                children_.push_back(child->command);
        }
        recording_.inputs.push_back(std::move(entry));
        recording_.status = state_.status;
        return *this;
    }
    /// Answers the task that this state scheduled last.
    Recorder& answer(const std::string& state, std::string_view output) {
        return apply(TaskSucceeded{tasks_.at(state).command, json(output)});
    }
    Recorder& fail(const std::string& state, std::string error, std::string cause = "because") {
        return apply(TaskFailed{tasks_.at(state).command, {std::move(error), std::move(cause)}});
    }
    /// Lets the timer fire that is due first, when it is due.
    Recorder& pass_time() {
        std::erase_if(timers_, [this](const auto& timer) {
            return !state_.open_commands.contains(timer.first);
        });
        auto first = timers_.begin();
        for (auto at = timers_.begin(); at != timers_.end(); ++at) {
            if (at->second < first->second) first = at;
        }
        now_ = first->second;
        return apply(TimerFired{first->first});
    }

    const ScheduleTask& task(const std::string& state) const { return tasks_.at(state); }
    /// Of the children of a distributed Map, in the order of their starts.
    const std::vector<CommandId>& children() const { return children_; }
    const Program& program() const { return *program_; }
    std::shared_ptr<const Program> shared_program() const { return program_; }
    const Recording& recording() const { return recording_; }

private:
    std::shared_ptr<const Program> program_;
    ExecutionState state_;
    Timestamp now_ = timestamp_of(0);
    Recording recording_;
    std::map<std::string, ScheduleTask> tasks_;
    std::map<CommandId, Timestamp> timers_;
    std::vector<CommandId> children_;
};

} // namespace gradus::test
