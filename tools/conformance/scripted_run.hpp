#pragma once
// Runs one execution through `step` alone, on virtual time, with recorded answers for its tasks. A
// distributed Map's children run the same way; its items come from the objects that the recording
// put into S3.

#include "gradus/command.hpp"
#include "gradus/event.hpp"
#include "gradus/history.hpp"
#include "states/step.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gradus::conformance {

class ScriptedRun {
public:
    /// `task_replay` is the case's list of recorded attempts: state, scheduled, outcome. `setup`
    /// are the calls made before the run.
    ScriptedRun(std::shared_ptr<const Program> program, const Value& task_replay,
                const Value& setup);

    /// Runs until the execution ends, or nothing is left that could move it.
    void run(const ExecutionStarted& start, Timestamp at);

    const ExecutionState& state() const { return state_; }
    const std::vector<HistoryEvent>& history() const { return history_; }
    /// Whether a task, or the reading of an object, waits for an answer that wasn't recorded.
    bool lacks_answers() const { return lacks_answers_; }

private:
    void apply(const Event& event);
    void answer(const ScheduleTask& task);
    void answer(const ReadItems& read);
    void answer(const StartChild& child);
    /// Answers as the case's Lambda function would; false when what it does isn't known.
    bool answer_as_function(const ScheduleTask& task);
    void answer_with(CommandId command, const Value& outcome);

    std::shared_ptr<const Program> program_;
    std::map<std::string, std::vector<Value>, std::less<>> attempts_; // by state, in order
    std::map<std::string, std::size_t, std::less<>> used_;
    std::vector<std::pair<std::string, std::string>> objects_; // key and content
    bool lacks_answers_ = false;
    Value function_; // the source file of the case's Lambda function, where it is one we know
    ExecutionState state_;
    std::vector<HistoryEvent> history_;
    std::vector<Event> pending_;
    std::set<std::pair<Timestamp, CommandId>> timers_;
    Timestamp now_;
};

} // namespace gradus::conformance
