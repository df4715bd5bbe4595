#include "engine/engine/event_bus.hpp"

#include "gradus/json.hpp"

namespace gradus {
namespace {

std::string text(const Value& value) {
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

/// "$.a.b" in an event; null where there is nothing.
Value at_path(const Value& event, std::string_view path) {
    if (path.empty()) return event;
    Value here = event;
    path.remove_prefix(1);
    while (path.starts_with('.')) {
        path.remove_prefix(1);
        const std::string_view name = path.substr(0, path.find('.'));
        const Value next = here[name];
        here = next;
        path.remove_prefix(name.size());
    }
    return here;
}

/// The region of "arn:aws:events:REGION:ACCOUNT:event-bus/NAME"; empty for other ARNs.
std::string bus_region(std::string_view arn) {
    constexpr std::string_view start = "arn:aws:events:";
    if (!arn.starts_with(start) || arn.find(":event-bus/") == std::string_view::npos) return {};
    arn.remove_prefix(start.size());
    return std::string(arn.substr(0, arn.find(':')));
}

} // namespace

std::string EventBus::publish(const std::string& region, const std::string& source,
                              const std::string& detail_type, Value detail) {
    const std::string id = random_.next_uuid();
    const Value event = Value::object({{"version", "0"},
                                       {"id", id},
                                       {"detail-type", detail_type},
                                       {"source", source},
                                       {"account", account_id_},
                                       {"time", format_iso8601(loop_.now_epoch_milliseconds())},
                                       {"region", region},
                                       {"resources", Value::array({})},
                                       {"detail", std::move(detail)}});
    loop_.schedule(std::chrono::milliseconds(0),
                   [this, region, event] { offer(region, event, 0); });
    return id;
}

void EventBus::offer(const std::string& region, const Value& event, int hops) {
    for (const Rule& rule : rules_) {
        if (rule.region != region || !rule.pattern.matches(event)) continue;
        const std::string other = bus_region(rule.target_arn);
        if (other.empty()) {
            // Named after the event, so that one delivered twice starts one execution.
            start_(rule.target_arn, text(event["id"]), at_path(event, rule.input_path));
        } else if (hops < event_hops_max) {
            loop_.schedule(std::chrono::milliseconds(0),
                           [this, other, event, hops] { offer(other, event, hops + 1); });
        }
    }
}

bool LocalEventsClient::is_local(const aws::Call& call) const {
    if (call.service != "events" || call.operation != "PutEvents") return false;
    const Value& entries = call.input["Entries"];
    if (!entries.is_array() || entries.size() == 0) return false;
    for (const Value& entry : entries.as_array()) {
        if (text(entry["Source"]) != source_) return false;
    }
    return true;
}

aws::CallId LocalEventsClient::call(aws::Call call, aws::CallCompletion done) {
    if (!is_local(call)) return others_.call(std::move(call), std::move(done));
    const TimerId timer = loop_.schedule(
        std::chrono::milliseconds(0), [this, call = std::move(call), done = std::move(done)] {
            Array answers;
            std::int64_t failed = 0;
            for (const Value& entry : call.input["Entries"].as_array()) {
                auto detail = parse_json(text(entry["Detail"]));
                if (!detail) {
                    ++failed;
                    answers.push_back(Value::object({{"ErrorCode", "MalformedDetail"},
                                                     {"ErrorMessage", "Detail is malformed."}}));
                    continue;
                }
                const std::string id = bus_.publish(call.region, source_, text(entry["DetailType"]),
                                                    std::move(*detail));
                answers.push_back(Value::object({{"EventId", id}}));
            }
            done(aws::CallOutput{.output = Value::object({{"FailedEntryCount", failed},
                                                          {"Entries", Value(std::move(answers))}}),
                                 .request_id = "local"});
        });
    return timer | local_flag;
}

void LocalEventsClient::cancel(aws::CallId id) {
    if ((id & local_flag) != 0)
        loop_.cancel(id & ~local_flag);
    else
        others_.cancel(id);
}

} // namespace gradus
