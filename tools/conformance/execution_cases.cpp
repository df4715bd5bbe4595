// Cases of kind "execution": a definition and an input, and the history and outcome AWS recorded.
#include "gradus/json.hpp"
#include "gradus/log_record.hpp"
#include "gradus/program.hpp"
#include "tools/conformance/asl_cases.hpp"
#include "tools/conformance/matcher.hpp"
#include "tools/conformance/recorded_case.hpp"
#include "tools/conformance/resource_words.hpp"
#include "tools/conformance/scripted_run.hpp"

#include <algorithm>

namespace gradus::conformance {
namespace {

/// A history in which the ARNs made above are the words again.
Value with_resource_words(const Value& events, const Value& definition_words) {
    std::string text = to_json(events);
    for (const Value& word : definition_words.as_array()) {
        for (const char* prefix : {"arn:aws:lambda:us-east-1:111111111111:function:",
                                   "arn:aws:states:us-east-1:111111111111:activity:"}) {
            const std::string arn = prefix + std::string(word.as_string());
            for (std::size_t at = text.find(arn); at != std::string::npos;
                 at = text.find(arn, at)) {
                text.replace(at, arn.size(), word.as_string());
            }
        }
    }
    auto parsed = parse_json(text);
    return parsed ? *parsed : events;
}

void collect_words(const Value& definition, Array& words) {
    if (definition.is_array()) {
        for (const Value& element : definition.as_array())
            collect_words(element, words);
    } else if (definition.is_object()) {
        for (const Member& member : definition.as_object()) {
            if (member.name() == "Resource" && member.value.is_string() &&
                !member.value.as_string().starts_with("arn:")) {
                words.push_back(member.value);
            }
            collect_words(member.value, words);
        }
    }
}

Value input_of(const Value& the_case) {
    if (the_case["input_omitted"] == Value(true)) return Value::object();
    if (const Value* text = the_case.find("input_text"); text != nullptr && text->is_string()) {
        auto parsed = parse_json(text->as_string());
        if (parsed) return std::move(*parsed);
    }
    return the_case["input"];
}

ExecutionStarted start_of(const Value& the_case) {
    ExecutionStarted start;
    start.identity.execution_name = "execution";
    start.identity.state_machine_name = "machine";
    start.identity.state_machine_arn = "arn:aws:states:us-east-1:111111111111:stateMachine:machine";
    const bool is_express = the_case["type"] == Value("EXPRESS");
    start.identity.type = is_express ? WorkflowType::express : WorkflowType::standard;
    start.identity.execution_arn =
        is_express ? "arn:aws:states:us-east-1:111111111111:express:machine:execution:1"
                   : "arn:aws:states:us-east-1:111111111111:execution:machine:execution";
    start.identity.role_arn = "snf_role_arn";
    start.input = input_of(the_case);
    start.seed = 1;
    start.token_secret = "secret";
    return start;
}

std::optional<std::string> outcome_difference(const Value& expected, const ExecutionState& state,
                                              Matcher& matcher) {
    const Value status(execution_status_name(state.status));
    if (expected["status"] != status) {
        return "status: expected " + to_json(expected["status"]) + ", found " + to_json(status) +
               " " + state.failure.error.value_or("") + ": " + state.failure.cause.value_or("");
    }
    if (state.status == ExecutionStatus::succeeded) {
        if (const Value* output = expected.find("output")) {
            return matcher.difference(*output, Value(to_json(state.output)), "output");
        }
        return std::nullopt;
    }
    for (const auto& [name, actual] :
         {std::pair{"error", state.failure.error}, {"cause", state.failure.cause}}) {
        const Value* wanted = expected.find(name);
        if (wanted == nullptr) continue;
        if (auto found = matcher.difference(*wanted, actual ? Value(*actual) : Value(), name))
            return found;
    }
    return std::nullopt;
}

/// Level and includeExecutionData of a machine whose log was recorded: they stand in its source
/// only, as "…_ERROR_False] …".
std::pair<LogLevel, bool> logging_of(const Value& the_case) {
    const std::string source(the_case["source"].as_string());
    const std::string parameters = source.substr(0, source.rfind(']'));
    const std::size_t data = parameters.rfind('_');
    const std::size_t level = parameters.rfind('_', data - 1);
    return {log_level_named(parameters.substr(level + 1, data - level - 1)).value_or(LogLevel::all),
            parameters.substr(data + 1) == "True"};
}

/// The log records of this run, or the last of them, beside those recorded.
std::optional<std::string> log_difference(const Value& the_case, const ScriptedRun& run,
                                          Matcher& matcher) {
    const Value& expected = the_case["expected"];
    const ExecutionState& state = run.state();
    if (const Value* last = expected.find("end_log_event")) {
        return matcher.difference(
            *last, log_record(run.history().back(), state.identity, state.redrives, true),
            "end_log_event");
    }
    const Value* wanted = expected.find("log_events");
    if (wanted == nullptr) return std::nullopt;
    const auto [level, includes_data] = logging_of(the_case);
    Array records;
    for (const HistoryEvent& event : run.history()) {
        if (is_logged(event.type, level))
            records.push_back(log_record(event, state.identity, state.redrives, includes_data));
    }
    return matcher.difference(*wanted, Value(std::move(records)), "log_events");
}

/// What differs between the recording and this run of it.
std::optional<std::string> difference_of(const Value& the_case, const ScriptedRun& run) {
    const Value& expected = the_case["expected"];
    const Value& events = expected["events"];
    // The context object has Execution.RedriveCount since redrive was introduced, on 15 November
    // 2023.
    constexpr std::int64_t redrive_introduced = 1'700'006'400'000;
    Matcher matcher(the_case["normalised_paths"].is_array() ? the_case["normalised_paths"]
                                                            : Value::array({}));
    if (epoch_milliseconds(recorded_at(the_case)) < redrive_introduced)
        matcher.ignore_member("RedriveCount");
    // Drawn numbers were normalised by the recorder; drawn UUIDs weren't.
    if (the_case["nondeterministic"].is_array()) matcher.accept_any_uuid();
    if (events.is_array()) {
        Array words;
        collect_words(the_case["definition"], words);
        std::vector<HistoryEvent> history = run.history();
        // RUNNING: the recording was read before the end; what it shows must be the beginning.
        const bool is_cut = expected["status"] == Value("RUNNING");
        if (is_cut && history.size() > events.size()) history.resize(events.size());
        const Value document = history_json(history);
        const Value actual = with_resource_words(document["events"], Value(std::move(words)));
        if (auto found = matcher.history_difference(events, actual, the_case)) return found;
        if (is_cut) return std::nullopt;
    }
    if (auto found = log_difference(the_case, run, matcher)) return found;
    return outcome_difference(expected, run.state(), matcher);
}

void run_case(const Value& the_case, CaseResult& result) {
    const WorkflowType type =
        the_case["type"] == Value("EXPRESS") ? WorkflowType::express : WorkflowType::standard;
    const Value& events = the_case["expected"]["events"];
    const Compiled compiled =
        compile(to_json(with_resource_arns(the_case["definition"], events)), {type});
    if (!compiled.program) {
        const auto fault =
            std::ranges::find(compiled.diagnostics, Severity::error, &Diagnostic::severity);
        result.outcome = Outcome::failed;
        result.detail = "definition refused: " + fault->message + " at " + fault->pointer;
        return;
    }
    ScriptedRun run(compiled.program, the_case["task_replay"], the_case["setup"]);
    run.run(start_of(the_case), recorded_at(the_case));
    // A recording that was read while the execution ran shows what its answers allow.
    const bool is_running = the_case["expected"]["status"] == Value("RUNNING");
    if (run.lacks_answers() && !is_running) {
        result.outcome = Outcome::skipped;
        result.detail = "the answers of its tasks weren't recorded";
    } else if (auto found = difference_of(the_case, run)) {
        result.outcome = Outcome::failed;
        result.detail = std::move(*found);
    }
}

} // namespace

void run_execution_file(const CorpusFile& file, const Report& report) {
    run_asl_cases(file, report, "", run_case);
}

} // namespace gradus::conformance
