#include "engine/api/registry_json.hpp"

#include "states/base/base.hpp"
#include "states/member_reader.hpp"

namespace gradus::api {
namespace {

constexpr const char* machine_kind = "machine";
constexpr const char* revision_kind = "revision";
constexpr const char* activity_kind = "activity";

const std::vector<std::string_view>& types() {
    static const std::vector<std::string_view> names = {"STANDARD", "EXPRESS"};
    return names;
}

Value time_json(Timestamp at) { return format_iso8601(epoch_milliseconds(at)); }

Value tags_json(const Tags& tags) {
    ObjectBuilder out;
    for (const auto& [key, value] : tags)
        out.append(key, value);
    return out.build();
}

// --- writing -------------------------------------------------------------------------------------

Value revision_json(const Revision& revision) {
    const Settings& settings = revision.settings;
    ObjectBuilder out;
    out.append("type", types()[static_cast<std::size_t>(revision.type)]);
    out.append("isInitial", revision.is_initial);
    out.append("madeAt", time_json(revision.made_at));
    out.append("roleArn", settings.role_arn);
    out.append("logging", settings.logging);
    out.append("tracing", settings.tracing);
    out.append("encryption", settings.encryption);
    out.append("definition", settings.definition);
    return out.build();
}

Value version_json(std::uint64_t number, const Version& version) {
    return Value::object({{"number", count_value(number)},
                          {"revision", version.revision->id},
                          {"description", version.description},
                          {"createdAt", time_json(version.created_at)}});
}

Value alias_json(const std::string& name, const Alias& alias) {
    Array routes;
    for (const Route& route : alias.routes)
        routes.push_back(Value::object({{"version", route.version_arn}, {"weight", route.weight}}));
    return Value::object({{"name", name},
                          {"description", alias.description},
                          {"routes", Value(std::move(routes))},
                          {"createdAt", time_json(alias.created_at)},
                          {"updatedAt", time_json(alias.updated_at)}});
}

Value machine_json(const Machine& machine) {
    Array versions;
    for (const auto& [number, version] : machine.versions)
        versions.push_back(version_json(number, version));
    Array aliases;
    for (const auto& [name, alias] : machine.aliases)
        aliases.push_back(alias_json(name, alias));
    ObjectBuilder out;
    out.append("name", machine.name);
    out.append("type", types()[static_cast<std::size_t>(machine.type)]);
    out.append("createdAt", time_json(machine.created_at));
    out.append("revision", machine.current->id);
    out.append("versions", Value(std::move(versions)));
    out.append("lastVersion", count_value(machine.last_version));
    out.append("aliases", Value(std::move(aliases)));
    out.append("tags", tags_json(machine.tags));
    out.append("isDeleting", machine.is_deleting);
    out.append("createRequest", machine.create_request);
    return out.build();
}

Value activity_json(const Activity& activity) {
    return Value::object({{"name", activity.name},
                          {"createdAt", time_json(activity.created_at)},
                          {"encryption", activity.encryption},
                          {"tags", tags_json(activity.tags)}});
}

// --- reading -------------------------------------------------------------------------------------

using Revisions = std::map<std::string, std::shared_ptr<const Revision>>;

/// Reads the members of one object. All objects of one text share the place of the first error.
class ObjectReader : public MemberReader {
public:
    ObjectReader(const Value& object, std::string pointer, std::optional<Error>& error)
        : MemberReader(object, std::move(pointer), error), error_(error) {}

    /// The elements of an array, all objects.
    std::vector<ObjectReader> objects(std::string_view name) {
        const Value list = value(name);
        std::vector<ObjectReader> out;
        if (!list.is_array()) {
            expected("an array", name);
            return out;
        }
        for (std::size_t i = 0; i < list.size(); ++i)
            out.emplace_back(list[i], pointer_child(place(name), i), error_);
        return out;
    }
    Tags tags() {
        const Value object = value("tags");
        Tags out;
        if (!object.is_object()) {
            expected("an object", "tags");
            return out;
        }
        for (const Member& member : object.as_object()) {
            if (!member.value.is_string())
                expected("an object of texts", "tags");
            else
                out[std::string(member.name())] = member.value.as_string();
        }
        return out;
    }
    /// The revision that a member names.
    std::shared_ptr<const Revision> revision(const Revisions& revisions) {
        const auto found = revisions.find(text("revision"));
        if (found != revisions.end()) return found->second;
        expected("the id of a revision that is there", "revision");
        return nullptr;
    }

private:
    std::optional<Error>& error_;
};

Revision read_revision(ObjectReader& reader, const std::string& id) {
    Revision revision{.id = id};
    revision.type = static_cast<WorkflowType>(reader.one_of("type", types()));
    revision.is_initial = reader.boolean("isInitial");
    revision.made_at = reader.time("madeAt");
    Settings& settings = revision.settings;
    settings.role_arn = reader.text("roleArn");
    settings.logging = reader.value("logging");
    settings.tracing = reader.value("tracing");
    settings.encryption = reader.value("encryption");
    settings.definition = reader.text("definition");
    return revision;
}

Alias read_alias(ObjectReader& reader) {
    Alias alias{.description = reader.text("description")};
    for (ObjectReader& route : reader.objects("routes")) {
        alias.routes.push_back({route.text("version"), route.integer("weight")});
        route.finish();
    }
    alias.created_at = reader.time("createdAt");
    alias.updated_at = reader.time("updatedAt");
    return alias;
}

Machine read_machine(ObjectReader& reader, const std::string& arn, const Revisions& revisions) {
    Machine machine{.arn = arn, .name = reader.text("name")};
    machine.type = static_cast<WorkflowType>(reader.one_of("type", types()));
    machine.created_at = reader.time("createdAt");
    machine.current = reader.revision(revisions);
    for (ObjectReader& version : reader.objects("versions")) {
        machine.versions[version.count("number")] = {
            version.revision(revisions), version.text("description"), version.time("createdAt")};
        version.finish();
    }
    machine.last_version = reader.count("lastVersion");
    for (ObjectReader& alias : reader.objects("aliases")) {
        const std::string name = alias.text("name");
        machine.aliases[name] = read_alias(alias);
        alias.finish();
    }
    machine.tags = reader.tags();
    machine.is_deleting = reader.boolean("isDeleting");
    machine.create_request = reader.value("createRequest");
    return machine;
}

Activity read_activity(ObjectReader& reader, const std::string& arn) {
    Activity activity{.arn = arn, .name = reader.text("name")};
    activity.created_at = reader.time("createdAt");
    activity.encryption = reader.value("encryption");
    activity.tags = reader.tags();
    return activity;
}

/// One kind of objects after the other: machines name revisions.
template <class Read>
Result<void> read_kind(const std::vector<StoredObject>& objects, std::string_view kind,
                       const Read& read) {
    for (const StoredObject& object : objects) {
        if (object.kind != kind) continue;
        std::optional<Error> error;
        ObjectReader reader(object.document, "", error);
        read(object.name, reader);
        reader.finish();
        if (!error) continue;
        error->message = object.kind + " " + object.name + ": " + error->message;
        return *error;
    }
    return {};
}

} // namespace

std::vector<StoredObject> take_changes(Registry& registry) {
    std::vector<StoredObject> out;
    for (const auto& revision : std::exchange(registry.added_revisions, {}))
        out.push_back({revision_kind, revision->id, revision_json(*revision)});
    for (const std::string& arn : std::exchange(registry.changed_machines, {})) {
        const auto found = registry.machines.find(arn);
        const bool is_gone = found == registry.machines.end();
        out.push_back({machine_kind, arn, is_gone ? Value() : machine_json(found->second)});
    }
    for (const std::string& arn : std::exchange(registry.changed_activities, {})) {
        const auto found = registry.activities.find(arn);
        const bool is_gone = found == registry.activities.end();
        out.push_back({activity_kind, arn, is_gone ? Value() : activity_json(found->second)});
    }
    return out;
}

Result<Registry> read_registry(const std::vector<StoredObject>& objects) {
    Registry registry;
    GRADUS_CHECK(
        read_kind(objects, revision_kind, [&](const std::string& id, ObjectReader& reader) {
            registry.revisions[id] = std::make_shared<const Revision>(read_revision(reader, id));
        }));
    GRADUS_CHECK(
        read_kind(objects, machine_kind, [&](const std::string& arn, ObjectReader& reader) {
            registry.machines[arn] = read_machine(reader, arn, registry.revisions);
        }));
    GRADUS_CHECK(
        read_kind(objects, activity_kind, [&](const std::string& arn, ObjectReader& reader) {
            registry.activities[arn] = read_activity(reader, arn);
        }));
    return registry;
}

} // namespace gradus::api
