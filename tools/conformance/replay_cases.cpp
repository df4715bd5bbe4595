// Every recorded execution replayed against its own definition: with the answers that its history
// shows, it must come out equal.
#include "gradus/json.hpp"
#include "gradus/replay.hpp"
#include "tools/conformance/asl_cases.hpp"
#include "tools/conformance/matcher.hpp"
#include "tools/conformance/recorded_case.hpp"

#include <algorithm>

namespace gradus::conformance {
namespace {

std::string text_of(const Divergence& divergence) {
    const auto event = [](const std::optional<RecordedEvent>& one) {
        if (!one) return std::string("nothing");
        return std::to_string(one->id) + "<" + std::to_string(one->previous_event_id) + " " +
               std::string(history_event_name(one->type)) + " " + to_json(one->details);
    };
    std::string text = divergence.explanation + "\n    expected " + event(divergence.expected) +
                       "\n    actual   " + event(divergence.actual) + "\n    at " +
                       divergence.pointer + ", after " + divergence.trigger.text;
    for (const ValueDifference& one : divergence.differences)
        text += "\n    " + one.pointer + ": " + (one.expected ? to_json(*one.expected) : "-") +
                " -> " + (one.actual ? to_json(*one.actual) : "-");
    return text;
}

/// Whether a text differs only where the recorder put a placeholder into a message.
bool is_placeholder(const ValueDifference& one, Matcher& matcher) {
    return one.expected && one.actual && !matcher.difference(*one.expected, *one.actual, "");
}

bool is_only_placeholders(const ReplayReport& report) {
    Matcher matcher(Value::array({}));
    return std::ranges::all_of(report.divergences, [&](const Divergence& one) {
        return one.kind == DivergenceKind::other_details &&
               std::ranges::all_of(one.differences, [&](const ValueDifference& difference) {
                   return is_placeholder(difference, matcher);
               });
    });
}

void run_case(const Value& the_case, CaseResult& result) {
    const auto recorded = recorded_case(the_case);
    if (!recorded) {
        result.outcome = Outcome::skipped;
        result.detail = recorded.error().message;
        return;
    }
    const auto report = replay(recorded->history, recorded->definition, {.finds_all = true});
    if (!report) {
        result.outcome = Outcome::failed;
        result.detail = report.error().message;
    } else if (!is_only_placeholders(*report)) {
        result.outcome = Outcome::failed;
        result.detail = text_of(report->divergences[0]);
    } else if (!report->unanswered.empty()) {
        result.outcome = Outcome::failed;
        result.detail = report->unanswered[0].state + ": " + report->unanswered[0].why;
    }
}

} // namespace

void run_replay_file(const CorpusFile& file, const Report& report) {
    run_asl_cases(file, report, "replay of ", run_case);
}

} // namespace gradus::conformance
