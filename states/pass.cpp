// Pass: entered → exited. Never waits.
#include "states/machine.hpp"
#include "states/program/compiler.hpp"

namespace gradus {

PassState read_pass(Compiler&, const FieldReader& reader) {
    PassState state;
    if (const Value* result = reader.object().find("Result")) state.result = *result;
    return state;
}

void enter_pass(Machine& machine, BranchId id) {
    const DataView view = machine.data(machine.branch(id));
    // A Pass state of JSONata has no result: its Output sees the input only.
    if (view.state().language == QueryLanguage::jsonata) return machine.pass_on(id);
    const auto& pass = std::get<PassState>(view.state().detail);
    if (pass.result) {
        view.keep(&Inspection::result, *pass.result);
        return machine.succeed(id, *pass.result);
    }
    auto input = effective_input(view);
    if (!input) return machine.fail(id, std::move(input).error());
    auto result = effective_arguments(view, std::move(*input), {});
    if (!result) return machine.fail(id, std::move(result).error());
    machine.succeed(id, std::move(*result));
}

} // namespace gradus
