// From a recording or a history to what is run, and back to a report.
#include "gradus/replay.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/base/closest_name.hpp"
#include "states/replay/exact.hpp"
#include "states/replay/explain.hpp"
#include "states/replay/map_run_answers.hpp"
#include "states/replay/rerun.hpp"
#include "states/replay/timeline.hpp"

#include <algorithm>

namespace gradus {
namespace {

Result<std::shared_ptr<const Program>> compiled(std::string_view text, WorkflowType type,
                                                const std::string& whose) {
    Compiled result = compile(text, {type});
    if (result.program) return std::move(result.program);
    const auto fault =
        std::ranges::find(result.diagnostics, Severity::error, &Diagnostic::severity);
    return Error{ErrorCode::syntax, describe(*fault, whose, text)};
}

/// The parts of an execution's ARN that are in its context object.
void take_names(ExecutionIdentity& identity, const std::string& arn) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= arn.size();) {
        const std::size_t end = std::min(arn.find(':', at), arn.size());
        parts.push_back(arn.substr(at, end - at));
        at = end + 1;
    }
    if (parts.size() < 8) return;
    identity.execution_arn = arn;
    identity.region = parts[3];
    identity.state_machine_name = parts[6];
    identity.execution_name = parts[7];
    identity.state_machine_arn = parts[0] + ":" + parts[1] + ":" + parts[2] + ":" + parts[3] + ":" +
                                 parts[4] + ":stateMachine:" + parts[6];
}

Result<ExecutionStarted> start_of(const RecordedHistory& history, const ReplayOptions& options) {
    ExecutionStarted start;
    start.seed = 1;
    ExecutionIdentity& identity = start.identity;
    identity.execution_arn = "arn:aws:states:us-east-1:000000000000:execution:unknown:unknown";
    identity.execution_name = "unknown";
    identity.state_machine_arn = "arn:aws:states:us-east-1:000000000000:stateMachine:unknown";
    identity.state_machine_name = "unknown";
    identity.state_machine_version_arn = history.state_machine_version_arn;
    identity.state_machine_alias_arn = history.state_machine_alias_arn;
    take_names(identity, history.execution_arn);
    if (history.execution_arn.find(":express:") != std::string::npos) {
        identity.type = WorkflowType::express;
        start.history_events_max = 0;
    }
    const RecordedEvent& first = history.events.front();
    if (const Value* role = first.details.find("roleArn"); role != nullptr && role->is_string())
        identity.role_arn = role->as_string();
    for (const RecordedEvent& event : history.events) {
        const Value* region = event.details.find("region");
        if (region == nullptr || !region->is_string()) continue;
        identity.region = region->as_string();
        break;
    }
    if (options.input) {
        start.input = *options.input;
        return start;
    }
    if (first.lacks_data)
        return Error{ErrorCode::invalid_argument,
                     "event 1, the start, has no input: the history was read without execution "
                     "data; give it with --input"};
    start.input = first.details["input"];
    return start;
}

/// How the recorded execution stood.
Outcome outcome_of(const RecordedHistory& history) {
    using enum HistoryEventType;
    const RecordedEvent& last = history.events.back();
    const auto text = [&](std::string_view member) -> std::optional<std::string> {
        const Value& found = last.details[member];
        if (!found.is_string()) return std::nullopt;
        return std::string(found.as_string());
    };
    Outcome outcome;
    if (last.type == execution_succeeded) outcome.status = ExecutionStatus::succeeded;
    if (last.type == execution_failed) outcome.status = ExecutionStatus::failed;
    if (last.type == execution_timed_out) outcome.status = ExecutionStatus::timed_out;
    if (last.type == execution_aborted) outcome.status = ExecutionStatus::aborted;
    if (outcome.status == ExecutionStatus::running) return outcome;
    outcome.output = last.details["output"];
    outcome.failure = {text("error"), text("cause")};
    return outcome;
}

/// AWS, "Redrive", announced for 15 November 2023: from then on the context object counts redrives.
constexpr std::int64_t redrive_introduced = 1'700'006'400'000;

struct Prepared {
    std::shared_ptr<const Program> program;
    ExecutionStarted start;
    Unknowns unknowns;
    Strictness strictness = Strictness::value;
    const Recording* recording = nullptr; // that the history is of, if it is one of gradus
};

std::vector<Placement> place_all(const RecordedHistory& history, LaneTable& lanes) {
    LaneTracker tracker(lanes);
    std::vector<Placement> placements;
    for (const RecordedEvent& event : history.events)
        placements.push_back(tracker.place(event));
    return placements;
}

Result<void> check_answers(const Program& program, const ReplayOptions& options) {
    std::vector<std::string_view> names;
    names.reserve(program.states.size());
    for (const State& state : program.states)
        names.push_back(state.name.as_string());
    for (const AnswerOverride& one : options.answers) {
        const auto found = std::ranges::find(names, one.state);
        if (found != names.end()) {
            const auto index = static_cast<std::size_t>(found - names.begin());
            if (program.states[index].type == StateType::task) continue;
            return Error{ErrorCode::invalid_argument,
                         "the state '" + one.state + "' is no Task: nothing answers it"};
        }
        const std::string_view meant = closest_name(one.state, names);
        return Error{ErrorCode::invalid_argument,
                     "there is no state '" + one.state + "' in the definition to answer for" +
                         (meant.empty() ? "" : "; did you mean '" + std::string(meant) + "'?")};
    }
    return {};
}

Result<ReplayReport> rerun(const RecordedHistory& history, std::string_view definition,
                           const Prepared& prepared, const ReplayOptions& options) {
    GRADUS_CHECK(check_answers(*prepared.program, options));
    LaneTable lanes;
    const std::vector<Placement> placements = place_all(history, lanes);
    Script script = make_script(history, placements);
    if (prepared.recording != nullptr) {
        GRADUS_TRY(const auto own,
                   compiled(prepared.recording->definition, prepared.start.identity.type,
                            "the recording's definition"));
        add_map_run_answers(script, *own, *prepared.recording, lanes);
    }
    const DefinitionMap map(definition);
    const RerunSubject subject{.program = prepared.program,
                               .definition = &map,
                               .history = &history,
                               .placements = &placements,
                               .script = &script,
                               .lanes = &lanes,
                               .start = prepared.start,
                               .unknowns = prepared.unknowns,
                               .strictness = prepared.strictness,
                               .has_redrive_count =
                                   prepared.recording != nullptr || !history.events[0].at ||
                                   epoch_milliseconds(*history.events[0].at) >= redrive_introduced};
    GRADUS_TRY(RerunResult result, Rerun(subject, options).run());
    ReplayReport report{.taken = std::move(result.taken),
                        .unanswered = std::move(result.unanswered),
                        .events = result.events_found,
                        .recorded = outcome_of(history),
                        .replayed = std::move(result.outcome),
                        .timeline = Timeline(std::make_shared<const Timeline::Impl>(
                            prepared.program, std::move(result.turns)))};
    for (FoundDifference& found : result.differences) {
        explain(found.divergence, {&map, definition, &history});
        report.divergences.push_back(std::move(found.divergence));
    }
    return report;
}

} // namespace

Result<Timeline> make_timeline(const Recording& recording) {
    GRADUS_TRY(auto program, compiled(recording.definition, start_of(recording).identity.type,
                                      "the recording's definition"));
    std::vector<Turn> turns = turns_of(*program, recording);
    return Timeline(std::make_shared<const Timeline::Impl>(std::move(program), std::move(turns)));
}

Result<ReplayReport> replay(const RecordedHistory& history, std::string_view definition,
                            const ReplayOptions& options) {
    GRADUS_ASSERT(!history.events.empty());
    GRADUS_TRY(ExecutionStarted start, start_of(history, options));
    GRADUS_TRY(auto program, compiled(definition, start.identity.type, "the definition"));
    const bool is_known = !history.execution_arn.empty();
    return rerun(history, definition,
                 {.program = std::move(program),
                  .start = std::move(start),
                  .unknowns = {.clock = true, .identity = !is_known}},
                 options);
}

Result<ReplayReport> replay(const Recording& recording, const ReplayOptions& options) {
    const bool is_as_it_was = options.answers.empty() && !options.input && options.from_event == 0;
    if (!is_as_it_was) return replay(recording, recording.definition, options);
    GRADUS_TRY(const auto program, compiled(recording.definition, start_of(recording).identity.type,
                                            "the recording's definition"));
    ExactResult result = fold_exactly(*program, recording, options.until_event);
    const RecordedHistory history = recorded_history(recording);
    ReplayReport report{.events = result.events,
                        .recorded = outcome_of(history),
                        .replayed = std::move(result.outcome)};
    if (!result.difference) return report;
    if (options.finds_all) {
        GRADUS_TRY(ReplayReport all, replay(recording, recording.definition, options));
        if (!all.is_equal()) return all;
    }
    const DefinitionMap map(recording.definition);
    Divergence divergence = describe(*result.difference, *program, recording);
    explain(divergence, {&map, recording.definition, &history, true});
    report.divergences.push_back(std::move(divergence));
    return report;
}

Result<ReplayReport> replay(const Recording& recording, std::string_view definition,
                            const ReplayOptions& options) {
    ExecutionStarted start = start_of(recording);
    if (options.input) start.input = *options.input;
    GRADUS_TRY(auto program, compiled(definition, start.identity.type, "the definition"));
    return rerun(recorded_history(recording), definition,
                 {.program = std::move(program),
                  .start = std::move(start),
                  .strictness = Strictness::text,
                  .recording = &recording},
                 options);
}

} // namespace gradus
