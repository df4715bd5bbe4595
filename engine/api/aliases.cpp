// Aliases: names for one version, or for two with weights. AWS, "State machine aliases"; texts
// recorded.
#include "engine/api/call.hpp"
#include "gradus/limits.hpp"

#include <algorithm>

namespace gradus::api {
namespace {

std::string bracketed(const std::vector<std::string>& items) {
    std::string out = "[";
    for (std::size_t i = 0; i < items.size(); ++i)
        out += (i == 0 ? "" : ", ") + items[i];
    return out + "]";
}

StatesError invalid(const std::string& message) { return {"ValidationException", message}; }

struct Routing {
    std::vector<Route> routes;
    std::string machine_arn;
};

Result<Routing, StatesError> read_routing(const Value& list) {
    Routing routing;
    std::vector<std::string> arns;
    std::vector<std::string> weights;
    std::int64_t sum = 0;
    for (const Value& item : list.as_array()) {
        Route route;
        const Value& arn = item["stateMachineVersionArn"];
        if (arn.is_string()) route.version_arn = arn.as_string();
        const bool has_weight = item["weight"].to_integer(route.weight);
        if (!arn.is_string() || !has_weight)
            return invalid("routingConfiguration wants a stateMachineVersionArn and a weight in "
                           "each of its elements");
        sum += route.weight;
        arns.push_back(route.version_arn);
        weights.push_back(std::to_string(route.weight));
        routing.routes.push_back(std::move(route));
    }
    for (const Route& route : routing.routes) {
        GRADUS_TRY(const StatesArn arn, parse_arn(route.version_arn, ArnKind::state_machine));
        if (!is_version(arn.qualifier)) {
            return invalid(
                "Routing configuration must contain state machine version ARNs. Received: " +
                bracketed(arns));
        }
        if (!routing.machine_arn.empty() && routing.machine_arn != arn.machine_arn()) {
            return invalid("Routing configuration must contain versions of one state machine. "
                           "Received: " +
                           bracketed(arns));
        }
        routing.machine_arn = arn.machine_arn();
    }
    if (arns.size() == 2 && arns[0] == arns[1]) {
        return invalid(
            "Routing configuration must contain distinct state machine version ARNs. Received: " +
            bracketed(arns));
    }
    constexpr std::int64_t whole = 100;
    if (sum != whole) {
        return invalid("Sum of routing configuration weights must equal 100. Received: " +
                       bracketed(weights));
    }
    return routing;
}

/// The routes lead to versions that exist.
Result<void, StatesError> check_versions(Registry& registry, const Routing& routing) {
    for (const Route& route : routing.routes)
        GRADUS_CHECK(registry.find_target(route.version_arn, 0));
    return {};
}

/// API reference, "CreateStateMachineAlias": letters, digits, '-', '_' and '.', not digits alone.
bool is_alias_name(std::string_view name) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    return !name.empty() && name.size() <= limits::name_characters_max &&
           std::ranges::all_of(name, is_allowed) && !is_version(name);
}

struct FoundAlias {
    Machine* machine = nullptr;
    std::string name;
    Alias* alias = nullptr; // null: there is none
};

Result<FoundAlias, StatesError> find_alias(const Call& call) {
    GRADUS_TRY(const StatesArn arn,
               parse_arn(call.text("stateMachineAliasArn"), ArnKind::state_machine));
    FoundAlias found{.name = arn.qualifier};
    const auto machine = call.registry.machines.find(arn.machine_arn());
    if (machine == call.registry.machines.end()) return found;
    found.machine = &machine->second;
    const auto alias = machine->second.aliases.find(arn.qualifier);
    if (alias != machine->second.aliases.end()) found.alias = &alias->second;
    return found;
}

StatesError not_found() {
    return {"ResourceNotFound", "Request references a resource that does not exist."};
}

} // namespace

Answer create_alias(const Call& call) {
    const std::string name = call.text("name");
    if (!is_alias_name(name)) return StatesError{"InvalidName", "Invalid Name: '" + name + "'"};
    GRADUS_TRY(const Routing routing, read_routing(call.input["routingConfiguration"]));
    GRADUS_CHECK(check_versions(call.registry, routing));
    Machine& machine = call.registry.machines.at(routing.machine_arn);
    const std::string description = call.text("description");
    auto found = machine.aliases.find(name);
    if (found != machine.aliases.end() &&
        (found->second.routes != routing.routes || found->second.description != description)) {
        return StatesError{"ConflictException",
                           "Failed to create alias because an alias with the same name and a "
                           "different routing configuration already exists."};
    }
    if (found == machine.aliases.end()) {
        if (machine.aliases.size() >= limits::aliases_max) {
            return StatesError{"ServiceQuotaExceededException",
                               "A state machine may have 100 aliases"};
        }
        found =
            machine.aliases.emplace(name, Alias{description, routing.routes, call.now, call.now})
                .first;
        call.registry.changed_machines.insert(machine.arn);
    }
    return Value::object({{"creationDate", date(found->second.created_at)},
                          {"stateMachineAliasArn", machine.arn + ":" + name}});
}

Answer update_alias(const Call& call) {
    GRADUS_TRY(const FoundAlias found, find_alias(call));
    if (found.alias == nullptr) return not_found();
    if (const Value& list = call.input["routingConfiguration"]; list.is_array()) {
        GRADUS_TRY(Routing routing, read_routing(list));
        GRADUS_CHECK(check_versions(call.registry, routing));
        if (routing.machine_arn != found.machine->arn)
            return invalid("Routing configuration must contain versions of the alias's machine");
        found.alias->routes = std::move(routing.routes);
    }
    if (auto description = call.optional_text("description"))
        found.alias->description = std::move(*description);
    found.alias->updated_at = call.now;
    call.registry.changed_machines.insert(found.machine->arn);
    return Value::object({{"updateDate", date(call.now)}});
}

Answer delete_alias(const Call& call) {
    GRADUS_TRY(const FoundAlias found, find_alias(call));
    if (found.alias == nullptr) return Value::object();
    found.machine->aliases.erase(found.name);
    call.registry.changed_machines.insert(found.machine->arn);
    return Value::object();
}

Answer describe_alias(const Call& call) {
    GRADUS_TRY(const FoundAlias found, find_alias(call));
    if (found.alias == nullptr) return not_found();
    Array routes;
    for (const Route& route : found.alias->routes) {
        routes.push_back(Value::object(
            {{"stateMachineVersionArn", route.version_arn}, {"weight", route.weight}}));
    }
    ObjectBuilder out;
    out.append("stateMachineAliasArn", call.text("stateMachineAliasArn"));
    out.append("name", found.name);
    if (!found.alias->description.empty()) out.append("description", found.alias->description);
    out.append("routingConfiguration", Value(std::move(routes)));
    out.append("creationDate", date(found.alias->created_at));
    out.append("updateDate", date(found.alias->updated_at));
    return out.build();
}

/// Of a machine, or those that lead to one of its versions.
Answer list_aliases(const Call& call) {
    const std::string text = call.text("stateMachineArn");
    GRADUS_TRY(const StatesArn arn, parse_arn(text, ArnKind::state_machine));
    GRADUS_TRY(const Machine* machine, call.registry.find_machine(arn));
    std::vector<Listed> list;
    for (const auto& [name, alias] : machine->aliases) {
        const bool is_wanted =
            arn.qualifier.empty() ||
            std::ranges::find(alias.routes, text, &Route::version_arn) != alias.routes.end();
        if (!is_wanted) continue;
        list.push_back(
            {name, Value::object({{"creationDate", date(alias.created_at)},
                                  {"stateMachineAliasArn", machine->arn + ":" + name}})});
    }
    GRADUS_TRY(Page page, page_of(call.question(), list));
    return page_json("stateMachineAliases", std::move(page));
}

} // namespace gradus::api
