#include "workflows/handlers/hub_state.hpp"

#include "gradus/json.hpp"
#include "workflows/capacity/members.hpp"

namespace gradus::workflows {

using capacity::text_of;

namespace {

// Longer than any launch takes.
constexpr std::chrono::hours loss_remembered{1};

} // namespace

std::string HubState::status() const {
    if (!is_enabled) return "disabled";
    return present >= wanted ? "running" : "provisioning";
}

Result<HubState, Failure> read_hub_state(const Parameters& parameters) {
    HubState out;
    const auto enabled = parameters.find("provisioning-enabled");
    if (enabled == parameters.end()) {
        return Failure{"Config.Missing", "the parameter provisioning-enabled doesn't exist"};
    }
    out.is_enabled = enabled->second == "true";
    const auto config = parameters.find("config");
    if (config == parameters.end()) {
        return Failure{"Config.Missing", "the parameter config doesn't exist"};
    }
    auto parsed = parse_json(config->second);
    if (!parsed || !parsed->is_object()) {
        return Failure{"Config.Missing", "the parameter config isn't a JSON object"};
    }
    out.config = std::move(*parsed);
    out.wanted = capacity::integer_of(out.config["instances"], 0);
    for (const auto& [name, text] : parameters) {
        if (!name.starts_with("instances/")) continue;
        auto instance = parse_json(text);
        if (!instance || !instance->is_object()) continue;
        if (!capacity::flag_of((*instance)["atRisk"])) ++out.present;
        out.instances.push_back(std::move(*instance));
    }
    return out;
}

std::vector<std::string> forgettable(const Parameters& parameters, Timestamp now) {
    std::vector<std::string> out;
    for (const auto& [name, text] : parameters) {
        if (!name.starts_with("lost/")) continue;
        const auto at = capacity::time_of(Value(text));
        if (!at || now - *at > loss_remembered) out.push_back(name);
    }
    return out;
}

Parameters published(const HubState& state) {
    Array instances;
    std::string region = "none";
    for (const Value& instance : state.instances) {
        region = text_of(instance["region"], region);
        ObjectBuilder out;
        out.append("instance_id", instance["instanceId"]);
        out.append("public_ip", instance["publicIp"]);
        out.append("private_ip", instance["privateIp"]);
        out.append("region", instance["region"]);
        out.append("zone", instance["zone"]);
        out.append("type", instance["type"]);
        if (capacity::flag_of(instance["atRisk"])) out.append("at_risk", true);
        instances.push_back(out.build());
    }
    return {{"status", state.status()},
            {"region", region},
            {"instances-info", to_json(Value(std::move(instances)))}};
}

} // namespace gradus::workflows
