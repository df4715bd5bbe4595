// Masks the inputs, folds them, and holds the two histories against each other: but for the masked
// values they must be the same.
#include "gradus/redact.hpp"

#include "gradus/json.hpp"
#include "gradus/replay.hpp"
#include "gradus/value_diff.hpp"
#include "states/query/path/path.hpp"
#include "states/replay/masks.hpp"
#include "states/step.hpp"

#include <algorithm>
#include <functional>

namespace gradus {
namespace {

using Change = std::function<Value(const Value&)>;

/// Each document that came in with an event, changed.
void change_data(Event& event, const Change& change) {
    if (auto* start = std::get_if<ExecutionStarted>(&event)) start->input = change(start->input);
    if (auto* given = std::get_if<TaskSubmitted>(&event)) given->output = change(given->output);
    if (auto* given = std::get_if<TaskSucceeded>(&event)) given->output = change(given->output);
    if (auto* given = std::get_if<ChildEnded>(&event)) given->output = change(given->output);
    if (auto* read = std::get_if<ItemsRead>(&event)) {
        Array items;
        items.reserve(read->page.items.size());
        for (const Value& item : read->page.items.as_array())
            items.push_back(change(item));
        read->page.items = Value(std::move(items));
    }
}

void change_causes(Event& event, Masks& masks) {
    const auto change = [&](Failure& failure) {
        if (failure.cause) failure.cause = masks.wherever(*failure.cause);
    };
    if (auto* failed = std::get_if<TaskFailed>(&event)) change(failed->failure);
    if (auto* ended = std::get_if<ChildEnded>(&event)) change(ended->failure);
    if (auto* stop = std::get_if<StopRequested>(&event)) change(stop->failure);
}

/// What must be the same: everything but the data.
Value skeleton(const HistoryEvent& event) {
    Value details = history_details(event);
    for (const char* member : {"input", "output", "parameters", "assignedVariables", "cause"}) {
        if (details.find(member) != nullptr) details = details.without(member);
    }
    return Value::object({{"type", history_event_name(event.type)},
                          {"previousEventId", event.previous_event_id},
                          {"details", details}});
}

std::string shown(const HistoryEvent& event) {
    const Value details = history_details(event);
    const Value& name = details["name"];
    return std::string(history_event_name(event.type)) +
           (name.is_string() ? " of " + std::string(name.as_string()) : "");
}

Error other_way(const std::string& what) {
    return {ErrorCode::unsupported, "with these values masked, the execution takes another way: " +
                                        what + "; mask less, so that what decides stays"};
}

Result<void> check_same_way(const std::vector<HistoryEvent>& before,
                            const std::vector<HistoryEvent>& after) {
    for (std::size_t i = 0; i < before.size() || i < after.size(); ++i) {
        if (i == after.size()) return other_way("it has no event " + std::to_string(before[i].id));
        const std::string place = "event " + std::to_string(after[i].id);
        if (i == before.size()) return other_way(place + ", " + shown(after[i]) + ", is new");
        if (before[i].type != after[i].type || shown(before[i]) != shown(after[i]))
            return other_way(place + " is " + shown(after[i]) + " instead of " + shown(before[i]));
        const auto differences = value_differences(skeleton(before[i]), skeleton(after[i]));
        if (differences.empty()) continue;
        return other_way(place + ", " + shown(after[i]) + ", has another " +
                         differences[0].pointer);
    }
    return {};
}

Result<std::vector<path::Path>> parse_paths(const std::vector<std::string>& texts) {
    std::vector<path::Path> out;
    out.reserve(texts.size());
    for (const std::string& text : texts) {
        const auto parsed = path::parse(text);
        if (!parsed)
            return Error{ErrorCode::invalid_argument,
                         "expected a JSONPath such as $.customer.name or $..password, found '" +
                             text + "': " + parsed.error().message};
        if (!path::can_replace(*parsed))
            return Error{ErrorCode::invalid_argument,
                         "expected a JSONPath from $ without filters and slices, found '" + text +
                             "'"};
        out.push_back(*parsed);
    }
    return out;
}

/// The recording's own texts that were masked and still stand in a line.
std::vector<std::string> left_over(const std::string& text, const Masks& masks) {
    std::vector<std::string> out;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        ++number;
        const bool has_one = std::ranges::any_of(masks.texts(), [&](const auto& entry) {
            return Masks::is_telling(entry.first) && line.find(entry.first) != line.npos;
        });
        if (has_one) out.push_back("line " + std::to_string(number));
        at = end + 1;
    }
    return out;
}

} // namespace

Result<Redacted> redact(const Recording& recording, const std::vector<std::string>& paths) {
    GRADUS_TRY(const std::vector<path::Path> parsed, parse_paths(paths));
    GRADUS_TRY(const ReplayReport report, replay(recording));
    if (!report.is_equal())
        return Error{ErrorCode::unsupported, "the recording doesn't replay equal as it is: " +
                                                 report.divergences[0].explanation};
    const Compiled compiled = compile(recording.definition, {start_of(recording).identity.type});
    GRADUS_ASSERT(compiled.program != nullptr);

    Redacted out{.recording = recording};
    Masks masks;
    for (const path::Path& path : parsed) {
        bool is_matched = false;
        for (RecordedInput& entry : out.recording.inputs) {
            change_data(entry.input.event, [&](const Value& document) {
                return path::replace_matches(path, document, [&](const Value& node) {
                    is_matched = true;
                    return masks.of(node);
                });
            });
        }
        if (!is_matched) out.unmatched.push_back(path.text());
    }
    ExecutionState state;
    Effects effects;
    for (std::size_t i = 0; i < recording.inputs.size(); ++i) {
        RecordedInput& entry = out.recording.inputs[i];
        change_data(entry.input.event,
                    [&](const Value& document) { return masks.wherever(document); });
        change_causes(entry.input.event, masks);
        effects.clear();
        step(*compiled.program, state, entry.input, effects);
        GRADUS_CHECK(check_same_way(recording.inputs[i].history, effects.history));
        entry.history = std::move(effects.history);
    }
    out.values = masks.count();
    out.left_over = left_over(recording_text(out.recording), masks);
    return out;
}

} // namespace gradus
