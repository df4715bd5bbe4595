// Tags of state machines and activities. API reference, "TagResource".
#include "engine/api/call.hpp"
#include "gradus/limits.hpp"

namespace gradus::api {
namespace {

/// Versions and aliases have no tags.
Result<Tags*, StatesError> find_tags(const Call& call) {
    const std::string text = call.text("resourceArn");
    GRADUS_TRY(const StatesArn arn, parse_arn(text));
    const auto machine = call.registry.machines.find(text);
    if (machine != call.registry.machines.end()) return &machine->second.tags;
    const auto activity = call.registry.activities.find(text);
    if (activity != call.registry.activities.end()) return &activity->second.tags;
    return StatesError{"ResourceNotFound", "Resource not found: '" + text + "'"};
}

/// The same, to be changed.
Result<Tags*, StatesError> changed_tags(const Call& call) {
    GRADUS_TRY(Tags * tags, find_tags(call));
    const std::string text = call.text("resourceArn");
    if (call.registry.machines.contains(text))
        call.registry.changed_machines.insert(text);
    else
        call.registry.changed_activities.insert(text);
    return tags;
}

} // namespace

Result<Tags, StatesError> read_tags(const Value& list, const Tags& present) {
    Tags tags = present;
    if (!list.is_array()) return tags;
    for (const Value& tag : list.as_array()) {
        if (!tag["key"].is_string() || !tag["value"].is_string())
            return StatesError{"ValidationException", "A tag has a key and a value, both texts"};
        const std::string key(tag["key"].as_string());
        if (key.starts_with("aws:"))
            return StatesError{"ValidationException",
                               "Tag keys that begin with 'aws:' are reserved: '" + key + "'"};
        tags[key] = tag["value"].as_string();
    }
    if (tags.size() > limits::tags_max)
        return StatesError{"TooManyTags", "A resource may have 50 tags"};
    return tags;
}

Answer tag_resource(const Call& call) {
    GRADUS_TRY(Tags * tags, changed_tags(call));
    GRADUS_TRY(*tags, read_tags(call.input["tags"], *tags));
    return Value::object();
}

Answer untag_resource(const Call& call) {
    GRADUS_TRY(Tags * tags, changed_tags(call));
    for (const Value& key : call.input["tagKeys"].as_array()) {
        if (key.is_string()) tags->erase(std::string(key.as_string()));
    }
    return Value::object();
}

Answer list_tags(const Call& call) {
    GRADUS_TRY(const Tags* tags, find_tags(call));
    Array list;
    for (const auto& [key, value] : *tags)
        list.push_back(Value::object({{"key", key}, {"value", value}}));
    return Value::object({{"tags", Value(std::move(list))}});
}

} // namespace gradus::api
