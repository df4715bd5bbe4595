#include "aws/paging/waiter.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::aws {

namespace {

constexpr std::int64_t delay_seconds_max = 86'400; // ours

Error expected(std::string what) {
    return {ErrorCode::invalid_argument, "expected " + std::move(what)};
}

std::string text_of(const Value& object, std::string_view name) {
    const Value& member = object[name];
    return member.is_string() ? std::string(member.as_string()) : std::string();
}

} // namespace

Result<Waiter> Waiter::load(const Value& description) {
    Waiter out;
    out.operation_ = text_of(description, "operation");
    if (out.operation_.empty()) return expected("the name of an operation");
    std::int64_t delay = -1;
    std::int64_t attempts = 0;
    if (!description["delay"].to_integer(delay) || delay < 0 || delay > delay_seconds_max)
        return expected("seconds from 0 to 86400 as delay");
    if (!description["maxAttempts"].to_integer(attempts) || attempts < 1 ||
        attempts > attempts_limit)
        return expected("1 to 10000 as maxAttempts");
    out.delay_ = std::chrono::seconds(delay);
    out.attempts_max_ = static_cast<int>(attempts);
    if (!description["acceptors"].is_array()) return expected("a list of acceptors");
    for (const Value& each : description["acceptors"].as_array()) {
        GRADUS_TRY(Acceptor acceptor, load_acceptor(each));
        out.acceptors_.push_back(std::move(acceptor));
    }
    return out;
}

Result<Waiter::Acceptor> Waiter::load_acceptor(const Value& description) {
    Acceptor out;
    out.expected = description["expected"];
    const std::string matcher = text_of(description, "matcher");
    const std::string state = text_of(description, "state");
    if (matcher == "path")
        out.matcher = Matcher::path;
    else if (matcher == "pathAll")
        out.matcher = Matcher::path_all;
    else if (matcher == "pathAny")
        out.matcher = Matcher::path_any;
    else if (matcher == "status")
        out.matcher = Matcher::status;
    else if (matcher == "error")
        out.matcher = Matcher::error;
    else
        return expected("path, pathAll, pathAny, status or error as matcher, found '" + matcher +
                        "'");
    if (state == "success")
        out.state = State::success;
    else if (state == "failure")
        out.state = State::failure;
    else if (state != "retry")
        return expected("success, failure or retry as state, found '" + state + "'");
    if (out.matcher == Matcher::status || out.matcher == Matcher::error) return out;
    GRADUS_TRY(out.argument, PathExpression::compile(text_of(description, "argument")));
    return out;
}

Waiter::Verdict Waiter::judge(const CallResult& result, int attempt) const {
    for (const Acceptor& acceptor : acceptors_) {
        if (!fits(acceptor, result)) continue;
        if (acceptor.state == State::success) return Succeeded{};
        if (acceptor.state == State::retry) return again(attempt);
        return Failed{describe(acceptor)};
    }
    if (!result) return Failed{result.error().code + ": " + result.error().message};
    return again(attempt);
}

bool Waiter::fits(const Acceptor& acceptor, const CallResult& result) {
    if (acceptor.matcher == Matcher::status) {
        const int status = result ? result->http_status : result.error().http_status;
        return acceptor.expected == Value(status);
    }
    if (acceptor.matcher == Matcher::error) {
        // A code, or whether there is any error.
        if (acceptor.expected.is_boolean())
            return acceptor.expected.as_boolean() != result.has_value();
        return !result && acceptor.expected == Value(result.error().code);
    }
    if (!result) return false;
    const Value found = acceptor.argument->search(result->output);
    if (acceptor.matcher == Matcher::path) return found == acceptor.expected;
    if (!found.is_array() || found.size() == 0) return false;
    const auto elements = found.as_array();
    const auto is_expected = [&acceptor](const Value& each) { return each == acceptor.expected; };
    return acceptor.matcher == Matcher::path_all
               ? std::all_of(elements.begin(), elements.end(), is_expected)
               : std::any_of(elements.begin(), elements.end(), is_expected);
}

std::string Waiter::describe(const Acceptor& acceptor) {
    const std::string wanted = to_json(acceptor.expected);
    switch (acceptor.matcher) {
    case Matcher::path: return acceptor.argument->text() + " is " + wanted;
    case Matcher::path_all: return "all of " + acceptor.argument->text() + " are " + wanted;
    case Matcher::path_any: return "one of " + acceptor.argument->text() + " is " + wanted;
    case Matcher::status: return "the status is " + wanted;
    case Matcher::error: return "the error is " + wanted;
    }
    GRADUS_UNREACHABLE();
}

Waiter::Verdict Waiter::again(int attempt) const {
    if (attempt < attempts_max_) return Again{delay_};
    return Failed{"still not so after " + std::to_string(attempt) + " calls of " + operation_};
}

} // namespace gradus::aws
