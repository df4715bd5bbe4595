#pragma once
// The parts of TestState: the definition and the state in it, what the request may not say, the
// run, and what is shown. test_state.cpp puts them together.

#include "gradus/program.hpp"
#include "gradus/test_state.hpp"
#include "states/execution_state.hpp"
#include "states/inspection.hpp"
#include "states/program/program.hpp"

#include <memory>

namespace gradus {
class Machine;
}

namespace gradus::testing_state {

inline StatesError refused(std::string message) {
    return {"ValidationException", std::move(message)};
}

/// The state under test in the program that it belongs to.
struct Subject {
    std::shared_ptr<const Program> program;
    StateIndex index{};

    const State& state() const { return program->state(index); }
};

/// Compiles the request's definition, and finds its state.
Result<Subject, StatesError> find_subject(const TestStateRequest& request);

/// Members of the request that don't go together, whatever the definition says.
Result<void, StatesError> check_request(const TestStateRequest& request);
/// What the type of the state asks of the request.
Result<void, StatesError> check_for_state(const TestStateRequest& request, const Subject& subject);
/// A mocked result that the state could never get.
Result<void, StatesError> check_result(const TestStateRequest& request, const State& state,
                                       const Value& result, const TestStateSetting& setting);
/// A given context object; the request has one.
Result<Value, StatesError> read_context(const std::string& text, const State& state);

/// The texts of a request, parsed.
struct Given {
    Value input;
    Value variables = Value::object();
    std::optional<Value> mocked_result;
};

/// What a run left behind.
struct Outcome {
    Inspection inspection;
    Failure failure; // when nothing caught it
};

/// Runs the state. The error is one that shows only at run time (the number of iterations).
Result<Outcome, StatesError> run(const TestStateRequest& request, const Subject& subject,
                                 Given given, Inspection inspection,
                                 const TestStateSetting& setting);

/// A Map that has a mock, up to its iterations and on.
Result<void, StatesError> run_map(Machine& machine, const TestStateRequest& request,
                                  const Given& given);
/// The mock of a Parallel or Map stands for all of its branches or iterations.
void finish_with_mock(Machine& machine, const TestStateRequest& request, const Given& given);

TestStateResponse make_response(const TestStateRequest& request, const Subject& subject,
                                const Value& input, const Outcome& outcome);

} // namespace gradus::testing_state
