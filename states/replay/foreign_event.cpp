#include "states/replay/foreign_event.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gradus {
namespace {

/// Members of details that events of gradus have too; what else AWS tells isn't compared.
constexpr auto compared_members = std::to_array<std::string_view>(
    {"name",     "input",  "output",          "assignedVariables",  "resource",
     "region",   "index",  "resourceType",    "timeoutInSeconds",   "parameters",
     "location", "state",  "taskCredentials", "heartbeatInSeconds", "error",
     "cause",    "length", "mapRunArn",       "redriveCount",       "workerName",
     "roleArn"});

/// Some SDKs print names with a capital, and a null for each member that isn't there.
Value with_small_names(const Value& object) {
    ObjectBuilder out(object.size());
    for (const Member& member : object.as_object()) {
        if (member.value.is_null()) continue;
        std::string name(member.name());
        if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z')
            name[0] = static_cast<char>(name[0] - 'A' + 'a');
        out.put(name, member.value);
    }
    return out.build();
}

std::optional<std::uint64_t> id_of(const Value& value) {
    const std::string text = value.is_string() ? std::string(value.as_string()) : to_json(value);
    std::uint64_t id = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, code] = std::from_chars(text.data(), end, id);
    if (code != std::errc() || stopped != end) return std::nullopt;
    return id;
}

/// Epoch seconds as the API has them, epoch milliseconds as logs have them, or a text.
std::optional<Timestamp> time_of(const Value& value) {
    constexpr double seconds_max = 100'000'000'000; // beyond, it counts milliseconds
    if (value.is_number()) {
        const double number = value.as_double();
        return timestamp_of(std::llround(number > seconds_max ? number : number * 1000));
    }
    if (!value.is_string()) return std::nullopt;
    std::string text(value.as_string());
    if (const auto milliseconds = id_of(value))
        return timestamp_of(static_cast<std::int64_t>(*milliseconds));
    if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
    const auto instant = parse_rfc3339(text);
    if (!instant) return std::nullopt;
    return timestamp_of(instant->seconds * 1000 + instant->nanoseconds / 1'000'000);
}

/// The member of an event's details that holds its payload; empty: none does.
std::string_view payload_of(HistoryEventType type) {
    using enum HistoryEventType;
    const std::string_view name = history_event_name(type);
    if (name.ends_with("StateEntered") || type == execution_started || type == activity_scheduled ||
        type == lambda_function_scheduled)
        return "input";
    if (type == task_scheduled) return "parameters";
    if (name.ends_with("StateExited") || type == execution_succeeded || type == task_submitted ||
        type == task_succeeded || type == activity_succeeded || type == lambda_function_succeeded)
        return "output";
    return "";
}

Result<Value> parsed(const Value& text, const std::string& place) {
    if (!text.is_string()) return unusable(place, "expected JSON as text, found " + to_json(text));
    auto value = parse_json(text.as_string());
    if (value) return std::move(*value);
    return unusable(place, "expected JSON as text, found one that isn't: " + value.error().message);
}

bool is_cut_off(const Value& details, std::string_view payload) {
    const Value& beside = details[std::string(payload) + "Details"];
    return beside["truncated"] == Value(true) || beside["Truncated"] == Value(true);
}

Result<Value> read_details(const Value& written, RecordedEvent& event, const std::string& place) {
    const Value details = with_small_names(written);
    const std::string_view payload = payload_of(event.type);
    event.lacks_data =
        !payload.empty() && (details.find(payload) == nullptr || is_cut_off(details, payload));
    ObjectBuilder out(details.size());
    for (const Member& member : details.as_object()) {
        const std::string_view name = member.name();
        if (std::ranges::find(compared_members, name) == compared_members.end()) continue;
        const std::string at = place + "/" + std::string(name);
        if (name == "input" || name == "output" || name == "parameters") {
            if (event.lacks_data) continue;
            GRADUS_TRY(Value value, parsed(member.value, at));
            out.append(member.key, std::move(value));
        } else if (name == "assignedVariables" && member.value.is_object()) {
            if (is_cut_off(details, name)) {
                event.lacks_data = true;
                continue;
            }
            ObjectBuilder variables(member.value.size());
            for (const Member& variable : member.value.as_object()) {
                GRADUS_TRY(Value value,
                           parsed(variable.value, at + "/" + std::string(variable.name())));
                variables.append(variable.key, std::move(value));
            }
            // Recorded empty where a state has an Assign that assigns nothing.
            if (variables.size() > 0) out.append(member.key, variables.build());
        } else if (name == "taskCredentials" && member.value.is_object()) {
            out.append(member.key, with_small_names(member.value));
        } else {
            out.append(member.key, member.value);
        }
    }
    return out.build();
}

} // namespace

Result<ForeignEvent> read_foreign_event(const Value& value, const std::string& place) {
    if (!value.is_object())
        return unusable(place, "expected an event, found " + to_json(value).substr(0, 60));
    const Value written = with_small_names(value);
    const bool is_log_record =
        written.find("event_timestamp") != nullptr || written.find("previous_event_id") != nullptr;
    ForeignEvent out;
    RecordedEvent& event = out.event;

    const auto id = id_of(written["id"]);
    if (!id || *id == 0)
        return unusable(place, "expected the number of an event at /id, found " +
                                   to_json(written["id"]).substr(0, 60));
    event.id = *id;
    const std::string here = place + ", event " + std::to_string(event.id);
    const Value& type = written["type"];
    const auto known = type.is_string() ? history_event_type(type.as_string()) : std::nullopt;
    if (!known)
        return unusable(here, "expected the type of a history event at /type, found " +
                                  to_json(type).substr(0, 60));
    event.type = *known;
    const Value& previous = written[is_log_record ? "previous_event_id" : "previousEventId"];
    const auto previous_id = previous.is_null() ? std::optional<std::uint64_t>(0) : id_of(previous);
    if (!previous_id || *previous_id >= event.id)
        return unusable(here,
                        "expected the number of an earlier event as the previous one, found " +
                            to_json(previous).substr(0, 60));
    event.previous_event_id = *previous_id;
    const Value& time = written[is_log_record ? "event_timestamp" : "timestamp"];
    event.at = time_of(time);
    if (!time.is_null() && !event.at)
        return unusable(here, "expected a time, found " + to_json(time).substr(0, 60));

    const Value& details = written[is_log_record ? "details" : history_details_name(*known)];
    if (!details.is_null() && !details.is_object())
        return unusable(here,
                        "expected an object of details, found " + to_json(details).substr(0, 60));
    GRADUS_TRY(event.details,
               read_details(details.is_object() ? details : Value::object(), event, here));
    const auto text = [](const Value& found) {
        return found.is_string() ? std::string(found.as_string()) : "";
    };
    out.execution_arn = text(written["execution_arn"]);
    if (details.is_object()) {
        out.state_machine_version_arn = text(details["stateMachineVersionArn"]);
        out.state_machine_alias_arn = text(details["stateMachineAliasArn"]);
    }
    return out;
}

} // namespace gradus
