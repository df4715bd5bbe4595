#include "tools/gradus/replay/report.hpp"

#include "gradus/json.hpp"

namespace gradus::cli {
namespace {

std::string_view kind_word(DivergenceKind kind) {
    switch (kind) {
    case DivergenceKind::other_event: return "otherEvent";
    case DivergenceKind::other_details: return "otherDetails";
    case DivergenceKind::other_link: return "otherLink";
    case DivergenceKind::missing_event: return "missingEvent";
    case DivergenceKind::surplus_event: return "surplusEvent";
    }
    return "";
}

std::string_view source_word(DivergenceSource source) {
    switch (source) {
    case DivergenceSource::definition: return "definition";
    case DivergenceSource::answer: return "answer";
    case DivergenceSource::recording: return "recording";
    case DivergenceSource::unknowable: return "unknowable";
    }
    return "";
}

Value event_json(const RecordedEvent& event) {
    return Value::object({{"id", event.id},
                          {"previousEventId", event.previous_event_id},
                          {"type", history_event_name(event.type)},
                          {"details", event.details}});
}

void append_text(ObjectBuilder& out, std::string_view name, const std::string& text) {
    if (!text.empty()) out.append(name, text);
}

Value differences_json(const std::vector<ValueDifference>& differences) {
    Array all;
    all.reserve(differences.size());
    for (const ValueDifference& one : differences) {
        ObjectBuilder difference;
        difference.append("pointer", one.pointer);
        if (one.expected) difference.append("expected", *one.expected);
        if (one.actual) difference.append("actual", *one.actual);
        all.push_back(difference.build());
    }
    return Value(std::move(all));
}

Value divergence_json(const Divergence& one) {
    ObjectBuilder out;
    out.append("kind", kind_word(one.kind));
    out.append("source", source_word(one.source));
    if (one.expected) out.append("expected", event_json(*one.expected));
    if (one.actual) out.append("actual", event_json(*one.actual));
    out.append("differences", differences_json(one.differences));
    append_text(out, "branch", one.branch);
    append_text(out, "state", one.state);
    if (!one.pointer.empty()) {
        out.append("pointer", one.pointer);
        out.append("line", static_cast<std::uint64_t>(one.position.line));
        out.append("column", static_cast<std::uint64_t>(one.position.column));
    }
    append_text(out, "after", one.trigger.text);
    if (one.trigger.event_id != 0) out.append("afterEvent", one.trigger.event_id);
    out.append("explanation", one.explanation);
    return out.build();
}

Value outcome_json(const Outcome& outcome) {
    ObjectBuilder out;
    out.append("status", execution_status_name(outcome.status));
    if (outcome.status == ExecutionStatus::succeeded) out.append("output", outcome.output);
    if (outcome.failure.error) out.append("error", *outcome.failure.error);
    if (outcome.failure.cause) out.append("cause", *outcome.failure.cause);
    return out.build();
}

std::string_view verdict_word(ReplayVerdict verdict) {
    switch (verdict) {
    case ReplayVerdict::equal: return "equal";
    case ReplayVerdict::differs: return "differs";
    case ReplayVerdict::stuck: return "stuck";
    }
    return "";
}

} // namespace

Value json_report(const ReplayedRun& run) {
    const ReplayReport& report = run.report;
    Array divergences;
    for (const Divergence& one : report.divergences)
        divergences.push_back(divergence_json(one));
    Array taken;
    for (const TakenAsRecorded& one : report.taken) {
        Array pointers(one.pointers.begin(), one.pointers.end());
        taken.push_back(Value::object({{"event", one.event_id},
                                       {"state", one.state},
                                       {"pointers", Value(std::move(pointers))},
                                       {"why", one.why}}));
    }
    Array unanswered;
    for (const Unanswered& one : report.unanswered) {
        unanswered.push_back(
            Value::object({{"state", one.state}, {"branch", one.branch}, {"why", one.why}}));
    }
    return Value::object({{"recording", run.name},
                          {"result", verdict_word(run.verdict())},
                          {"events", report.events},
                          {"recorded", outcome_json(report.recorded)},
                          {"replayed", outcome_json(report.replayed)},
                          {"divergences", Value(std::move(divergences))},
                          {"unanswered", Value(std::move(unanswered))},
                          {"takenAsRecorded", Value(std::move(taken))}});
}

} // namespace gradus::cli
