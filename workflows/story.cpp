#include "workflows/story.hpp"

#include "workflows/capacity/failure_classes.hpp"
#include "workflows/capacity/members.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gradus::workflows {
namespace {

using capacity::text_of;

// Attempts that are listed one by one.
constexpr std::size_t attempts_listed_max = 12;

template <class... Parts>
std::string format(const char* pattern, Parts... parts) {
    std::array<char, 400> text{};
    const int size = std::snprintf(text.data(), text.size(), pattern, parts...);
    return {text.data(), std::min(static_cast<std::size_t>(std::max(size, 0)), text.size() - 1)};
}

std::string shortened(std::string text, std::size_t size) {
    if (text.size() <= size) return text;
    text.resize(size);
    return text + "…";
}

/// The part of a scaling message that says why.
std::string reason_of(const std::string& cause) {
    std::string text = cause;
    const std::size_t launch = text.find("Instances. ");
    if (launch != std::string::npos) text = text.substr(launch + 11);
    const std::size_t tail = text.find(" Launching EC2 instance failed.");
    if (tail != std::string::npos) text.resize(tail);
    return shortened(text, 100);
}

std::string ranking_text(const Value& data) {
    const Value& regions = data["regions"];
    const bool is_empty = !regions.is_array() || regions.size() == 0;
    std::string out = is_empty ? "Orchestrator: nobody is left to ask" : "Orchestrator: ranked ";
    for (std::size_t i = 0; regions.is_array() && i < std::min<std::size_t>(3, regions.size());
         ++i) {
        const Value& region = regions[i];
        out += i == 0 ? "1. " : ", " + std::to_string(i + 1) + ". ";
        out += text_of(region["region"]);
        if (i == 0) out += " (" + text_of(region["reason"]) + ")";
    }
    const Value& excluded = data["excluded"];
    if (excluded.is_array() && excluded.size() > 0) {
        out += "; left alone: " + text_of(excluded[0]["pool"]);
        if (excluded.size() > 1) out += " and " + std::to_string(excluded.size() - 1) + " more";
        const std::string until = text_of(excluded[0]["until"]);
        if (until.size() >= 19) out += " until " + until.substr(11, 8);
    }
    return out;
}

std::string instances_text(const Value& instances) {
    std::string out;
    if (!instances.is_array()) return out;
    for (const Value& instance : instances.as_array()) {
        if (!out.empty()) out += ", ";
        out += text_of(instance["instanceId"]) + " (" + text_of(instance["type"]) + ", " +
               text_of(instance["zone"]) + ")";
    }
    return out;
}

std::string failed_text(const Value& data) {
    const std::string error = text_of(data["error"]);
    const auto rest = capacity::classify_answer(error, text_of(data["cause"])).exclusion;
    return "Orchestrator: the token failed with " + error + "; these pools of " +
           text_of(data["region"]) + " rest for " + span_text(rest) + " or more";
}

} // namespace

std::string span_text(std::chrono::milliseconds span) {
    const long long seconds = span.count() / 1000;
    if (seconds < 60) return format("%lld s", seconds);
    if (seconds < 3600) {
        return seconds % 60 == 0 ? format("%lld min", seconds / 60)
                                 : format("%lld min %02lld s", seconds / 60, seconds % 60);
    }
    return format("%lld h %02lld min", seconds / 3600, seconds % 3600 / 60);
}

std::string Story::elapsed(std::chrono::milliseconds span) {
    const long long seconds = span.count() / 1000;
    const std::string clock =
        format("%02lld:%02lld:%02lld", seconds % 86400 / 3600, seconds % 3600 / 60, seconds % 60);
    if (seconds < 86400) return "+" + clock;
    return "+" + std::to_string(seconds / 86400) + "d " + clock;
}

void Story::tell(Timestamp at, const std::string& region, const std::string& text) {
    print_(format("%-10s %-10s ", elapsed(at - start_).c_str(), region.c_str()) + text);
}

void Story::note(const Note& note) {
    const Value& data = note.data;
    const std::string& kind = note.kind;
    if (kind == "ranked") {
        tell(note.at, note.region, ranking_text(data));
    } else if (kind == "success sent") {
        tell(note.at, note.region,
             "LaunchInstance: task runs on " + instances_text(data["output"]["instances"]) +
                 " -> SendTaskSuccess");
    } else if (kind == "failure sent") {
        tell(note.at, note.region,
             "LaunchInstance: " + reason_of(text_of(data["cause"])) + " -> SendTaskFailure(" +
                 text_of(data["error"]) + ")");
    } else if (kind == "failed") {
        tell(note.at, note.region, failed_text(data));
    } else if (kind == "launched") {
        tell(note.at, note.region,
             "Orchestrator: the token succeeded; recorded " + instances_text(data["instances"]));
    } else if (kind == "lost" || kind == "ended") {
        tell(note.at, note.region,
             "Orchestrator: " + text_of(data["instanceId"]) + " in " + text_of(data["region"]) +
                 " is being lost (" + text_of(data["reason"]) + "): a replacement, now");
    } else if (kind == "at-risk") {
        tell(note.at, note.region,
             "Orchestrator: " + text_of(data["instanceId"]) + " in " + text_of(data["region"]) +
                 " is at risk: a replacement before it is certain");
    } else if (kind == "retired") {
        tell(note.at, note.region,
             "Orchestrator: " + text_of(data["instanceId"]) + " is replaced and retired");
    } else if (kind == "lock held") {
        tell(note.at, note.region, "Orchestrator: another one is at work, left to it");
    } else if (kind == "token gone") {
        tell(note.at, note.region, "LaunchInstance: the hub doesn't wait any more");
    } else if (kind == "cleared") {
        tell(note.at, note.region, "Teardown: verified empty, state cleared");
    } else if (kind == "no prices" || kind == "no scores") {
        tell(note.at, note.region, "Orchestrator: " + kind + ": " + text_of(data));
    }
}

void Story::delivery(const simulated::Delivery& delivery) {
    const Value& input = delivery.input;
    const std::string& arn = delivery.target_arn;
    if (arn.ends_with("-launch-instance")) {
        tell(delivery.at, delivery.region,
             "EventBridge: Spot Instance Request with a task token -> LaunchInstance");
    } else if (arn.ends_with("-capacity-monitor")) {
        const std::string what = text_of(input["detail-type"]);
        if (what == "EC2 Spot Instance Interruption Warning") {
            tell(delivery.at, delivery.region,
                 "EC2: interruption warning for " + text_of(input["detail"]["instance-id"]) +
                     ", two minutes left -> CapacityMonitor");
        } else if (what == "EC2 Instance Rebalance Recommendation") {
            tell(delivery.at, delivery.region,
                 "EC2: " + text_of(input["detail"]["instance-id"]) +
                     " is at elevated risk -> CapacityMonitor");
        } else {
            tell(delivery.at, delivery.region,
                 "ECS: task stopped: " + text_of(input["detail"]["stoppedReason"]));
        }
    }
}

void Story::completed(const ExecutionSummary& execution) {
    if (execution.status == ExecutionStatus::succeeded || !execution.stopped_at) return;
    const std::string& name = execution.identity.state_machine_name;
    // Launches that failed were told when they answered.
    if (name.ends_with("-launch-instance")) return;
    tell(*execution.stopped_at, execution.identity.region,
         name + " ended " + std::string(execution_status_name(execution.status)) + ": " +
             execution.failure.error.value_or("") + ": " + execution.failure.cause.value_or(""));
}

std::string table(const capacity::Scorecard& card,
                  const std::vector<capacity::AttemptRecord>& attempts, Timestamp start) {
    std::string out;
    const auto row = [&](const char* name, const std::string& value) {
        out += format("  %-30s %s\n", name, value.c_str());
    };
    if (attempts.size() <= attempts_listed_max) {
        out += "Attempts\n";
        auto sorted = attempts;
        std::ranges::stable_sort(sorted, {}, &capacity::AttemptRecord::began);
        for (const capacity::AttemptRecord& attempt : sorted) {
            out += format("  %-11s %-11s %-9s ", Story::elapsed(attempt.began - start).c_str(),
                          attempt.region.c_str(), attempt.succeeded ? "launched" : "failed");
            const std::size_t colon = attempt.reason.find(": ");
            out += attempt.succeeded ? "after " + span_text(*attempt.ended - attempt.began)
                                     : attempt.reason.substr(0, colon) + ": " +
                                           reason_of(attempt.reason.substr(
                                               colon == std::string::npos ? 0 : colon + 2));
            out += '\n';
        }
    } else {
        out += "Attempts by outcome\n";
        row("launched", std::to_string(card.attempts_succeeded));
        for (const auto& [name, count] : card.failures_by_name) {
            row(name.c_str(), std::to_string(count));
        }
    }
    out += "Figures\n";
    row("attempts",
        format("%lld, %.0f %% successful", static_cast<long long>(card.attempts),
               card.attempts > 0 ? 100.0 * static_cast<double>(card.attempts_succeeded) /
                                       static_cast<double>(card.attempts)
                                 : 0.0));
    row("time to first capacity",
        card.time_to_first.count() < 0 ? "never" : span_text(card.time_to_first));
    row("interruptions", std::to_string(card.interruptions));
    row("availability", format("%.2f %%", 100 * card.availability));
    if (!card.outages.empty()) {
        row("outages", format("%zu: median %s, 95 %% under %s, longest %s", card.outages.size(),
                              span_text(card.outage_percentile(0.5)).c_str(),
                              span_text(card.outage_percentile(0.95)).c_str(),
                              span_text(card.outage_percentile(1)).c_str()));
    }
    row("cost", format("$%.2f", card.cost_usd));
    row("the same time on demand", format("$%.2f", card.on_demand_usd));
    row("cost against on-demand", format("%.3f", card.cost_ratio()));
    row("paid before work ran", format("$%.2f", card.wasted_usd));
    return out;
}

} // namespace gradus::workflows
