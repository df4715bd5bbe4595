#include "engine/engine/local_states_client.hpp"

namespace gradus {

aws::CallId LocalStatesClient::call(aws::Call call, aws::CallCompletion done) {
    if (call.service != "states" && call.service != "sfn" && call.service != "stepfunctions")
        return others_.call(std::move(call), std::move(done));
    static constexpr std::chrono::milliseconds at_once{0};
    // The timer's id is known only when it is set; it runs later.
    const auto id = std::make_shared<aws::CallId>(0);
    const TimerId timer = loop_.schedule(
        at_once, [this, id, call = std::move(call), done = std::move(done)]() mutable {
            answer_(call.region, call.operation, call.input,
                    [this, id, done = std::move(done)](const Result<Value, StatesError>& output) {
                        answer(*id, output, done);
                    });
        });
    *id = timer | local_flag;
    open_.insert(*id);
    return *id;
}

void LocalStatesClient::answer(aws::CallId id, const Result<Value, StatesError>& output,
                               const aws::CallCompletion& done) {
    if (open_.erase(id) == 0) return; // given up
    if (output) return done(aws::CallOutput{.output = *output, .request_id = "local"});
    done(aws::CallError{.code = output.error().code,
                        .message = output.error().message,
                        .http_status = 400,
                        .request_id = "local",
                        .shape = output.error().code});
}

void LocalStatesClient::cancel(aws::CallId id) {
    if ((id & local_flag) == 0) return others_.cancel(id);
    open_.erase(id);
    loop_.cancel(id & ~local_flag);
}

} // namespace gradus
