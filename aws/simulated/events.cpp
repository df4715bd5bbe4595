#include "aws/simulated/event_delivery.hpp"
#include "aws/simulated/services.hpp"
#include "aws/simulated/world.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

using aws::ServiceError;

// Amazon EventBridge quotas: entries of a PutEvents, targets of a rule, bytes of an entry.
constexpr std::size_t entries_max = 10;
constexpr std::size_t targets_max = 5;
constexpr std::size_t entry_bytes_max = 262'144;

ServiceError not_found(std::string message) {
    return fault("ResourceNotFoundException", std::move(message));
}

// A bus is named by its name or its ARN; "default" when it isn't named.
std::string bus_name(const Value& value) {
    const std::string name = text(value, "default");
    const std::size_t slash = name.rfind("event-bus/");
    return slash == std::string::npos ? name : name.substr(slash + 10);
}

Result<EventBus*, ServiceError> bus_of(ApiCall& call, std::string_view member = "EventBusName") {
    const std::string name = bus_name(call.params[member]);
    const auto found = call.region.events.buses.find(name);
    if (found == call.region.events.buses.end())
        return not_found("Event bus " + name + " does not exist.");
    return &found->second;
}

Result<EventRule*, ServiceError> rule_of(ApiCall& call, std::string_view member) {
    GRADUS_TRY(EventBus * bus, bus_of(call));
    const std::string name = text(call.params[member]);
    const auto found = bus->rules.find(name);
    if (found == bus->rules.end())
        return not_found("Rule " + name + " does not exist on EventBus " + bus->name + ".");
    return &found->second;
}

Outcome paged(ApiCall& call, std::string_view member, const std::vector<Value>& items) {
    GRADUS_TRY(Page page, page_of(items, call.params["NextToken"],
                                  std::min<std::int64_t>(100, integer(call.params["Limit"], 100)),
                                  "ValidationException"));
    Value out = Value::object({{member, Value(std::move(page.items))}});
    if (page.next_token.empty()) return out;
    return std::move(out).with("NextToken", Value(page.next_token));
}

// --- Buses --------------------------------------------------------------------------------------

Outcome create_event_bus(ApiCall& call) {
    const std::string name = text(call.params["Name"]);
    if (call.region.events.buses.contains(name))
        return fault("ResourceAlreadyExistsException", "Event bus " + name + " already exists.");
    EventBus bus;
    bus.name = name;
    bus.arn = call.world.arn("events", call.region, "event-bus/" + name);
    bus.created = call.world.now;
    const Value arn(bus.arn);
    call.region.events.buses.emplace(name, std::move(bus));
    return Value::object({{"EventBusArn", arn}});
}

Value describe_bus(const EventBus& bus) {
    return Value::object({{"Name", Value(bus.name)},
                          {"Arn", Value(bus.arn)},
                          {"CreationTime", time_value(bus.created)}});
}

Outcome describe_event_bus(ApiCall& call) {
    GRADUS_TRY(const EventBus* bus, bus_of(call, "Name"));
    return describe_bus(*bus);
}

Outcome list_event_buses(ApiCall& call) {
    const std::string prefix = text(call.params["NamePrefix"]);
    std::vector<Value> out;
    for (const auto& [name, bus] : call.region.events.buses)
        if (name.starts_with(prefix)) out.push_back(describe_bus(bus));
    return paged(call, "EventBuses", out);
}

Outcome delete_event_bus(ApiCall& call) {
    const std::string name = bus_name(call.params["Name"]);
    if (name == "default") return fault("ValidationException", "Cannot delete event bus default.");
    call.region.events.buses.erase(name);
    return Value::object();
}

// --- Rules --------------------------------------------------------------------------------------

Outcome put_rule(ApiCall& call) {
    GRADUS_TRY(EventBus * bus, bus_of(call));
    const std::string name = text(call.params["Name"]);
    EventRule rule;
    const auto old = bus->rules.find(name);
    if (old != bus->rules.end()) rule.targets = old->second.targets;
    rule.name = name;
    const std::string place = bus->name == "default" ? "" : bus->name + "/";
    rule.arn = call.world.arn("events", call.region, "rule/" + place + name);
    rule.description = text(call.params["Description"]);
    rule.role_arn = text(call.params["RoleArn"]);
    rule.pattern_text = text(call.params["EventPattern"]);
    rule.schedule = text(call.params["ScheduleExpression"]);
    rule.is_enabled = text(call.params["State"], "ENABLED") != "DISABLED";
    if (rule.pattern_text.empty() && rule.schedule.empty())
        return fault("ValidationException",
                     "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    if (!rule.pattern_text.empty()) {
        auto pattern = aws::EventPattern::parse(std::string_view(rule.pattern_text));
        if (!pattern)
            return fault("InvalidEventPatternException",
                         "Event pattern is not valid. Reason: " + pattern.error().message);
        rule.pattern = std::move(*pattern);
    }
    const Value arn(rule.arn);
    bus->rules.insert_or_assign(name, std::move(rule));
    return Value::object({{"RuleArn", arn}});
}

Value describe(const EventBus& bus, const EventRule& rule) {
    ObjectBuilder out;
    out.put("Name", Value(rule.name));
    out.put("Arn", Value(rule.arn));
    if (!rule.pattern_text.empty()) out.put("EventPattern", Value(rule.pattern_text));
    if (!rule.schedule.empty()) out.put("ScheduleExpression", Value(rule.schedule));
    out.put("State", Value(rule.is_enabled ? "ENABLED" : "DISABLED"));
    if (!rule.description.empty()) out.put("Description", Value(rule.description));
    if (!rule.role_arn.empty()) out.put("RoleArn", Value(rule.role_arn));
    out.put("EventBusName", Value(bus.name));
    return out.build();
}

Outcome describe_rule(ApiCall& call) {
    GRADUS_TRY(const EventBus* bus, bus_of(call));
    GRADUS_TRY(const EventRule* rule, rule_of(call, "Name"));
    return describe(*bus, *rule);
}

Outcome list_rules(ApiCall& call) {
    GRADUS_TRY(const EventBus* bus, bus_of(call));
    const std::string prefix = text(call.params["NamePrefix"]);
    std::vector<Value> out;
    for (const auto& [name, rule] : bus->rules)
        if (name.starts_with(prefix)) out.push_back(describe(*bus, rule));
    return paged(call, "Rules", out);
}

Outcome delete_rule(ApiCall& call) {
    GRADUS_TRY(EventBus * bus, bus_of(call));
    const auto rule = bus->rules.find(text(call.params["Name"]));
    if (rule == bus->rules.end()) return Value::object();
    if (!rule->second.targets.empty())
        return fault("ValidationException", "Rule can't be deleted since it has targets.");
    bus->rules.erase(rule);
    return Value::object();
}

Outcome enable_rule(ApiCall& call) {
    GRADUS_TRY(EventRule * rule, rule_of(call, "Name"));
    rule->is_enabled = true;
    return Value::object();
}

Outcome disable_rule(ApiCall& call) {
    GRADUS_TRY(EventRule * rule, rule_of(call, "Name"));
    rule->is_enabled = false;
    return Value::object();
}

// --- Targets ------------------------------------------------------------------------------------

Value failed_target(const std::string& id, std::string_view code, std::string message) {
    return Value::object(
        {{"TargetId", Value(id)}, {"ErrorCode", Value(code)}, {"ErrorMessage", Value(message)}});
}

Outcome put_targets(ApiCall& call) {
    GRADUS_TRY(EventRule * rule, rule_of(call, "Rule"));
    Array failed;
    for (const Value& target : call.params["Targets"].as_array()) {
        const std::string id = text(target["Id"]);
        const std::string arn = text(target["Arn"]);
        if (!arn.starts_with("arn:")) {
            failed.push_back(failed_target(id, "InvalidArgument",
                                           "Parameter " + arn +
                                               " is not valid. Reason: Provided "
                                               "Arn is not in correct format."));
            continue;
        }
        const bool is_new = !rule->targets.contains(id);
        if (is_new && rule->targets.size() >= targets_max)
            return fault("LimitExceededException",
                         "The requested resource exceeds the maximum number allowed.");
        rule->targets.insert_or_assign(id, target);
    }
    return Value::object(
        {{"FailedEntryCount", Value(failed.size())}, {"FailedEntries", Value(std::move(failed))}});
}

Outcome remove_targets(ApiCall& call) {
    GRADUS_TRY(EventRule * rule, rule_of(call, "Rule"));
    Array failed;
    for (const std::string& id : texts(call.params["Ids"]))
        if (rule->targets.erase(id) == 0)
            failed.push_back(failed_target(id, "ResourceNotFoundException",
                                           "Target " + id + " does not exist."));
    return Value::object(
        {{"FailedEntryCount", Value(failed.size())}, {"FailedEntries", Value(std::move(failed))}});
}

Outcome list_targets_by_rule(ApiCall& call) {
    GRADUS_TRY(const EventRule* rule, rule_of(call, "Rule"));
    std::vector<Value> out;
    for (const auto& [id, target] : rule->targets)
        out.push_back(target);
    return paged(call, "Targets", out);
}

// --- PutEvents ----------------------------------------------------------------------------------

Value failed_entry(std::string_view code, std::string_view message) {
    return Value::object({{"ErrorCode", Value(code)}, {"ErrorMessage", Value(message)}});
}

// The errors of one entry, in the order in which EventBridge looks (recorded texts).
std::optional<Value> entry_error(const Value& entry) {
    for (const std::string_view name : {"Source", "DetailType", "Detail"}) {
        if (!text(entry[name]).empty()) continue;
        return failed_entry("InvalidArgument", "Parameter " + std::string(name) +
                                                   " is not valid. Reason: " + std::string(name) +
                                                   " is a required argument.");
    }
    if (text(entry["Source"]).starts_with("aws."))
        return failed_entry("NotAuthorizedForSourceException", "Not authorized for the source.");
    const auto detail = parse_json(text(entry["Detail"]));
    if (!detail || !detail->is_object())
        return failed_entry("MalformedDetail", "Detail is malformed.");
    return std::nullopt;
}

Outcome put_events(ApiCall& call) {
    const std::span<const Value> entries = call.params["Entries"].as_array();
    if (entries.empty() || entries.size() > entries_max)
        return fault("ValidationException",
                     "1 validation error detected: Value at 'entries' failed to satisfy "
                     "constraint: Member must have length less than or equal to 10");
    std::size_t bytes = 0;
    for (const Value& entry : entries)
        bytes += entry["Detail"].size() + entry["DetailType"].size() + entry["Source"].size();
    if (bytes > entry_bytes_max)
        return fault("ValidationException",
                     "Total size of the entries in the request is over the limit.");
    Array answers;
    std::size_t failed = 0;
    for (const Value& entry : entries) {
        if (auto error = entry_error(entry)) {
            answers.push_back(std::move(*error));
            ++failed;
            continue;
        }
        const std::string id = call.world.random.next_uuid();
        const Timestamp at = time_of(entry["Time"]).value_or(call.world.now);
        const Value event = Value::object({{"version", Value("0")},
                                           {"id", Value(id)},
                                           {"detail-type", entry["DetailType"]},
                                           {"source", entry["Source"]},
                                           {"account", Value(call.world.options.account_id)},
                                           {"time", Value(time_text(at))},
                                           {"region", Value(call.region.name)},
                                           {"resources", list_of(texts(entry["Resources"]))},
                                           {"detail", *parse_json(text(entry["Detail"]))}});
        // An unknown bus swallows events without a word, as the real one does.
        offer_event(call.world, call.region, bus_name(entry["EventBusName"]), event, 0);
        answers.push_back(Value::object({{"EventId", Value(id)}}));
    }
    return Value::object(
        {{"FailedEntryCount", Value(failed)}, {"Entries", Value(std::move(answers))}});
}

Outcome test_event_pattern(ApiCall& call) {
    const auto pattern =
        aws::EventPattern::parse(std::string_view(text(call.params["EventPattern"])));
    if (!pattern)
        return fault("InvalidEventPatternException",
                     "Event pattern is not valid. Reason: " + pattern.error().message);
    const auto event = parse_json(text(call.params["Event"]));
    if (!event) return fault("ValidationException", "Parameter Event is not valid.");
    return Value::object({{"Result", Value(pattern->matches(*event))}});
}

constexpr OperationRow rows[] = {
    {"CreateEventBus", create_event_bus},
    {"DescribeEventBus", describe_event_bus},
    {"ListEventBuses", list_event_buses},
    {"DeleteEventBus", delete_event_bus},
    {"PutRule", put_rule},
    {"DescribeRule", describe_rule},
    {"ListRules", list_rules},
    {"DeleteRule", delete_rule},
    {"EnableRule", enable_rule},
    {"DisableRule", disable_rule},
    {"PutTargets", put_targets},
    {"RemoveTargets", remove_targets},
    {"ListTargetsByRule", list_targets_by_rule},
    {"PutEvents", put_events},
    {"TestEventPattern", test_event_pattern},
};

} // namespace

std::span<const OperationRow> events_operations() { return rows; }

} // namespace gradus::simulated
