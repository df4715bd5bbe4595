#include "aws/paging/waiter.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

Waiter waiter_of(std::string_view acceptors) {
    const auto waiter =
        Waiter::load(*parse_json(R"({"operation": "Describe", "delay": 15, "maxAttempts": 3,
                                     "acceptors": )" +
                                 std::string(acceptors) + "}"));
    EXPECT_TRUE(waiter) << waiter.error().message;
    return *waiter;
}

CallResult output(std::string_view json, int status = 200) {
    return CallOutput{.output = *parse_json(json), .http_status = status};
}
CallResult error(std::string code, int status = 400) {
    return CallError{.code = std::move(code), .message = "words", .http_status = status};
}

std::string judge(const Waiter& waiter, const CallResult& result, int attempt = 1) {
    const Waiter::Verdict verdict = waiter.judge(result, attempt);
    if (const auto* again = std::get_if<Waiter::Again>(&verdict))
        return "again after " + std::to_string(again->after.count()) + " ms";
    if (const auto* failed = std::get_if<Waiter::Failed>(&verdict)) return failed->why;
    return "so";
}

TEST(Waiter, looks_at_all_and_any_of_what_a_path_finds) {
    const Waiter running = waiter_of(R"([
        {"matcher": "pathAll", "argument": "R[].I[].State", "state": "success", "expected": "up"},
        {"matcher": "pathAny", "argument": "R[].I[].State", "state": "failure", "expected": "gone"},
        {"matcher": "error", "state": "retry", "expected": "NotFound"}])");
    const auto states = [&running](std::string_view list) {
        return judge(running, output(R"({"R": [{"I": )" + std::string(list) + "}]}"));
    };

    EXPECT_EQ(states(R"([{"State": "up"}, {"State": "up"}])"), "so");
    EXPECT_EQ(states(R"([{"State": "up"}, {"State": "pending"}])"), "again after 15000 ms");
    EXPECT_EQ(states(R"([{"State": "up"}, {"State": "gone"}])"),
              "one of R[].I[].State is \"gone\"");
    EXPECT_EQ(states("[]"), "again after 15000 ms"); // all of nothing isn't enough
    EXPECT_EQ(judge(running, error("NotFound")), "again after 15000 ms");
    EXPECT_EQ(judge(running, error("AccessDenied")), "AccessDenied: words");
}

TEST(Waiter, looks_at_a_path_the_status_or_any_error) {
    const Waiter waiter = waiter_of(R"([
        {"matcher": "path", "argument": "length(Items) > `0`", "state": "success", "expected": true},
        {"matcher": "status", "state": "success", "expected": 404},
        {"matcher": "path", "argument": "State", "state": "failure", "expected": "bad"}])");
    const Waiter quiet =
        waiter_of(R"([{"matcher": "error", "state": "success", "expected": false}])");
    const Waiter loud =
        waiter_of(R"([{"matcher": "error", "state": "failure", "expected": true}])");

    EXPECT_EQ(judge(waiter, output(R"({"Items": [1]})")), "so");
    EXPECT_EQ(judge(waiter, error("NotFound", 404)), "so");
    EXPECT_EQ(judge(waiter, output(R"({"State": "bad"})")), "State is \"bad\"");
    EXPECT_EQ(judge(waiter, output("{}")), "again after 15000 ms");
    EXPECT_EQ(judge(quiet, output("{}")), "so");
    EXPECT_EQ(judge(quiet, error("X")), "X: words");
    EXPECT_EQ(judge(loud, error("X")), "the error is true");
}

TEST(Waiter, gives_up_after_its_last_attempt) {
    const Waiter waiter = waiter_of("[]");

    EXPECT_EQ(judge(waiter, output("{}"), 2), "again after 15000 ms");
    EXPECT_EQ(judge(waiter, output("{}"), 3), "still not so after 3 calls of Describe");
}

TEST(Waiter, says_what_is_wrong_with_a_description) {
    const auto fault = [](std::string_view description) {
        const auto result = Waiter::load(*parse_json(description));
        return result ? "" : result.error().message;
    };

    EXPECT_EQ(fault("{}"), "expected the name of an operation");
    EXPECT_EQ(fault(R"({"operation": "O", "delay": -1, "maxAttempts": 1})"),
              "expected seconds from 0 to 86400 as delay");
    EXPECT_EQ(fault(R"({"operation": "O", "delay": 1, "maxAttempts": 0})"),
              "expected 1 to 10000 as maxAttempts");
    EXPECT_EQ(fault(R"({"operation": "O", "delay": 1, "maxAttempts": 1})"),
              "expected a list of acceptors");
    EXPECT_EQ(fault(R"({"operation": "O", "delay": 1, "maxAttempts": 1,
                        "acceptors": [{"matcher": "guess"}]})"),
              "expected path, pathAll, pathAny, status or error as matcher, found 'guess'");
    EXPECT_EQ(fault(R"({"operation": "O", "delay": 1, "maxAttempts": 1,
                        "acceptors": [{"matcher": "path", "state": "done"}]})"),
              "expected success, failure or retry as state, found 'done'");
    EXPECT_EQ(fault(R"({"operation": "O", "delay": 1, "maxAttempts": 1, "acceptors":
                        [{"matcher": "path", "state": "retry", "argument": "a b"}]})"),
              "expected the end at byte 2");
}

} // namespace
