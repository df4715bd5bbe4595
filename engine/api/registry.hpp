#pragma once
// What executions are started from and who works for them: state machines with their revisions,
// versions and aliases, activities, and tags on both. Plain data with look-ups; the operations in
// this folder change it.

#include "engine/api/arn.hpp"
#include "gradus/program.hpp"
#include "gradus/time.hpp"
#include "gradus/value.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gradus::api {

/// The settings of a machine that an update can change. Executions keep those they began with.
struct Settings {
    std::string definition; // as it was written
    std::string role_arn;
    Value logging; // loggingConfiguration and its like, as the API shows them
    Value tracing;
    Value encryption;

    friend bool operator==(const Settings&, const Settings&) = default;
};

/// Of a machine that nobody set further: no logs, no traces, AWS's own key.
Settings default_settings(std::string definition, std::string role_arn);

struct Revision {
    std::string id;
    WorkflowType type = WorkflowType::standard;
    bool is_initial = true; // never updated: the API shows no id then
    Settings settings;
    Timestamp made_at;
    // Null until somebody needs it: a store may hold many that nobody does. See program_of.
    mutable std::shared_ptr<const Program> program;
};
/// Compiles it if need be. Fails with InvalidDefinition where an older gradus took a definition
/// that this one doesn't.
Result<std::shared_ptr<const Program>, StatesError> program_of(const Revision& revision);

struct Version {
    std::shared_ptr<const Revision> revision;
    std::string description;
    Timestamp created_at;
};

struct Route {
    std::string version_arn;
    std::int64_t weight = 0;
    friend bool operator==(const Route&, const Route&) = default;
};
struct Alias {
    std::string description;
    std::vector<Route> routes; // one or two
    Timestamp created_at;
    Timestamp updated_at;
};

using Tags = std::map<std::string, std::string>;

struct Machine {
    std::string arn;
    std::string name;
    WorkflowType type = WorkflowType::standard;
    Timestamp created_at;
    std::shared_ptr<const Revision> current;
    std::map<std::uint64_t, Version> versions;
    std::uint64_t last_version = 0; // numbers aren't used again
    std::map<std::string, Alias> aliases;
    Tags tags;
    bool is_deleting = false; // until its executions have ended
    Value create_request;     // by which a second request is told to be the same
};

struct Activity {
    std::string arn;
    std::string name;
    Timestamp created_at;
    Value encryption;
    Tags tags;
};

/// What an ARN that StartExecution takes leads to.
struct StartTarget {
    const Machine* machine = nullptr;
    std::shared_ptr<const Revision> revision;
    std::string version_arn; // empty: the machine's newest
    std::string alias_arn;   // empty: none was named
};

struct Registry {
    std::map<std::string, Machine> machines;    // by ARN
    std::map<std::string, Activity> activities; // by ARN
    // All that executions may have begun with, by id.
    std::map<std::string, std::shared_ptr<const Revision>> revisions;

    // What the store doesn't have yet: whoever changes or removes something says so.
    std::vector<std::shared_ptr<const Revision>> added_revisions;
    std::set<std::string> changed_machines;   // ARNs
    std::set<std::string> changed_activities; // ARNs

    std::shared_ptr<const Revision> add(Revision revision);

    /// Fails with StateMachineDoesNotExist, also for machines that are being deleted.
    Result<Machine*, StatesError> find_machine(const StatesArn& arn);
    /// Follows version or alias; `draw` in [0, 1) chooses among an alias's routes.
    Result<StartTarget, StatesError> find_target(std::string_view text, double draw);
};

StatesError machine_does_not_exist(std::string_view arn);

} // namespace gradus::api
