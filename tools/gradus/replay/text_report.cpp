#include "tools/gradus/replay/report.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::cli {
namespace {

constexpr std::size_t line_width = 100;

std::string source_sentence(DivergenceSource source) {
    switch (source) {
    case DivergenceSource::definition: return "the definition";
    case DivergenceSource::answer: return "the answer that was given";
    case DivergenceSource::recording: return "the recording, which contradicts itself";
    case DivergenceSource::unknowable:
        return "what the recording can't tell: a draw, a time or a name";
    }
    return "";
}

std::string line_of(std::string_view text, std::size_t number) {
    for (; number > 1; --number) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return "";
        text.remove_prefix(end + 1);
    }
    return std::string(text.substr(0, text.find('\n')));
}

/// The line, and a caret below the place. Long lines are cut around it.
std::string source_line(const ReplayedRun& run, const TextPosition& at) {
    std::string line = line_of(run.definition.text, at.line);
    std::size_t caret = at.column - 1;
    if (caret > line.size()) return "";
    if (line.size() > line_width) {
        const std::size_t from = caret > line_width / 2 ? caret - line_width / 2 : 0;
        line = (from > 0 ? "…" : "") + line.substr(from, line_width) +
               (from + line_width < line.size() ? "…" : "");
        caret = caret - from + (from > 0 ? 1 : 0);
    }
    const std::string number = std::to_string(at.line);
    return "    " + number + " | " + line + "\n    " + std::string(number.size(), ' ') + " | " +
           std::string(caret, ' ') + "^\n";
}

std::string event_line(const std::string& label, const std::optional<RecordedEvent>& event) {
    if (!event) return "  " + label + "nothing\n";
    return "  " + label + std::to_string(event->id) + " " + event_title(*event) + "\n";
}

/// The details that tell the two events apart when they are of different kinds.
std::string details_line(const std::string& sign, const std::optional<RecordedEvent>& event) {
    if (!event || event->details.as_object().empty()) return "";
    return "      " + sign + " " + short_json(event->details) + "\n";
}

std::string difference_lines(const ValueDifference& one) {
    std::string out = "    " + (one.pointer.empty() ? std::string("/") : one.pointer) + "\n";
    if (one.expected) out += "      - " + short_json(*one.expected) + "\n";
    if (one.actual) out += "      + " + short_json(*one.actual) + "\n";
    return out;
}

std::string trigger_text(const Trigger& trigger) {
    if (trigger.text.empty()) return "";
    std::string out = "  after " + trigger.text;
    if (trigger.event_id != 0) out += " (event " + std::to_string(trigger.event_id) + ")";
    if (trigger.input != 0) out += " (input " + std::to_string(trigger.input) + ")";
    return out + "\n";
}

std::string divergence_text(const ReplayedRun& run, const Divergence& one) {
    std::string out = event_line("expected  ", one.expected) + event_line("actual    ", one.actual);
    if (one.differences.empty() && one.kind != DivergenceKind::other_link) {
        out += details_line("-", one.expected) + details_line("+", one.actual);
    }
    for (const ValueDifference& difference : one.differences)
        out += difference_lines(difference);
    if (!one.branch.empty()) out += "  in " + one.branch + "\n";
    const std::string place = place_in_definition(run, one);
    if (!place.empty())
        out += "  at " + place + " " + one.pointer + "\n" + source_line(run, one.position);
    out += trigger_text(one.trigger);
    out += "  It comes from " + source_sentence(one.source) + ". " + one.explanation + "\n";
    return out;
}

std::string outcome_text(const Outcome& outcome) {
    std::string out(execution_status_name(outcome.status));
    if (outcome.failure.error) out += " " + *outcome.failure.error;
    return out;
}

std::string taken_text(const ReplayReport& report) {
    std::string out;
    for (const TakenAsRecorded& one : report.taken) {
        out += "  taken as recorded: event " + std::to_string(one.event_id);
        if (!one.state.empty()) out += ", '" + one.state + "'";
        for (const std::string& pointer : one.pointers)
            out += " " + pointer;
        out += ": " + one.why + "\n";
    }
    return out;
}

} // namespace

std::string short_json(const Value& value) {
    std::string text = to_json(value);
    if (text.size() <= line_width) return text;
    std::size_t end = line_width;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end; // not inside of a character
    return text.substr(0, end) + "… (" + std::to_string(text.size()) + " bytes)";
}

std::string event_title(const RecordedEvent& event) {
    std::string out(history_event_name(event.type));
    for (const char* member : {"name", "resource"}) {
        const Value* value = event.details.find(member);
        if (value != nullptr && value->is_string())
            return out + " of '" + std::string(value->as_string()) + "'";
    }
    return out;
}

std::string place_in_definition(const ReplayedRun& run, const Divergence& divergence) {
    if (divergence.pointer.empty()) return "";
    return run.definition.name + ":" + std::to_string(divergence.position.line) + ":" +
           std::to_string(divergence.position.column);
}

std::string text_report(const ReplayedRun& run) {
    const ReplayReport& report = run.report;
    std::string out = run.name + ": ";
    if (report.is_equal()) {
        out += "equal: " + std::to_string(report.events) +
               (report.events == 1 ? " event, " : " events, ") + outcome_text(report.recorded);
        return out + "\n" + taken_text(report);
    }
    const Divergence& first = report.divergences[0];
    const std::uint64_t id = first.expected ? first.expected->id : first.actual->id;
    out += "differs from event " + std::to_string(id) + " on: recorded " +
           outcome_text(report.recorded) + ", now " + outcome_text(report.replayed) + "\n";
    for (std::size_t i = 0; i < report.divergences.size(); ++i)
        out += (i > 0 ? "\n" : "") + divergence_text(run, report.divergences[i]);
    for (const Unanswered& one : report.unanswered) {
        out += "  stuck: '" + one.state + "'" + (one.branch.empty() ? "" : " in " + one.branch) +
               ": " + one.why + "\n";
    }
    return out + taken_text(report);
}

} // namespace gradus::cli
