#include "workflows/capacity/launch_verdict.hpp"

#include <algorithm>
#include <optional>

namespace gradus::capacity {
namespace {

bool is_among(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_leaving(const GroupMember& member) {
    return member.lifecycle.find("Terminat") != std::string::npos ||
           member.lifecycle.find("Detach") != std::string::npos;
}

/// Activity times come in whole seconds.
bool is_of_request(const ScalingActivity& activity, const LaunchFacts& facts) {
    return activity.start + std::chrono::seconds(1) >= facts.since;
}

/// The instance that an activity launched; empty for others.
std::string launched_instance(const ScalingActivity& activity) {
    const std::string start = "Launching a new EC2 instance: ";
    if (!activity.description.starts_with(start)) return {};
    return activity.description.substr(start.size(), activity.description.find('.') - start.size());
}

/// An instance of this request that was there and isn't any more: taken by the market, or out of
/// the group because it will be.
std::optional<std::string> lost_instance(const LaunchFacts& facts,
                                         const std::vector<std::string>& news) {
    for (const std::string& seen : facts.news) {
        if (!is_among(news, seen)) return seen;
    }
    for (const ScalingActivity& activity : facts.activities) {
        if (!is_of_request(activity, facts) || activity.status == "Failed") continue;
        std::string id = launched_instance(activity);
        const bool is_known = id.empty() || is_among(news, id) || is_among(facts.base, id);
        if (!is_known) return id;
    }
    return std::nullopt;
}

Judgement failed(FailureClass kind, std::string name, std::string cause,
                 std::vector<std::string> news) {
    return {Verdict::failed, std::move(news), kind, std::move(name), std::move(cause)};
}

Judgement failed(FailureClass kind, std::string cause, std::vector<std::string> news) {
    return failed(kind, failure_name(kind), std::move(cause), std::move(news));
}

/// What the failed activities of this request say; waiting when there is nothing to act on.
Judgement judge_activities(const LaunchFacts& facts, const LaunchLimits& limits) {
    std::int64_t passing = 0;
    for (const ScalingActivity& activity : facts.activities) {
        const bool has_failed = activity.status == "Failed" || activity.status == "Cancelled";
        if (!has_failed || !is_of_request(activity, facts)) continue;
        const Classified found = classify_text(activity.message);
        switch (found.action) {
        case FailureAction::next_pool:
        case FailureAction::replace:
        case FailureAction::stop: return failed(found.kind, activity.message, {});
        case FailureAction::back_off:
        case FailureAction::retry:
            // The group tries again by itself; several times the same isn't passing any more.
            if (++passing >= limits.passing_failures_max) {
                return failed(found.kind, activity.message, {});
            }
            break;
        case FailureAction::proceed: break;
        }
    }
    return {};
}

} // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
    case Verdict::waiting: return "waiting";
    case Verdict::ready: return "ready";
    case Verdict::failed: return "failed";
    }
    return "waiting";
}

Judgement judge_launch(const LaunchFacts& facts, const LaunchLimits& limits) {
    Judgement out;
    std::int64_t ready = 0;
    for (const GroupMember& member : facts.members) {
        if (is_leaving(member) || is_among(facts.base, member.id)) continue;
        out.news.push_back(member.id);
        const bool can_work =
            member.lifecycle == "InService" && is_among(facts.connected_agents, member.id);
        if (can_work) ++ready;
    }
    if (const auto lost = lost_instance(facts, out.news)) {
        return failed(FailureClass::interruption,
                      "instance " + *lost + " was lost before it was ready", out.news);
    }
    if (ready >= facts.wanted) {
        out.verdict = Verdict::ready;
        return out;
    }
    const auto present = static_cast<std::int64_t>(out.news.size());
    if (present < facts.wanted) {
        Judgement by_activities = judge_activities(facts, limits);
        if (by_activities.verdict == Verdict::failed) {
            by_activities.news = out.news;
            return by_activities;
        }
    }
    const auto spent = facts.now - facts.since;
    if (present == 0 && spent > limits.first_instance) {
        return failed(FailureClass::server, "Passing.NoActivity",
                      "the group launched nothing and gave no reason", out.news);
    }
    if (spent > limits.ready) {
        return failed(FailureClass::later, "Passing.AgentMissing",
                      "no container agent registered in time on " +
                          (out.news.empty() ? std::string("any instance") : out.news.front()),
                      out.news);
    }
    return out;
}

Judgement judge_tasks(const TaskFacts& facts, std::chrono::seconds limit) {
    for (const std::string& id : facts.news) {
        if (is_among(facts.members, id)) continue;
        return failed(FailureClass::interruption,
                      "instance " + id + " was lost while its task started", {});
    }
    std::int64_t running = 0;
    for (const TaskFacts::Task& task : facts.tasks) {
        if (task.status == "RUNNING") ++running;
        if (task.status != "STOPPED" && task.status != "DEPROVISIONING") continue;
        const Classified found = classify_stopped_task(task.stop_code, task.reason);
        const std::string name =
            found.kind == FailureClass::none ? "Passing.TaskStopped" : failure_name(found.kind);
        return failed(found.kind, name, "the task stopped: " + task.reason, {});
    }
    if (running >= facts.wanted) return {.verdict = Verdict::ready};
    if (facts.now - facts.since > limit) {
        return failed(FailureClass::later, "Passing.TaskNotRunning", "the task didn't run in time",
                      {});
    }
    return {};
}

} // namespace gradus::capacity
