// History events in the shape of GetExecutionHistory (API model 2016-11-23). Payloads are strings
// of JSON text there, and `truncated` is always false.
#include "gradus/history.hpp"
#include "gradus/json.hpp"

namespace gradus {
namespace {

/// The details of an event, payloads as JSON text or as they are.
enum class PayloadForm : std::uint8_t { text, value };

class Details {
public:
    explicit Details(PayloadForm form) : form_(form) {}

    Value operator()(const NoDetails&) const { return {}; }
    Value operator()(const ExecutionStartedDetails& d) const {
        ObjectBuilder out = payload("input", d.input);
        return out.append("roleArn", d.role_arn).build();
    }
    Value operator()(const OutputDetails& d) const { return payload("output", d.output).build(); }
    Value operator()(const FailureDetails& d) const {
        ObjectBuilder out;
        put_failure(out, d.failure);
        return out.build();
    }
    Value operator()(const StateEnteredDetails& d) const {
        ObjectBuilder out;
        out.append("name", d.name);
        put_payload(out, "input", d.input);
        return out.build();
    }
    Value operator()(const StateExitedDetails& d) const {
        ObjectBuilder out;
        out.append("name", d.name);
        put_payload(out, "output", d.output);
        if (d.assigned_variables.is_object()) {
            ObjectBuilder variables;
            for (const Member& member : d.assigned_variables.as_object()) {
                variables.append(member.key, formed(member.value));
            }
            out.append("assignedVariables", variables.build());
            if (form_ == PayloadForm::text) out.append("assignedVariablesDetails", not_truncated());
        }
        return out.build();
    }
    Value operator()(const InvocationDetails& d) const {
        ObjectBuilder out;
        out.append("resource", d.resource);
        put_payload(out, "input", d.input);
        put_limits(out, d.timeout_seconds, d.heartbeat_seconds, d.credentials_role_arn);
        return out.build();
    }
    Value operator()(const WorkerDetails& d) const {
        ObjectBuilder out;
        if (d.worker_name) out.append("workerName", *d.worker_name);
        return out.build();
    }
    Value operator()(const TaskScheduledDetails& d) const {
        ObjectBuilder out = resource(d.resource_type, d.resource);
        out.append("region", d.region).append("parameters", formed(d.parameters));
        put_limits(out, d.timeout_seconds, d.heartbeat_seconds, d.credentials_role_arn);
        return out.build();
    }
    Value operator()(const TaskStartedDetails& d) const {
        return resource(d.resource_type, d.resource).build();
    }
    Value operator()(const TaskOutputDetails& d) const {
        ObjectBuilder out = resource(d.resource_type, d.resource);
        put_payload(out, "output", d.output);
        return out.build();
    }
    Value operator()(const TaskFailureDetails& d) const {
        ObjectBuilder out = resource(d.resource_type, d.resource);
        put_failure(out, d.failure);
        return out.build();
    }
    Value operator()(const MapStartedDetails& d) const {
        return Value::object({{"length", d.length}});
    }
    Value operator()(const IterationDetails& d) const {
        return Value::object({{"name", d.name}, {"index", d.index}});
    }
    Value operator()(const MapRunStartedDetails& d) const {
        return Value::object({{"mapRunArn", d.map_run_arn}});
    }
    Value operator()(const RedrivenDetails& d) const {
        ObjectBuilder out;
        if (!d.map_run_arn.empty()) out.append("mapRunArn", d.map_run_arn);
        return out.append("redriveCount", d.redrive_count).build();
    }
    Value operator()(const EvaluationFailedDetails& d) const {
        ObjectBuilder out;
        put_failure(out, d.failure);
        if (!d.location.empty()) out.append("location", d.location);
        return out.append("state", d.state).build();
    }

private:
    static Value not_truncated() { return Value::object({{"truncated", false}}); }
    Value formed(const Value& payload) const {
        return form_ == PayloadForm::text ? Value(to_json(payload)) : payload;
    }
    void put_payload(ObjectBuilder& out, std::string_view name, const Value& value) const {
        out.append(name, formed(value));
        if (form_ == PayloadForm::text) out.append(std::string(name) + "Details", not_truncated());
    }
    ObjectBuilder payload(std::string_view name, const Value& value) const {
        ObjectBuilder out;
        put_payload(out, name, value);
        return out;
    }
    static ObjectBuilder resource(const std::string& type, const std::string& name) {
        ObjectBuilder out;
        out.append("resourceType", type).append("resource", name);
        return out;
    }
    static void put_failure(ObjectBuilder& out, const Failure& failure) {
        if (failure.error) out.append("error", *failure.error);
        if (failure.cause) out.append("cause", *failure.cause);
    }
    static void put_limits(ObjectBuilder& out, const std::optional<std::int64_t>& timeout,
                           const std::optional<std::int64_t>& heartbeat,
                           const std::optional<std::string>& role) {
        if (timeout) out.append("timeoutInSeconds", *timeout);
        if (heartbeat) out.append("heartbeatInSeconds", *heartbeat);
        if (role) out.append("taskCredentials", Value::object({{"roleArn", *role}}));
    }

    PayloadForm form_;
};

} // namespace

std::string history_details_name(HistoryEventType type) {
    std::string name(history_event_name(type));
    if (name.ends_with("StateEntered")) return "stateEnteredEventDetails";
    if (name.ends_with("StateExited")) return "stateExitedEventDetails";
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
    return name + "EventDetails";
}

Value history_event_json(const HistoryEvent& event) {
    ObjectBuilder out(5);
    const std::int64_t milliseconds = epoch_milliseconds(event.timestamp);
    out.append("timestamp", static_cast<double>(milliseconds) / 1000);
    out.append("type", history_event_name(event.type));
    out.append("id", event.id);
    out.append("previousEventId", event.previous_event_id);
    Value details = std::visit(Details(PayloadForm::text), event.details);
    if (!details.is_null()) out.append(history_details_name(event.type), std::move(details));
    return out.build();
}

Value history_details(const HistoryEvent& event) {
    Value details = std::visit(Details(PayloadForm::value), event.details);
    return details.is_null() ? Value::object() : details;
}

Value history_json(const std::vector<HistoryEvent>& events) {
    Array list;
    list.reserve(events.size());
    for (const HistoryEvent& event : events)
        list.push_back(history_event_json(event));
    return Value::object({{"events", Value(std::move(list))}});
}

} // namespace gradus
