// Handlers of LaunchInstance, in the workers' regions: judging what is seen, and answering the hub.
#include "gradus/json.hpp"
#include "workflows/capacity/launch_verdict.hpp"
#include "workflows/capacity/members.hpp"
#include "workflows/handlers/handlers.hpp"

namespace gradus::workflows {
namespace {

using capacity::text_of;

constexpr std::size_t cause_bytes_max = 4096; // people read it; AWS would take 32 KB

Value judgement_value(const capacity::Judgement& judgement) {
    ObjectBuilder out;
    out.append("verdict", to_string(judgement.verdict));
    out.append("news", capacity::list_of(judgement.news));
    if (judgement.verdict == capacity::Verdict::failed) {
        out.append("failure",
                   Value::object({{"name", judgement.name},
                                  {"cause", judgement.cause.substr(0, cause_bytes_max)}}));
    }
    return out.build();
}

std::span<const Value> elements(const Value& list) {
    return list.is_array() ? list.as_array() : std::span<const Value>();
}

HandlerResult run_judge_launch(const HandlerContext& context) {
    const Value& input = context.input;
    capacity::LaunchFacts facts;
    facts.wanted = capacity::integer_of(input["wanted"], 1);
    facts.since = capacity::time_of(input["since"]).value_or(Timestamp{});
    facts.now = timestamp_of(context.loop.now_epoch_milliseconds());
    facts.base = capacity::texts_of(input["base"]);
    facts.news = capacity::texts_of(input["news"]);
    for (const Value& activity : elements(input["activities"])) {
        facts.activities.push_back({text_of(activity["status"]),
                                    capacity::time_of(activity["start"]).value_or(Timestamp{}),
                                    text_of(activity["message"]),
                                    text_of(activity["description"])});
    }
    for (const Value& member : elements(input["members"])) {
        facts.members.push_back({text_of(member["id"]), text_of(member["state"])});
    }
    for (const Value& agent : elements(input["agents"])) {
        if (capacity::flag_of(agent["connected"])) {
            facts.connected_agents.push_back(text_of(agent["id"]));
        }
    }
    return judgement_value(capacity::judge_launch(facts));
}

HandlerResult run_judge_tasks(const HandlerContext& context) {
    const Value& input = context.input;
    capacity::TaskFacts facts;
    facts.wanted = capacity::integer_of(input["wanted"], 1);
    facts.since = capacity::time_of(input["since"]).value_or(Timestamp{});
    facts.now = timestamp_of(context.loop.now_epoch_milliseconds());
    facts.news = capacity::texts_of(input["news"]);
    facts.members = capacity::texts_of(input["members"]);
    for (const Value& task : elements(input["tasks"])) {
        facts.tasks.push_back(
            {text_of(task["status"]), text_of(task["stopCode"]), text_of(task["reason"])});
    }
    return judgement_value(capacity::judge_tasks(facts));
}

HandlerResult run_name_failure(const HandlerContext& context) {
    const std::string error = text_of(context.input["error"]);
    const std::string cause = text_of(context.input["cause"]);
    std::string name = error;
    if (!error.starts_with("Hub.")) {
        name = capacity::failure_name(capacity::classify_text(error + " " + cause).kind);
    }
    return Value::object(
        {{"name", name}, {"cause", (error + ": " + cause).substr(0, cause_bytes_max)}});
}

// --- tell-hub -----------------------------------------------------------------------------------

aws::Call answer_call(const Value& input, const std::string& kind) {
    Value parameters = Value::object({{"taskToken", input["token"]}});
    std::string operation = "SendTaskHeartbeat";
    if (kind == "success") {
        operation = "SendTaskSuccess";
        parameters = std::move(parameters).with("output", to_json(input["output"]));
    } else if (kind == "failure") {
        operation = "SendTaskFailure";
        parameters = std::move(parameters)
                         .with("error", input["error"])
                         .with("cause", text_of(input["cause"]).substr(0, cause_bytes_max));
    }
    return {"states", operation, std::move(parameters), text_of(input["hubRegion"])};
}

Task<HandlerResult> run_tell_hub(Notes notes, HandlerContext context) {
    const std::string kind = text_of(context.input["kind"]);
    aws::Call request = answer_call(context.input, kind);
    const aws::CallResult result = co_await call(context.aws, std::move(request));
    const Timestamp now = timestamp_of(context.loop.now_epoch_milliseconds());
    if (result) {
        // The token opens the hub's task to whoever has it: it isn't passed on.
        if (kind != "heartbeat") {
            notes({now, context.region, kind + " sent", context.input.without("token")});
        }
        co_return Value::object({{"told", true}});
    }
    const std::string& code = result.error().code;
    if (code == "TaskTimedOut" || code == "TaskDoesNotExist" || code == "InvalidToken") {
        notes({now, context.region, "token gone", context.input.without("token")});
        co_return Failure{"Hub.TokenGone", "the hub doesn't wait any more: " + code};
    }
    co_return Failure{"Hub.Unreachable", code + ": " + result.error().message};
}

} // namespace

Handler judge_launch() { return plain_handler(run_judge_launch); }
Handler judge_tasks() { return plain_handler(run_judge_tasks); }
Handler name_failure() { return plain_handler(run_name_failure); }
Handler tell_hub(Notes notes) {
    return [notes](HandlerContext context) { return run_tell_hub(notes, std::move(context)); };
}

std::vector<std::pair<std::string, Handler>> make_handlers(Notes notes) {
    if (!notes) notes = [](const Note&) {};
    return {{"take-lock", take_lock(notes)},   {"assess-demand", assess_demand()},
            {"rank-pools", rank_pools(notes)}, {"note-outcome", note_outcome(notes)},
            {"tell-hub", tell_hub(notes)},     {"judge-launch", judge_launch()},
            {"judge-tasks", judge_tasks()},    {"name-failure", name_failure()},
            {"is-replaced", is_replaced()},    {"clear-region", clear_region(notes)}};
}

} // namespace gradus::workflows
