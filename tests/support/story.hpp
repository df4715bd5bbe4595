#pragma once
// Tells the story of one execution to `step`: compile, start, answer, let time pass; and shows what
// came of it in short texts that a test can spell out.

#include "gradus/json.hpp"
#include "gradus/program.hpp"
#include "states/step.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gradus::test {

class Story {
public:
    /// Starts at second 0 with this input.
    explicit Story(std::string_view definition, std::string_view input = "{}",
                   WorkflowType type = WorkflowType::standard)
        : Story(definition, started(input, type)) {}
    /// As `start` says, under names of our own.
    Story(std::string_view definition, ExecutionStarted start) {
        const WorkflowType type = start.identity.type;
        Compiled compiled = compile(definition, {type});
        for (const Diagnostic& fault : compiled.diagnostics) {
            if (fault.severity == Severity::error)
                ADD_FAILURE() << describe(fault, "definition", definition);
        }
        program_ = compiled.program;
        if (program_ == nullptr) return;
        start.identity.execution_arn = "arn:aws:states:us-east-1:123456789012:execution:m:e";
        start.identity.execution_name = "e";
        start.identity.state_machine_name = "m";
        start.seed = 1;
        start.token_secret = "secret";
        apply(start);
    }

    static Value json(std::string_view text) {
        auto value = parse_json(text);
        if (!value) ADD_FAILURE() << value.error().message << " in " << text;
        return value ? *value : Value();
    }

    void apply(const Event& event) {
        effects_.clear();
        step(*program_, state_, {timestamp_of(seconds_ * 1000), event}, effects_);
        for (const HistoryEvent& noted : effects_.history)
            history_.push_back(noted);
        for (const Command& command : effects_.commands)
            commands_.push_back(command);
    }
    /// Moves the clock; fires nothing.
    void at_second(std::int64_t seconds) { seconds_ = seconds; }
    void fire(CommandId timer) { apply(TimerFired{timer}); }
    void succeed(CommandId task, std::string_view output) {
        apply(TaskSucceeded{task, json(output)});
    }
    void fail(CommandId task, std::string error, std::string cause = "because") {
        apply(TaskFailed{task, {std::move(error), std::move(cause)}});
    }

    /// The commands of the last step of one type, oldest first.
    template <class T>
    std::vector<T> commands() const {
        std::vector<T> out;
        for (const Command& command : effects_.commands) {
            if (const auto* wanted = std::get_if<T>(&command)) out.push_back(*wanted);
        }
        return out;
    }
    template <class T>
    T command() const {
        const auto found = commands<T>();
        if (found.size() != 1) ADD_FAILURE() << "expected one command, found " << found.size();
        return found.empty() ? T{} : found.front();
    }

    /// How Map Runs stand that the last step published.
    const std::vector<MapRunRecord>& map_runs() const { return effects_.map_runs; }

    ExecutionStatus status() const { return state_.status; }
    std::string output() const { return to_json(state_.output); }
    std::string error() const { return state_.failure.error.value_or("none"); }
    std::string cause() const { return state_.failure.cause.value_or("none"); }
    const Program& program() const { return *program_; }
    const ExecutionState& state() const { return state_; }
    const std::vector<HistoryEvent>& history() const { return history_; }

    /// "ExecutionStarted<0 PassStateEntered<0 PassStateExited<2 …": types, each with its previous
    /// event.
    std::string chain() const {
        std::string out;
        for (const HistoryEvent& event : history_) {
            if (!out.empty()) out += ' ';
            out += std::string(history_event_name(event.type)) + "<" +
                   std::to_string(event.previous_event_id);
        }
        return out;
    }

private:
    static ExecutionStarted started(std::string_view input, WorkflowType type) {
        ExecutionStarted start;
        start.identity.type = type;
        start.input = json(input);
        return start;
    }

    std::shared_ptr<const Program> program_;
    ExecutionState state_;
    Effects effects_;
    std::vector<HistoryEvent> history_;
    std::vector<Command> commands_;
    std::int64_t seconds_ = 0;
};

} // namespace gradus::test
