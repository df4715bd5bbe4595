#pragma once
// An AWS client for tests: answers by operation, and the calls that were made. One task that runs
// against it.

#include "gradus/aws/client.hpp"
#include "gradus/engine.hpp"
#include "gradus/history.hpp"
#include "gradus/json.hpp"
#include "gradus/virtual_loop.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace gradus {

class ScriptedAws final : public aws::Client {
public:
    explicit ScriptedAws(EventLoop& loop) : loop_(loop) {}

    /// The next answer of an operation; the last one is given again and again.
    void answer(const std::string& operation, const std::string& output) {
        answers_[operation].push_back(
            aws::CallOutput{.output = *parse_json(output), .request_id = "R1"});
    }
    void refuse(const std::string& operation, aws::CallError error) {
        answers_[operation].push_back(std::move(error));
    }

    aws::CallId call(aws::Call call, aws::CallCompletion done) override {
        std::deque<aws::CallResult>& prepared = answers_[call.operation];
        aws::CallResult result =
            prepared.empty() ? aws::CallError{.message = "no answer prepared"} : prepared.front();
        if (prepared.size() > 1) prepared.pop_front();
        calls.push_back(std::move(call));
        return loop_.schedule(std::chrono::milliseconds(10),
                              [done = std::move(done), result] { done(result); });
    }
    void cancel(aws::CallId id) override { loop_.cancel(id); }

    /// The input of the last call of an operation; null when there was none.
    Value input_of(const std::string& operation) const {
        for (auto at = calls.rbegin(); at != calls.rend(); ++at) {
            if (at->operation == operation) return at->input;
        }
        return {};
    }
    Value input_of(const std::string& operation, std::string_view member) const {
        const Value input = input_of(operation);
        return input[member];
    }
    std::size_t count(const std::string& operation) const {
        std::size_t found = 0;
        for (const aws::Call& made : calls)
            found += made.operation == operation ? 1U : 0U;
        return found;
    }

    std::vector<aws::Call> calls;

private:
    EventLoop& loop_;
    std::map<std::string, std::deque<aws::CallResult>> answers_;
};

/// An error that AWS answered with.
inline aws::CallError service_error(const std::string& code, const std::string& message,
                                    int http_status = 400) {
    return {.code = code,
            .message = message,
            .http_status = http_status,
            .request_id = "R1",
            .shape = code};
}

/// One task of its own machine. `fields` are members of the state: `"Parameters": {…}`.
struct TaskRun {
    explicit TaskRun(const std::string& resource, const std::string& fields = "")
        : definition(R"({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ")" +
                     resource + "\"" + (fields.empty() ? "" : ", ") + fields +
                     R"(, "End": true}}})") {}

    void start(Engine& engine) {
        const Compiled compiled = compile(definition);
        ASSERT_NE(compiled.program, nullptr) << compiled.diagnostics[0].message;
        const std::string machine =
            engine.add_state_machine({.name = "m", .program = compiled.program});
        const auto started = engine.start_execution(machine, "e", input);
        ASSERT_TRUE(started);
        arn = *started;
    }
    ExecutionSummary finish(VirtualLoop& loop, Engine& engine) {
        start(engine);
        loop.run_until([&] { return engine.describe(arn)->status != ExecutionStatus::running; });
        return *engine.describe(arn);
    }

    std::string definition;
    Value input = Value::object();
    std::string arn; // of the execution, once it has started
};

/// The types of an execution's events, in order.
inline std::vector<std::string> event_types(const Engine& engine, const std::string& arn) {
    std::vector<std::string> types;
    for (const HistoryEvent& event : engine.history(arn)) {
        const Value json = history_event_json(event);
        types.emplace_back(json["type"].as_string());
    }
    return types;
}

} // namespace gradus
