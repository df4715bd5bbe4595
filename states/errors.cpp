// Retry and Catch. Sources: States language, "Errors"; AWS, "Handling errors in Step Functions
// workflows"; recorded executions where they say more.
#include "states/machine.hpp"

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

bool name_matches(std::string_view name, const Fault& fault) {
    const auto& error = fault.failure.error;
    // Recorded: States.Runtime can't be caught, not even by its own name.
    if (error == errors::runtime) return false;
    // Recorded: States.ALL catches States.DataLimitExceeded too, whatever the documents say.
    if (name == "States.ALL") return true;
    if (error && name == *error) return true;
    // A missed heartbeat is recorded as States.Timeout and documented as States.HeartbeatTimeout.
    if (fault.is_heartbeat && name == "States.HeartbeatTimeout") return true;
    if (name == errors::task_failed) {
        return error != errors::timeout && error != errors::data_limit;
    }
    return false;
}

bool matches(const std::vector<std::string>& error_equals, const Fault& fault) {
    return std::ranges::any_of(error_equals,
                               [&](const std::string& name) { return name_matches(name, fault); });
}

/// How long to wait before attempt number `used` + 1, in milliseconds.
std::int64_t delay_milliseconds(const Retrier& retrier, std::uint32_t used, Random& random) {
    double seconds =
        static_cast<double>(retrier.interval_seconds) * std::pow(retrier.backoff_rate, used);
    // Without MaxDelaySeconds the longest delay is that of the field itself.
    constexpr double delay_seconds_limit = 31'622'400;
    seconds = std::min(seconds, retrier.delay_seconds_max
                                    ? static_cast<double>(*retrier.delay_seconds_max)
                                    : delay_seconds_limit);
    if (retrier.has_full_jitter) seconds *= random.next_unit();
    return std::llround(seconds * 1000);
}

/// {"Error", "Cause"} as catchers see it. Recorded: both null when SendTaskFailure named neither;
/// an empty Cause beside an error that has none.
Value error_output(const Failure& failure) {
    ObjectBuilder output(2);
    output.append("Error", failure.error ? Value(*failure.error) : Value());
    if (failure.cause)
        output.append("Cause", *failure.cause);
    else
        output.append("Cause", failure.error ? Value("") : Value());
    return output.build();
}

} // namespace

bool Machine::retry(BranchId id, const Fault& fault) {
    Branch& at = branch(id);
    const State& state = current(at);
    for (std::size_t i = 0; i < state.retriers.size(); ++i) {
        const Retrier& retrier = state.retriers[i];
        if (!matches(retrier.error_equals, fault)) continue;
        // The first retrier that matches decides, also when its attempts are used up.
        if (inspection_ != nullptr) inspection_->retrier = i;
        if (at.retries[i] >= retrier.attempts_max) return false;
        const std::int64_t delay = delay_milliseconds(retrier, at.retries[i], state_.random);
        if (inspection_ != nullptr) inspection_->retry_delay_milliseconds = delay;
        ++at.retries[i];
        ++at.retry_count;
        at.timer =
            start_timer(id, CommandPurpose::retry_delay, now_ + std::chrono::milliseconds(delay));
        return true;
    }
    return false;
}

bool Machine::catch_fault(BranchId id, const Fault& fault) {
    const State& state = current(branch(id));
    for (std::size_t i = 0; i < state.catchers.size(); ++i) {
        const Catcher& catcher = state.catchers[i];
        if (!matches(catcher.error_equals, fault)) continue;
        if (inspection_ != nullptr) inspection_->catcher = i;
        auto leaving = leave_by_catcher(data(branch(id)), i, error_output(fault.failure));
        // If the catcher itself is at fault, nothing is left that could handle that.
        if (leaving)
            leave(id, std::move(*leaving), catcher.next);
        else
            fail_for_good(id, std::move(leaving).error());
        return true;
    }
    return false;
}

} // namespace gradus
