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

std::string check_backoff(const Value& seconds, aws::RetryScheme scheme,
                          aws::FailedAttempt attempt = {}) {
    attempt.number = 0;
    for (const Value& expected : seconds.as_array()) {
        ++attempt.number;
        const auto found = aws::backoff_before_jitter({.scheme = scheme}, attempt);
        const double found_seconds = static_cast<double>(found.count()) / 1'000;
        if (found_seconds != expected.as_double())
            return difference("wait after attempt " + std::to_string(attempt.number),
                              to_json(expected), std::to_string(found_seconds));
    }
    return "";
}

// The newer scheme tells throttling from other failures, the older one time-outs.
std::string check_quota(const Value& expected, aws::RetryScheme scheme) {
    const aws::RetryCosts costs = aws::costs_of(scheme);
    const bool is_newer = scheme == aws::RetryScheme::standard_2_1;
    const Value found = Value::object({{"capacity", costs.capacity},
                                       {"retryCost", costs.retry},
                                       {is_newer ? "throttlingRetryCost" : "timeoutRetryCost",
                                        is_newer ? costs.throttling : costs.timeout},
                                       {"noRetryIncrement", costs.first_success_increment}});
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
    using aws::RetryScheme;
    const Value& backoff = root["backoffSecondsBeforeJitter"];
    one("backoff/standard",
        [&] { return check_backoff(backoff["standard"], RetryScheme::standard); });
    one("backoff/standard-2.1",
        [&] { return check_backoff(backoff["standard-2.1"], RetryScheme::standard_2_1); });
    one("backoff/standard-2.1-throttling", [&] {
        return check_backoff(backoff["standard-2.1-throttling"], RetryScheme::standard_2_1,
                             {.failure = aws::FailureClass::throttling});
    });
    one("backoff/standard-2.1-dynamodb", [&] {
        return check_backoff(backoff["standard-2.1-dynamodb"], RetryScheme::standard_2_1,
                             {.service_id = "DynamoDB"});
    });
    for (const auto& [name, scheme] : {std::pair("standard", RetryScheme::standard),
                                       std::pair("standard-2.1", RetryScheme::standard_2_1)})
        one(std::string("quota/") + name,
            [&, name = name, scheme = scheme] { return check_quota(root["quota"][name], scheme); });
    one("attempts", [&] {
        const int found = aws::attempts_max_of({}, "");
        return root["defaultMaxAttempts"] == Value(found)
                   ? std::string()
                   : difference("attempts", to_json(root["defaultMaxAttempts"]),
                                std::to_string(found));
    });
}

} // namespace gradus::conformance
