// Activities, and the answers of whoever works for tasks. API reference, "CreateActivity",
// "GetActivityTask", "SendTaskSuccess"; texts recorded.
#include "engine/api/call.hpp"
#include "engine/integrations/activity_tasks.hpp"
#include "gradus/json.hpp"

namespace gradus::api {
namespace {

Result<Activity*, StatesError> find_activity(const Call& call) {
    const std::string arn = call.text("activityArn");
    GRADUS_CHECK(parse_arn(arn, ArnKind::activity));
    const auto found = call.registry.activities.find(arn);
    if (found == call.registry.activities.end())
        return StatesError{"ActivityDoesNotExist", "Activity Does Not Exist: '" + arn + "'"};
    return &found->second;
}

} // namespace

/// The same name again is the same activity, whatever its tags.
Answer create_activity(const Call& call) {
    const std::string name = call.text("name");
    GRADUS_CHECK(check_name(name));
    GRADUS_TRY(const Value encryption, read_encryption(call.input["encryptionConfiguration"]));
    GRADUS_TRY(const Tags tags, read_tags(call.input["tags"], {}));
    const std::string arn = call.arn_prefix() + "activity:" + name;
    if (call.registry.activities.size() >= call.options.quotas.activities &&
        !call.registry.activities.contains(arn))
        return over_quota("ActivityLimitExceeded", "activities", call.options.quotas.activities);
    const auto [found, is_new] =
        call.registry.activities.emplace(arn, Activity{arn, name, call.now, encryption, tags});
    if (is_new) call.registry.changed_activities.insert(arn);
    if (!is_new && found->second.encryption != encryption)
        return StatesError{"ActivityAlreadyExists", "Activity Already Exists: '" + arn + "'"};
    return Value::object({{"activityArn", arn}, {"creationDate", date(found->second.created_at)}});
}

Answer delete_activity(const Call& call) {
    const std::string arn = call.text("activityArn");
    GRADUS_CHECK(parse_arn(arn, ArnKind::activity));
    call.registry.activities.erase(arn);
    call.registry.changed_activities.insert(arn);
    call.activities.forget(arn);
    return Value::object();
}

Answer describe_activity(const Call& call) {
    GRADUS_TRY(const Activity* activity, find_activity(call));
    return Value::object({{"activityArn", activity->arn},
                          {"creationDate", date(activity->created_at)},
                          {"encryptionConfiguration", activity->encryption},
                          {"name", activity->name}});
}

Answer list_activities(const Call& call) {
    std::vector<Listed> list;
    for (const auto& [arn, activity] : call.registry.activities) {
        if (!arn.starts_with(call.arn_prefix())) continue;
        list.push_back({arn, Value::object({{"activityArn", arn},
                                            {"creationDate", date(activity.created_at)},
                                            {"name", activity.name}})});
    }
    GRADUS_TRY(Page page, page_of(call.question(), list));
    return page_json("activities", std::move(page));
}

/// Without a task, the token is absent: recorded as null in older answers.
void get_activity_task(const Call& call, Completion done) {
    auto activity = find_activity(call);
    if (!activity) return done(std::move(activity).error());
    const std::size_t quota = call.options.quotas.pollers_of_an_activity;
    if (call.activities.polls((*activity)->arn) >= quota) {
        return done(StatesError{"ActivityWorkerLimitExceeded",
                                "No more than " + std::to_string(quota) +
                                    " requests may wait for tasks of '" + (*activity)->arn + "'"});
    }
    call.activities.poll((*activity)->arn, call.optional_text("workerName"),
                         [done = std::move(done)](std::optional<ActivityTasks::Given> given) {
                             if (!given) return done(Value::object());
                             done(Value::object({{"input", to_json(given->input)},
                                                 {"taskToken", given->task_token}}));
                         });
}

Answer send_task_success(const Call& call) {
    auto output = parse_json(call.text("output"));
    if (!output)
        return StatesError{"InvalidOutput", "Invalid Output: '" + output.error().message + "'"};
    GRADUS_CHECK(call.engine.send_task_success(call.text("taskToken"), std::move(*output)));
    return Value::object();
}

Answer send_task_failure(const Call& call) {
    GRADUS_CHECK(call.engine.send_task_failure(
        call.text("taskToken"), {call.optional_text("error"), call.optional_text("cause")}));
    return Value::object();
}

Answer send_task_heartbeat(const Call& call) {
    GRADUS_CHECK(call.engine.send_task_heartbeat(call.text("taskToken")));
    return Value::object();
}

} // namespace gradus::api
