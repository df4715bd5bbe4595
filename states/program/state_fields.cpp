// Which field may stand in which state (AWS, "State machine structure"; States language, the table
// of fields), and the reading of those that several types share.
#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/program/compiler.hpp"

#include <algorithm>
#include <array>

namespace gradus {
namespace {

using enum FieldKind;
using enum FieldLanguage;

constexpr auto common_table = std::to_array<Field>({
    {.name = "Type", .kind = text},
    {.name = "Comment", .kind = text},
    {.name = "QueryLanguage", .kind = text},
});
constexpr auto transition_table = std::to_array<Field>({
    {.name = "Next", .kind = text},
    {.name = "End", .kind = boolean},
});
constexpr auto input_output_table = std::to_array<Field>({
    {.name = "InputPath", .kind = FieldKind::path, .language = jsonpath},
    {.name = "OutputPath", .kind = FieldKind::path, .language = jsonpath},
    {.name = "Output", .kind = any, .language = jsonata},
});
constexpr auto result_table = std::to_array<Field>({
    {.name = "ResultSelector", .kind = object, .language = jsonpath},
    {.name = "ResultPath", .kind = FieldKind::path, .language = jsonpath},
    {.name = "Assign", .kind = object},
});
constexpr auto error_table = std::to_array<Field>({
    {.name = "Retry", .kind = array},
    {.name = "Catch", .kind = array},
});

constexpr auto pass_table = std::to_array<Field>({
    {.name = "Result", .kind = any, .language = jsonpath},
    {.name = "Parameters", .kind = object, .language = jsonpath},
    {.name = "ResultPath", .kind = FieldKind::path, .language = jsonpath},
    {.name = "Assign", .kind = object},
});
constexpr auto fail_table = std::to_array<Field>({
    {.name = "Error", .kind = formula, .literal = text},
    {.name = "Cause", .kind = formula, .literal = text},
    {.name = "ErrorPath", .kind = text, .language = jsonpath},
    {.name = "CausePath", .kind = text, .language = jsonpath},
});
constexpr auto wait_table = std::to_array<Field>({
    {.name = "Seconds", .kind = formula, .literal = integer},
    {.name = "SecondsPath", .kind = text, .language = jsonpath},
    {.name = "Timestamp", .kind = formula, .literal = text},
    {.name = "TimestampPath", .kind = text, .language = jsonpath},
    {.name = "Assign", .kind = object},
});
constexpr auto choice_table = std::to_array<Field>({
    {.name = "Choices", .kind = array, .presence = Presence::required},
    {.name = "Default", .kind = text},
    {.name = "Assign", .kind = object},
});
constexpr auto task_table = std::to_array<Field>({
    {.name = "Resource", .kind = text, .presence = Presence::required},
    {.name = "Parameters", .kind = object, .language = jsonpath},
    {.name = "Arguments", .kind = any, .language = jsonata},
    {.name = "TimeoutSeconds", .kind = formula, .literal = integer},
    {.name = "TimeoutSecondsPath", .kind = text, .language = jsonpath},
    {.name = "HeartbeatSeconds", .kind = formula, .literal = integer},
    {.name = "HeartbeatSecondsPath", .kind = text, .language = jsonpath},
    {.name = "Credentials", .kind = formula, .literal = object},
});
constexpr auto parallel_table = std::to_array<Field>({
    {.name = "Branches", .kind = array, .presence = Presence::required},
    {.name = "Parameters", .kind = object, .language = jsonpath},
    {.name = "Arguments", .kind = any, .language = jsonata},
});
constexpr auto map_table = std::to_array<Field>({
    {.name = "ItemProcessor", .kind = object},
    {.name = "Iterator", .kind = object},
    {.name = "ItemsPath", .kind = text, .language = jsonpath},
    {.name = "Items", .kind = formula, .language = jsonata, .literal = array},
    {.name = "ItemSelector", .kind = any},
    {.name = "Parameters", .kind = object, .language = jsonpath},
    {.name = "MaxConcurrency", .kind = formula, .literal = integer},
    {.name = "MaxConcurrencyPath", .kind = text, .language = jsonpath},
    {.name = "ToleratedFailureCount", .kind = formula, .literal = integer},
    {.name = "ToleratedFailureCountPath", .kind = text, .language = jsonpath},
    {.name = "ToleratedFailurePercentage", .kind = formula, .literal = number},
    {.name = "ToleratedFailurePercentagePath", .kind = text, .language = jsonpath},
    {.name = "Label", .kind = text},
    {.name = "ItemReader", .kind = object},
    {.name = "ItemBatcher", .kind = object},
    {.name = "ResultWriter", .kind = object},
});

constexpr auto retrier_table = std::to_array<Field>({
    {.name = "ErrorEquals", .kind = array, .presence = Presence::required},
    {.name = "IntervalSeconds", .kind = integer},
    {.name = "MaxAttempts", .kind = integer},
    {.name = "BackoffRate", .kind = number},
    {.name = "MaxDelaySeconds", .kind = integer},
    {.name = "JitterStrategy", .kind = text},
    {.name = "Comment", .kind = text},
});
constexpr auto catcher_table = std::to_array<Field>({
    {.name = "ErrorEquals", .kind = array, .presence = Presence::required},
    {.name = "Next", .kind = text, .presence = Presence::required},
    {.name = "ResultPath", .kind = FieldKind::path, .language = jsonpath},
    {.name = "Output", .kind = any, .language = jsonata},
    {.name = "Assign", .kind = object},
    {.name = "Comment", .kind = text},
});

// AWS API reference, "Retry".
constexpr std::int64_t attempts_limit = 99'999'999;
constexpr std::int64_t delay_limit = 31'622'400;

std::vector<std::string> read_error_names(const Value& rule) {
    std::vector<std::string> names;
    const Value* list = rule.find("ErrorEquals");
    if (list == nullptr || !list->is_array()) return names;
    for (const Value& name : list->as_array()) {
        if (name.is_string()) names.emplace_back(name.as_string());
    }
    return names;
}

} // namespace

const std::span<const Field> common_fields = common_table;
const std::span<const Field> transition_fields = transition_table;
const std::span<const Field> input_output_fields = input_output_table;
const std::span<const Field> result_fields = result_table;
const std::span<const Field> error_fields = error_table;

std::span<const Field> fields_of(StateType type) {
    switch (type) {
    case StateType::task: return task_table;
    case StateType::wait: return wait_table;
    case StateType::pass: return pass_table;
    case StateType::succeed: return {};
    case StateType::fail: return fail_table;
    case StateType::choice: return choice_table;
    case StateType::parallel: return parallel_table;
    case StateType::map: return map_table;
    }
    GRADUS_UNREACHABLE();
}

void Compiler::read_flow(const FieldReader& reader, State& state) {
    DataFlow& flow = state.flow;
    if (state.type == StateType::fail) return;
    flow.output = reader.jsonata("Output");
    const bool is_jsonpath = state.language == QueryLanguage::jsonpath;
    if (state.type != StateType::succeed && state.type != StateType::choice)
        flow.assign = reader.payload("Assign");
    if (state.type == StateType::choice) flow.assign = reader.payload("Assign");
    if (!is_jsonpath) {
        if (state.type == StateType::task || state.type == StateType::parallel) {
            flow.arguments = reader.payload("Arguments");
        }
        return;
    }
    flow.input_path = reader.path_or_discard("InputPath");
    flow.output_path = reader.path_or_discard("OutputPath");
    flow.result_path = reader.result_path();
    // A Map's Parameters are its legacy ItemSelector, which map.cpp reads.
    if (state.type != StateType::map) flow.arguments = reader.payload("Parameters");
    flow.result_selector = reader.payload("ResultSelector");
}

void Compiler::read_retriers(const FieldReader& reader, State& state) {
    const Value* list = reader.object().find("Retry");
    if (list == nullptr || !list->is_array()) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Value& json = (*list)[i];
        const std::string at = pointer_child(reader.child("Retry"), i);
        if (!json.is_object()) {
            sink_.error(at, "Expected value of type an object but found " +
                                to_json(json).substr(0, 80));
            continue;
        }
        const FieldReader rule(json, at, state.language, sink_);
        rule.check({retrier_table});
        Retrier retrier;
        retrier.error_equals = read_error_names(json);
        retrier.interval_seconds =
            rule.integer("IntervalSeconds", 1, limits::timeout_seconds_max).value_or(1);
        retrier.attempts_max = rule.integer("MaxAttempts", 0, attempts_limit).value_or(3);
        retrier.backoff_rate = rule.number("BackoffRate", 1.0).value_or(2.0);
        retrier.delay_seconds_max = rule.integer("MaxDelaySeconds", 1, delay_limit);
        if (retrier.delay_seconds_max && *retrier.delay_seconds_max <= retrier.interval_seconds) {
            // AWS, "Retry": "greater than 0"; below the interval it would undo it. Not recorded.
            sink_.warn("DISCARDED_FIELD", rule.child("IntervalSeconds"),
                       "MaxDelaySeconds allows no delay longer than IntervalSeconds");
        }
        retrier.has_full_jitter = rule.one_of("JitterStrategy", {"FULL", "NONE"}) == "FULL";
        state.retriers.push_back(std::move(retrier));
    }
}

void Compiler::read_catchers(const FieldReader& reader, State& state) {
    const Value* list = reader.object().find("Catch");
    if (list == nullptr || !list->is_array()) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Value& json = (*list)[i];
        const std::string at = pointer_child(reader.child("Catch"), i);
        if (!json.is_object()) {
            sink_.error(at, "Expected value of type an object but found " +
                                to_json(json).substr(0, 80));
            state.catchers.emplace_back(); // keeps the numbers of those that follow
            continue;
        }
        const FieldReader rule(json, at, state.language, sink_);
        rule.check({catcher_table});
        Catcher catcher;
        catcher.error_equals = read_error_names(json);
        catcher.result_path = rule.result_path();
        catcher.assign = rule.payload("Assign");
        catcher.output = rule.jsonata("Output");
        if (const auto next = transition(rule, "Next")) catcher.next = *next;
        state.catchers.push_back(std::move(catcher));
    }
}

} // namespace gradus
