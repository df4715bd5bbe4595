#include "workflows/service.hpp"

#include "gradus/json.hpp"
#include "workflows/capacity/members.hpp"
#include "workflows/definitions.hpp"
#include "workflows/handlers/handlers.hpp"
#include "workflows/handlers/hub_state.hpp"

#include <algorithm>

namespace gradus::workflows {

Service::Service(Engine& engine, aws::Client& aws, Settings settings, Notes notes)
    : engine_(engine),
      aws_(aws),
      settings_(std::move(settings)),
      notes_(notes ? std::move(notes) : [](const Note&) {}) {}

Result<std::unique_ptr<Service>> Service::make(Engine& engine, aws::Client& aws, Settings settings,
                                               Notes notes) {
    std::unique_ptr<Service> service(
        new Service(engine, aws, std::move(settings), std::move(notes)));
    const Settings& set = service->settings_;
    for (const DefinitionFile& file : definition_files()) {
        const bool is_hubs = file.machine == "orchestrator";
        const std::vector<std::string> regions =
            is_hubs ? std::vector<std::string>{set.hub_region} : set.regions;
        for (const std::string& region : regions) {
            const std::string text = filled(file.text, set, region);
            Compiled compiled = compile(text);
            if (compiled.program == nullptr) {
                const auto fault =
                    std::ranges::find(compiled.diagnostics, Severity::error, &Diagnostic::severity);
                return Error{ErrorCode::syntax, std::string(file.machine) + ": " +
                                                    describe(*fault, "definition", text)};
            }
            engine.add_state_machine({.name = set.prefix + "-" + std::string(file.machine),
                                      .program = std::move(compiled.program),
                                      .region = region,
                                      .definition = text});
        }
    }
    for (auto& [name, handler] : make_handlers(service->notes_)) {
        engine.bind_activity(set.prefix + "-" + name, std::move(handler));
    }
    return service;
}

Task<Outcome> Service::deploy(Events events) {
    Outcome deployed = co_await workflows::deploy(aws_, settings_, events);
    co_return deployed;
}

Task<Outcome> Service::enable() {
    const std::string path = "/" + settings_.prefix + "/";
    const Result<bool, Failure> on = co_await put_parameter(
        aws_, settings_.hub_region, path + "provisioning-enabled", "true", Overwrite::yes);
    if (!on) co_return on.error();
    Value input = Value::object({{"prefix", settings_.prefix}, {"reason", "enabled"}});
    const auto started = engine_.start_execution(
        settings_.machine_arn(settings_.hub_region, "orchestrator"), "", std::move(input));
    if (!started) co_return Failure{started.error().code, started.error().message};
    co_return Value::object({{"executionArn", *started}});
}

Task<Outcome> Service::disable(Teardown teardown) {
    const std::string path = "/" + settings_.prefix + "/";
    const std::string& hub = settings_.hub_region;
    const Result<bool, Failure> off =
        co_await put_parameter(aws_, hub, path + "provisioning-enabled", "false", Overwrite::yes);
    if (!off) co_return off.error();
    const auto orchestrators =
        engine_.list(settings_.machine_arn(hub, "orchestrator"), ExecutionStatus::running);
    for (const ExecutionSummary& execution : orchestrators) {
        const auto stopped = engine_.stop_execution(execution.identity.execution_arn,
                                                    {"Disabled", "provisioning was disabled"});
        static_cast<void>(stopped); // it may have ended meanwhile
    }
    const Result<bool, Failure> unlocked = co_await delete_parameter(aws_, hub, path + "lock");
    if (!unlocked) co_return unlocked.error();
    const Result<bool, Failure> said =
        co_await put_parameter(aws_, hub, path + "status", "disabled", Overwrite::yes);
    if (!said) co_return said.error();
    Array teardowns;
    if (teardown == Teardown::yes) {
        for (const std::string& region : settings_.regions) {
            Value input = Value::object({{"prefix", settings_.prefix}, {"region", region}});
            const auto started = engine_.start_execution(settings_.machine_arn(region, "teardown"),
                                                         "", std::move(input));
            if (!started) co_return Failure{started.error().code, started.error().message};
            teardowns.emplace_back(*started);
        }
    }
    co_return Value::object({{"teardowns", Value(std::move(teardowns))}});
}

Task<Outcome> Service::status() {
    const Result<Parameters, Failure> parameters =
        co_await read_parameters(aws_, settings_.hub_region, "/" + settings_.prefix + "/");
    if (!parameters) co_return parameters.error();
    if (parameters->empty()) {
        co_return Failure{"NotFound", "nothing is set up under the prefix " + settings_.prefix};
    }
    const Result<HubState, Failure> state = read_hub_state(*parameters);
    if (!state) co_return state.error();
    const auto said = parameters->find("status");
    Array instances(state->instances.begin(), state->instances.end());
    co_return Value::object({{"status", said != parameters->end() ? said->second : state->status()},
                             {"enabled", state->is_enabled},
                             {"wanted", state->wanted},
                             {"present", state->present},
                             {"instances", Value(std::move(instances))},
                             {"orchestrating", parameters->contains("lock")}});
}

} // namespace gradus::workflows
