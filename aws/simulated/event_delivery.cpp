#include "aws/simulated/event_delivery.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

// "$.detail.instance-id" walks member names and "[n]"; nothing when there is nothing.
const Value* find_path(const Value& event, std::string_view path) {
    if (!path.starts_with('$')) return nullptr;
    path.remove_prefix(1);
    const Value* here = &event;
    while (!path.empty() && here != nullptr) {
        if (path.front() == '.') {
            path.remove_prefix(1);
            const std::string_view name = path.substr(0, path.find_first_of(".["));
            if (name.empty()) return nullptr;
            path.remove_prefix(name.size());
            here = here->find(name);
            continue;
        }
        const std::size_t end = path.find(']');
        if (path.front() != '[' || end == std::string_view::npos) return nullptr;
        const std::int64_t index = integer(Value(path.substr(1, end - 1)), -1);
        path.remove_prefix(end + 1);
        const bool is_there =
            here->is_array() && index >= 0 && static_cast<std::size_t>(index) < here->size();
        here = is_there ? &(*here)[static_cast<std::size_t>(index)] : nullptr;
    }
    return here;
}

// What a placeholder stands for: strings bare where the template has quotes around them or is text,
// everything else as JSON.
std::string placeholder_text(const Value* value, bool is_quoted) {
    if (value == nullptr) return is_quoted ? "" : "null";
    if (!value->is_string()) return to_json(*value);
    const std::string json = to_json(*value);
    return is_quoted ? json.substr(1, json.size() - 2) : json;
}

Value reserved_value(const EventRule& rule, const Value& event, std::string_view name) {
    if (name == "aws.events.event" || name == "aws.events.event.json") return event;
    if (name == "aws.events.rule-arn") return Value(rule.arn);
    if (name == "aws.events.rule-name") return Value(rule.name);
    if (name == "aws.events.event.ingestion-time") return event["time"];
    return Value();
}

// EventBridge User Guide, "Amazon EventBridge input transformation": <name> in the template is
// replaced by what the path found; the result is JSON if it can be read as such.
Value transform(const EventRule& rule, const Value& transformer, const Value& event) {
    const std::string pattern = text(transformer["InputTemplate"]);
    const Value& paths = transformer["InputPathsMap"];
    std::string out;
    bool is_quoted = false;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char letter = pattern[at];
        const std::size_t end = letter == '<' ? pattern.find('>', at) : std::string::npos;
        if (letter == '"' && (at == 0 || pattern[at - 1] != '\\')) is_quoted = !is_quoted;
        if (end == std::string::npos) {
            out += letter;
            continue;
        }
        const std::string name = pattern.substr(at + 1, end - at - 1);
        const Value reserved = reserved_value(rule, event, name);
        const Value* found = reserved.is_null() ? nullptr : &reserved;
        if (const Value* path = paths.is_object() ? paths.find(name) : nullptr)
            found = find_path(event, text(*path));
        out += placeholder_text(found, is_quoted);
        at = end;
    }
    Result<Value, JsonError> json = parse_json(out);
    return json ? std::move(*json) : Value(out);
}

Value target_input(const EventRule& rule, const Value& target, const Value& event) {
    if (const Value* constant = target.find("Input")) {
        Result<Value, JsonError> json = parse_json(text(*constant));
        return json ? *json : *constant;
    }
    if (const Value* path = target.find("InputPath")) {
        const Value* found = find_path(event, text(*path));
        return found != nullptr ? *found : Value();
    }
    if (const Value* transformer = target.find("InputTransformer"))
        return transform(rule, *transformer, event);
    return event;
}

struct BusName {
    std::string region;
    std::string bus;
};

// "arn:aws:events:us-west-2:123456789012:event-bus/name"
std::optional<BusName> bus_of_arn(std::string_view arn) {
    static constexpr std::string_view prefix = "arn:aws:events:";
    static constexpr std::string_view kind = ":event-bus/";
    const std::size_t place = arn.find(kind);
    if (!arn.starts_with(prefix) || place == std::string_view::npos) return std::nullopt;
    const std::string_view region = arn.substr(prefix.size());
    return BusName{std::string(region.substr(0, region.find(':'))),
                   std::string(arn.substr(place + kind.size()))};
}

void deliver(World& world, Region& region, const EventRule& rule, const Value& target,
             const Value& event, int hops) {
    const bool is_lost = world.options.event_loss_chance > 0 &&
                         world.random.next_unit() < world.options.event_loss_chance;
    if (is_lost) return;
    const std::string arn = text(target["Arn"]);
    if (const std::optional<BusName> bus = bus_of_arn(arn)) {
        if (hops >= event_hops_max) return;
        world.after(world.options.delays.event_delivery, [bus = *bus, event, hops](World& later) {
            if (Region* there = later.find_region(bus.region))
                offer_event(later, *there, bus.bus, event, hops + 1);
        });
        return;
    }
    Delivery delivery;
    delivery.target_arn = arn;
    delivery.region = region.name;
    delivery.role_arn = text(target["RoleArn"], rule.role_arn);
    delivery.input = target_input(rule, target, event);
    delivery.event_id = text(event["id"]);
    delivery.rule_arn = rule.arn;
    world.after(world.options.delays.event_delivery,
                [delivery = std::move(delivery)](World& later) mutable {
                    delivery.at = later.now;
                    later.deliveries.push_back(std::move(delivery));
                });
}

} // namespace

void offer_event(World& world, Region& region, const std::string& bus, const Value& event,
                 int hops) {
    const auto found = region.events.buses.find(bus);
    if (found == region.events.buses.end()) return;
    for (const auto& [name, rule] : found->second.rules) {
        if (!rule.is_enabled || !rule.pattern || !rule.pattern->matches(event)) continue;
        for (const auto& [id, target] : rule.targets)
            deliver(world, region, rule, target, event, hops);
    }
}

void emit_event(World& world, Region& region, std::string_view source, std::string_view detail_type,
                Value detail, const std::vector<std::string>& resources) {
    const Value event = Value::object({{"version", Value("0")},
                                       {"id", Value(world.random.next_uuid())},
                                       {"detail-type", Value(detail_type)},
                                       {"source", Value(source)},
                                       {"account", Value(world.options.account_id)},
                                       {"time", Value(time_text(world.now))},
                                       {"region", Value(region.name)},
                                       {"resources", list_of(resources)},
                                       {"detail", std::move(detail)}});
    offer_event(world, region, "default", event, 0);
}

} // namespace gradus::simulated
