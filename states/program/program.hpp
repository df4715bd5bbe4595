#pragma once
// The inside of a Program: the definition with its names turned into indices and its queries
// compiled. Written by compile, read by the states; never changed afterwards.

#include "gradus/map_run.hpp"
#include "gradus/program.hpp"
#include "gradus/resource.hpp"
#include "gradus/value.hpp"
#include "states/query/choice_rule.hpp"
#include "states/query/jsonata_template.hpp"
#include "states/query/path/path.hpp"
#include "states/query/template.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gradus {

enum class QueryLanguage : std::uint8_t { jsonpath, jsonata };
enum class StateType : std::uint8_t { task, wait, pass, succeed, fail, choice, parallel, map };
enum class StateIndex : std::uint32_t {};
enum class ScopeIndex : std::uint32_t {};

std::string_view state_type_name(StateType type);
std::optional<StateType> state_type_named(std::string_view name);

// --- queries, as the fields of states hold them --------------------------------------------------

/// InputPath, OutputPath, ResultPath: a path, or null, which throws the document away.
struct PathOrDiscard {
    std::optional<path::Path> path; // absent: null was written
};
/// Parameters, Arguments, Assign, ItemSelector…: a payload template, or JSON with JSONata in it.
using Payload = std::variant<templates::Template, JsonataTemplate>;
/// A number that is written down, computed by JSONata, or found by a path. Only percentages may be
/// written with a fraction.
struct NumberField {
    std::string name; // as written: "TimeoutSecondsPath"
    std::variant<std::int64_t, JsonataTemplate, path::Path, double> content;
};
/// A text that is written down or computed (Error, Cause, ErrorPath, CausePath, Timestamp).
struct TextField {
    std::string name;
    std::variant<std::string, JsonataTemplate, templates::Expression> content;
};

/// Variables read anywhere in a query.
std::vector<std::string> variables_referenced(const Payload& payload);

// --- what states have in common ------------------------------------------------------------------

/// How data passes through a state. Absent members take their language's default.
struct DataFlow {
    std::optional<PathOrDiscard> input_path;
    std::optional<PathOrDiscard> output_path;
    std::optional<PathOrDiscard> result_path;
    std::optional<Payload> arguments; // Parameters, or Arguments
    std::optional<Payload> result_selector;
    std::optional<Payload> assign;
    std::optional<JsonataTemplate> output;
};

struct Retrier {
    std::vector<std::string> error_equals;
    std::int64_t interval_seconds = 1;
    std::int64_t attempts_max = 3;
    double backoff_rate = 2.0;
    std::optional<std::int64_t> delay_seconds_max;
    bool has_full_jitter = false;
};

struct Catcher {
    std::vector<std::string> error_equals;
    StateIndex next{};
    std::optional<PathOrDiscard> result_path;
    std::optional<Payload> assign;
    std::optional<JsonataTemplate> output;
};

// --- what each type of state adds ----------------------------------------------------------------

struct PassState {
    std::optional<Value> result;
};
struct SucceedState {};
struct FailState {
    std::optional<TextField> error;
    std::optional<TextField> cause;
};
struct WaitState {
    std::optional<NumberField> seconds;
    std::optional<TextField> timestamp; // exactly one of the two
};
struct ChoiceBranch {
    std::variant<std::monostate, choice::Rule, JsonataTemplate> condition; // monostate: faulty
    StateIndex next{};
    std::optional<Payload> assign;
    std::optional<JsonataTemplate> output;
};
struct ChoiceState {
    std::vector<ChoiceBranch> choices;
    std::optional<StateIndex> default_next;
};
struct TaskState {
    std::shared_ptr<const Resource> resource;
    std::optional<NumberField> timeout;
    std::optional<NumberField> heartbeat;
    std::optional<Payload> credentials;
};
struct ParallelState {
    std::vector<ScopeIndex> branches;
};
/// The fields of Map that only a distributed one may have. AWS, "Using Map state in Distributed
/// mode".
struct ItemReader {
    std::shared_ptr<const ItemSource> source;
    std::optional<Payload> arguments;
    std::optional<NumberField> items_max;
};
struct ItemBatcher {
    std::optional<NumberField> items_max;
    std::optional<NumberField> bytes_max;
    std::optional<Payload> batch_input;
};
enum class ResultTransformation : std::uint8_t { none, compact, flatten };
struct ResultWriter {
    std::string resource; // empty: results aren't exported
    std::optional<Payload> arguments;
    ResultTransformation transformation = ResultTransformation::compact;
    bool is_jsonl = false;
};
struct DistributedMap {
    WorkflowType child_type = WorkflowType::standard;
    std::string label; // part of the children's names; made up when the definition has none
    std::optional<ItemReader> reader;
    std::optional<ItemBatcher> batcher;
    std::optional<ResultWriter> writer;
};

struct MapState {
    ScopeIndex processor{};
    std::optional<DistributedMap> distributed; // absent: inline
    std::optional<path::Path> items_path;
    std::optional<JsonataTemplate> items;
    std::optional<Payload> item_selector;
    std::optional<NumberField> concurrency_max;
    std::optional<NumberField> tolerated_failure_count;
    std::optional<NumberField> tolerated_failure_percentage;
};

using StateDetail = std::variant<PassState, SucceedState, FailState, WaitState, ChoiceState,
                                 TaskState, ParallelState, MapState>;

struct State {
    Value name;
    StateType type = StateType::pass;
    QueryLanguage language = QueryLanguage::jsonpath;
    ScopeIndex scope{};
    std::optional<StateIndex> next; // absent: the state ends its branch
    DataFlow flow;
    std::vector<Retrier> retriers;
    std::vector<Catcher> catchers;
    StateDetail detail;
};

/// One States object: the machine itself, a branch of a Parallel, the processor of a Map.
struct MachineScope {
    StateIndex start_at{};
    std::optional<StateIndex> owner; // the Parallel or Map state; absent for the machine itself
};

struct Program {
    std::string hash; // SHA-256 of the definition's text, lower-case hexadecimal
    WorkflowType type = WorkflowType::standard;
    QueryLanguage language = QueryLanguage::jsonpath;
    std::optional<std::int64_t> timeout_seconds;
    std::vector<State> states;
    std::vector<MachineScope> scopes; // 0 is the machine itself

    const State& state(StateIndex index) const { return states[static_cast<std::size_t>(index)]; }
    const MachineScope& scope(ScopeIndex index) const {
        return scopes[static_cast<std::size_t>(index)];
    }
};

} // namespace gradus
