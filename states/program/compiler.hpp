#pragma once
// Compilation in the making: the program that grows, the scopes that are open, and the readers of
// the single state types, each of which stands in that type's own file.

#include "states/program/checks.hpp"
#include "states/program/program.hpp"
#include "states/program/reader.hpp"

#include <map>
#include <string>
#include <vector>

namespace gradus {

class Compiler {
public:
    /// `hash` is that of the definition's text.
    Compiler(WorkflowType type, std::string hash, DiagnosticSink& sink);

    /// Reads a whole definition, an object, which must outlive the compiler. The result is
    /// meaningful only when the sink has no errors.
    std::shared_ptr<const Program> compile_machine(const Value& definition);
    /// The passes over all that was read. Without `service_check` calls of services are taken as
    /// they are.
    void check(const ServiceCheck& service_check);

    // For the readers of states:

    DiagnosticSink& sink() { return sink_; }
    const Program& program() const { return *program_; }
    WorkflowType type() const { return program_->type; }
    /// A branch or processor: a States object of its own, owned by `owner`.
    ScopeIndex compile_scope(const Value& object, const std::string& pointer, StateIndex owner);
    /// The state that a transition in the scope being read leads to; faults are reported.
    std::optional<StateIndex> transition(const FieldReader& reader, std::string_view field);
    /// The state whose fields are being read.
    StateIndex current() const { return current_; }

private:
    struct OpenScope {
        ScopeIndex index{};
        std::map<std::string, StateIndex, std::less<>> names;
        ScopeGraph graph;
    };

    void collect_names(const Value& machine, const std::string& pointer);
    std::optional<StateIndex> target(const FieldReader& reader, std::string_view field);
    void compile_states(const Value& machine, const std::string& pointer, OpenScope& scope);
    void compile_state(const Value& json, const std::string& pointer, StateIndex index);
    QueryLanguage state_language(const Value& json, const std::string& pointer);
    void read_flow(const FieldReader& reader, State& state);
    void read_retriers(const FieldReader& reader, State& state);
    void read_catchers(const FieldReader& reader, State& state);

    std::shared_ptr<Program> program_;
    DiagnosticSink& sink_;
    std::map<std::string, std::string, std::less<>>
        all_names_;                    // state name to the place of its first use
    std::vector<StateSource> sources_; // by StateIndex
    std::vector<ScopeGraph> graphs_;
    OpenScope* scope_ = nullptr;
    StateIndex current_{};
};

/// Fields that every state has, and the groups that many have.
extern const std::span<const Field> common_fields;
extern const std::span<const Field> transition_fields;
extern const std::span<const Field> input_output_fields; // InputPath, OutputPath, Output, Assign
extern const std::span<const Field> result_fields;       // Parameters, ResultPath…
extern const std::span<const Field> error_fields;        // Retry, Catch

/// The fields that only this type of state has.
std::span<const Field> fields_of(StateType type);

// One reader a type, in the file of the type: pass.cpp, wait.cpp…
PassState read_pass(Compiler& compiler, const FieldReader& reader);
FailState read_fail(Compiler& compiler, const FieldReader& reader);
WaitState read_wait(Compiler& compiler, const FieldReader& reader);
ChoiceState read_choice(Compiler& compiler, const FieldReader& reader);
TaskState read_task(Compiler& compiler, const FieldReader& reader);
ParallelState read_parallel(Compiler& compiler, const FieldReader& reader);
MapState read_map(Compiler& compiler, const FieldReader& reader);
/// What makes a Map distributed; nothing when it is inline. `processor_field` is ItemProcessor or
/// Iterator.
std::optional<DistributedMap> read_distributed_map(Compiler& compiler, const FieldReader& map,
                                                   std::string_view processor_field);

} // namespace gradus
