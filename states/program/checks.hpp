#pragma once
// The checks that need a definition as a whole, after its states have been read. Each is a pass of
// its own in check_<what>.cpp; all are pure and report to the sink.

#include "gradus/service_check.hpp"
#include "states/program/program.hpp"
#include "states/program/reader.hpp"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gradus {

/// Where a state stands in the definition.
struct StateSource {
    std::string pointer;
    const Value* json = nullptr;
};

/// What the passes look at. All of it is borrowed; states that couldn't be read are there with
/// their names and nothing else.
struct CompiledStates {
    const Program& program;
    std::span<const StateSource> sources; // by StateIndex
};

/// A States object with the transitions in it.
struct ScopeGraph {
    std::string pointer;
    std::vector<StateIndex> states;
    std::optional<StateIndex> start;
    std::vector<std::pair<StateIndex, StateIndex>> transitions; // from, to
    bool is_complete = true;                                    // every transition leads somewhere
};

/// Whether every state can be reached and one of them ends the scope.
void check_scope(const ScopeGraph& graph, const CompiledStates& states, DiagnosticSink& sink);
/// Variables: their names, their scopes, and whether they have a value when they are read.
void check_variables(const CompiledStates& states, DiagnosticSink& sink);
/// $states: fields that don't exist, or not where they are read.
void check_states_fields(const CompiledStates& states, DiagnosticSink& sink);
/// Retry and Catch: names, order, and what can never match.
void check_error_handling(const CompiledStates& states, DiagnosticSink& sink);
/// The parameters of optimised integrations.
void check_parameters(const CompiledStates& states, DiagnosticSink& sink);
/// Calls of services, by what the caller knows of them.
void check_services(const CompiledStates& states, const ServiceCheck& check, DiagnosticSink& sink);
/// What keeps a resource out of Express workflows, in AWS's words; empty when nothing does.
std::string express_fault(const Resource& resource);
/// Map and Parallel: modes, labels, and what children of type EXPRESS can't do.
void check_maps(const CompiledStates& states, DiagnosticSink& sink);
/// Paths that find nothing in an input that is written in the definition.
void check_known_inputs(const ScopeGraph& graph, const CompiledStates& states,
                        DiagnosticSink& sink);
/// What AWS accepts and nobody wants.
void check_habits(const CompiledStates& states, DiagnosticSink& sink);

} // namespace gradus
