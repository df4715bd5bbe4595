// Cases of the conformance corpus about shared files and about retries.
#include "tools/conformance/runner.hpp"

#include "aws/credentials/profile.hpp"
#include "aws/retry.hpp"

#include "gradus/json.hpp"

namespace gradus::conformance {

namespace {

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

std::string difference(std::string_view what, std::string_view expected, std::string_view found) {
    return std::string(what) + ": expected " + std::string(expected) + ", found " +
           std::string(found);
}

std::string run_shared_file(const Value& document) {
    const aws::SharedFileKind kind = text_of(document, "file") == "credentials"
                                         ? aws::SharedFileKind::credentials
                                         : aws::SharedFileKind::config;
    const Result<aws::SharedFile> file = aws::parse_shared_file(text_of(document, "text"), kind);
    if (document.find("error") != nullptr)
        return file ? difference("file", "a refusal", to_json(file->profiles)) : "";
    if (!file) return file.error().message;
    const Value& expected = document["expected"];
    if (expected["profiles"] != file->profiles)
        return difference("profiles", to_json(expected["profiles"]), to_json(file->profiles));
    if (const Value* sessions = expected.find("sso_sessions");
        sessions && *sessions != file->sso_sessions)
        return difference("sso sessions", to_json(*sessions), to_json(file->sso_sessions));
    if (const Value* services = expected.find("services"); services && *services != file->services)
        return difference("services", to_json(*services), to_json(file->services));
    return "";
}

std::string check_classification(const Value& row) {
    const aws::FailureClass found =
        aws::classify(static_cast<int>(row["status"].as_integer()), text_of(row, "code"));
    const bool retry = found != aws::FailureClass::permanent;
    if (retry != row["retry"].as_boolean())
        return difference("retry", to_json(row["retry"]), retry ? "true" : "false");
    const bool throttling = found == aws::FailureClass::throttling;
    if (throttling != row["throttling"].as_boolean())
        return difference("throttling", to_json(row["throttling"]), throttling ? "true" : "false");
    return "";
}

std::string check_backoff(const Value& seconds) {
    int attempt = 0;
    for (const Value& expected : seconds.as_array()) {
        const auto found = aws::backoff_before_jitter(aws::RetryPolicy{}, ++attempt);
        const double found_seconds = static_cast<double>(found.count()) / 1'000;
        if (found_seconds != expected.as_double())
            return difference("wait after attempt " + std::to_string(attempt), to_json(expected),
                              std::to_string(found_seconds));
    }
    return "";
}

std::string check_quota(const Value& expected) {
    const Value found =
        Value::object({{"capacity", aws::RetryQuota::capacity},
                       {"retryCost", aws::RetryQuota::retry_cost},
                       {"timeoutRetryCost", aws::RetryQuota::timeout_retry_cost},
                       {"noRetryIncrement", aws::RetryQuota::first_success_increment}});
    return expected == found ? "" : difference("quota", to_json(expected), to_json(found));
}

class Reporter {
public:
    Reporter(const CorpusFile& file, const Report& report) : file_(file), report_(report) {}

    template <class Run>
    void operator()(std::string id, Run run) const {
        if (file_.list_only) return report_({std::move(id), Outcome::skipped, ""});
        std::string fault = run();
        const Outcome outcome = fault.empty() ? Outcome::passed : Outcome::failed;
        report_({std::move(id), outcome, std::move(fault)});
    }

private:
    const CorpusFile& file_;
    const Report& report_;
};

} // namespace

void run_config_file(const CorpusFile& file, const Report& report) {
    if (!file.document.is_array()) return;
    const Reporter one(file, report);
    for (const Value& document : file.document.as_array())
        one(text_of(document, "id"), [&] { return run_shared_file(document); });
}

void run_retries_file(const CorpusFile& file, const Report& report) {
    const Value& root = file.document;
    if (!root["classification"].is_array()) return;
    const Reporter one(file, report);
    for (const Value& row : root["classification"].as_array()) {
        const std::string code = text_of(row, "code");
        one("classification/" + to_json(row["status"]) + '/' + (code.empty() ? "none" : code),
            [&] { return check_classification(row); });
    }
    // The mode in use; the newer schemes of the same file are "standard-2.1" and its variants.
    one("backoff/standard",
        [&] { return check_backoff(root["backoffSecondsBeforeJitter"]["standard"]); });
    one("quota/standard", [&] { return check_quota(root["quota"]["standard"]); });
    one("attempts", [&] {
        const int found = aws::RetryPolicy{}.attempts_max;
        return root["defaultMaxAttempts"] == Value(found)
                   ? std::string()
                   : difference("attempts", to_json(root["defaultMaxAttempts"]),
                                std::to_string(found));
    });
}

} // namespace gradus::conformance
