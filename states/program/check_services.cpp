#include "states/program/checks.hpp"

namespace gradus {

void check_services(const CompiledStates& states, const ServiceCheck& check, DiagnosticSink& sink) {
    for (std::size_t i = 0; i < states.program.states.size(); ++i) {
        const State& state = states.program.states[i];
        const auto* task = std::get_if<TaskState>(&state.detail);
        if (task == nullptr || task->resource == nullptr) continue;
        const bool is_jsonata = state.language == QueryLanguage::jsonata;
        const std::string_view field = is_jsonata ? "Arguments" : "Parameters";
        const StateSource& source = states.sources[i];
        const ServiceTask written{*task->resource, source.json->find(field), is_jsonata};
        for (ServiceFault& fault : check(written)) {
            std::string at = fault.is_of_resource
                                 ? pointer_child(source.pointer, "Resource")
                                 : pointer_child(source.pointer, field) + std::move(fault.pointer);
            if (fault.severity == Severity::error)
                sink.error(std::move(at), std::move(fault.message), std::move(fault.hint));
            else
                sink.warn("UNSUITABLE_CALL", std::move(at), std::move(fault.message),
                          std::move(fault.hint));
        }
    }
}

} // namespace gradus
