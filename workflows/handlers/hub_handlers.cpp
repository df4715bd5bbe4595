// Handlers of the orchestrator, in the hub's region: its lock, what is wanted, and what was lived
// through.
#include "gradus/json.hpp"
#include "workflows/capacity/experience.hpp"
#include "workflows/capacity/members.hpp"
#include "workflows/handlers/handlers.hpp"
#include "workflows/handlers/hub_state.hpp"

namespace gradus::workflows {
namespace {

using capacity::Experience;
using capacity::text_of;

Timestamp now_of(const HandlerContext& context) {
    return timestamp_of(context.loop.now_epoch_milliseconds());
}

std::string path_of(const HandlerContext& context) {
    return "/" + text_of(context.input["prefix"]) + "/";
}

// --- take-lock ----------------------------------------------------------------------------------

/// Whether the execution that holds the lock still runs. One that can't be found doesn't.
Task<Result<bool, Failure>> is_running(HandlerContext context, std::string execution_arn) {
    Value input = Value::object({{"executionArn", execution_arn}});
    aws::Call request{"states", "DescribeExecution", std::move(input), context.region};
    const aws::CallResult result = co_await call(context.aws, std::move(request));
    if (result) co_return text_of(result->output["status"]) == "RUNNING";
    const std::string& code = result.error().code;
    if (code == "ExecutionDoesNotExist" || code == "InvalidArn") co_return false;
    co_return failure_of(result.error(), "looking at the lock's holder");
}

Task<HandlerResult> run_take_lock(Notes notes, HandlerContext context) {
    const std::string name = path_of(context) + "lock";
    const std::string own = text_of(context.input["executionArn"]);
    for (int round = 0; round < 3; ++round) {
        const Result<bool, Failure> taken =
            co_await put_parameter(context.aws, context.region, name, own, Overwrite::no);
        if (!taken) co_return taken.error();
        if (*taken) {
            notes({now_of(context), context.region, "locked", own});
            co_return Value::object({{"taken", true}, {"holder", own}});
        }
        Value input = Value::object({{"Name", name}});
        aws::Call request{"ssm", "GetParameter", std::move(input), context.region};
        const aws::CallResult found = co_await call(context.aws, std::move(request));
        if (!found) {
            if (found.error().code == "ParameterNotFound") continue; // given back just now
            co_return failure_of(found.error(), "reading the lock");
        }
        const std::string holder = text_of(found->output["Parameter"]["Value"]);
        // Ours: the task was carried out twice.
        if (holder == own) co_return Value::object({{"taken", true}, {"holder", own}});
        const Result<bool, Failure> runs = co_await is_running(context, holder);
        if (!runs) co_return runs.error();
        if (*runs) {
            notes({now_of(context), context.region, "lock held", holder});
            co_return Value::object({{"taken", false}, {"holder", holder}});
        }
        const Result<bool, Failure> deleted =
            co_await delete_parameter(context.aws, context.region, name);
        if (!deleted) co_return deleted.error();
    }
    co_return Failure{"Passing.NotReady", "the lock changes hands too fast"};
}

// --- assess-demand ------------------------------------------------------------------------------

Task<HandlerResult> run_assess_demand(HandlerContext context) {
    const std::string path = path_of(context);
    const Result<Parameters, Failure> parameters =
        co_await read_parameters(context.aws, context.region, path);
    if (!parameters) co_return parameters.error();
    const Result<HubState, Failure> state = read_hub_state(*parameters);
    if (!state) co_return state.error();
    Array publish;
    for (const auto& [name, value] : published(*state)) {
        const auto present = parameters->find(name);
        if (present != parameters->end() && present->second == value) continue;
        publish.push_back(Value::object({{"name", path + name}, {"value", value}}));
    }
    for (const std::string& name : forgettable(*parameters, now_of(context))) {
        const Result<bool, Failure> deleted =
            co_await delete_parameter(context.aws, context.region, path + name);
        if (!deleted) co_return deleted.error();
    }
    co_return Value::object({{"enabled", state->is_enabled},
                             {"missing", state->missing()},
                             {"status", state->status()},
                             {"config", state->config},
                             {"publish", Value(std::move(publish))}});
}

// --- note-outcome -------------------------------------------------------------------------------

capacity::Pool pool_of(const Value& instance) {
    return {text_of(instance["market"]) == "on-demand" ? capacity::Market::on_demand
                                                       : capacity::Market::spot,
            text_of(instance["zone"]), text_of(instance["type"])};
}

/// Changes the document about experience. Two writers at once may lose one note: it costs an
/// attempt at most, since the document is advice and not a ledger.
Task<Result<bool, Failure>> change_experience(HandlerContext context,
                                              std::function<void(Experience&)> change) {
    const std::string name = path_of(context) + "experience";
    Value input = Value::object({{"Name", name}});
    aws::Call request{"ssm", "GetParameter", std::move(input), context.region};
    const aws::CallResult found = co_await call(context.aws, std::move(request));
    if (!found && found.error().code != "ParameterNotFound") {
        co_return failure_of(found.error(), "reading experience");
    }
    Value document;
    if (found) {
        auto parsed = parse_json(text_of(found->output["Parameter"]["Value"]));
        if (parsed) document = std::move(*parsed);
    }
    Experience experience = Experience::from_value(document);
    change(experience);
    const Result<bool, Failure> written = co_await put_parameter(
        context.aws, context.region, name, to_json(experience.to_value()), Overwrite::yes);
    co_return written;
}

void note_failed(const Value& input, Timestamp now, Experience& experience) {
    const capacity::Classified failure =
        capacity::classify_answer(text_of(input["error"]), text_of(input["cause"]));
    for (const std::string& zone : capacity::texts_of(input["zones"])) {
        for (const std::string& type : capacity::texts_of(input["types"])) {
            experience.note_failure({capacity::Market::spot, zone, type}, failure, now);
        }
    }
}

Task<HandlerResult> note_launched(Notes notes, HandlerContext context) {
    const Timestamp now = now_of(context);
    const Value instances = context.input["instances"];
    if (!instances.is_array())
        co_return Failure{"Passing.Unknown", "the answer named no instances"};
    std::vector<capacity::Pool> pools;
    for (const Value& instance : instances.as_array()) {
        const std::string id = text_of(instance["instanceId"]);
        const std::string name = path_of(context) + "instances/" + id;
        // The news of its loss may have been faster than that of its launch.
        const Result<bool, Failure> was_lost =
            co_await delete_parameter(context.aws, context.region, path_of(context) + "lost/" + id);
        if (!was_lost) co_return was_lost.error();
        if (*was_lost) continue;
        const Value document = instance.with("region", context.input["region"])
                                   .with("since", capacity::time_text(now));
        const Result<bool, Failure> written = co_await put_parameter(
            context.aws, context.region, name, to_json(document), Overwrite::yes);
        if (!written) co_return written.error();
        pools.push_back(pool_of(instance));
    }
    std::function<void(Experience&)> change = [pools, now](Experience& experience) {
        for (const capacity::Pool& pool : pools)
            experience.note_success(pool, now);
    };
    const Result<bool, Failure> noted = co_await change_experience(context, std::move(change));
    if (!noted) co_return noted.error();
    notes({now, context.region, "launched", context.input});
    co_return Value::object({{"noted", true}});
}

Task<HandlerResult> note_lost(Notes notes, HandlerContext context, std::string kind) {
    const Timestamp now = now_of(context);
    const std::string id = text_of(context.input["instanceId"]);
    const std::string name = path_of(context) + "instances/" + id;
    Value input = Value::object({{"Name", name}});
    aws::Call request{"ssm", "GetParameter", std::move(input), context.region};
    const aws::CallResult found = co_await call(context.aws, std::move(request));
    if (!found) {
        if (found.error().code != "ParameterNotFound") {
            co_return failure_of(found.error(), "looking for " + id);
        }
        if (kind == "at-risk" || kind == "retired") co_return Value::object({{"known", false}});
        const Result<bool, Failure> remembered =
            co_await put_parameter(context.aws, context.region, path_of(context) + "lost/" + id,
                                   capacity::time_text(now), Overwrite::yes);
        if (!remembered) co_return remembered.error();
        co_return Value::object({{"known", false}});
    }
    const auto parsed = parse_json(text_of(found->output["Parameter"]["Value"]));
    const Value instance = parsed ? *parsed : Value::object();
    if (kind == "at-risk") {
        const Value marked = instance.with("atRisk", true);
        const Result<bool, Failure> written = co_await put_parameter(
            context.aws, context.region, name, to_json(marked), Overwrite::yes);
        if (!written) co_return written.error();
    } else {
        const Result<bool, Failure> deleted =
            co_await delete_parameter(context.aws, context.region, name);
        if (!deleted) co_return deleted.error();
    }
    notes({now, context.region, kind, context.input.with("instance", instance)});
    if (kind == "retired") co_return Value::object({{"known", true}});
    std::function<void(Experience&)> change = [pool = pool_of(instance), now](Experience& known) {
        known.note_failure(pool, capacity::classify_answer("Capacity.Interrupted", ""), now);
    };
    const Result<bool, Failure> noted = co_await change_experience(context, std::move(change));
    if (!noted) co_return noted.error();
    co_return Value::object({{"known", true}});
}

Task<HandlerResult> run_note_outcome(Notes notes, HandlerContext context) {
    const std::string kind = text_of(context.input["kind"]);
    if (kind == "launched") {
        HandlerResult launched = co_await note_launched(notes, context);
        co_return launched;
    }
    if (kind != "failed") {
        HandlerResult lost = co_await note_lost(notes, context, kind);
        co_return lost;
    }
    const Timestamp now = now_of(context);
    std::function<void(Experience&)> change = [input = context.input, now](Experience& known) {
        note_failed(input, now, known);
    };
    const Result<bool, Failure> noted = co_await change_experience(context, std::move(change));
    if (!noted) co_return noted.error();
    notes({now, context.region, "failed", context.input});
    co_return Value::object({{"noted", true}});
}

// --- is-replaced, clear-region: workers ask and tell the hub -------------------------------------

Task<HandlerResult> run_is_replaced(HandlerContext context) {
    const std::string hub = text_of(context.input["hubRegion"]);
    const Result<Parameters, Failure> parameters =
        co_await read_parameters(context.aws, hub, path_of(context));
    if (!parameters) co_return parameters.error();
    const std::string id = text_of(context.input["instanceId"]);
    if (!parameters->contains("instances/" + id)) {
        co_return Value::object({{"answer", "gone"}});
    }
    const Result<HubState, Failure> state = read_hub_state(*parameters);
    if (!state) co_return state.error();
    const bool is_replaced = state->present >= state->wanted;
    co_return Value::object({{"answer", is_replaced ? "replaced" : "wait"}});
}

Task<HandlerResult> run_clear_region(Notes notes, HandlerContext context) {
    const std::string hub = text_of(context.input["hubRegion"]);
    const std::string path = path_of(context);
    Result<Parameters, Failure> parameters = co_await read_parameters(context.aws, hub, path);
    if (!parameters) co_return parameters.error();
    for (auto at = parameters->begin(); at != parameters->end();) {
        const auto instance = parse_json(at->second);
        const bool is_here = at->first.starts_with("instances/") && instance &&
                             (*instance)["region"] == context.input["region"];
        if (!is_here) {
            ++at;
            continue;
        }
        const Result<bool, Failure> deleted =
            co_await delete_parameter(context.aws, hub, path + at->first);
        if (!deleted) co_return deleted.error();
        at = parameters->erase(at);
    }
    const Result<HubState, Failure> state = read_hub_state(*parameters);
    if (!state) co_return state.error();
    for (const auto& [name, value] : published(*state)) {
        const Result<bool, Failure> written =
            co_await put_parameter(context.aws, hub, path + name, value, Overwrite::yes);
        if (!written) co_return written.error();
    }
    notes({now_of(context), context.region, "cleared", context.input});
    co_return Value::object({{"cleared", true}});
}

} // namespace

Handler take_lock(Notes notes) {
    return [notes](HandlerContext context) { return run_take_lock(notes, std::move(context)); };
}
Handler assess_demand() {
    return [](HandlerContext context) { return run_assess_demand(std::move(context)); };
}
Handler note_outcome(Notes notes) {
    return [notes](HandlerContext context) { return run_note_outcome(notes, std::move(context)); };
}
Handler is_replaced() {
    return [](HandlerContext context) { return run_is_replaced(std::move(context)); };
}
Handler clear_region(Notes notes) {
    return [notes](HandlerContext context) { return run_clear_region(notes, std::move(context)); };
}

} // namespace gradus::workflows
