#include "states/input_json.hpp"

#include "states/base/base.hpp"
#include "states/member_reader.hpp"

#include <array>

namespace gradus {
namespace {

const std::vector<std::string_view>& workflow_types() {
    static const std::vector<std::string_view> names = {"STANDARD", "EXPRESS"};
    return names;
}
const std::vector<std::string_view>& failure_kinds() {
    static const std::vector<std::string_view> names = {"failed", "scheduleFailed", "startFailed",
                                                        "submitFailed"};
    return names;
}
const std::vector<std::string_view>& statuses() {
    static const std::vector<std::string_view> names = {"RUNNING", "SUCCEEDED", "FAILED",
                                                        "TIMED_OUT", "ABORTED"};
    return names;
}

// --- writing
// --------------------------------------------------------------------------------------

void append_text(ObjectBuilder& out, std::string_view name, const std::string& text) {
    out.append(name, valid_utf8(text));
}
void append_unless_empty(ObjectBuilder& out, std::string_view name, const std::string& text) {
    if (!text.empty()) append_text(out, name, text);
}
void append_failure(ObjectBuilder& out, const Failure& failure) {
    if (failure.error) append_text(out, "error", *failure.error);
    if (failure.cause) append_text(out, "cause", *failure.cause);
}

class Writer {
public:
    Writer(ObjectBuilder& out, TokenSecrets secrets) : out_(out), secrets_(secrets) {}

    void operator()(const ExecutionStarted& event) {
        out_.append("execution", identity_json(event.identity));
        append_payload(out_, "input", event.input);
        out_.append("seed", std::to_string(event.seed)); // most programs read numbers as doubles
        if (secrets_ == TokenSecrets::write) out_.append("tokenSecret", to_hex(event.token_secret));
        out_.append("historyEventsMax", count_value(event.history_events_max));
        out_.append("secondsMax", event.seconds_max);
        out_.append("scope", event.scope);
    }
    void operator()(const TaskStarted& event) {
        command(event.command);
        if (event.worker_name) append_text(out_, "workerName", *event.worker_name);
    }
    void operator()(const TaskSubmitted& event) {
        command(event.command);
        append_payload(out_, "output", event.output);
    }
    void operator()(const TaskSucceeded& event) {
        command(event.command);
        append_payload(out_, "output", event.output);
    }
    void operator()(const TaskFailed& event) {
        command(event.command);
        if (event.kind != TaskFailureKind::failed)
            out_.append("kind", failure_kinds()[static_cast<std::size_t>(event.kind)]);
        append_failure(out_, event.failure);
    }
    void operator()(const TimerFired& event) { command(event.command); }
    void operator()(const StopRequested& event) { append_failure(out_, event.failure); }
    void operator()(const Continued&) {}
    void operator()(const ItemsRead& event) {
        command(event.command);
        append_payload(out_, "items", event.page.items);
        if (!event.page.keys.is_null()) append_payload(out_, "keys", event.page.keys);
        append_text(out_, "source", event.page.source);
        if (!event.page.next.is_null()) append_payload(out_, "next", event.page.next);
    }
    void operator()(const ChildEnded& event) {
        command(event.command);
        out_.append("status", execution_status_name(event.status));
        if (event.status == ExecutionStatus::succeeded || !event.output.is_null())
            append_payload(out_, "output", event.output);
        append_failure(out_, event.failure);
    }
    void operator()(const ObjectsWritten& event) { command(event.command); }
    void operator()(const MapRunUpdated& event) {
        append_text(out_, "mapRunArn", event.map_run_arn);
        if (event.concurrency_max)
            out_.append("maxConcurrency", count_value(*event.concurrency_max));
        if (event.tolerated_failure_count)
            out_.append("toleratedFailureCount", count_value(*event.tolerated_failure_count));
        if (event.tolerated_failure_percentage)
            out_.append("toleratedFailurePercentage", *event.tolerated_failure_percentage);
    }
    void operator()(const RedriveRequested&) {}

private:
    void command(CommandId id) {
        out_.append("command", count_value(static_cast<std::uint64_t>(id)));
    }

    ObjectBuilder& out_;
    TokenSecrets secrets_;
};

// --- reading
// --------------------------------------------------------------------------------------

Failure read_failure(MemberReader& in) {
    return {.error = in.optional_text("error"), .cause = in.optional_text("cause")};
}
CommandId read_command(MemberReader& in) { return static_cast<CommandId>(in.count("command")); }

std::optional<std::string> from_hex(std::string_view digits) {
    std::string bytes;
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        const int high = digit(digits[i]);
        const int low = digit(digits[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    if (digits.size() % 2 != 0) return std::nullopt;
    return bytes;
}

ExecutionIdentity read_identity(MemberReader in) {
    ExecutionIdentity identity{.execution_arn = in.text("arn"),
                               .execution_name = in.text("name"),
                               .state_machine_arn = in.text("stateMachineArn"),
                               .state_machine_name = in.text("stateMachineName"),
                               .role_arn = in.text("roleArn"),
                               .region = in.text("region")};
    identity.type = static_cast<WorkflowType>(in.one_of("type", workflow_types()));
    identity.map_run_arn = in.text_or_empty("mapRunArn");
    identity.state_machine_version_arn = in.text_or_empty("stateMachineVersionArn");
    identity.state_machine_alias_arn = in.text_or_empty("stateMachineAliasArn");
    identity.revision_id = in.text_or_empty("revisionId");
    identity.trace_header = in.text_or_empty("traceHeader");
    in.finish();
    return identity;
}

Event read_started(MemberReader& in) {
    ExecutionStarted event{.identity = read_identity(in.object("execution")),
                           .input = in.payload("input"),
                           .seed = in.digits("seed")};
    if (const auto digits = in.optional_text("tokenSecret")) {
        if (auto secret = from_hex(*digits))
            event.token_secret = std::move(*secret);
        else
            in.expected("hexadecimal digits", "tokenSecret");
    }
    event.history_events_max = in.count("historyEventsMax");
    event.seconds_max = in.integer("secondsMax");
    const std::uint64_t scope = in.count("scope");
    event.scope = static_cast<std::uint32_t>(scope);
    if (event.scope != scope) in.expected("the number of a scope", "scope");
    return event;
}

Event read_items_read(MemberReader& in) {
    ItemsRead event{.command = read_command(in)};
    event.page.items = in.payload("items");
    if (!event.page.items.is_array()) in.expected("an array", "items");
    if (in.has("keys") || in.has("keysText")) event.page.keys = in.payload("keys");
    event.page.source = in.text("source");
    if (in.has("next") || in.has("nextText")) event.page.next = in.payload("next");
    return event;
}

Event read_child_ended(MemberReader& in) {
    ChildEnded event{.command = read_command(in),
                     .status = static_cast<ExecutionStatus>(in.one_of("status", statuses()))};
    const bool has_output = in.has("output") || in.has("outputText");
    if (event.status == ExecutionStatus::succeeded || has_output)
        event.output = in.payload("output");
    event.failure = read_failure(in);
    return event;
}

Event read_map_run_updated(MemberReader& in) {
    MapRunUpdated event{.map_run_arn = in.text("mapRunArn"),
                        .concurrency_max = in.optional_count("maxConcurrency"),
                        .tolerated_failure_count = in.optional_count("toleratedFailureCount")};
    if (in.has("toleratedFailurePercentage"))
        event.tolerated_failure_percentage = in.number("toleratedFailurePercentage");
    return event;
}

struct Form {
    std::string_view name;
    Event (*read)(MemberReader& in);
};

/// In the order of Event's alternatives.
constexpr auto forms = std::to_array<Form>({
    {"ExecutionStarted", read_started},
    {"TaskStarted",
     [](MemberReader& in) -> Event {
         return TaskStarted{read_command(in), in.optional_text("workerName")};
     }},
    {"TaskSubmitted",
     [](MemberReader& in) -> Event {
         return TaskSubmitted{read_command(in), in.payload("output")};
     }},
    {"TaskSucceeded",
     [](MemberReader& in) -> Event {
         return TaskSucceeded{read_command(in), in.payload("output")};
     }},
    {"TaskFailed",
     [](MemberReader& in) -> Event {
         TaskFailed event{.command = read_command(in)};
         if (in.has("kind"))
             event.kind = static_cast<TaskFailureKind>(in.one_of("kind", failure_kinds()));
         event.failure = read_failure(in);
         return event;
     }},
    {"TimerFired", [](MemberReader& in) -> Event { return TimerFired{read_command(in)}; }},
    {"StopRequested", [](MemberReader& in) -> Event { return StopRequested{read_failure(in)}; }},
    {"Continued", [](MemberReader&) -> Event { return Continued{}; }},
    {"ItemsRead", read_items_read},
    {"ChildEnded", read_child_ended},
    {"ObjectsWritten", [](MemberReader& in) -> Event { return ObjectsWritten{read_command(in)}; }},
    {"MapRunUpdated", read_map_run_updated},
    {"RedriveRequested", [](MemberReader&) -> Event { return RedriveRequested{}; }},
});
static_assert(forms.size() == std::variant_size_v<Event>);

const std::vector<std::string_view>& event_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        all.reserve(forms.size());
        for (const Form& form : forms)
            all.push_back(form.name);
        return all;
    }();
    return names;
}

} // namespace

std::string_view event_name(const Event& event) { return forms[event.index()].name; }

Value identity_json(const ExecutionIdentity& identity) {
    ObjectBuilder out(7);
    append_text(out, "arn", identity.execution_arn);
    append_text(out, "name", identity.execution_name);
    append_text(out, "stateMachineArn", identity.state_machine_arn);
    append_text(out, "stateMachineName", identity.state_machine_name);
    append_text(out, "roleArn", identity.role_arn);
    append_text(out, "region", identity.region);
    out.append("type", workflow_types()[static_cast<std::size_t>(identity.type)]);
    append_unless_empty(out, "mapRunArn", identity.map_run_arn);
    append_unless_empty(out, "stateMachineVersionArn", identity.state_machine_version_arn);
    append_unless_empty(out, "stateMachineAliasArn", identity.state_machine_alias_arn);
    append_unless_empty(out, "revisionId", identity.revision_id);
    append_unless_empty(out, "traceHeader", identity.trace_header);
    return out.build();
}

Result<ExecutionIdentity> read_identity_json(const Value& value, const std::string& pointer) {
    std::optional<Error> error;
    ExecutionIdentity identity = read_identity(MemberReader(value, pointer, error));
    if (error) return std::move(*error);
    return identity;
}

Value input_json(const Input& input, TokenSecrets secrets) {
    ObjectBuilder out(4);
    out.append("at", format_iso8601(epoch_milliseconds(input.at)));
    out.append("event", event_name(input.event));
    std::visit(Writer(out, secrets), input.event);
    return out.build();
}

Result<Input> read_input_json(const Value& value, const std::string& pointer) {
    std::optional<Error> error;
    MemberReader in(value, pointer, error);
    Input input{.at = in.time("at")};
    const std::size_t form = in.one_of("event", event_names());
    // Of an event that isn't known, no other member means anything.
    if (!error) {
        input.event = forms[form].read(in);
        in.finish();
    }
    if (error) return std::move(*error);
    return input;
}

} // namespace gradus
