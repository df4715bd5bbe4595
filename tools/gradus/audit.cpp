#include "tools/gradus/audit.hpp"

#include "gradus/archive.hpp"
#include "gradus/json.hpp"
#include "tools/gradus/command.hpp"

#include <cstdio>

namespace gradus::cli {
namespace {

std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

void print_finding(const AuditFinding& finding) {
    const std::string place =
        finding.event_id == 0 ? "" : "event " + std::to_string(finding.event_id) + ": ";
    std::printf("%s\n  %s%s\n", finding.execution_arn.c_str(), place.c_str(),
                finding.message.c_str());
}

void print_summary(const std::string& file, const AuditSummary& summary) {
    std::string verdict = "all equal";
    if (!summary.is_clean()) {
        verdict = std::to_string(summary.differing) + " differ";
        if (summary.differing == 1) verdict += "s";
        if (summary.unreadable > 0)
            verdict += ", " + std::to_string(summary.unreadable) + " can't be read";
    }
    std::printf("%s: %s of %s, %s replayed: %s\n", file.c_str(),
                counted(summary.inputs, "input", "inputs").c_str(),
                counted(summary.executions, "execution", "executions").c_str(),
                counted(summary.events, "event", "events").c_str(), verdict.c_str());
}

Value finding_json(const AuditFinding& finding) {
    ObjectBuilder out;
    out.append("execution", finding.execution_arn);
    if (finding.event_id != 0) out.append("event", finding.event_id);
    out.append("message", finding.message);
    out.append("isUnreadable", finding.is_unreadable);
    return out.build();
}

} // namespace

Result<int> audit_store(const std::string& file, bool is_json) {
    GRADUS_TRY(Archive archive, Archive::open(file));
    // A line for each as soon as it is found: there may be many.
    GRADUS_TRY(const AuditSummary summary, archive.audit([&](const AuditFinding& finding) {
        if (is_json)
            std::printf("%s\n", to_json(finding_json(finding)).c_str());
        else
            print_finding(finding);
    }));
    if (is_json)
        std::printf("%s\n", to_json(Value::object({{"executions", summary.executions},
                                                   {"inputs", summary.inputs},
                                                   {"events", summary.events},
                                                   {"differing", summary.differing},
                                                   {"unreadable", summary.unreadable}}))
                                .c_str());
    else
        print_summary(file, summary);
    return static_cast<int>(summary.is_clean() ? success : differs);
}

} // namespace gradus::cli
