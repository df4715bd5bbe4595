// Fail: entered, and its branch ends with a fault. Nothing catches it but an enclosing Parallel or
// Map.
#include "states/machine.hpp"
#include "states/program/compiler.hpp"

namespace gradus {

FailState read_fail(Compiler&, const FieldReader& reader) {
    return {.error = reader.text_field("Error"), .cause = reader.text_field("Cause")};
}

void enter_fail(Machine& machine, BranchId id) {
    const DataView view = machine.data(machine.branch(id));
    const auto& state = std::get<FailState>(view.state().detail);
    // A Fail has no InputPath: this is its raw input, which can't be missing.
    const Value input = *effective_input(view);
    Fault fault;
    const auto evaluate_into = [&](const std::optional<TextField>& field,
                                   std::optional<std::string>& text) -> std::optional<Fault> {
        if (!field) return std::nullopt;
        auto value = evaluate_text(view, *field, input);
        if (!value) return std::move(value).error();
        if (!value->is_string()) {
            // Not recorded; worded like its neighbours.
            return view.runtime_fault("The " + field->name + " field must refer to a string.");
        }
        text = value->as_string();
        return std::nullopt;
    };
    if (auto broken = evaluate_into(state.error, fault.failure.error))
        return machine.fail(id, *broken);
    if (auto broken = evaluate_into(state.cause, fault.failure.cause))
        return machine.fail(id, *broken);
    machine.fail(id, std::move(fault));
}

} // namespace gradus
