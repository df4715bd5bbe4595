#include "engine/api/registry.hpp"

#include "gradus/validate.hpp"

namespace gradus::api {

Settings default_settings(std::string definition, std::string role_arn) {
    return {.definition = std::move(definition),
            .role_arn = std::move(role_arn),
            .logging = Value::object({{"includeExecutionData", false}, {"level", "OFF"}}),
            .tracing = Value::object({{"enabled", false}}),
            .encryption = Value::object({{"type", "AWS_OWNED_KEY"}})};
}

StatesError machine_does_not_exist(std::string_view arn) {
    return {"StateMachineDoesNotExist", "State Machine Does Not Exist: '" + std::string(arn) + "'"};
}

Result<std::shared_ptr<const Program>, StatesError> program_of(const Revision& revision) {
    if (revision.program == nullptr) {
        const std::string& definition = revision.settings.definition;
        Compiled compiled = compile(definition, {.type = revision.type});
        if (compiled.program == nullptr)
            return StatesError{"InvalidDefinition",
                               invalid_definition_message(definition, compiled.diagnostics)};
        revision.program = std::move(compiled.program);
    }
    return revision.program;
}

std::shared_ptr<const Revision> Registry::add(Revision revision) {
    auto added = std::make_shared<const Revision>(std::move(revision));
    revisions[added->id] = added;
    added_revisions.push_back(added);
    return added;
}

Result<Machine*, StatesError> Registry::find_machine(const StatesArn& arn) {
    const auto found = machines.find(arn.machine_arn());
    if (found == machines.end() || found->second.is_deleting)
        return machine_does_not_exist(arn.machine_arn());
    return &found->second;
}

namespace {

/// By the weights, of which the last is what the others leave.
const Route& chosen(const std::vector<Route>& routes, double draw) {
    constexpr double percent = 100;
    double passed = 0;
    for (const Route& route : routes) {
        passed += static_cast<double>(route.weight) / percent;
        if (draw < passed) return route;
    }
    return routes.back();
}

} // namespace

Result<StartTarget, StatesError> Registry::find_target(std::string_view text, double draw) {
    GRADUS_TRY(const StatesArn arn, parse_arn(text, ArnKind::state_machine));
    GRADUS_TRY(const Machine* machine, find_machine(arn));
    StartTarget target{.machine = machine, .revision = machine->current};
    if (arn.qualifier.empty()) return target;
    std::string version = arn.qualifier;
    if (!is_version(arn.qualifier)) {
        const auto alias = machine->aliases.find(arn.qualifier);
        if (alias == machine->aliases.end()) return machine_does_not_exist(text);
        target.alias_arn = text;
        const std::string& chosen_arn = chosen(alias->second.routes, draw).version_arn;
        version = chosen_arn.substr(chosen_arn.rfind(':') + 1);
    }
    // 18 digits fit a number; longer ones name no version.
    constexpr std::size_t digits_max = 18;
    const auto found = version.size() > digits_max ? machine->versions.end()
                                                   : machine->versions.find(std::stoull(version));
    if (found == machine->versions.end()) return machine_does_not_exist(text);
    target.version_arn = machine->arn + ":" + std::to_string(found->first);
    target.revision = found->second.revision;
    return target;
}

} // namespace gradus::api
