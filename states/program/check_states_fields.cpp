// Source: States language, "Reserved variable: $states": `result` is there for Output and Assign of
// Task, Parallel and Map, `errorOutput` for those of a catcher.
#include "states/program/checks.hpp"
#include "states/program/queries.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

constexpr std::array<std::string_view, 4> known_fields = {"input", "context", "result",
                                                          "errorOutput"};

void check_field(const std::string& field, const StateQuery& query, const std::string& pointer,
                 DiagnosticSink& sink) {
    if (std::ranges::find(known_fields, field) == known_fields.end()) {
        sink.warn("UNKNOWN_STATES_FIELD", pointer, "'$states." + field + "' doesn't exist",
                  did_you_mean(field, {known_fields.begin(), known_fields.end()}));
        return;
    }
    if (field == "result" && query.extra != StatesExtra::result) {
        sink.error(pointer, "'$states.result' is not available here",
                   query.extra == StatesExtra::error_output
                       ? "a catcher has '$states.errorOutput'"
                       : "only Output and Assign of Task, Parallel and Map states have it");
    }
    if (field == "errorOutput" && query.extra != StatesExtra::error_output) {
        sink.error(pointer, "'$states.errorOutput' is not available here",
                   "only Output and Assign of a catcher have it");
    }
}

} // namespace

void check_states_fields(const CompiledStates& states, DiagnosticSink& sink) {
    for (std::size_t i = 0; i < states.program.states.size(); ++i) {
        for (const StateQuery& query : queries_of(states.program.states[i])) {
            if (query.jsonata == nullptr) continue;
            for (const std::string& field : query.jsonata->states_fields())
                check_field(field, query, states.sources[i].pointer + query.pointer, sink);
        }
    }
}

} // namespace gradus
