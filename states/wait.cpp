// Wait: entered → (timer) → exited. A time that has come already passes at once.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/machine.hpp"
#include "states/program/compiler.hpp"

namespace gradus {
namespace {

Result<Timestamp, Fault> due_after_seconds(const DataView& view, std::int64_t seconds) {
    if (seconds > limits::wait_seconds_max)
        return view.runtime_fault("Wait state delay is too long.");
    return view.now() + std::chrono::seconds(seconds);
}

Result<Timestamp, Fault> due_by_seconds(const DataView& view, const NumberField& field,
                                        const Value& input) {
    if (const auto* seconds = std::get_if<std::int64_t>(&field.content)) {
        return due_after_seconds(view, *seconds);
    }
    if (const auto* query = std::get_if<JsonataTemplate>(&field.content)) {
        GRADUS_TRY(Value value, evaluate_jsonata(view, *query, "Seconds", input, {}));
        std::int64_t seconds = 0;
        if (!value.is_number()) {
            return view.evaluation_fault(unexpected_type(*query, "Seconds", "number", value));
        }
        if (!value.to_integer(seconds) || seconds < 0 || seconds > limits::timeout_seconds_max) {
            return view.evaluation_fault(
                {"The Seconds field must be an integer from 0 to 99999999 but was: " +
                     to_json(value),
                 "Seconds"});
        }
        return due_after_seconds(view, seconds);
    }
    const auto& path = std::get<path::Path>(field.content);
    const auto value = evaluate_path(view, path, input);
    if (!value) {
        return view.runtime_fault("The SecondsPath parameter does not reference an input value: " +
                                  path.text());
    }
    const std::string found = path.text() + " == " + shown(*value);
    std::int64_t seconds = 0;
    if (!value->is_integer() || !value->to_integer(seconds)) {
        return view.runtime_fault("The SecondsPath parameter cannot be parsed as a long value: " +
                                  found);
    }
    if (seconds < 0) {
        return view.runtime_fault("The SecondsPath parameter references a negative value: " +
                                  found);
    }
    return due_after_seconds(view, seconds);
}

Result<Timestamp, Fault> due_by_timestamp(const DataView& view, const TextField& field,
                                          const Value& input) {
    auto text = evaluate_text(view, field, input);
    const auto* expression = std::get_if<templates::Expression>(&field.content);
    if (!text) {
        if (expression == nullptr) return std::move(text).error();
        return view.runtime_fault(
            "The TimestampPath parameter does not reference an input value: " + expression->text());
    }
    const auto instant = text->is_string() ? parse_rfc3339(text->as_string()) : std::nullopt;
    if (!instant && expression != nullptr) {
        return view.runtime_fault(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended "
            "offset date-time format string: " +
            expression->text() + " == " + shown(*text));
    }
    if (!instant) {
        Fault fault =
            view.evaluation_fault({"The Timestamp field cannot be parsed as an ISO-8601 extended "
                                   "offset date-time format string: " +
                                       shown(*text),
                                   "Timestamp"});
        fault.follows_entered = true;
        return fault;
    }
    const Timestamp due =
        timestamp_of(instant->seconds * 1000 + (instant->nanoseconds + 999'999) / 1'000'000);
    if (due - view.now() > std::chrono::seconds(limits::wait_seconds_max)) {
        return view.runtime_fault("Wait state delay is too long.");
    }
    return due;
}

} // namespace

WaitState read_wait(Compiler& compiler, const FieldReader& reader) {
    if (reader.language() == QueryLanguage::jsonata)
        reader.check_exclusive({"Seconds", "Timestamp"}, Presence::required);
    else
        reader.check_exclusive({"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
                               Presence::required);
    WaitState state;
    state.seconds = reader.number_field("Seconds", 0, limits::timeout_seconds_max);
    state.timestamp = reader.text_field("Timestamp");
    if (state.timestamp) {
        const auto* literal = std::get_if<std::string>(&state.timestamp->content);
        if (literal != nullptr && !parse_rfc3339(*literal)) {
            compiler.sink().error(reader.child("Timestamp"),
                                  "String does not match RFC3339 timestamp");
        }
    }
    return state;
}

void enter_wait(Machine& machine, BranchId id) {
    const DataView view = machine.data(machine.branch(id));
    const auto& wait = std::get<WaitState>(view.state().detail);
    auto input = effective_input(view);
    if (!input) return machine.fail(id, std::move(input).error());
    const auto due = wait.seconds ? due_by_seconds(view, *wait.seconds, *input)
                                  : due_by_timestamp(view, *wait.timestamp, *input);
    if (!due) return machine.fail(id, due.error());
    if (*due <= machine.now()) return machine.pass_on(id);
    machine.branch(id).timer = machine.start_timer(id, CommandPurpose::wait, *due);
}

} // namespace gradus
