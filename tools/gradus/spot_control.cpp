// gradus spot enable, disable, status: the workflows run in this process, in the foreground,
// against any AWS endpoint. Events between hub and workers stay in the process too; nothing of
// EventBridge is used.
#include "tools/gradus/command.hpp"

#include "engine/engine/event_bus.hpp"
#include "gradus/json.hpp"
#include "gradus/runtime.hpp"
#include "workflows/capacity/members.hpp"
#include "workflows/service.hpp"
#include "workflows/story.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <memory>

namespace gradus::cli {
namespace {

struct Arguments {
    std::string endpoint_url;
    std::string prefix = "gradus";
    std::string hub;
    std::vector<std::string> regions;
    std::vector<std::string> types;
    std::int64_t instances = 1;
    std::string image;
    bool is_teardown = false;
};

/// Everything of a foreground run, in the order in which it must end.
struct Setting {
    Runtime runtime;
    std::unique_ptr<aws::Client> client;
    std::unique_ptr<EventBus> bus;
    std::unique_ptr<LocalEventsClient> events;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<workflows::Story> story;
    std::unique_ptr<workflows::Service> service;

    workflows::Outcome await(Task<workflows::Outcome> work) {
        work.start(std::noop_coroutine());
        runtime.run_until([&] { return work.is_done(); });
        if (!work.is_done()) return Failure{"Stopped", "nothing is left to wait for"};
        return work.take();
    }
};

void print_line(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

Error error_of(const Failure& failure) {
    return {ErrorCode::internal,
            failure.error.value_or("failed") + ": " + failure.cause.value_or("")};
}

workflows::Settings settings_of(const Arguments& arguments, std::string account_id) {
    workflows::Settings settings;
    settings.prefix = arguments.prefix;
    settings.account_id = std::move(account_id);
    settings.regions = arguments.regions;
    settings.hub_region = arguments.hub.empty() ? arguments.regions.front() : arguments.hub;
    if (!arguments.types.empty()) settings.types = arguments.types;
    settings.instances = arguments.instances;
    if (!arguments.image.empty()) settings.container_image = arguments.image;
    return settings;
}

Result<void> add_rules(EventBus& bus, const workflows::Settings& settings) {
    for (const workflows::BusRule& rule : workflows::rules_of(settings)) {
        GRADUS_TRY(aws::EventPattern pattern, aws::EventPattern::parse(rule.pattern));
        bus.add_rule(
            {rule.region, rule.name, std::move(pattern), rule.target_arn, rule.input_path});
    }
    return {};
}

Result<std::unique_ptr<Setting>> make_setting(const Arguments& arguments) {
    auto setting = std::make_unique<Setting>();
    Setting& made = *setting;
    const AwsSettings given{.region =
                                arguments.hub.empty() ? arguments.regions.front() : arguments.hub,
                            .endpoint_url = arguments.endpoint_url};
    GRADUS_TRY(made.client, made.runtime.make_aws_client(given));
    aws::Call who{"sts", "GetCallerIdentity", Value::object(), given.region};
    const auto identity = made.await(workflows::ask(*made.client, std::move(who)));
    if (!identity) return error_of(identity.error());
    const workflows::Settings settings =
        settings_of(arguments, capacity::text_of((*identity)["Account"]));

    EventLoop& loop = made.runtime.loop();
    const std::int64_t now = loop.now_epoch_milliseconds();
    const auto seed = static_cast<std::uint64_t>(now);
    made.bus = std::make_unique<EventBus>(
        loop, settings.account_id, seed,
        [&made](const std::string& arn, const std::string& name, Value input) {
            const auto started = made.engine->start_execution(arn, name, std::move(input));
            if (!started) complain(started.error().message);
        });
    GRADUS_CHECK(add_rules(*made.bus, settings));
    made.events = std::make_unique<LocalEventsClient>(loop, *made.client, *made.bus, "gradus.spot");
    EngineOptions options;
    options.account_id = settings.account_id;
    options.region = settings.hub_region;
    options.seed = seed;
    options.services = made.runtime.services();
    options.token_secret = "gradus-" + std::to_string(seed);
    made.engine = std::make_unique<Engine>(loop, made.events.get(), options);
    made.story = std::make_unique<workflows::Story>(timestamp_of(now), print_line);
    made.engine->on_completed(
        [&made](const ExecutionSummary& execution) { made.story->completed(execution); });
    GRADUS_TRY(made.service, workflows::Service::make(
                                 *made.engine, *made.events, settings,
                                 [&made](const workflows::Note& note) { made.story->note(note); }));
    return setting;
}

bool is_idle(const Engine& engine) { return engine.list("", ExecutionStatus::running).empty(); }

Result<int> print_status(Setting& setting) {
    const auto status = setting.await(setting.service->status());
    if (!status) {
        complain(status.error().cause.value_or("no status"));
        return static_cast<int>(failure);
    }
    std::printf("%s\n", to_pretty_json(*status).c_str());
    return static_cast<int>(success);
}

Result<int> enable(const Arguments& arguments) {
    GRADUS_TRY(const auto setting, make_setting(arguments));
    const auto deployed = setting->await(setting->service->deploy(workflows::Events::in_process));
    if (!deployed) return error_of(deployed.error());
    const auto enabled = setting->await(setting->service->enable());
    if (!enabled) return error_of(enabled.error());
    setting->runtime.run_until([&] { return is_idle(*setting->engine); });
    return print_status(*setting);
}

Result<int> disable(const Arguments& arguments) {
    GRADUS_TRY(const auto setting, make_setting(arguments));
    const auto teardown =
        arguments.is_teardown ? workflows::Teardown::yes : workflows::Teardown::no;
    const auto disabled = setting->await(setting->service->disable(teardown));
    if (!disabled) return error_of(disabled.error());
    setting->runtime.run_until([&] { return is_idle(*setting->engine); });
    int code = success;
    for (const ExecutionSummary& execution : setting->engine->list("")) {
        if (execution.status != ExecutionStatus::succeeded) code = failure;
    }
    GRADUS_TRY(const int shown, print_status(*setting));
    return code == success ? shown : code;
}

Result<int> status(const Arguments& arguments) {
    GRADUS_TRY(const auto setting, make_setting(arguments));
    return print_status(*setting);
}

using Action = Result<int> (*)(const Arguments&);

CLI::App* add_action(CLI::App& spot, int& exit_code, const std::string& name,
                     const std::string& text, Action action, std::shared_ptr<Arguments> arguments) {
    CLI::App* command = spot.add_subcommand(name, text);
    command
        ->add_option("--region", arguments->regions, "Regions of the workers; several are allowed")
        ->required();
    command->add_option("--hub", arguments->hub,
                        "Region of the hub; the first region if not given");
    command->add_option("--prefix", arguments->prefix, "Prefix of everything that is created");
    command->add_option("--endpoint-url", arguments->endpoint_url, "Send AWS calls here");
    set_action(
        *command, exit_code, [arguments, action] { return action(*arguments); }, failure);
    return command;
}

} // namespace

void add_spot_control(CLI::App& spot, int& exit_code) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* enabling =
        add_action(spot, exit_code, "enable",
                   "Set up what is missing, turn provisioning on and stay until capacity runs",
                   enable, arguments);
    enabling->add_option("--type", arguments->types, "Instance types, any of which will do");
    enabling->add_option("--instances", arguments->instances, "Instances to keep")
        ->check(CLI::Range(1, 100));
    enabling->add_option("--image", arguments->image, "Container image that the instances run");
    CLI::App* disabling =
        add_action(spot, exit_code, "disable", "Turn provisioning off", disable, arguments);
    disabling->add_flag("--teardown", arguments->is_teardown,
                        "Empty every region, and stay until it is verified");
    add_action(spot, exit_code, "status", "Show what is wanted, what runs and where, as JSON",
               status, arguments);
}

} // namespace gradus::cli
