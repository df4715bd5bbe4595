#pragma once
// How data passes through a state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath in
// JSONPath; Arguments and Output in JSONata; Assign in both. Pure functions over a view of one
// branch. Sources: States language, "Input and Output Processing"; recorded executions for every
// message.

#include "gradus/failure.hpp"
#include "gradus/result.hpp"
#include "states/execution_state.hpp"
#include "states/inspection.hpp"
#include "states/program/program.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gradus {

/// Why a state failed. `failure` is complete, prefix included.
struct Fault {
    Failure failure;
    bool is_evaluation = false; // States.QueryEvaluationError: history gets EvaluationFailed first
    std::string location;       // of such: "Output/result"; may be empty
    bool is_heartbeat = false;  // a missed heartbeat, which States.HeartbeatTimeout names too
    // Recorded: EvaluationFailed follows what came before …StateEntered, save for a computed
    // Timestamp that is no time, where it follows …StateEntered itself.
    bool follows_entered = false;
    bool is_of_child = false; // came up from a branch or iteration
};

[[noreturn]] inline void throw_exception_from_error(const Fault& fault,
                                                    const boost::source_location& where) {
    assertion_failed(fault.failure.cause.value_or("fault").c_str(), where.file_name(),
                     static_cast<int>(where.line()));
}

/// Names of errors that states themselves raise.
namespace errors {
inline constexpr std::string_view runtime = "States.Runtime";
inline constexpr std::string_view query_evaluation = "States.QueryEvaluationError";
inline constexpr std::string_view intrinsic = "States.IntrinsicFailure";
inline constexpr std::string_view result_path = "States.ResultPathMatchFailure";
inline constexpr std::string_view data_limit = "States.DataLimitExceeded";
inline constexpr std::string_view no_choice_matched = "States.NoChoiceMatched";
inline constexpr std::string_view timeout = "States.Timeout";
inline constexpr std::string_view task_failed = "States.TaskFailed";
inline constexpr std::string_view item_reader_failed = "States.ItemReaderFailed";
inline constexpr std::string_view result_writer_failed = "States.ResultWriterFailed";
inline constexpr std::string_view exceed_tolerated_failures =
    "States.ExceedToleratedFailureThreshold";
} // namespace errors

/// Further members of $states and of the context object, beyond what the branch itself says.
struct Extras {
    const Value* result = nullptr;
    const Value* error_output = nullptr;
    const std::string* task_token = nullptr;
    const Value* map_item = nullptr; // instead of the branch's own
};

/// What the queries of one branch's current state see.
class DataView {
public:
    /// Borrows all of them; `inspection` is null but for TestState.
    DataView(const Program& program, ExecutionState& state, const Branch& branch, Timestamp now,
             Inspection* inspection)
        : program_(program), state_(state), branch_(branch), now_(now), inspection_(inspection) {}

    const State& state() const { return program_.state(branch_.state); }
    const Branch& branch() const { return branch_; }
    const Value& variables() const { return branch_.variables; }
    Random& random() const { return state_.random; }
    Timestamp now() const { return now_; }
    /// Keeps the data after a step of the state, where somebody inspects it.
    void keep(std::optional<Value> Inspection::*step, const Value& value) const {
        if (inspection_ != nullptr) inspection_->*step = value;
    }
    /// The same for data that comes one element after the other.
    void keep_element(std::optional<Value> Inspection::*step, const Value& element) const {
        if (inspection_ == nullptr) return;
        auto& list = inspection_->*step;
        Value grown =
            list ? std::move(*list) : Value::array({}); // moved, so that it grows in place
        list = std::move(grown).with_element(element);
    }
    /// The context object, made anew.
    Value context(const Extras& extras) const;

    /// "An error occurred while executing the state 'X' (entered at the event id #2). " + message.
    Fault fault(std::string_view error, const std::string& message) const;
    Fault runtime_fault(const std::string& message) const {
        return fault(errors::runtime, message);
    }
    Fault evaluation_fault(const QueryEvaluationError& error) const;

private:
    const Program& program_;
    ExecutionState& state_;
    const Branch& branch_;
    Timestamp now_;
    Inspection* inspection_;
};

/// The raw input after InputPath.
Result<Value, Fault> effective_input(const DataView& view);
/// Evaluates a payload. `input` is `$`, or $states.input.
Result<Value, Fault> evaluate_payload(const DataView& view, const Payload& payload,
                                      std::string_view field, const Value& input,
                                      const Extras& extras);
Result<Value, Fault> evaluate_jsonata(const DataView& view, const JsonataTemplate& query,
                                      std::string_view field, const Value& input,
                                      const Extras& extras);
/// Parameters or Arguments applied; the effective input when the state has none.
Result<Value, Fault> effective_arguments(const DataView& view, Value input, const Extras& extras);
/// A path over `input`, the context object and the variables.
Result<Value, Fault> evaluate_path(const DataView& view, const path::Path& path,
                                   const Value& input);
/// The text of a TextField.
Result<Value, Fault> evaluate_text(const DataView& view, const TextField& field,
                                   const Value& input);

/// The text that AWS shows of a value in messages: strings without their quotes.
std::string shown(const Value& value);

/// Whether a Choice rule matches.
Result<bool, Fault> evaluate_rule(const DataView& view, const choice::Rule& rule,
                                  const Value& input);

/// What a state hands on.
struct Leaving {
    Value output;
    Value assigned;         // an object of new variables, or null
    bool is_caught = false; // by a catcher: what goes wrong from here on, nothing catches
};

/// ResultSelector, ResultPath, Assign, OutputPath; or Output and Assign.
Result<Leaving, Fault> leave_with_result(const DataView& view, Value result);
/// For states that have no result: Choice, Wait, Succeed. `choice` overrides the state's own Output
/// and Assign when a rule matched.
Result<Leaving, Fault> leave_without_result(const DataView& view, const ChoiceBranch* choice);
/// What the state's catcher of that number makes of an error output.
Result<Leaving, Fault> leave_by_catcher(const DataView& view, std::size_t number,
                                        const Value& error_output);

} // namespace gradus
