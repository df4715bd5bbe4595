// Step Functions Local counts the calls of each state, and so do mocks; a script has them by
// branch. Calls are numbered in the order in which they were scheduled.
#include "gradus/recorded_mocks.hpp"
#include "states/replay/lanes.hpp"
#include "states/replay/script.hpp"

#include <algorithm>
#include <map>

namespace gradus {
namespace {

/// What one call came to; nothing: it wasn't answered.
struct Call {
    std::uint64_t scheduled = 0; // id of the event
    std::optional<Value> response;
};

class Reader {
public:
    explicit Reader(const RecordedHistory& history) : history_(history) {}

    RecordedMocks read() {
        LaneTable lanes;
        LaneTracker tracker(lanes);
        std::vector<Placement> placements;
        placements.reserve(history_.events.size());
        for (const RecordedEvent& event : history_.events)
            placements.push_back(tracker.place(event));
        for (const auto& [place, script] : make_script(history_, placements).places) {
            for (const RecordedAttempt& attempt : script.attempts)
                calls_[place.second].push_back(call(attempt, place.second));
            if (!script.map_runs.empty())
                remark("The children of " + place.second +
                       " are executions of their own: their tasks aren't in this recording.");
        }
        ObjectBuilder responses;
        for (auto& [state, calls] : calls_) {
            Value mock = responses_of(state, calls);
            if (mock.size() > 0) responses.put(state, std::move(mock));
        }
        mocks_.responses = responses.build();
        return std::move(mocks_);
    }

private:
    Call call(const RecordedAttempt& attempt, const std::string& state) {
        Call out{.scheduled = attempt.scheduled.event_id};
        for (const RecordedAnswer& answer : attempt.answers) {
            if (const auto* succeeded = std::get_if<TaskSucceeded>(&answer.event)) {
                out.response = Value::object({{"Return", succeeded->output}});
                if (answer.lacks_data)
                    remark("The recording doesn't have what " + state + " answered.");
            } else if (const auto* failed = std::get_if<TaskFailed>(&answer.event)) {
                out.response = thrown(failed->failure);
            } else if (answer.is_timeout) {
                out.response = timeout(answer.moment.event_id);
                remark(state + " ran into a time-out; its mock throws that error at once.");
            }
        }
        return out;
    }
    static Value thrown(const Failure& failure) {
        ObjectBuilder what;
        if (failure.error) what.append("Error", *failure.error);
        if (failure.cause) what.append("Cause", *failure.cause);
        return Value::object({{"Throw", what.build()}});
    }
    Value timeout(std::uint64_t event_id) const {
        const Value& details = history_.events[event_id - 1].details;
        Failure failure{.error = "States.Timeout"};
        if (const Value& error = details["error"]; error.is_string())
            failure.error = error.as_string();
        if (const Value& cause = details["cause"]; cause.is_string())
            failure.cause = cause.as_string();
        return thrown(failure);
    }
    /// Equal responses one after the other share an entry: "1-3".
    Value responses_of(const std::string& state, std::vector<Call>& calls) {
        std::ranges::sort(calls, {}, &Call::scheduled);
        ObjectBuilder out;
        for (std::size_t first = 0; first < calls.size();) {
            std::size_t end = first + 1;
            while (end < calls.size() && calls[end].response == calls[first].response)
                ++end;
            std::string numbers = std::to_string(first);
            if (end - first > 1) numbers += "-" + std::to_string(end - 1);
            if (calls[first].response)
                out.append(numbers, *calls[first].response);
            else
                remark("Call " + numbers + " of " + state +
                       " has no answer in the recording; in a mock it fails.");
            first = end;
        }
        return out.build();
    }
    void remark(std::string text) {
        if (std::ranges::find(mocks_.remarks, text) == mocks_.remarks.end())
            mocks_.remarks.push_back(std::move(text));
    }

    const RecordedHistory& history_;
    std::map<std::string, std::vector<Call>> calls_; // by state
    RecordedMocks mocks_;
};

} // namespace

RecordedMocks recorded_mocks(const RecordedHistory& history) { return Reader(history).read(); }

} // namespace gradus
