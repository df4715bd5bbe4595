#include "gradus/recorded_history.hpp"

#include "gradus/json.hpp"
#include "states/replay/foreign_event.hpp"

#include <algorithm>
#include <map>

namespace gradus {
namespace {

/// The JSON texts that follow one another in a text: pages that were put into one file, or lines.
std::vector<std::string_view> split_texts(std::string_view text) {
    std::vector<std::string_view> parts;
    std::size_t start = std::string_view::npos;
    std::size_t depth = 0;
    bool is_in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_in_string) {
            if (c == '\\') ++i;
            if (c == '"') is_in_string = false;
            continue;
        }
        if (c == '"') is_in_string = true;
        if (start == std::string_view::npos &&
            std::string_view(" \t\r\n").find(c) == std::string_view::npos)
            start = i;
        if (c == '{' || c == '[') ++depth;
        if ((c == '}' || c == ']') && depth > 0 && --depth == 0) {
            parts.push_back(text.substr(start, i + 1 - start));
            start = std::string_view::npos;
        }
    }
    if (start != std::string_view::npos) parts.push_back(text.substr(start)); // faulty; said later
    return parts;
}

/// Finds the events in what a command or program printed.
class Collector {
public:
    Result<void> take_text(const NamedText& given) {
        const auto parts = split_texts(given.text);
        if (parts.empty()) return unusable(given.name, "expected a history, found an empty text");
        for (const std::string_view part : parts) {
            const auto value = parse_json(part);
            if (!value) {
                const auto offset = static_cast<std::size_t>(part.data() - given.text.data());
                const TextPosition at = position_of(given.text, offset + value.error().offset);
                return unusable(given.name, "isn't valid JSON: " + value.error().message +
                                                " at line " + std::to_string(at.line) +
                                                ", column " + std::to_string(at.column));
            }
            GRADUS_CHECK(take(*value, given.name));
        }
        return {};
    }

    std::vector<ForeignEvent>& events() { return events_; }

private:
    Result<void> take(const Value& value, const std::string& name) {
        if (value.is_array()) {
            for (const Value& element : value.as_array())
                GRADUS_CHECK(take(element, name));
            return {};
        }
        for (const char* list : {"events", "Events"}) {
            if (const Value* page = value.find(list); page != nullptr && page->is_array())
                return take(*page, name);
        }
        // One that CloudWatch Logs shows: the record is the text of the message.
        if (const Value* message = value.find("message");
            message != nullptr && message->is_string()) {
            const auto record = parse_json(message->as_string());
            if (!record)
                return unusable(name,
                                "expected a log record of Step Functions, found the message " +
                                    to_json(*message).substr(0, 60));
            return take(*record, name);
        }
        const bool is_event = value.find("type") != nullptr || value.find("Type") != nullptr;
        if (!is_event)
            return unusable(name, "expected events of a history or log records of an express "
                                  "workflow, found " +
                                      to_json(value).substr(0, 60));
        GRADUS_TRY(ForeignEvent event, read_foreign_event(value, name));
        events_.push_back(std::move(event));
        return {};
    }

    std::vector<ForeignEvent> events_;
};

/// Of records of several executions, only one execution's.
Result<void> keep_one_execution(std::vector<ForeignEvent>& events, const std::string& wanted,
                                const std::string& name) {
    std::map<std::string, std::size_t> executions;
    for (const ForeignEvent& event : events) {
        if (!event.execution_arn.empty()) ++executions[event.execution_arn];
    }
    if (executions.empty()) return {};
    if (!wanted.empty()) {
        std::erase_if(events,
                      [&](const ForeignEvent& event) { return event.execution_arn != wanted; });
        if (events.empty())
            return unusable(name, "has no log records of " + wanted + "; it has those of " +
                                      executions.begin()->first +
                                      (executions.size() > 1 ? " and others" : ""));
        return {};
    }
    if (executions.size() == 1) return {};
    std::string list;
    for (const auto& [arn, count] : executions)
        list += "\n  " + arn;
    return unusable(name, "has log records of " + std::to_string(executions.size()) +
                              " executions; name one of them:" + list);
}

/// Puts the events into their order and finds those that are there twice or not at all.
Result<void> put_in_order(std::vector<ForeignEvent>& events, const std::string& name) {
    std::ranges::stable_sort(events, {}, [](const ForeignEvent& one) { return one.event.id; });
    const auto same = [](const ForeignEvent& a, const ForeignEvent& b) {
        return a.event == b.event;
    };
    // Pages that overlap.
    events.erase(std::unique(events.begin(), events.end(), same), events.end());
    const bool is_log = !events.empty() && !events[0].execution_arn.empty();
    for (std::size_t i = 0; i < events.size(); ++i) {
        const std::uint64_t id = events[i].event.id;
        if (id == i + 1) continue;
        if (i > 0 && events[i - 1].event.id == id)
            return unusable(name, "has two different events with the number " + std::to_string(id) +
                                      "; are they histories of different executions?");
        return unusable(name, "event " + std::to_string(i + 1) + " is missing" +
                                  (is_log ? "; an execution is logged whole only at the level ALL"
                                          : "; give all pages of the history"));
    }
    if (events.empty()) return unusable(name, "has no events");
    if (events[0].event.type != HistoryEventType::execution_started)
        return unusable(name, "expected ExecutionStarted as the first event, found " +
                                  std::string(history_event_name(events[0].event.type)));
    return {};
}

} // namespace

RecordedEvent recorded_event(const HistoryEvent& event) {
    return {.id = event.id,
            .previous_event_id = event.previous_event_id,
            .at = event.timestamp,
            .type = event.type,
            .details = history_details(event)};
}

RecordedHistory recorded_history(const Recording& recording) {
    const ExecutionIdentity& identity = start_of(recording).identity;
    RecordedHistory history{.execution_arn = identity.execution_arn,
                            .state_machine_version_arn = identity.state_machine_version_arn,
                            .state_machine_alias_arn = identity.state_machine_alias_arn};
    for (const RecordedInput& entry : recording.inputs) {
        for (const HistoryEvent& event : entry.history)
            history.events.push_back(recorded_event(event));
    }
    return history;
}

Result<RecordedHistory> read_foreign_history(const std::vector<NamedText>& texts,
                                             const std::string& execution_arn) {
    Collector collector;
    for (const NamedText& text : texts)
        GRADUS_CHECK(collector.take_text(text));
    const std::string name = texts.empty() ? "the history" : texts[0].name;
    std::vector<ForeignEvent>& events = collector.events();
    GRADUS_CHECK(keep_one_execution(events, execution_arn, name));
    GRADUS_CHECK(put_in_order(events, name));
    RecordedHistory history{
        .execution_arn = events[0].execution_arn.empty() ? execution_arn : events[0].execution_arn,
        .state_machine_version_arn = events[0].state_machine_version_arn,
        .state_machine_alias_arn = events[0].state_machine_alias_arn};
    for (ForeignEvent& event : events)
        history.events.push_back(std::move(event.event));
    return history;
}

} // namespace gradus
