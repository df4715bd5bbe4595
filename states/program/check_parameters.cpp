// Sources: AWS, "Integrating optimized services" and the page of each; AWS, "Calling HTTPS APIs".
#include "states/program/checks.hpp"
#include "states/program/integration_parameters.hpp"

namespace gradus {

void check_parameters(const CompiledStates& states, DiagnosticSink& sink) {
    for (std::size_t i = 0; i < states.program.states.size(); ++i) {
        const State& state = states.program.states[i];
        const auto* task = std::get_if<TaskState>(&state.detail);
        if (task == nullptr || task->resource == nullptr) continue;
        const Resource& resource = *task->resource;
        const IntegrationParameters* known = integration_parameters(resource);
        const bool is_jsonata = state.language == QueryLanguage::jsonata;
        const std::string_view field = is_jsonata ? "Arguments" : "Parameters";
        const Value* parameters = states.sources[i].json->find(field);
        // Without the field, the input is what the service gets; nothing is known of it.
        if (known == nullptr || parameters == nullptr || !parameters->is_object()) continue;
        const std::string at = pointer_child(states.sources[i].pointer, field);
        const auto computed =
            is_jsonata ? ComputedMembers::expressions : ComputedMembers::dollar_names;
        for (const ParameterFault& fault : parameter_faults(*known, *parameters, computed)) {
            sink.error(fault.member.empty() ? at : pointer_child(at, fault.member), fault.message,
                       fault.hint);
        }
    }
}

} // namespace gradus
