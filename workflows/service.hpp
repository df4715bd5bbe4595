#pragma once
// The spot-capacity system as a whole: registers the four state machines in their regions with an
// Engine, binds their handlers, and offers what a person asks for: enable, disable, status.

#include "gradus/engine.hpp"
#include "workflows/deployment.hpp"
#include "workflows/handlers/note.hpp"
#include "workflows/settings.hpp"

namespace gradus::workflows {

enum class Teardown { no, yes };

class Service {
public:
    /// Borrows both. `aws` must reach the same AWS as the engine does. Fails when a definition
    /// doesn't compile.
    static Result<std::unique_ptr<Service>> make(Engine& engine, aws::Client& aws,
                                                 Settings settings, Notes notes = {});

    /// Creates what is missing in the account. Needed once, before the first enable.
    Task<Outcome> deploy(Events events = Events::event_bridge);
    /// Turns the switch on and starts an orchestrator. {"executionArn"}.
    Task<Outcome> enable();
    /// Turns the switch off, ends orchestrators, and with teardown empties every region.
    /// {"teardowns": [ARN]}: they run on.
    Task<Outcome> disable(Teardown teardown);
    /// {"status", "enabled", "region", "instances"…}; a failure named "NotFound" when nothing was
    /// set up.
    Task<Outcome> status();

    const Settings& settings() const { return settings_; }
    std::string machine_arn(const std::string& region, const std::string& name) const {
        return settings_.machine_arn(region, name);
    }

private:
    Service(Engine& engine, aws::Client& aws, Settings settings, Notes notes);

    Engine& engine_;
    aws::Client& aws_;
    Settings settings_;
    Notes notes_;
};

} // namespace gradus::workflows
