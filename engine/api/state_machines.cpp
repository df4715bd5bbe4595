// State machines: created, changed, shown and deleted. API reference, "CreateStateMachine" and its
// neighbours; texts and shapes recorded.
#include "engine/api/call.hpp"
#include "gradus/limits.hpp"
#include "gradus/mock_check.hpp"
#include "gradus/test_state.hpp"
#include "gradus/validate.hpp"

namespace gradus::api {
namespace {

StatesError invalid(const std::string& message) { return {"ValidationException", message}; }

/// As Describe shows it: with level and includeExecutionData, which have defaults. A level other
/// than OFF wants one log group (recorded).
Result<Value, StatesError> read_logging(const Value& given) {
    const auto refuse = [](const std::string& reason) {
        return StatesError{"InvalidLoggingConfiguration",
                           "Invalid Logging Configuration: " + reason};
    };
    ObjectBuilder out;
    const Value& level = given["level"];
    const std::string_view word = level.is_string() ? level.as_string() : "OFF";
    if (word != "OFF" && word != "ALL" && word != "ERROR" && word != "FATAL")
        return invalid("1 validation error detected: Value '" + std::string(word) +
                       "' at 'loggingConfiguration.level' failed to satisfy constraint: Member "
                       "must satisfy enum value set: [ALL, ERROR, FATAL, OFF]");
    const Value& destinations = given["destinations"];
    if (word != "OFF" && destinations.size() != 1)
        return refuse("Must specify exactly one Log Destination.");
    if (destinations.is_array()) {
        for (const Value& destination : destinations.as_array()) {
            const Value& arn = destination["cloudWatchLogsLogGroup"]["logGroupArn"];
            if (!arn.is_string() || !arn.as_string().ends_with(":*"))
                return refuse("Log Destination not found.");
        }
        out.append("destinations", destinations);
    }
    out.append("includeExecutionData", given["includeExecutionData"] == Value(true));
    out.append("level", std::string(word));
    return out.build();
}

Value tracing_of(const Value& given) {
    return Value::object({{"enabled", given["enabled"] == Value(true)}});
}

Result<std::shared_ptr<const Program>, StatesError> compiled(const std::string& definition,
                                                             WorkflowType type) {
    Compiled result = compile(definition, {.type = type});
    if (result.program) return std::move(result.program);
    return StatesError{"InvalidDefinition",
                       invalid_definition_message(definition, result.diagnostics)};
}

Result<Settings, StatesError> settings_of(const Call& call) {
    Settings settings{.definition = call.text("definition"), .role_arn = call.text("roleArn")};
    GRADUS_TRY(settings.logging, read_logging(call.input["loggingConfiguration"]));
    settings.tracing = tracing_of(call.input["tracingConfiguration"]);
    GRADUS_TRY(settings.encryption, read_encryption(call.input["encryptionConfiguration"]));
    return settings;
}

/// What makes a second CreateStateMachine the same as the first: not the role, nor the tags. API
/// reference, "CreateStateMachine".
Value without_free_members(const Value& input) {
    ObjectBuilder out;
    for (const Member& member : input.as_object()) {
        if (member.name() != "roleArn" && member.name() != "tags" && !member.value.is_null())
            out.append(std::string(member.name()), member.value);
    }
    return out.build();
}

/// Ids of revisions, made anew with each that differs.
std::shared_ptr<const Revision> add_revision(const Call& call, WorkflowType type, Settings settings,
                                             std::shared_ptr<const Program> program,
                                             bool is_initial) {
    return call.registry.add({.id = call.random.next_uuid(),
                              .type = type,
                              .is_initial = is_initial,
                              .settings = std::move(settings),
                              .made_at = call.now,
                              .program = std::move(program)});
}

Value created(const Machine& machine, const std::string& version) {
    ObjectBuilder out;
    out.append("creationDate", date(machine.created_at));
    out.append("stateMachineArn", machine.arn);
    if (!version.empty()) out.append("stateMachineVersionArn", version);
    return out.build();
}

/// The members that a machine's description has in common with that for an execution.
void append_revision(ObjectBuilder& out, const Revision& revision, bool has_data) {
    const Settings& settings = revision.settings;
    out.append("definition", has_data ? settings.definition : std::string("{}"));
    out.append("encryptionConfiguration", settings.encryption);
    out.append("loggingConfiguration", settings.logging);
    if (!revision.is_initial) out.append("revisionId", revision.id);
    out.append("roleArn", settings.role_arn);
    out.append("tracingConfiguration", settings.tracing);
    const auto program = program_of(revision);
    if (!program || !has_data) return;
    const auto references = variable_references(**program);
    if (references.empty()) return;
    ObjectBuilder all;
    for (const auto& [state, names] : references) {
        Array list;
        for (const std::string& name : names)
            list.emplace_back(name);
        all.append(state, Value(std::move(list)));
    }
    out.append("variableReferences", all.build());
}

bool has_data(const Call& call) { return call.text("includedData") != "METADATA_ONLY"; }

} // namespace

Result<Value, StatesError> read_encryption(const Value& given) {
    const Value& type = given["type"];
    if (!type.is_string() || type.as_string() == "AWS_OWNED_KEY")
        return Value::object({{"type", "AWS_OWNED_KEY"}});
    const auto refuse = [](const std::string& reason) {
        return StatesError{"InvalidEncryptionConfiguration",
                           "Invalid Encryption Configuration: " + reason};
    };
    if (type.as_string() != "CUSTOMER_MANAGED_KMS_KEY")
        return refuse("type must be AWS_OWNED_KEY or CUSTOMER_MANAGED_KMS_KEY, found '" +
                      std::string(type.as_string()) + "'");
    if (!given["kmsKeyId"].is_string()) return refuse("kmsKeyId is missing");
    constexpr std::int64_t least = 60;
    constexpr std::int64_t most = 900;
    std::int64_t seconds = 300;
    const bool is_given = given["kmsDataKeyReusePeriodSeconds"].to_integer(seconds);
    if (is_given && (seconds < least || seconds > most))
        return refuse("kmsDataKeyReusePeriodSeconds must be between 60 and 900");
    return Value::object({{"kmsDataKeyReusePeriodSeconds", seconds},
                          {"kmsKeyId", given["kmsKeyId"]},
                          {"type", type}});
}

Answer create_state_machine(const Call& call) {
    const std::string name = call.text("name");
    GRADUS_CHECK(check_name(name));
    const std::string description = call.text("versionDescription");
    if (!description.empty() && !call.flag("publish"))
        return invalid("Version description can only be set when publish is true");
    const std::string arn = call.arn_prefix() + "stateMachine:" + name;
    const Value same = without_free_members(call.input);
    const auto found = call.registry.machines.find(arn);
    if (found != call.registry.machines.end()) {
        const Machine& machine = found->second;
        if (machine.is_deleting)
            return StatesError{"StateMachineDeleting", "State Machine is deleting: '" + arn + "'"};
        if (machine.create_request != same)
            return StatesError{"StateMachineAlreadyExists",
                               "State Machine Already Exists: '" + arn + "'"};
        return created(machine, call.flag("publish") ? arn + ":1" : "");
    }
    if (call.registry.machines.size() >= call.options.quotas.state_machines)
        return over_quota("StateMachineLimitExceeded", "state machines",
                          call.options.quotas.state_machines);
    Machine machine{.arn = arn, .name = name, .created_at = call.now, .create_request = same};
    if (call.text("type") == "EXPRESS") machine.type = WorkflowType::express;
    GRADUS_TRY(Settings settings, settings_of(call));
    GRADUS_TRY(auto program, compiled(settings.definition, machine.type));
    GRADUS_TRY(machine.tags, read_tags(call.input["tags"], {}));
    machine.current =
        add_revision(call, machine.type, std::move(settings), std::move(program), true);
    std::string version;
    if (call.flag("publish")) version = publish(machine, description, call.now);
    const Value response = created(machine, version);
    call.registry.machines.emplace(arn, std::move(machine));
    call.registry.changed_machines.insert(arn);
    return response;
}

Answer update_state_machine(const Call& call) {
    GRADUS_TRY(const StatesArn arn,
               parse_arn(call.text("stateMachineArn"), ArnKind::state_machine));
    GRADUS_TRY(Machine * machine, call.registry.find_machine(arn));
    const auto is_given = [&](std::string_view member) { return !call.input[member].is_null(); };
    if (!is_given("definition") && !is_given("roleArn") && !is_given("loggingConfiguration") &&
        !is_given("tracingConfiguration") && !is_given("encryptionConfiguration")) {
        return StatesError{"MissingRequiredParameter",
                           "Either the definition, the role ARN, the LoggingConfiguration, or the "
                           "TracingConfiguration must be specified"};
    }
    const std::string description = call.text("versionDescription");
    if (!description.empty() && !call.flag("publish"))
        return invalid("Version description can only be set when publish is true");
    if (call.flag("publish")) {
        GRADUS_CHECK(check_room_for_version(call, *machine));
    }
    Settings settings = machine->current->settings;
    std::shared_ptr<const Program> program = machine->current->program;
    if (is_given("definition")) {
        settings.definition = call.text("definition");
        GRADUS_TRY(program, compiled(settings.definition, machine->type));
    }
    if (is_given("roleArn")) settings.role_arn = call.text("roleArn");
    if (is_given("loggingConfiguration")) {
        GRADUS_TRY(settings.logging, read_logging(call.input["loggingConfiguration"]));
    }
    if (is_given("tracingConfiguration"))
        settings.tracing = tracing_of(call.input["tracingConfiguration"]);
    if (is_given("encryptionConfiguration")) {
        GRADUS_TRY(settings.encryption, read_encryption(call.input["encryptionConfiguration"]));
    }
    call.registry.changed_machines.insert(machine->arn);
    ObjectBuilder out;
    if (settings != machine->current->settings)
        machine->current =
            add_revision(call, machine->type, std::move(settings), std::move(program), false);
    if (!machine->current->is_initial) out.append("revisionId", machine->current->id);
    if (call.flag("publish"))
        out.append("stateMachineVersionArn", publish(*machine, description, call.now));
    out.append("updateDate", date(call.now));
    return out.build();
}

/// The machine goes when its executions have ended, which are stopped. AWS says that they end at
/// their next transition.
Answer delete_state_machine(const Call& call) {
    GRADUS_TRY(const StatesArn arn,
               parse_arn(call.text("stateMachineArn"), ArnKind::state_machine));
    const auto found = call.registry.machines.find(arn.machine_arn());
    if (found == call.registry.machines.end()) return Value::object();
    found->second.is_deleting = true;
    call.registry.changed_machines.insert(found->first);
    call.engine.delete_when_stopped(arn.machine_arn());
    return Value::object();
}

/// Of the newest revision, of a version's, or of a machine's distributed Map, which has a label.
Answer describe_state_machine(const Call& call) {
    const std::string text = call.text("stateMachineArn");
    GRADUS_TRY(const StatesArn arn, parse_arn(text, ArnKind::state_machine));
    const auto found = call.registry.machines.find(arn.machine_arn());
    if (found == call.registry.machines.end()) return machine_does_not_exist(text);
    const Machine& machine = found->second;
    std::shared_ptr<const Revision> revision = machine.current;
    ObjectBuilder out;
    Timestamp created_at = machine.created_at;
    if (is_version(arn.qualifier)) {
        GRADUS_TRY(const StartTarget target, call.registry.find_target(text, 0));
        revision = target.revision;
        const Version& version = machine.versions.at(std::stoull(arn.qualifier));
        created_at = version.created_at;
        if (!version.description.empty()) out.append("description", version.description);
    } else if (!arn.qualifier.empty()) {
        return StatesError{"InvalidArn", "Invalid Arn: 'Resource type not valid in this context: "
                                         "state machine alias'"};
    }
    out.append("creationDate", date(created_at));
    append_revision(out, *revision, has_data(call));
    if (!arn.label.empty()) out.append("label", arn.label);
    out.append("name", machine.name);
    out.append("stateMachineArn", text);
    out.append("status", machine.is_deleting ? "DELETING" : "ACTIVE");
    out.append("type", std::string(type_name(machine.type)));
    return out.build();
}

Answer describe_state_machine_for_execution(const Call& call) {
    const std::string text = call.text("executionArn");
    GRADUS_TRY(const StatesArn arn, parse_arn(text, ArnKind::execution));
    const auto execution = call.engine.describe(text);
    if (!execution)
        return StatesError{"ExecutionDoesNotExist", "Execution Does Not Exist: '" + text + "'"};
    const ExecutionIdentity& identity = execution->identity;
    const auto revision = call.registry.revisions.find(identity.revision_id);
    if (revision == call.registry.revisions.end())
        return machine_does_not_exist(identity.state_machine_arn);
    ObjectBuilder out;
    append_revision(out, *revision->second, has_data(call));
    if (!identity.map_run_arn.empty()) out.append("mapRunArn", identity.map_run_arn);
    if (!arn.label.empty()) out.append("label", arn.label);
    out.append("name", identity.state_machine_name);
    out.append("stateMachineArn", identity.state_machine_arn);
    out.append("updateDate", date(revision->second->made_at));
    return out.build();
}

/// By name; those of the call's region.
Answer list_state_machines(const Call& call) {
    std::vector<Listed> list;
    for (const auto& [arn, machine] : call.registry.machines) {
        if (!arn.starts_with(call.arn_prefix())) continue;
        list.push_back({arn, Value::object({{"creationDate", date(machine.created_at)},
                                            {"name", machine.name},
                                            {"stateMachineArn", arn},
                                            {"type", std::string(type_name(machine.type))}})});
    }
    GRADUS_TRY(Page page, page_of(call.question(), list));
    return page_json("stateMachines", std::move(page));
}

/// What models know of a definition is advice here: AWS must stay free to know more.
ServiceCheck advice(const ServiceCheck& check) {
    return [check](const ServiceTask& task) {
        std::vector<ServiceFault> faults = check(task);
        for (ServiceFault& fault : faults)
            fault.severity = Severity::warning;
        return faults;
    };
}

Answer validate_definition(const Call& call) {
    ValidateOptions options;
    options.service_check = advice(service_check_by_models(call.options.services));
    if (call.text("type") == "EXPRESS") options.type = WorkflowType::express;
    if (call.text("severity") == "WARNING") options.severity = Severity::warning;
    std::int64_t results = 0;
    if (call.input["maxResults"].to_integer(results))
        options.results_max = static_cast<std::size_t>(results);
    return validate_state_machine_definition(call.text("definition"), options);
}

Answer test_one_state(const Call& call) {
    GRADUS_TRY(const TestStateRequest request, read_test_state_request(call.input));
    const TestStateSetting setting{.now = call.now,
                                   .seed = call.random.next(),
                                   .account_id = call.options.account_id,
                                   .region = call.region,
                                   .check_mock =
                                       mock_check_by_service_models(call.options.services)};
    GRADUS_TRY(const TestStateResponse response, test_state(request, setting));
    return test_state_response_json(response);
}

} // namespace gradus::api
