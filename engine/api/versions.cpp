// Versions: revisions under a number. AWS, "State machine versions"; texts recorded.
#include "engine/api/call.hpp"

namespace gradus::api {

Result<void, StatesError> check_room_for_version(const Call& call, const Machine& machine) {
    const std::size_t quota = call.options.quotas.versions_of_a_machine;
    if (machine.versions.size() < quota) return {};
    return over_quota("ServiceQuotaExceededException", "versions of a state machine", quota);
}

std::string publish(Machine& machine, const std::string& description, Timestamp now) {
    for (const auto& [number, version] : machine.versions) {
        if (version.revision == machine.current) return machine.arn + ":" + std::to_string(number);
    }
    const std::uint64_t number = ++machine.last_version;
    machine.versions[number] = {machine.current, description, now};
    return machine.arn + ":" + std::to_string(number);
}

Answer publish_version(const Call& call) {
    GRADUS_TRY(const StatesArn arn,
               parse_arn(call.text("stateMachineArn"), ArnKind::state_machine));
    GRADUS_TRY(Machine * machine, call.registry.find_machine(arn));
    const Revision& current = *machine->current;
    const std::string revision = current.is_initial ? "INITIAL" : current.id;
    const auto expected = call.optional_text("revisionId");
    if (expected && *expected != revision) {
        return StatesError{"ConflictException",
                           "Failed to publish the State Machine version for revision " + *expected +
                               ". The current State Machine revision is " + revision + "."};
    }
    GRADUS_CHECK(check_room_for_version(call, *machine));
    const std::string version = publish(*machine, call.text("description"), call.now);
    call.registry.changed_machines.insert(machine->arn);
    const std::uint64_t number = std::stoull(version.substr(version.rfind(':') + 1));
    return Value::object({{"creationDate", date(machine->versions[number].created_at)},
                          {"stateMachineVersionArn", version}});
}

Answer delete_version(const Call& call) {
    const std::string text = call.text("stateMachineVersionArn");
    GRADUS_TRY(const StatesArn arn, parse_arn(text, ArnKind::state_machine));
    if (!is_version(arn.qualifier)) {
        return StatesError{"ValidationException",
                           "Expected the ARN of a version but found '" + text + "'"};
    }
    const auto machine = call.registry.machines.find(arn.machine_arn());
    if (machine == call.registry.machines.end()) return Value::object();
    std::string names;
    for (const auto& [name, alias] : machine->second.aliases) {
        for (const Route& route : alias.routes) {
            if (route.version_arn == text) names += (names.empty() ? "" : ", ") + name;
        }
    }
    if (!names.empty()) {
        return StatesError{"ConflictException",
                           "Version to be deleted must not be referenced by an alias. Current list "
                           "of aliases referencing this version: [" +
                               names + "]"};
    }
    machine->second.versions.erase(std::stoull(arn.qualifier));
    call.registry.changed_machines.insert(machine->first);
    return Value::object();
}

/// Newest first.
Answer list_versions(const Call& call) {
    GRADUS_TRY(const StatesArn arn,
               parse_arn(call.text("stateMachineArn"), ArnKind::state_machine));
    GRADUS_TRY(const Machine* machine, call.registry.find_machine(arn));
    std::vector<Listed> list;
    for (auto at = machine->versions.rbegin(); at != machine->versions.rend(); ++at) {
        const std::string version = machine->arn + ":" + std::to_string(at->first);
        list.push_back(
            {place_of(at->first), Value::object({{"creationDate", date(at->second.created_at)},
                                                 {"stateMachineVersionArn", version}})});
    }
    GRADUS_TRY(Page page, page_of(call.question(), list, Order::descending));
    return page_json("stateMachineVersions", std::move(page));
}

} // namespace gradus::api
